"""Semantic tokens as an editor gets them: in its units, as differences after a change, for a part of the text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from lsp_server.core.document import Document, Span
from lsp_server.dialects.service import Token, TokenKind, Tokens
from lsp_server.server.encoding import Encoding
from lsp_server.server.semantic_tokens import SemanticTokens, edits_between
from tests.server.conftest import StartEditor
from tests.server.editor import CAPABILITIES, Editor

wire = pytest.mark.asyncio(loop_scope="session")

MODULE = """\
variable "🦉" {
  type = string # 🦉🦉
}
locals {
  größe = "🦉🦉 ${var.größe} ${upper("x")}" == null
}
output "last" {
  value = 1
}
"""
WORDS = [
    ("variable", "keyword"),
    ("🦉", "parameter declaration"),
    ("type", "property"),
    ("string", "type defaultLibrary"),
    ("locals", "keyword"),
    ("größe", "variable declaration readonly"),
    ("var", "namespace defaultLibrary"),
    ("größe", "parameter"),
    ("upper", "function defaultLibrary"),
    ("null", "keyword"),
    ("output", "keyword"),
    ("last", "property declaration"),
    ("value", "property"),
    ("1", "number"),
]


def read(text: str, data: list[int], units: str = "utf-16-le") -> list[tuple[str, str]]:
    """The words that numbers tell of, each with its kind and traits, as an editor that knows the legend reads them."""
    size = {"utf-16-le": 2, "utf-8": 1}[units]
    lines = text.split("\n")
    found, line, start = [], 0, 0
    for at in range(0, len(data), 5):
        down, right, length, kind, traits = data[at : at + 5]
        line, start = line + down, right if down else start + right
        word = lines[line].encode(units)[start * size : (start + length) * size].decode(units)
        names = [name for bit, name in enumerate(LEGEND[1]) if traits & 1 << bit]
        found.append((word, " ".join([LEGEND[0][kind], *names])))
    return found


LEGEND = (
    ["keyword", "type", "class", "namespace", "parameter", "variable", "property", "function", "number"],
    ["declaration", "readonly", "defaultLibrary"],
)


async def full(editor: Editor, uri: str) -> Any:
    params = types.SemanticTokensParams(types.TextDocumentIdentifier(uri))
    return await editor.ask(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, params)


async def delta(editor: Editor, uri: str, before: str) -> Any:
    params = types.SemanticTokensDeltaParams(types.TextDocumentIdentifier(uri), before)
    return await editor.ask(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, params)


def changed(data: list[int], edits: list[dict[str, Any]]) -> list[int]:
    for edit in edits:
        data = data[: edit["start"]] + edit.get("data", []) + data[edit["start"] + edit["deleteCount"] :]
    return data


@wire
async def test_the_words_of_a_file_in_units_of_the_editor(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    assert read(MODULE, (await full(shared, uri))["data"]) == WORDS


@wire
async def test_units_of_an_editor_that_counts_bytes(start_editor: StartEditor, tmp_path: Path) -> None:
    encodings = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf8])
    editor = Editor()
    try:
        result = await editor.start(tmp_path, capabilities=attrs.evolve(CAPABILITIES, general=encodings))
        provider = result.capabilities.semantic_tokens_provider
        assert (list(provider.legend.token_types), list(provider.legend.token_modifiers)) == LEGEND
        assert (provider.full.delta, provider.range) == (True, True)
        uri = editor.open(tmp_path / "main.tf", "\ufeff" + MODULE)
        found = (await full(editor, uri))["data"]
        assert found[1] == 3  # bytes of the mark
        assert read("\ufeff" + MODULE, found, "utf-8") == WORDS
    finally:
        await editor.stop()


@wire
async def test_after_a_change_only_what_is_different(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    told = await full(shared, uri)
    for old, new in (
        ('"x"', "1, var.x"),  # a word more in a line
        ("locals", "# moved\n\nlocals"),  # all that follows is lower
        ("type = string", 'type = "'),  # half-typed
        ('output "last" {\n  value = 1\n}\n', ""),  # nothing follows any more
        ("locals", "locals"),  # nothing has changed
    ):
        shared.replace(uri, old, new)
        answer = await delta(shared, uri, told["resultId"])
        assert "data" not in answer
        assert sum(edit["deleteCount"] + len(edit.get("data", ())) for edit in answer["edits"]) <= 25
        data = changed(told["data"], answer["edits"])
        everything = await full(shared, uri)
        assert everything["data"] == data
        told = everything
    assert answer["edits"] == []
    unknown = await delta(shared, uri, "another")
    assert unknown["data"] == told["data"]


@wire
async def test_a_part_of_the_text(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    range_ = types.Range(types.Position(1, 0), types.Position(4, 8))
    params = types.SemanticTokensRangeParams(types.TextDocumentIdentifier(uri), range_)
    found = await shared.ask(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, params)
    assert read(MODULE, found["data"]) == WORDS[2:6]


@wire
async def test_templates_are_coloured_by_the_editor(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", "Resources:\n  A: {Type: AWS::SNS::Topic}\n")
    assert await full(shared, uri) is None
    assert await delta(shared, uri, "1") is None


class Counts:
    """What the feature asks the server for."""

    encoding = Encoding()


def test_a_word_of_several_lines_is_told_line_by_line() -> None:
    text = "a /* 🦉\r\n\r\n  x */ b\n"
    end, word = text.index("*/") + 2, text.index("b")
    comment = Token(Span(2, end), TokenKind.KEYWORD)
    part = Tokens(text, [comment, Token(Span(word, word + 1), TokenKind.NUMBER)])
    feature = SemanticTokens(Counts())  # type: ignore[arg-type]  # no more than this is asked for
    data = feature._joined(Document("", text * 2), [(0, part), (len(text), part)])
    kind = TokenKind.KEYWORD.value
    expected = [("/* 🦉", kind), ("  x */", kind), ("b", "number")]
    assert read((text * 2).replace("\r", ""), data) == expected * 2


numbers = st.lists(st.integers(0, 3), max_size=30)


@given(numbers, numbers, numbers, numbers)
def test_the_difference_makes_the_new_of_the_old(
    head: list[int], old: list[int], new: list[int], tail: list[int]
) -> None:
    before, after = head + old + tail, head + new + tail
    edits = edits_between(before, after)
    assert changed(before, edits) == after
    assert sum(edit["deleteCount"] for edit in edits) <= len(old)
