"""The place of a finding: what stands there in the tree, which resource it belongs to, how the file is written.

All knowledge of what the linter puts into a finding's `path` and `data` is here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lsp_server.core.diagnostic import Diagnostic, Path
from lsp_server.core.document import Document
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.cloudformation.green import Green, Kind, Style, kept
from lsp_server.dialects.cloudformation.scalars import typed
from lsp_server.dialects.cloudformation.template import Template, parse_template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node
from lsp_server.dialects.cloudformation.uses import text_of
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.cloudformation.values import Writer, quoted
from lsp_server.fixers.cloudformation.vocabulary import opaque

SAFE, UNSAFE, DISPLAY_ONLY = Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY_ONLY

_CONSTANTS = ("enum", "enumCaseInsensitive", "const")
_SHORT = re.compile(r"(?m)[\s\[,]!(?:Ref|Sub|GetAtt|Join|If|Select|FindInMap|ImportValue|Base64|Equals)\b")
_LONG = re.compile(r"(?m)[\s{][\"']?(?:Ref|Fn::(?:Sub|GetAtt|Join|If|Select|FindInMap|ImportValue|Base64))[\"']?:")


@dataclass(frozen=True)
class Site:
    """Where a finding is."""

    context: FixContext
    diagnostic: Diagnostic

    @property
    def document(self) -> Document:
        """The document the finding is in."""
        return self.context.document

    @cached_property
    def path(self) -> Path:
        """Where in the text's own tree; a finding in what a macro made of it is looked for by its span."""
        path = self.diagnostic.path
        if not path or self.template.node(path[:-1]) is not None:
            return path
        node = self.template.node_at(self.diagnostic.span.start)
        return self.template.path_of(node) if node is not None else path

    @cached_property
    def template(self) -> Template:
        """The document as a template."""
        return parse_template(self.document)

    @cached_property
    def node(self) -> Node | None:
        """What is written at the finding's path; None where an alias or a merge key brings it from elsewhere."""
        node = self.template.node(self.path)
        return node if node is not None and self._here(node) else None

    @cached_property
    def entry(self) -> Entry | None:
        """The entry whose key the path ends with; None where it ends with an index or in a function."""
        entry = self.template.entry(self.path)
        own = entry is not None and self.path and entry.name == self.path[-1] and self._here(entry)
        return entry if own else None

    def _here(self, found: Node | Entry) -> bool:
        """Whether the path leads to it without an alias: what an anchor marks has its meaning where it stands."""
        own = [str(step) for step in self.template.path_of(found)]
        return own == [str(step) for step in self.path[: len(own)]]

    @property
    def owner(self) -> str:
        """The name of what is declared where the finding is: a logical id, a parameter …; empty outside of all."""
        return str(self.path[1]) if len(self.path) > 1 else ""

    @cached_property
    def alternative(self) -> int:
        """Whether the finding is about one of several ways to be right.

        0: it is not, or about the way that is plainly meant; 1: nothing says which is; 2: another is nearer.
        cfn-lint tells what is wrong for each of them. A way that wants another kind of value (an object for a list) is
        further off than one that wants another constant (`Type: Api`), and that one further than any other.
        """
        parent, steps = self.diagnostic.data.get("parent"), self.diagnostic.data.get("schema_path")
        if not parent or not isinstance(steps, list) or not steps:
            return 0
        own = self.diagnostic.path
        around = [d.path for d in self.context.diagnostics if d.code == parent and d.path == own[: len(d.path)]]
        top = max(around, key=len, default=())
        ways: dict[object, int] = {}
        for other in self.context.diagnostics:
            way = other.data.get("schema_path")
            if other.data.get("parent") == parent and other.path[: len(top)] == top and isinstance(way, list) and way:
                kind = other.data.get("validator")
                off = 2 if kind == "type" and other.path == top else int(kind in _CONSTANTS)
                ways[way[0]] = max(ways.get(way[0], 0), off)
        nearest = min(ways.values(), default=0)
        if ways.get(steps[0], 0) > nearest:
            return 2
        return int(sum(off == nearest for off in ways.values()) > 1)

    @cached_property
    def macro(self) -> bool:
        """Whether a macro that nobody here knows makes the template: it may take properties of its own."""
        return bool(self.path) and opaque(self.template)

    @property
    def type_unknown(self) -> bool:
        """Whether the resource's type is itself found wrong: what else is found there hangs on it."""
        own = self.diagnostic.path[:2]
        return any(d.code == "E3006" and d.path[:2] == own for d in self.context.diagnostics)

    @cached_property
    def writer(self) -> Writer:
        """How the document writes values."""
        return writer(self.template)

    @property
    def validator(self) -> str:
        """The schema keyword that was broken (`additionalProperties`, `required`, `enum`, `type` …), or empty."""
        return str(self.diagnostic.data.get("validator") or "")

    @property
    def of_argument(self) -> bool:
        """Whether what is wrong is an argument of a function, and not what the function gives."""
        steps = self.diagnostic.data.get("schema_path")
        steps = steps if isinstance(steps, list) else []
        calls = [i for i, step in enumerate(steps) if str(step).startswith("fn_")]
        return bool(calls) and len(steps) - calls[-1] > 2

    @property
    def keyword(self) -> str:
        """The schema's own word for what is wrong, also where `validator` is the function in whose argument it is."""
        steps = self.diagnostic.data.get("schema_path")
        return str(steps[-1]) if self.of_argument and isinstance(steps, list) else self.validator

    def facts(self, name: str) -> list[str]:
        """A list of strings the linter gave (`allowed`, `missing`), empty where it gave none."""
        value = self.diagnostic.data.get(name)
        if isinstance(value, str):
            return [value]
        return [str(v) for v in value] if isinstance(value, Iterable) else []

    def fix(
        self,
        title: str,
        edits: Iterable[Edit] | None,
        applicability: Applicability,
        removes: frozenset[tuple[str, ...]] = frozenset(),
        *,
        same: bool = False,
        any_way: bool = False,
    ) -> Iterator[Fix]:
        """Yield the fix, or nothing where the edits could not be made. `same`: the value stays, its writing changes.

        One that follows one of several ways to be right is a guess; `any_way`: it is right whichever of them was
        meant. So is one in what a macro of one's own may read.
        """
        made = tuple(edits or ())
        if (self.alternative and not any_way) or (self.macro and not same):
            applicability = UNSAFE if applicability is SAFE and self.alternative < 2 else DISPLAY_ONLY
        if made:
            proposer = f"cloudformation.{self.diagnostic.code}"
            yield Fix(title, made, applicability, (self.diagnostic,), proposer, removes, same)


