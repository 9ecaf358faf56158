"""The scripted server as another process and over its controls, and the scripted model beside it."""

import asyncio
import json
import sys

import msgspec
import pytest

from lsp_server.models.base import Finished, Message, ModelError, ModelRequest, ModelUnavailable, PromptPart, TextDelta
from lsp_server.models.script import Script, Step
from lsp_server.models.scripted import ScriptedModel
from lsp_server.models.scripted_server import ScriptedServer

REQUEST = ModelRequest((PromptPart("rules", "Be brief."),), (Message("user", "Fix it"),), {}, 100, 10)


async def call(port, method, path, body=""):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    raw = body.encode()
    writer.write(f"{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(raw)}\r\n\r\n".encode() + raw)
    await writer.drain()
    head, _, rest = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split(" ")[1]), rest


async def test_started_alone_it_serves_a_file_and_heeds_its_controls(tmp_path):
    (tmp_path / "script.json").write_text(json.dumps([{"text": "one"}, {"text": "two", "hold": "middle"}]))
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "lsp_server.models.scripted_server", "--script", str(tmp_path / "script.json")),
        *("--port-file", str(tmp_path / "port")),
        stdout=-1,
    )
    try:
        url = (await child.stdout.readline()).decode().strip()
        port = int((tmp_path / "port").read_text())
        assert url == f"http://127.0.0.1:{port}"
        assert '"text": "one"' in (await call(port, "POST", "/v1/messages", '{"model": "x"}'))[1]
        held = asyncio.create_task(call(port, "POST", "/v1/messages", '{"n": 2}'))
        while True:
            state = json.loads((await call(port, "GET", "/control/state"))[1])
            if state["held"]:
                break
        assert (state["open"], state["requests"]) == (1, ['{"model": "x"}', '{"n": 2}'])
        await call(port, "POST", "/control/release")
        assert "message_stop" in (await held)[1]
        assert (await call(port, "POST", "/control/script", '[{"status": 529}]'))[0] == 200
        assert (await call(port, "POST", "/v1/messages", "{}"))[0] == 529
        assert (await call(port, "POST", "/v1/messages", "{}"))[0] == 400
        assert (await call(port, "POST", "/control/script", '[{"txt": 1}]'))[0] == 400
        assert (await call(port, "GET", "/control/nothing"))[0] == 404
    finally:
        child.terminate()
        await child.wait()


async def test_steps_are_taken_by_the_requests_they_are_meant_for():
    script = Script([Step(text="b", when="second"), Step(text="a", repeat=True)])
    assert [script.take(body).text for body in ("first", "second", "second")] == ["a", "b", "a"]


async def test_a_client_that_goes_away_is_noticed():
    async with ScriptedServer.playing(Step(text="never", hold="start")) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST /v1/messages HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}")
        await server.until(lambda s: any(e.held for e in s.exchanges))
        assert await reader.readline()
        writer.close()
        await server.until(lambda s: s.open == 0)
        assert server.exchanges[0].closed_by_client


@pytest.mark.parametrize("raw", ["", "{", "[{}, 5]", '[{"unknown": 1}]', '[{"hold": "later"}]'])
def test_a_script_that_is_none_is_refused(raw):
    with pytest.raises(msgspec.MsgspecError):
        Script.from_json(raw)


async def test_the_scripted_model_plays_the_same_steps():
    model = ScriptedModel(Step(text="good", chunk=1), Step(status=401), Step(status=529), Step(text="x", fault="cut"))
    events = [event async for event in model.stream(REQUEST)]
    assert [e.text for e in events if isinstance(e, TextDelta)] == list("good")
    assert isinstance(events[-1], Finished)
    for kind in (ModelUnavailable, ModelError, ModelError, ModelError):
        with pytest.raises(kind):
            _ = [event async for event in model.stream(REQUEST)]
    assert len(model.requests) == 5
