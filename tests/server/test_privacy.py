"""What a session tells: requests as they were sent, no text of a document in the log, why a wish came to nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from tests.repair.wishes import WISHES, Wish
from tests.server.conftest import StartEditor
from tests.server.editor import PATIENCE, Editor, plain

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEY = "sk-ant-of-this-session-alone"
MODULE = """\
# canary-in-a-comment
resource "aws_sqs_queue" "jobs" {
  name          = "canary-in-a-value"
  delay_seconds = "canary-in-a-mistake"
}

resource "aws_db_instance" "main" {
  password = "canary1-in-a-secret"
}
"""
FIXED = 'resource "aws_sqs_queue" "jobs" {\n  name          = "canary-in-a-value"\n  delay_seconds = 5\n}'


@pytest_asyncio.fixture(loop_scope="session")
async def model() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        yield server


def settings(model: ScriptedServer) -> dict[str, object]:
    provider = {"provider": "anthropic", "baseUrl": model.url, "retries": 0}
    return {"model": provider, "linters": ["terraform-check"], "onSave": "suggest"}


async def worked(editor: Editor, model: ScriptedServer, folder: Path) -> None:
    """A session of all kinds: typing, hovering, a repair after an answer that is of no use, what is refused."""
    answers = (FIXED.replace("5", "true"), FIXED)
    region = "resource aws_sqs_queue.jobs"
    steps = [Step(answer={"edits": [{"region": region, "new_text": text}], "note": ""}) for text in answers]
    model.script.replace([*steps, Step(text="canary in an answer", repeat=True)])
    editor.client.protocol.notify("lintel/key", {"key": KEY})
    uri = editor.open(folder / "main.tf", MODULE)
    await editor.findings(uri)
    at = editor.place(uri, MODULE.index("delay_seconds"))
    await editor.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(types.TextDocumentIdentifier(uri), at))
    await editor.complete(uri, editor.place(uri, MODULE.index("name  ")))
    asked = {"textDocument": {"uri": uri, "version": editor.versions[uri]}}
    await editor.ask("lintel/repair", asked)
    position = {"line": len(MODULE.splitlines()), "character": 0}
    await editor.ask("lintel/generate", {**asked, "position": position, "intent": "a canary in a wish"})
    with pytest.raises(JsonRpcException):
        await editor.ask("lintel/repair", {"textDocument": "canary in a request"})
    editor.replace(uri, '"canary-in-a-value"', '"canary ${" "')
    await editor.findings(uri)


async def logged(editor: Editor) -> str:
    await editor.stop()
    assert editor.process.stderr is not None
    raw = await asyncio.wait_for(editor.process.stderr.read(), PATIENCE)
    said = [plain(params) for method, params in editor.heard if method == types.WINDOW_LOG_MESSAGE]
    return raw.decode() + json.dumps(said)


async def test_the_log_holds_no_text_of_a_document(
    start_editor: StartEditor, model: ScriptedServer, tmp_path: Path
) -> None:
    editor = await start_editor(settings(model), environment={"LINTEL_LOG": "debug"})
    await worked(editor, model, tmp_path)
    sent = (await editor.ask("lintel/trace", {}))["requests"]
    assert [request["request"] for request in sent] == [json.loads(body) for body in model.requests]
    assert len(sent) > 2
    assert "canary-in-a-value" in json.dumps(sent)
    assert "canary1" not in json.dumps(sent)
    assert KEY not in json.dumps(sent)
    log = await logged(editor)
    assert "DEBUG" in log  # what is refused is logged
    assert "canary" not in log
    assert KEY not in log


async def test_the_log_holds_it_where_that_is_asked_for(
    start_editor: StartEditor, model: ScriptedServer, tmp_path: Path
) -> None:
    editor = await start_editor(settings(model), environment={"LINTEL_LOG": "protocol"})
    await worked(editor, model, tmp_path)
    assert "canary" in await logged(editor)


@pytest.mark.parametrize(
    "wish", [w for w in WISHES if w.words.strip() and "enormous" not in w.name], ids=lambda w: w.name
)
async def test_a_wish_that_cannot_be_met(tuned: Editor, model: ScriptedServer, tmp_path: Path, wish: Wish) -> None:
    provider = {"provider": "anthropic" if wish.answer else "offline", "baseUrl": model.url, "retries": 0}
    await tuned.configure({"model": provider, "linters": ["terraform-check"]})
    tuned.client.protocol.notify("lintel/key", {"key": KEY})
    model.script.replace([Step(**{"repeat": True} | (wish.answer or {}))])
    uri = tuned.open(tmp_path / "main.tf", 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n')
    asked = {"textDocument": {"uri": uri, "version": 1}, "position": {"line": 3, "character": 0}, "intent": wish.words}
    result = await tuned.ask("lintel/generate", asked)
    assert result["stop"] in wish.stops
    assert wish.says in result["message"]
    assert (result["edit"] is not None) is (result["stop"] == "clean")
