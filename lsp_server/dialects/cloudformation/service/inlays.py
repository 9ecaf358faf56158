"""Values that stand elsewhere, shown where they are used: the default of a parameter, what FindInMap gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.green import Green
from lsp_server.dialects.cloudformation.references import ReferenceKind, Use, node_of, uses_in
from lsp_server.dialects.cloudformation.service.mappings import settled_value, shown_default
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Sequence
from lsp_server.dialects.service import Inlay

_LONGEST = 40  # code points of a value
_CLOSE = re.compile(r"[ \t]*\}")


def inlays(template: Template, span: Span) -> tuple[Inlay, ...]:
    """The hints for what stands in `span`, in the order of the text."""
    defaults = {name: value for name in template.parameters if (value := shown_default(template, name)) is not None}
    found: list[Inlay] = []
    for base, top in template.tops:
        if base <= span.end and base + top.end >= span.start:
            uses = [use for use in uses_in(top) if span.touches(use.span.end + base)]
            found += _found_in_maps(template, base, uses)
            found += _defaults(template, base, uses, defaults)
    return tuple(sorted(found))


def _found_in_maps(template: Template, base: int, uses: list[Use]) -> Iterator[Inlay]:
    for use in uses:
        arguments = use.scope if use.kind is ReferenceKind.FIND_IN_MAP else None
        if arguments is None or template.root is None:
            continue
        node = node_of(template.root, Span(arguments.start, arguments.end).shifted(base), arguments)
        value = settled_value(template, node) if isinstance(node, Sequence) else None
        if value is not None:
            end = _behind(template, arguments.content_end + base, arguments)
            yield Inlay(end, _label(value), "What `Fn::FindInMap` gives")


def _defaults(template: Template, base: int, uses: list[Use], defaults: dict[str, str]) -> Iterator[Inlay]:
    """The defaults behind references, but for those that a FindInMap is asked with."""
    maps = [use.scope for use in uses if use.kind is ReferenceKind.FIND_IN_MAP and use.scope is not None]
    for use in uses:
        asked = any(arguments.start <= use.span.start < arguments.end for arguments in maps)
        if use.kind is ReferenceKind.REF and use.target in defaults and not asked:
            end = _behind(template, use.green.end + base, use.green)
            yield Inlay(end, _label(defaults[use.target]), f"Default of the parameter `{use.target}`")


def _behind(template: Template, end: int, argument: Green) -> int:
    """The end of a function: that of its argument, or the brace behind it where it is a long one."""
    closed = None if argument.tag else _CLOSE.match(template.document.text, end)
    return closed.end() if closed is not None else end


def _label(value: str) -> str:
    line = " ".join(value.split())
    return f"= {line if len(line) <= _LONGEST else line[: _LONGEST - 1] + '…'}" if line else '= ""'
