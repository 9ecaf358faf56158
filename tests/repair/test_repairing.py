"""What a model answers about a finding, over a real socket, and how little of the text changes for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from lsp_server.bootstrap import build_engine
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.engine import Engine
from lsp_server.fixers.base import FixerTable
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from lsp_server.repair.outcome import Outcome
from lsp_server.settings import ModelSettings, Settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASES = msgspec.yaml.decode((Path(__file__).parent / "repairs.yaml").read_bytes())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(server: ScriptedServer) -> AsyncIterator[Engine]:
    """An engine that has no fixers, so that a model gets all findings."""
    model = ModelSettings(provider="anthropic", base_url=server.url, retries=0)
    engine = build_engine(Settings(linters=("terraform-check", "cfn-lint"), model=model), key="k")
    yield replace(engine, fixers={language: FixerTable([]) for language in Language})
    await engine.close()


async def repaired(engine: Engine, server: ScriptedServer, before: str, answers: list[dict[str, str]]) -> Outcome:
    steps = [
        Step(answer={"edits": [{"region": name, "new_text": text} for name, text in answer.items()], "note": ""})
        for answer in answers
    ]
    server.script.replace([*steps[:-1], msgspec.structs.replace(steps[-1], repeat=True)])
    template = before[0].isupper() or before[0] == "{"
    name = "template.json" if before[0] == "{" else "template.yaml" if template else "main.tf"
    unit = Unit((Document(f"file:///nowhere/{name}", before),))
    analysis = await engine.analyze(unit, Language.CLOUDFORMATION if template else Language.TERRAFORM)
    assert analysis.wrong
    return await engine.repair(analysis, unsafe=True, model=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
async def test_a_repair(engine: Engine, server: ScriptedServer, case: Any, newline: str) -> None:
    before, after = (text.replace("\n", newline) for text in (case["before"], case.get("after", case["before"])))
    asked = len(server.exchanges)
    outcome = await repaired(engine, server, before, case["answers"])
    assert outcome.unit.main.text == after
    assert (outcome.stop.value == "clean") is ("after" in case)
    assert case.get("says", "") in outcome.message
    assert case.get("says") or not outcome.message
    assert len(server.exchanges) - asked == case.get("requests", 1 if "after" in case else 3)
