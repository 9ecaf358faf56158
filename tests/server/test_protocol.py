"""What the library would keep for ever, or never answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp_server.__main__ import load_engine
from lsp_server.server.app import build_server
from lsp_server.server.session import LintelServer
from tests.server.editor import Editor

URI = "file:///template.yaml"


class Heard:
    """A connection that keeps what is written to it."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.messages.append(json.loads(data.split(b"\r\n\r\n", 1)[1]))

    def close(self) -> None:
        """Nothing to close."""


def handle(server: LintelServer, **message: Any) -> None:
    text = json.dumps({"jsonrpc": "2.0", **message})
    server.protocol.handle_message(json.loads(text, object_hook=server.protocol.structure_message))


@pytest.mark.asyncio
async def test_notifications_that_were_handled_are_forgotten() -> None:
    server = build_server(load_engine)
    server.protocol.set_writer(Heard())
    opened = {"uri": URI, "languageId": "yaml", "version": 1, "text": ""}
    handle(server, method=types.TEXT_DOCUMENT_DID_OPEN, params={"textDocument": opened})
    for version in range(2, 50):
        changed = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": "a" * version}]}
        handle(server, method=types.TEXT_DOCUMENT_DID_CHANGE, params=changed)
    document = server.documents.get(URI)
    assert document is not None
    assert document.version == 49
    assert not server.protocol._request_futures


@pytest.mark.asyncio
async def test_a_request_without_parameters_is_answered() -> None:
    server, heard = build_server(load_engine), Heard()
    server.protocol.set_writer(heard)
    handle(server, id=1, method="lintel/trace", unheard="of")
    handle(server, id=2, method="lintel/attempts")
    assert [m["id"] for m in heard.messages] == [1, 2]
    assert heard.messages[0]["result"] == {"requests": []}
    assert heard.messages[1]["error"]["code"] == -32602


def read(server: LintelServer, **message: Any) -> str:
    """Have the server read a message that it cannot understand; returns what it says of it."""
    with pytest.raises(JsonRpcException) as failure:
        handle(server, **message)
    return str(failure.value)


@pytest.mark.asyncio
async def test_a_request_that_cannot_be_read_is_refused_in_a_sentence() -> None:
    server, heard = build_server(load_engine), Heard()
    server.protocol.set_writer(heard)
    where = {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}}
    for number, params in enumerate(({"textDocument": 5}, None, [], where)):
        said = read(server, id=number, method=types.TEXT_DOCUMENT_HOVER, params=params)
        answer = heard.messages[-1]
        assert (answer["id"], answer["error"]["code"], answer["error"]["message"]) == (number, -32602, said)
        assert "message.params" in said
    read(server, method=types.TEXT_DOCUMENT_DID_SAVE, params=5)
    assert len(heard.messages) == 4


@pytest.mark.asyncio
async def test_whoever_waits_for_an_answer_that_cannot_be_read_is_told_so() -> None:
    server = build_server(load_engine)
    server.protocol.set_writer(Heard())
    edit = types.ApplyWorkspaceEditParams(types.WorkspaceEdit())
    for result in (None, {}, []):
        waiting = server.protocol.send_request(types.WORKSPACE_APPLY_EDIT, edit, msg_id="a")
        said = read(server, id="a", result=result)
        assert str(waiting.exception(0)) == said
        assert "message.result" in said


@pytest.mark.asyncio
async def test_an_answer_that_nobody_waits_for_any_more_is_passed_over() -> None:
    server = build_server(load_engine)
    server.protocol.set_writer(Heard())
    edit = types.ApplyWorkspaceEditParams(types.WorkspaceEdit())
    server.protocol.send_request(types.WORKSPACE_APPLY_EDIT, edit, msg_id="a").cancel()
    handle(server, id="a", result={"applied": True})
    handle(server, id="a", result={"applied": True})
    handle(server, id="b", error={"code": -32603, "message": "no"})
    assert not server.protocol._request_futures


@pytest.mark.asyncio
async def test_a_document_is_closed_after_a_change_that_cannot_be_read() -> None:
    server, heard = build_server(load_engine), Heard()
    server.protocol.set_writer(heard)
    opened = {"uri": URI, "languageId": "yaml", "version": 1, "text": "a: b\n"}
    handle(server, method=types.TEXT_DOCUMENT_DID_OPEN, params={"textDocument": opened})
    place = {"line": 0, "character": 2**32}
    change = {"range": {"start": place, "end": place}, "text": "c"}
    for version, changes in ((2, [change]), (3, [{"text": "d: e\n"}])):
        changed = {"textDocument": {"uri": URI, "version": version}, "contentChanges": changes}
        handle(server, method=types.TEXT_DOCUMENT_DID_CHANGE, params=changed)
        assert server.documents.get(URI) is None
    (told,) = heard.messages
    assert told["method"] == types.WINDOW_SHOW_MESSAGE
    assert "close template.yaml and open it again" in told["params"]["message"]
    read(server, method=types.TEXT_DOCUMENT_DID_CHANGE, params=5)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_command_that_nobody_knows_is_refused(shared: Editor) -> None:
    with pytest.raises(JsonRpcException, match="there is no command"):
        await shared.client.workspace_execute_command_async(types.ExecuteCommandParams("no.such"))
