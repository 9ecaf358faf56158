"""Outline, folds and selections of a module's file, as an editor gets them over the wire."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.server.editor import Editor
from tests.server.test_language_service import text_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODULE = """\
variable "stage" {
  type = string
}

resource "aws_sns_topic" "main" {
  # 🦉 before the names of the line
  name = "🦉🦉-${upper(var.stage)}-${cidrsubnet("10.0.0.0/8", 8, 1)}"
}
"""


async def test_outline_folds_and_selections(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    whole = types.TextDocumentIdentifier(uri)
    for shift in (0, 0, 1):  # asked twice of the same text, then of one that has moved
        if shift:
            shared.replace(uri, "variable", "# more\nvariable")
        stage, topic = await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolParams(whole))
        assert (stage["name"], stage["kind"], stage["detail"]) == (
            "stage",
            types.SymbolKind.Variable,
            "variable · string",
        )
        assert (topic["name"], topic["kind"]) == ("aws_sns_topic.main", types.SymbolKind.Class)
        assert text_of(shared, uri, topic["selectionRange"]) == "main"
        assert [text_of(shared, uri, one["selectionRange"]) for one in topic["children"]] == ["name"]
        assert topic["range"]["end"] == {"line": 7 + shift, "character": 1}
        folds = await shared.ask(types.TEXT_DOCUMENT_FOLDING_RANGE, types.FoldingRangeParams(whole))
        assert folds == [
            {"startLine": 0 + shift, "endLine": 1 + shift},
            {"startLine": 4 + shift, "endLine": 6 + shift},
        ]
    params = types.SelectionRangeParams(whole, [shared.after(uri, "var.sta")])
    (found,) = await shared.ask(types.TEXT_DOCUMENT_SELECTION_RANGE, params)
    texts = []
    while found is not None and found["range"]["start"]["line"] == found["range"]["end"]["line"]:
        texts.append(text_of(shared, uri, found["range"]))
        found = found.get("parent")
    assert texts[:4] == ["stage", "var.stage", "upper(var.stage)", "${upper(var.stage)}"]
    assert texts[-1].startswith('name = "🦉🦉-')


async def test_a_half_typed_block_stays_in_the_outline(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    shared.replace(uri, "  type = string\n}", '  type = "')
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    found = await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, params)
    assert [one["name"] for one in found] == ["stage", "aws_sns_topic.main"]


async def test_hints_stand_behind_values_and_before_arguments(shared: Editor, tmp_path: Path) -> None:
    text = MODULE.replace("type = string", 'default = "dev"') + 'output "🦉" { value = var.stage }\n'
    uri = shared.open(tmp_path / "main.tf", text)
    range_ = types.Range(types.Position(0, 0), types.Position(9, 0))
    params = types.InlayHintParams(types.TextDocumentIdentifier(uri), range_)
    found = await shared.ask(types.TEXT_DOCUMENT_INLAY_HINT, params)
    told = [(one["label"], one["position"], one["paddingLeft"], one["paddingRight"]) for one in found]
    before, value = shared.after(uri, '.0/8", '), shared.after(uri, "value = var.stage")
    assert told == [
        ("newbits:", {"line": before.line, "character": before.character}, False, True),
        ("netnum:", {"line": before.line, "character": before.character + 3}, False, True),
        ("= dev", {"line": value.line, "character": value.character}, True, False),
    ]
