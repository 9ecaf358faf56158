"""A provider that knows schemas and nothing else, so that terraform validates with no init, registry or credentials.

Terraform is pointed at it with TF_REATTACH_PROVIDERS and speaks plugin protocol 5 (gRPC) to a loopback port. Only the
schema matters: every request to validate is answered with "nothing to say". The few messages are encoded by hand,
which spares a protobuf runtime; what answers calls is loaded when the first provider is served (`grpc_server.py`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from lsp_server.dialects.terraform.functions import Function, Parameter
from lsp_server.dialects.terraform.schema import AttributeSchema, BlockSchema, Type

REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")
"""Terraform and OpenTofu give the same short source different hosts; a provider is announced under both."""

_NESTING = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
_SERVICE = "/tfplugin5.Provider/"
_SILENT = ("Validate", "Stop", "Shutdown")
_UNIMPLEMENTED = 12  # status of gRPC
_HEALTHY = b"\x08\x01"
_ASKED_ONCE = b"\x32\x02\x10\x01"  # ServerCapabilities: get_provider_schema_optional
_UNKNOWN = b"\xd4\x00\x00"  # as terraform packs a value that is not known yet


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _message(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _flag(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value) if value else b""


_ANYTHING = _message(1, b"arguments") + _message(2, b'"dynamic"') + _flag(3, 1) + _flag(4, 1)
_FUNCTION = _message(2, _ANYTHING) + _message(3, _message(1, b'"dynamic"'))


def _parameter(parameter: Parameter) -> bytes:
    return _message(1, parameter.name.encode()) + _message(2, _type(parameter.type)) + _flag(3, 1) + _flag(4, 1)


def _type(kind: Type) -> bytes:
    return json.dumps(kind.json(), separators=(",", ":")).encode()


def encode_function(function: Function | None) -> bytes:
    """A `Function` message; one of which nothing is known takes anything and returns what nobody knows."""
    if function is None:
        return _FUNCTION
    last = _message(2, _parameter(function.variadic)) if function.variadic else b""
    parameters = b"".join(_message(1, _parameter(parameter)) for parameter in function.parameters)
    return parameters + last + _message(3, _message(1, _type(function.returns)))


def _attribute(name: str, attribute: AttributeSchema, *, in_set: bool) -> bytes:
    # not every bundle says which arguments are write-only, but all providers name them so
    write_only = attribute.write_only or (name.endswith("_wo") and attribute.settable and not attribute.computed)
    return (
        _message(1, name.encode())
        + _message(2, _type(attribute.type))
        + _flag(4, attribute.required)
        + _flag(5, attribute.optional)
        + _flag(6, attribute.computed)
        + _flag(7, attribute.sensitive)
        + _flag(9, attribute.deprecated)
        + _flag(10, write_only and not in_set)
    )


def _block(block: BlockSchema, *, in_set: bool = False) -> bytes:
    out = bytearray()
    for name, attribute in block.attributes.items():
        out += _message(2, _attribute(name, attribute, in_set=in_set))
    for name, nested in block.blocks.items():
        out += _message(
            3,
            _message(1, name.encode())
            + _message(2, _block(nested.block, in_set=in_set or nested.nesting == "set"))
            + _flag(3, _NESTING[nested.nesting])
            + _flag(4, nested.min)
            + _flag(5, nested.max),
        )
    return bytes(out + _flag(6, block.deprecated))


def encode(block: BlockSchema) -> bytes:
    """A `Schema` message of the plugin protocol for one resource type, data source or provider configuration."""
    return _message(2, _block(block))


@dataclass
class Served:
    """What one provider serves: encoded schemas of its configuration, of the types in use and of functions, by name."""

    config: bytes = field(default_factory=lambda: encode(BlockSchema()))
    resources: dict[str, bytes] = field(default_factory=dict)
    data_sources: dict[str, bytes] = field(default_factory=dict)
    ephemeral: dict[str, bytes] = field(default_factory=dict)
    functions: dict[str, bytes] = field(default_factory=dict)

    def response(self) -> bytes:
        """The answer to GetSchema."""
        parts = [_message(1, self.config), _ASKED_ONCE]
        for number, kinds in ((2, self.resources), (3, self.data_sources), (8, self.ephemeral)):
            parts += [_message(number, _message(1, name.encode()) + _message(2, s)) for name, s in kinds.items()]
        parts += [_message(7, _message(1, name.encode()) + _message(2, f)) for name, f in self.functions.items()]
        return b"".join(parts)


@contextmanager
def serving(providers: Mapping[str, Served]) -> Iterator[str]:
    """Serve every provider on a loopback port of its own; yield the value of TF_REATTACH_PROVIDERS.

    `providers` maps full source addresses (`registry.terraform.io/hashicorp/aws`). Raises OSError when no port can be
    had.
    """
    from lsp_server.linters.grpc_server import answering  # and h2, which only a machine with terraform needs

    with answering(finder(schemas.response()) for schemas in providers.values()) as ports:
        reattach = {
            address: {
                "Protocol": "grpc",
                "ProtocolVersion": 5,
                "Pid": os.getpid(),
                "Test": True,
                "Addr": {"Network": "tcp", "String": f"127.0.0.1:{port}"},
            }
            for source, port in zip(providers, ports, strict=True)
            for address in _addresses(source)
        }
        yield json.dumps(reattach)


def _addresses(source: str) -> tuple[str, ...]:
    host, _, rest = source.partition("/")
    return tuple(f"{registry}/{rest}" for registry in REGISTRIES) if host in REGISTRIES else (source,)


def finder(schema: bytes) -> Callable[[str], Callable[[bytes], bytes] | int]:
    """What answers the calls of the plugin protocol, by method, for a provider of that schema. See grpc_server.Find."""
    answers = {
        _SERVICE + "GetSchema": schema,
        _SERVICE + "CallFunction": _message(1, _message(1, _UNKNOWN)),
        "/grpc.health.v1.Health/Check": _HEALTHY,
    }

    def find(method: str) -> Callable[[bytes], bytes] | int:
        name = method.rpartition("/")[2]
        if method in answers:
            return lambda _: answers[method]
        if method == _SERVICE + "PrepareProviderConfig":
            return lambda request: request  # both messages carry the configuration in field 1
        if name.startswith(_SILENT):
            return lambda _: b""
        return 0 if name == "StartStream" else _UNIMPLEMENTED

    return find
