"""What is asked for beside a block of a template that cannot be read is written, and that block stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lsp_server.analysis import Analysis
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import apply_edits
from lsp_server.core.fix import Applicability
from lsp_server.dialects.base import Language
from lsp_server.engine import Engine
from lsp_server.repair.beside_unread import beside_unread
from lsp_server.repair.ledger import Budget
from lsp_server.repair.loop import Run
from lsp_server.repair.outcome import Outcome, Stop
from lsp_server.repair.proposer import IntentTask, Place, Proposal
from lsp_server.repair.verify import Verifier

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASES = msgspec.yaml.decode((Path(__file__).parent / "beside_unread.yaml").read_bytes())
MARK = "▶"
BLOCKS = {
    "fine": "  R{n}:\n    Type: AWS::SNS::Topic\n",
    "quote": '  R{n}:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: "open\n',
    "list": "  R{n}:\n    Type: AWS::SNS::Topic\n\n    Properties:\n      Tags: [\n",
    "word": "  R{n}\n",
    "key": "  R{n}:\n    Type: AWS::SNS::Topic\n    Properties:\n      Topic\n      TopicName: a\n",
    "tab": "  R{n}:\n    Type: AWS::SNS::Topic\n\tProperties:\n",
}


def document_of(text: str) -> Document:
    return Document("file:///nowhere/t.json" if text.startswith("{") else "file:///nowhere/t.yaml", text)


async def generated(templates: Engine, words: str, marked: str) -> Outcome:
    """What comes of the words at the mark, or at the end of the text."""
    at = marked.find(MARK)
    document = document_of(marked.replace(MARK, ""))
    analysis = await templates.analyze(Unit((document,)), Language.CLOUDFORMATION)
    return await templates.generate(analysis, IntentTask(words, document.uri, at if at >= 0 else len(marked)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_what_is_asked_for_is_written_beside_it(templates: Engine, case: Any) -> None:
    outcome = await generated(templates, case.get("words", "an SQS queue"), case["before"])
    assert outcome.stop is Stop.CLEAN, outcome.message
    assert outcome.unit.main.text == case["after"]
    assert apply_edits(outcome.before.unit.main.text, outcome.edits) == case["after"]
    assert outcome.message.endswith(f"Left out when this was verified, as it cannot be read yet: {case['broken']}.")
    assert str(outcome.evidence).startswith("linted by cfn-lint · 0 introduced")
    assert not outcome.evidence.clean


@pytest.mark.parametrize(
    ("marked", "why"),
    [
        ("Resources:\n  A:\n    Type: AWS::SNS::Topic\n---\n", "expected a single document"),
        ("Resources: {A: {Type: AWS::SNS::Topic}, B: {\n", "did not find expected node content"),
        ('{"Resources": {"A": {"Type": "AWS::SNS::Topic"}, "B": {"Type": "AWS::SNS::Top}}}\n', "unexpected end"),
        ("Resources:\n  A:\n    Type: 'B::C::D\n    Properties: &p\n  B:\n    Properties: *p\n", "unexpected end"),
        ('Resources:\n  A:\n    Type: AWS::SNS::Topic\n▶    Properties:\n      TopicName: "open\n', "unexpected end"),
    ],
    ids=["another document", "YAML in a line", "JSON in a line", "an anchor in it", "within the block"],
)
async def test_where_nothing_can_be_judged_nothing_is_written(templates: Engine, marked: str, why: str) -> None:
    outcome = await generated(templates, "an SQS queue", marked)
    assert (outcome.stop, outcome.changed, outcome.attempts) == (Stop.STALLED, False, ())
    assert outcome.message.startswith("Nothing was written: the template cannot be read (E0000 ")
    assert why in outcome.message


async def test_what_is_selected_beside_it_is_changed(templates: Engine) -> None:
    queue = "  Queue:\n    Type: AWS::SQS::Queue\n"
    text = f'Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: "open\n{queue}'
    document = document_of(text)
    place = Place(document.uri, Span(text.index(queue), len(text)))
    analysis = await templates.analyze(Unit((document,)), Language.CLOUDFORMATION)
    outcome = await templates.change(analysis, IntentTask("encrypt it", document.uri, len(text), (place,)))
    assert outcome.unit.main.text == f"{text}    Properties:\n      SqsManagedSseEnabled: true\n"


async def test_what_is_selected_is_never_a_stand_in(templates: Engine) -> None:
    text = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: [\n"
    document = document_of(text)
    analysis = await templates.analyze(Unit((document,)), Language.CLOUDFORMATION)
    task = IntentTask("encrypt it", document.uri, len(text), (Place(document.uri, Span(11, len(text))),))
    outcome = await templates.change(analysis, task)
    assert outcome.unit.main.text == text.replace("[", "[]") + "      SqsManagedSseEnabled: true\n"
    assert "Fixed besides: Close the '['." in outcome.message


async def test_what_goes_away_on_purpose_does(templates: Engine) -> None:
    queue = "  Queue:  # mine\n    Type: AWS::SQS::Queue\n"
    text = f'Resources:\n{queue}  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: "open\n'
    document = document_of(text)
    before = await templates.analyze(Unit((document,)), Language.CLOUDFORMATION)
    verifier = Verifier(templates.dialect(Language.CLOUDFORMATION), templates.toolchain)

    async def delete(seen: Analysis) -> Outcome:
        run = Run(verifier, seen, Budget(), list)
        after = seen.unit.replacing([seen.unit.main.with_text(seen.unit.main.text.replace(queue, ""))])
        run.take(await verifier.analyze(after), Proposal("nobody", "Delete Queue", (), Applicability.UNSAFE))
        return run.outcome(Stop.CLEAN, ())

    outcome = await beside_unread(verifier, before, IntentTask("delete Queue", document.uri, len(text)), delete)
    assert (outcome.stop, outcome.unit.main.text) == (Stop.CLEAN, text.replace(queue, ""))


@settings(max_examples=30)
@given(data=st.data())
async def test_nothing_but_what_is_asked_for_comes_in(templates: Engine, data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(list(BLOCKS)), min_size=1, max_size=4))
    assume(set(kinds) != {"word"})  # which is what the section says then
    gaps = data.draw(st.lists(st.sampled_from(["", "\n", "  # mine\n"]), min_size=len(kinds), max_size=len(kinds)))
    blocks = [BLOCKS[kind].format(n=n) for n, kind in enumerate(kinds)]
    parts = [part for pair in zip(blocks, gaps, strict=True) for part in pair]
    where = data.draw(st.integers(0, len(kinds)))
    marked = "Resources:\n" + "".join(parts[: 2 * where]) + MARK + "".join(parts[2 * where :])
    outcome = await generated(templates, "an SQS queue", marked)
    text = marked.replace(MARK, "")
    assert outcome.stop is Stop.CLEAN, outcome.message
    assert all(block in outcome.unit.main.text for block in blocks)
    written = "".join(edit.text for edit in outcome.edits)
    assert "".join(written.split()) == "Queue:Type:AWS::SQS::Queue"
    assert all(edit.span.start == edit.span.end for edit in outcome.edits)
    assert outcome.before.unit.main.text == text
