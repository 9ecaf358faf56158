"""Judges the addresses in `moved`, `removed` and `import` blocks, and where moves lead."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.caches import with_argument
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Module
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.static import invalid, reference_wanted

_ARGUMENTS = {"moved": ("from", "to"), "removed": ("from",), "import": ("to",)}
_RESERVED = frozenset(
    {"var", "local", "each", "count", "self", "path", "terraform", "template", "lazy", "arg", "output"}
)
_CODE = "invalid-address"


def check_addresses(block: t.Block) -> Iterator[Finding]:
    """Findings for the addresses that a block names."""
    given = [block.body.attribute(name) for name in _ARGUMENTS.get(block.type, ())]
    for attribute in given:
        if attribute:
            yield from reference_wanted(attribute.value, attribute.name)
            if isinstance(attribute.value, t.Traversal):
                yield from _address(attribute.value, block.type)
    identity = block.body.attribute("id") if block.type == "import" else None
    if identity and isinstance(identity.value, t.Template) and identity.value.text == "":
        detail = "The import ID value evaluates to an empty string, please provide a non-empty value."
        yield invalid("invalid-value", identity.value.span, "Invalid import id argument", detail, "id")
    kinds = {_is_module(a.value) for a in given if a and isinstance(a.value, t.Traversal)}
    if block.type == "moved" and len(kinds) > 1:
        detail = 'The "from" and "to" addresses must either both refer to resources or both refer to modules.'
        yield invalid(_CODE, block.header_span, 'Invalid "moved" addresses', detail, "from")


def _rest(value: t.Traversal) -> tuple[t.Part, ...]:
    """The address without the modules that lead to it."""
    parts = value.parts
    while len(parts) > 1 and parts[0].name == "module" and parts[0].kind in {"name", "attr"}:
        parts = parts[3:] if len(parts) > 2 and parts[2].kind == "index" else parts[2:]
    return parts


def _is_module(value: t.Expression) -> bool:
    return isinstance(value, t.Traversal) and value.root == "module" and not _rest(value)


def _address(value: t.Traversal, kind: str) -> Iterator[Finding]:
    parts = _rest(value)
    if parts and parts[0].name in _RESERVED:
        word = parts[0].name
        detail = f'The keyword "{word}" is reserved and cannot be used to target a resource address.'
        yield invalid(_CODE, parts[0].span, "Invalid address", detail, word)
        return
    if kind == "removed" and len(parts) > 1 and parts[0].name == "data":
        detail = "Data sources are never destroyed, so they are not valid targets of removed blocks."
        yield invalid(_CODE, value.span, "Data source address not allowed", detail, "data")
        return
    if parts and parts[0].name in {"data", "resource", "ephemeral"} and parts[0].kind in {"name", "attr"}:
        parts = parts[1:]
    rest = parts[2:]
    if rest and rest[0].kind == "attr":
        detail = "Resource instance key must be given in square brackets."
        yield invalid(_CODE, rest[0].span, "Invalid address", detail, rest[0].name)
    elif rest and kind == "removed":
        detail = (
            'Resource address must be a resource (e.g. "test_instance.foo"), not a resource instance (e.g. '
            '"test_instance.foo[1]").'
        )
        yield invalid(_CODE, value.span, "Resource instance keys not allowed", detail, "test_instance.foo")


@with_argument
def _imports(piece: t.Piece) -> tuple[t.Traversal, ...]:
    """The resources of this module that are imported by their whole address."""
    given = [block.body.attribute("to") for block in piece.body.blocks_of("import")]
    return tuple(a.value for a in given if a and isinstance(a.value, t.Traversal) and len(a.value.parts) == 2)


def check_imports(module: Module) -> Iterator[tuple[str, int, Finding]]:
    """Imports into resources with `count` or `for_each` that do not say which instance; with uri and offset."""
    for uri, tree in module.all_trees.items():
        for placed in tree.placed:
            for address in _imports(placed.piece):
                declared = module.resources.get(address.names)
                if declared and declared.repeated:
                    detail = f"The target resource is using {declared.repeated}."
                    summary = "Invalid import 'to' expression"
                    yield uri, placed.start, invalid(_CODE, address.span, summary, detail, ".".join(address.names))


@with_argument
def _moves(piece: t.Piece) -> tuple[tuple[tuple[str, ...], tuple[str, ...], t.Block], ...]:
    """From and to of each move of a resource that is written without keys, with its block."""
    found = []
    for block in piece.body.blocks_of("moved"):
        ends = [block.body.attribute(name) for name in ("from", "to")]
        names = [e.value.names for e in ends if e and isinstance(e.value, t.Traversal)]
        whole = [len(e.value.parts) for e in ends if e and isinstance(e.value, t.Traversal)]
        if len(names) == 2 and [len(n) for n in names] == whole:
            found.append((names[0], names[1], block))
    return tuple(found)


def check_moves(module: Module) -> Iterator[tuple[str, int, Finding]]:
    """Moves that lead nowhere, back to where they began, or from what is still there; with uri and offset."""
    moves = [
        (uri, placed.start, *move)
        for uri, tree in module.all_trees.items()
        for placed in tree.placed
        for move in _moves(placed.piece)
    ]
    targets = {start: end for _, _, start, end, _ in moves}
    for uri, offset, start, end, block in moves:
        shown = ".".join(start)
        if start == end:
            detail = (
                f"This statement declares a move from {shown} to the same address, which is the same as not moving."
            )
            yield uri, offset, invalid(_CODE, block.header_span, "Redundant move statement", detail, shown, "move")
        elif _returns(start, targets):
            detail = f"The moves that begin at {shown} lead back to it."
            summary = "Cyclic dependency in move statements"
            yield uri, offset, invalid("dependency-cycle", block.header_span, summary, detail, shown, "move")
        elif len(start) == 2 and start in module.resources:
            detail = (
                f"This statement declares a move from {shown}, but that resource is still declared. Change your "
                "configuration so that this resource is declared under the new name only."
            )
            yield uri, offset, invalid(_CODE, block.header_span, "Moved object still exists", detail, shown, "move")


def _returns(start: tuple[str, ...], targets: dict[tuple[str, ...], tuple[str, ...]]) -> bool:
    at = targets[start]
    seen = {start}
    while at in targets and at not in seen:
        seen.add(at)
        at = targets[at]
    return at == start
