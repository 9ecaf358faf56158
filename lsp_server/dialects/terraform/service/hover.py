"""What is told about the word at the cursor."""

from __future__ import annotations

from typing import Any

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.service import Hover
from lsp_server.dialects.terraform import core_schema, deprecations
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_context import schema_of
from lsp_server.dialects.terraform.block_schema import BlockSchema, NestedBlock
from lsp_server.dialects.terraform.context import Context, Place
from lsp_server.dialects.terraform.cursor import Binder
from lsp_server.dialects.terraform.deprecations import around
from lsp_server.dialects.terraform.functions import functions, texts_of
from lsp_server.dialects.terraform.json_lowered import lowered
from lsp_server.dialects.terraform.module import is_json, module_of, trees_of
from lsp_server.dialects.terraform.providers import of_block, of_declaration
from lsp_server.dialects.terraform.resolve import Cursor, Resolver
from lsp_server.dialects.terraform.schema import Choice, ProviderSchemas, schema_for
from lsp_server.dialects.terraform.scope import Scope
from lsp_server.dialects.terraform.service import names
from lsp_server.dialects.terraform.service.about_names import about_name, about_provider, about_type, type_of
from lsp_server.dialects.terraform.service.about_schema import joined, of_member, used_with_page
from lsp_server.dialects.terraform.service.site import Site, site_at
from lsp_server.dialects.terraform.types import Type
from lsp_server.dialects.terraform.words import LANGUAGE, of_word

_TYPED = frozenset({"resource", "data", "ephemeral", "action"})
_CONDITIONS = frozenset({"precondition", "postcondition", "validation", "assert"})
_CORE = frozenset({"lifecycle", "provisioner", "connection", "dynamic", *_CONDITIONS})
_META = frozenset(core_schema.RESOURCE_META.attributes)
_WITH_META = frozenset({*_TYPED, "module", "output", "import", "run"})
_ROOTS = frozenset({"each", "count", "path", "terraform", "self", "var", "local"})


def hover(unit: Unit, document: Document, offset: int) -> Hover | None:
    """What is known about what stands at `offset`; None where that is nothing."""
    place = names.place_at(document, offset)
    if place is not None and place.span.touches(offset):
        text = about_name(unit, place)
        if text:
            return Hover(text, place.span)
    site = site_at(document, offset, _with_blocks(unit, document))
    return _Teller(unit, site).tell() if site is not None else None


def _with_blocks(unit: Unit, document: Document) -> t.Tree | None:
    """The tree of a document in JSON, in which schemas tell what a block is; None for one in HCL."""
    return lowered(trees_of(document), schema_for(module_of(unit))) if is_json(document) else None


