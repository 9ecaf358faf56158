"""What the tests of the loop share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from lsp_server.bootstrap import build_engine
from lsp_server.engine import Engine
from lsp_server.models.scripted_server import ScriptedServer
from lsp_server.settings import ModelSettings, Settings
from tests.repair.wire import Wire


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def templates() -> AsyncIterator[Engine]:
    """An engine that judges templates and writes without a model."""
    engine = build_engine(Settings(linters=("cfn-lint",), model=ModelSettings(provider="offline")))
    yield engine
    await engine.close()
