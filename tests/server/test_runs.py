"""The loop over the protocol: progress, cancellation, outdated texts, what was tried and what was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp_server.models.base import Usage
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from lsp_server.models.spending import Spending
from tests.server.editor import PATIENCE, Editor, plain

pytestmark = pytest.mark.asyncio(loop_scope="session")

CANCELLED, MODIFIED = -32800, -32801
KEY = "sk-ant-of-a-test"

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: rather long
"""
WISH = TEMPLATE.replace("rather long", "5") + "  # an alarm bell in the shape of a queue\n"
GOOD = "Queue:\n  Type: AWS::SQS::Queue\n  Properties:\n    DelaySeconds: 5"
BAD = GOOD.replace("5", "longer")
REPAIRED = TEMPLATE.replace("rather long", "5")

MODULE = 'resource "aws_sqs_queue" "jobs" {\n  delay_seconds = "rather long"\n}\n'
GOOD_BLOCK = 'resource "aws_sqs_queue" "jobs" {\n  delay_seconds = 5\n}'


def writes(region: str, text: str, **more: Any) -> Step:
    return Step(answer={"edits": [{"region": region, "new_text": text}], "note": ""}, **more)


@pytest_asyncio.fixture(loop_scope="session")
async def model() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        yield server


async def with_model(tuned: Editor, model: ScriptedServer) -> Editor:
    settings = {"model": {"provider": "anthropic", "baseUrl": model.url, "retries": 0}}
    editor = tuned
    await editor.configure(settings)
    editor.client.protocol.notify("lintel/key", {"key": KEY})
    return editor


def uses(editor: Editor) -> int:
    """How many requests the session has made so far."""
    said = [plain(p) for m, p in editor.heard if m == "lintel/status"]
    return int(said[-1]["session"]["requests"]) if said else 0


def document(editor: Editor, uri: str, **more: Any) -> dict[str, Any]:
    return {"textDocument": {"uri": uri, "version": editor.versions[uri]}, **more}


def whole(editor: Editor, uri: str, words: str) -> dict[str, Any]:
    at = editor.texts[uri].index(words)
    ends = editor.place(uri, at), editor.place(uri, at + len(words))
    start, end = ({"line": place.line, "character": place.character} for place in ends)
    return {"start": start, "end": end}


async def test_a_model_repairs_a_finding_with_progress(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    model.script.replace([writes("Resources/Queue", BAD), writes("Resources/Queue", GOOD)])
    editor = await with_model(tuned, model)
    before, sent_before = uses(editor), len((await editor.ask("lintel/trace", {}))["requests"])
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    params = document(editor, uri, range=whole(editor, uri, "rather long"), workDoneToken="t1")
    result = await editor.ask("lintel/repair", params)
    assert result["stop"] == "clean"
    assert "E3012 cleared · 0 introduced" in result["evidence"]
    assert result["applicability"] == "unsafe"
    assert result["documents"] == [{"uri": uri, "version": 1, "text": REPAIRED}]
    assert result["edit"]["documentChanges"][0]["textDocument"] == {"uri": uri, "version": 1}
    told = [plain(p) for m, p in editor.heard if m == types.PROGRESS and p.token == "t1"]
    assert [t["value"]["kind"] for t in told][:1] == ["begin"]
    assert [t["value"]["kind"] for t in told][-1] == "end"
    messages = [t["value"].get("message", "") for t in told]
    assert any("attempt 1 of 3 · 1 finding left" in m for m in messages)
    assert any("attempt 2 of 3" in m for m in messages)

    tried = (await editor.ask("lintel/attempts", {"uri": uri}))["attempts"]
    assert [a["accepted"] for a in tried][-2:] == [False, True]
    assert tried[-2]["feedback"]
    assert "+      DelaySeconds: 5" in tried[-1]["diff"]

    sent = (await editor.ask("lintel/trace", {}))["requests"][sent_before:]
    assert [r["request"] for r in sent] == [json.loads(body) for body in model.requests]
    assert KEY not in json.dumps(sent)
    assert "DelaySeconds: 5" in sent[1]["response"]
    # what the test before has used may be told only after this one has begun
    status = await editor.status(lambda s: s["session"]["requests"] >= before + 2)
    assert status["session"]["inputTokens"] >= 200
    assert status["session"]["cost"] > 0


async def test_a_model_repairs_a_module(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    model.script.replace([writes("resource aws_sqs_queue.jobs", GOOD_BLOCK)])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "main.tf", MODULE)
    await editor.findings(uri, bool)
    result = await editor.ask("lintel/repair", document(editor, uri))
    assert result["stop"] == "clean"
    assert result["documents"][0]["text"] == GOOD_BLOCK + "\n"


async def test_what_is_selected_is_changed_as_a_sentence_says(
    tuned: Editor, model: ScriptedServer, tmp_path: Path
) -> None:
    slow = GOOD_BLOCK.replace("= 5", "= 9")
    model.script.replace([writes("resource aws_sqs_queue.jobs", slow)])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "main.tf", GOOD_BLOCK + "\n")
    params = document(editor, uri, range=whole(editor, uri, "delay_seconds"), words="a delay of 9 seconds")
    result = await editor.ask("lintel/change", params)
    assert (result["stop"], result["documents"][0]["text"]) == ("clean", slow + "\n")
    assert result["edit"]["documentChanges"][0]["textDocument"] == {"uri": uri, "version": 1}


