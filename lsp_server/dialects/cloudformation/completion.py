"""What may stand at a position of a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from lsp_server.core.document import Document
from lsp_server.dialects.base import Completion
from lsp_server.dialects.cloudformation.complete_functions import functions
from lsp_server.dialects.cloudformation.complete_imports import imports
from lsp_server.dialects.cloudformation.complete_keys import keys
from lsp_server.dialects.cloudformation.complete_names import names
from lsp_server.dialects.cloudformation.complete_values import values
from lsp_server.dialects.cloudformation.context import Role, place_at
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.cloudformation.schema import Schemas, schemas
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.service import Export


def completions(
    document: Document, offset: int, known: Schemas | None = None, exports: Sequence[Export] = ()
) -> tuple[Completion, ...]:
    """What may stand at `offset`, best first; nothing in comments and in places nothing is known about.

    `exports` are those of other templates.
    """
    template = parse_template(document)
    place = place_at(template, offset)
    if place is None:
        return ()
    request = Request(template, offset, place, known or schemas())
    return tuple(
        sorted(_once(chain(_found(request), imports(request, exports))), key=lambda one: (one.rank, one.label))
    )


def _found(request: Request) -> Iterator[Completion]:
    place = request.place
    if place.role is not Role.VALUE and place.role is not Role.TEXT and not place.tag:
        yield from keys(request)
    if place.role is not Role.KEY and not place.tag:
        named = names(request)
        yield from named if named is not None else ()
        if named is None and place.role is not Role.TEXT:
            yield from values(request)
    if place.role is not Role.TEXT:
        yield from functions(request)


def _once(found: Iterable[Completion]) -> Iterator[Completion]:
    seen: set[tuple[str, str]] = set()
    for one in found:
        if (one.label, one.text) not in seen:
            seen.add((one.label, one.text))
            yield one
