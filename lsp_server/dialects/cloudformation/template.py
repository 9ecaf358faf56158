"""A template as what it declares and refers to, read from every state of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from functools import cached_property, lru_cache
from typing import Literal

from lsp_server.core.diagnostic import Diagnostic, Path, Severity
from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.assembly import Assembly, Block, assemble
from lsp_server.dialects.cloudformation.detection import is_braced
from lsp_server.dialects.cloudformation.green import Green, kept
from lsp_server.dialects.cloudformation.indentation import Indent, indent_of
from lsp_server.dialects.cloudformation.references import Reference, ReferenceKind, uses_in
from lsp_server.dialects.cloudformation.tree import (
    Anchors,
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    intrinsic_name,
    path_of,
)
from lsp_server.dialects.cloudformation.uses import text_of

__all__ = ["Indent", "Reference", "Resource", "Template", "parse_template"]

_REFERRING = (
    ReferenceKind.REF,
    ReferenceKind.GET_ATT,
    ReferenceKind.SUB,
    ReferenceKind.DEPENDS_ON,
    ReferenceKind.CONDITION,
    ReferenceKind.FIND_IN_MAP,
)


class Resource:
    """A declared resource: the logical id and the entry it is written in."""

    def __init__(self, logical_id: str, entry: Entry) -> None:
        self.logical_id = logical_id
        self.entry = entry

    def __repr__(self) -> str:
        return f"<Resource {self.logical_id} {self.type}>"

    @cached_property
    def body(self) -> Mapping | None:
        """What stands below the logical id."""
        value = self.entry.value
        resolved = value.resolved if value is not None else None
        return resolved if isinstance(resolved, Mapping) else None

    @cached_property
    def type(self) -> str:
        """The resource type; empty where it is not written yet."""
        green = self.entry.green_value
        known = green.text_of("Type") if green is not None else None
        if known is not None:
            return known
        found = self.body.get("Type") if self.body is not None else None
        return found.value if isinstance(found, Scalar) else ""

    @cached_property
    def properties(self) -> Mapping | None:
        """The mapping of its properties; None where there is none."""
        found = self.body.get("Properties") if self.body is not None else None
        return found if isinstance(found, Mapping) else None


class Template:
    """One version of a template. Made by `parse_template`; nothing in it ever raises for what the text holds."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._assembly: Assembly = assemble(document.text, json=_looks_like_json(document))

    @property
    def format(self) -> Literal["yaml", "json"]:
        """The notation it is written in."""
        return "json" if self._assembly.json else "yaml"

    @property
    def root(self) -> Node | None:
        """The top node; None where there is nothing but comments."""
        return self._assembly.root

    @property
    def readable(self) -> bool:
        """Whether all of the text could be read; keys that stand twice are not looked for."""
        return not self._assembly.mistakes

    @property
    def mistakes(self) -> tuple[Span, ...]:
        """The places that do not follow the grammar, in order."""
        return tuple(span for span, _ in self._assembly.mistakes)

    @cached_property
    def syntax(self) -> tuple[Diagnostic, ...]:
        """The places that could not be read."""
        return tuple(
            Diagnostic(self.document.uri, span, Severity.ERROR, "lintel", "syntax", message, syntax=True)
            for span, message in (*self._assembly.mistakes, *self._duplicates())
        )

    def _duplicates(self) -> Iterator[tuple[Span, str]]:
        """Keys that stand twice in a mapping: both are in the tree, and no reader of templates takes them."""
        found = {span.shifted(base): name for base, top in self.tops for span, name in _doubled_in(top).items()}
        for block in self.blocks:
            found |= _doubled(key for start, parsed in block.entries for key in _keys(parsed.root, start))
        found |= _doubled(key for block in self.blocks for key in _keys(block.parsed.root, block.start))
        for span, name in sorted(found.items()):
            yield span, f"The key {name} stands here twice"

    def section(self, name: str) -> Mapping | None:
        """A top-level section that is a mapping, or None."""
        found = self.root.get(name) if isinstance(self.root, Mapping) else None
        return found if isinstance(found, Mapping) else None

    def _declared(self, section: str) -> dict[str, Entry]:
        found = self.section(section)
        return {name: entry for name, entry in found.by_name.items() if name != "<<"} if found is not None else {}

    @cached_property
    def resources(self) -> MappingOf[str, Resource]:
        """By logical id."""
        return {name: Resource(name, entry) for name, entry in self._declared("Resources").items()}

    @cached_property
    def parameters(self) -> MappingOf[str, Entry]:
        """By name."""
        return self._declared("Parameters")

    @cached_property
    def conditions(self) -> MappingOf[str, Entry]:
        """By name."""
        return self._declared("Conditions")

    @cached_property
    def mappings(self) -> MappingOf[str, Entry]:
        """By name."""
        return self._declared("Mappings")

    @cached_property
    def outputs(self) -> MappingOf[str, Entry]:
        """By name."""
        return self._declared("Outputs")

    @cached_property
    def transforms(self) -> tuple[str, ...]:
        """The macros the whole template goes through, as `AWS::Serverless-2016-10-31`."""
        found = self.root.get("Transform") if isinstance(self.root, Mapping) else None
        nodes = found.items if isinstance(found, Sequence) else (found,)
        return tuple(node.value for node in nodes if isinstance(node, Scalar))

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """What functions and attributes name: parameters, resources, conditions, mappings; in the order of the text."""
        root = self.root
        if root is None:
            return ()
        return tuple(
            Reference(use, base, root) for base, top in self.tops for use in uses_in(top) if use.kind in _REFERRING
        )

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The pieces of the top level, in order, each with those of the entries of its section."""
        return self._assembly.blocks

    @property
    def tops(self) -> tuple[tuple[int, Green], ...]:
        """Where each piece of the text begins and its top node, in order."""
        return self._assembly.tops

    @property
    def anchors(self) -> Anchors:
        """The anchored nodes by name."""
        return self._assembly.anchors

    def node(self, path: Path) -> Node | None:
        """What stands at a path of cfn-lint, aliases and merge keys followed; None where nothing does.

        A step that names a short intrinsic function leads to the tagged node; so does an index into `!GetAtt A.B`.
        """
        at = self.root
        for step in path:
            if at is None:
                return None
            at = _step(at, step)
        return at

    def entry(self, path: Path) -> Entry | None:
        """The entry at a path: that of its last key, or of the key above where the path ends in a list or function."""
        for end in range(len(path), 0, -1):
            holder = self.node(path[: end - 1])
            if isinstance(holder, Mapping) and (found := holder.entry(path[end - 1])) is not None:
                return found
        return None

    def path_of(self, node: Node | Entry) -> Path:
        """The way from the root to a node, as cfn-lint writes it."""
        return path_of(node)

    def node_at(self, offset: int) -> Node | None:
        """The deepest node whose span the cursor at `offset` touches; its tag counts as part of it."""
        at = self.root
        if at is None or not at.full_span.touches(offset):
            return None
        while (inside := at.child_at(offset)) is not None:
            at = inside
        return at

    def cut_at(self, offset: int) -> tuple[int, Path, bool]:
        """Where the piece around an offset begins, the path of the mapping it stands in, whether it is one entry."""
        return self._assembly.cut_at(offset)

    @cached_property
    def indent(self) -> Indent:
        """The document's own indentation."""
        return indent_of(self.document.text, json=self._assembly.json)