async def test_nothing_is_changed_in_another_version_or_without_words(
    tuned: Editor, model: ScriptedServer, tmp_path: Path
) -> None:
    model.script.replace([])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "main.tf", GOOD_BLOCK + "\n")
    selected = whole(editor, uri, "delay_seconds")
    result = await editor.ask("lintel/change", document(editor, uri, range=selected, words="  "))
    assert (result["stop"], result["edit"]) == ("stalled", None)
    assert "says nothing" in result["message"]
    editor.replace(uri, "5", "6")
    old = {"textDocument": {"uri": uri, "version": 1}, "range": selected, "words": "slower"}
    with pytest.raises(JsonRpcException) as failure:
        await editor.ask("lintel/change", old)
    assert failure.value.code == MODIFIED
    with pytest.raises(JsonRpcException, match="range"):
        await editor.ask("lintel/change", document(editor, uri, words="slower"))


async def test_cancelling_closes_the_connection(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    model.script.replace([writes("Resources/Queue", GOOD, hold="middle", repeat=True)])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    request, answer = editor.request("lintel/repair", document(editor, uri, workDoneToken="t2"))
    await asyncio.wait_for(model.until(lambda m: any(e.held for e in m.exchanges)), PATIENCE)
    await editor.status(lambda s: s["model"]["state"] == "running")
    editor.cancel(request)
    with pytest.raises(JsonRpcException) as failure:
        await asyncio.wait_for(answer, PATIENCE)
    assert failure.value.code == CANCELLED
    await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)
    assert model.exchanges[0].closed_by_client
    await editor.until(types.PROGRESS, lambda p: p.token == "t2" and plain(p)["value"]["kind"] == "end")

    # the button of the progress notification does the same
    request, answer = editor.request("lintel/repair", document(editor, uri, workDoneToken="t3"))
    await asyncio.wait_for(model.until(lambda m: m.open == 1), PATIENCE)
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams("t3"))
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(answer, PATIENCE)
    await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)


async def test_a_change_ends_a_run_that_nobody_can_use(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    model.script.replace([writes("Resources/Queue", GOOD, hold="middle")])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    _, answer = editor.request("lintel/repair", document(editor, uri))
    await asyncio.wait_for(model.until(lambda m: any(e.held for e in m.exchanges)), PATIENCE)
    editor.replace(uri, "Resources:\n", "Resources:\n  # typed\n")
    with pytest.raises(JsonRpcException) as failure:
        await asyncio.wait_for(answer, PATIENCE)
    assert failure.value.code == MODIFIED
    await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)


