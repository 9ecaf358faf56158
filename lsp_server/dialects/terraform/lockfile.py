"""Reads `.terraform.lock.hcl`: which version of each provider a project has settled on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse

PUBLIC_HOST = "registry.terraform.io"
SAME_HOSTS = frozenset({"registry.opentofu.org", PUBLIC_HOST})
"""The public registries; the first serves what the second does."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A provider as the lock file has it: its address as it stands there, the version, the hashes, the whole block.

    `key` names the very package: it is the same for equal address, version and hashes.
    """

    address: str
    version: str
    hashes: tuple[str, ...]
    text: str
    key: str


@lru_cache(maxsize=16)
def locked_providers(text: str) -> Mapping[str, Locked]:
    """The providers by full address (`registry.terraform.io/hashicorp/aws`), that of OpenTofu's registry as the same.

    What cannot be read is left out.
    """
    found: dict[str, Locked] = {}
    for block in parse(text).blocks:
        version, hashes = block.body.attribute("version"), block.body.attribute("hashes")
        if block.type == "provider" and block.labels and version and isinstance(version.value, t.Template):
            items = hashes.value.items if hashes and isinstance(hashes.value, t.TupleExpression) else ()
            kept = tuple(item.text or "" for item in items if isinstance(item, t.Template))
            address, written = block.labels[0].text, text[block.span.start : block.span.end]
            number = version.value.text or ""
            key = hashlib.sha256("\n".join((address, number, *sorted(kept))).encode("utf-8", "replace")).hexdigest()
            found[public(address)] = Locked(address, number, kept, written, key)
    return found


def public(address: str) -> str:
    """A full address as bundles have it: in lower case, and of the two public registries Terraform's."""
    host, _, rest = address.lower().partition("/")
    return f"{PUBLIC_HOST}/{rest}" if host in SAME_HOSTS else f"{host}/{rest}"
