"""Pages that tell a person about a provider, a resource type or a module of the public registry."""

from __future__ import annotations

import re
from functools import lru_cache

_REGISTRY = "registry.terraform.io"
_PUBLIC = f"https://{_REGISTRY}"
_SAME_HOSTS = (f"{_REGISTRY}/", "registry.opentofu.org/")
_PROVIDER = re.compile(r"(?:[\w-]+/)?[\w-]+")
_MODULE = re.compile(r"([\w-]+/[\w-]+/[\w-]+)(?://(?:modules/)?([\w-]+))?")
_REPOSITORY = re.compile(r"github\.com/[\w.-]+/[\w-]+")
_VERSION = re.compile(r"=?\s*(\d+\.\d+\.\d+)")


def provider_page(source: str, version: str = "latest") -> str | None:
    """The page of a provider by its source address; None where it is of another registry."""
    name = _in_registry(source)
    if not _PROVIDER.fullmatch(name):
        return None
    return f"{_PUBLIC}/providers/{name if '/' in name else f'hashicorp/{name}'}/{version}/docs"


@lru_cache(maxsize=2048)
def type_page(source: str, version: str, kind: str, name: str) -> str | None:
    """The page of a resource type or a data source of a provider; `kind` is `resource`, `data` or `ephemeral`."""
    page = provider_page(source, version)
    folders = {"data": "data-sources", "ephemeral": "ephemeral-resources"}
    return f"{page}/{folders.get(kind, 'resources')}/{name.partition('_')[2]}" if page and "_" in name else None


def module_page(source: str, constraint: str = "") -> str | None:
    """The page of a module by its source: of the registry in the very version that is asked for, or a repository's."""
    if repository := _REPOSITORY.match(source):
        return f"https://{repository[0]}"
    found = _MODULE.fullmatch(_in_registry(source))
    if found is None:
        return None
    version = _VERSION.fullmatch(constraint.strip())
    page = f"{_PUBLIC}/modules/{found[1]}/{version[1] if version else 'latest'}"
    return f"{page}/submodules/{found[2]}" if found[2] else page


def _in_registry(source: str) -> str:
    source = source.strip()
    return next((source.removeprefix(host) for host in _SAME_HOSTS if source.startswith(host)), source)
