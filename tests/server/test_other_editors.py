"""Editors without Lintel's extension: nothing is sent that they cannot read, and the light bulb's commands work."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import attrs
import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp_server.models.scripted_server import ScriptedServer
from tests.server.conftest import StartEditor
from tests.server.editor import CAPABILITIES, PATIENCE, Editor, codes, edits_of, plain
from tests.server.test_code_actions import INTENT, fixes
from tests.server.test_code_actions import TEMPLATE as MISSPELLED
from tests.server.test_runs import GOOD, REPAIRED, TEMPLATE, writes

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAIN = attrs.evolve(CAPABILITIES, experimental=None)
ENVIRONMENT = {"ANTHROPIC_API_KEY": "sk-ant-of-a-test"}


def settings(model: ScriptedServer) -> dict[str, Any]:
    return {"model": {"provider": "anthropic", "baseUrl": model.url, "retries": 0}}


async def command(editor: Editor, uri: str, at: types.Position) -> types.Command:
    """The command of the light bulb at a place, once its finding is there."""
    actions = await editor.code_actions(uri, at)
    return next(a.command for a in actions if a.command is not None)


async def test_the_model_repairs_what_the_light_bulb_was_on(start_editor: StartEditor, tmp_path: Path) -> None:
    async with ScriptedServer.playing(writes("Resources/Queue", GOOD)) as model:
        editor = await start_editor(settings(model), capabilities=PLAIN, environment=ENVIRONMENT)
        uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
        await editor.findings(uri, bool)
        chosen = await command(editor, uri, editor.after(uri, "rather"))
        params = types.ExecuteCommandParams(chosen.command, chosen.arguments)
        await asyncio.wait_for(editor.client.workspace_execute_command_async(params), PATIENCE)
    applied = await editor.until(types.WORKSPACE_APPLY_EDIT)
    version, edits = edits_of(applied.edit)[uri]
    assert version == 1
    assert editor.applied(uri, edits) == REPAIRED
    said = await editor.until(types.WINDOW_SHOW_MESSAGE)
    assert "E3012 cleared · 0 introduced" in said.message
    created = await editor.until(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
    kinds = [plain(p)["value"]["kind"] for m, p in editor.heard if m == types.PROGRESS and p.token == created.token]
    assert (kinds[0], kinds[-1]) == ("begin", "end")
    assert not [method for method, _ in editor.heard if method.startswith("lintel/")]


@pytest.mark.parametrize(
    ("refuses", "says"),
    [
        (types.WORKSPACE_APPLY_EDIT, "The editor refused the edit, nothing was changed. read-only"),
        (types.WINDOW_WORK_DONE_PROGRESS_CREATE, "E3012 cleared · 0 introduced"),
    ],
)
async def test_what_an_editor_answers_with_an_error(
    start_editor: StartEditor, tmp_path: Path, refuses: str, says: str
) -> None:
    async with ScriptedServer.playing(writes("Resources/Queue", GOOD)) as model:
        editor = await start_editor(settings(model), capabilities=PLAIN, environment=ENVIRONMENT)
        editor.refuses[refuses] = "read-only"
        uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
        await editor.findings(uri, bool)
        chosen = await command(editor, uri, editor.after(uri, "rather"))
        params = types.ExecuteCommandParams(chosen.command, chosen.arguments)
        await asyncio.wait_for(editor.client.workspace_execute_command_async(params), PATIENCE)
    said = await editor.until(types.WINDOW_SHOW_MESSAGE)
    assert says in said.message
    assert (said.message == f"Lintel: {says}") is (refuses == types.WORKSPACE_APPLY_EDIT)


async def test_settings_from_the_start_count_where_an_editor_refuses_to_tell_them(tmp_path: Path) -> None:
    editor = Editor()
    editor.refuses[types.WORKSPACE_CONFIGURATION] = "no such section"
    try:
        await editor.start(tmp_path, capabilities=PLAIN, options={"lintel": {"cfnLint": {"ignore": ["E3012"]}}})
        uri = editor.open(tmp_path / "template.yaml", TEMPLATE + "      DelaySecond: 5\n")
        assert codes(await editor.findings(uri, bool)) == ["E3002"]
    finally:
        await editor.stop()


async def test_cancelling_a_command_ends_its_run(start_editor: StartEditor, tmp_path: Path) -> None:
    async with ScriptedServer.playing(writes("Resources/Queue", GOOD, hold="middle")) as model:
        editor = await start_editor(settings(model), capabilities=PLAIN, environment=ENVIRONMENT)
        uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
        await editor.findings(uri, bool)
        chosen = await command(editor, uri, editor.after(uri, "rather"))
        params = types.ExecuteCommandParams(chosen.command, chosen.arguments)
        request, answer = editor.request(types.WORKSPACE_EXECUTE_COMMAND, params)
        await asyncio.wait_for(model.until(lambda m: any(e.held for e in m.exchanges)), PATIENCE)
        editor.cancel(request)
        with pytest.raises(JsonRpcException):
            await asyncio.wait_for(answer, PATIENCE)
        await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)
    assert all(method != types.WORKSPACE_APPLY_EDIT for method, _ in editor.heard)


async def test_a_comment_is_answered_by_its_command(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor(capabilities=PLAIN)
    uri = editor.open(tmp_path / "template.yaml", INTENT)
    chosen = await command(editor, uri, editor.after(uri, "# an S3"))
    await editor.client.workspace_execute_command_async(types.ExecuteCommandParams(chosen.command, chosen.arguments))
    applied = await editor.until(types.WORKSPACE_APPLY_EDIT)
    assert "AWS::S3::Bucket" in editor.applied(uri, edits_of(applied.edit)[uri][1])
    for wrong in ([], [5], [{"uri": uri}]):
        params = types.ExecuteCommandParams(chosen.command, wrong)
        with pytest.raises(JsonRpcException):
            await editor.client.workspace_execute_command_async(params)


async def test_an_editor_that_can_do_little_gets_what_it_can_read(start_editor: StartEditor, tmp_path: Path) -> None:
    little = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            code_action=types.CodeActionClientCapabilities(
                code_action_literal_support=types.ClientCodeActionLiteralOptions(types.ClientCodeActionKindOptions([]))
            )
        )
    )
    editor = await start_editor(capabilities=little, options={"lintel": {"cfnLint": {"ignore": ["E3012"]}}})
    uri = editor.open(tmp_path / "template.yaml", MISSPELLED.replace("VisibilityTimeOut: 30", "DelaySeconds: soon"))
    assert codes(await editor.findings(uri, bool)) == ["E3002"]
    action, deletion = await fixes(editor, uri, "DelaySecon")
    assert deletion.title.startswith("Delete 'DelaySecond'")
    assert action.command is None
    assert action.edit is not None
    assert action.edit.document_changes is None
    assert action.edit.changes is not None
    assert "DelaySeconds: 5" in editor.applied(uri, action.edit.changes[uri])
    wish = editor.open(tmp_path / "main.tf", "# an S3 bucket with versioning\n")
    assert await editor.code_actions(wish, types.Position(0, 5)) == []  # nothing could apply what it comes to


async def test_an_editor_without_code_actions_gets_none(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor(capabilities=types.ClientCapabilities())
    uri = editor.open(tmp_path / "template.yaml", MISSPELLED)
    assert await fixes(editor, uri, "DelaySecon") == []


@pytest.mark.parametrize("capabilities", [PLAIN, CAPABILITIES, types.ClientCapabilities()])
async def test_commands_and_watched_files_are_told_to_who_can_use_them(
    tmp_path: Path, capabilities: types.ClientCapabilities
) -> None:
    editor = Editor()
    try:
        result = await editor.start(tmp_path, capabilities=capabilities)
        commands = result.capabilities.execute_command_provider
        assert commands is not None
        assert ("lintel.fixWithModel" in commands.commands) == (capabilities is PLAIN)
        if capabilities.workspace is not None:
            registered = await editor.until(types.CLIENT_REGISTER_CAPABILITY)
            watched = next(r for r in registered.registrations if r.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
            assert "**/*.{tf,tofu,tfvars,tf.json,tofu.json,tftest.hcl,tofutest.hcl}" in [
                w["globPattern"] for w in plain(watched.register_options)["watchers"]
            ]
    finally:
        await editor.stop()
