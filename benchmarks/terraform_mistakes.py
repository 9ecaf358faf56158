"""The mistakes that language models make in Terraform.

The shares are those of first drafts (unsupported argument 37-44 % of findings, missing argument or block 17-20 %,
unsupported block 11-13 %, unknown type 9-13 %, undeclared reference 3 %, syntax up to 6 %, functions and types 4 %).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence

from benchmarks.mistakes import Kind, Lines, at_a_line, gone, misspelt, other_word

_ARGUMENT = r"^\s+([a-z]\w{3,})\s*=\s*\S.*$"
_ON_ONE_LINE = _ARGUMENT.replace("$", r"(?<![{\[(])$")
_RESOURCE = r'^resource "([a-z0-9]+_\w+)" "\w+" \{'
_LONG_TYPE = r'^resource "([a-z0-9]+_\w*_\w*)" "\w+" \{'
_INVENTED = ("enabled", "auto_create", "enable_logging", "resource_name", "default_action", "environment", "is_public")
_INVENTED_BLOCKS = ("settings", "configuration", "logging_options", "permissions")


def _inside(lines: Lines) -> Iterable[int]:
    """The lines of resources."""
    inside = False
    for number, line in enumerate(lines):
        inside = bool(re.match(_RESOURCE, line)) or (inside and not line.startswith("}"))
        if inside:
            yield number


def _name(rng: random.Random, word: str) -> str:
    return misspelt(rng, word, "_name")


def _type(rng: random.Random, word: str) -> str:
    words = word.split("_")
    middle = rng.randrange(1, len(words) - 1)
    return rng.choice(("_".join(words[:middle] + words[middle + 1 :]), word + "s", word + "_configuration"))


def _invented_argument(rng: random.Random, line: str, _: re.Match[str]) -> Sequence[str]:
    indent = line[: len(line) - len(line.lstrip())]
    value = rng.choice(("true", '"default"', "1"))
    return [f"{indent}{rng.choice(_INVENTED)} = {value}", line]


def _invented_block(rng: random.Random, line: str, _: re.Match[str]) -> Sequence[str]:
    return [line, f"  {rng.choice(_INVENTED_BLOCKS)} {{", "    enabled = true", "  }"]


def _map_for_block(_: random.Random, line: str, __: re.Match[str]) -> Sequence[str]:
    return [line.replace(" {", " = {", 1)]


def _unclosed(_: random.Random, line: str, __: re.Match[str]) -> Sequence[str]:
    return [line.rstrip()[:-1]]


KINDS = (
    Kind("misspelt argument", 0.18, at_a_line(_ARGUMENT, other_word(_name), _inside)),
    Kind("invented argument", 0.22, at_a_line(_ARGUMENT, _invented_argument, _inside)),
    Kind("missing argument", 0.18, at_a_line(_ON_ONE_LINE, gone, _inside)),
    Kind("invented block", 0.06, at_a_line(_RESOURCE, _invented_block, _inside)),
    Kind("map for a block", 0.06, at_a_line(r"^\s+[a-z]\w+ \{\s*$", _map_for_block, _inside)),
    Kind("unknown type", 0.11, at_a_line(_LONG_TYPE, other_word(_type), _inside)),
    Kind("undeclared reference", 0.08, at_a_line(r"\b(?:aws_\w+|var|local|data\.\w+)\.(\w{4,})", other_word(_name))),
    Kind("unknown function", 0.05, at_a_line(r"\b([a-z]{4,}\d*)\(", other_word(_name), _inside)),
    Kind("syntax", 0.06, at_a_line(r'["}]\s*$', _unclosed)),
)
