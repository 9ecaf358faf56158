"""The settings as the editor has them now, and the engine that is wired from them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsp_server.analysis import Toolchain
from lsp_server.core.loading import for_good
from lsp_server.models.base import Usage
from lsp_server.server.status import Status
from lsp_server.settings import Settings, read_settings

if TYPE_CHECKING:
    from lsp_server.dialects.base import Language
    from lsp_server.engine import Engine
    from lsp_server.models.editor import Editor

log = logging.getLogger(__name__)

_WAIT_FOR_SETTINGS = 2.0  # seconds that the first judgement waits for the editor's settings
KEY_VARIABLE = "ANTHROPIC_API_KEY"

BuildEngine = Callable[..., "Engine"]
LoadEngine = Callable[[], BuildEngine]


class Configuration:
    """Holds settings, key and engine. Linters keep running when a change does not concern them.

    `load` imports what engines are built of and returns the function that builds one. It takes half a second, so it
    is called in a thread once the editor has been answered.
    """

    def __init__(self, load: LoadEngine, status: Status) -> None:
        self.settings = Settings()
        self.ready = asyncio.Event()
        self._load, self._status = load, status
        self._build: BuildEngine | None = None
        self._key: str | None = None
        self._roots: tuple[Path, ...] = ()
        self._trusted = True
        self._editor: Editor | None = None
        self._engine: Engine | None = None
        self._linters: object = None
        self._wiring: object = None
        self._loaded = asyncio.Event()
        self._subscribers: list[Callable[[bool], None]] = []
        self._preparing: dict[Language, tuple[Engine, asyncio.Task[None]]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def engine(self) -> Engine | None:
        """The engine; None until it is loaded."""
        return self._engine

    @property
    def roots(self) -> tuple[Path, ...]:
        """The workspace folders."""
        return self._roots

    async def start(self) -> None:
        """Load and wire the engine, once the settings are known or long enough waited for."""
        build = await asyncio.to_thread(for_good, self._load)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_WAIT_FOR_SETTINGS):
                await self.ready.wait()
        self._build = build
        self._engine = self._wired(build, None)
        self._loaded.set()
        self._tell_subscribers(True)

    async def loaded(self) -> Engine:
        """Wait for the engine."""
        await self._loaded.wait()
        assert self._engine is not None
        return self._engine

    async def prepared(self, language: Language) -> None:
        """Wait for the engine and what it needs for a language.

        That is loaded in a thread: the event loop would halt for most of a second. It is loaded for anybody who asks,
        so that it goes on where one is cancelled.
        """
        engine = await self.loaded()
        made, task = self._preparing.get(language, (None, None))
        if task is None or made is not engine:
            task = asyncio.create_task(asyncio.to_thread(engine.prepare, language))
            self._preparing[language] = engine, task
        if not task.done():
            await asyncio.shield(task)

    def subscribe(self, changed: Callable[[bool], None]) -> None:
        """Have `changed` called when the engine is another one, with whether its linters are others than before."""
        self._subscribers.append(changed)

    def set_roots(self, roots: Iterable[Path]) -> None:
        """Set the workspace folders, where a linter's configuration is looked up."""
        self._roots = tuple(roots)
        self._rewire()

    def set_trusted(self, trusted: bool) -> None:
        """Set whether linters may run programs and rules that the workspace brings."""
        self._trusted = trusted
        self._rewire()

    def set_key(self, key: str | None) -> None:
        """Set the key of the model, or take it away. It is never logged."""
        self._key = key
        self._rewire()

    def set_editor(self, editor: Editor) -> None:
        """Take over that the editor lends its model, and whether it has one now."""
        self._editor = editor
        self._rewire()

    def take(self, raw: Any) -> str:
        """Take over the settings that the editor sent. Returns a sentence on what was wrong with them, or nothing."""
        self.settings, problem = read_settings(raw)
        self._rewire()
        self.ready.set()
        return problem

    def _rewire(self) -> None:
        """Wire the engine anew where something changed that it is made from. Nothing else is disturbed."""
        before, linters, wiring = self._engine, self._linters, self._wiring
        if before is None or self._build is None or wiring == self._of_wiring():
            return
        same_linters = linters == self._of_linters()
        self._engine = self._wired(self._build, before if same_linters else None)
        self._tell_subscribers(not same_linters)
        self._retire(before, same_linters)

    def _of_linters(self) -> object:
        """All that linters are made from."""
        settings = self.settings
        return settings.linters, settings.cfn_lint, settings.terraform, settings.timeouts, self._roots, self._trusted

    def _of_wiring(self) -> object:
        """All that an engine is made from."""
        lends = self._editor is not None and self._editor.has_models
        return self._of_linters(), self.settings.model, self.settings.exclude, self._key, lends

    def _tell_subscribers(self, linters_changed: bool) -> None:
        for changed in self._subscribers:
            changed(linters_changed)

    def _wired(self, build: BuildEngine, same: Engine | None) -> Engine:
        """A new engine, with the linters of the `same` as before where there is one."""
        self._linters, self._wiring = self._of_linters(), self._of_wiring()
        key = self._key or os.environ.get(KEY_VARIABLE) or None
        listener = self._status.exchanged
        engine = build(
            self.settings,
            key=key,
            roots=self._roots,
            trusted=self._trusted,
            editor=self._editor,
            listener=listener,
        )
        if same is not None:
            engine = replace(engine, toolchain=same.toolchain, schemas=same.schemas)
        else:
            engine = replace(engine, toolchain=self._status.watch(engine.toolchain))
        wants_key = self.settings.model.provider == "anthropic" and key is None
        names = [linter.name for linter in engine.toolchain.linters]
        trouble = "no API key is set" if wants_key else ""
        today = engine.spending.today if engine.spending is not None else Usage
        self._status.configure(self.settings, names, engine.model_name, trouble, today)
        return engine

    def _retire(self, engine: Engine, keep_linters: bool) -> None:
        """End what the engine before has running, beside everything else."""
        if keep_linters:
            engine = replace(engine, toolchain=Toolchain(()))
        task = asyncio.get_running_loop().create_task(engine.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """End all child processes and connections."""
        if self._engine is not None:
            await self._engine.close()
        await asyncio.gather(*self._closing, return_exceptions=True)
