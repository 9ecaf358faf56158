"""Finds what a module declares and nothing in it uses: variables, locals, data sources, providers.

These are hints, so none is given where anything that is not read here may be a use: in a file of JSON or of tests its
text is searched for the name, and so is a block that cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Declaration, Module, is_variables_file
from lsp_server.dialects.terraform.references import references
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.quoted import quoted_references

Name = tuple[str, ...]
Placed = tuple[str, int, Finding]
_CODE = "unused-declaration"
_IN_TEXT = re.compile(r"\b(var|local)\s*\.\s*([\w-]+)|\bdata\s*\.\s*([\w-]+)\s*\.\s*([\w-]+)")
_TYPED = frozenset({"resource", "data", "ephemeral", "action", "list"})
_FOR_ITS_EFFECT = frozenset({"external", "http", "terraform_remote_state"})


def check_unused(module: Module) -> Iterator[Placed]:
    """A hint for each declaration that nothing uses, with its document's uri and the offset its span counts from."""
    if module.partial or not module.unit.main.uri.startswith("file:"):
        return  # there may be more of it than is known here
    used: set[Name] = set()
    for tree in module.all_trees.values():
        for placed in tree.placed:
            used |= _used(placed.piece)
    for document in module.unit:
        if document.uri not in module.all_trees and not is_variables_file(document):
            used |= _in_text(document.text)
    yield from _declarations(module.variables.values(), used, "variable", "var")
    yield from _declarations(module.locals.values(), used, "local value", "local")
    yield from _declarations(module.data.values(), used, "data source", "data")
    if not module.tests:
        yield from _providers(module, used)


def _declarations(found: Iterable[Declaration], used: set[Name], noun: str, root: str) -> Iterator[Placed]:
    for declaration in found:
        node = declaration.declared.node
        if (root, *declaration.name) in used or declaration.overrides or not _may_go(node, declaration):
            continue
        span = node.name_span if isinstance(node, t.Attribute) else node.labels[-1].span
        yield _hint(declaration, span, noun, ".".join(declaration.name), declaration.kind)


def _may_go(node: t.Block | t.Attribute, declaration: Declaration) -> bool:
    """Whether it is for nothing but to be used: a data source that checks something is for that."""
    if not isinstance(node, t.Block):
        return True
    if node.broken or not node.labels:
        return False
    of_check = declaration.placed.piece.body.blocks_of("check")
    checks = bool(node.body.blocks_of("lifecycle")) or declaration.name[0] in _FOR_ITS_EFFECT
    return node.type != "data" or not (of_check or checks)


def _hint(declaration: Declaration, span: Span, noun: str, shown: str, kind: str) -> Placed:
    detail = f'The {noun} "{shown}" is declared but nothing in this module uses it.'
    facts = {"name": declaration.name[-1], "kind": kind, "address": declaration.name}
    node = declaration.declared.node
    before = span.start - node.span.start
    if isinstance(node, t.Block) and declaration.uri.endswith(".json"):  # tflint says where the body opens
        before = span.start - declaration.placed.piece.text.find("{", span.end)
    return (
        declaration.uri,
        declaration.placed.start,
        Finding(_CODE, span, f"Unused {noun}", detail, facts, False, before),
    )


def _providers(module: Module, used: set[Name]) -> Iterator[Placed]:
    for name, declaration in module.providers.items():
        node = declaration.declared.node
        if len(name) == 2 and ("provider", *name) not in used and isinstance(node, t.Block) and not node.broken:
            yield _hint(declaration, node.header_span, "provider configuration", ".".join(name), "provider")
    if module.module_calls:
        return  # a child gets the providers of its caller
    passed_in = {local for local, required in module.required_providers.items() if required.aliases}
    for uri, tree in module.all_trees.items():
        for placed in tree.placed:
            for attribute in _required(placed.piece):
                local = attribute.name
                if ("provider", local) not in used and local not in passed_in and (local,) not in module.providers:
                    detail = f'The provider "{local}" is required, but nothing in this module uses it.'
                    facts = {"name": local, "kind": "required-provider", "address": (local,)}
                    finding = Finding(_CODE, attribute.name_span, "Unused required provider", detail, facts)
                    yield uri, placed.start, finding


@with_argument
def _required(piece: t.Piece) -> tuple[t.Attribute, ...]:
    settings = piece.body.blocks_of("terraform")
    return tuple(a for s in settings for b in s.body.blocks_of("required_providers") for a in b.body.attributes)


@with_argument
def _used(piece: t.Piece) -> frozenset[Name]:
    """What a piece uses: (var, name), (local, name), (data, type, name), (provider, name) or with its alias."""
    found = set(_in_text(piece.text)) if piece.problems or any(b.broken for b in piece.body.blocks) else set()
    for reference in references(piece):
        names = reference.traversal.names
        own = reference.path[:1] and reference.path[0][:2] == ("variable", *names[1:2])
        if names and names[0] not in reference.scope and not own:
            found.add(names[:3] if names[0] == "data" else names[:2])
    for block in piece.body.blocks:
        found |= {said.names for _, _, said in quoted_references(block)}
        found |= set(_of_providers(block))
    return frozenset(found)


def _of_providers(block: t.Block) -> Iterator[Name]:
    """The providers that a block uses: by its type, by name, and by the functions that it calls."""
    for inner in (block, *block.body.blocks):
        if inner.type in _TYPED and inner.labels:
            yield "provider", inner.labels[0].text.partition("_")[0]
    if block.type == "provider" and block.labels:
        yield "provider", block.labels[0].text
    for expression in t.expressions(block):
        if isinstance(expression, t.Call) and expression.name.startswith("provider::"):
            yield "provider", expression.name.split("::")[1]
        elif isinstance(expression, t.Traversal):
            yield "provider", expression.names[0]
            yield ("provider", *expression.names[:2])


def _in_text(text: str) -> frozenset[Name]:
    found = ((m[1], m[2]) if m[1] else ("data", m[3], m[4]) for m in _IN_TEXT.finditer(text))
    return frozenset(found)
