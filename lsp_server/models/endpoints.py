"""Where Anthropic's models are asked: at Anthropic, or through a cloud; and how the network there is got through."""

from __future__ import annotations

import importlib.util
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsp_server.models.base import ModelUnavailable

if TYPE_CHECKING:
    import anthropic

MakeClient = Callable[[Any, dict[str, Any]], "anthropic.AsyncAnthropic"]
"""Makes a client from the SDK's module and the options that all its clients take. Raises ModelUnavailable."""

_BEDROCK_KEYS = ("AWS_BEARER_TOKEN_BEDROCK", "ANTHROPIC_AWS_API_KEY")
_VERTEX_PROJECTS = ("ANTHROPIC_VERTEX_PROJECT_ID", "GOOGLE_CLOUD_PROJECT")


@dataclass(frozen=True)
class Network:
    """The way out: `proxy` is an address, `ca_file` a file of certificates that are trusted besides the system's.

    Where they are empty, the environment says (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE).
    """

    proxy: str = ""
    ca_file: str = ""

    def options(self, sdk: Any) -> dict[str, Any]:
        """What a client of the SDK takes of it. Raises ModelUnavailable."""
        if not self.proxy and not self.ca_file:
            return {}
        options: dict[str, Any] = {"verify": self._trusted()} if self.ca_file else {}
        if self.proxy:
            options["proxy"] = self.proxy
        import httpx2

        try:
            return {"http_client": sdk.DefaultAsyncHttpxClient(**options)}
        except (ValueError, httpx2.InvalidURL) as error:
            raise ModelUnavailable(f"The proxy (lintel.model.proxy) cannot be used: {error}.") from error

    def _trusted(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        try:
            context.load_verify_locations(cafile=os.path.expanduser(self.ca_file))  # noqa: PTH111 - as ssl takes it
        except OSError as error:
            why = error.strerror or "it holds no certificates"
            raise ModelUnavailable(f"{self.ca_file} (lintel.model.caFile) cannot be read: {why}.") from error
        return context


def direct(key: str) -> MakeClient:
    """Anthropic itself, or an endpoint that speaks as it does. The key is only ever handed to the SDK."""
    return lambda sdk, options: sdk.AsyncAnthropic(api_key=key or "none", **options)


def bedrock(region: str) -> MakeClient:
    """Amazon Bedrock, with the credentials that AWS's own tools use. An empty `region` is that of the environment."""

    def make(sdk: Any, options: dict[str, Any]) -> anthropic.AsyncAnthropic:
        if not any(os.environ.get(name) for name in _BEDROCK_KEYS):
            _need("boto3", "bedrock", "Amazon Bedrock")
        client: anthropic.AsyncAnthropic = sdk.AsyncAnthropicBedrockMantle(aws_region=region or None, **options)
        return client

    return make


def vertex(region: str) -> MakeClient:
    """Google's Vertex AI, with the application default credentials. An empty `region` is that of the environment."""

    def make(sdk: Any, options: dict[str, Any]) -> anthropic.AsyncAnthropic:
        _need("google.auth", "vertex", "Vertex AI")
        project = next(filter(None, map(os.environ.get, _VERTEX_PROJECTS)), None)
        if project is None:
            raise ModelUnavailable(f"Vertex AI needs the project: set {_VERTEX_PROJECTS[0]}.")
        where = region or os.environ.get("CLOUD_ML_REGION") or "global"
        client: anthropic.AsyncAnthropic = sdk.AsyncAnthropicVertex(region=where, project_id=project, **options)
        return client

    return make


def bedrock_name(model: str) -> str:
    """The name of a model of Anthropic's at Bedrock; one that is Bedrock's already stays."""
    return f"anthropic.{model}" if model.startswith("claude-") else model


def _need(module: str, extra: str, what: str) -> None:
    try:
        found = importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        found = False
    if not found:
        raise ModelUnavailable(
            f'{what} needs packages that are not installed here: pip install "lintel-lsp[{extra}]" (where uv installed '
            f'Lintel: uv tool install "lintel-lsp[{extra}]").'
        )
