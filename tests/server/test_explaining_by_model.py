"""A model's part of an explanation: asked for apart, ended by what outdates it, and in nobody's way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from tests.server.conftest import StartEditor
from tests.server.editor import CAPABILITIES, PATIENCE, Editor
from tests.server.test_code_actions import fixes
from tests.server.test_explaining import EXPLAIN, asked
from tests.server.test_runs import (
    CANCELLED,
    GOOD_BLOCK,
    KEY,
    MODIFIED,
    MODULE,
    TEMPLATE,
    document,
    uses,
    with_model,
    writes,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAID = {
    "cause": "`delay_seconds` takes a number.",
    "consequence": "`terraform plan` fails.",
    "remedy": "Write a number into `jobs`.",
}
ASKS = "You explain"


def says(**more: Any) -> Step:
    return Step(answer=SAID, when=ASKS, **more)


@pytest_asyncio.fixture(loop_scope="session")
async def model() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        yield server


async def opened(tuned: Editor, model: ScriptedServer, tmp_path: Path, *steps: Step) -> str:
    """A module with a finding, in an editor with a model that has these answers."""
    model.script.replace(steps)
    await with_model(tuned, model)
    uri = tuned.open(tmp_path / "main.tf", MODULE)
    await tuned.findings(uri, bool)
    return uri


async def held(model: ScriptedServer, many: int = 1) -> None:
    await asyncio.wait_for(model.until(lambda m: sum(e.held for e in m.exchanges) == many), PATIENCE)


async def closed(model: ScriptedServer) -> None:
    await asyncio.wait_for(model.until(lambda m: m.open == 0), PATIENCE)


async def test_what_is_known_is_there_without_a_model_and_its_words_are_asked_for_apart(
    tuned: Editor, model: ScriptedServer, tmp_path: Path
) -> None:
    uri = await opened(tuned, model, tmp_path, says())
    before = uses(tuned)
    known = await tuned.ask(EXPLAIN, asked(tuned, uri, "delay_sec"))
    assert (known["asks"], known["added"], model.exchanges) == (True, "", [])
    more = await tuned.ask(EXPLAIN, asked(tuned, uri, "delay_sec", model=True))
    assert {**more, "added": ""} == known
    assert "*Written by claude-sonnet-5-5; nobody has verified it. 1 request" in more["added"]
    assert all(words in more["added"] for words in SAID.values())
    assert (await tuned.status(lambda s: s["session"]["requests"] >= before + 1))["session"]["cost"] > 0
    sent = (await tuned.ask("lintel/trace", {}))["requests"][-1]
    assert sent["request"] == json.loads(model.requests[0])


@pytest.mark.parametrize(
    "settings", [{"explain": False}, {"provider": "offline"}, {"provider": "none"}], ids=["off", "offline", "none"]
)
async def test_nobody_is_asked_where_nobody_may_be(
    tuned: Editor, model: ScriptedServer, tmp_path: Path, settings: dict[str, Any]
) -> None:
    uri = await opened(tuned, model, tmp_path, says())
    await tuned.configure({"model": {**tuned.settings["model"], **settings}})
    for wished in (False, True):
        told = await tuned.ask(EXPLAIN, asked(tuned, uri, "delay_sec", model=wished))
        assert (told["asks"], told["added"]) == (False, "")
    assert model.exchanges == []


async def test_hover_and_the_light_bulb_ask_no_model(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    uri = await opened(tuned, model, tmp_path, says(repeat=True))
    await fixes(tuned, uri, "delay_sec")
    params = types.HoverParams(types.TextDocumentIdentifier(uri), tuned.after(uri, "delay_sec"))
    assert await tuned.ask(types.TEXT_DOCUMENT_HOVER, params)
    assert model.exchanges == []


async def test_another_editor_is_told_what_is_known_alone(
    start_editor: StartEditor, model: ScriptedServer, tmp_path: Path
) -> None:
    model.script.replace([says(repeat=True)])
    settings = {"model": {"provider": "anthropic", "baseUrl": model.url}}
    capabilities = attrs.evolve(CAPABILITIES, experimental=None)
    environment = {"ANTHROPIC_API_KEY": KEY}
    editor = await start_editor(settings, capabilities=capabilities, environment=environment)
    uri = editor.open(tmp_path / "main.tf", MODULE)
    offered = await fixes(editor, uri, "delay_sec")
    command = next(a.command for a in offered if a.title.startswith("Explain"))
    assert command is not None
    params = types.ExecuteCommandParams(command.command, command.arguments)
    await asyncio.wait_for(editor.client.workspace_execute_command_async(params), PATIENCE)
    assert (await editor.until(types.WINDOW_SHOW_MESSAGE)).message.startswith("Lintel: terraform-")
    assert model.exchanges == []


async def test_it_can_be_cancelled_wherever_the_model_is(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    for hold in ("headers", "start", "middle"):
        uri = await opened(tuned, model, tmp_path, says(hold=hold))
        request, answer = tuned.request(EXPLAIN, asked(tuned, uri, "delay_sec", model=True))
        await held(model)
        await tuned.status(lambda s: s["model"]["state"] == "running")
        tuned.cancel(request)
        with pytest.raises(JsonRpcException) as refused:
            await asyncio.wait_for(answer, PATIENCE)
        assert refused.value.code == CANCELLED
        await closed(model)
        tuned.close(uri)


@pytest.mark.parametrize("beside", [False, True], ids=["in it", "beside it"])
async def test_a_text_that_changes_meanwhile_is_explained_by_nobody(
    tuned: Editor, model: ScriptedServer, tmp_path: Path, beside: bool
) -> None:
    uri = await opened(tuned, model, tmp_path, says(hold="middle"))
    other = tuned.open(tmp_path / "other.tf", "# nothing yet\n")
    await tuned.ask(EXPLAIN, asked(tuned, uri, "delay_sec"))
    _, answer = tuned.request(EXPLAIN, asked(tuned, uri, "delay_sec", model=True))
    await held(model)
    tuned.replace(other, "nothing", "something") if beside else tuned.replace(uri, "jobs", "work")
    with pytest.raises(JsonRpcException, match="has changed") as refused:
        await asyncio.wait_for(answer, PATIENCE)
    assert refused.value.code == MODIFIED
    await closed(model)


async def test_settings_that_change_meanwhile_end_it(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    uri = await opened(tuned, model, tmp_path, says(hold="middle"))
    _, answer = tuned.request(EXPLAIN, asked(tuned, uri, "delay_sec", model=True))
    await held(model)
    await tuned.configure({"model": {**tuned.settings["model"], "explain": False}})
    with pytest.raises(JsonRpcException, match="settings have changed"):
        await asyncio.wait_for(answer, PATIENCE)
    await closed(model)


async def test_it_is_in_no_runs_way_nor_a_run_in_its(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    repaired = writes("resource aws_sqs_queue.jobs", GOOD_BLOCK, hold="middle", when="You repair")
    uri = await opened(tuned, model, tmp_path, repaired, repaired, says(hold="middle"), says(hold="middle"))
    for methods in (("lintel/repair", EXPLAIN), (EXPLAIN, "lintel/repair")):
        answers = []
        for many, method in enumerate(methods, 1):
            explains = asked(tuned, uri, "delay_sec", model=True)
            params = explains if method == EXPLAIN else document(tuned, uri)
            answers.append(tuned.request(method, params)[1])
            await held(model, many)
        await model.release()
        told = dict(zip(methods, [await asyncio.wait_for(answer, PATIENCE) for answer in answers], strict=True))
        assert told["lintel/repair"].stop == "clean"
        assert SAID["remedy"] in told[EXPLAIN].added


async def test_a_failure_is_told_in_its_place_and_in_no_message(
    tuned: Editor, model: ScriptedServer, tmp_path: Path
) -> None:
    uri = await opened(tuned, model, tmp_path, Step(status=401, message="invalid x-api-key"))
    since = len(tuned.heard)
    told = await tuned.ask(EXPLAIN, asked(tuned, uri, "delay_sec", model=True))
    assert told["added"].startswith("## In this text\n\nNo model tells more: ")
    assert "does not accept the API key" in told["added"]
    await tuned.status(lambda s: s["model"]["state"] == "unavailable")
    assert [method for method, _ in tuned.heard[since:] if method == types.WINDOW_SHOW_MESSAGE] == []


async def test_the_limit_of_the_day_holds(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    uri = await opened(tuned, model, tmp_path, says(repeat=True))
    await tuned.ask(EXPLAIN, asked(tuned, uri, "delay_sec", model=True))
    await tuned.configure({"model": {**tuned.settings["model"], "dailyTokens": 1}})
    told = await tuned.ask(EXPLAIN, asked(tuned, uri, "delay_sec", model=True))
    assert "The limit of 1 tokens a day" in told["added"]
    assert len(model.exchanges) == 1


async def test_a_template_is_explained_too(tuned: Editor, model: ScriptedServer, tmp_path: Path) -> None:
    of_template = {"cause": "", "consequence": "", "remedy": "Give `DelaySeconds` of `Queue` a number."}
    model.script.replace([Step(answer=of_template, when=ASKS)])
    await with_model(tuned, model)
    uri = tuned.open(tmp_path / "template.yaml", TEMPLATE)
    told = await tuned.ask(EXPLAIN, asked(tuned, uri, "DelaySec", model=True))
    assert of_template["remedy"] in told["added"]
