"""Drafts as a language model writes them: right programs with mistakes in the shares in which models make them.

The kinds of mistakes, with where their shares come from, are in `terraform_mistakes.py` and `template_mistakes.py`.
Everything is drawn from a seeded generator; a mistake that finds no place to be made is left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Lines = list[str]
Make = Callable[[random.Random, Lines], Lines | None]
Write = Callable[[random.Random, str, re.Match[str]], Sequence[str]]


@dataclass(frozen=True)
class Kind:
    """A kind of mistake: how often it is drawn, and how it is made in the lines; None where it finds no place."""

    name: str
    share: float
    make: Make


def misspelt(rng: random.Random, word: str, ending: str) -> str:
    """A word as it is written by one who half remembers it; `ending` is one that names tend to have."""
    at = rng.randrange(1, len(word) - 1)
    return rng.choice((word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word + "s", word + ending))


def replaced(lines: Lines, number: int, *new: str) -> Lines:
    """The lines with others in the place of one."""
    return [*lines[:number], *new, *lines[number + 1 :]]


def everywhere(lines: Lines) -> Iterable[int]:
    """All lines."""
    return range(len(lines))


def at_a_line(pattern: str, write: Write, within: Callable[[Lines], Iterable[int]] = everywhere) -> Make:
    """A mistake that is made at one line that the pattern is found in, no comment, of those that are `within`."""
    found = re.compile(pattern)

    def make(rng: random.Random, lines: Lines) -> Lines | None:
        code = (n for n in within(lines) if not lines[n].lstrip().startswith(("#", "//")))
        places = [(n, match) for n in code if (match := found.search(lines[n]))]
        if not places:
            return None
        number, match = rng.choice(places)
        return replaced(lines, number, *write(rng, lines[number], match))

    return make


def other_word(change: Callable[[random.Random, str], str]) -> Write:
    """Write the first group of what was found as `change` has it."""

    def write(rng: random.Random, line: str, match: re.Match[str]) -> Sequence[str]:
        return [line[: match.start(1)] + change(rng, match[1]) + line[match.end(1) :]]

    return write


def one_of(*templates: str) -> Write:
    """Write what was found as one of the templates (those of `Match.expand`) has it; it may be several lines."""

    def write(rng: random.Random, line: str, match: re.Match[str]) -> Sequence[str]:
        new = match.expand(rng.choice(templates))
        return (line[: match.start()] + new + line[match.end() :]).split("\n")

    return write


def gone(_: random.Random, __: str, ___: re.Match[str]) -> Sequence[str]:
    """Write nothing."""
    return []


def make_mistake(rng: random.Random, lines: Sequence[str], kinds: Sequence[Kind]) -> Lines | None:
    """The lines with one mistake more, of a kind drawn by its share; None where the kind finds no place."""
    kind = rng.choices(kinds, [kind.share for kind in kinds])[0]
    return kind.make(rng, list(lines))


def draft(rng: random.Random, text: str, kinds: Sequence[Kind], *, clean: float, more: float) -> str:
    """A first draft of `text`: right with probability `clean`, else with one mistake and each further with `more`."""
    if rng.random() < clean:
        return text
    lines: Lines = text.splitlines()
    made = False
    for _ in range(50):
        if made and rng.random() >= more:
            break
        changed = make_mistake(rng, lines, kinds)
        made = made or changed is not None
        lines = changed or lines
    return "\n".join(lines) + "\n"
