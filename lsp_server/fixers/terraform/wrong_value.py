"""A value of the wrong type, a file that is not there, a word without quotes, an unknown function."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.functions import functions
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.types import STRING, Type
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import shape
from lsp_server.fixers.terraform.conditions import OWN
from lsp_server.fixers.terraform.content import scene_of
from lsp_server.fixers.terraform.expression_at import smallest, use_of
from lsp_server.fixers.terraform.names import is_certain, nearest, one_slip, words
from lsp_server.fixers.terraform.operands import fix_operand, old_collection
from lsp_server.fixers.terraform.place import Place, fix, locate
from lsp_server.fixers.terraform.quoted import quoted_in, without_quotes
from lsp_server.fixers.terraform.renamed import brackets
from lsp_server.fixers.terraform.repetition import count_of
from lsp_server.fixers.terraform.supply import Supply
from lsp_server.fixers.terraform.values import fits, needs_brackets

TYPE_CODES = frozenset({"wrong-type"})
FILE_CODES = frozenset({"missing-file"})
WORD_CODES = frozenset({"invalid-reference"})
FUNCTION_CODES = frozenset({"unknown-function"})
QUOTED_CODES = frozenset({"quoted-reference", "deprecated-interpolation", "terraform_deprecated_interpolation"})
_TRUTH = {"yes": "true", "on": "true", "enabled": "true", "no": "false", "off": "false", "disabled": "false"}


def fix_type(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for a value that cannot be converted to the type that is expected."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute):
        return
    place, item = found[0], found[1]
    if item.name == "count" and len(place.path) == 1:
        yield from count_of(context, place, item, diagnostic)
        return
    known = None if place.content.opaque else place.content.argument(item.name)
    if known is None:
        return
    if known.type.is_list and isinstance(item.value, t.Binary):
        yield from fix_operand(context, diagnostic)
    if isinstance(item.value, t.ObjectExpression) and place.content.takes_block(item.name):
        for step in shape.object_as_block(place, item):
            yield fix(step.title, step.edits, [diagnostic], "wrong_type", step.applicability)
    for title, edits in _converted(place, item, known.type):
        yield fix(title, edits, [diagnostic], "wrong_type")


def _converted(place: Place, item: t.Attribute, wanted: Type) -> Iterator[tuple[str, list[Edit]]]:
    uri, value, scene = place.document.uri, item.value, place.scene
    if bare := list(_bare_resources(place, item, wanted)):
        yield "Refer to an attribute of the resource", bare
    if needs_brackets(scene, value, wanted):
        yield f"Make a list of `{item.name}`", brackets(place, item)
    if isinstance(value, t.TupleExpression) and wanted.primitive and len(value.items) == 1:
        text = place.document.slice(value.items[0].span)
        yield f"Give `{item.name}` the value alone", [Edit(uri, value.span, text)]
    if isinstance(value, t.Template) and value.text is not None and wanted.kind == "bool":
        word = value.text.lower()
        word = word if word in {"true", "false"} else _TRUTH.get(word, "")
        if word:
            yield f"Write `{word}`", [Edit(uri, value.span, word)]
    if isinstance(value, t.TupleExpression) and wanted.kind in {"map", "object"} and len(value.items) == 1:
        inner = value.items[0]
        if isinstance(inner, t.ObjectExpression):
            yield f"Give `{item.name}` the value alone", [Edit(uri, value.span, place.document.slice(inner.span))]
    if isinstance(value, t.ObjectExpression) and wanted.is_list and wanted.innermost.kind == "object":
        yield f"Make a list of `{item.name}`", brackets(place, item)


def _bare_resources(place: Place, item: t.Attribute, wanted: Type) -> Iterator[Edit]:
    """Where a whole resource stands for its id: `aws_subnet.a` where a string is expected."""
    if wanted.innermost.kind != "string":
        return
    inner = item.value.items if isinstance(item.value, t.TupleExpression) else (item.value,)
    for expression in inner:
        if not isinstance(expression, t.Traversal):
            continue
        names = [p for p in expression.parts if p.kind in {"name", "attr"}]
        if len(names) == (3 if expression.root == "data" else 2) and expression.root not in {"var", "local", "module"}:
            ending = words(item.name)[-1]
            attribute = ending if ending in {"arn", "name"} else "id"
            at = expression.span.end
            yield Edit(place.document.uri, Span(at, at), f".{attribute}")


def fix_file(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A file that is not there, and may be where this is applied: the path stays, and can be said from outside.

    Only a person can tell: where the file is missing there as well, the linters no longer see it.
    """
    call = smallest(context.document, diagnostic.span, t.Call)
    if call is None or not call.args or not isinstance(call.args[0], t.Template):
        return
    path, document = call.args[0], context.document
    last = path.parts[-1] if path.parts else None
    if not isinstance(last, t.TextPart) or path.heredoc:
        return
    written = document.slice(last.span)
    start = 1 + written.rfind("/") if len(path.parts) > 1 else 0
    plain = "".join(c if c.isalnum() else "_" for c in last.value.rpartition("/")[2].lower()).strip("_")
    name = f"{plain}_path" if plain and not plain[0].isdigit() else "file_path"
    supply = Supply(scene_of(context.unit))
    variable = supply.variable(name, STRING, default=f'"{written[start:]}"')
    span, text = Span(last.span.start + start, last.span.end), f"${{var.{variable}}}"
    if len(path.parts) == 1:
        span, text = path.span, f"var.{variable}"
    edits = [Edit(document.uri, span, text), *supply.edits()]
    title = f"Make the path {document.slice(path.span)} the default of a variable `{variable}`: there is no such file"
    yield fix(title, edits, [diagnostic], "missing_file", Applicability.DISPLAY_ONLY)