async def test_a_change_beside_it_ends_a_run_on_a_module(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    model.script.replace([writes("resource aws_sqs_queue.jobs", GOOD_BLOCK, hold="middle")])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "main.tf", MODULE)
    beside = editor.open(tmp_path / "variables.tf", "# nothing yet\n")
    await editor.findings(uri, bool)
    _, answer = editor.request("lintel/repair", document(editor, uri))
    await asyncio.wait_for(model.until(lambda m: any(e.held for e in m.exchanges)), PATIENCE)
    editor.replace(beside, "nothing", "something")
    with pytest.raises(JsonRpcException) as failure:
        await asyncio.wait_for(answer, PATIENCE)
    assert failure.value.code == MODIFIED
    await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)


async def test_one_run_at_a_time_works_for_a_document(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    model.script.replace([writes("Resources/Queue", GOOD, hold="middle", repeat=True)])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    other = editor.open(tmp_path / "other.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    await editor.findings(other, bool)
    first, answer = editor.request("lintel/repair", document(editor, uri))
    await asyncio.wait_for(model.until(lambda m: m.open == 1), PATIENCE)
    with pytest.raises(JsonRpcException, match=r"a run on template\.yaml is under way: wait for it, or cancel it"):
        await editor.ask("lintel/repair", document(editor, uri))
    beside, answer_beside = editor.request("lintel/repair", document(editor, other))
    await asyncio.wait_for(model.until(lambda m: m.open == 2), PATIENCE)
    editor.cancel(first)
    again, answer_again = editor.request("lintel/repair", document(editor, uri))
    await asyncio.wait_for(model.until(lambda m: len(m.exchanges) == 3 and m.open == 2), PATIENCE)
    editor.cancel(again)
    editor.cancel(beside)
    for ended in (answer, answer_again, answer_beside):
        with pytest.raises(JsonRpcException, match="cancelled"):
            await asyncio.wait_for(ended, PATIENCE)
    await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)


async def test_what_is_asked_for_ends_what_nobody_asked_for(
    tuned: Editor, model: ScriptedServer, tmp_path: Path
) -> None:
    model.script.replace([writes("Resources/+", "Bell:\n  Type: AWS::SQS::Queue", hold="middle", repeat=True)])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "template.yaml", WISH)
    at = editor.after(uri, "shape of a queue")
    ghost = asyncio.ensure_future(editor.ghost(uri, at))
    await asyncio.wait_for(model.until(lambda m: m.open == 1), PATIENCE)
    asked, answer = editor.request("lintel/generate", document(editor, uri, position=plain(at)))
    assert await asyncio.wait_for(ghost, PATIENCE) == []
    await asyncio.wait_for(model.until(lambda m: len(m.exchanges) == 2 and m.open == 1), PATIENCE)
    assert await editor.ghost(uri, at) == []
    assert len(model.exchanges) == 2
    editor.cancel(asked)
    with pytest.raises(JsonRpcException, match="cancelled"):
        await asyncio.wait_for(answer, PATIENCE)
    await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)


async def test_only_settings_that_concern_a_run_end_it(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    model.script.replace([writes("Resources/Queue", GOOD, hold="middle", repeat=True)])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    _, answer = editor.request("lintel/repair", document(editor, uri))
    await asyncio.wait_for(model.until(lambda m: any(e.held for e in m.exchanges)), PATIENCE)
    await editor.configure({**editor.settings, "ghostText": {"enabled": False}})
    assert model.open == 1
    await editor.configure({**editor.settings, "model": {**editor.settings["model"], "maxAttempts": 1}})
    with pytest.raises(JsonRpcException, match="settings have changed") as failure:
        await asyncio.wait_for(answer, PATIENCE)
    assert failure.value.code == MODIFIED
    await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)


@pytest.mark.parametrize(
    ("provider", "hint", "wants_key"),
    [("auto", "Lintel: Set API key", True), ("none", "lintel.model.provider is none", False)],
)
async def test_a_repair_without_a_model_says_so(
    tuned: Editor, tmp_path: Path, provider: str, hint: str, wants_key: bool
) -> None:
    await tuned.configure({"model": {"provider": provider}})
    tuned.client.protocol.notify("lintel/key", {"key": None})
    uri = tuned.open(tmp_path / "template.yaml", TEMPLATE)
    result = await tuned.ask("lintel/repair", document(tuned, uri))
    assert (result["edit"], result["wantsKey"]) == (None, wants_key)
    assert hint in result["message"]
    fixed = tuned.open(tmp_path / "other.yaml", TEMPLATE.replace("DelaySeconds: rather long", "DelaySecond: 5"))
    result = await tuned.ask("lintel/repair", document(tuned, fixed))
    assert result["edit"] is not None
    assert hint in result["message"]


