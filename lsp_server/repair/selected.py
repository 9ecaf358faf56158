"""What a person selected to be changed by words: the blocks it touches, and which of them the words say to delete."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.base import Dialect, Language
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.fixers.cloudformation.edits import delete_element
from lsp_server.fixers.terraform.layout import remove
from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.proposer import IntentTask
from lsp_server.repair.region import Region
from lsp_server.repair.regions import all_regions, regions_at

Ids = frozenset[tuple[str, ...]]

_REMOVE = re.compile(r"\b(?:delete|remove|drop|erase|get rid of|take out|take away)\b", re.IGNORECASE)
_ENDS = re.compile(r"[;!?\n]|\.(?:\s|$)|\b(?:from|of|in|on|for|to|with|without|at|by|as|so|if|when|but|then)\b", re.I)
_BETWEEN = re.compile(r",|&|\band\b|\bor\b", re.IGNORECASE)
_DEMONSTRATIVE = re.compile(r"(?:all|both)?\s*(?:of\s+)?(?:this|these|those|that|the selected)\b", re.IGNORECASE)
_BEFORE = re.compile(r"(?:also|all|the|my|our|a|an|any|every|both)\s+", re.IGNORECASE)
_AFTER = re.compile(
    r"\s+(?:resource|block|entry|variable|parameter|output|local|module|data source|mapping|condition)s?", re.I
)
_ABOVE = re.compile(r"\ufeff?(?:[ \t]*(?:(?:#|//).*)(?:\r\n|\r|\n))*[ \t]*")
_QUOTES = "\"'`“”‘’ \t"
_SELECTED = frozenset({"it", "this", "them", "these", "those", "selection", "selected", "everything"})


def selected_regions(unit: Unit, language: Language, intent: IntentTask) -> tuple[Region, ...]:
    """The blocks that the selection touches, in its order; one that the words say to delete knows how that is done."""
    regions = all_regions(unit, language)
    places = [
        (place.uri, _meant(unit[place.uri], place.span, regions))
        for place in intent.selected
        if unit.get(place.uri) is not None
    ]
    found = regions_at(unit, regions, places)
    gone = {region.name for region in _to_delete(intent.words, found)}
    return tuple(
        replace(region, removal=removal(unit[region.uri], language, region)) if region.name in gone else region
        for region in found
    )


def _meant(document: Document, selected: Span, regions: Sequence[Region]) -> Span:
    """The selection; where it is in nothing but white space or comments, up to the block that begins below them."""
    if any(r.uri == document.uri and r.span.overlaps(selected) for r in regions):
        return selected
    start = document.line_starts[document.position(selected.start).line]
    below = min((r.span.start for r in regions if r.uri == document.uri and r.span.start >= start), default=None)
    if below is None or not _ABOVE.fullmatch(document.text, start, below):
        return selected
    return Span(selected.start, below + 1)


def may_go(unit: Unit, dialect: Dialect, intent: IntentTask) -> Ids:
    """The ids, and the comments as `("#", text)`, that the words say to delete among what is selected."""
    regions = selected_regions(unit, dialect.language, intent)
    gone: set[tuple[str, ...]] = set()
    without_comments = any(item in ("comment", "comments") for item in _said_to_go(intent.words))
    for region in regions:
        document = unit[region.uri]
        if region.removal or region in _to_delete(intent.words, (region,)):
            gone |= {id_ for id_ in dialect.ids(document) if _is_of(id_, region)}
        if without_comments or region.removal:
            inside = document.slice(region.span)
            gone |= {("#", comment) for comment in dialect.comments(document) if comment in inside}
    return frozenset(gone)


def _is_of(id_: tuple[str, ...], region: Region) -> bool:
    """Whether a region declares an id: `Resources/Bucket`, `resource aws_s3_bucket.logs`, all names of `locals`."""
    if "/" in region.name:
        return "/".join(id_) == region.name
    kind, _, labels = region.declares.partition(" ")
    return (id_[0] == kind and ".".join(id_[1:]) == labels) or id_[0] == kind == "locals"


def _said_to_go(words: str) -> Iterator[str]:
    """What the words say to delete, thing by thing: `delete the old queue and Topic` gives `old queue`, `Topic`."""
    for verb in _REMOVE.finditer(words):
        rest = words[verb.end() :]
        end = _ENDS.search(rest)
        for item in _BETWEEN.split(rest[: end.start()] if end else rest):
            yield _BEFORE.sub("", item.strip(_QUOTES) + " ", count=1).strip(_QUOTES)


def _to_delete(words: str, regions: Sequence[Region]) -> list[Region]:
    """The regions that the words say to delete: by name, or as what is selected."""
    items = list(_said_to_go(words))
    return [region for region in regions if any(_names(item, region, len(regions)) for item in items)]


def _names(item: str, region: Region, selected: int) -> bool:
    plain = _AFTER.sub("", item).strip(_QUOTES)
    short = re.split(r"[/.\s]", region.name)[-1] if region.declares else ""
    if short and plain in (short, region.name, region.declares, region.declares.partition(" ")[2]):
        return True
    pointed = _DEMONSTRATIVE.match(item)
    if item.lower() in _SELECTED or (pointed and not item[pointed.end() :].strip(_QUOTES)):
        return True
    if pointed is None:
        return False
    thing = words_of(_AFTER.sub("", item[pointed.start() :])[pointed.end() - pointed.start() :])
    return not thing or (selected == 1 and bool(region.type) and set(thing) <= set(words_of(region.type)))


def removal(document: Document, language: Language, region: Region) -> tuple[Edit, ...]:
    """The edits that take the block of a region away; none where that cannot be done cleanly."""
    if language is Language.TERRAFORM:
        return (remove(document, region.span),)
    template = parse_template(document)
    entry = template.entry(tuple(region.name.split("#")[0].split("/")))
    if entry is None or not region.span.touches(entry.span.start):
        return ()
    return delete_element(document, template, entry) or ()
