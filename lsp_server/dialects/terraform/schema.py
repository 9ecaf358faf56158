"""Which schema counts for a module: by lock file, then version constraint, then the newest that is bundled."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.bundles import Bundle, BundleError, ProviderMeta, bundled, open_bundle
from lsp_server.dialects.terraform.module import Module, Requirement
from lsp_server.dialects.terraform.types import Type
from lsp_server.dialects.terraform.versions import Constraint, version

__all__ = ["AttributeSchema", "BlockSchema", "NestedBlock", "ProviderSchemas", "Type", "schema_for"]

log = logging.getLogger(__name__)
_HOST = "registry.terraform.io"
_SAME_HOSTS = frozenset({"registry.opentofu.org", "registry.terraform.io"})  # the first serves what the second does


@dataclass(frozen=True)
class Choice:
    """The bundle that counts for a provider. `exact` tells whether the project's own version is one it speaks for.

    `others` are bundles of other major versions that the project might use just as well.
    """

    bundle: Bundle
    exact: bool
    others: tuple[Bundle, ...] = ()

    @property
    def meta(self) -> ProviderMeta:
        """Whose schema it is."""
        return self.bundle.meta

    @property
    def built_in(self) -> bool:
        """Whether the provider is part of Terraform itself and need not be declared."""
        return self.meta.source.startswith("terraform.io/builtin/")

    @property
    def title(self) -> str:
        """For a person: `aws 5.99.1`."""
        return f"{self.meta.provider} {self.meta.version}"


@dataclass(frozen=True)
class ProviderSchemas:
    """The schemas that count for one module, by the local names of its providers."""

    choices: tuple[tuple[str, Choice], ...]
    foreign: frozenset[str] = frozenset()

    @cached_property
    def alternatives(self) -> tuple[ProviderSchemas, ...]:
        """The same with other major versions that the project might use just as well."""
        most = max((len(choice.others) for _, choice in self.choices), default=0)
        found = []
        for number in range(most):
            others = [(n, Choice(c.others[number], c.exact) if number < len(c.others) else c) for n, c in self.choices]
            found.append(ProviderSchemas(tuple(others), self.foreign))
        return tuple(found)

    def provider(self, name: str) -> Choice | None:
        """The choice for a provider's local name, None where no schema is bundled for it."""
        return next((choice for local, choice in self.choices if local == name), None)

    def provider_of(self, type_name: str) -> Choice | None:
        """The choice for a resource or data source type, by the word before its first underscore."""
        return self.provider(type_name.partition("_")[0])

    def resource(self, type_name: str) -> BlockSchema | None:
        """The block of a resource type; None where the type or its provider is not known."""
        choice = self.provider_of(type_name)
        return choice.bundle.resource(type_name) if choice else None

    def data_source(self, type_name: str) -> BlockSchema | None:
        """The block of a data source type; None where the type or its provider is not known."""
        choice = self.provider_of(type_name)
        return choice.bundle.data_source(type_name) if choice else None

    def provider_config(self, name: str) -> BlockSchema | None:
        """The block of `provider "name" {}`; None where the provider is not known."""
        choice = self.provider(name)
        return choice.bundle.config() if choice else None

    def resource_types(self) -> list[str]:
        """All resource types of all providers."""
        return [name for _, choice in self.choices for name in choice.bundle.resource_types]

    def data_types(self) -> list[str]:
        """All data source types of all providers."""
        return [name for _, choice in self.choices for name in choice.bundle.data_types]


def schema_for(module: Module) -> ProviderSchemas:
    """The schemas that count for a module."""
    requirements = tuple(sorted((name, r.source, r.version) for name, r in module.required_providers.items()))
    return _choose(requirements, tuple(sorted(module.locked.items())))


@lru_cache(maxsize=64)
def _choose(requirements: tuple[tuple[str, str, str], ...], locked: tuple[tuple[str, str], ...]) -> ProviderSchemas:
    required = {name: Requirement(source, constraint) for name, source, constraint in requirements}
    settled = {_address("", Requirement(source)): found for source, found in locked}
    choices: list[tuple[str, Choice]] = []
    by_address = _bundles_by_address()
    for address, bundles in by_address.items():
        local = next((n for n, r in required.items() if _address(n, r) == address), None)
        own = address.rsplit("/", 1)[-1]
        if local is None and own in required:
            continue  # the name means another provider here
        requirement = required.get(local, Requirement()) if local else Requirement()
        choices.append((local or own, _choice(bundles, requirement.version, settled.get(address, ""))))
    known = {name for name, _ in choices}
    return ProviderSchemas(tuple(choices), frozenset(required) - known)


def _address(name: str, requirement: Requirement) -> str:
    parts = (requirement.source.strip() or f"hashicorp/{name}").lower().split("/")
    if len(parts) == 1:
        parts = ["hashicorp", *parts]
    host = parts[0] if len(parts) == 3 and parts[0] not in _SAME_HOSTS else _HOST
    return "/".join([host, *parts[-2:]])


def _bundles_by_address() -> dict[str, list[Bundle]]:
    """The bundles of each provider, newest first; one that cannot be read is left out with a log line."""
    found: dict[str, list[Bundle]] = {}
    for path in bundled():
        try:
            bundle = open_bundle(path)
        except BundleError as error:
            log.warning("%s", error)
            continue
        found.setdefault(bundle.meta.source, []).append(bundle)
    for bundles in found.values():
        bundles.sort(key=lambda b: version(b.meta.version), reverse=True)
    return found


def _choice(bundles: list[Bundle], constraint_text: str, locked: str) -> Choice:
    if locked and (have := version(locked)):
        return _nearest(bundles, have)
    constraint = Constraint.parse(constraint_text)
    fitting = [b for b in bundles if constraint.allows_major(version(b.meta.version)[0])]
    if fitting:
        newest = version(fitting[0].meta.version)
        # a constraint that no version up to the bundled one fulfils means a newer provider, which knows more
        exact = constraint.valid and constraint.allows_major(newest[0], newest)
        return Choice(fitting[0], exact, tuple(fitting[1:]))
    bound = constraint.terms[0][1] if constraint.terms else ()
    return _nearest(bundles, bound)


def _nearest(bundles: list[Bundle], have: tuple[int, ...]) -> Choice:
    """The bundle of the same major version, exact if it is at least as new; else the nearest major, never exact."""

    def distance(bundle: Bundle) -> int:
        return abs(version(bundle.meta.version)[0] - (have[0] if have else 0))

    best = min(bundles, key=distance)
    return Choice(best, distance(best) == 0 and version(best.meta.version) >= have)
