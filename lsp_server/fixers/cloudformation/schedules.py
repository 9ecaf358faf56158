"""Schedules of events: `rate(1 minutes)`, a crontab's five fields, both days of `cron(…)` given as any."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_RATE = re.compile(r"(?:rate\s*\(\s*|every\s+)?(\d+)?\s*([a-z]+)\s*\)?", re.IGNORECASE)
_CRON = re.compile(r"(?:cron\s*\(\s*)?((?:[\w*?/,#-]+\s+){4,5}[\w*?/,#-]+)\s*\)?", re.IGNORECASE)
_WHOLE = re.compile(r"rate\(\s*\d|cron\(\s*(?:\S+\s+){5}\S", re.IGNORECASE)  # all parts are told
_WEEKDAYS = re.compile(r"[\d,-]+|[a-z,-]+|\*", re.IGNORECASE)
_UNITS = {"m": "minute", "min": "minute", "minute": "minute", "h": "hour", "hr": "hour", "hour": "hour", "day": "day"}
_UNITS |= {"d": "day"}


def write_schedule(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the same schedule as events take it."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.tag:
        return
    text = node.value.strip()
    found = _rate(text) or _cron(text)
    if found and found != node.value:
        trust = SAFE if _WHOLE.match(text) else UNSAFE
        yield from site.fix(f"Write the schedule '{found}'", rewrite(site.document, node, found), trust)


def _rate(text: str) -> str:
    hit = _RATE.fullmatch(text)
    unit = _UNITS.get(hit[2].lower().removesuffix("s") or "", "") if hit is not None else ""
    number = int(hit[1] or 1) if hit is not None else 0
    return f"rate({number} {unit}{'s' * (number > 1)})" if unit and number else ""


def _cron(text: str) -> str:
    """Six fields, with `?` for the one of the two days that is any; a crontab counts its weekdays from 0.

    Five fields with a `?`, which no crontab has, lack the year.
    """
    hit = _CRON.fullmatch(text)
    fields = hit[1].split() if hit is not None else []
    if len(fields) == 5 and "?" in (fields[2], fields[4]):
        fields.append("*")
    elif len(fields) == 5:
        if not _WEEKDAYS.fullmatch(fields[4]):
            return ""
        fields[4] = re.sub(r"\d", lambda day: str(int(day[0]) % 7 + 1), fields[4])
        fields.append("*")
    if len(fields) != 6:
        return ""
    if "?" not in (fields[2], fields[4]):
        if fields[4] == "*":
            fields[4] = "?"
        elif fields[2] == "*":
            fields[2] = "?"
    return f"cron({' '.join(fields)})" if "?" in (fields[2], fields[4]) else ""


FIXERS = (RuleFixer("cfn-lint", codes("E3027"), write_schedule),)
