"""What CloudFormation's schemas tell of the AWS provider's arguments, whose own schema lacks it: it never judges.

It may rank what is offered, propose a word where a linter found one wrong, and warn that a change replaces a resource.
`scripts/build_recovered.py` makes the file: xz of a line for each resource type,

    type ␉ path=!word|word …     paths are joined by `/`; `!` says that a change replaces the resource
"""

from __future__ import annotations

import logging
import lzma
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lsp_server.dialects.terraform.bundles import FILTERS
from lsp_server.dialects.terraform.tree import Block

log = logging.getLogger(__name__)

PATH = "/"
_WORDED = re.compile(r"(\w+)=!?[^!\t]")
_FILE = Path(__file__).parent / "schemas" / "aws.recovered"


class Recovered(NamedTuple):
    """What is told of an argument: the words it takes, none where nothing is known, and what a change comes to."""

    words: tuple[str, ...] = ()
    replaces: bool = False


NOTHING = Recovered()


def pack(types: Mapping[str, Mapping[str, tuple[tuple[str, ...], bool]]]) -> bytes:
    """The bytes of a file: for each type the arguments by their path. Equal input gives equal bytes."""
    lines = [
        f"{name}\t" + "\t".join(f"{path}={'!' * its[1]}{'|'.join(its[0])}" for path, its in sorted(arguments.items()))
        for name, arguments in sorted(types.items())
    ]
    return packed(lines)


def packed(lines: Iterable[str]) -> bytes:
    """The bytes of a file with a line for each type, the name before a tab."""
    return lzma.compress("\n".join(lines).encode(), lzma.FORMAT_XZ, filters=FILTERS)


def unpacked(path: Path) -> Mapping[str, str]:
    """What follows the tab in each line of such a file, by name; nothing where it cannot be read."""
    try:
        text = lzma.decompress(path.read_bytes()).decode()
    except (OSError, lzma.LZMAError, EOFError, UnicodeDecodeError) as error:
        log.warning("%s cannot be read: %s", path.name, error)
        return {}
    return {name: rest for name, _, rest in (line.partition("\t") for line in text.split("\n")) if rest}


def recovered(resource_type: str, path: Sequence[str]) -> Recovered:
    """What is told of an argument of a resource type: the names of the blocks around it, and its own."""
    return of_type(resource_type).get(PATH.join(path), NOTHING)


def place(blocks: Sequence[Block], argument: str) -> tuple[str, ...]:
    """The path of an argument in blocks of which the first is the resource's; of a `dynamic` one it is the same."""
    steps: list[str] = []
    previous = ""
    for block in blocks[1:]:
        if block.type == "dynamic" and block.labels:
            steps.append(block.labels[0].text)
        elif not (block.type == "content" and previous == "dynamic"):
            steps.append(block.type)
        previous = block.type
    return (*steps, argument)


@lru_cache(maxsize=256)
def of_type(resource_type: str) -> Mapping[str, Recovered]:
    """All that is told of a resource type, by path."""
    line = _lines().get(resource_type)
    return dict(_argument(text) for text in line.split("\t")) if line else {}


def types() -> Sequence[str]:
    """The resource types of which something is told."""
    return tuple(_lines())


def worded() -> Iterator[tuple[str, str]]:
    """The resource types, each with the names of its arguments of which the words are known."""
    for name, line in _lines().items():
        for argument in _WORDED.findall(line):
            yield name, argument


def _argument(text: str) -> tuple[str, Recovered]:
    path, _, rest = text.partition("=")
    words = rest.removeprefix("!")
    return path, Recovered(tuple(words.split("|")) if words else (), rest.startswith("!"))


@lru_cache(maxsize=1)
def _lines() -> Mapping[str, str]:
    return unpacked(_FILE)