@pytest.mark.parametrize("method", ["lintel/repair", "lintel/generate"])
async def test_another_version_is_refused(shared: Editor, tmp_path: Path, method: str) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    old = document(shared, uri, position={"line": 6, "character": 4})
    shared.replace(uri, "rather", "very")
    for params in (old, {**old, "textDocument": {"uri": uri + ".gone", "version": 1}}):
        with pytest.raises(JsonRpcException) as failure:
            await shared.ask(method, params)
        assert failure.value.code == MODIFIED


async def test_wrong_parameters_are_refused(shared: Editor) -> None:
    for method in ("lintel/repair", "lintel/generate", "lintel/attempts"):
        with pytest.raises(JsonRpcException) as failure:
            await shared.ask(method, {"textDocument": 5})
        assert failure.value.code == -32602


@pytest.mark.parametrize("place", [{"line": -1, "character": 0}, {"line": 0, "character": 2**31}])
async def test_places_that_no_editor_has_are_refused(shared: Editor, tmp_path: Path, place: dict[str, int]) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    span = {"start": place, "end": place}
    for method, params in (
        ("lintel/repair", document(shared, uri, range=span)),
        ("lintel/generate", document(shared, uri, position=place, intent="a queue")),
        ("lintel/change", document(shared, uri, range=span, words="a queue")),
        ("lintel/explain", document(shared, uri, position=place)),
    ):
        with pytest.raises(JsonRpcException) as failure:
            await shared.ask(method, params)
        assert failure.value.code == -32602


@pytest.mark.parametrize(
    ("name", "text", "holds"),
    [
        ("template.yaml", TEMPLATE.replace("rather long", "5"), "AWS::S3::Bucket"),
        ("main.tf", "# nothing yet\n", 'resource "aws_s3_bucket"'),
        ("empty.tf", "", 'resource "aws_s3_bucket"'),
        ("empty.yaml", "", "AWS::S3::Bucket"),
    ],
)
async def test_a_description_becomes_a_block(shared: Editor, tmp_path: Path, name: str, text: str, holds: str) -> None:
    uri = shared.open(tmp_path / name, text)
    place = shared.place(uri, len(text))
    params = document(
        shared,
        uri,
        position={"line": place.line, "character": place.character},
        intent="an S3 bucket with versioning",
        workDoneToken=f"g-{name}",
    )
    result = await shared.ask("lintel/generate", params)
    assert result["stop"] == "clean"
    assert holds in result["documents"][0]["text"]
    assert text.strip() in result["documents"][0]["text"]
    assert [c["textDocument"]["version"] for c in result["edit"]["documentChanges"]] == [1]
    kinds = [plain(p)["value"]["kind"] for m, p in shared.heard if m == types.PROGRESS and p.token == f"g-{name}"]
    assert (kinds[0], kinds[-1]) == ("begin", "end")


