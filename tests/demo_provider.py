"""A provider program for tests, which terraform starts: it speaks go-plugin's protocol and serves a made-up schema.

It stands as `terraform-provider-demo` in a folder that `tests/initialised.py` lays out, and is told there how it shall
behave. The handshake is that of github.com/hashicorp/go-plugin: one line on standard output, with the certificate by
which the host knows the TLS server.
"""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path

from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.functions import Function, Parameter
from lsp_server.dialects.terraform.types import NUMBER, STRING, Type
from lsp_server.linters.grpc_server import Connection
from lsp_server.linters.schema_provider import Served, encode, encode_function, finder

SHELF = BlockSchema(
    {
        "id": AttributeSchema(STRING, computed=True),
        "name": AttributeSchema(STRING, required=True),
        "colours": AttributeSchema(Type("set", STRING), optional=True),
        "secret": AttributeSchema(STRING, optional=True, sensitive=True),
    },
    {"board": NestedBlock("list", BlockSchema({"width": AttributeSchema(NUMBER, required=True)}), max=2)},
)
LATER = BlockSchema({**SHELF.attributes, "depth": AttributeSchema(NUMBER, optional=True)}, SHELF.blocks)
JOIN = Function("join", (Parameter("one", STRING), Parameter("other", STRING)), None, STRING)


def served(later: bool) -> bytes:
    """The provider's answer to GetSchema."""
    shelf = encode(LATER if later else SHELF)
    provider = Served(encode(BlockSchema({"region": AttributeSchema(STRING, optional=True)})))
    provider.resources, provider.data_sources = {"demo_shelf": shelf}, {"demo_shelf": shelf}
    provider.functions = {"join": encode_function(JOIN)}
    return provider.response()


def main(behaviour: str, log: str, port: int) -> None:
    """Be the provider. Its start is noted in the file `log`; one that hangs tells so at a port of this machine."""
    with Path(log).open("a") as file:
        file.write(f"{behaviour}\n")
    if behaviour == "crash":
        sys.exit("the provider has no wish to start")
    if behaviour == "rubbish":
        sys.stdout.write("a provider? here?\n")
        sys.exit(0)
    if behaviour == "hang":
        with socket.create_connection(("127.0.0.1", port)) as told:
            told.recv(1)  # for ever
    asyncio.run(serve(served(behaviour == "later")))


async def serve(schema: bytes) -> None:
    """Serve until the host says that it is enough."""
    enough = asyncio.Event()
    loop = asyncio.get_running_loop()
    known = finder(schema)

    def find(method: str):
        if method.endswith("GRPCController/Shutdown"):
            loop.call_later(0.05, enough.set)
        return known(method)

    context, certificate = own_certificate()
    server = await loop.create_server(lambda: Connection(find, set()), "127.0.0.1", 0, ssl=context)
    lines = certificate.splitlines()
    der = base64.b64decode("".join(line for line in lines if not line.startswith("-")))
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"1|5|tcp|127.0.0.1:{port}|grpc|{base64.b64encode(der).decode().rstrip('=')}\n")
    sys.stdout.flush()
    async with asyncio.timeout(60):
        await enough.wait()
    os._exit(0)


def own_certificate() -> tuple[ssl.SSLContext, str]:
    """What serves by a key and a certificate for `localhost` that nobody has seen before, and the certificate."""
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder, "key"), Path(folder, "certificate")
        made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost"
        names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
        subprocess.run([*made.split(), *names], check=True, capture_output=True)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        context.set_alpn_protocols(["h2"])
        return context, certificate.read_text()
