"""Tells what requests to models have cost on each day (`lintel/usage`), in this server and all others."""

from __future__ import annotations

import asyncio
from typing import Any

from lsp_server.server.session import LintelServer

USAGE = "lintel/usage"


class Usages:
    """Handles `lintel/usage`."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def tell(self, _: Any) -> dict[str, Any]:
        """One line for each day, the newest first."""
        spending = (await self._server.configuration.loaded()).spending
        days = await asyncio.to_thread(spending.days) if spending is not None else []
        return {"days": [str(day) for day in days]}


def register(server: LintelServer) -> None:
    """Register the handler."""
    server.on(USAGE, Usages(server).tell)
