"""The light bulb: what it offers has passed the linters, says so, and is for this version alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.server.conftest import StartEditor
from tests.server.editor import Editor, codes, edits_of, plain

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  # 😀 jobs that wait
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      DelaySecond: 5 # keep
  Other:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeOut: 30
"""
REPAIRED = TEMPLATE.replace("DelaySecond:", "DelaySeconds:").replace("VisibilityTimeOut", "VisibilityTimeout")

MODULE = """\
resource "aws_sqs_queue" "jobs" {
  delay_second = 5 # 😀 keep
}
"""


async def fixes(editor: Editor, uri: str, words: str) -> list[types.CodeAction]:
    findings = await editor.findings(uri, bool)
    at = editor.after(uri, words)
    own = [d for d in findings if d.range.start.line == at.line]
    return await editor.code_actions(uri, at, diagnostics=own)


@pytest.mark.parametrize(
    ("name", "text", "words", "after"),
    [
        ("template.yaml", TEMPLATE, "DelaySecon", TEMPLATE.replace("DelaySecond:", "DelaySeconds:")),
        ("main.tf", MODULE, "delay_secon", MODULE.replace("delay_second ", "delay_seconds ")),
    ],
)
async def test_a_verified_fix_is_offered(
    shared: Editor, tmp_path: Path, name: str, text: str, words: str, after: str
) -> None:
    uri = shared.open(tmp_path / name, text)
    offered = [a for a in await fixes(shared, uri, words) if a.edit is not None]
    best = offered[0]
    assert best.kind == types.CodeActionKind.QuickFix
    assert best.is_preferred
    assert "cleared · 0 introduced" in best.title
    assert best.diagnostics
    version, edits = edits_of(best.edit)[uri]
    assert version == 1
    assert shared.applied(uri, edits) == after
    assert sum(bool(a.is_preferred) for a in offered) == 1


async def test_the_way_to_the_model_is_offered(tuned: Editor, tmp_path: Path) -> None:
    await tuned.configure({"model": {"provider": "anthropic"}})
    uri = tuned.open(tmp_path / "template.yaml", TEMPLATE)
    tuned.replace(uri, "jobs", "work")
    offered = await fixes(tuned, uri, "DelaySecon")
    action = next(a for a in offered if a.title == "Fix with model…")
    assert action.command is not None
    assert action.command.command == "lintel.fixWithModel"
    (arguments,) = plain(action.command.arguments)
    assert (arguments["uri"], arguments["version"]) == (uri, 2)
    assert arguments["range"]["start"] == {"line": 6, "character": 6}


async def test_without_a_real_model_there_is_no_way_to_it(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    offered = await fixes(shared, uri, "DelaySecon")
    assert offered
    assert {a.command.command for a in offered if a.command is not None} <= {"lintel.explain"}
    assert all(a.edit is not None or a.command is not None for a in offered)


async def test_fix_all_is_offered_when_it_is_asked_for(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    place = types.Position(0, 0)
    assert all(a.kind != "source.fixAll.lintel" for a in await shared.code_actions(uri, place))
    for only in ("source.fixAll.lintel", "source.fixAll", "source"):
        (action,) = await shared.code_actions(uri, place, only=[only])
        assert action.kind == "source.fixAll.lintel"
        version, edits = edits_of(action.edit)[uri]
        assert version == 1
        assert shared.applied(uri, edits) == REPAIRED


async def test_a_kind_that_is_not_ours_gets_nothing(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    await shared.findings(uri, bool)
    assert await shared.code_actions(uri, shared.after(uri, "DelaySecon"), only=["refactor.move"]) == []
    assert await shared.code_actions(uri, types.Position(0, 0), only=["source.organizeImports"]) == []


async def test_fixes_are_for_the_newest_version(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    await fixes(shared, uri, "DelaySecon")
    version = shared.replace(uri, "Resources:\n", "Resources:\n  # one line more\n")
    offered = [a for a in await fixes(shared, uri, "DelaySecon") if a.edit is not None]
    assert [edits_of(a.edit)[uri][0] for a in offered] == [version] * len(offered)
    assert "DelaySeconds:" in shared.applied(uri, edits_of(offered[0].edit)[uri][1])


INTENT = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Queue:
    Type: AWS::SQS::Queue
  # an S3 bucket with versioning
"""


@pytest.mark.parametrize(("name", "text"), [("template.yaml", INTENT), ("main.tf", "# an S3 bucket with versioning\n")])
async def test_an_intent_is_offered_on_its_comment(shared: Editor, tmp_path: Path, name: str, text: str) -> None:
    uri = shared.open(tmp_path / name, text)
    (action,) = await shared.code_actions(uri, shared.after(uri, "# an S3"))
    assert action.title == "Generate: an S3 bucket with versioning"
    assert action.command is not None
    assert action.command.command == "lintel.generateFromComment"
    (arguments,) = plain(action.command.arguments)
    assert (arguments["uri"], arguments["version"]) == (uri, 1)
    assert arguments["position"]["line"] == shared.after(uri, "# an S3").line


async def test_without_a_model_only_fixers_are_offered(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor({"model": {"provider": "none"}})
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    offered = await fixes(editor, uri, "DelaySecon")
    assert offered
    assert {a.command.command for a in offered if a.command is not None} <= {"lintel.explain"}
    uri = editor.open(tmp_path / "main.tf", "# an S3 bucket with versioning\n")
    assert await editor.code_actions(uri, types.Position(0, 5)) == []
    assert await editor.ghost(uri, types.Position(1, 0)) == []


async def test_a_clean_text_has_no_bulb(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", REPAIRED)
    assert codes(await shared.findings(uri)) == []
    assert await shared.code_actions(uri, shared.after(uri, "DelaySecon")) == []
    assert await shared.code_actions(uri, types.Position(0, 0), only=["source.fixAll.lintel"]) == []
