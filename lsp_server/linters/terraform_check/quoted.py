"""Judges references that stand in quotes, as `depends_on` and `ignore_changes` had them until Terraform 0.12."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import read_piece
from lsp_server.dialects.terraform.references import Reference
from lsp_server.dialects.terraform.resolve import Problem, Resolver
from lsp_server.linters.terraform_check.finding import Finding

_OWNERS = frozenset({"resource", "data", "ephemeral", "module", "output"})
_BEFORE = "x = "
_DETAIL = (
    "In this context, references are expected literally rather than in quotes. Terraform 0.11 and earlier required "
    "quotes, but quoted references are now deprecated and will be removed in a future version of Terraform."
)


def quoted_references(block: t.Block) -> Iterator[tuple[str, t.Template, t.Traversal]]:
    """By the argument's name, each quoted reference of a block, and what it says, with spans of the block's text."""
    for argument, value in _lists(block):
        for item in value.items:
            text = item.text if isinstance(item, t.Template) and not item.heredoc else None
            said = _reference(text) if text else None
            if isinstance(item, t.Template) and said is not None:
                yield argument, item, t.shift(said, item.span.start + 1 - len(_BEFORE))


def check_quoted(block: t.Block, resolver: Resolver) -> Iterator[tuple[Finding, Reference, Problem | None]]:
    """A warning for each; with it the reference and its problem where what it names is not declared."""
    for argument, item, said in quoted_references(block):
        data = {"name": said.root, "kind": "reference", "argument": argument}
        warning = Finding("quoted-reference", item.span, "Quoted references are deprecated", _DETAIL, data)
        reference = Reference(said, frozenset(), (block.address,), argument)
        problem = resolver.resolve(reference).problem if argument == "depends_on" else None
        undeclared = problem if problem and problem.code == "undeclared-reference" else None
        yield warning, reference, undeclared


def _lists(block: t.Block) -> Iterator[tuple[str, t.TupleExpression]]:
    lifecycles = block.body.blocks_of("lifecycle") if block.type == "resource" else ()
    given = [block.body.attribute("depends_on")] if block.type in _OWNERS else []
    for attribute in (*given, *(b.body.attribute("ignore_changes") for b in lifecycles)):
        if attribute and isinstance(attribute.value, t.TupleExpression):
            yield attribute.name, attribute.value


def _reference(text: str) -> t.Traversal | None:
    piece = read_piece(f"{_BEFORE}{text}\n")
    value = piece.body.attributes[0].value if len(piece.body.attributes) == 1 else None
    whole = Span(len(_BEFORE), len(_BEFORE) + len(text))
    return value if isinstance(value, t.Traversal) and value.span == whole and not piece.problems else None
