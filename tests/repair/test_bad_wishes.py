"""Whatever is asked for, and whatever a model answers, ends in a typed outcome and a sentence for a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from lsp_server.bootstrap import build_engine
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.engine import Engine
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from lsp_server.repair.outcome import Stop
from lsp_server.repair.proposer import IntentTask
from lsp_server.settings import ModelSettings, Settings
from tests.repair.wishes import MAIN, PROSE, TOPIC, WISHES

pytestmark = pytest.mark.asyncio(loop_scope="module")

Engines = dict[str, Engine]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engines(server: ScriptedServer) -> AsyncIterator[Engines]:
    def wired(provider: Any) -> Engine:
        model = ModelSettings(provider=provider, base_url=server.url, retries=0)
        return build_engine(Settings(linters=("terraform-check",), model=model), key="k")

    made = {provider: wired(provider) for provider in ("anthropic", "offline")}
    yield made
    for engine in made.values():
        await engine.close()


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.name)
async def test_a_wish(engines: Engines, server: ScriptedServer, wish: Any) -> None:
    engine = engines["anthropic" if wish.answer else "offline"]
    before = len(server.exchanges)
    server.script.replace([Step(**{"repeat": True, "chunk": 100_000} | (wish.answer or {}))])
    unit = Unit((Document("file:///nowhere/main.tf", MAIN),))
    analysis = await engine.analyze(unit, Language.TERRAFORM)
    outcome = await engine.generate(analysis, IntentTask(wish.words, unit.main.uri, len(MAIN)))
    assert outcome.stop.value in wish.stops
    assert outcome.changed is (outcome.stop is Stop.CLEAN)
    assert wish.says in outcome.message
    assert len(outcome.message) < 700
    assert MAIN in outcome.unit.main.text
    if wish.asks is not None:
        assert (len(server.exchanges) > before) is wish.asks


@pytest.mark.parametrize("name", ["main.tf.json", "terraform.tfvars", "prod.tfvars.json"])
@pytest.mark.parametrize("text", ["", "no JSON\n"])
async def test_blocks_are_written_into_no_other_files(
    engines: Engines, server: ScriptedServer, name: str, text: str
) -> None:
    server.script.replace([Step(answer={"edits": [{"region": "+", "new_text": TOPIC}], "note": "ok"}, repeat=True)])
    unit = Unit((Document("file:///nowhere/main.tf", MAIN), Document(f"file:///nowhere/{name}", text)))
    for provider, engine in engines.items():
        analysis, asked = await engine.analyze(unit, Language.TERRAFORM), len(server.exchanges)
        for run in (engine.generate, engine.change):
            outcome = await run(analysis, IntentTask("a topic", f"file:///nowhere/{name}", len(text)))
            assert (outcome.stop, outcome.changed) == (Stop.STALLED, False), provider
            assert outcome.message == f"Terraform is written into .tf files, and {name} is none."
        assert len(server.exchanges) == asked


@pytest.mark.parametrize("answer", [{"text": PROSE}, {"text": ""}, {"answer": {"edits": [], "note": "fine"}}])
async def test_a_repair_that_a_model_cannot_make(engines: Engines, server: ScriptedServer, answer: Any) -> None:
    server.script.replace([Step(**answer, repeat=True)])
    text = MAIN.replace("name", "delay_seconds").replace('"jobs"\n', '"rather long"\n')
    unit = Unit((Document("file:///nowhere/main.tf", text),))
    analysis = await engines["anthropic"].analyze(unit, Language.TERRAFORM)
    assert analysis.wrong
    outcome = await engines["anthropic"].repair(analysis, unsafe=True, model=True)
    assert outcome.stop in (Stop.STALLED, Stop.BUDGET)
    assert not outcome.changed
    assert outcome.message.endswith(".")


async def test_a_topic_is_written(engines: Engines, server: ScriptedServer) -> None:
    """The table above would pass with a loop that never writes anything."""
    server.script.replace([Step(answer={"edits": [{"region": "+", "new_text": TOPIC}], "note": "ok"})])
    unit = Unit((Document("file:///nowhere/main.tf", MAIN),))
    analysis = await engines["anthropic"].analyze(unit, Language.TERRAFORM)
    outcome = await engines["anthropic"].generate(analysis, IntentTask("a topic", unit.main.uri, len(MAIN)))
    assert outcome.unit.main.text == f"{MAIN}\n{TOPIC}\n"