async def test_a_comment_becomes_a_block(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", "# an S3 bucket with versioning\n")
    result = await shared.ask("lintel/generate", document(shared, uri, position={"line": 0, "character": 4}))
    assert result["documents"][0]["text"].startswith("# an S3 bucket with versioning\n")
    uri = shared.open(tmp_path / "other.tf", "locals {\n}\n")
    with pytest.raises(JsonRpcException):
        await shared.ask("lintel/generate", document(shared, uri, position={"line": 0, "character": 4}))


async def test_nothing_that_introduces_findings_is_shown(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    worse = GOOD + "\n    NoSuchProperty: 1"
    model.script.replace([writes("Resources/Queue", worse, repeat=True)])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    result = await editor.ask("lintel/repair", document(editor, uri))
    text = result["documents"][0]["text"] if result["documents"] else TEMPLATE
    assert "NoSuchProperty" not in text
    assert result["message"]


@pytest.mark.parametrize(
    ("step", "words"),
    [(Step(status=401, message="invalid x-api-key", repeat=True), "key"), (Step(status=529, repeat=True), "")],
)
async def test_a_model_that_fails_is_told(
    tuned: Editor, model: ScriptedServer, tmp_path: Path, step: Step, words: str
) -> None:
    model.script.replace([step])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    result = await editor.ask("lintel/repair", document(editor, uri))
    assert result["edit"] is None
    assert words in result["message"].lower()
    status = await editor.status(lambda s: s["model"]["state"] == "unavailable")
    assert status["model"]["reason"]


async def test_the_key_comes_and_goes(tuned: Editor, model: ScriptedServer) -> None:
    await tuned.configure({"model": {"baseUrl": model.url}})
    for key, name in ((None, "offline"), (KEY, "anthropic"), (None, "offline")):
        tuned.client.protocol.notify("lintel/key", {"key": key})
        await tuned.status(lambda s, name=name: s["model"]["name"] == name)


async def test_ghost_text_of_a_model_is_ended_by_a_change(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    new = writes("+ Resources", "Bell:\n  Type: AWS::SQS::Queue", hold="middle", repeat=True)
    model.script.replace([new])
    editor = await with_model(tuned, model)
    await editor.configure({"model": {**editor.settings["model"], "fast": "claude-quick"}})
    uri = editor.open(tmp_path / "template.yaml", WISH)
    asked = asyncio.create_task(editor.ghost(uri, editor.after(uri, "shape of a queue")))
    await asyncio.wait_for(model.until(lambda m: any(e.held for e in m.exchanges)), PATIENCE)
    editor.replace(uri, "Resources:\n", "Resources:\n  # typed\n")  # an editor that does not cancel
    assert await asked == []
    assert [json.loads(body)["model"] for body in model.requests] == ["claude-quick"]
    await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)


async def test_ghost_text_of_a_model_is_cancelled_by_typing(
    tuned: Editor, model: ScriptedServer, tmp_path: Path
) -> None:
    new = writes("+ Resources", "Bell:\n  Type: AWS::SQS::Queue", hold="middle", repeat=True)
    model.script.replace([new])
    editor = await with_model(tuned, model)
    uri = editor.open(tmp_path / "template.yaml", WISH)
    at = editor.after(uri, "shape of a queue")
    context = types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic)
    params = types.InlineCompletionParams(context, types.TextDocumentIdentifier(uri), at)
    request, answer = editor.request(types.TEXT_DOCUMENT_INLINE_COMPLETION, params)
    await asyncio.wait_for(model.until(lambda m: any(e.held for e in m.exchanges)), PATIENCE)
    editor.cancel(request)
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(answer, PATIENCE)
    await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)


async def test_what_was_spent_today_counts_other_processes_and_a_limit_is_told(
    tuned: Editor, model: ScriptedServer, tmp_path: Path
) -> None:
    model.script.replace([writes("Resources/Queue", GOOD, repeat=True)])
    editor = await with_model(tuned, model)
    Spending().add(Usage(1, 1000, 10, cost=3.0))  # in this process, another than the server's
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    assert (await editor.ask("lintel/repair", document(editor, uri)))["stop"] == "clean"
    status = await editor.status(lambda s: s["today"]["cost"] >= 3)
    assert status["session"]["cost"] < status["today"]["cost"]
    (day,) = (await editor.ask("lintel/usage", {}))["days"]
    assert " sessions" in day
    assert float(day.partition("$")[2].split()[0]) >= 3  # other tests spend as well
    asked = len(model.requests)
    await editor.configure({"model": {**editor.settings["model"], "dailyLimit": 3}})
    other = editor.open(tmp_path / "other.yaml", TEMPLATE)
    result = await editor.ask("lintel/repair", document(editor, other))
    assert result["edit"] is None
    assert "The limit of $3.00 a day (lintel.model.dailyLimit) is reached" in result["message"]
    assert len(model.requests) == asked
