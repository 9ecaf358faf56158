"""A key that stands at the wrong level: outdented, or known one level up, one down or beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic, Path
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import (
    Edits,
    column,
    delete_element,
    end_of,
    line_end,
    moved_lines,
    moved_text,
)
from lsp_server.fixers.cloudformation.rules import UNKNOWN_KEY
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import (
    depth_of_properties,
    fits,
    names_at,
    paths_of,
    properties_at,
    property_path,
    resource_schema,
)


def indent_key(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Indent a key that fits into what stands right above it, as after a slip of the indentation."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.template.format == "json" or entry.parent.flow or _stands_well(site, entry):
        return
    goals = list(_deeper(site, entry))
    for path, pad in goals:
        shift = pad - column(site.document, entry.span.start)
        edits = _indented(site, entry, shift)
        title = f"Indent '{entry.name}' to stand in '{path[-1]}'"
        yield from site.fix(title, edits, SAFE if len(goals) == 1 else UNSAFE)


def _stands_well(site: Site, entry: Entry) -> bool:
    return entry.name in names_at(site.template, site.path[:-1])


def _deeper(site: Site, entry: Entry) -> Iterator[tuple[Path, int]]:
    """The mappings that end right above an entry, or begin there and are empty, and may hold its key."""
    path = site.path[:-1]
    siblings = entry.parent.entries
    at = next((i for i, other in enumerate(siblings) if other.span == entry.span), 0)
    above = siblings[at - 1] if at else None
    while above is not None:
        path = (*path, above.name)
        value = above.value
        if value is None or (isinstance(value, Scalar) and not value.raw and not value.tag):
            if _takes(site, path, entry):
                yield path, column(site.document, above.key.span.start) + site.writer.indent
            return
        if not isinstance(value, Mapping) or value.flow or not value.entries:
            return
        if entry.name not in value and _takes(site, path, entry):
            yield path, column(site.document, value.entries[0].key.span.start)
        above = value.entries[-1]


def _takes(site: Site, path: Path, entry: Entry) -> bool:
    if path[0] == "Mappings":
        return isinstance(entry.value, Scalar) and len(path) == 3
    if entry.name not in names_at(site.template, path):
        return False
    return fits(entry.value, properties_at(site.template, path).get(entry.name))


def _indented(site: Site, entry: Entry, shift: int) -> Edits | None:
    """The entry's lines moved to the right; those already deeper than the goal stay."""
    document = site.document
    if shift <= 0 or not _alone_on_its_line(site, entry):
        return None
    first = document.position(entry.span.start).line
    lines = _lines(site, entry)
    goal = column(document, entry.span.start) + shift
    rest = [n for n in lines if n > first and document.line_text(n).strip()]
    deep = all(len(t := document.line_text(n)) - len(t.lstrip(" ")) > goal for n in rest)
    starts = [document.line_starts[n] for n in (*range(lines.start, first + 1), *(() if deep else rest))]
    return tuple(Edit(document.uri, Span(start, start), " " * shift) for start in starts)


def _lines(site: Site, entry: Entry) -> range:
    """The numbers of an entry's lines, with those of the comments right above it."""
    document = site.document
    first, last = (document.position(at).line for at in (entry.span.start, end_of(document, entry)))
    comment = " " * column(document, entry.span.start) + "#"
    while first > 0 and document.line_text(first - 1).startswith(comment):
        first -= 1
    return range(first, last + 1)


def _alone_on_its_line(site: Site, entry: Entry) -> bool:
    line = site.document.position(entry.span.start).line
    return not site.document.text[site.document.line_starts[line] : entry.span.start].strip()


