"""A text in the wrong form for its place, which can be written in a right one: spaces around it, capital letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.cloudformation.schema import matches
from lsp_server.dialects.cloudformation.tree import Scalar, Style
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.lifting import instead
from lsp_server.fixers.cloudformation.rules import SCHEMA, codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import quoted
from lsp_server.fixers.cloudformation.vocabulary import property_of

_PLAIN = {"–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "→": "->", "×": "x"}
_DOMAINS = ("E3013",)


def reform(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the text in the form that its pattern takes."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.tag or node.style in (Style.LITERAL, Style.FOLDED):
        return
    if not isinstance(node.data, str) or node.value in site.template.parameters:
        return
    patterns = _patterns(site)
    for text, title, trust in _forms(site, node.value):
        if text and text != node.value and all(matches(pattern, text) for pattern in patterns):
            quote = node.raw[:1] if node.raw[:1] in ('"', "'") else ""
            edits = rewrite(site.document, node, text) or instead(site, node, quoted(text, quote))
            yield from site.fix(title, edits, trust)
            return


def _patterns(site: Site) -> list[str]:
    """The patterns that the text has to match: those of all findings about it."""
    here = (d for d in site.context.diagnostics if d.path == site.diagnostic.path and d.code == site.diagnostic.code)
    return [pattern for d in here if isinstance(pattern := d.data.get("pattern"), str)]


def _forms(site: Site, text: str) -> Iterator[tuple[str, str, Applicability]]:
    yield text.strip(), "Take away the spaces around it", SAFE
    if not _patterns(site):
        return
    lower = text.strip().lower()
    yield lower, "Write it in small letters", SAFE if site.diagnostic.code in _DOMAINS else UNSAFE
    for hyphenated in (re.sub(r"[\s_]+", "-", text.strip()), re.sub(r"[\s_.]+", "-", lower)):
        yield hyphenated, f"Write it as '{hyphenated}'", UNSAFE
    if all(re.match(r"\^?\\?/", pattern) for pattern in _patterns(site)):
        yield f"/{text.strip()}", "Let it begin with '/'", UNSAFE
    known = property_of(site.template, site.path)
    if known is not None and known.name.endswith("Description"):
        title = "Write the description without characters that may not be in it"
        plain, lost = _described(text, _patterns(site))
        yield plain, title, DISPLAY_ONLY if lost else UNSAFE


def _described(text: str, patterns: list[str]) -> tuple[str, bool]:
    """A description in characters that its patterns take, and whether letters are lost.

    What cannot be written otherwise is left out.
    """
    kept, lost = list[str](), False
    for letter in text:
        plain = _PLAIN.get(letter) or unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
        kept.append(next((c for c in (letter, plain) if all(matches(p, f"a{c}a") for p in patterns)), ""))
        lost = lost or (letter.isalnum() and not kept[-1])
    return re.sub(r"(?<=\S) {2,}", " ", "".join(kept)).strip(), lost


FIXERS = (RuleFixer("cfn-lint", SCHEMA | codes("E3013 E1161 E1164 E3023"), reform),)
