"""A key that stands twice in one mapping: a copy, a lost dash, or two things of one name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import column, delete_element, rename
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site

_DECLARING = ("Resources", "Parameters", "Outputs", "Mappings", "Conditions")


def untangle(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Delete an equal copy, begin a new item, give the second declaration another name, or keep the last.

    Keeping the last deletes a value that differs: which of the two was meant is for a person to say.
    """
    site = Site(context, diagnostic)
    if not diagnostic.data.get("twice") or site.template.root is None:
        return
    for holder in site.template.root.walk():
        if isinstance(holder, Mapping):
            for first, second in _pairs(holder):
                if _touched(site, first) or _touched(site, second):
                    yield from _fixes(site, holder, first, second)


def _pairs(holder: Mapping) -> Iterator[tuple[Entry, Entry]]:
    seen: dict[str, Entry] = {}
    for entry in holder.entries:
        if entry.name in seen and entry.name != "<<":
            yield seen[entry.name], entry
        seen[entry.name] = entry


def _touched(site: Site, entry: Entry) -> bool:
    line = site.document.position(site.diagnostic.span.start).line
    return site.document.position(entry.span.start).line == line


def _fixes(site: Site, holder: Mapping, first: Entry, second: Entry) -> Iterator[Fix]:
    document, name = site.document, second.name
    if _text(site, first) == _text(site, second) or _same(first.value, second.value):
        edits = delete_element(document, site.template, second)
        yield from site.fix(f"Delete the second '{name}', which is the same", edits, UNSAFE)
        return
    path = site.template.path_of(second)
    if len(path) == 2 and path[0] in _DECLARING:
        fresh = next(f"{name}{n}" for n in range(2, 99) if f"{name}{n}" not in holder)
        yield from site.fix(f"Call the second '{name}' '{fresh}'", rename(document, second, fresh), UNSAFE)
        return
    if isinstance(holder.parent, Sequence) and not holder.flow and holder.entries[0] is first:
        start = second.span.start
        if document.text[start - 2 : start] == "  " and column(document, start) >= 2:
            dash = (Edit(document.uri, Span(start - 2, start), "- "),)
            yield from site.fix(f"Begin a new item with '{name}'", dash, UNSAFE)
            return
    if isinstance(first.value, Scalar) and isinstance(second.value, Scalar):
        edits = delete_element(document, site.template, first)
        yield from site.fix(f"Delete the first '{name}', since the last one holds", edits, DISPLAY_ONLY)


def _same(first: Node | None, second: Node | None) -> bool:
    """Whether two scalars are the same value, whatever quotes are around it."""
    if not isinstance(first, Scalar) or not isinstance(second, Scalar):
        return False
    return (first.tag, first.data) == (second.tag, second.data) and type(first.data) is type(second.data)


def _text(site: Site, entry: Entry) -> str:
    return " ".join(site.document.slice(entry.span).split())


FIXERS = (RuleFixer("cfn-lint", codes("E0000"), untangle),)
