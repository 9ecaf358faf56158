"""Judges what expressions refer to: declared or not, in scope or not, with the attributes that there are."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.nearness import near
from lsp_server.dialects.terraform.references import Reference, references
from lsp_server.dialects.terraform.resolve import Problem, Resolver
from lsp_server.dialects.terraform.schema import Choice
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.quoted import check_quoted

_SELF_PLACES = frozenset({"provisioner", "connection", "postcondition"})
_VALUES = frozenset({"var", "local", "module"})  # what they hold is known only when they are evaluated
_LISTED = 40


def check_references(piece: t.Piece, resolver: Resolver) -> Iterator[Finding]:
    """Findings for every reference of a piece."""
    for block in piece.body.blocks:
        if block.type in {"resource", "data"} and len(block.labels) > 1:
            yield from _ignored(block, resolver)
            yield from _provider(block, resolver)
        for warning, reference, problem in check_quoted(block, resolver):
            yield warning
            if problem and not _may_be(problem, reference, resolver):
                yield _finding(problem, reference)
    for reference in references(piece):
        if _is_keyword(reference):
            continue
        problem = resolver.resolve(reference).problem
        if problem and _may_be(problem, reference, resolver):
            continue
        if problem:
            yield _judged(_finding(problem, reference), reference, resolver)
        elif reference.traversal.root not in reference.scope:
            yield from _scope(reference, piece, resolver)
            yield from _self_reference(reference)


def _may_be(problem: Problem, reference: Reference, resolver: Resolver) -> bool:
    """Whether it is no mistake: declared in a file that cannot be read, or a value that `try` finds missing."""
    if problem.code == "undeclared-reference":
        return resolver.partial
    return problem.code == "unknown-attribute" and reference.tried and reference.traversal.root in _VALUES


def _judged(finding: Finding, reference: Reference, resolver: Resolver) -> Finding:
    """An attribute that only the schema's version decides on is an error if every version that may count says so."""
    names = tuple(str(finding.data.get("address", "")).split("."))
    kind, name = (names[0], names[1:]) if names[0] in {"data", "ephemeral"} else ("resource", names)
    declaration = resolver.declaration(kind, name)
    choice = resolver.schemas.choice_of(declaration) if declaration else None
    if finding.code != "unknown-attribute" or choice is None:
        return finding
    if not choice.exact:
        return finding.weakened(_unbundled(choice))
    for other in resolver.schemas.alternatives:
        if resolver.by(other).resolve(reference).problem is None:
            return finding.weakened(f"(So says {choice.title}, the newest; an older major version has it.)")
    return finding


def _unbundled(choice: Choice) -> str:
    return f"(Judged by {choice.title}; the project's own provider version is not bundled.)"


def _is_keyword(reference: Reference) -> bool:
    """Bare words that are not references: `when = destroy` of a provisioner, `events = [after_create]` of a trigger."""
    if len(reference.traversal.parts) > 1:
        return False
    if len(reference.path) > 2 and reference.path[-1][0] == "action_trigger":
        return reference.argument == "events"
    return len(reference.path) > 1 and reference.argument in {"when", "on_failure"}


def _finding(problem: Problem, reference: Reference) -> Finding:
    data = dict(problem.data)
    known = data.get("candidates")
    if isinstance(known, list) and len(known) > _LISTED:
        data["candidates"] = near(str(data.get("name", "")), known)
    elif (
        isinstance(known, list)
        and known
        and "name" in data
        and data.get("kind") not in {"count", "for_each", "collection", "word"}
    ):
        data["candidates"] = near(str(data["name"]), known) or known
    data["argument"] = reference.argument
    data["block"] = reference.path
    return Finding(problem.code, problem.span, problem.summary, problem.detail, data)


_OF_EACH = (
    "The supported attributes are each.key and each.value, the current key and value pair of the "
    '"for_each" attribute set.'
)
_OF_COUNT = (
    "The only supported attribute is count.index, which is the index of each instance of a resource block that has the "
    '"count" argument set.'
)
_HERE = {"each": (("key", "value"), _OF_EACH), "count": (("index",), _OF_COUNT)}


