"""Values that stand elsewhere, shown where they are used, and the parameters of functions that numbers are for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.service import Inlay
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.functions import functions, texts_of
from lsp_server.dialects.terraform.module import Declaration, Module, is_configuration, module_of
from lsp_server.dialects.terraform.parse import parse, parse_document

_LONGEST = 40  # code points of a value
_OF_ITSELF = "terraform.tfvars"


class _Use(NamedTuple):
    """A variable (`var`) or local value (`local`) that is a whole value, in a piece."""

    end: int
    kind: str
    name: str


class _Known(NamedTuple):
    """A value, and where it is from."""

    text: str
    origin: str


_Given = Mapping[str, tuple[t.Expression, str]]
"""What is given to variables: the value, and where it is from."""


class _Spots(NamedTuple):
    """Where hints may stand in a piece; those of parameters are ready."""

    uses: tuple[_Use, ...]
    parameters: tuple[Inlay, ...]


def inlays(unit: Unit, document: Document, span: Span) -> tuple[Inlay, ...]:
    """The hints for what stands in `span`, in the order of the text."""
    if not is_configuration(document):
        return ()
    module, given = module_of(unit), _given(unit)
    found: list[Inlay] = []
    for placed in parse_document(document).placed:
        if placed.start <= span.end and placed.span.end >= span.start:
            spots = _spots(placed.piece)
            found += [one._replace(offset=one.offset + placed.start) for one in spots.parameters]
            for use in spots.uses:
                known = _variable(module, given, use.name) if use.kind == "var" else _local(module, use.name)
                if known is not None:
                    found.append(Inlay(use.end + placed.start, _label(known.text), known.origin))
    return tuple(sorted(one for one in found if span.touches(one.offset)))


@with_argument
def _spots(piece: t.Piece) -> _Spots:
    nodes = list(_whole_values(piece.body))
    uses = [
        _Use(node.span.end, node.root, node.parts[1].name)
        for node in nodes
        if isinstance(node, t.Traversal) and node.root in {"var", "local"} and len(node.names) == len(node.parts) == 2
    ]
    calls = (node for node in t.expressions(piece.body) if isinstance(node, t.Call))
    return _Spots(tuple(uses), tuple(inlay for call in calls for inlay in _parameters(call)))


def _whole_values(node: Any) -> Iterator[t.Expression]:
    """The values of arguments and of keys, and the items of lists: there a hint stands at the end of all."""
    for child in t.children(node):
        if isinstance(child, t.Attribute | t.ObjectItem):
            yield child.value
        elif isinstance(node, t.TupleExpression):
            yield child
        yield from _whole_values(child)


def _parameters(call: t.Call) -> Iterator[Inlay]:
    """What numbers and truth values are for among several arguments."""
    function = functions().get(call.name.removeprefix("core::"))
    if function is None or len(call.args) < 2:
        return
    for parameter, value in zip(function.parameters, call.args, strict=False):
        bare = value.operand if isinstance(value, t.Unary) else value
        if isinstance(bare, t.Literal) and bare.value is not None:
            told = texts_of(function.name).parameters.get(parameter.name, "")
            yield Inlay(value.span.start, f"{parameter.name}:", told, before=True)


def _variable(module: Module, given: _Given, name: str) -> _Known | None:
    """What a variable is unless another value is given: what a file that is always read says, or its default."""
    declared = module.variables.get(name)
    if declared is None or _is_hidden(declared):
        return None
    if name in given:
        return _known(*given[name])
    default = declared.argument("default")
    return _known(default.value, f"Default of the variable `{name}`") if default is not None else None


def _is_hidden(variable: Declaration) -> bool:
    sensitive = variable.argument("sensitive")
    return sensitive is not None and not (isinstance(sensitive.value, t.Literal) and sensitive.value.value is False)


def _given(unit: Unit) -> _Given:
    """The values in the files that are read unasked, by variable; a later file counts before an earlier one."""
    files = [one for one in unit if one.name == _OF_ITSELF or one.name.endswith(".auto.tfvars")]
    found: dict[str, tuple[t.Expression, str]] = {}
    for file in sorted(files, key=lambda one: (one.name != _OF_ITSELF, one.name)):
        attributes = [one for placed in parse(file.text).placed for one in placed.piece.body.attributes]
        found |= {one.name: (one.value, f"Value in `{file.name}`") for one in reversed(attributes)}
    return found


def _local(module: Module, name: str) -> _Known | None:
    declared = module.locals.get(name)
    value = declared.value or (declared.attribute.value if declared.attribute else None) if declared else None
    return _known(value, f"Value of `local.{name}`") if value is not None else None


def _known(value: t.Expression, origin: str) -> _Known | None:
    """A value that is written out in a few words."""
    match value:
        case t.Template(heredoc=False) if value.text is not None:
            return _Known(value.text, origin)
        case t.Literal(value=bool() as truth):
            return _Known(str(truth).lower(), origin)
        case t.Literal(value=int() | float() as number):
            return _Known(str(number), origin)
    return None


def _label(text: str) -> str:
    line = " ".join(text.split())
    return f"= {line if len(line) <= _LONGEST else line[: _LONGEST - 1] + '…'}" if line else '= ""'
