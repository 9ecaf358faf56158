"""Ghost text: a verified block below a comment that asks for one."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from lsprotocol import types

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.server.inline_completion import divided, insertion
from tests.server.conftest import StartEditor
from tests.server.editor import CAPABILITIES, Editor, edits_of

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


async def test_a_block_that_is_not_finished_is_no_reason_to_show_nothing(shared: Editor, tmp_path: Path) -> None:
    text = TEMPLATE.replace("SQS::Queue\n", 'SQS::Queue\n    Properties:\n      QueueName: "open\n', 1)
    uri = shared.open(tmp_path / "template.yaml", text)
    (item,) = await shared.ghost(uri, shared.after(uri, "30 seconds"))
    assert isinstance(item.insert_text, str)
    assert "AWS::SQS::Queue" in item.insert_text


async def test_the_same_comment_is_answered_from_memory(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    first = await shared.ghost(uri, shared.after(uri, 'named "jobs"'))
    assert first == await shared.ghost(uri, shared.after(uri, 'named "jobs"'))


WITH_A_PARAMETER = TEMPLATE.replace("an SQS queue with a delay of 30 seconds", "an SSM parameter")


def put(editor: Editor, uri: str, text: str, at: types.Position) -> types.Position:
    """Write `text` at a place, as when a part of ghost text is accepted; returns where the cursor is then."""
    editor.rewrite(uri, editor.applied(uri, [types.TextEdit(types.Range(at, at), text)]))
    lines = text.split("\n")
    return types.Position(at.line + len(lines) - 1, len(lines[-1]) + (at.character if len(lines) == 1 else 0))


@pytest.mark.parametrize("first", [1, 5, 20])
@pytest.mark.parametrize(("name", "text"), [("template.yaml", TEMPLATE), ("main.tf", MODULE)])
async def test_what_is_not_accepted_of_a_block_is_still_offered(
    shared: Editor, tmp_path: Path, name: str, text: str, first: int
) -> None:
    uri = shared.open(tmp_path / name, text)
    at = shared.after(uri, "30 seconds" if name == "template.yaml" else 'named "jobs"')
    (whole,) = await shared.ghost(uri, at)
    assert isinstance(whole.insert_text, str)
    at = put(shared, uri, whole.insert_text[:first], at)
    (rest,) = await shared.ghost(uri, at)
    assert (rest.insert_text, rest.range) == (whole.insert_text[first:], types.Range(at, at))
    at = put(shared, uri, whole.insert_text[first], at)
    (rest,) = await shared.ghost(uri, at)
    assert rest.insert_text == whole.insert_text[first + 1 :]


@pytest.mark.parametrize("what", ["typed otherwise", "changed below", "changed beside"])
async def test_what_is_left_is_not_offered_where_it_may_not_hold(shared: Editor, tmp_path: Path, what: str) -> None:
    beside = shared.open(tmp_path / "beside.tf", 'output "a" {\n  value = 1\n}\n')
    uri = shared.open(tmp_path / "main.tf", MODULE)
    at = shared.after(uri, 'named "jobs"')
    (whole,) = await shared.ghost(uri, at)
    assert isinstance(whole.insert_text, str)
    at = put(shared, uri, whole.insert_text[:20] + ("x" if what == "typed otherwise" else ""), at)
    if what == "changed below":
        put(shared, uri, "# another\n", types.Position(at.line + 1, 0))
    if what == "changed beside":
        shared.rewrite(beside, 'output "a" {\n  value = 2\n}\n')
    assert not await shared.ghost(uri, at)


async def accepted(editor: Editor, uri: str) -> types.Command:
    """Accept the ghost text on the comment; returns the command that is to follow."""
    at = editor.after(uri, "# an SSM parameter")
    (item,) = await editor.ghost(uri, at)
    assert item.command is not None
    assert "!Ref SettingValue" in str(item.insert_text)
    assert "Parameters:" not in str(item.insert_text)
    editor.rewrite(uri, editor.applied(uri, [types.TextEdit(types.Range(at, at), str(item.insert_text))]))
    return item.command


async def execute(editor: Editor, command: types.Command) -> None:
    params = types.ExecuteCommandParams(command.command, command.arguments)
    await editor.client.workspace_execute_command_async(params)


async def test_what_the_block_refers_to_follows_when_it_is_accepted(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", WITH_A_PARAMETER)
    await execute(shared, await accepted(shared, uri))
    applied = await shared.until(types.WORKSPACE_APPLY_EDIT, lambda p: uri in edits_of(p.edit))
    version, edits = edits_of(applied.edit)[uri]
    assert version == shared.versions[uri]
    shared.rewrite(uri, shared.applied(uri, edits))
    assert "Parameters:\n  SettingValue:\n" in shared.texts[uri]
    assert await shared.findings(uri) == []


async def test_what_follows_is_named_with_what_is_left_of_a_block(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", WITH_A_PARAMETER)
    at = shared.after(uri, "# an SSM parameter")
    (whole,) = await shared.ghost(uri, at)
    at = put(shared, uri, str(whole.insert_text)[:30], at)
    (rest,) = await shared.ghost(uri, at)
    assert rest.command is not None
    assert rest.command == whole.command


async def test_what_follows_is_left_out_when_the_text_is_another_one_by_then(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", WITH_A_PARAMETER)
    command = await accepted(shared, uri)
    shared.replace(uri, "Queue:", "Line:")
    await execute(shared, command)
    await shared.until(types.WINDOW_LOG_MESSAGE, lambda p: "was not added" in p.message)
    assert not [p for m, p in shared.heard if m == types.WORKSPACE_APPLY_EDIT and uri in edits_of(p.edit)]
    await execute(shared, types.Command("", command.command, arguments=["no such thing"]))


async def test_an_editor_that_applies_no_edits_is_offered_no_half_of_a_block(
    start_editor: StartEditor, tmp_path: Path
) -> None:
    workspace = attrs.evolve(CAPABILITIES.workspace, apply_edit=False)  # type: ignore[arg-type]
    editor = await start_editor(capabilities=attrs.evolve(CAPABILITIES, workspace=workspace))
    uri = editor.open(tmp_path / "template.yaml", WITH_A_PARAMETER)
    assert await editor.ghost(uri, editor.after(uri, "# an SSM parameter")) == []
    whole = editor.open(tmp_path / "main.tf", MODULE)
    assert await editor.ghost(whole, editor.after(whole, 'named "jobs"'))


async def test_the_file_beside_it_decides_as_well(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", "# an SSM parameter\n")
    beside = shared.open(tmp_path / "variables.tf", "# nothing yet\n")
    (first,) = await shared.ghost(uri, shared.after(uri, "parameter"))
    assert first.command is not None  # the variable belongs into the other file
    shared.rewrite(beside, 'variable "setting_value" {\n  type = string\n}\n')
    (second,) = await shared.ghost(uri, shared.after(uri, "parameter"))
    assert (second.insert_text, second.command) == (first.insert_text, None)


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
        ("# x\n", "# x\na\n", 4, "a"),
        ("# x\n\n# y\n", "# x\na\nb\n\n# y\n", 4, "a\nb"),
        ("# x\r\n", "# x\r\na\r\n", 5, "a"),
        ("# x\n", "# x\n", 3, ""),
        ("# x\nb\n", "# x\na\nc\n", 3, ""),
        ("# x", "# x\na\n", 3, "\na"),
    ],
)
async def test_what_has_to_be_typed(before: str, after: str, at: int, text: str) -> None:
    assert insertion(before, after, at) == text


async def test_edits_at_the_cursor_are_shown_and_the_others_are_left() -> None:
    document = Document("file:///a", "p:\nr:\n# x\n")
    block, parameter = Edit(document.uri, Span(10, 10), "b\n"), Edit(document.uri, Span(3, 3), "  q\n")
    beside = Edit("file:///b", Span(0, 0), "v\n")
    assert divided(document, (parameter, block), 9, 10) == ("\nb", [parameter])
    assert divided(document, (block, beside), 10, 10) == ("b", [beside])
    assert divided(document, (parameter,), 9, 10) == ("", [parameter])
