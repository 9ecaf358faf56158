"""The light bulb's commands for editors without Lintel's extension: the server runs them and applies the result."""

from __future__ import annotations

import uuid
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from lsp_server.server.code_actions import EXPLAIN as EXPLAIN_FINDINGS
from lsp_server.server.code_actions import FIX_WITH_MODEL
from lsp_server.server.code_actions import GENERATE as GENERATE_FROM_COMMENT
from lsp_server.server.commands import CHANGE, GENERATE, REPAIR
from lsp_server.server.explaining import EXPLAIN
from lsp_server.server.hover import plain
from lsp_server.server.session import LintelServer

CHANGE_WITH_DESCRIPTION = "lintel.change"
_SHOWN = 1500  # characters


class Executed:
    """Handles `workspace/executeCommand`: the commands that code actions carry, and one that an editor may bind."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def fix(self, *arguments: Any) -> None:
        """Run the loop on the findings of a code action."""
        await self._run(REPAIR, arguments)

    async def generate(self, *arguments: Any) -> None:
        """Write what the comment of a code action asks for."""
        await self._run(GENERATE, arguments)

    async def change(self, *arguments: Any) -> None:
        """Change a `range` of a document (`uri`, `version`) as `words` say."""
        await self._run(CHANGE, arguments)

    async def explain(self, *arguments: Any) -> None:
        """Tell in a message what is known of the findings at a `range` of a document."""
        answer = await self._server.protocol.fm.features[EXPLAIN](_asked(arguments))
        told = shortened(plain(answer["brief"]))
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"Lintel: {told}"))

    async def _run(self, request: str, arguments: tuple[Any, ...]) -> None:
        asked = _asked(arguments)
        run = self._server.protocol.fm.features[request]
        answer = await run({**asked, "workDoneToken": await self._token()})
        message = answer["message"]
        if answer["edit"] is not None:
            message = await self._server.refused(answer["edit"]) or f"{answer['evidence']}. {message}"
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"Lintel: {message}"))

    async def _token(self) -> str | None:
        """The token of a progress that the editor shows and lets a person cancel, if it can."""
        if not self._server.client.reports_progress:
            return None
        token = str(uuid.uuid4())
        try:
            await self._server.work_done_progress.create_async(token)
        except JsonRpcException:  # the run goes on without
            return None
        return token


def _asked(arguments: tuple[Any, ...]) -> dict[str, Any]:
    """What a code action's command carries, as the parameters of a request. Raises JsonRpcInvalidParams."""
    made = arguments[0] if arguments else None
    if not isinstance(made, dict) or "uri" not in made or "version" not in made:
        raise JsonRpcInvalidParams("this command takes a uri and a version, as Lintel's code actions carry them")
    return {**made, "textDocument": {"uri": made["uri"], "version": made["version"]}}


def shortened(text: str) -> str:
    """A text of a length that a message of an editor can show."""
    return text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"


def register(server: LintelServer) -> None:
    """Register the commands for an editor that can apply what they come to; Lintel's extension has its own."""
    executed = Executed(server)

    def greeted() -> None:
        if server.client.applies_edits and not server.client.extension:
            server.on_command(FIX_WITH_MODEL, executed.fix)
            server.on_command(GENERATE_FROM_COMMENT, executed.generate)
            server.on_command(EXPLAIN_FINDINGS, executed.explain)
            server.on_command(CHANGE_WITH_DESCRIPTION, executed.change)

    server.on_greeting.append(greeted)