class _Teller:
    """Tells about one place in one state of a module."""

    def __init__(self, unit: Unit, site: Site) -> None:
        self._unit, self._site = unit, site
        self._module = module_of(unit)
        self._schemas: ProviderSchemas = schema_for(self._module)

    def tell(self) -> Hover | None:
        """What is at the cursor."""
        site = self._site
        if site.attribute is not None:
            return self._in_attribute(site.attribute)
        return self._in_header(site.blocks[-1]) if site.blocks else None

    def _hover(self, text: str, span: Span) -> Hover | None:
        return Hover(text, self._site.span(span)) if text else None

    # -- headers

    def _in_header(self, block: t.Block) -> Hover | None:
        at = self._site.at
        if block.type_span.touches(at):
            return self._hover(self._of_block(block), block.type_span)
        for number, label in enumerate(block.labels):
            if label.span.touches(at) and not label.elsewhere:
                return self._hover(self._of_label(block, number, label.text), label.text_span)
        return None

    def _of_block(self, block: t.Block) -> str:
        above = self._site.blocks[:-1]
        text = of_word("block", block.type)
        if not above:
            return joined(f"**{block.type}**", text) if text else ""
        schema = schema_of(above, self._schemas)
        told = around(above, block.type, self._schemas)
        own = of_member(schema, block.type, told) if block.type not in core_schema.RESOURCE_META.blocks else ""
        head = own or (f"**{block.type}** · block" if text else "")
        return joined(head, text if not own or above[0].type not in _TYPED else "", self._by() if own else "")

    def _of_label(self, block: t.Block, number: int, text: str) -> str:
        if block.type in _TYPED:
            return about_type(self._unit, block.type, text, of_block(block)) if number == 0 else ""
        if block.type == "provisioner":
            return joined(f"**{text}** · provisioner", of_word("provisioner", text))
        if block.type == "dynamic":
            above = self._site.blocks[:-1]
            told = of_member(schema_of(above, self._schemas), text, around(above, text, self._schemas))
            return joined(told, self._by()) if told else ""
        return ""

    def _by(self) -> str:
        """Whose schema is spoken of, with a link; empty outside of what a provider knows."""
        top = self._site.blocks[0]
        if len(self._site.blocks) > 1 and top.type == "check" and self._site.blocks[1].type == "data":
            top = self._site.blocks[1]
        name = top.labels[0].text if top.labels else ""
        if top.type == "provider":
            choice = self._schemas.provider(name)
            kind = ""
        else:
            given = of_block(top)
            choice, schema = type_of(self._schemas, top.type, name, given) if top.type in _TYPED else (None, None)
            kind = top.type if schema is not None else ""
        return used_with_page(self._module, choice, kind, name) if choice is not None else ""

    # -- arguments

    def _in_attribute(self, attribute: t.Attribute) -> Hover | None:
        site = self._site
        if attribute.name_span.touches(site.at):
            return self._hover(self._of_argument(attribute.name), attribute.name_span)
        found = self._in_value()
        if found is not None or not site.nodes:
            return found
        value = attribute.value
        if isinstance(value, t.Literal) and value.span.touches(site.at):
            return self._hover(self._of_argument(attribute.name), value.span)
        if (
            isinstance(value, t.Template)
            and not value.heredoc
            and value.text is not None
            and value.span.touches(site.at)
        ):
            inner = Span(value.span.start + 1, max(value.span.start + 1, value.span.end - 1))
            return self._hover(self._of_argument(attribute.name), inner)
        return None

    def _of_argument(self, name: str) -> str:
        blocks = self._site.blocks
        if not blocks:
            return ""
        told = of_member(schema_of(blocks, self._schemas), name, around(blocks, name, self._schemas))
        if self._is_providers(name):
            return joined(told, self._by()) if told else ""
        word = self._word(name)
        return joined(told or f"**{name}**", word) if word else told

    def _is_providers(self, name: str) -> bool:
        """Whether an argument of the innermost block is a provider's, and none of Terraform's own."""
        *above, inner = self._site.blocks
        if inner.type in _CORE or (self._site.blocks[0].type not in {*_TYPED, "provider", "check"}):
            return False
        if inner.type not in {*_TYPED, "provider"} or len(above) > 1 or not inner.labels:
            return True
        label = inner.labels[0].text
        if inner.type == "provider":
            return name not in core_schema.PROVIDER_META.attributes
        schema = type_of(self._schemas, inner.type, label, of_block(inner))[1]
        return name not in _META if schema is None else name in schema.attributes

    def _word(self, name: str) -> str:
        """What Terraform itself says of an argument of the innermost block."""
        inner = self._site.blocks[-1]
        if inner.type in _CONDITIONS and (found := of_word("condition", name)):
            return found
        return of_word(inner.type, name) or (of_word("argument", name) if inner.type in _WITH_META else "")

    # -- values

    def _in_value(self) -> Hover | None:
        site = self._site
        call = next((node for node in reversed(site.nodes) if isinstance(node, t.Call)), None)
        if call is not None and call.name_span.touches(site.at):
            return self._hover(_function(call.name), call.name_span)
        traversal = site.traversal
        number = site.part_of(traversal) if traversal is not None else None
        if traversal is None or number is None:
            return self._of_item()
        text = self._of_item() or self._of_part(traversal, number)
        return text if isinstance(text, Hover) else self._hover(text, traversal.parts[number].span)

    def _of_item(self) -> Hover | None:
        """A key of an object of `required_providers`; at a value, the provider that it speaks of."""
        site = self._site
        if [block.type for block in site.blocks] != ["terraform", "required_providers"] or site.attribute is None:
            return None
        item = next((node for node in reversed(site.nodes) if isinstance(node, t.ObjectItem)), None)
        if item is None or not item.key.span.touches(site.at):
            value = next((node for node in site.nodes if isinstance(node, t.Template)), None)
            return self._hover(about_provider(self._unit, site.attribute.name), value.span) if value else None
        name = item.name or ""
        text = of_word("required_providers", name)
        return self._hover(joined(f"**{name}**", text) if text else "", item.key.span)

    def _of_part(self, traversal: t.Traversal, number: int) -> str:
        names_ = traversal.names[: number + 1]
        attribute = self._site.attribute
        if number == 0 and attribute is not None and attribute.name == "ignore_changes":
            top = self._site.blocks[:1]
            told = of_member(schema_of(top, self._schemas), names_[0], around(top, names_[0], self._schemas))
            return joined(told, self._by()) if told else ""
        if number == 0 or traversal.root in {"path", "terraform", "count"} or names_ in {("each", "key")}:
            return self._of_symbol(".".join(names_)) if traversal.root in _ROOTS else self._of_root(traversal, number)
        if names_ == ("each", "value"):
            return self._of_symbol("each.value")
        part = traversal.parts[number]
        cursor = self._cursor(traversal, number)
        told = ""
        if isinstance(cursor, BlockSchema | NestedBlock):
            told = of_member(cursor, part.name, self._told(traversal, number))
            return joined(told, self._source(traversal)) if told else ""
        if isinstance(cursor, Type):
            kind = (
                cursor.field(part.name) if cursor.kind == "object" else cursor.element if cursor.kind == "map" else None
            )
            told = f"**{part.name}** · `{kind.written}`" if kind is not None and kind.kind != "dynamic" else ""
        return told

    def _cursor(self, traversal: t.Traversal, number: int) -> Cursor:
        """What the parts before one lead to."""
        site = self._site
        binders = tuple(binder for node in site.nodes if (binder := self._binder(node)) is not None)
        word = Span(site.at, site.at)
        context = Context(Place.VALUE, site.blocks, word, "", binders=binders)
        before = t.Traversal(traversal.span, traversal.parts[:number])
        return Scope(context, Resolver(self._module, self._schemas)).cursor(before)

    def _binder(self, node: Any) -> Binder | None:
        """What a `for` or a directive around the cursor brings."""
        if not isinstance(node, t.ForExpression | t.Directive) or not node.names:
            return None
        through = node.collection if isinstance(node, t.ForExpression) else node.condition
        if self._site.at <= through.span.end:
            return None
        text = self._site.placed.piece.text[through.span.start : through.span.end]
        return Binder(tuple(part.name for part in node.names), text)

    def _told(self, traversal: t.Traversal, number: int) -> deprecations.Told:
        """What is told of the part of a reference, but for the schema."""
        kind, name, choice, _ = self._referred(traversal)
        path = [part.name for part in traversal.parts[: number + 1] if part.kind in {"name", "attr"}]
        return deprecations.at(deprecations.told(choice, kind, name), path[3 if path[0] in _TYPED else 2 :])

    def _referred(self, traversal: t.Traversal) -> tuple[str, str, Choice | None, BlockSchema | None]:
        """What a reference leads to: the kind of block, its type, and whose schema speaks of it."""
        parts = [part.name for part in traversal.parts if part.kind in {"name", "attr"}]
        kind = parts[0] if parts[0] in _TYPED else "resource"
        name, *rest = parts[1:] if parts[0] in _TYPED else parts
        tables = {"resource": self._module.resources, "data": self._module.data, "ephemeral": self._module.ephemeral}
        declared = tables.get(kind, {}).get((name, *rest[:1]))
        choice, schema = type_of(self._schemas, kind, name, of_declaration(declared) if declared is not None else "")
        return kind, name, choice, schema

    def _source(self, traversal: t.Traversal) -> str:
        """Whose schema speaks of what a reference leads to."""
        kind, name, choice, schema = self._referred(traversal)
        if choice is None or schema is None:
            return ""
        return used_with_page(self._module, choice, kind, name)

    def _of_symbol(self, name: str) -> str:
        text = of_word("symbol", name)
        return joined(f"**{name}**", text) if text else ""

    def _of_root(self, traversal: t.Traversal, number: int) -> str:
        """The first word of a reference: the type of a resource, or the block that declares such a thing."""
        word = traversal.parts[number].name
        if len(traversal.parts) > 1 and "_" in word:
            return about_type(self._unit, "resource", word)
        return joined(f"**{word}**", of_word("block", word)) if word in {"data", "module", "ephemeral"} else ""


def _function(name: str) -> str:
    function = functions().get(name)
    if function is None:
        return ""
    given = [f"{one.name}: {one.type.written}" for one in function.parameters]
    given += [f"{function.variadic.name}: {function.variadic.type.written}…"] if function.variadic else []
    head = f"```terraform\n{name}({', '.join(given)}) → {function.returns.written}\n```"
    return joined(head, texts_of(name).text, f"[Documentation]({LANGUAGE}/functions/{name})")
