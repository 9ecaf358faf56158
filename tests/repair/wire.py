"""A model behind a real socket, asked one question at a time, and what of each was on the wire."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

from lsp_server.core.document import Unit
from lsp_server.core.fix import Fix
from lsp_server.models.anthropic import AnthropicModel
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from lsp_server.repair.explainer import Describe, Interpretation
from lsp_server.repair.explanation import Explanation
from lsp_server.repair.model_explainer import ModelExplainer
from lsp_server.repair.model_proposer import ModelProposer
from lsp_server.repair.model_reviewer import ModelReviewer
from lsp_server.repair.proposer import Proposal, Refusal, Task

KEY = "sk-ant-" + "of-the-test-itself"


class Wire:
    """One event loop, one server and one model for all examples."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.server = ScriptedServer()
        self.runner.run(self.server.__aenter__())
        self.model = AnthropicModel(KEY, "claude-sonnet-5-5", base_url=self.server.url, max_retries=0)

    def ask(self, task: Task, answer: Any = "", **options: Any) -> tuple[Proposal | Refusal | None, str]:
        """What comes of one question, and the body that was on the wire."""
        before = len(self.server.exchanges)
        step = Step(text=answer) if isinstance(answer, str) else Step(answer=answer)
        self.server.script.replace([step])
        proposal = self.runner.run(ModelProposer(self.model, **options).propose(task))
        return proposal, "".join(exchange.body for exchange in self.server.exchanges[before:])

    def review(self, task: Task, before: Unit, **options: Any) -> str:
        """The body of the request that has what was written reviewed."""
        self.server.script.replace([Step(answer={"requirements": []})])
        self.runner.run(ModelReviewer(self.model, **options).review(task, before, ("a bucket",)))
        return self.server.exchanges[-1].body

    def explain(
        self,
        task: Task,
        answer: Any = None,
        *,
        fixes: tuple[Fix, ...] = (),
        describe: Describe | None = None,
        **options: Any,
    ) -> tuple[Interpretation, str]:
        """What a model says of the targets, and the body of the request. Raises ModelError where nobody is asked."""
        self.server.script.replace([Step(answer=answer or {"cause": "", "consequence": "", "remedy": ""})])
        told = [Explanation(target, (), "", fixes) for target in task.targets]
        known = describe or (lambda _, finding: Explanation(finding, (), "", ()))
        said = self.runner.run(ModelExplainer(self.model, **options).explain(task, told, known))
        return said, self.server.exchanges[-1].body

    def close(self) -> None:
        self.runner.run(self.model.close())
        self.runner.run(self.server.__aexit__())
        self.runner.close()


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def shown(body: str, region: str) -> str:
    """The text of a region as a request shows it, without the numbers of its lines."""
    prompt = json.loads(body)["messages"][0]["content"]
    found = re.search(rf'Region "{re.escape(region)}" of [^\n]*:\n<(text-\w+)>\n(.*?)\n</\1>', prompt, re.DOTALL)
    assert found, prompt
    return "\n".join(re.sub(r"^ *\d+ \| ", "", line) for line in found[2].split("\n"))
