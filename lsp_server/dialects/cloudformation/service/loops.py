"""What a loop (`Fn::ForEach`) makes: logical ids that stand nowhere as such."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.dialects.cloudformation.references import LOOP
from lsp_server.dialects.cloudformation.service.names import sections
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence

_VARIABLE = re.compile(r"\\?[$&]\\\{(\w+)\\\}")
_ANY = "[A-Za-z0-9]+"
_Words = dict[str, str]


def made_by_loop(template: Template, section: str, name: str) -> Entry | None:
    """The entry in a loop of a section from which a name comes; None where it comes from none."""
    for entry in sections(template):
        if entry.name == section and entry.value is not None:
            for made, words in repeated(entry.value.resolved, {}):
                if re.fullmatch(_names(made.name, words), name):
                    return made
    return None


def _names(key: str, words: _Words) -> str:
    """A pattern for the names that come from the key of what is repeated."""
    return _VARIABLE.sub(lambda match: words.get(match[1], _ANY), re.escape(key))


def repeated(node: Node, words: _Words) -> Iterator[tuple[Entry, _Words]]:
    """The entries that the loops in a mapping repeat, each with a pattern for every variable around it."""
    for inside in node.entries if isinstance(node, Mapping) else ():
        arguments = inside.value
        if not inside.name.startswith(LOOP) or not isinstance(arguments, Sequence) or len(arguments.items) < 3:
            continue
        variable, items, body = (item.resolved for item in arguments.items[:3])
        if isinstance(variable, Scalar) and isinstance(body, Mapping):
            known = {**words, variable.value: _pattern(items)}
            yield from ((made, known) for made in body.entries if not made.name.startswith(LOOP))
            yield from repeated(body, known)


def _pattern(items: Node) -> str:
    """What a variable may be: one of the items, where they are all fixed."""
    listed = [item.resolved for item in items.items] if isinstance(items, Sequence) and not items.intrinsic else []
    fixed = [item.value for item in listed if isinstance(item, Scalar) and not item.intrinsic]
    if not fixed or len(fixed) != len(listed):
        return _ANY
    return "(?:" + "|".join(re.escape(text) for text in fixed) + ")"
