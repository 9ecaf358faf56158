"""How a document is indented, told by the first lines that show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

_KEY = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s#"'{\[&*!|>%@`-][^\n]*?)[ \t]*:[ \t]*(?:[&!][^\s]+[ \t]*)*"""
_END = r"(?:[ \t]*(?:\#[^\n]*)?\r?\n)"
_BELOW = re.compile(
    rf"^(?P<outer>[ \t]*(?:-[ ]+)*){_KEY}[\[{{]?{_END}(?={_END}*(?P<inner>[ \t]*)(?!-[ ])[^\s\]}}])", re.MULTILINE
)
"""A key whose value begins with a key on a line below."""
_LISTED = re.compile(rf"^(?P<outer>[ ]*(?:-[ ]+)*){_KEY}{_END}(?={_END}*(?P<inner>[ ]*)-[ ])", re.MULTILINE)
"""A key whose value begins with a dash on a line below."""
_INDENTED = re.compile(r"^([ \t])[ \t]*[^\s]", re.MULTILINE)
_DASH = re.compile(r"^[ ]*- ", re.MULTILINE)
_NEAR = 400  # code points before a dash in which its key stands
_TRIED = 20  # dashes of which one shows it: others stand in scripts, or below another


@dataclass(frozen=True)
class Indent:
    """How the document is indented: columns for each level, whether items are deeper than their key, and with what."""

    step: int = 2
    sequences: bool = True
    unit: str = " "


def indent_of(text: str, *, json: bool) -> Indent:
    """The indentation of a text, as the first entry of an object and the first item of a list in it have it."""
    deeper = (len(m["inner"]) - len(m["outer"]) for m in _BELOW.finditer(text))
    indented = _INDENTED.search(text) if json else None  # YAML has no tabs
    unit = indented[1] if indented is not None else " "
    step = next((by for by in deeper if by > 0), 1 if unit == "\t" else 2)
    return Indent(step, json or _listed(text), unit)


def _listed(text: str) -> bool:
    for dash in islice(_DASH.finditer(text), _TRIED):
        start = text.rfind("\n", 0, max(0, dash.start() - _NEAR)) + 1
        for match in _LISTED.finditer(text, start, dash.end()):
            return len(match["inner"]) > len(match["outer"])
    return True
