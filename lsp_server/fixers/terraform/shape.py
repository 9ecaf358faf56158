"""An argument written as a block, and a block written as an argument."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.core.fix import Applicability
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import NestedBlock
from lsp_server.dialects.terraform.parse import parse
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import Content
from lsp_server.fixers.terraform.names import is_plain, one_slip
from lsp_server.fixers.terraform.place import Place, kind_of
from lsp_server.fixers.terraform.step import Step

_PRINCIPALS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})


def as_blocks(place: Place, attribute: t.Attribute, kind: str) -> Iterator[Step]:
    """`kind = { … }` or `kind = [{ … }, …]` written as blocks of that type."""
    document, value = place.document, attribute.value
    nested, inner = place.content.block(kind), place.content.inside(kind)
    if nested is None:
        return
    if isinstance(value, t.Broken):
        yield from _without_equals(place, attribute, kind)
        return
    if set(inner.required) == {"type", "identifiers"} and (principals := _principals(document, attribute, kind)):
        title = f"Write `{attribute.name}` as {'a block' if len(principals) == 1 else 'blocks'}"
        text = f"\n\n{layout.indent(document, attribute.span.start)}".join(principals)
        yield Step(title, (Edit(document.uri, attribute.span, text),), "shape", filled=kind)
        return
    items = value.items if isinstance(value, t.TupleExpression) else (value,)
    if nested.max and len(items) > nested.max:
        return
    objects = [item for item in items if isinstance(item, t.ObjectExpression)]
    if len(objects) == len(items) and objects:
        pad = layout.indent(document, attribute.span.start)
        texts = [_block(document, kind, item, inner, pad) for item in objects if _means(item, inner)]
        fitting = _belongs(objects[0], inner) or _are_providers(place, kind, objects[0])
        sure = _is_meant(place, attribute.name, kind) and objects == [value] and fitting
        if len(texts) < len(objects):
            texts, sure = list(_keyed(document, kind, value, nested, pad)), False
        if texts and all(texts):
            text = f"\n\n{pad}".join(t for t in texts if t)
            title = f"Write `{attribute.name}` as {'a block' if len(texts) == 1 else 'blocks'}"
            title += f" `{kind}`" if kind != attribute.name else ""
            edit = Edit(document.uri, attribute.span, text)
            trust = Applicability.SAFE if sure else Applicability.UNSAFE
            yield Step(title, (edit,), "shape", trust, filled=kind, reveals=True)
    elif isinstance(value, t.Traversal | t.ForExpression | t.Call) and nested.max != 1:
        yield from _dynamic(place, attribute, kind, inner)


def _principals(document: Document, attribute: t.Attribute, kind: str) -> list[str]:
    """Principals of a policy, `["arn:aws:iam::1:root"]` or `{ Service = "x.amazonaws.com" }`, as blocks."""
    value, pad = attribute.value, layout.indent(document, attribute.span.start)
    given: list[tuple[str, t.Expression]] = []
    if isinstance(value, t.ObjectExpression) and all(entry.name in _PRINCIPALS for entry in value.items):
        given = [(entry.name or "", entry.value) for entry in value.items]
    elif isinstance(value, t.TupleExpression | t.Template):
        items = value.items if isinstance(value, t.TupleExpression) else (value,)
        kinds = {_principal(document.slice(item.span)) for item in items}
        given = [(kinds.pop(), value)] if len(kinds) == 1 and "" not in kinds else []
    found = []
    for name, one in given:
        written = document.slice(one.span)
        identifiers = layout.reindent(written, pad, pad + layout.UNIT)
        identifiers = identifiers if isinstance(one, t.TupleExpression) else f"[{identifiers}]"
        lines = (f'{layout.UNIT}type        = "{name}"', f"{layout.UNIT}identifiers = {identifiers}")
        found.append(f"{kind} {{\n{pad}" + f"\n{pad}".join(lines) + f"\n{pad}}}")
    return found


def _principal(written: str) -> str:
    """The kind of a principal that is written out; empty where it cannot be told."""
    text = written.strip('"')
    if text == "*":
        return "*"
    if text.endswith(".amazonaws.com"):
        return "Service"
    return "AWS" if re.match(r"arn:[\w-]+:(?:iam|sts):|\d{12}$", text) else ""


def object_as_block(place: Place, attribute: t.Attribute) -> Iterator[Step]:
    """`kind = { … }` as a block where a list of objects is wanted, of which blocks may leave out fields."""
    document, value, kind = place.document, attribute.value, attribute.name
    inner = place.content.inside(kind)
    if isinstance(value, t.ObjectExpression) and _means(value, inner):
        text = _block(document, kind, value, inner, layout.indent(document, attribute.span.start))
        if text is not None:
            edit = Edit(document.uri, attribute.span, text)
            yield Step(f"Write `{kind}` as a block", (edit,), "shape", filled=kind, reveals=True)


def _means(item: t.ObjectExpression, inner: Content) -> bool:
    """Whether an object is one of the blocks: it says something that they take."""
    if inner.opaque or not item.items:
        return True
    known = [*inner.arguments, *inner.blocks]
    return any(
        inner.takes_argument(e.name or "") or inner.takes_block(e.name or "") or one_slip(e.name or "", known)
        for e in item.items
    )


def _belongs(item: t.ObjectExpression, inner: Content) -> bool:
    """Whether a block takes all that an object says, as it says it or with a slip that can mean one thing only."""
    return not inner.opaque and all(
        inner.takes_argument(entry.name or "")
        or (isinstance(entry.value, t.ObjectExpression) and _belongs(entry.value, inner.inside(entry.name or "")))
        or _is_certain_slip(entry.name or "", inner)
        for entry in item.items
    )


def _is_meant(place: Place, name: str, kind: str) -> bool:
    """Whether a name is that of a block, or but for a slip that can mean nothing else and is not there already."""
    known = [*place.content.arguments, *place.content.blocks]
    return name == kind or (is_plain(name, kind) and one_slip(name, known) == kind and not place.has(kind))


def _is_certain_slip(name: str, inner: Content) -> bool:
    slip = one_slip(name, [*inner.arguments, *inner.blocks])
    return slip in inner.arguments and is_plain(name, slip)


def _are_providers(place: Place, kind: str, item: t.ObjectExpression) -> bool:
    """Whether an object says what `required_providers` does: each has a name of its own."""
    settings = kind == "required_providers" and place.block.type == "terraform"
    return settings and all(entry.name and isinstance(entry.value, t.ObjectExpression) for entry in item.items)


def _keyed(document: Document, kind: str, value: t.Expression, nested: NestedBlock, pad: str) -> Iterator[str]:
    """`{ A = "1" }` or `{ A = { value = "1" } }` as blocks that each say their `name` (or `key`) and the rest."""
    inner = Content((nested.block,))
    key = next((name for name in ("name", "key") if name in inner.required), "")
    if not isinstance(value, t.ObjectExpression) or not key or 0 < nested.max < len(value.items):
        return
    for entry in value.items:
        lines = [f"{key} = {_quoted(document, entry)}"]
        if isinstance(entry.value, t.ObjectExpression):
            if not _belongs(entry.value, inner) or not all(e.name and e.name != key for e in entry.value.items):
                yield ""
            lines += [_entry(document, e, inner) for e in entry.value.items]
        elif set(inner.required) == {key, "value"}:
            lines.append(f"value = {document.slice(entry.value.span)}")
        else:
            yield ""
        width = max(len(line.partition(" = ")[0]) for line in lines)
        body = (" = ".join((name.ljust(width), rest)) for name, _, rest in (line.partition(" = ") for line in lines))
        yield f"{kind} {{" + "".join(f"\n{pad}{layout.UNIT}{line}" for line in body) + f"\n{pad}}}"


def _quoted(document: Document, entry: t.ObjectItem) -> str:
    written = document.slice(entry.key.span)
    if isinstance(entry.key, t.Traversal) and entry.name is not None:
        return f'"{written}"'
    return written.removeprefix("(").removesuffix(")")


def _without_equals(place: Place, attribute: t.Attribute, kind: str) -> Iterator[Step]:
    """`kind = { … }` around what can only be a block's body: the same without the equals sign."""
    document = place.document
    equals = document.text.find("=", attribute.name_span.end)
    brace = document.text.find("{", attribute.name_span.end)
    if not 0 < equals < brace or document.text[attribute.name_span.end : brace].strip() != "=":
        return
    edit = Edit(document.uri, Span(attribute.name_span.start, brace), f"{kind} ")
    after = parse(apply_edits(document.text, [edit]))
    if len(after.problems) < len(parse(document.text).problems):
        trust = Applicability.UNSAFE if after.problems or attribute.name != kind else Applicability.SAFE
        yield Step(f"Write `{attribute.name}` as a block", (edit,), "shape", trust, filled=kind, reveals=True)


