"""An engine for the language of words, its model behind a real socket, and runs that are cancelled where one likes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from lsp_server.analysis import Analysis, Toolchain
from lsp_server.core.document import Span
from lsp_server.dialects.base import Language
from lsp_server.engine import Engine
from lsp_server.fixers.base import FixerTable
from lsp_server.models.anthropic import AnthropicModel
from lsp_server.models.base import Purpose
from lsp_server.models.recording import RecordingModel
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from lsp_server.repair.ledger import Budget
from lsp_server.repair.model_explainer import ModelExplainer
from lsp_server.repair.model_proposer import strategies
from lsp_server.repair.outcome import Outcome
from lsp_server.repair.proposer import IntentTask, Place

from .words import URI, WordLinter, Words, judged

TEXT = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: bad-queue\n"
WAYS = ("repair", "generate", "change", "ghost text")
_EDITS = {
    "Resources/Queue": TEXT.removeprefix("Resources:\n").replace("bad-queue", "göod-queue"),
    "Resources/+": "Topic:\n  Type: AWS::SNS::Topic\n",
}


@dataclass
class Rig:
    """`run` asks in one of `WAYS`. The text is judged once."""

    engine: Engine
    server: ScriptedServer
    linter: WordLinter
    before: Analysis

    async def run(self, way: str) -> Outcome:
        if way == "repair":
            return await self.engine.repair(self.before, unsafe=True, model=True)
        if way == "change":
            selected = (Place(URI, Span(TEXT.index("  Queue"), len(TEXT))),)
            return await self.engine.change(self.before, IntentTask("call it better", URI, len(TEXT), selected))
        task = IntentTask("a topic", URI, len(TEXT))
        purpose = Purpose.GENERATE if way == "generate" else Purpose.GHOST_TEXT
        return await self.engine.generate(self.before, task, purpose=purpose)

    async def explain(self) -> str:
        """What the model says of what is found, as it is shown."""
        told = [self.engine.explained(self.before, finding, ()) for finding in self.before.diagnostics]
        return await self.engine.interpreted(self.before, told)

    def plays(self, *steps: Step) -> None:
        self.server.script.replace(steps)


EXPLAINED = {
    "cause": "`bad-queue` is not a göod name.",
    "consequence": "`Queue` is created with it.",
    "remedy": "Write another `QueueName`.",
}


def good(way: str) -> str:
    """An answer that is taken."""
    if way == "explain":
        return json.dumps(EXPLAINED, ensure_ascii=False)
    region = "Resources/Queue" if way in ("repair", "change") else "Resources/+"
    edits = [{"region": region, "new_text": _EDITS[region]}]
    return json.dumps({"edits": edits, "note": "done"}, ensure_ascii=False)


@asynccontextmanager
async def rigged(*, attempts: int = 3, **options: Any) -> AsyncIterator[Rig]:
    """A rig; `options` are those of the model."""
    linter = WordLinter()
    async with ScriptedServer() as server:
        model = RecordingModel(AnthropicModel("k", "claude-sonnet-5-5", base_url=server.url, **options))
        engine = Engine(
            dialects=(Words(),),
            toolchain=Toolchain((linter,)),
            fixers={Language.CLOUDFORMATION: FixerTable([])},
            advisers={},
            refactorings={},
            proposers=lambda purpose: strategies(model, purpose),
            model_name="anthropic",
            budget=Budget(attempts=attempts),
            model=model,
            explainer=lambda: ModelExplainer(model),
        )
        try:
            yield Rig(engine, server, linter, await judged(TEXT, linter))
        finally:
            await engine.close()


class Interrupted:
    """Awaits a coroutine and cancels the task that does at its `at`-th suspension (0: never).

    `count` is how many it had.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Any], at: int = 0) -> None:
        self.count = 0
        self._coroutine = coroutine
        self._at = at

    def __await__(self) -> Generator[Any, None, Any]:
        error: BaseException | None = None
        while True:
            try:
                waited = self._coroutine.send(None) if error is None else self._coroutine.throw(error)
            except StopIteration as end:
                return end.value
            error = None
            self.count += 1
            if self.count == self._at:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                yield waited
            except BaseException as thrown:  # noqa: BLE001 - all is the coroutine's
                error = thrown


async def interrupted(coroutine: Coroutine[Any, Any, Any], at: int = 0) -> tuple[int, Any]:
    """How often a coroutine was suspended, and what it returned. Raises CancelledError where it was cancelled."""
    run = Interrupted(coroutine, at)
    result = await run
    return run.count, result
