"""When something is to run, as an intent says it: a schedule expression of AWS."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"\b(?:cron|rate)\([^()\n]{3,60}\)")
_EVERY = re.compile(r"\bevery\s+(?:(\d{1,4})\s+)?(minute|hour|day|week)s?\b", re.IGNORECASE)
_ONCE = re.compile(r"\b(hourly|daily|nightly|weekly|every ?day|every night)\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?:at|@)\s+(\d{1,2})(?::(\d{2}))?\s*(am|pm|utc|o'clock|h)?\b", re.IGNORECASE)
_WORDS = {"midnight": (0, 0), "noon": (12, 0)}
_HOURS = {"hourly": "rate(1 hour)", "weekly": "rate(7 days)"}


def told(text: str) -> str:
    """The words of `text` that tell when something runs."""
    found = [pattern.search(text) for pattern in (_WRITTEN, _EVERY, _ONCE, _CLOCK)]
    return " ".join([*(match[0] for match in found if match), *(word for word in _WORDS if word in text.lower())])


def schedule(text: str) -> str:
    """The expression for when `text` says that something runs; empty where it does not.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    if written := _WRITTEN.search(text):
        return written[0]
    every, once = _EVERY.search(text), _ONCE.search(text)
    clock = _clock(text)
    if clock is not None and (once or (every and every[2].lower() == "day" and not every[1])):
        return f"cron({clock[1]} {clock[0]} * * ? *)"
    if every:
        number, unit = int(every[1] or 1), every[2].lower()
        number, unit = (number * 7, "day") if unit == "week" else (number, unit)
        return f"rate({number} {unit}{'s' if number > 1 else ''})" if number else ""
    return _HOURS.get(once[1].lower(), "rate(1 day)") if once else ""


def _clock(text: str) -> tuple[int, int] | None:
    for word, clock in _WORDS.items():
        if re.search(rf"\b{word}\b", text, re.IGNORECASE):
            return clock
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half in ("am", "pm") and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return (hour, minute) if hour < 24 and minute < 60 else None
