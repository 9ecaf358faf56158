"""What a model changes is warned of like a fix, by the engine as it is wired and the real cfn-lint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lsp_server.bootstrap import build_engine
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.models.scripted import ScriptedModel, Step
from lsp_server.repair.model_proposer import ModelProposer
from lsp_server.settings import Settings

TOPIC = "  Topic:\n    Type: AWS::SNS::Topic\n    Properties: {TopicName: jobs, DisplayName: Jobs}\n"
WARNING = "which replaces the resource 'Topic'"


@pytest.mark.asyncio
@pytest.mark.parametrize(("name", "warned"), [("work", True), ("jobs", False)])
async def test_a_model_that_changes_what_is_only_set_at_creation(tmp_path: Path, name: str, warned: bool) -> None:
    answer = {"edits": [{"region": "Resources/Topic", "new_text": TOPIC.replace("jobs", name).rstrip()}], "note": "So."}
    engine = build_engine(Settings(), roots=[tmp_path])
    engine = replace(engine, proposers=lambda _: [ModelProposer(ScriptedModel(Step(answer=answer)))])
    document = Document((tmp_path / "template.yaml").as_uri(), "Resources:\n" + TOPIC.replace("DisplayName", "Xyzzy"))
    outcome = await engine.repair(
        await engine.analyze(Unit((document,)), Language.CLOUDFORMATION), unsafe=False, model=True
    )
    await engine.close()
    assert f"TopicName: {name}, DisplayName" in outcome.unit.main.text
    (attempt,) = outcome.attempts
    assert (WARNING in attempt.title) is warned
    assert (WARNING in outcome.message) is warned
