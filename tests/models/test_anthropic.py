"""The real SDK against the scripted server, over a real socket: every answer and every fault."""

import asyncio
import contextlib
import json
import logging
import time
from dataclasses import replace

import pytest

from lsp_server.models.anthropic import AnthropicModel
from lsp_server.models.base import (
    Finished,
    Message,
    ModelError,
    ModelRequest,
    ModelUnavailable,
    PromptPart,
    Purpose,
    Sent,
    TextDelta,
)
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer

KEY = "sk-ant-planted-key"
ANSWER = {
    "edits": [{"region": "Resources/Bucket", "new_text": "  Bucket:\n    Type: AWS::S3::Bucket\n"}],
    "note": "ü 🪣",
}
REQUEST = ModelRequest(
    system=(PromptPart("rules", "Be brief.", stable=True), PromptPart("schema", "Types …"), PromptPart("rest", "x")),
    messages=(Message("user", "Fix it"),),
    answer_schema={"type": "object", "properties": {}, "additionalProperties": False},
    max_tokens=500,
    timeout=20,
)


@contextlib.asynccontextmanager
async def model_at(server, **options):
    model = AnthropicModel(KEY, "claude-sonnet-5-5", base_url=server.url, **options)
    try:
        yield model
    finally:
        await model.close()


async def ask(model, request=REQUEST):
    return [event async for event in model.stream(request)]


async def failure(step, request=REQUEST, **options):
    async with ScriptedServer.playing(step) as server, model_at(server, **options) as model:
        with pytest.raises(ModelError) as caught:
            await ask(model, request)
        await server.until(lambda s: s.open == 0)
        return caught.value, server


async def test_a_good_answer_streams_and_ends_with_its_usage():
    usage = {"input_tokens": 1000, "output_tokens": 50, "cache_read_input_tokens": 400}
    usage["cache_creation_input_tokens"] = 200
    async with ScriptedServer.playing(Step(answer=ANSWER, usage=usage, chunk=7)) as server, model_at(server) as model:
        events = await ask(model)
    pieces = [e.text for e in events if isinstance(e, TextDelta)]
    assert len(pieces) > 5
    end = events[-1]
    assert isinstance(end, Finished)
    assert json.loads(end.text) == ANSWER == json.loads("".join(pieces))
    assert end.stop_reason == "end_turn"
    counted = end.usage
    assert (counted.requests, counted.input_tokens, counted.output_tokens) == (1, 1000, 50)
    assert (counted.cache_read_tokens, counted.cache_write_tokens) == (400, 200)
    assert counted.cost == pytest.approx((1000 * 2 + 50 * 10 + 200 * 2.5 + 400 * 0.1) / 1e6)


async def test_an_endpoint_is_not_blamed_for_the_time_it_takes_to_load_the_sdk(monkeypatch):
    async with ScriptedServer.playing(Step(answer=ANSWER)) as server, model_at(server) as model:
        loop, create, now = asyncio.get_running_loop(), model._create, time.monotonic

        def slowly():
            monkeypatch.setattr(loop, "time", lambda: now() + 10 * REQUEST.timeout)
            return create()

        monkeypatch.setattr(model, "_create", slowly)
        assert isinstance((await ask(model))[-1], Finished)


async def test_what_is_told_as_sent_is_what_was_on_the_wire():
    async with ScriptedServer.playing(Step(answer=ANSWER)) as server, model_at(server) as model:
        sent = (await ask(model))[0]
    assert isinstance(sent, Sent)
    wire = json.loads(server.requests[0])
    assert json.loads(sent.body) == wire
    assert KEY not in sent.body
    assert any(KEY in value for value in server.exchanges[0].headers.values())
    assert [part.get("cache_control") for part in wire["system"]] == [{"type": "ephemeral"}, None, None]
    assert wire["output_config"]["format"]["schema"] == REQUEST.answer_schema
    assert (wire["max_tokens"], wire["stream"], wire["model"]) == (500, True, "claude-sonnet-5-5")


async def test_an_endpoint_without_structured_output_is_asked_again_without_it_and_only_once():
    refusal = Step(status=400, message="output_config: Extra inputs are not permitted")
    async with ScriptedServer.playing(refusal, Step(text="a"), Step(text="b")) as server, model_at(server) as model:
        first, second = await ask(model), await ask(model)
    assert (first[-1].text, second[-1].text) == ("a", "b")
    assert ["output_config" in json.loads(body) for body in server.requests] == [True, False, False]


