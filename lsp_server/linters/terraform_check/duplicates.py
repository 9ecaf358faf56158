"""Judges what only the whole module shows: names declared twice, and circles of dependencies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from lsp_server.core.caches import with_argument
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Declaration, Module, declared, is_override
from lsp_server.dialects.terraform.references import references
from lsp_server.linters.terraform_check.finding import Finding

_SUMMARIES = {
    "variable": "Duplicate variable declaration",
    "output": "Duplicate output definition",
    "local": "Duplicate local value definition",
    "module": "Duplicate module call",
    "provider": "Duplicate provider configuration",
}
_OF_WHOLE_MODULE = frozenset({"depends_on", "count", "for_each"})
Address = tuple[str, ...]
Placed = tuple[str, int, Finding]
"""A finding with its document's uri and the offset that its span counts from."""


def duplicates(module: Module) -> Iterator[Placed]:
    """Each later declaration of a name, with its finding."""
    for again in module.duplicates:
        summary = _SUMMARIES.get(again.kind, f'Duplicate {again.kind} "{again.name[0]}" configuration')
        shown = again.name[0] if again.kind == "provider" else ".".join(again.name)
        detail = f'The {again.kind} "{shown}" was already declared in this module. Names must be unique.'
        node = again.declared.node
        span = node.header_span if isinstance(node, t.Block) else node.name_span
        finding = Finding("duplicate", span, summary, detail, {"name": again.name[-1], "kind": again.kind})
        yield again.uri, again.placed.start, finding
    yield from _requirements(module)
    yield from _checks(module)


@with_argument
def _check_blocks(piece: t.Piece) -> tuple[t.Block, ...]:
    return tuple(block for block in piece.body.blocks_of("check") if block.labels)


def _checks(module: Module) -> Iterator[Placed]:
    """Each `check` block whose name another has."""
    seen: set[str] = set()
    for uri, tree in module.all_trees.items():
        for placed in tree.placed:
            for block in _check_blocks(placed.piece):
                name = block.labels[0].text
                if name in seen:
                    detail = f'A check block named "{name}" was already declared.'
                    facts = {"name": name, "kind": "check"}
                    summary = f'Duplicate check "{name}" configuration'
                    yield uri, placed.start, Finding("duplicate", block.header_span, summary, detail, facts)
                seen.add(name)


def _requirements(module: Module) -> Iterator[Placed]:
    """Each `required_providers` block after the first."""
    blocks = [
        (uri, placed.start, inner)
        for uri, tree in sorted(module.all_trees.items())
        for placed in tree.placed
        for settings in placed.piece.body.blocks_of("terraform")
        for inner in settings.body.blocks_of("required_providers")
        if not is_override(module.unit[uri])
    ]
    for uri, start, inner in blocks[1:]:
        first = module.unit[blocks[0][0]]
        detail = (
            "A module may have only one required providers configuration. The required providers were previously "
            f"configured at {first.name}:{first.position(blocks[0][1] + blocks[0][2].span.start).line + 1}."
        )
        data = {"name": "required_providers", "kind": "block"}
        yield (
            uri,
            start,
            Finding("duplicate", inner.header_span, "Duplicate required providers configuration", detail, data),
        )


_NOUNS = {"variable": "variable", "output": "output", "local": "local value", "module": "module call"}
_MISSING_BASES = {
    "resource": "Missing resource to override",
    "data": "Missing data resource to override",
    "variable": "Missing base variable declaration to override",
    "output": "Missing base output definition to override",
    "local": "Missing base local value definition to override",
    "module": "Missing module call to override",
}


def without_base(module: Module) -> Iterator[Placed]:
    """Each declaration in an override file of what no other file declares."""
    overriding = {d.uri for d in module.unit if is_override(d)}
    tables = (module.resources, module.data, module.variables, module.outputs, module.locals, module.module_calls)
    for table in tables if overriding and not module.partial else ():
        for found in table.values():
            if found.uri not in overriding or found.uri not in module.all_trees:
                continue
            kind, name = found.kind, found.name[-1]
            noun = {"resource": f"{found.name[0]} resource", "data": f"{found.name[0]} data resource"}.get(kind, "")
            what = noun or _NOUNS[kind]
            detail = (
                f'There is no {what} named "{name}". An override file can only override what another file declares.'
            )
            node = found.declared.node
            span = node.header_span if isinstance(node, t.Block) else node.name_span
            data = {"name": name, "kind": kind}
            yield (
                found.uri,
                found.placed.start,
                Finding("nothing-to-override", span, _MISSING_BASES[kind], detail, data),
            )


def cycles(module: Module) -> Iterator[Placed]:
    """Circles among resources, data sources and local values; each told once, at its first declaration."""
    nodes = {_key(d): d for table in (module.resources, module.data) for d in table.values()}
    nodes |= {_key(d): d for table in (module.locals, module.module_calls) for d in table.values()}
    edges = {
        key: [target for target in _edges(declaration.placed.piece).get(key, ()) if target in nodes]
        for key, declaration in nodes.items()
        if not declaration.overrides  # what it refers to may be written over
    }
    place = {key: number for number, key in enumerate(nodes)}
    for found in _circles(edges):
        at = min(range(len(found)), key=lambda n: place[found[n]])
        circle = found[at:] + found[:at]
        first = nodes[circle[0]]
        node = first.declared.node
        span = node.header_span if isinstance(node, t.Block) else node.name_span
        shown = ", ".join(nodes[key].address for key in circle)
        summary, detail = "Cycle", shown
        if len(circle) == 1 and circle[0][0] == "local":
            summary = "Self-referencing local value"
            detail = f"Local value {shown} cannot use its own result as part of its expression."
        finding = Finding("dependency-cycle", span, summary, detail, {"name": shown, "kind": "cycle"})
        yield first.uri, first.placed.start, finding


def _key(declaration: Declaration) -> Address:
    return (declaration.kind, *declaration.name)


@with_argument
def _edges(piece: t.Piece) -> dict[Address, list[Address]]:
    """What each declaration of a piece refers to; a resource's references to itself are another rule's."""
    nodes = sorted(declared(piece), key=lambda d: d.node.span)
    starts = [d.node.span.start for d in nodes]
    found: dict[Address, list[Address]] = {}
    for reference in references(piece):
        span = reference.traversal.span
        at = bisect_right(starts, span.start) - 1
        if at < 0 or not nodes[at].node.span.encloses(span) or reference.traversal.root in reference.scope:
            continue
        if any(step[0] in {"provisioner", "connection"} for step in reference.path):
            continue
        own = (nodes[at].kind, *nodes[at].name)
        if own[0] == "module" and reference.argument not in _OF_WHOLE_MODULE:
            continue  # what goes in need not have to do with what comes out
        target = _target(reference.traversal.names)
        if target != own or own[0] == "local":
            found.setdefault(own, []).append(target)
    return found


def _target(names: Address) -> Address:
    if names[0] in {"local", "module"}:
        return names[:2]
    return ("data", *names[1:3]) if names[0] == "data" else ("resource", *names[:2])


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
                todo.append(iter(edges.get(target, ())))
