"""From spawn to exit: what is negotiated, what dies with the server, and what never reaches standard output."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.server.conftest import StartEditor
from tests.server.editor import CAPABILITIES, PATIENCE, Editor, codes
from tests.server.test_diagnostics import MODULE, TEMPLATE

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc"),
]


def children(pid: int) -> list[int]:
    """The processes below one."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(stat.parent.name)] = int(fields[1])
    found, todo = [], [pid]
    while todo:
        at = todo.pop()
        own = [child for child, parent in parents.items() if parent == at]
        found += own
        todo += own
    return found


async def gone(pids: list[int]) -> None:
    """Wait until processes have ended."""
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(handle, ended.set)
        await asyncio.wait_for(ended.wait(), PATIENCE)
        asyncio.get_running_loop().remove_reader(handle)
        os.close(handle)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_the_encoding_is_negotiated(start_editor: StartEditor, tmp_path: Path, encoding: str) -> None:
    offer = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)])
    editor = Editor()
    await editor.client.start_io(sys.executable, "-m", "lsp_server", "serve", "--stdio")
    result = await editor.initialize(tmp_path, types.ClientCapabilities(general=offer))
    assert result.capabilities.position_encoding == encoding
    uri = editor.open(tmp_path / "main.tf", 'output "a" { value = "😀${var.no}" }\n')
    findings = await editor.findings(uri, bool)
    width = {"utf-8": 4, "utf-16": 2, "utf-32": 1}[encoding]
    assert findings[0].range.start.character - len('output "a" { value = "${') == width
    await editor.stop()


async def test_what_the_server_can_do(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = Editor()
    await editor.client.start_io(sys.executable, "-m", "lsp_server", "serve")
    capabilities = (await editor.initialize(tmp_path)).capabilities
    assert capabilities.completion_provider is not None
    assert capabilities.completion_provider.resolve_provider
    assert isinstance(capabilities.code_action_provider, types.CodeActionOptions)
    assert "source.fixAll.lintel" in (capabilities.code_action_provider.code_action_kinds or [])
    assert capabilities.inline_completion_provider
    assert isinstance(capabilities.text_document_sync, types.TextDocumentSyncOptions)
    assert capabilities.text_document_sync.change is types.TextDocumentSyncKind.Incremental
    assert capabilities.text_document_sync.will_save_wait_until
    assert capabilities.diagnostic_provider is None  # findings are pushed
    await editor.stop()


async def test_shutdown_leaves_no_process(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor()
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    below = children(editor.process.pid)
    assert below
    await editor.stop()
    assert editor.process.returncode == 0
    await gone(below)


async def test_the_end_of_input_ends_everything(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor()
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    below = children(editor.process.pid)
    assert editor.process.stdin is not None
    editor.process.stdin.close()
    assert await asyncio.wait_for(editor.process.wait(), PATIENCE) == 1
    await gone(below)


async def test_the_death_of_the_editor_ends_everything(start_editor: StartEditor, tmp_path: Path) -> None:
    stand_in = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE)
    editor = await start_editor(process_id=stand_in.pid)
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    below = children(editor.process.pid)
    stand_in.kill()
    await stand_in.wait()
    await asyncio.wait_for(editor.process.wait(), PATIENCE)
    await gone(below)


async def test_a_signal_ends_everything(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor()
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    below = children(editor.process.pid)
    editor.process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(editor.process.wait(), PATIENCE)
    await gone(below)


async def test_a_killed_worker_comes_back(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor()
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    for pid in children(editor.process.pid):
        os.kill(pid, signal.SIGKILL)
    editor.replace(uri, "DelaySecond", "NoSuchProperty")
    findings = await editor.findings(uri, bool)
    assert "NoSuchProperty" in findings[0].message
    await editor.status(lambda s: {"name": "cfn-lint", "state": "idle", "reason": ""} in s["linters"])


async def test_only_the_protocol_is_on_standard_output(tmp_path: Path) -> None:
    """A print anywhere would break the stream: a frame that does not parse fails the test."""
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "def hook(event, args):\n"
        "    if event == 'import' and args[0] == 'lsp_server.bootstrap':\n"
        "        print('stray')\n"
        "sys.addaudithook(hook)\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lsp_server", "serve", "--stdio"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    document = {"uri": (tmp_path / "main.tf").as_uri(), "languageId": "terraform", "version": 1, "text": MODULE}
    messages: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": document}},
    ]
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(b"".join(frame(message) for message in messages))
    async with asyncio.timeout(PATIENCE):
        heard: list[dict[str, Any]] = []
        while not any(m.get("method") == "textDocument/publishDiagnostics" for m in heard):
            heard.append(await read_frame(process.stdout))
        process.stdin.write(frame({"id": 2, "method": "shutdown"}) + frame({"method": "exit"}))
        process.stdin.close()
        while not process.stdout.at_eof():
            if await process.stdout.read(1):
                heard.append(await read_frame(process.stdout, b"C"))
        assert await process.wait() == 0
        assert b"stray" in await process.stderr.read()


def frame(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


async def read_frame(stream: asyncio.StreamReader, begun: bytes = b"") -> dict[str, Any]:
    headers = begun + await stream.readuntil(b"\r\n\r\n")
    lines = headers.decode("ascii").strip().split("\r\n")
    assert all(line.startswith(("Content-Length: ", "Content-Type: ")) for line in lines), headers
    length = next(int(line.split(": ")[1]) for line in lines if line.startswith("Content-Length"))
    message: dict[str, Any] = json.loads(await stream.readexactly(length))
    return message


async def test_the_server_listens_on_an_address(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lsp_server", "serve", "--tcp", "127.0.0.1:0"), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    line = (await asyncio.wait_for(process.stderr.readline(), PATIENCE)).decode()
    editor = Editor()
    await editor.client.start_tcp("127.0.0.1", int(line.rsplit(":", 1)[1]))
    await editor.initialize(tmp_path, CAPABILITIES)
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    assert codes(await editor.findings(uri, bool)) == ["E3002"]
    await editor.client.shutdown_async(None)
    editor.client.exit(None)
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    await asyncio.wait_for(editor.client.stop(), PATIENCE)


@pytest.mark.parametrize("arguments", [["--tcp", "nowhere"], ["--stdio", "--tcp", "127.0.0.1:0"], ["--colour"]])
async def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lsp_server", "serve", *arguments), stderr=asyncio.subprocess.PIPE
    )
    _, words = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 2
    assert b"Usage" in words


async def test_a_damaged_installation_is_told_and_nobody_waits_for_it(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "rapidfuzz.py").write_text("raise ImportError('no such library')\n")
    editor = Editor()
    await editor.start(tmp_path, environment={"PYTHONPATH": str(damaged)})
    told = await editor.until(types.WINDOW_SHOW_MESSAGE)
    assert told.message == "Lintel cannot start, its installation is damaged: ImportError: no such library"
    assert await asyncio.wait_for(editor.process.wait(), PATIENCE) == 1
    await editor.stop()
