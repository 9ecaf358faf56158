"""Where the declarations of a text stand, by its lines: judged is the product, so its own readers are not asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_TERRAFORM_HEAD = re.compile(r"^\w+ .*\{\s*$")
_SECTION = re.compile(r"^([A-Z]\w+):\s*$")
_ENTRY = re.compile(r"^(\s+)(\w+):(?:\s|$)")
DECLARING = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")


@dataclass(frozen=True)
class Block:
    """A declaration: its lines from `start` to before `end`, and what it is and is called (`Resources`, `Bucket`)."""

    start: int
    end: int
    name: tuple[str, ...]


def terraform_name(head: str) -> tuple[str, ...]:
    """What a block is and is called, by its first line: `resource`, `logs`; its type may be the mistake."""
    words = re.findall(r"[\w-]+", head)
    return tuple(words[:1] + words[-1:])


def terraform_blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The blocks of a module, each to the last brace before the next one: in a heredoc there are braces, too."""
    heads = [number for number, line in enumerate(lines) if _TERRAFORM_HEAD.match(line)]
    for start, behind in pairwise([*heads, len(lines)]):
        ends = [number + 1 for number in range(start + 1, behind) if lines[number].startswith("}")]
        if ends:
            yield Block(start, ends[-1], terraform_name(lines[start]))


def template_blocks(lines: Sequence[str]) -> Iterator[Block]:
    """What the sections of a template declare, without the comments and blank lines behind each."""
    section, indent, heads = "", "", list[tuple[int, str, str]]()
    for number, line in enumerate(lines):
        if head := _SECTION.match(line):
            section, indent = head[1], ""
            heads.append((number, "", ""))
        elif section in DECLARING and (entry := _ENTRY.match(line)) and entry[1] == (indent or entry[1]):
            indent = entry[1]
            heads.append((number, section, entry[2]))
    heads.append((len(lines), "", ""))
    for (start, kind, name), (behind, *_) in pairwise(heads):
        last = (n for n in range(behind - 1, start, -1) if lines[n].strip() and not lines[n].lstrip().startswith("#"))
        if name:
            yield Block(start, next(last, start) + 1, (kind, name))