def fix_word(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A word that is no reference: a variable or local of that name, else text that lacks its quotes."""
    traversal = smallest(context.document, diagnostic.span, t.Traversal)
    if traversal is None or any(p.kind not in {"name", "attr"} for p in traversal.parts):
        return
    uri, scene, name = context.document.uri, scene_of(context.unit), traversal.root
    if len(traversal.parts) == 1:
        for root, known in (("var", scene.module.variables), ("local", scene.module.locals)):
            if name in known:
                yield fix(f"Write `{root}.{name}`", [Edit(uri, traversal.span, f"{root}.{name}")], [diagnostic], "word")
        if context.document.text[: traversal.span.start].rstrip().endswith("${"):
            return  # in a template it was meant to stand for something
        text = context.document.slice(traversal.span)
        use = use_of(context, traversal)
        if use is not None and use.place.block.type == "validation" and text in OWN:
            return  # the variable, in the words of other languages
        if use is None or fits(scene, t.Template(traversal.span, (t.TextPart(traversal.span, text),)), use.wanted):
            yield fix(f'Write "{text}" in quotes', [Edit(uri, traversal.span, f'"{text}"')], [diagnostic], "word")


def fix_function(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """An unknown function: one of a near name."""
    call = smallest(context.document, diagnostic.span, t.Call)
    if call is None:
        return
    known = list(functions())
    slip = one_slip(call.name, known)
    if call.name in {"list", "map"}:
        yield from old_collection(context, call, diagnostic)
        return
    for name in [slip] if slip else nearest(call.name, known, 0.72):
        trust = Applicability.SAFE if name == slip and is_certain(call.name, name) else Applicability.UNSAFE
        edit = Edit(context.document.uri, call.name_span, name)
        yield fix(f"Change `{call.name}` to `{name}`", [edit], [diagnostic], "function", trust)


def fix_quoted(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`"${var.x}"` and, where an address is meant, `"aws_vpc.x"`: the same without quotes."""
    document, title = context.document, "Write it without quotes"
    template = smallest(document, diagnostic.span, t.Template)
    placed = parse_document(document).placed_at(diagnostic.span.start)
    if template is None or placed is None or len(template.parts) != 1 or template.heredoc:
        return
    part = template.parts[0]
    if isinstance(part, t.TextPart) and diagnostic.code == "quoted-reference":
        edits = [Edit(document.uri, template.span, part.value)]
        yield fix(title, edits, [diagnostic], "quoted", Applicability.SAFE)
    found = [q.shifted(placed.start) for q in quoted_in(placed.piece)]
    for quoted in (q for q in found if q.span == template.span):
        yield fix(title, without_quotes(document, [quoted]), [diagnostic], "quoted", Applicability.SAFE)
