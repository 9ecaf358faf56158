"""A provider program for tests, which terraform starts: it speaks go-plugin's protocol and serves a made-up schema.

It stands as `terraform-provider-demo` in a folder that `tests/initialised.py` lays out, and is told there how it shall
behave. The handshake is that of github.com/hashicorp/go-plugin: one line on standard output, with the certificate by
which the host knows the TLS server.
"""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc

from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.functions import Function, Parameter
from lsp_server.dialects.terraform.types import NUMBER, STRING, Type
from lsp_server.linters import schema_provider
from lsp_server.linters.schema_provider import Served, encode, encode_function

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
    serve(served(behaviour == "later"))


def serve(schema: bytes) -> None:
    """Serve until the host says that it is enough."""
    enough = threading.Event()

    class Handler(grpc.GenericRpcHandler):
        def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
            if details.method.endswith("GRPCController/Shutdown"):
                threading.Timer(0.05, enough.set).start()
            return inner.service(details)

    inner = schema_provider._handler(grpc, schema)
    server = grpc.server(ThreadPoolExecutor(4), handlers=[Handler()])
    key, certificate = own_certificate()
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, certificate)]))
    server.start()
    lines = certificate.decode().splitlines()
    der = base64.b64decode("".join(line for line in lines if not line.startswith("-")))
    sys.stdout.write(f"1|5|tcp|127.0.0.1:{port}|grpc|{base64.b64encode(der).decode().rstrip('=')}\n")
    sys.stdout.flush()
    enough.wait(60)
    server.stop(None)
    os._exit(0)


def own_certificate() -> tuple[bytes, bytes]:
    """A key and a certificate for `localhost` that nobody has seen before."""
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder, "key"), Path(folder, "certificate")
        made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost"
        names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
        subprocess.run([*made.split(), *names], check=True, capture_output=True)
        return key.read_bytes(), certificate.read_bytes()
