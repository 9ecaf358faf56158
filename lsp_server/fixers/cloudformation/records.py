"""Records of Route 53 that are not written as their type asks, or are of another type than they say."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.lifting import instead
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import quoted

_LONGEST = 255  # characters in one string of a text record
_STRINGS = re.compile(r'("[^"]*" *)+')
_HOST = re.compile(r"(?=.*[a-z])([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]\.?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(0|128) (issue|issuewild|iodef) ([^\"]+)")


def quote_record(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Text stands in quotes, in pieces of at most 255 characters; so does what an authority record names."""
    site = Site(context, diagnostic)
    node, kind = site.node, _type(site)
    if not isinstance(node, Scalar) or node.tag or kind is None:
        return
    text = node.value.strip()
    if kind.value in ("TXT", "SPF"):
        if '"' not in text and text:
            yield from _written(site, node, "Put the text into quotes", _pieces(text))
        elif _STRINGS.fullmatch(text):
            pieces = " ".join(_pieces(piece) for piece in re.findall(r'"([^"]*)"', text) if piece)
            yield from _written(site, node, "Part the text into pieces of 255 characters", pieces)
    elif kind.value == "CAA" and (hit := _AUTHORITY.fullmatch(text)):
        yield from _written(site, node, "Put the name into quotes", f'{hit[1]} {hit[2]} "{hit[3].strip()}"')
    elif kind.value == "AAAA" and _version("".join(text.split())) == 6 and " " in text:
        yield from _written(site, node, "Take away the spaces in the address", "".join(text.split()))


def _type(site: Site) -> Scalar | None:
    """The type of the record set, where the path leads to one of its records."""
    kind = site.template.node((*site.path[:-2], "Type")) if site.path[-2:-1] == ("ResourceRecords",) else None
    return kind if isinstance(kind, Scalar) and not kind.tag else None


def _written(site: Site, node: Scalar, title: str, text: str) -> Iterable[Fix]:
    if text != node.value:
        quote = '"' if "'" in text or site.writer.json else "'"
        yield from site.fix(title, instead(site, node, quoted(text, quote)), SAFE)


def _pieces(text: str) -> str:
    return " ".join(f'"{text[at : at + _LONGEST]}"' for at in range(0, len(text), _LONGEST))


def _version(text: str) -> int:
    """4 or 6 for an address, 0 for anything else."""
    try:
        return ipaddress.ip_address(text.strip()).version
    except ValueError:
        return 0


def other_type(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Where all records are of another type than the set says, the set is of that type."""
    site = Site(context, diagnostic)
    kind = _type(site)
    records = site.template.node(site.path[:-1]) if kind is not None else None
    if kind is None or kind.value not in ("A", "AAAA", "CNAME") or not isinstance(records, Sequence):
        return
    texts = [item.value.strip() if isinstance(item, Scalar) and not item.tag else "" for item in records.items]
    found = {_kind(text) for text in texts}
    if len(found) != 1 or (meant := found.pop()) in ("", kind.value) or (meant == "CNAME" and len(texts) > 1):
        return
    if meant == "CNAME" and _apex(site):
        return
    yield from site.fix(f"Make it a record of type {meant}", rewrite(site.document, kind, meant), UNSAFE)


def _kind(text: str) -> str:
    return {4: "A", 6: "AAAA", 0: "CNAME" if _HOST.fullmatch(text) else ""}[_version(text)]


def _apex(site: Site) -> bool:
    """Whether the name is that of the zone, which cannot be an alias of another name."""
    body = site.template.node(site.path[:-2])
    names = [body.get(key) for key in ("Name", "HostedZoneName")] if isinstance(body, Mapping) else []
    words = [node.value.rstrip(".") for node in names if isinstance(node, Scalar)]
    return len(words) == 2 and words[0] == words[1]


def give_priority(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The only mail server needs a priority, and which one makes no difference."""
    site = Site(context, diagnostic)
    node, kind = site.node, _type(site)
    records = site.template.node(site.path[:-1]) if kind is not None else None
    if kind is None or kind.value != "MX" or not isinstance(records, Sequence) or not isinstance(node, Scalar):
        return
    if len(records.items) == 1 and _HOST.fullmatch(node.value.strip()):
        edits = rewrite(site.document, node, f"10 {node.value.strip()}")
        yield from site.fix("Give the mail server the priority 10", edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("E3023"), quote_record),
    RuleFixer("cfn-lint", codes("E3023"), other_type),
    RuleFixer("cfn-lint", codes("E3023"), give_priority),
)
