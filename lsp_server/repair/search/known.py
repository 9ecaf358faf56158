"""What is shipped of resource types to find them by: words of their documentation, and what goes with them.

`scripts/build_type_search.py` makes the files, one for each provider and one for CloudFormation: xz of a line for each
type,

    type ␉ examples it stands in ␉ word word … ␉ other=percent other=percent …

`companions.yaml` beside them is written by hand: what people expect to come with a thing although no example shows it.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.providers import implied
from lsp_server.dialects.terraform.recovered import unpacked

FOLDER = Path(__file__).parent / "data"
SUFFIX = ".types"
_SAME = {"google-beta": "google"}  # one source speaks for both
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 20}]  # memory to unpack it
_ALWAYS, _OFTEN, _SOMETIMES = 0.9, 0.5, 0.21


class Known(NamedTuple):
    """Of a type: how many examples it stands in, words, and how often (in percent) each other stands beside it."""

    examples: int
    words: tuple[str, ...]
    beside: Mapping[str, int]


class Companions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What comes with a type: nearly always, in half of the cases, less often."""

    always: tuple[str, ...] = ()
    often: tuple[str, ...] = ()
    sometimes: tuple[str, ...] = ()

    def shares(self) -> dict[str, float]:
        """How often each comes with it, 0 to 1."""
        return {
            **dict.fromkeys(self.sometimes, _SOMETIMES),
            **dict.fromkeys(self.often, _OFTEN),
            **dict.fromkeys(self.always, _ALWAYS),
        }


NOTHING = Known(0, (), {})


def pack(types: Mapping[str, Known]) -> bytes:
    """The bytes of a file. Equal input gives equal bytes."""
    lines = [
        f"{name}\t{known.examples}\t{' '.join(known.words)}\t"
        + " ".join(f"{other}={share}" for other, share in known.beside.items())
        for name, known in sorted(types.items())
    ]
    return lzma.compress("\n".join(lines).encode(), lzma.FORMAT_XZ, filters=_FILTERS)


def known_types(types: Iterable[str], language: Language) -> dict[str, Known]:
    """What is known of each of the types; those of which nothing is are left out. Unpacks the files that it needs."""
    if language is Language.CLOUDFORMATION:
        lines = unpacked(FOLDER / f"cloudformation{SUFFIX}")
        return {name: _known(lines[name]) for name in types if name in lines}
    found = {}
    files: dict[str, Mapping[str, str]] = {}
    for name in types:
        provider = _SAME.get(implied(name), implied(name))
        if provider not in files:
            path = FOLDER / f"{provider}{SUFFIX}"
            files[provider] = unpacked(path) if path.is_file() else {}
        if line := files[provider].get(name):
            found[name] = _known(line)
    return found


def _known(line: str) -> Known:
    examples, words, beside = line.split("\t")
    pairs = (pair.partition("=") for pair in beside.split(" ")) if beside else ()
    return Known(int(examples), tuple(words.split(" ")) if words else (), {name: int(n) for name, _, n in pairs})


@cache
def companions(language: Language) -> Mapping[str, Companions]:
    """What people expect to come with a type."""
    text = (FOLDER / "companions.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=dict[str, dict[str, Companions]])[language.value]
