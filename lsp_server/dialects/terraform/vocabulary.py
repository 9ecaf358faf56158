"""The words that provider schemas are written in: what is one of them is no slip of another.

`role` is one letter from `rule`, and means another thing.
"""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def vocabulary() -> frozenset[str]:
    """Every word of the bundled schemas' names, in small letters."""
    path = resources.files("lsp_server.dialects.terraform").joinpath("schemas", "words.txt")
    return frozenset(path.read_text("ascii").split())
