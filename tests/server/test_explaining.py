"""Explaining what is found at a place: the request, the light bulb's way to it, and what the mouse is told."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import attrs
import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.server.conftest import StartEditor
from tests.server.editor import CAPABILITIES, PATIENCE, Editor, plain
from tests.server.test_code_actions import MODULE, TEMPLATE, fixes

pytestmark = pytest.mark.asyncio(loop_scope="session")

EXPLAIN = "lintel/explain"


def asked(editor: Editor, uri: str, words: str, **more: Any) -> dict[str, Any]:
    at = editor.after(uri, words)
    place = {"line": at.line, "character": at.character}
    return {"textDocument": {"uri": uri, "version": editor.versions[uri]}, "position": place, **more}


@pytest.mark.parametrize(
    ("name", "text", "words", "title", "says"),
    [
        ("template.yaml", TEMPLATE, "DelaySecon", "cfn-lint E3002", "- Write 'DelaySeconds' for 'DelaySecond' — safe"),
        ("main.tf", MODULE, "delay_secon", "terraform-check unsupported-argument", "— safe"),
    ],
)
async def test_what_is_found_at_a_place_is_explained(
    shared: Editor, tmp_path: Path, name: str, text: str, words: str, title: str, says: str
) -> None:
    uri = shared.open(tmp_path / name, text)
    answer = await shared.ask(EXPLAIN, asked(shared, uri, words))  # before the linters have judged
    assert answer["title"] == title
    assert says in answer["markdown"]
    assert "Allowed here:" in answer["markdown"]


async def test_all_findings_of_a_range_are_explained(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 11, "character": 0}}
    answer = await shared.ask(EXPLAIN, asked(shared, uri, "Queue", range=whole))
    assert answer["title"] == "cfn-lint E3002 and 1 more"
    assert answer["markdown"].count("# cfn-lint E3002\n") == 2


async def test_what_cannot_be_explained_is_said(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    await shared.findings(uri, bool)
    cases = [
        (asked(shared, uri, "AWSTemplate"), types.LSPErrorCodes.RequestFailed, "No linter reports anything here."),
        (
            asked(shared, uri, "DelaySecon") | {"textDocument": {"uri": uri, "version": 7}},
            types.LSPErrorCodes.ContentModified,
            "template.yaml has changed",
        ),
        ({"textDocument": {"uri": uri, "version": 1}}, types.ErrorCodes.InvalidParams, "a range or a position"),
        ({"textDocument": 5}, types.ErrorCodes.InvalidParams, "textDocument"),
    ]
    for params, code, says in cases:
        with pytest.raises(JsonRpcException) as refused:
            await shared.ask(EXPLAIN, params)
        assert refused.value.code == code
        assert says in str(refused.value)


async def test_a_text_that_changes_meanwhile_is_not_explained(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    _, answer = shared.request(EXPLAIN, asked(shared, uri, "DelaySecon"))
    shared.replace(uri, "jobs", "work")
    with pytest.raises(JsonRpcException) as refused:
        await asyncio.wait_for(answer, PATIENCE)
    assert refused.value.code == types.LSPErrorCodes.ContentModified


async def test_it_can_be_cancelled(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    request, answer = shared.request(EXPLAIN, asked(shared, uri, "DelaySecon"))
    shared.cancel(request)
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(answer, PATIENCE)


async def test_the_light_bulb_leads_there_before_it_leads_to_ignoring(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    offered = await fixes(shared, uri, "DelaySecon")
    titles = [action.title for action in offered]
    at = titles.index("Explain this problem")
    assert [title for title in titles[at + 1 :] if not title.startswith("Ignore")] == []
    assert any(title.startswith("Write ") for title in titles[:at])
    command = offered[at].command
    assert command is not None
    assert command.command == "lintel.explain"
    (arguments,) = plain(command.arguments)
    assert (arguments["uri"], arguments["version"]) == (uri, 1)
    assert offered[at].edit is None


async def test_it_is_offered_only_where_something_is_found(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    assert "Explain this problem" not in [a.title for a in await fixes(shared, uri, "AWSTemplateForm")]


async def test_the_mouse_is_told_what_the_message_leaves_out(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    await fixes(shared, uri, "delay_secon")  # known from then on
    params = types.HoverParams(types.TextDocumentIdentifier(uri), shared.after(uri, "delay_secon"))
    found = await shared.ask(types.TEXT_DOCUMENT_HOVER, params)
    told = found["contents"]["value"]
    assert told.startswith("**terraform-check unsupported-argument** · Allowed here: ")
    assert "Fix: Change `delay_second` to `delay_seconds`" in told
    assert found["range"]["start"] == {"line": 1, "character": 2}


async def test_an_editor_without_the_extension_is_told_in_a_message(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor(capabilities=attrs.evolve(CAPABILITIES, experimental=None))
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    offered = await fixes(editor, uri, "DelaySecon")
    command = next(a.command for a in offered if a.title == "Explain this problem")
    assert command is not None
    params = types.ExecuteCommandParams(command.command, command.arguments)
    await asyncio.wait_for(editor.client.workspace_execute_command_async(params), PATIENCE)
    said = await editor.until(types.WINDOW_SHOW_MESSAGE)
    assert said.message.startswith("Lintel: cfn-lint E3002: Additional properties are not allowed ('DelaySecond' was")
    assert "Fix: Write 'DelaySeconds' for 'DelaySecond'" in said.message
    assert not any(mark in said.message for mark in ("`", "\\", "**"))