@pytest.mark.parametrize("status", [429, 529, 500])
async def test_the_sdk_retries_what_may_pass(status):
    steps = Step(status=status, headers={"retry-after-ms": "1"}), Step(text="good")
    async with ScriptedServer.playing(*steps) as server, model_at(server) as model:
        assert (await ask(model))[-1].text == "good"
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("step", "kind", "says"),
    [
        (Step(status=401, message="invalid x-api-key"), ModelUnavailable, "does not accept the API key"),
        (Step(status=402), ModelUnavailable, "cannot pay"),
        (Step(status=403), ModelUnavailable, "may not use claude-sonnet-5-5"),
        (Step(status=404), ModelUnavailable, "does not know claude-sonnet-5-5"),
        (Step(status=400, message="prompt is too long"), ModelError, "prompt is too long"),
        (Step(status=413), ModelError, "refuses the request (413)"),
        (Step(status=429, headers={"retry-after-ms": "1"}, repeat=True), ModelError, "takes no more requests"),
        (Step(status=529, headers={"retry-after-ms": "1"}, repeat=True), ModelError, "overloaded (529)"),
        (Step(status=503, headers={"retry-after-ms": "1"}, repeat=True), ModelError, "failed (503)"),
        (Step(answer=ANSWER, fault="cut"), ModelError, "broke off"),
        (Step(answer=ANSWER, fault="break"), ModelError, "overloaded"),
    ],
    ids=lambda value: f"{value.status}{value.fault}" if isinstance(value, Step) else None,
)
async def test_each_fault_is_a_sentence(step, kind, says):
    error, _ = await failure(step)
    assert type(error) is kind
    assert says in str(error)
    assert KEY not in str(error)


@pytest.mark.parametrize(("status", "retry"), [(429, True), (529, True), (500, True), (400, False), (401, False)])
async def test_an_error_tells_whether_asking_later_may_help(status, retry):
    error, _ = await failure(Step(status=status, repeat=True), max_retries=0)
    assert error.retry is retry


async def test_no_retry_where_the_wait_asked_for_is_longer_than_the_request_may_take():
    error, server = await failure(Step(status=429, headers={"retry-after": "3600"}, repeat=True))
    assert "asks to wait 3600 s" in str(error)
    assert len(server.requests) == 1


async def test_a_date_until_which_to_wait_is_not_told_as_seconds():
    later = {"retry-after": "Wed, 21 Oct 2065 07:28:00 GMT"}
    error, _ = await failure(Step(status=429, headers=later, repeat=True), max_retries=0)
    assert str(error).endswith("takes no more requests for now (429).")


async def test_what_an_endpoint_tells_in_other_types_is_passed_over():
    step = Step(text="good", stop_reason=["end"], usage={"input_tokens": "many", "output_tokens": [1]})
    async with ScriptedServer.playing(step) as server, model_at(server) as model:
        events = await ask(model)
    assert (events[-1].text, events[-1].stop_reason, events[-1].usage.input_tokens) == ("good", "", 0)


@pytest.mark.parametrize("hold", ["headers", "start", "middle"])
async def test_a_stall_ends_by_itself_and_closes_the_connection(hold):
    async with (
        ScriptedServer.playing(Step(answer=ANSWER, hold=hold)) as server,
        model_at(server, stall=0.2, max_retries=0) as model,
    ):
        with pytest.raises(ModelError, match="did not answer in time"):
            await ask(model)
        await server.until(lambda s: s.open == 0)
    assert server.exchanges[0].closed_by_client


async def test_the_whole_request_has_a_limit_even_when_bytes_keep_coming():
    request = ModelRequest(REQUEST.system, REQUEST.messages, REQUEST.answer_schema, 100, timeout=3.0)
    error, server = await failure(Step(text="word " * 4000, chunk=5, drip=0.01), request)
    assert "did not answer in time" in str(error)
    assert server.exchanges[0].closed_by_client


@pytest.mark.parametrize("hold", ["headers", "start", "middle"])
async def test_cancelling_closes_the_connection_and_stays_cancellation(hold):
    step = Step(answer=ANSWER, hold=hold, chunk=5)
    async with ScriptedServer.playing(step, Step(text="next")) as server, model_at(server) as model:
        task = asyncio.create_task(ask(model))
        await server.until(lambda s: any(e.held for e in s.exchanges))
        assert server.open == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.until(lambda s: s.open == 0)
        assert server.exchanges[0].closed_by_client
        assert (await ask(model))[-1].text == "next"


