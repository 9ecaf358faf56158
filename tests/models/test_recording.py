"""What was sent is kept as it was sent, also when it failed or was cancelled."""

import asyncio
import contextlib
import json

import pytest

from lsp_server.models.anthropic import AnthropicModel
from lsp_server.models.base import Message, ModelError, ModelRequest, PromptPart
from lsp_server.models.recording import RecordingModel
from lsp_server.models.script import Step
from lsp_server.models.scripted import ScriptedModel
from lsp_server.models.scripted_server import ScriptedServer

REQUEST = ModelRequest((PromptPart("rules", "Be brief."),), (Message("user", "Fix it"),), {}, 100, 60)


async def ask(model):
    return [event async for event in model.stream(REQUEST)]


async def test_the_body_on_the_wire_is_kept_with_answer_and_usage():
    heard = []
    async with ScriptedServer.playing(Step(text="fine")) as server:
        inner = AnthropicModel("sk-ant-planted", base_url=server.url)
        model = RecordingModel(inner, listener=heard.append)
        await ask(model)
        await model.close()
    (exchange,) = model.exchanges
    assert heard == [exchange]
    assert json.loads(exchange.body) == json.loads(server.requests[0])
    assert "sk-ant-planted" not in exchange.body
    assert (exchange.answer, exchange.stop_reason, exchange.failure) == ("fine", "end_turn", "")
    assert exchange.usage == model.usage
    assert exchange.usage.tokens == 120


async def test_a_failed_request_is_kept_with_why():
    model = RecordingModel(ScriptedModel(Step(status=529, message="overloaded")))
    with pytest.raises(ModelError):
        await ask(model)
    assert model.exchanges[0].failure == "overloaded"
    assert model.exchanges[0].body


async def test_a_request_asked_again_in_another_way_is_two_exchanges():
    steps = Step(status=400, message="output_config is not permitted"), Step(text="ok")
    async with ScriptedServer.playing(*steps) as server:
        model = RecordingModel(AnthropicModel("k", base_url=server.url))
        await ask(model)
        await model.close()
    assert [bool(e.failure) for e in model.exchanges] == [True, False]
    assert [json.loads(e.body) for e in model.exchanges] == [json.loads(body) for body in server.requests]


async def test_cancelling_is_noted_and_goes_through():
    started = asyncio.Event()
    model = RecordingModel(ScriptedModel(Step(text="never", hold="middle")))

    async def run():
        async for _ in model.stream(REQUEST):
            started.set()

    task = asyncio.create_task(run())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert model.exchanges[0].failure == "cancelled"


async def test_only_the_last_ones_are_kept_but_all_is_counted():
    model = RecordingModel(ScriptedModel(Step(text="x", repeat=True)), keep=3)
    for _ in range(5):
        await ask(model)
    assert len(model.exchanges) == 3
    assert model.usage.requests == 5


async def test_leaving_early_closes_what_is_inside():
    async with ScriptedServer.playing(Step(text="long " * 50, hold="middle")) as server:
        model = RecordingModel(AnthropicModel("k", base_url=server.url))
        async with contextlib.aclosing(model.stream(REQUEST)) as events:
            async for event in events:
                if hasattr(event, "text"):
                    break
        await server.until(lambda s: s.open == 0)
        assert server.exchanges[0].closed_by_client
        await model.close()
