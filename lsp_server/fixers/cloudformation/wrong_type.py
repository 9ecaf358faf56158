"""A scalar of the wrong kind: a string for a boolean, JSON in quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Scalar, Style
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import after_colon, replace
from lsp_server.fixers.cloudformation.names import rank
from lsp_server.fixers.cloudformation.rules import FUNCTIONS, SCHEMA, codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_TRUE = {"true": "true", "yes": "true", "on": "true", "1": "true", "enabled": "true"}
_FALSE = {"false": "false", "no": "false", "off": "false", "0": "false", "disabled": "false"}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_HEADER = re.compile(r"[|>][-+\d]*")


def coerce(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the same value as the type that is asked for."""
    site = Site(context, diagnostic)
    node, types = site.node, site.facts("types")
    if isinstance(node, Scalar) and not node.tag and types and site.keyword in ("", "type", "cfnLint", "tagging"):
        yield from _scalar(site, node, types)


def _scalar(site: Site, node: Scalar, types: list[str]) -> Iterator[Fix]:
    text = node.value.strip()
    if node.style in (Style.LITERAL, Style.FOLDED):
        return
    if "boolean" in types and (word := _boolean(text.lower())):
        sure = rank(text.lower(), [word])
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
    if "\n" not in node.raw and _json_kind(text) in types:
        yield from site.fix("Take it out of the quotes", replace(site.document, node.span, text), UNSAFE)


def take_document_out(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The JSON of an SSM document may stand as it is in the place of the text that it is written in."""
    site = Site(context, diagnostic)
    node, entry = site.node, site.entry
    kind = entry.parent.get("DocumentFormat") if entry is not None else None
    of_json = kind is None or (isinstance(kind, Scalar) and not kind.tag and kind.value == "JSON")
    if entry is None or not isinstance(node, Scalar) or node.tag or not of_json:
        return
    text, header = node.value.strip(), _HEADER.match(node.raw)
    if _json_kind(text) != "object" or ("\n" in text and header is None):
        return
    edits = replace(site.document, node.span, text)
    if header is not None:
        colon = after_colon(site.document, entry, node.span.start)
        edits = replace(site.document, Span(colon, node.span.start + header.end()), "")
    yield from site.fix("Write the document as an object, not as a text", edits, UNSAFE)


def _boolean(text: str) -> str:
    """The boolean that a word says, or is a slip of; empty where it is neither."""
    slips = [match for match in rank(text, ("true", "false")) if match.distance <= 1]
    return _TRUE.get(text) or _FALSE.get(text) or (slips[0].name if len(slips) == 1 else "")


def _json_kind(text: str) -> str:
    """Whether a text is the JSON of an `object` or an `array`; empty for neither."""
    try:
        value = json.loads(text) if text.startswith(("{", "[")) else None
    except (ValueError, RecursionError):
        return ""
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else ""


FIXERS = (
    RuleFixer("cfn-lint", SCHEMA | FUNCTIONS, coerce),
    RuleFixer("cfn-lint", codes("E3051"), take_document_out),
)
