"""What can stand right of `=`: expressions as small frozen values with spans in code points."""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.core.document import Span


@dataclass(frozen=True, slots=True)
class Expression:
    """Anything that can stand right of `=`. `span` covers all of it, without surrounding blanks."""

    span: Span


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """A number, `true`, `false` or `null`."""

    value: float | int | bool | None


@dataclass(frozen=True, slots=True)
class TextPart(Expression):
    """Literal text inside a template, escapes decoded in `value`."""

    value: str


@dataclass(frozen=True, slots=True)
class Interpolation(Expression):
    """`${ inner }` in a template; `span` includes the braces."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Directive(Expression):
    """`%{ if … }` or `%{ for … }` up to its end; `names` are the variables that a `for` brings into `parts`."""

    names: tuple[Part, ...]
    condition: Expression
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Template(Expression):
    """A quoted string or a heredoc. `parts` are TextPart, Interpolation and Directive in order."""

    parts: tuple[Expression, ...]
    heredoc: bool = False

    @property
    def text(self) -> str | None:
        """The string's value where it has no interpolation, else None."""
        if any(not isinstance(part, TextPart) for part in self.parts):
            return None
        return "".join(part.value for part in self.parts if isinstance(part, TextPart))


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a traversal.

    `kind` is `name` (the root), `attr` (`.name`), `index` (`[key]` or `.0`) or `splat` (`[*]` or `.*`).
    `span` covers the name alone for `name` and `attr`, everything with brackets otherwise.
    """

    kind: str
    name: str
    span: Span
    key: Expression | None = None


@dataclass(frozen=True, slots=True)
class Traversal(Expression):
    """A reference: `var.x`, `aws_vpc.main[0].id`, or a bare word. The first part is the root name."""

    parts: tuple[Part, ...]

    @property
    def root(self) -> str:
        """The first name."""
        return self.parts[0].name

    @property
    def names(self) -> tuple[str, ...]:
        """The leading names, up to the first index or splat."""
        found = []
        for part in self.parts:
            if part.kind not in {"name", "attr"}:
                break
            found.append(part.name)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Access(Expression):
    """Steps taken from a value that is not a reference: `f(x).id`, `(a).b`."""

    source: Expression
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """A function call; `expand` tells that the last argument ends in `...`. `args_span` is inside the parentheses."""

    name: str
    name_span: Span
    args: tuple[Expression, ...]
    args_span: Span
    expand: bool = False


@dataclass(frozen=True, slots=True)
class TupleExpression(Expression):
    """`[a, b]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ObjectItem:
    """`key = value` of an object. A bare word as key is a Traversal of one part that means its own name."""

    key: Expression
    value: Expression
    span: Span

    @property
    def name(self) -> str | None:
        """The key where it is written out, None where it is computed."""
        if isinstance(self.key, Template):
            return self.key.text
        if isinstance(self.key, Traversal) and len(self.key.parts) == 1:
            return self.key.root
        return None


@dataclass(frozen=True, slots=True)
class ObjectExpression(Expression):
    """`{ key = value }`."""

    items: tuple[ObjectItem, ...]


@dataclass(frozen=True, slots=True)
class ForExpression(Expression):
    """`[for k, v in collection : value if condition]`, or with braces and `key => value` (then `key` is set)."""

    names: tuple[Part, ...]
    collection: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    makes_object: bool


@dataclass(frozen=True, slots=True)
class Conditional(Expression):
    """`condition ? yes : no`."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Unary(Expression):
    """`-x` or `!x`."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """`left operator right`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Parenthesis(Expression):
    """`(inner)`."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Broken(Expression):
    """A place where an expression should be and none can be read; nothing is known about it."""

    inner: tuple[Expression, ...] = ()
