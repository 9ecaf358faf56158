"""Clouds, proxies and certificates, through the real SDK over real sockets."""

import asyncio
import contextlib
import ssl
from dataclasses import replace

import pytest

from lsp_server.models.anthropic import AnthropicModel
from lsp_server.models.base import (
    Finished,
    Message,
    ModelRequest,
    ModelUnavailable,
    PromptPart,
    counted,
    estimated_input,
)
from lsp_server.models.endpoints import Network, bedrock, bedrock_name, vertex
from lsp_server.models.prices import price_of
from lsp_server.models.recording import RecordingModel
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer

KEY = "sk-ant-planted"
REQUEST = ModelRequest((PromptPart("rules", "Be brief."),), (Message("user", "Fix it"),), {}, 100, 60)


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    for name in ("AWS_BEARER_TOKEN_BEDROCK", "ANTHROPIC_AWS_API_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("ANTHROPIC_VERTEX_PROJECT_ID", "GOOGLE_CLOUD_PROJECT", "CLOUD_ML_REGION"):
        monkeypatch.delenv(name, raising=False)


@contextlib.asynccontextmanager
async def closing(model):
    try:
        yield model
    finally:
        await model.close()


async def ask(model, request=REQUEST):
    return [event async for event in model.stream(request)]


async def refusal(model):
    async with closing(model):
        with pytest.raises(ModelUnavailable) as caught:
            await ask(model)
    return str(caught.value)


async def test_bedrock_is_asked_with_its_own_key_and_names(monkeypatch):
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "planted-token")
    name = bedrock_name("claude-sonnet-5-5")
    async with ScriptedServer.playing(Step(text="fine")) as server:
        model = AnthropicModel("", name, base_url=server.url, make=bedrock("eu-west-1"), name="bedrock")
        async with closing(model):
            events = await ask(model)
        (exchange,) = server.exchanges
    assert isinstance(events[-1], Finished)
    assert events[-1].text == "fine"
    assert events[-1].usage.cost > 0
    assert '"anthropic.claude-sonnet-5-5"' in exchange.body
    assert exchange.headers["authorization"] == "Bearer planted-token"
    assert "planted-token" not in events[0].body


async def test_vertex_is_asked_with_project_region_and_token(monkeypatch):
    from anthropic.lib.vertex import AsyncAnthropicVertex

    async def token(_):
        return "planted-token"

    monkeypatch.setattr(AsyncAnthropicVertex, "_ensure_access_token", token)
    monkeypatch.setattr("lsp_server.models.endpoints.importlib.util.find_spec", lambda _: True)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p-1")
    async with ScriptedServer.playing(Step(text="fine"), Step(status=404, message="no such model")) as server:
        model = AnthropicModel("", base_url=server.url, make=vertex("europe-west1"), name="vertex", max_retries=0)
        async with closing(model):
            assert (await ask(model))[-1].text == "fine"
        assert "does not know claude-sonnet-5-5" in await refusal(model)
        path, headers = server.exchanges[0].path, server.exchanges[0].headers
    assert path.startswith("/projects/p-1/locations/europe-west1/publishers/anthropic/models/claude-sonnet-5-5:")
    assert headers["authorization"] == "Bearer planted-token"


@pytest.mark.parametrize(("make", "extra"), [(bedrock, "bedrock"), (vertex, "vertex")])
async def test_a_missing_extra_is_told_with_the_command_that_installs_it(monkeypatch, make, extra):
    monkeypatch.setattr("lsp_server.models.endpoints.importlib.util.find_spec", lambda _: None)
    said = await refusal(AnthropicModel("", make=make("somewhere"), name=extra))
    assert f'pip install "lintel-lsp[{extra}]"' in said


async def test_what_a_cloud_has_to_be_told_is_said(monkeypatch):
    monkeypatch.setattr("lsp_server.models.endpoints.importlib.util.find_spec", lambda _: True)
    assert "set ANTHROPIC_VERTEX_PROJECT_ID" in await refusal(AnthropicModel("", make=vertex("x"), name="vertex"))
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "planted-token")
    assert "egion" in await refusal(AnthropicModel("", make=bedrock(""), name="bedrock"))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("anthropic.claude-sonnet-5-5", True),
        ("eu.anthropic.claude-haiku-4-5-20251001-v1:0", True),
        ("claude-haiku-4-5@20251001", True),
        ("anthropic.claude-of-another-time", False),
    ],
)
def test_names_of_clouds_have_their_price(name, known):
    assert (price_of(name) is not None) == known


def test_a_name_of_bedrock_stays():
    assert bedrock_name("eu.anthropic.claude-opus-4-5") == "eu.anthropic.claude-opus-4-5"
    assert bedrock_name("") == ""


async def test_a_proxy_of_the_settings_is_gone_through():
    seen = []

    async def relay(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head.split(b"\r\n")[0].decode())
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(relay, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        network = Network(proxy=f"http://127.0.0.1:{port}")
        model = AnthropicModel(KEY, base_url="http://model.invalid", network=network, max_retries=0)
        async with closing(model):
            with pytest.raises(Exception, match="407"):
                await ask(model)
    assert seen == ["POST http://model.invalid/v1/messages HTTP/1.1"]


async def test_a_certificate_file_is_trusted_besides_the_others(tmp_path, monkeypatch):
    file = tmp_path / "ca.pem"
    pem = ssl.DER_cert_to_PEM_cert(ssl.create_default_context().get_ca_certs(binary_form=True)[0])
    file.write_text(pem)
    async with ScriptedServer.playing(Step(text="fine")) as server:
        model = AnthropicModel(KEY, base_url=server.url, network=Network(ca_file=str(file)))
        async with closing(model):
            assert (await ask(model))[-1].text == "fine"


@pytest.mark.parametrize("text", [None, "", "not a certificate"])
async def test_a_certificate_file_that_is_none_is_told(tmp_path, text):
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)
    said = await refusal(AnthropicModel(KEY, network=Network(ca_file=str(file))))
    assert "ca.pem (lintel.model.caFile) cannot be read" in said


async def test_a_proxy_that_is_no_address_is_told():
    assert "lintel.model.proxy" in await refusal(AnthropicModel(KEY, network=Network(proxy="::nonsense::")))


async def test_tokens_are_counted_where_the_endpoint_can_else_estimated():
    async with ScriptedServer.playing() as server:
        server.counts = True
        model = RecordingModel(AnthropicModel(KEY, base_url=server.url))
        async with closing(model):
            assert await counted(model, REQUEST) > 60  # a byte is a token there
            server.counts = False
            long = replace(REQUEST, messages=(Message("user", "word " * 700),))
            assert await counted(model, long) == estimated_input(long) == pytest.approx(1000, rel=0.01)
            server.counts = True
            assert await counted(model, long) == 1003  # it is not asked again
        assert server.exchanges == []