def move_key(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Move a key to the one place in its resource where the schema knows it."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or _stands_well(site, entry):
        return
    goals = [path for path in dict.fromkeys(_goals(site, entry)) if path != site.path[:-1]]
    for path in goals[:3]:
        edits = _move(site, entry, path)
        yield from site.fix(f"Move '{entry.name}' into '{path[-1]}'", edits, UNSAFE)


def _goals(site: Site, entry: Entry) -> Iterator[Path]:
    """The paths of mappings that may hold the key, nearest first: above, then anywhere in the resource's schema."""
    depth = depth_of_properties(site.path)
    for end in range(len(site.path) - 2, depth - 1, -1) if depth else ():
        path = site.path[:end]
        if isinstance(site.template.node(path), Mapping) and _takes(site, path, entry):
            yield path
    schema = resource_schema(site.template, site.path)
    if schema is None:
        return
    top = site.path[: depth + 1] if len(site.path) > depth + 1 else (*site.path[:depth], "Properties")
    own = property_path((*site.path[:-1], "-"))[:-1]
    found = [path for path in paths_of(schema, entry.name) if _takes(site, (*top, *path), entry)]
    written = [path for path in found if isinstance(site.template.node((*top, *path)), Mapping)]
    if not written and len(found) > 1:
        return  # which of several objects that are not there yet was meant, nobody knows
    nearest = sorted(written or found, key=lambda p: (-_common(p, own), len(p)))
    if len(nearest) > 1 and (_common(nearest[0], own), len(nearest[0])) == (_common(nearest[1], own), len(nearest[1])):
        return
    yield from ((*top, *path) for path in nearest[:1])


def _common(a: Path, b: Path) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _outdented(site: Site, entry: Entry, path: Path) -> Edits | None:
    """The entry's lines moved left, where it is the last thing in the mapping at `path` above it."""
    document, holder = site.document, site.template.node(path)
    if site.template.format == "json" or not isinstance(holder, Mapping) or holder.flow:
        return None
    if end_of(document, holder.entries[-1]) != end_of(document, entry) or not _alone_on_its_line(site, entry):
        return None
    shift = column(document, entry.span.start) - column(document, holder.entries[0].key.span.start)
    starts = [document.line_starts[n] for n in _lines(site, entry) if document.line_text(n).strip()]
    return tuple(Edit(document.uri, Span(start, start + shift), "") for start in starts) if shift > 0 else None


def _move(site: Site, entry: Entry, path: Path) -> Edits | None:
    """Delete the entry here and write it, made of the same text, at the end of the mapping there."""
    if path == site.path[: len(path)] and (outdented := _outdented(site, entry, path)) is not None:
        return outdented
    holder, missing = _holder(site, path)
    if holder is None or any(name in holder for name in (missing[:1] or [entry.name])):
        return None
    if len(entry.parent.entries) == 1 or holder.entries[-1].span.encloses(entry.span):
        return None  # an empty mapping would be left, or it would move into itself
    in_block = site.template.format == "yaml" and not entry.parent.flow
    if in_block and not holder.flow:
        return _move_lines(site, entry, holder, missing) if _alone_on_its_line(site, entry) else None
    gone = delete_element(site.document, site.template, entry)
    text = moved_text(site.document, site.writer, holder, entry, missing)
    if gone is None or text is None or (in_block and not _alone_on_its_line(site, entry)):
        return None
    at = end_of(site.document, holder.entries[-1])
    return (*gone, Edit(site.document.uri, Span(at, at), text))


def _move_lines(site: Site, entry: Entry, holder: Mapping, missing: list[str]) -> Edits:
    """Cut the entry's lines out and put them behind the last entry of the holder."""
    document, lines = site.document, _lines(site, entry)
    starts = document.line_starts
    gone = Span(starts[lines.start], starts[lines.stop] if lines.stop < len(starts) else len(document.text))
    at = line_end(document, end_of(document, holder.entries[-1]))
    text = moved_lines(document, site.writer, holder, lines, column(document, entry.span.start), missing)
    return (Edit(document.uri, gone, ""), Edit(document.uri, Span(at, at), text))


def _holder(site: Site, path: Path) -> tuple[Mapping | None, list[str]]:
    """The deepest mapping there is on a path, if it has entries, and the names of those that are missing below."""
    missing: list[str] = []
    holder: Node | None = site.template.node(path)
    while holder is None and path:
        missing.insert(0, str(path[-1]))
        path = path[:-1]
        holder = site.template.node(path)
    return (holder if isinstance(holder, Mapping) and holder.entries else None), missing


FIXERS = (RuleFixer("cfn-lint", UNKNOWN_KEY, indent_key), RuleFixer("cfn-lint", UNKNOWN_KEY, move_key))