def _block(document: Document, kind: str, item: t.ObjectExpression, inner: Content, pad: str) -> str | None:
    """An object as a block; None where a key is computed or a comment would be lost."""
    text = document.slice(item.span)
    if any(entry.name is None or not entry.name.replace("-", "_").isidentifier() for entry in item.items):
        return None
    if "\n" in text:
        old = layout.indent(document, item.span.start)
        return f"{kind} {layout.reindent(_converted(document, item, inner), old, pad)}"
    body = [_entry(document, entry, inner) for entry in item.items]
    if not body:
        return f"{kind} {{\n{pad}}}"
    lines = "".join(f"\n{pad}{layout.UNIT}{line}" for line in body)
    return f"{kind} {{{lines}\n{pad}}}"


def _converted(document: Document, item: t.ObjectExpression, inner: Content) -> str:
    """The text of an object that fills several lines, as a block's body: each line keeps its place and its comment."""
    edits: list[tuple[Span, str]] = []
    for number, entry in enumerate(item.items):
        edits += _rewritten(document, entry, inner)
        following = item.items[number + 1].span.start if number + 1 < len(item.items) else item.span.end - 1
        gap = document.text[entry.span.end : following]
        comma = gap.find(",")
        if comma >= 0 and not gap[:comma].strip():
            same_line = "\n" not in gap and number + 1 < len(item.items)
            start = entry.span.end + comma
            pad = layout.indent(document, entry.span.start)
            end = following if same_line else start + 1
            edits.append((Span(start, end), f"\n{pad}" if same_line else ""))
    text, shift = document.slice(item.span), -item.span.start
    for span, new in sorted(edits, reverse=True):
        text = text[: span.start + shift] + new + text[span.end + shift :]
    return text


