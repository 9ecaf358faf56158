"""A small client of the language server protocol that only measures: what it asked over stdio, and when it came."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any


class Client:
    """One server process and one open document. Use as an async context manager.

    `settings` are what the editor answers when it is asked for them; `environment` is added to this process's own.
    """

    def __init__(
        self,
        command: Sequence[str],
        root: Path,
        *,
        settings: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command, self._root = command, root
        self._settings = settings
        self._environment = {**os.environ, **(environment or {})}
        self._ids = 0
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._published: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.peak = 0
        self._version = 0
        self.uri = self._language = ""

    async def __aenter__(self) -> Client:
        self.started = time.perf_counter()
        pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=null, cwd=self._root, env=self._environment
        )
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._watch_memory())]
        folder = {"uri": self._root.as_uri(), "name": self._root.name}
        capabilities = {"workspace": {"configuration": True}, "window": {"workDoneProgress": True}}
        params = {"processId": os.getpid(), "rootUri": folder["uri"], "workspaceFolders": [folder]}
        await self.request("initialize", {**params, "capabilities": capabilities})
        self.ready = time.perf_counter() - self.started
        self.notify("initialized", {})
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        try:
            async with asyncio.timeout(5):
                await self.request("shutdown", None)
                self.notify("exit", None)
                await self._process.wait()
        except (TimeoutError, ConnectionError):
            self._process.kill()
        for task in self._tasks:
            task.cancel()

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    def open(self, name: str, language: str, text: str) -> None:
        """Open a document that stands in the root, as `text`."""
        self.uri, self._language, self._version = (self._root / name).as_uri(), language, 1
        document = {"uri": self.uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def replace(self, line: int, start: int, end: int, text: str) -> None:
        """Change a part of one line (UTF-16 columns, from 0)."""
        self._version += 1
        where = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
        document = {"uri": self.uri, "version": self._version}
        self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [{"range": where, "text": text}]}
        )

    async def complete(self, line: int, character: int) -> list[str]:
        """The labels that are offered at a place."""
        where = {"textDocument": {"uri": self.uri}, "position": {"line": line, "character": character}}
        result = await self.request("textDocument/completion", where)
        items = result["items"] if isinstance(result, dict) else result or []
        return [item["label"] for item in items]

    async def diagnostics(self, containing: str, seconds: float = 120.0) -> float:
        """When diagnostics of the open document's version came that mention `containing` (in perf_counter's time)."""
        async with asyncio.timeout(seconds):
            while True:
                published = await self._published.get()
                current = published["uri"] == self.uri and published.get("version") == self._version
                if current and any(containing in d["message"] for d in published["diagnostics"]):
                    at: float = published["at"]
                    return at

    async def request(self, method: str, params: object) -> Any:
        """Ask and wait. Raises RuntimeError for an error."""
        return await self.begin(method, params)[1]

    def begin(self, method: str, params: object) -> tuple[int, asyncio.Future[Any]]:
        """Ask; returns the request's id, to cancel it by, and its answer, which raises RuntimeError for an error."""
        self._ids += 1
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[self._ids] = answer
        self._send({"id": self._ids, "method": method, "params": params})
        return self._ids, answer

    def notify(self, method: str, params: object) -> None:
        """Tell the server something."""
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := await stream.readline():
            while line := (await stream.readline()).strip():
                header = line if line.lower().startswith(b"content-length") else header
            self._take(json.loads(await stream.readexactly(int(header.split(b":")[1]))))
        for answer in self._waiting.values():
            answer.set_exception(ConnectionError("the server ended"))

    def _take(self, message: dict[str, Any]) -> None:
        at = time.perf_counter()
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self._published.put_nowait({**message["params"], "at": at})
        elif method and "id" in message:
            items = message.get("params", {}).get("items", []) if method == "workspace/configuration" else None
            self._send({"id": message["id"], "result": None if items is None else [self._settings] * len(items)})
        elif not method:
            answer = self._waiting.pop(message["id"])
            if "error" in message:
                answer.set_exception(RuntimeError(str(message["error"])))
            else:
                answer.set_result(message["result"])

    async def _watch_memory(self) -> None:
        while sys.platform == "linux":
            self.peak = max(self.peak, tree_memory(self._process.pid))
            await asyncio.sleep(0.1)


def tree_memory(pid: int) -> int:
    """Resident kilobytes of a process and all its descendants (Linux; pages that several share count for each)."""
    total, todo = 0, [pid]
    while todo:
        process = Path("/proc") / str(todo.pop())
        try:
            status = (process / "status").read_text()
            total += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)
            todo += [int(c) for task in (process / "task").iterdir() for c in (task / "children").read_text().split()]
        except OSError:
            continue  # it ended meanwhile
    return total
