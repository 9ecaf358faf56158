"""Operators and functions whose values are of the wrong kind: texts joined by `+`, arguments the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.functions import functions
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.content import scene_of
from lsp_server.fixers.terraform.expression_at import smallest
from lsp_server.fixers.terraform.place import fix
from lsp_server.fixers.terraform.values import fits, type_of

OPERAND_CODES = frozenset({"invalid-operand"})
ARGUMENT_CODES = frozenset({"function-arguments"})
TEMPLATE_CODES = frozenset({"invalid-template"})


def fix_operand(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`"a" + var.b`: a template, which is how texts are joined."""
    document = context.document
    sums = [e for e in _around(document, diagnostic) if isinstance(e, t.Binary) and e.operator == "+"]
    if not sums:
        return
    whole = max(sums, key=lambda e: e.span.end - e.span.start)
    parts = list(_summands(whole))
    below = (d for d in context.diagnostics if d.code in OPERAND_CODES and whole.span.encloses(d.span))
    clears = list(dict.fromkeys([diagnostic, *below]))
    if all(_is_list(context, part) for part in parts):
        text = f"concat({', '.join(document.slice(part.span) for part in parts)})"
        yield fix("Join the lists with `concat`", [Edit(document.uri, whole.span, text)], clears, "operand")
        return
    if not any(isinstance(p, t.Template) and p.text is not None for p in parts):
        return
    if any(isinstance(p, t.Template) and p.heredoc for p in parts) or "\n" in document.slice(whole.span):
        return
    text = "".join(_inlined(document, part) for part in parts)
    edit = Edit(document.uri, whole.span, f'"{text}"')
    yield fix("Join the texts in a template", [edit], clears, "operand")


def _is_list(context: FixContext, value: t.Expression) -> bool:
    known = type_of(scene_of(context.unit), value)
    return known is not None and known.is_list


def _around(document: Document, diagnostic: Diagnostic) -> Iterator[t.Expression]:
    block = parse_document(document).block_at(diagnostic.span.start)
    if block is not None:
        yield from (e for e in t.expressions(block.body) if e.span.encloses(diagnostic.span))


def _summands(value: t.Expression) -> Iterator[t.Expression]:
    if isinstance(value, t.Binary) and value.operator == "+":
        yield from _summands(value.left)
        yield from _summands(value.right)
    else:
        yield value


def _inlined(document: Document, value: t.Expression) -> str:
    written = document.slice(value.span)
    return written[1:-1] if isinstance(value, t.Template) else f"${{{written}}}"


def fix_arguments(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Two arguments the other way round, or the functions that brackets and braces took the place of."""
    call = smallest(context.document, diagnostic.span, t.Call)
    if call is None:
        return
    yield from old_collection(context, call, diagnostic)
    known = functions().get(call.name)
    if known is None or len(call.args) != 2 or len(known.parameters) + (known.variadic is not None) < 2:
        return
    wanted = [*known.parameters, *([known.variadic] if known.variadic else [])][:2]
    scene, document = scene_of(context.unit), context.document
    first, second = call.args
    turned = fits(scene, first, wanted[1].type) and fits(scene, second, wanted[0].type)
    wrong = not fits(scene, first, wanted[0].type) or not fits(scene, second, wanted[1].type)
    if turned and wrong:
        edits = [
            Edit(document.uri, first.span, document.slice(second.span)),
            Edit(document.uri, second.span, document.slice(first.span)),
        ]
        clears = [d for d in context.diagnostics if d.code in ARGUMENT_CODES and call.span.encloses(d.span)]
        title = f"Turn the arguments of `{call.name}` round"
        yield fix(title, edits, clears or [diagnostic], "function")


def fix_template(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A list or an object in the middle of a text: joined, or as JSON. Which of them, and by what, is for a person."""
    value = smallest(context.document, diagnostic.span, t.Traversal)
    if value is None or value.span != diagnostic.span:
        return
    known, written = type_of(scene_of(context.unit), value), context.document.slice(value.span)
    ways = [("Join its elements", f'join(",", {written})')] if known is not None and known.is_list else []
    for title, text in (*ways, ("Write it as JSON", f"jsonencode({written})")):
        edits = [Edit(context.document.uri, value.span, text)]
        yield fix(title, edits, [diagnostic], "operand", Applicability.DISPLAY_ONLY)


def old_collection(context: FixContext, call: t.Call, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`list(a, b)` and `map(k, v)`, which Terraform 0.15 has no more: brackets and braces say the same."""
    document = context.document
    written = [document.slice(argument.span) for argument in call.args]
    if call.expand or any(_is_type(argument) for argument in call.args):
        return  # what is spread out at the end has no place in brackets, and a type is no value at all
    if call.name == "list":
        text = f"[{document.slice(call.args_span)}]"
        if any(isinstance(e, t.Binary) and call in {e.left, e.right} for e in _around(document, diagnostic)):
            text = f"tolist({text})"  # `[…] == var.list` is never true: brackets alone make a tuple
        title = "Write the list in brackets"
    elif call.name == "map" and len(written) % 2 == 0:
        pairs = zip(call.args[::2], written[::2], written[1::2], strict=True)
        inner = ", ".join(f"{k if isinstance(a, t.Template) else f'({k})'} = {v}" for a, k, v in pairs)
        text = f"tomap({{ {inner} }})" if inner else "{}"
        title = "Write the map in braces"
    else:
        return
    yield fix(title, [Edit(document.uri, call.span, text)], [diagnostic], "function", Applicability.SAFE)


def _is_type(value: t.Expression) -> bool:
    """Whether it is written as a type is: a word alone, `object({ … })`."""
    word = isinstance(value, t.Traversal) and len(value.parts) == 1
    return word or (isinstance(value, t.Call) and value.name in {"object", "tuple"})