def writer(template: Template) -> Writer:
    """How a template's document writes values."""
    text = template.document.text
    if template.format == "json":
        unit = template.indent.unit
        return Writer(json=True, indent=_json_step(template), newline=template.document.newline, unit=unit)
    short = len(_SHORT.findall(text)) >= len(_LONG.findall(text))
    return Writer(indent=template.indent.step, short=short, newline=template.document.newline, quote=_quote(template))


def _json_step(template: Template) -> int:
    """The indentation of the first entry below the first section, against its section; 2 where it is not told."""
    root = template.root
    for section in root.entries if isinstance(root, Mapping) else ():
        inner = section.value
        if isinstance(inner, Mapping) and inner.entries:
            outer, below = (template.document.position(e.key.span.start) for e in (section, inner.entries[0]))
            if below.line > outer.line and below.column > outer.column:
                return below.column - outer.column
    return 1 if template.indent.unit == "\t" else 2


def _quote(template: Template) -> str:
    """The quote the document puts around most of its strings, empty where most are plain."""
    styles: Counter[Style] = Counter()
    for _, top in template.tops:
        styles += _styles(top)
    best = max((Style.PLAIN, Style.SINGLE, Style.DOUBLE), key=lambda style: styles[style])
    return {Style.SINGLE: "'", Style.DOUBLE: '"'}.get(best, "")


@kept
def _styles(top: Green) -> Counter[Style]:
    """How the strings in a piece are written that stand behind a key."""
    values = (pair.value for node in top.walk() for pair in node.pairs if pair.value is not None)
    return Counter(value.style for value in values if _is_string(value))


def _is_string(value: Green) -> bool:
    if value.kind is not Kind.SCALAR or value.tag:
        return False
    text = text_of(value)
    if value.style is Style.PLAIN:
        return isinstance(typed(text, value.style), str)
    return quoted(text) == text  # quotes that have to be there tell of no habit
