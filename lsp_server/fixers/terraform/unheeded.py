"""A variable that nothing uses, while a literal stands where its value belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import is_configuration, module_of
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.place import fix

_TELLING = 5  # letters of an argument's name that tell what a longer name of a variable is about
_USING = frozenset({"resource", "data", "module"})


def use_variable(context: FixContext, diagnostic: Diagnostic, variable: t.Block) -> Iterator[Fix]:
    """Refer to the variable where its default stands as a literal; a literal of another value is a person's choice."""
    name = variable.labels[0].text
    default = variable.body.attribute("default")
    names = module_of(context.unit).variables
    places = [
        (d, a) for d in context.unit if is_configuration(d) for a in _literals(d) if _meant(a.name, names) == [name]
    ]
    wanted = context.document.slice(default.value.span) if default is not None else ""
    equal = [(d, a) for d, a in places if d.slice(a.value.span) == wanted]
    chosen = equal or (places if len(places) == 1 else [])
    if not chosen:
        return
    where = f"for `{chosen[0][1].name}`" if len(chosen) == 1 else f"in {len(chosen)} places"
    told = f"Use the variable `{name}` {where}" + (", where its default stands" if equal else "")
    edits = [Edit(document.uri, argument.value.span, f"var.{name}") for document, argument in chosen]
    trust = Applicability.UNSAFE if equal else Applicability.DISPLAY_ONLY
    yield fix(told, edits, [diagnostic], "unused", trust)


def _literals(document: Document) -> Iterator[t.Attribute]:
    """The arguments of resources, data sources and module calls, at any depth, whose value is a plain literal."""
    waiting = [block for block in parse_document(document).blocks if block.type in _USING]
    while waiting:
        block = waiting.pop(0)
        waiting += (inner for inner in block.body.blocks if inner.type != "lifecycle")
        constant = ("source", "version") if block.type == "module" else ()
        yield from (a for a in block.body.attributes if a.name not in constant and _is_literal(a.value))


def _is_literal(value: t.Expression) -> bool:
    return isinstance(value, t.Literal) or (isinstance(value, t.Template) and not value.heredoc and bool(value.text))


def _meant(argument: str, variables: Iterable[str]) -> list[str]:
    """The variables that are called after an argument."""
    long = len(argument) >= _TELLING
    return [name for name in variables if name == argument or (long and name.endswith(f"_{argument}"))]
