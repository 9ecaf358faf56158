"""Python's garbage collector halts everything for a tenth of a second in a large heap: it runs when nobody types."""

from __future__ import annotations

import asyncio
import gc

from lsp_server.server.session import LintelServer

_QUIET = 1.0  # seconds without a change before what the last ones left behind is collected


class Collecting:
    """Has the collector run when it is quiet."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        """Collect when it is quiet."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_QUIET, gc.collect)


def register(server: LintelServer) -> None:
    """Register for what leaves garbage: every change."""
    collecting = Collecting()
    server.on_change.append(lambda _: collecting.changed())
