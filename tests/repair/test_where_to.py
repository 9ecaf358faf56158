"""Where what is written for a request goes in a template that holds little or nothing."""

from __future__ import annotations

import json

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.engine import Engine
from lsp_server.repair.outcome import Stop
from lsp_server.repair.proposer import IntentTask

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def written(templates: Engine, name: str, text: str) -> str:
    """The text with a queue, which is all that has been asked for, and clean."""
    document = Document(f"file:///nowhere/{name}", text)
    analysis = await templates.analyze(Unit((document,)), Language.CLOUDFORMATION)
    outcome = await templates.generate(analysis, IntentTask("an SQS queue", document.uri, len(text)))
    assert outcome.stop is Stop.CLEAN, outcome.message
    assert outcome.after.clean
    assert outcome.evidence.intent == (1, 1)
    return outcome.unit.main.text


@pytest.mark.parametrize("text", ["", "# to come\n", "\ufeff"])
async def test_a_new_template_begins_in_an_empty_file(templates: Engine, text: str) -> None:
    after = await written(templates, "t.yaml", text)
    assert after.startswith(text)
    assert after.endswith("Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n")


@pytest.mark.parametrize("text", ["", "\n\n"])
async def test_a_new_template_in_json_is_json(templates: Engine, text: str) -> None:
    after = await written(templates, "t.json", text)
    assert after.startswith(text)
    assert json.loads(after)["Resources"] == {"Queue": {"Type": "AWS::SQS::Queue"}}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Resources: {}\n", "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n"),
        (
            "AWSTemplateFormatVersion: '2010-09-09'\r\nResources: {} # none\r\n",
            "AWSTemplateFormatVersion: '2010-09-09'\r\nResources: # none\r\n  Queue:\r\n    Type: AWS::SQS::Queue\r\n",
        ),
        (
            "Resources: {Topic: {Type: AWS::SNS::Topic}}\n",
            'Resources: {Topic: {Type: AWS::SNS::Topic},\n  "Queue": { "Type": "AWS::SQS::Queue" }}\n',
        ),
    ],
    ids=["nothing", "nothing, and why", "braces"],
)
async def test_a_section_takes_a_resource_however_it_is_written(templates: Engine, text: str, wanted: str) -> None:
    assert await written(templates, "t.yaml", text) == wanted
