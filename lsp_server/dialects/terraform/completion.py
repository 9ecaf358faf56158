"""What may stand at the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Completion
from lsp_server.dialects.terraform import completion_items as items
from lsp_server.dialects.terraform.block_context import field_type, schema_of
from lsp_server.dialects.terraform.completion_references import references
from lsp_server.dialects.terraform.completion_values import keys, values
from lsp_server.dialects.terraform.context import Context, Place, context_at
from lsp_server.dialects.terraform.module import Module, is_configuration, is_variables_file, module_of
from lsp_server.dialects.terraform.schema import ProviderSchemas, schema_for
from lsp_server.dialects.terraform.types import Type
from lsp_server.dialects.terraform.variables_file import variable_values

_NO_PREFIX = 100


def completions_at(unit: Unit, document: Document, offset: int) -> Sequence[Completion]:
    """Completions for a cursor, best first. Never raises for what stands in the text."""
    if is_variables_file(document):
        found = variable_values(module_of(unit), document, offset)
        return _fitting(found, context_at(document, offset).prefix.lower())
    if not is_configuration(document):
        return ()
    module = module_of(unit)
    context = context_at(document, offset)
    found = _offer(context, module, schema_for(module), document)
    return _fitting(found, context.prefix.lower())


def _fitting(found: Iterable[Completion], prefix: str) -> list[Completion]:
    """Those that have the typed letters in order, best first; those that begin with them before all others."""
    kept = []
    for completion in found:
        label = completion.label.lower()
        if label.startswith(prefix):
            kept.append(completion)
        elif _has_letters(label, prefix):
            kept.append(replace(completion, rank=completion.rank + _NO_PREFIX))
    return sorted(kept, key=lambda c: (c.rank, c.label))


def _has_letters(label: str, letters: str) -> bool:
    at = 0
    for letter in letters:
        at = label.find(letter, at) + 1
        if at == 0:
            return False
    return True


def _offer(context: Context, module: Module, schemas: ProviderSchemas, document: Document) -> Iterator[Completion]:
    schema = schema_of(context.path, schemas)
    match context.place:
        case Place.ITEM if not context.path:
            yield from items.top_level(context, document)
        case Place.ITEM if schema:
            yield from items.body_items(context, schema, document)
        case Place.LABEL:
            yield from items.labels(context, module, schemas, schema, document)
        case Place.KEY:
            yield from keys(context, _expected(context, schema))
        case Place.VALUE | Place.STRING:
            yield from values(context, module, schemas, schema, _expected(context, schema))
            if context.place is Place.VALUE:
                yield from references(context, module, schemas, _expected(context, schema))


def _expected(context: Context, schema: object) -> Type | None:
    if context.in_call:
        return None
    attributes = getattr(schema, "attributes", {})
    known = attributes.get(context.argument)
    kind = field_type(known.type, context.fields) if known else None
    return kind.element if kind and context.in_list and kind.is_list else kind
