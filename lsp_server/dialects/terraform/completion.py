"""What may stand at the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lsp_server.core.document import Document, Unit
from lsp_server.core.letters import has_letters
from lsp_server.dialects.base import Completion
from lsp_server.dialects.terraform import completion_items as items
from lsp_server.dialects.terraform import completion_names as names
from lsp_server.dialects.terraform.block_context import schema_of
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.completion_references import references
from lsp_server.dialects.terraform.completion_tests import in_test
from lsp_server.dialects.terraform.completion_values import keys, provider_keys, values
from lsp_server.dialects.terraform.context import Context, Place, context_at
from lsp_server.dialects.terraform.expected import expected
from lsp_server.dialects.terraform.json_completion import in_json, synthetic
from lsp_server.dialects.terraform.module import Module, is_configuration, is_json, is_variables_file, module_of
from lsp_server.dialects.terraform.module_inputs import call_schema, provider_names
from lsp_server.dialects.terraform.schema import ProviderSchemas, schema_for
from lsp_server.dialects.terraform.variables_file import variable_values

_NO_PREFIX = 100


def completions_at(unit: Unit, document: Document, offset: int) -> Sequence[Completion]:
    """Completions for a cursor, best first. Never raises for what stands in the text."""
    if is_variables_file(document):
        found = variable_values(module_of(unit), document, offset)
        return _fitting(found, context_at(document, offset).prefix.lower())
    module = module_of(unit)
    if document.uri in module.tests:
        context = context_at(document, offset)
        found = in_test(context, module, schema_for(module), document)
        return _fitting(found, context.prefix.lower())
    if is_json(document):
        return _in_json(module, document, offset)
    if not is_configuration(document):
        return ()
    context = context_at(document, offset)
    found = _offer(context, module, schema_for(module), document)
    return _fitting(found, context.prefix.lower())


def _in_json(module: Module, document: Document, offset: int) -> Sequence[Completion]:
    schemas = schema_for(module)
    place = synthetic(document, offset, schemas)
    if place is None:
        return ()
    written = Document(document.uri, place.text)
    context = context_at(written, len(place.text))
    found = (in_json(one, place) for one in _offer(context, module, schemas, written))
    return _fitting((one for one in found if one is not None), context.prefix.lower())


def _fitting(found: Iterable[Completion], prefix: str) -> list[Completion]:
    """Those that have the typed letters in order, best first; those that begin with them before all others."""
    kept = []
    for completion in found:
        label = completion.label.lower()
        if label.startswith(prefix):
            kept.append(completion)
        elif has_letters(label, prefix):
            kept.append(replace(completion, rank=completion.rank + _NO_PREFIX))
    return sorted(kept, key=lambda c: (c.rank, c.label))


def _offer(context: Context, module: Module, schemas: ProviderSchemas, document: Document) -> Iterator[Completion]:
    schema = _schema(context, module, schemas)
    match context.place:
        case Place.ITEM if not context.path:
            yield from items.top_level(context, module, document)
            yield from items.whole_resources(context, module, schemas, document)
        case Place.ITEM if context.path[-1].type == "locals":
            yield from names.undeclared_locals(context, module)
        case Place.ITEM if schema:
            yield from items.body_items(context, schema, module, schemas, document)
        case Place.LABEL:
            yield from items.labels(context, module, schemas, schema, document)
        case Place.KEY:
            yield from _keys(context, module, schema)
        case Place.VALUE | Place.STRING:
            kind = expected(context, schema)
            yield from values(context, module, schemas, schema, kind)
            if context.place is Place.VALUE:
                yield from references(context, module, schemas, kind)


def _schema(context: Context, module: Module, schemas: ProviderSchemas) -> BlockSchema | None:
    path = context.path
    if len(path) == 1 and path[0].type == "module":
        return call_schema(path[0], module)
    return schema_of(path, schemas)


def _keys(context: Context, module: Module, schema: BlockSchema | None) -> Iterator[Completion]:
    if len(context.path) == 1 and context.path[0].type == "module" and context.argument == "providers":
        yield from provider_keys(context, provider_names(context.path[0], module))
    elif not context.in_call:
        yield from keys(context, expected(context, schema))
