"""Reads the type constraint of a variable: `string`, `list(string)`, `object({ name = string })`."""

from __future__ import annotations

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Declaration
from lsp_server.dialects.terraform.types import DYNAMIC, Type

PRIMITIVES = ("string", "number", "bool")
COLLECTIONS = ("list", "set", "map")
_WORDS = (*PRIMITIVES, "any", *COLLECTIONS, "object", "tuple", "optional")


class NoConstraint(ValueError):
    """The expression is no type. `span` says where; `summary` and the text are Terraform's."""

    def __init__(self, expression: t.Expression, detail: str, name: str = "") -> None:
        super().__init__(detail)
        self.span = expression.span
        self.name = name


def constraint(expression: t.Expression) -> Type:
    """The type that an expression stands for. Raises NoConstraint."""
    if isinstance(expression, t.Parenthesis):
        return constraint(expression.inner)
    if isinstance(expression, t.Traversal) and len(expression.parts) == 1:
        return _word(expression)
    if isinstance(expression, t.Call):
        return _call(expression)
    raise NoConstraint(
        expression,
        "A type specification is either a primitive type keyword (bool, number, string), a "
        "complex type constructor call, like list(string).",
    )


def _word(expression: t.Traversal) -> Type:
    word = expression.root
    if word in PRIMITIVES:
        return Type(word)
    if word in {"any", *COLLECTIONS}:
        return DYNAMIC if word == "any" else Type(word, DYNAMIC)
    raise NoConstraint(expression, f'The keyword "{word}" is not a valid type specification.', word)


def _call(call: t.Call) -> Type:
    name, args = call.name, call.args
    if name in COLLECTIONS and len(args) == 1:
        return Type(name, constraint(args[0]))
    if name == "optional" and args:
        return constraint(args[0])
    if name == "object" and len(args) == 1 and isinstance(args[0], t.ObjectExpression):
        items = args[0].items
        wrong = next((item.key for item in items if not isinstance(item.key, t.Traversal)), None)
        if wrong is not None:
            raise NoConstraint(wrong, "Object constructor map keys must be attribute names.")
        optional = {
            item.name or "" for item in items if isinstance(item.value, t.Call) and item.value.name == "optional"
        }
        fields = tuple((item.name or "", constraint(item.value)) for item in items)
        return Type("object", fields=fields, may_lack=frozenset(optional))
    if name == "tuple" and len(args) == 1 and isinstance(args[0], t.TupleExpression):
        for item in args[0].items:
            constraint(item)
        return DYNAMIC
    if name in _WORDS:
        raise NoConstraint(call, f'The type "{name}" is not written with these arguments.', name)
    raise NoConstraint(call, f'Keyword "{name}" is not a valid type constructor.', name)


def variable_type(declaration: Declaration) -> Type | None:
    """The type of a declared variable; None where nothing is known of it."""
    given = declaration.argument("type")
    if given is None:
        return None
    try:
        return constraint(given.value)
    except NoConstraint:
        return None


def allowed_words(variable: t.Block) -> tuple[str, ...]:
    """The words that a variable's validation lets through: those of `contains([…], var.name)`."""
    own = ("var", variable.labels[0].text if variable.labels else "")
    for validation in variable.body.blocks_of("validation"):
        condition = validation.body.attribute("condition")
        match condition.value if condition else None:
            case t.Call(name="contains", args=(t.TupleExpression(items=items), t.Traversal() as asked)) if (
                asked.names == own
            ):
                texts = [item.text for item in items if isinstance(item, t.Template)]
                return tuple(text for text in texts if text)
    return ()
