"""What a module knows becomes one of its outputs: an attribute of a resource, a local, an output of a child module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Declaration
from lsp_server.dialects.terraform.references import Reference
from lsp_server.dialects.terraform.resolve import Resolver
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.fixers.terraform.content import scene_of
from lsp_server.fixers.terraform.values import is_secret
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of, uses_names
from lsp_server.refactorings.terraform.writing import declare, free_name, name_from, native

_RESOURCE = 2  # names in the address of a resource
_PROVIDED = frozenset({"depends_on", "provider", "count", "for_each", "providers", "lifecycle"})


def extract_output(selection: Selection) -> Iterator[Refactoring]:
    """Offer it where a value is used, on an argument of a resource, and where a local is declared."""
    spot = spot_of(selection)
    found = _value(spot) if selection.asked else None
    if found is None:
        return
    value, words = found
    if any(output.value == value for output in _outputs(spot)):
        return
    name = free_name(name_from(*words), spot.module.outputs)
    secret = is_secret(name) or _is_sensitive(spot, value)
    title = f"Extract '{value}' to output '{name}'"
    title += ", which is not shown" if secret else ""
    edits = partial(_edits, spot, name, value, words, secret=secret)
    yield Refactoring("output", title, Kind.EXTRACT, edits, Comparison(adds=frozenset({("output", name)})))


class _Output(str):
    """The value of an output, as it is written."""

    @property
    def value(self) -> str:
        """The text."""
        return str(self)


def _outputs(spot: Spot) -> Iterator[_Output]:
    for declared in spot.module.outputs.values():
        given = declared.argument("value")
        if given is not None:
            yield _Output(declared.placed.piece.text[given.value.span.start : given.value.span.end])


def _value(spot: Spot) -> tuple[str, tuple[str, ...]] | None:
    """An expression for what the spot is about, and the words that name it."""
    node, path = spot.expression, spot.path
    if not path or path[0].type in {"output", "terraform", "variable", "moved", "removed", "import"}:
        return None
    if isinstance(node, t.Traversal) and not spot.on_name:
        return _reference(spot, node)
    attribute = spot.attribute
    if attribute is None or not spot.on_name or len(path) != 1:
        return None
    if path[0].type == "locals":
        return f"local.{attribute.name}", (attribute.name,)
    return _argument(spot, attribute) if path[0].type in {"resource", "data"} else None


def _argument(spot: Spot, attribute: t.Attribute) -> tuple[str, tuple[str, ...]] | None:
    path = spot.path
    declared = spot.module.of_kind(path[0].type).get(path[0].address[1:])  # type: ignore[call-overload]  # by (type, name)
    if not isinstance(declared, Declaration) or declared.repeated or attribute.name in _PROVIDED:
        return None
    content = scene_of(spot.unit).type_content(declared.kind, declared.name[0])
    if not content.opaque and content.argument(attribute.name) is None:
        return None
    return f"{declared.address}.{attribute.name}", (declared.name[1], attribute.name)


def _reference(spot: Spot, node: t.Traversal) -> tuple[str, tuple[str, ...]] | None:
    names = node.names
    if uses_names(node, spot.scope) or len(names) < _RESOURCE or names[0] in {"path", "terraform"}:
        return None
    kept = names[1:] if names[0] in {"var", "local", "module"} else names[names[0] == "data" :][1:]
    if _resolver(spot).resolve(Reference(node, frozenset(), (), "")).problem is not None:
        return None
    steps = [part.name for part in node.parts[len(names) :] if part.kind == "attr"]
    known = len(names) > _RESOURCE or names[0] in {"var", "local", "module"} or bool(steps)
    return (spot.text(node), (*kept, *steps)) if known else None


def _resolver(spot: Spot) -> Resolver:
    return Resolver(spot.module, schema_for(spot.module))


def _is_sensitive(spot: Spot, value: str) -> bool:
    root, _, rest = value.partition(".")
    variable = spot.module.variables.get(rest.partition(".")[0]) if root == "var" else None
    marked = variable.argument("sensitive") if variable is not None else None
    return marked is not None and isinstance(marked.value, t.Literal) and marked.value.value is True


def _edits(spot: Spot, name: str, value: str, words: tuple[str, ...], *, secret: bool) -> Iterable[Edit]:
    said = {"description": f'"{_purpose(words)}"', "value": value}
    said |= {"sensitive": "true"} if secret else {}
    return native(spot.unit, [declare(spot, "output", name, said)])


def _purpose(words: tuple[str, ...]) -> str:
    *owner, last = words
    last = last.replace("_", " ")
    said = {"id": "ID", "arn": "ARN"}.get(last, f"{last[:1].upper()}{last[1:]}")
    return f"{said} of {'.'.join(owner)}" if owner else said


REFACTORERS = (Refactorer("outputs", frozenset({Kind.EXTRACT}), extract_output),)
