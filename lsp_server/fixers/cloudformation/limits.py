"""Numbers beyond a bound, or written with the unit that the property has anyway."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.schema import Property
from lsp_server.dialects.cloudformation.tree import Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import replace
from lsp_server.fixers.cloudformation.rules import SCHEMA, codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import property_of

_NEAR = 2.0  # up to so many times the bound, a value is meant as the largest or smallest there is
_WITH_UNIT = re.compile(r"(\d+(?:[.,_]\d+)*)\s*([A-Za-z%]*)")
_PERIODS = (10, 30, 60)  # seconds that an alarm may look at, besides whole minutes
_TIME = {"s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400}
_SPACE = {"mb": 1, "mib": 1, "megabyte": 1, "mebibyte": 1, "gb": 1024, "gib": 1024, "gigabyte": 1024, "gibibyte": 1024}
_ABBREVIATED = 3  # letters of a unit of time that a description would write out


def keep_within(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the bound for a value that is near it; one far beyond may be meant in another unit."""
    site = Site(context, diagnostic)
    node, limit = site.node, diagnostic.data.get("limit")
    if not isinstance(node, Scalar) or node.tag or not isinstance(limit, int | float) or isinstance(limit, bool):
        return
    if site.keyword not in ("minimum", "maximum"):
        return
    try:
        value = float(node.value)
    except ValueError:
        return
    smaller, larger = sorted((value, float(limit)))
    near = smaller > 0 and larger <= _NEAR * smaller
    quote = node.raw[:1] if node.raw[:1] in ("'", '"') else ""
    edits = replace(site.document, node.span, f"{quote}{limit:g}{quote}")
    title = f"Write {limit:g}, the {'most' if site.keyword == 'maximum' else 'least'} there may be"
    yield from site.fix(title, edits, UNSAFE if near or diagnostic.code == "E3705" else DISPLAY_ONLY)


def whole_minutes(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A period of an alarm is made as long as the next one that there is."""
    site = Site(context, diagnostic)
    node = site.node
    if isinstance(node, Scalar) and not node.tag and node.value.isdigit() and int(node.value) > 0:
        seconds = int(node.value)
        period = next((p for p in _PERIODS if p >= seconds), (seconds + 59) // 60 * 60)
        quote = node.raw[:1] if node.raw[:1] in ("'", '"') else ""
        edits = replace(site.document, node.span, f"{quote}{period}{quote}")
        yield from site.fix(f"Write {period}, the next longer period", edits, UNSAFE)


def without_unit(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A number with a unit is the number in the unit that the description of the property tells."""
    site = Site(context, diagnostic)
    node, types = site.node, site.facts("types")
    if not isinstance(node, Scalar) or node.tag or not {"integer", "number"} & set(types) or "string" in types:
        return
    hit = _WITH_UNIT.fullmatch(node.value.strip())
    known = property_of(site.template, site.path)
    if hit is None or known is None or re.fullmatch(r"\d+", node.value):
        return
    number = _number(hit[1])
    value = _converted(number, hit[2].lower(), known) if number is not None else None
    if value is not None and value == int(value):
        edits = replace(site.document, node.span, str(int(value)))
        yield from site.fix(f"Write the number {int(value)}", edits, UNSAFE)


def _number(text: str) -> float | None:
    plain = re.sub(r"[,_](?=\d{3}(?!\d))", "", text)
    return float(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else None


def _converted(number: float, unit: str, known: Property) -> float | None:
    """The number in the unit that the property's description tells; None where it tells none of that kind."""
    if not unit or (unit == "%" and (known.maximum is None or known.maximum > 1)):
        return number
    told = f"{known.name} {known.description}".lower()
    for scale in (_TIME, _SPACE):
        size = scale.get(unit, scale.get(unit.removesuffix("s")))
        for name, own in scale.items() if size is not None else ():
            written_out = len(name) > _ABBREVIATED or scale is _SPACE
            if written_out and size is not None and re.search(rf"\b{name}s?\b", told):
                return number * size / own
    return None


FIXERS = (
    RuleFixer("cfn-lint", SCHEMA | codes("W3034"), keep_within),
    RuleFixer("cfn-lint", codes("E3615"), whole_minutes),
    RuleFixer("cfn-lint", codes("E3012"), without_unit),
)