def _scope(reference: Reference, piece: t.Piece, resolver: Resolver) -> Iterator[Finding]:
    root = reference.traversal.root
    path = reference.path
    names = reference.traversal.names
    if root in _HERE and len(names) > 1 and names[1] not in _HERE[root][0]:
        known, hint = _HERE[root]
        detail = f'The "{root}" object does not have an attribute named "{names[1]}". {hint}'
        data = {"name": names[1], "kind": "attribute", "candidates": list(known)}
        span = reference.traversal.parts[1].span
        yield Finding("unknown-attribute", span, f'Invalid "{root}" attribute', detail, data)
        return
    if root in {"each", "count"} and not _repeats(reference, piece, root, resolver):
        wanted = "for_each" if root == "each" else "count"
        summary = (
            'Reference to "each" in context without for_each'
            if root == "each"
            else ('Reference to "count" in non-counted context')
        )
        detail = (
            f'The "{root}" object can only be used in "module", "resource", and "data" blocks, and only when the '
            f'"{wanted}" argument is set.'
        )
        yield Finding(
            "out-of-scope", reference.traversal.span, summary, detail, {"name": root, "kind": wanted, "block": path}
        )
    elif root == "self" and not any(step[0] in _SELF_PLACES for step in path):
        detail = (
            'The "self" object is not available in this context. It can be used only in resource provisioner, '
            "connection, and postcondition blocks."
        )
        yield Finding(
            "out-of-scope", reference.traversal.span, 'Invalid "self" reference', detail, {"name": root, "kind": "self"}
        )


def _repeats(reference: Reference, piece: t.Piece, root: str, resolver: Resolver) -> bool:
    """Whether the top-level block around a reference, or a file over it, has what brings `each` or `count`."""
    at = reference.traversal.span
    wanted = "for_each" if root == "each" else "count"
    block = next((b for b in piece.body.blocks if b.span.encloses(at)), None)
    if len(reference.path) == 1 and reference.argument in {"count", "for_each", "depends_on"}:
        return False
    if block is None or block.type == "removed" or block.body.attribute(wanted) is not None:
        return block is not None  # what is removed had it, or not
    if block.type not in {"resource", "data", "ephemeral", "module"} or not block.labels:
        return False
    declared = resolver.declaration(block.type, block.address[1:])
    return declared is not None and wanted in declared.repeats


def _self_reference(reference: Reference) -> Iterator[Finding]:
    """A resource or data source whose configuration refers to itself."""
    if not reference.path or reference.path[0][0] not in {"resource", "data"}:
        return
    own = reference.path[0]
    names = reference.traversal.names
    address = own[1:3] if own[0] == "resource" else ("data", *own[1:3])
    if len(own) == 3 and names[: len(address)] == address and len(reference.path) < 3:
        if any(step[0] in {"provisioner", "connection", "lifecycle"} for step in reference.path):
            return
        shown = ".".join(address)
        detail = f"Configuration for {shown} may not refer to itself."
        yield Finding(
            "self-reference",
            reference.traversal.span,
            "Self-referential block",
            detail,
            {"name": shown, "kind": "reference"},
        )


def _ignored(block: t.Block, resolver: Resolver) -> Iterator[Finding]:
    """`ignore_changes` names arguments of the resource itself."""
    schema = resolver.schemas.block_of(block) if block.type == "resource" else None
    choice = resolver.schemas.choice_of(block)
    given = [a for b in block.body.blocks_of("lifecycle") for a in b.body.attributes if a.name == "ignore_changes"]
    items = [i for a in given if isinstance(a.value, t.TupleExpression) for i in a.value.items]
    for item in items if schema and not schema.opaque else ():
        if not isinstance(item, t.Traversal) or schema is None or choice is None:
            continue
        known = [*schema.attributes, *schema.blocks]
        if item.root not in known:
            detail = f'This object has no argument, nested block, or exported attribute named "{item.root}".'
            data = {"name": item.root, "kind": "attribute", "candidates": near(item.root, known)}
            span = item.parts[0].span
            found = Finding("unknown-attribute", span, "Unsupported attribute", detail, data)
            others = [other.block_of(block) for other in resolver.schemas.alternatives]
            elsewhere = any(s and (item.root in s.attributes or item.root in s.blocks) for s in others)
            if elsewhere:
                yield found.weakened("(Another major version of the provider has it.)")
            else:
                yield found if choice.exact else found.weakened(_unbundled(choice))


def _provider(block: t.Block, resolver: Resolver) -> Iterator[Finding]:
    """`provider = aws.west` wants a configuration with that alias; a module that is called may get it from outside."""
    given = block.body.attribute("provider")
    names = given.value.names if given and isinstance(given.value, t.Traversal) else ()
    if given is None or len(names) != 2 or resolver.declaration("provider", names):
        return
    if not any(names in required.aliases for required in resolver.required_providers.values()):
        known = [".".join(name) for name in resolver.names("provider") if len(name) == 2]
        shown = ".".join(names)
        detail = f'No provider configuration "{shown}" is declared here. A calling module has to pass it.'
        data = {"name": shown, "kind": "provider", "address": names, "candidates": known}
        yield Finding("undeclared-reference", given.value.span, "Undeclared provider", detail, data, weaker=True)