@lru_cache(maxsize=16)
def _parsed(document: Document) -> Template:
    return Template(document)


def parse_template(document: Document) -> Template:
    """The template of a document; the same Document gives the same Template."""
    return _parsed(document)


@kept
def _doubled_in(top: Green) -> dict[Span, str]:
    """The keys that stand twice in a mapping of a piece, by where they stand in it."""
    found: dict[Span, str] = {}
    for node in top.walk():
        found |= _doubled(_keys(node, 0))
    return found


def _keys(mapping: Green | None, base: int) -> Iterator[tuple[Span, str]]:
    """The keys of a mapping in the piece that begins at `base`."""
    for pair in mapping.pairs if mapping is not None else ():
        yield Span(pair.key.start, pair.key.end).shifted(base), text_of(pair.key)


def _doubled(keys: Iterable[tuple[Span, str]]) -> dict[Span, str]:
    """Those of the keys that stood there before."""
    seen: set[str] = set()
    found: dict[Span, str] = {}
    for span, name in keys:
        if name in seen and name != "<<":
            found[span] = name
        seen.add(name)
    return found


def _looks_like_json(document: Document) -> bool:
    start = document.text[:2000].lstrip("\ufeff \t\r\n")
    return is_braced(start) or (document.name.endswith(".json") and not start.startswith("#"))


def _step(node: Node, step: str | int) -> Node | None:
    if node.intrinsic and step == node.intrinsic:
        return node
    if isinstance(node, Scalar):
        return node if intrinsic_name(node.tag) == "Fn::GetAtt" and isinstance(step, int) else None
    if isinstance(node, Sequence):
        return node.get(step) if isinstance(step, int) else None
    return node.get(step) if isinstance(node, Mapping) else None
