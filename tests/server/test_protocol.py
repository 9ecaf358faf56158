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


@pytest.mark.asyncio(loop_scope="session")
async def test_a_command_that_nobody_knows_is_refused(shared: Editor) -> None:
    with pytest.raises(JsonRpcException, match="there is no command"):
        await shared.client.workspace_execute_command_async(types.ExecuteCommandParams("no.such"))
