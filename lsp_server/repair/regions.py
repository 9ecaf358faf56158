"""Which named parts of a unit a finding touches: those a model may rewrite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lsp_server.core.caches import with_both
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.unread import unread_blocks as unread_entries
from lsp_server.dialects.terraform.unread import unread_blocks as unread_pieces
from lsp_server.repair.region import Region
from lsp_server.repair.regions_cloudformation import section_of, template_regions
from lsp_server.repair.regions_terraform import module_regions

_CONTEXT_LINES = 3


@with_both
def all_regions(unit: Unit, language: Language) -> tuple[Region, ...]:
    """Every block of a unit's documents, in the order of the text, each with a name of its own."""
    find = template_regions if language is Language.CLOUDFORMATION else module_regions
    seen: dict[str, int] = {}
    regions = []
    for document in unit:
        for region in find(document):
            seen[region.name] = number = seen.get(region.name, 0) + 1
            regions.append(region if number == 1 else replace(region, name=f"{region.name}#{number}"))
    return tuple(regions)


def part_of(region: Region, text: str) -> str:
    """What belongs in a region, out of a file or section that was written for it; empty where it is not in there."""
    document = Document(region.uri, text)
    if region.insert:
        return section_of(document, region.name.removesuffix("/+")) if region.name.endswith("/+") else ""
    find = module_regions if " " in region.declares else template_regions
    found = [one for one in find(document) if one.declares == region.declares and one.name == region.name]
    if len(found) != 1:
        return ""
    return " " * found[0].indent + document.slice(found[0].span)


def unread(document: Document, language: Language) -> tuple[Span, ...]:
    """The blocks of a document that hold a syntax error of their own, without the white space around them."""
    found = unread_entries(document) if language is Language.CLOUDFORMATION else unread_pieces(document)
    texts = ((span, document.slice(span)) for span in found)
    return tuple(
        Span(span.end - len(text.lstrip()), span.start + len(text.rstrip())) for span, text in texts if text.strip()
    )


def regions_at(unit: Unit, regions: Sequence[Region], places: Iterable[tuple[str, Span]]) -> tuple[Region, ...]:
    """The regions that the places touch, in the order of the places; a few lines around a place that is in none."""
    chosen: dict[str, Region] = {}
    for uri, span in places:
        found = [r for r in regions if r.uri == uri and r.span.overlaps(span)]
        for region in found or _lines_around(unit[uri], span, regions):
            chosen.setdefault(region.name, region)
    return tuple(chosen.values())


def with_rest(unit: Unit, regions: Sequence[Region], uri: str, offset: int) -> tuple[Region, ...]:
    """The regions, where a text cannot be read at `offset` of a document: the one there or before grown up to the next.

    A block may seem to end too early (at a brace of a heredoc that lost its first line).
    """
    own = sorted((r for r in regions if r.uri == uri and not r.insert), key=lambda r: r.span)
    broken = next((r for r in reversed(own) if r.span.start <= offset), None)
    if broken is None:
        return tuple(regions)
    text = unit[uri].text
    end = min((r.span.start for r in own if r.span.start > offset), default=len(text))
    grown = replace(
        broken, span=Span(broken.span.start, broken.span.start + len(text[broken.span.start : end].rstrip()))
    )
    return tuple(grown if r is broken else r for r in regions)


def _lines_around(document: Document, span: Span, regions: Sequence[Region]) -> Iterator[Region]:
    """Lines around a span, up to the next regions, as a region."""
    first, last = document.position(span.start).line, document.position(span.end).line
    start = document.line_starts[max(0, first - _CONTEXT_LINES)]
    end = document.line_span(min(last + _CONTEXT_LINES, len(document.line_starts) - 1)).end
    for region in regions:
        if region.uri == document.uri:
            if start < region.span.end <= span.start:
                start = document.line_span(document.position(region.span.end).line).end
            if span.end <= region.span.start < end:
                end = document.line_starts[document.position(region.span.start).line]
    text = document.text[start:end]
    start += len(text) - len(text.lstrip())
    end = start + len(text.strip())
    if start < end:
        indent = document.position(start).column
        yield Region(f"lines {first + 1}-{last + 1}", document.uri, Span(start, end), indent, indent)
