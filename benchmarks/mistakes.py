"""Drafts as a language model writes them: right programs with mistakes in the shares in which models make them.

The shares are those of first drafts (unsupported argument 37-44 % of findings, missing argument or block 17-20 %,
unsupported block 11-13 %, unknown type 9-13 %, undeclared reference 3 %, syntax up to 6 %, functions and types 4 %).
Everything is drawn from a seeded generator; a mistake that finds no place to be made is left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_ARGUMENT = re.compile(r"^(\s+)([a-z]\w{3,})(\s*=\s*)(\S.*)$")
_BLOCK = re.compile(r"^(\s+)([a-z]\w+) \{\s*$")
_HEAD = re.compile(r'^resource "([a-z0-9]+_\w+)" "(\w+)" \{')
_REFERENCE = re.compile(r"\b(?:aws_\w+|var|local|data\.\w+)\.(\w{4,})")
_CALL = re.compile(r"\b([a-z]{4,}\d*)\(")
_INVENTED = ("enabled", "auto_create", "enable_logging", "resource_name", "default_action", "environment", "is_public")
_INVENTED_BLOCKS = ("settings", "configuration", "logging_options", "permissions")

Lines = list[str]


@dataclass(frozen=True)
class Kind:
    """A kind of mistake: how often it is drawn, and how it is made in the lines; None where it finds no place."""

    name: str
    share: float
    make: Callable[[random.Random, Lines], Lines | None]


def _misspelt(rng: random.Random, word: str) -> str:
    at = rng.randrange(1, len(word) - 1)
    return rng.choice((word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word + "s", f"{word}_name"))


def _places(lines: Lines, pattern: re.Pattern[str], *, inside: bool = True) -> list[tuple[int, re.Match[str]]]:
    """The lines that match; with `inside` only those of resources."""
    found, resource = [], False
    for number, line in enumerate(lines):
        resource = bool(_HEAD.match(line)) or (resource and not line.startswith("}"))
        match = pattern.search(line)
        if match and not line.lstrip().startswith(("#", "//")) and (resource or not inside):
            found.append((number, match))
    return found


def _replaced(lines: Lines, number: int, *new: str) -> Lines:
    return [*lines[:number], *new, *lines[number + 1 :]]


def _wrong_name(pattern: re.Pattern[str], group: int) -> Callable[[random.Random, Lines], Lines | None]:
    def make(rng: random.Random, lines: Lines) -> Lines | None:
        places = _places(lines, pattern, inside=pattern is not _REFERENCE)
        if not places:
            return None
        number, match = rng.choice(places)
        line = lines[number]
        wrong = _misspelt(rng, match[group])
        return _replaced(lines, number, line[: match.start(group)] + wrong + line[match.end(group) :])

    return make


def _invented_argument(rng: random.Random, lines: Lines) -> Lines | None:
    places = _places(lines, _ARGUMENT)
    if not places:
        return None
    number, match = rng.choice(places)
    value = rng.choice(("true", '"default"', "1"))
    return _replaced(lines, number, f"{match[1]}{rng.choice(_INVENTED)} = {value}", lines[number])


def _invented_block(rng: random.Random, lines: Lines) -> Lines | None:
    places = _places(lines, _HEAD)
    if not places:
        return None
    number, _ = rng.choice(places)
    block = (f"  {rng.choice(_INVENTED_BLOCKS)} {{", "    enabled = true", "  }")
    return _replaced(lines, number, lines[number], *block)


def _map_for_block(rng: random.Random, lines: Lines) -> Lines | None:
    places = _places(lines, _BLOCK)
    if not places:
        return None
    number, _ = rng.choice(places)
    return _replaced(lines, number, lines[number].replace(" {", " = {", 1))


def _left_out(rng: random.Random, lines: Lines) -> Lines | None:
    places = [p for p in _places(lines, _ARGUMENT) if not p[1][4].endswith(("{", "[", "("))]
    if not places:
        return None
    number, _ = rng.choice(places)
    return _replaced(lines, number)


def _wrong_type(rng: random.Random, lines: Lines) -> Lines | None:
    places = [p for p in _places(lines, _HEAD) if p[1][1].count("_") > 1]
    if not places:
        return None
    number, match = rng.choice(places)
    words = match[1].split("_")
    middle = rng.randrange(1, len(words) - 1)
    wrong = rng.choice(("_".join(words[:middle] + words[middle + 1 :]), match[1] + "s", match[1] + "_configuration"))
    return _replaced(lines, number, lines[number].replace(f'"{match[1]}"', f'"{wrong}"', 1))


def _unclosed(rng: random.Random, lines: Lines) -> Lines | None:
    places = [(n, line) for n, line in enumerate(lines) if line.rstrip().endswith(('"', "}"))]
    if not places:
        return None
    number, line = rng.choice(places)
    return _replaced(lines, number, line.rstrip()[:-1])


KINDS = (
    Kind("misspelt argument", 0.18, _wrong_name(_ARGUMENT, 2)),
    Kind("invented argument", 0.22, _invented_argument),
    Kind("missing argument", 0.18, _left_out),
    Kind("invented block", 0.06, _invented_block),
    Kind("map for a block", 0.06, _map_for_block),
    Kind("unknown type", 0.11, _wrong_type),
    Kind("undeclared reference", 0.08, _wrong_name(_REFERENCE, 1)),
    Kind("unknown function", 0.05, _wrong_name(_CALL, 1)),
    Kind("syntax", 0.06, _unclosed),
)


def make_mistake(rng: random.Random, lines: Sequence[str]) -> Lines | None:
    """The lines with one mistake more, of a kind drawn by its share; None where the kind finds no place."""
    kind = rng.choices(KINDS, [kind.share for kind in KINDS])[0]
    return kind.make(rng, list(lines))


def draft(rng: random.Random, text: str, *, clean: float, more: float) -> str:
    """A first draft of `text`: right with probability `clean`, else with one mistake and each further with `more`."""
    if rng.random() < clean:
        return text
    lines: Lines = text.splitlines()
    made = False
    for _ in range(50):
        if made and rng.random() >= more:
            break
        changed = make_mistake(rng, lines)
        made = made or changed is not None
        lines = changed or lines
    return "\n".join(lines) + "\n"
