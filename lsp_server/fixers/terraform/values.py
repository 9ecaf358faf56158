"""Values as they are written: whether one fits a type, and how a type is written in a variable."""

from __future__ import annotations

import re

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.references import Reference
from lsp_server.dialects.terraform.resolve import Resolver
from lsp_server.dialects.terraform.types import DYNAMIC, STRING, Type
from lsp_server.fixers.terraform.content import Scene

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?\Z")
_SECRET = re.compile(r"password|secret|token|private_key|credential", re.I)


def type_of(scene: Scene, value: t.Expression) -> Type | None:  # noqa: PLR0911  # one case each
    """The type of a value where it is plain to see; None where it is not."""
    match value:
        case t.Literal(value=bool()):
            return Type("bool")
        case t.Literal(value=int() | float()):
            return Type("number")
        case t.Template(parts=(t.Interpolation(inner=inner),), heredoc=False):
            return type_of(scene, inner)
        case t.Template():
            return STRING
        case t.TupleExpression(items=items):
            return Type("list", type_of(scene, items[0]) or DYNAMIC if items else DYNAMIC)
        case t.ObjectExpression():
            return Type("object")
        case t.Parenthesis(inner=inner):
            return type_of(scene, inner)
        case t.Traversal(names=("var", name)) if len(value.parts) == 2 and (said := _default(scene, name)):
            return type_of(scene, said)
        case t.Traversal():
            resolved = Resolver(scene.module, scene.schemas).resolve(Reference(value, frozenset(), (), ""))
            found = resolved.cursor if isinstance(resolved.cursor, Type) else None
            return Type("list", found) if found and resolved.each else found
    return None


def _default(scene: Scene, name: str) -> t.Expression | None:
    """The default of a variable that does not say its type."""
    declared = scene.module.variables.get(name)
    if declared is None or declared.argument("type") is not None:
        return None
    given = declared.argument("default")
    return given.value if given is not None and not isinstance(given.value, t.Traversal) else None


def fits(scene: Scene, value: t.Expression, wanted: Type) -> bool:
    """Whether a value can be given to an argument of a type, as far as one can see."""
    if wanted.kind == "dynamic":
        return True
    if isinstance(value, t.Template) and value.text is not None:
        text = value.text
        plain = {"string": True, "number": bool(_NUMBER.match(text)), "bool": text in {"true", "false"}}
        return plain.get(wanted.kind, False)
    if isinstance(value, t.TupleExpression) and wanted.is_list:
        return all(wanted.element is None or fits(scene, item, wanted.element) for item in value.items)
    found = type_of(scene, value)
    return found is None or _converts(found, wanted)


def _converts(found: Type, wanted: Type) -> bool:
    if "dynamic" in {found.kind, wanted.kind}:
        return True
    if wanted.primitive:
        return found.kind == wanted.kind or (found.primitive and "string" in {found.kind, wanted.kind})
    if wanted.is_list:
        return found.is_list
    return found.kind in {"map", "object"}


def needs_brackets(scene: Scene, value: t.Expression, wanted: Type) -> bool:
    """Whether a single value is given where a list is wanted, and would fit as its only element."""
    if not wanted.is_list or wanted.element is None or fits(scene, value, wanted):
        return False
    return fits(scene, value, wanted.element)


def constraint(wanted: Type) -> str:
    """A type as a variable's `type` says it."""
    if wanted.kind == "dynamic":
        return "any"
    if wanted.kind == "object":
        inner = ", ".join(f"{name} = {constraint(kind)}" for name, kind in wanted.fields)
        return f"object({{ {inner} }})" if inner else "any"
    if wanted.element is not None:
        return f"{wanted.kind}({constraint(wanted.element)})"
    return wanted.kind


def is_secret(name: str) -> bool:
    """Whether a value of that name should not be shown."""
    return bool(_SECRET.search(name))
