"""What in a file leads to files and pages: sources of modules and providers, types of resources, files it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.service import Link
from lsp_server.dialects.terraform import providers
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.children import is_folder
from lsp_server.dialects.terraform.module import Module, module_of, trees_of
from lsp_server.dialects.terraform.pages import module_page, provider_page, type_page
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.dialects.terraform.service.definition import files_of_source
from lsp_server.dialects.terraform.service.paths import names_file, path_of, reads, uri_of

_TYPES = ("resource", "data", "ephemeral")


class _Lead(NamedTuple):
    """What may lead somewhere, in a piece: `kind` is file, folder, page or the type of a block of that type.

    `provider` is the local name of the block's.
    """

    span: Span
    kind: str
    text: str
    provider: str = ""


def links(unit: Unit, document: Document) -> tuple[Link, ...]:
    """All links, in the order of the text."""
    module = module_of(unit)
    found = {
        Link(lead.span.shifted(placed.start), uris)
        for placed in trees_of(document).placed
        for lead in _leads(placed.piece)
        if (uris := _uris(module, document, lead))
    }
    return tuple(sorted(found))


def _uris(module: Module, document: Document, lead: _Lead) -> tuple[str, ...]:
    match lead.kind:
        case "file":
            return (uri_of(document, lead.text),) if document.uri.startswith("file:") else ()
        case "folder":
            return files_of_source(module.unit, document, lead.text) if document.uri.startswith("file:") else ()
        case "page":
            return (lead.text,)
    page = _page_of_type(module, lead.provider, lead.kind, lead.text)
    return (page,) if page else ()


def _page_of_type(module: Module, provider: str, kind: str, name: str) -> str | None:
    """The page of a resource type in the version whose schema counts; of a provider without one in the latest."""
    choice = schema_for(module).provider(provider)
    if choice is not None:
        types = choice.bundle.data_types if kind == "data" else choice.bundle.resource_types
        known = kind == "ephemeral" or name in types
        return type_page(choice.meta.source, choice.meta.version, kind, name) if known else None
    required = module.required_providers.get(provider)
    return type_page(required.source, "latest", kind, name) if required and required.source else None


@with_argument
def _leads(piece: t.Piece) -> tuple[_Lead, ...]:
    return tuple(lead for lead in _of_piece(piece) if lead.span.start < lead.span.end)


def _of_piece(piece: t.Piece) -> Iterator[_Lead]:
    for block in piece.body.blocks:
        if block.type in _TYPES and block.labels and block.labels[0].text and not block.labels[0].elsewhere:
            yield _Lead(block.labels[0].text_span, block.type, block.labels[0].text, providers.of_block(block))
        elif block.type == "module":
            yield from _source(block)
        elif block.type == "terraform":
            yield from _providers(block)
    for node in t.expressions(piece.body):
        if reads(node) and node.args and isinstance(node.args[0], t.Template):
            yield from _file(node.args[0])
        elif isinstance(node, t.Template) and not node.heredoc and names_file(node):
            yield from _file(node)


def _file(node: t.Template) -> Iterator[_Lead]:
    path = path_of(node)
    if path is not None:
        yield _Lead(_inside(node), "file", path)


def _source(block: t.Block) -> Iterator[_Lead]:
    source, version = (block.body.attribute(name) for name in ("source", "version"))
    text = _text(source)
    if source is None or not text:
        return
    if is_folder(text):
        yield _Lead(_inside(source.value), "folder", text)
    elif page := module_page(text, _text(version)):
        yield _Lead(_inside(source.value), "page", page)


def _providers(block: t.Block) -> Iterator[_Lead]:
    for inner in block.body.blocks_of("required_providers"):
        for attribute in inner.body.attributes:
            items = attribute.value.items if isinstance(attribute.value, t.ObjectExpression) else ()
            for item in items:
                text = item.value.text if isinstance(item.value, t.Template) else None
                if item.name == "source" and text and (page := provider_page(text)):
                    yield _Lead(_inside(item.value), "page", page)


def _text(attribute: t.Attribute | None) -> str:
    value = attribute.value if attribute is not None else None
    return (value.text or "") if isinstance(value, t.Template) else ""


def _inside(value: t.Expression) -> Span:
    return Span(value.span.start + 1, max(value.span.start + 1, value.span.end - 1))