async def test_leaving_the_answer_unread_closes_the_connection():
    async with ScriptedServer.playing(Step(answer=ANSWER, hold="middle", chunk=5)) as server, model_at(server) as model:
        async with contextlib.aclosing(model.stream(REQUEST)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
        await server.until(lambda s: s.open == 0)
        assert server.exchanges[0].closed_by_client


async def test_a_held_answer_goes_on_when_it_is_released():
    async with ScriptedServer.playing(Step(answer=ANSWER, hold="middle")) as server, model_at(server) as model:
        task = asyncio.create_task(ask(model))
        await server.until(lambda s: any(e.held for e in s.exchanges))
        await server.release()
        assert json.loads((await task)[-1].text) == ANSWER


@pytest.mark.parametrize("reason", ["refusal", "max_tokens"])
async def test_why_an_answer_ended_is_told(reason):
    async with ScriptedServer.playing(Step(text="no", stop_reason=reason)) as server, model_at(server) as model:
        assert (await ask(model))[-1].stop_reason == reason


async def test_no_network_and_no_key_are_told_apart():
    nobody = AnthropicModel(KEY, base_url="http://127.0.0.1:9", max_retries=0)
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        await ask(nobody)
    await nobody.close()
    with pytest.raises(ModelUnavailable, match="No API key"):
        await ask(AnthropicModel(""))


async def test_an_endpoint_of_ones_own_needs_no_key():
    async with ScriptedServer.playing(Step(text="ok")) as server:
        model = AnthropicModel("", "local", base_url=server.url)
        end = (await ask(model))[-1]
        await model.close()
    assert (end.text, end.usage.cost) == ("ok", 0.0)


async def test_the_key_is_in_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    async with ScriptedServer.playing(Step(text="ok"), Step(status=401)) as server, model_at(server) as model:
        await ask(model)
        with pytest.raises(ModelUnavailable):
            await ask(model)
        assert KEY not in repr(model)
    assert KEY not in caplog.text


async def test_a_page_instead_of_an_answer_is_told():
    """What a proxy or a wrong base URL gives."""
    page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<html>Log in</html>"

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(page.encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    model = AnthropicModel(KEY, base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", max_retries=0)
    with pytest.raises(ModelError, match="sent something that is not a Messages API answer"):
        await ask(model)
    await model.close()
    server.close()


async def test_the_sdk_is_imported_off_the_event_loop_and_only_on_first_use(tmp_path):
    """Importing it takes over a second; `lintel serve` has to be ready sooner, and to answer meanwhile."""
    code = (
        "import asyncio, sys, threading\n"
        "from lsp_server.models.anthropic import AnthropicModel\n"
        "assert 'anthropic' not in sys.modules and 'httpx2' not in sys.modules\n"
        "model = AnthropicModel('key', base_url='http://127.0.0.1:9')\n"
        "assert 'anthropic' not in sys.modules\n"
        "create = model._create\n"
        "def checked():\n"
        "    assert threading.current_thread() is not threading.main_thread()\n"
        "    return create()\n"
        "model._create = checked\n"
        "asyncio.run(model._open())\n"
        "print('anthropic' in sys.modules)\n"
    )
    import sys

    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=-1, stderr=-1)
    out, err = await child.communicate()
    assert out.decode().strip() == "True", err.decode()


async def test_each_purpose_may_have_a_model_of_its_own_with_its_own_price():
    own = {Purpose.GHOST_TEXT: "claude-haiku-5-5", Purpose.STALLED: ""}
    usage = {"input_tokens": 1_000_000, "output_tokens": 0}
    async with (
        ScriptedServer.playing(Step(text="x", usage=usage, repeat=True)) as server,
        model_at(server, others=own) as model,
    ):
        costs = [(await ask(model, replace(REQUEST, purpose=purpose)))[-1].usage.cost for purpose in Purpose]
        asked = [json.loads(body)["model"] for body in server.requests]
    others = len(Purpose) - 1
    assert asked == ["claude-haiku-5-5", *["claude-sonnet-5-5"] * others]
    assert costs == pytest.approx([0.1, *[2.0] * others], rel=1e-4)
