"""A value that is none of those allowed: of the wrong case, misspelled, or one of a few to choose from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.cloudformation.tree import Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import replace, rewrite
from lsp_server.fixers.cloudformation.names import Match, certain, rank, words_of
from lsp_server.fixers.cloudformation.rules import SCHEMA, codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import property_of

_WORDS = re.compile(r"^\^?\(?((?:[\w:.-]+\|)+[\w:.-]+)\)?\$?$")
# Other words for a value, in small letters; the first that is allowed is meant.
_SYNONYMS = {
    "magnetic": ("standard",), "ssd": ("gp3", "gp2"), "destroy": ("Delete",), "remove": ("Delete",),
    "keep": ("Retain",), "preserve": ("Retain",), "aurora": ("aurora-mysql",), "postgresql": ("postgres",),
    "on-demand": ("PAY_PER_REQUEST",), "ondemand": ("PAY_PER_REQUEST",), "kms": ("aws:kms",), "sse-kms": ("aws:kms",),
    "sse-s3": ("AES256",), "aes": ("AES256",), "on": ("Enabled", "ENABLED"), "true": ("Enabled", "ENABLED"),
    "off": ("Disabled", "DISABLED", "Suspended"), "false": ("Disabled", "DISABLED", "Suspended"),
    "disabled": ("Suspended",), ">": ("GreaterThanThreshold",), ">=": ("GreaterThanOrEqualToThreshold",),
    "<": ("LessThanThreshold",), "<=": ("LessThanOrEqualToThreshold",), "mean": ("Average",), "count": ("SampleCount",),

}  # fmt: skip
_CHOICES = 5  # how many values may be offered when none is close
_SHORT = 5  # letters of a word in which every one tells


def choose(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the allowed value that is close, else offer the choices where they are few."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.tag or not isinstance(node.data, str | int | float | bool):
        return
    if str(site.path[-1:]).find("Fn::") >= 0 or site.path[-1:] == ("Ref",) or site.type_unknown:
        return
    near = (reference for reference in site.template.references if node.span.touches(reference.span.start))
    if any(reference.node is node for reference in near):
        return
    allowed = list(_allowed(site))
    if node.value in allowed:
        if not isinstance(node.data, str) and site.path[:1] == ("Parameters",):
            edits = replace(site.document, node.span, f'"{node.raw}"')
            yield from site.fix(f'Write the string "{node.raw}"', edits, SAFE)
        return
    matches = rank(node.value, allowed)
    for match in matches[:3]:
        title, trust = f"Write '{match.name}' for '{node.value}'", _trust(node.value, match, matches)
        yield from site.fix(title, rewrite(site.document, node, match.name), trust)
    if not matches:
        yield from _choices(site, node, allowed)


def _choices(site: Site, node: Scalar, allowed: list[str]) -> Iterator[Fix]:
    """What is allowed where nothing is close: its first letter, the only value there is, or a few to choose from."""
    letter = node.value[:1].upper()
    if meant := next((v for v in _SYNONYMS.get(node.value.lower(), ()) if v in allowed), "") or completed(
        node.value, allowed
    ):
        title = f"Write '{meant}' for '{node.value}'"
        yield from site.fix(title, rewrite(site.document, node, meant), UNSAFE)
    elif letter in allowed and all(len(value) == 1 for value in allowed):  # `string` for `S`
        title = f"Write '{letter}' for '{node.value}'"
        yield from site.fix(title, rewrite(site.document, node, letter), UNSAFE)
    elif len(allowed) == 1 and allowed != ["*"]:
        title = f"Write '{allowed[0]}', the only value allowed here, for '{node.value}'"
        opposite = {allowed[0], node.value.lower()} == {"true", "false"}  # what asks for it may be what is wrong
        edits = replace(site.document, node.span, allowed[0]) if opposite else rewrite(site.document, node, allowed[0])
        yield from site.fix(title, edits, DISPLAY_ONLY if opposite else UNSAFE)
    elif len(allowed) <= _CHOICES:
        for value in (value for value in allowed if value != "*"):  # everyone, or everything: nobody is led there
            title = f"Choose '{value}' (one of {len(allowed)} allowed values)"
            yield from site.fix(title, rewrite(site.document, node, value), DISPLAY_ONLY)


def completed(written: str, allowed: list[str]) -> str:
    """The value of which the written one is the beginning, with the fewest words more, or an abbreviation; or empty."""
    short = re.sub(r"[^a-z0-9]", "", written.lower())
    longer = [v for v in allowed if len(short) > 2 and re.sub(r"[^a-z0-9]", "", v.lower()).startswith(short)]
    sizes = sorted((len(words_of(value)), value) for value in longer)
    if sizes and (len(sizes) == 1 or sizes[0][0] < sizes[1][0]):
        return sizes[0][1]
    letters = ".*".join(map(re.escape, short))
    found = [v for v in allowed if len(short) > 2 and not longer and re.match(letters, v.lower())]
    return found[0] if len(found) == 1 and len(found[0]) <= 3 * len(short) else ""


def _trust(written: str, match: Match, matches: list[Match]) -> Applicability:
    """A short word with an `s` more or less is another word (HTTP and HTTPS): for a person to say."""
    shorter, longer = sorted((written.lower(), match.name.lower()), key=len)
    if longer == f"{shorter}s" and len(longer) <= _SHORT:
        return DISPLAY_ONLY
    return SAFE if match is matches[0] and certain(matches) and match.distance <= 1.0 else UNSAFE


def _allowed(site: Site) -> Iterator[str]:
    """The values the linter or the schema lists; a pattern that is a choice of words is a list too."""
    given = [str(value) if not isinstance(value, bool) else str(value).lower() for value in _listed(site)]
    if given:
        yield from given
        return
    pattern = _WORDS.match(str(site.diagnostic.data.get("pattern") or ""))
    if pattern:
        yield from pattern[1].split("|")
        return
    if len(site.path) == 3 and site.path[0] == "Parameters" and site.path[2] == "Default":
        values = site.template.node((*site.path[:2], "AllowedValues"))
        yield from (item.value for item in getattr(values, "items", ()) if isinstance(item, Scalar))
        return
    known = property_of(site.template, site.path)
    if known is not None:
        yield from (str(value) for value in known.enum or known.item_enum)


def _listed(site: Site) -> list[object]:
    """What the finding allows; where it is about one of several ways to be right, what any of them does."""
    found = [site.diagnostic]
    if site.alternative:
        found = [
            d for d in site.context.diagnostics if d.code == site.diagnostic.code and d.path == site.diagnostic.path
        ]
    lists = (d.data.get("allowed") for d in found)
    return [value for allowed in lists if isinstance(allowed, list | tuple) for value in allowed]


FIXERS = (RuleFixer("cfn-lint", SCHEMA | codes("E2002 E2015 W3037 W2002 W3010 E2530 W3700 W3703"), choose),)