def _rewritten(document: Document, entry: t.ObjectItem, inner: Content) -> Iterator[tuple[Span, str]]:
    name = entry.name or ""
    between = document.text[entry.key.span.end : entry.value.span.start]
    if isinstance(entry.value, t.ObjectExpression) and inner.takes_block(name):
        yield Span(entry.key.span.start, entry.value.span.start), f"{name} "
        if "\n" in document.slice(entry.value.span):
            yield entry.value.span, _converted(document, entry.value, inner.inside(name))
        return
    if isinstance(entry.key, t.Template):
        yield entry.key.span, name
    if between.strip() == ":":
        yield Span(entry.key.span.end, entry.value.span.start), " = "


def _entry(document: Document, entry: t.ObjectItem, inner: Content) -> str:
    name, value = entry.name or "", document.slice(entry.value.span)
    if isinstance(entry.value, t.ObjectExpression) and inner.takes_block(name):
        single = [_entry(document, e, inner.inside(name)) for e in entry.value.items]
        return f"{name} {{ {single[0]} }}" if len(single) == 1 else f"{name} {value}"
    return f"{name} = {value}"


def _dynamic(place: Place, attribute: t.Attribute, kind: str, inner: Content) -> Iterator[Step]:
    """A list that is computed, as a `dynamic` block that takes the required arguments from each element."""
    names = [*inner.required]
    if not names or inner.required_blocks or inner.opaque:
        return
    document = place.document
    pad = layout.indent(document, attribute.span.start)
    value = document.slice(attribute.value.span)
    body = "\n".join(f"{pad}    {name} = {kind}.value.{name}" for name in names)
    text = f'dynamic "{kind}" {{\n{pad}  for_each = {value}\n{pad}  content {{\n{body}\n{pad}  }}\n{pad}}}'
    title = f"Write `{attribute.name}` as a dynamic block"
    edit = Edit(document.uri, attribute.span, text)
    # what the elements say besides is not known, and would be left out
    yield Step(title, (edit,), "shape", Applicability.DISPLAY_ONLY, filled=kind)


def as_argument(place: Place, block: t.Block, name: str) -> Iterator[Step]:
    """`name { … }` written as an argument: a map, an object, or a list of them."""
    known = place.content.argument(name)
    if known is None or not known.settable or block.type == "dynamic" or block.labels:
        return
    document = place.document
    same = [b for b in place.block.body.blocks if kind_of(b) == block.type]
    if known.type.is_list:
        if known.type.innermost.kind != "object" and (known.type.element is None or known.type.element.kind != "map"):
            yield from _plain_list(place, block, name)
            return
        if len(same) > 1:
            return
        opening, closing = " = [{", "}]"
    elif len(same) == 1 and known.type.kind in {"map", "object", "dynamic"}:
        opening, closing = " = {", "}"
    else:
        return
    edits = [Edit(document.uri, Span(block.type_span.start, block.open.end), name + opening)]
    edits.append(Edit(document.uri, block.close, closing))
    edits += _nested_as_objects(document, block)
    sure = known.type.kind == "map" and not block.body.blocks
    trust = Applicability.SAFE if sure else Applicability.UNSAFE
    yield Step(f"Write `{name}` as an argument", tuple(edits), "shape", trust, filled=name)


def _plain_list(place: Place, block: t.Block, name: str) -> Iterator[Step]:
    """`names { values = [ … ] }` where a list is wanted: the only argument's value is the list."""
    values = block.body.attributes
    if len(values) == 1 and not block.body.blocks and isinstance(values[0].value, t.TupleExpression):
        text = f"{name} = {place.document.slice(values[0].value.span)}"
        yield Step(
            f"Write `{name}` as an argument", (Edit(place.document.uri, block.span, text),), "shape", filled=name
        )


def _nested_as_objects(document: Document, block: t.Block) -> Iterator[Edit]:
    for inner in block.body.blocks:
        yield Edit(document.uri, Span(inner.type_span.start, inner.open.end), f"{inner.type} = {{")
        yield from _nested_as_objects(document, inner)
