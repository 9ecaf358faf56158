"""Judges what only the whole module shows: names declared twice, and circles of dependencies."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Declaration, Module
from lsp_server.dialects.terraform.references import references
from lsp_server.linters.terraform_check.finding import Finding

_SUMMARIES = {
    "variable": "Duplicate variable declaration",
    "output": "Duplicate output definition",
    "local": "Duplicate local value definition",
    "module": "Duplicate module call",
    "provider": "Duplicate provider configuration",
}
Address = tuple[str, ...]


def duplicates(module: Module) -> Iterator[tuple[Declaration, Finding]]:
    """Each later declaration of a name, with its finding; spans count from the declaration's piece."""
    for again in module.duplicates:
        summary = _SUMMARIES.get(again.kind, f'Duplicate {again.kind} "{again.name[0]}" configuration')
        shown = ".".join(again.name)
        detail = f'The {again.kind} "{shown}" was already declared in this module. Names must be unique.'
        node = again.declared.node
        span = node.header_span if isinstance(node, t.Block) else node.name_span
        yield again, Finding("duplicate", span, summary, detail, {"name": again.name[-1], "kind": again.kind})


def cycles(module: Module) -> Iterator[tuple[Declaration, Finding]]:
    """Circles among resources, data sources and local values; each told once, at its first declaration."""
    nodes = {_key(d): d for table in (module.resources, module.data) for d in table.values()}
    nodes |= {_key(d): d for d in module.locals.values()}
    edges = {key: [target for target in _targets(declaration) if target in nodes] for key, declaration in nodes.items()}
    for circle in _circles(edges):
        first = nodes[circle[0]]
        node = first.declared.node
        span = node.header_span if isinstance(node, t.Block) else node.name_span
        shown = ", ".join(nodes[key].address for key in circle)
        yield first, Finding("dependency-cycle", span, "Cycle", shown, {"name": shown, "kind": "cycle"})


def _key(declaration: Declaration) -> Address:
    return (declaration.kind, *declaration.name)


def _targets(declaration: Declaration) -> Iterator[Address]:
    """What a declaration's own expressions refer to; itself is left to the rule on self-references."""
    node = declaration.declared.node
    for reference in references(declaration.placed.piece):
        if not node.span.encloses(reference.traversal.span) or reference.traversal.root in reference.scope:
            continue
        names = reference.traversal.names
        if any(step[0] in {"provisioner", "connection"} for step in reference.path):
            continue
        if names[0] == "local" and len(names) > 1:
            target: Address = ("local", names[1])
        elif names[0] == "data" and len(names) > 2:
            target = ("data", *names[1:3])
        else:
            target = ("resource", *names[:2])
        if target != _key(declaration) or target[0] == "local":
            yield target


def _circles(edges: dict[Address, list[Address]]) -> Iterator[list[Address]]:
    """Depth first, without recursion: every node is entered once, so long chains cost nothing."""
    done: set[Address] = set()
    for root, targets in edges.items():
        if root in done:
            continue
        path: list[Address] = [root]
        on_path = {root}
        todo = [iter(targets)]
        while todo:
            target = next(todo[-1], None)
            if target is None:
                todo.pop()
                left = path.pop()
                on_path.discard(left)
                done.add(left)
            elif target in on_path:
                yield path[path.index(target) :]
            elif target not in done:
                path.append(target)
                on_path.add(target)
                todo.append(iter(edges[target]))
