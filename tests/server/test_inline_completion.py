"""Ghost text: a verified block below a comment that asks for one."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from lsp_server.server.inline_completion import insertion
from tests.server.conftest import StartEditor
from tests.server.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Queue:
    Type: AWS::SQS::Queue
  # an SQS queue with a delay of 30 seconds

Outputs:
  Url:
    Value: !Ref Queue
"""
MODULE = '# an SQS queue named "jobs"\n\n# the end\n'


@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize(
    ("name", "text", "comment", "holds"),
    [
        ("template.yaml", TEMPLATE, "30 seconds", "AWS::SQS::Queue"),
        ("main.tf", MODULE, 'named "jobs"', 'resource "aws_sqs_queue"'),
    ],
)
async def test_a_comment_becomes_a_block(
    shared: Editor, tmp_path: Path, name: str, text: str, comment: str, holds: str, below: bool
) -> None:
    uri = shared.open(tmp_path / name, text)
    end = shared.after(uri, comment)
    at = types.Position(end.line + 1, 0) if below else end
    (item,) = await shared.ghost(uri, at)
    assert item.range == types.Range(at, at)
    assert isinstance(item.insert_text, str)
    assert holds in item.insert_text
    edit = types.TextEdit(types.Range(at, at), item.insert_text)
    shared.rewrite(uri, shared.applied(uri, [edit]))
    assert all(d.severity != types.DiagnosticSeverity.Error for d in await shared.findings(uri))


async def test_the_same_comment_is_answered_from_memory(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    first = await shared.ghost(uri, shared.after(uri, 'named "jobs"'))
    assert first == await shared.ghost(uri, shared.after(uri, 'named "jobs"'))


async def test_nothing_is_offered_elsewhere(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    assert await shared.ghost(uri, shared.after(uri, "Resources:")) == []
    assert await shared.ghost(uri, shared.after(uri, "# an SQS")) == []  # within the comment
    assert await shared.ghost(uri, types.Position(0, 0)) == []


async def test_it_can_be_switched_off(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor({"ghostText": {"enabled": False}})
    uri = editor.open(tmp_path / "main.tf", MODULE)
    assert await editor.ghost(uri, editor.after(uri, 'named "jobs"')) == []


@pytest.mark.parametrize(
    ("before", "after", "at", "text"),
    [
        ("# x\n", "# x\na\n", 3, "\na"),
        ("# x\n", "# x\na\n", 4, "a\n"),
        ("# x\n", "# x\n", 3, ""),
        ("# x\nb\n", "# x\na\nc\n", 3, ""),
        ("# x", "# x\na\n", 3, "\na\n"),
    ],
)
async def test_what_has_to_be_typed(before: str, after: str, at: int, text: str) -> None:
    assert insertion(before, after, at) == text
