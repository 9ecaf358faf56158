"""What was written is read once more: what a reader finds undone goes through the loop, and never does harm."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lsp_server.bootstrap import build_engine
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.models.base import Purpose
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from lsp_server.repair.outcome import Outcome
from lsp_server.repair.proposer import IntentTask, Place
from lsp_server.settings import ModelSettings, Settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

URI = "file:///nowhere/main.tf"
WORDS = "an SQS queue whose messages are kept for a fortnight"
REGION = "resource aws_sqs_queue.jobs"
SHORT = 'resource "aws_sqs_queue" "jobs" {\n}'
LONG = 'resource "aws_sqs_queue" "jobs" {\n  message_retention_seconds = 1209600\n}'
MET = {"requirement": "kept for a fortnight", "verdict": "met", "region": REGION, "why": "1209600 seconds"}
UNMET = {**MET, "verdict": "not_met", "why": "the retention is not set"}
UNSURE = {"requirement": "cheap", "verdict": "undecidable", "region": "", "why": "prices are elsewhere"}
REVIEW = "You review"
WRITE = "You repair and write"


def wrote(text: str, region: str = "+") -> Step:
    return Step(answer={"edits": [{"region": region, "new_text": text}], "note": ""}, when=WRITE)


def said(*remarks: dict[str, str]) -> Step:
    return Step(answer={"requirements": list(remarks)}, when=REVIEW)


async def run(
    server: ScriptedServer, *steps: Step, text: str = "", purpose: Purpose = Purpose.GENERATE, **options: Any
) -> tuple[Outcome, list[dict[str, Any]]]:
    """What comes of the words for a module, and what was asked of the model."""
    server.script.replace(steps)
    asked = len(server.exchanges)
    model = ModelSettings(provider="anthropic", base_url=server.url, retries=0, **{"review": True, **options})
    engine = build_engine(Settings(linters=("terraform-check",), model=model), key="k")
    try:
        analysis = await engine.analyze(Unit((Document(URI, text),)), Language.TERRAFORM)
        if text:
            selected = (Place(URI, Span(0, len(text))),)
            outcome = await engine.change(analysis, IntentTask("keep messages longer", URI, len(text), selected))
        else:
            outcome = await engine.generate(analysis, IntentTask(WORDS, URI, 0), purpose=purpose)
    finally:
        await engine.close()
    return outcome, [json.loads(exchange.body) for exchange in server.exchanges[asked:]]


async def test_what_a_reader_finds_undone_is_asked_for(server: ScriptedServer) -> None:
    outcome, asked = await run(server, wrote(SHORT), said(UNMET), wrote(LONG, REGION), said(MET))
    assert LONG in outcome.unit.main.text
    assert outcome.evidence.brief == "lint clean · intent 2 of 2"
    assert len(outcome.attempts) == 2
    assert outcome.usage.requests == len(asked) == 4
    again = asked[2]["messages"][0]["content"]
    assert "not-met: A review does not find done what the request asks for: kept for a fortnight" in again
    assert "main.tf:1 warning not-met" in again


async def test_what_is_undone_still_is_told(server: ScriptedServer) -> None:
    outcome, asked = await run(server, wrote(SHORT), said(UNMET), wrote(LONG, REGION), said(UNMET))
    assert SHORT in outcome.unit.main.text
    assert outcome.evidence.brief == "lint clean · intent 1 of 2"
    assert "Not found in what was written: kept for a fortnight (the retention is not set)." in outcome.message
    assert len(asked) == 4


async def test_what_nobody_has_reviewed_is_no_better_than_what_somebody_has(server: ScriptedServer) -> None:
    broken = Step(text="I am tired.", when=REVIEW)
    outcome, _ = await run(server, wrote(SHORT), said(UNMET), wrote(LONG, REGION), broken)
    assert SHORT in outcome.unit.main.text
    assert outcome.evidence.brief == "lint clean · intent 1 of 2"


async def test_what_no_text_can_show_is_told_and_not_counted(server: ScriptedServer) -> None:
    outcome, asked = await run(server, wrote(LONG), said(MET, UNSURE))
    assert outcome.evidence.brief == "lint clean · intent 2 of 2"
    assert "No text can show whether this is done: cheap (prices are elsewhere)." in outcome.message
    assert len(asked) == 2


async def test_a_change_is_reviewed_too(server: ScriptedServer) -> None:
    outcome, asked = await run(server, wrote(LONG, REGION), said(MET), text=SHORT + "\n")
    assert LONG in outcome.unit.main.text
    assert outcome.evidence.brief == "lint clean · intent 1 of 1"
    assert "keep messages longer" in asked[1]["messages"][0]["content"]


async def test_the_reader_sees_what_was_written_and_what_is_checked_and_no_more(server: ScriptedServer) -> None:
    other = 'resource "aws_sns_topic" "news" {\n  name = "quiet"\n}\n'
    text = f"{SHORT}\n\n{other}"
    _, asked = await run(server, wrote(LONG, REGION), said(MET), text=text)
    assert asked == asked[:2]
    shown = asked[1]["messages"][0]["content"]
    assert f'Region "{REGION}" of main.tf' in shown
    assert "message_retention_seconds = 1209600" in shown
    assert "quiet" not in shown
    _, asked = await run(server, wrote(LONG), said(MET))
    assert "aws_sqs_queue" in asked[1]["messages"][0]["content"].split("Checked already:")[1]


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (Step(text="It looks good to me.", when=REVIEW), "could not be read"),
        (Step(answer={"requirements": [{"requirement": 1}]}, when=REVIEW), "could not be read"),
        (Step(status=529, repeat=True, when=REVIEW), "overloaded"),
        (Step(answer={"requirements": []}, fault="cut", when=REVIEW), "broke off"),
    ],
    ids=["words", "another form", "overloaded", "cut"],
)
async def test_without_a_review_the_result_is_shown_all_the_same(server: ScriptedServer, step: Step, says: str) -> None:
    outcome, _ = await run(server, wrote(SHORT), step)
    assert SHORT in outcome.unit.main.text
    assert outcome.evidence.brief == "lint clean · intent 1 of 1"
    assert outcome.message.startswith("No review: ")
    assert says in outcome.message
    assert outcome.usage.requests == (2 if says == "could not be read" else 1)


async def test_a_review_costs_no_more_than_is_left(server: ScriptedServer) -> None:
    dear = Step(answer=wrote(SHORT).answer, when=WRITE, usage={"input_tokens": 29_900, "output_tokens": 20})
    outcome, asked = await run(server, dear, said(MET))
    assert sum("stream" in body for body in asked) == 1  # the other one asks how many tokens it would be
    assert "No review: The next request would cost" in outcome.message
    assert outcome.changed


async def test_nobody_reviews_while_somebody_types_nor_unasked(server: ScriptedServer) -> None:
    _, asked = await run(server, wrote(SHORT), said(MET), purpose=Purpose.GHOST_TEXT)
    assert len(asked) == 1
    _, asked = await run(server, wrote(SHORT), said(MET), review=False)
    assert len(asked) == 1


async def test_the_stronger_model_reviews_where_one_is_named(server: ScriptedServer) -> None:
    _, asked = await run(server, wrote(LONG), said(MET), name="claude-sonnet-5-5", strong="claude-opus-5-5")
    assert [body["model"] for body in asked] == ["claude-sonnet-5-5", "claude-opus-5-5"]


async def test_what_a_reader_says_is_text_on_one_line_without_orders(server: ScriptedServer) -> None:
    long = {**UNMET, "requirement": "a\n\nb " + "c" * 900, "region": "/etc/passwd"}
    outcome, _ = await run(server, wrote(SHORT), said(long, long), wrote(LONG, REGION), said(long))
    assert "\n" not in outcome.message
    assert len(outcome.message) < 900
