"""Completion at every place of a template, in every notation: the cases in `cases/places.txt`.

A case is a template in block notation with `$0` at the cursor. Its title begins with `key` where a key is typed,
with `value` where a value is; both are asked in each notation of `notations.py`, `block` as it stands.
An expectation is `has`, `not`, `first`, `above A > B` or `nothing`. A label is a word as offered; `ref X`, `att A B`
and `fn X` are those of a reference, an attribute and a function in whatever notation.
"""

from pathlib import Path

import pytest

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.completion import completions
from tests.dialects.cloudformation.notations import meant, notations

CASES = Path(__file__).parent / "cases" / "places.txt"


def cases():
    for block in CASES.read_text(encoding="utf-8").split("=== ")[1:]:
        title, _, rest = block.partition("\n")
        text, _, expected = rest.partition("\n--- expect\n")
        lines = [line for line in expected.split("\n") if line.strip()]
        kind = title.partition(":")[0]
        if kind == "block":
            yield pytest.param("t.yaml", text, lines, id=title)
            continue
        for notation, name, written in notations(text, key=kind == "key"):
            yield pytest.param(name, written, lines, id=f"{title} ({notation})")


def place_of(labels, label):
    return next((number for number, one in enumerate(labels) if one in meant(label)), None)


@pytest.mark.parametrize(("name", "text", "expected"), list(cases()))
def test_place(name, text, expected):
    offset = text.index("$0")
    document = Document(f"file:///{name}", text.replace("$0", "", 1))
    found = completions(document, offset)
    labels = [one.label for one in found]
    for one in found:
        assert one.replace.touches(offset)
        assert document.position(one.replace.start).line == document.position(offset).line
    for line in expected:
        word, _, label = line.partition(" ")
        shown = (line, labels[:30], text)
        if word == "nothing":
            assert labels == [], shown
        elif word == "not":
            assert place_of(labels, label) is None, shown
        elif word == "first":
            assert place_of(labels, label) == 0, shown
        elif word == "above":
            better, worse = (place_of(labels, part.strip()) for part in label.split(">"))
            assert better is not None, shown
            assert worse is None or better < worse, shown
        else:
            assert word == "has", line
            assert place_of(labels, label) is not None, shown
