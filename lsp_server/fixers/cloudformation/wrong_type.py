"""A value of the wrong kind: a string for a boolean, one value for a list, text where a key has lost its colon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence, Style
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, after_colon, column, end_of, line_end, replace
from lsp_server.fixers.cloudformation.rules import SCHEMA, codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import names_at

_TRUE = {"true": "true", "yes": "true", "on": "true", "1": "true", "enabled": "true"}
_FALSE = {"false": "false", "no": "false", "off": "false", "0": "false", "disabled": "false"}
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_LOST_COLON = re.compile(r"([A-Za-z]\w*)(?=[ ]+\S)")


def coerce(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the same value as the type that is asked for."""
    site = Site(context, diagnostic)
    node, types = site.node, site.facts("types")
    if node is None or not types or site.validator not in ("", "type", "cfnLint", "tagging"):
        return
    if isinstance(node, Scalar) and not node.tag:
        yield from _scalar(site, node, types)
    if "array" in types and not isinstance(node, Sequence) and len(site.path) > 2:
        yield from site.fix("Make it a list of one", _as_list(site, node), SAFE)
    single = isinstance(node, Sequence) and "array" not in types and len(node.items) == 1 and not node.tag
    if isinstance(node, Sequence) and single and _suits(node.items[0], types):
        yield from site.fix("Take the value out of the list", _only_item(site, node), SAFE)


def _suits(item: Node, types: list[str]) -> bool:
    if isinstance(item, Mapping):
        return "object" in types or (
            len(item.entries) == 1 and item.entries[0].name in ("Ref", "Fn::Sub", "Fn::GetAtt")
        )
    return isinstance(item, Scalar)


def _scalar(site: Site, node: Scalar, types: list[str]) -> Iterator[Fix]:
    text = node.value.strip()
    if node.style in (Style.LITERAL, Style.FOLDED):
        return
    word = _TRUE.get(text.lower()) or _FALSE.get(text.lower())
    if "boolean" in types and word:
        sure = text.lower() in ("true", "false")
        yield from site.fix(
            f"Write the boolean {word}", replace(site.document, node.span, word), SAFE if sure else UNSAFE
        )
    if {"integer", "number"} & set(types) and _NUMBER.fullmatch(text):
        if "number" in types or "." not in text:
            yield from site.fix(f"Write the number {text}", replace(site.document, node.span, text), SAFE)
        elif float(text).is_integer():
            number = str(int(float(text)))
            yield from site.fix(f"Write the number {number}", replace(site.document, node.span, number), SAFE)
    if "string" in types and not isinstance(node.data, str) and node.data is not None:
        edits = replace(site.document, node.span, f'"{node.raw}"')
        yield from site.fix(f'Write the string "{node.raw}"', edits, SAFE)
    if "object" in types and site.template.format == "yaml":
        yield from _lost_colon(site, node)


def _lost_colon(site: Site, node: Scalar) -> Iterator[Fix]:
    """`Type String` below a key that wants a mapping."""
    hit = _LOST_COLON.match(node.raw)
    if hit is None or node.style is not Style.PLAIN or hit[1] not in names_at(site.template, site.path):
        return
    at = node.span.start + hit.end()
    yield from site.fix(f"Put a colon after '{hit[1]}'", (Edit(site.document.uri, Span(at, at), ":"),), SAFE)


def _as_list(site: Site, node: Node) -> Edits | None:
    document, writer = site.document, site.writer
    owner = node.parent
    if not isinstance(owner, Entry):
        return None
    uri, (start, end) = document.uri, (node.full_span.start, end_of(document, node))
    if writer.json or owner.parent.flow or (isinstance(node, Mapping | Sequence) and node.flow):
        return (Edit(uri, Span(start, start), "["), Edit(uri, Span(end, end), "]"))
    if isinstance(node, Scalar) and node.style in (Style.LITERAL, Style.FOLDED):
        return None
    pad = column(document, owner.key.span.start) + (writer.indent if site.template.indent.sequences else 0)
    if document.position(start).line == document.position(owner.key.span.start).line:
        if document.position(end).line != document.position(start).line:
            return None
        return (Edit(uri, Span(after_colon(document, owner, start), start), f"{writer.newline}{' ' * pad}- "),)
    return _dashed(site, node, pad) if isinstance(node, Mapping) and not node.tag else None


def _dashed(site: Site, node: Mapping, pad: int) -> Edits:
    """A dash before a block mapping, whose other lines move right with its first."""
    document = site.document
    first = document.position(node.span.start).line
    last = document.position(end_of(document, node)).line
    own = column(document, node.span.start)
    shift = max(0, pad + 2 - own)
    head = document.line_starts[first]
    edits = [Edit(document.uri, Span(head, node.span.start), " " * (own + shift - 2) + "- ")]
    for number in range(first + 1, last + 1):
        if document.line_text(number).strip() and shift:
            at = document.line_starts[number]
            edits.append(Edit(document.uri, Span(at, at), " " * shift))
    return tuple(edits)


def _only_item(site: Site, node: Sequence) -> Edits | None:
    """What stands in a list of one, without the list."""
    document, item = site.document, node.items[0]
    uri, inner = document.uri, Span(item.full_span.start, end_of(document, item))
    if node.flow:
        return (Edit(uri, Span(node.span.start, inner.start), ""), Edit(uri, Span(inner.end, node.span.end), ""))
    owner = node.parent
    if not isinstance(owner, Entry) or document.position(inner.start).line != document.position(inner.end).line:
        return None
    if isinstance(item, Mapping):
        return None
    at = line_end(document, owner.key.span.end)
    if "#" in document.text[owner.key.span.end : inner.start]:
        return None
    colon = after_colon(document, owner, inner.start)
    return (Edit(uri, Span(min(colon, at), inner.start), " "),)


FIXERS = (RuleFixer("cfn-lint", SCHEMA | codes("E1010 E1015 E1019 E1020 E1021 E1022 E8002"), coerce),)
