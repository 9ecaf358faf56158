"""Schemas of installed providers: taken over as modules are opened, asked for in the background, heeded at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from lsp_server.core.document import Unit
from lsp_server.dialects.terraform.file_names import LOCK_FILE
from lsp_server.server.configuration import Configuration
from lsp_server.server.workspace import folder_uri

_DATA = "/.terraform/"

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class InstalledProviders:
    """Looks at each module once, and again where its lock file or what is installed beside it has changed.

    `spawn` does work in the background; `arrived` is called with the titles of providers whose schemas have come, for
    modules that have been judged without them.
    """

    def __init__(self, configuration: Configuration, spawn: Spawn, arrived: Callable[[list[str]], None]) -> None:
        self._configuration = configuration
        self._spawn, self._arrived = spawn, arrived
        self._seen: dict[str, str] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    def look(self, unit: Unit) -> None:
        """Take over what the cache has for a module before it is judged, and have the rest asked for."""
        engine = self._configuration.engine
        if not unit.beside or engine is None or engine.schemas is None:
            return
        key, text = folder_uri(unit.main.uri), unit.beside[0].text
        if self._seen.get(key) == text:  # the very object, while nothing but buffers change
            return
        self._seen[key] = text
        engine.schemas.recall(unit)
        if engine.schemas.missing(unit):
            self._stop(key)
            self._asking[key] = self._spawn(self._ask(unit))

    def changed(self, uri: str) -> bool:
        """Whether a changed file says that something is installed anew: then all modules are looked at again."""
        if _DATA not in uri and not uri.endswith(f"/{LOCK_FILE}"):
            return False
        self._seen.clear()
        return True

    def opened(self, uri: str) -> None:
        """Look again at the module of a document that was opened: not every editor tells what changes on disk."""
        self._seen.pop(folder_uri(uri), None)

    def configured(self) -> None:
        """Begin anew: with other settings, or another trust, something else may be asked, or nothing."""
        for key in tuple(self._asking):
            self._stop(key)
        self._seen.clear()
        engine = self._configuration.engine
        if engine is not None and engine.schemas is None:
            from lsp_server.dialects.terraform import installed  # the server starts without the dialects

            installed.forget()

    def _stop(self, key: str) -> None:
        if (task := self._asking.pop(key, None)) is not None:
            task.cancel()

    async def _ask(self, unit: Unit) -> None:
        engine = self._configuration.engine
        if engine is None or engine.schemas is None:
            return
        titles: list[str] = []
        await engine.schemas.ask(unit, lambda one: titles.append(one.title))
        self._arrived(titles)
