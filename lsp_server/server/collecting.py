"""Python's garbage collector halts everything for a tenth of a second in a large heap: it finds less to look at."""

from __future__ import annotations

import asyncio
import gc

from lsp_server.server.session import LintelServer

_QUIET = 1.0  # seconds without a change before what the last ones left behind is collected


class Collecting:
    """Keeps what stays for good out of the collector's way, and has it run when nobody types."""

    def __init__(self) -> None:
        self._frozen = False
        self._timer: asyncio.TimerHandle | None = None

    def loaded(self) -> None:
        """Set aside what is loaded by now: schemas, modules, rules. Once: texts that come later are to go again."""
        if not self._frozen:
            self._frozen = True
            gc.collect()
            gc.freeze()

    def changed(self) -> None:
        """Collect when it is quiet."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_QUIET, gc.collect)


def register(server: LintelServer) -> None:
    """Register for what leaves garbage: an engine that is loaded, and every change."""
    collecting = Collecting()
    server.configuration.subscribe(lambda _: collecting.loaded())
    server.on_change.append(lambda _: collecting.changed())
