"""Which schema counts for a module: the installed provider's own, else by lock file, constraint, the newest."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from lsp_server.dialects.terraform import installed, providers
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.bundles import Bundle, BundleError, ProviderMeta, bundled, open_bundle
from lsp_server.dialects.terraform.lockfile import PUBLIC_HOST, public
from lsp_server.dialects.terraform.module import Declaration, Module, Requirement
from lsp_server.dialects.terraform.types import Type
from lsp_server.dialects.terraform.versions import Constraint, version

__all__ = ["AttributeSchema", "BlockSchema", "NestedBlock", "ProviderSchemas", "Type", "schema_for"]

log = logging.getLogger(__name__)
_IMPLIED = f"{PUBLIC_HOST}/hashicorp/"  # where Terraform looks for a provider that nothing declares


@dataclass(frozen=True)
class Choice:
    """The bundle that counts for a provider. `exact` tells whether the project's own version is one it speaks for.

    `others` are bundles of other major versions that the project might use just as well. `near` tells whether it is at
    least of the major version that the project has.
    """

    bundle: Bundle
    exact: bool
    others: tuple[Bundle, ...] = ()
    near: bool = True

    @property
    def meta(self) -> ProviderMeta:
        """Whose schema it is."""
        return self.bundle.meta

    @property
    def built_in(self) -> bool:
        """Whether the provider is part of Terraform itself and need not be declared."""
        return self.meta.source.startswith("terraform.io/builtin/")

    @property
    def told_by_provider(self) -> bool:
        """Whether the installed provider itself has told the schema, all of it."""
        return self.meta.origin == installed.ORIGIN

    @property
    def bundles(self) -> tuple[Bundle, ...]:
        """All that may count, the preferred one first."""
        return (self.bundle, *self.others)

    @property
    def title(self) -> str:
        """For a person: `aws 5.99.1`."""
        return f"{self.meta.provider} {self.meta.version}"


@dataclass(frozen=True)
class ProviderSchemas:
    """The schemas that count for one module, by the local names of its providers.

    Where a method takes a `provider`, that is the local name that a block's meta-argument gives; without it, the word
    before the first underscore of the type counts, as for Terraform.
    """

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

    @cached_property
    def _by_name(self) -> dict[str, Choice]:
        return dict(self.choices)

    def provider(self, name: str) -> Choice | None:
        """The choice for a provider's local name, None where no schema is bundled for it."""
        return self._by_name.get(name)

    def provider_of(self, type_name: str, provider: str = "") -> Choice | None:
        """The choice for a resource or data source type."""
        return self.provider(provider or providers.implied(type_name))

    def choice_of(self, block: t.Block | Declaration) -> Choice | None:
        """The choice for a resource, data source or ephemeral resource, by its meta-argument and type."""
        if isinstance(block, t.Block):
            return self.provider(providers.of_block(block))
        return self.provider(providers.of_declaration(block))

    def block_of(self, block: t.Block | Declaration) -> BlockSchema | None:
        """The schema of a resource, data source or ephemeral resource; None where it is not known."""
        choice = self.choice_of(block)
        if choice is None:
            return None
        kind, name = (block.type, block.labels[0].text) if isinstance(block, t.Block) else (block.kind, block.name[0])
        return typed(choice.bundle, kind, name)

    def resource(self, type_name: str, provider: str = "") -> BlockSchema | None:
        """The block of a resource type; None where the type or its provider is not known."""
        choice = self.provider_of(type_name, provider)
        return choice.bundle.resource(type_name) if choice else None

    def data_source(self, type_name: str, provider: str = "") -> BlockSchema | None:
        """The block of a data source type; None where the type or its provider is not known."""
        choice = self.provider_of(type_name, provider)
        return choice.bundle.data_source(type_name) if choice else None

    def ephemeral(self, type_name: str, provider: str = "") -> BlockSchema | None:
        """The block of an ephemeral resource type; None where the type or its provider is not known."""
        choice = self.provider_of(type_name, provider)
        return choice.bundle.ephemeral(type_name) if choice else None

    def provider_config(self, name: str) -> BlockSchema | None:
        """The block of `provider "name" {}`; None where the provider is not known."""
        choice = self.provider(name)
        return choice.bundle.config() if choice else None

    def resource_types(self, named: Collection[str] = (), word: str = "") -> list[str]:
        """The resource types of the providers that `likely` gives."""
        return _unique(name for c in self.likely(named, word) for name in c.bundle.resource_types)

    def data_types(self, named: Collection[str] = (), word: str = "") -> list[str]:
        """The data source types of the providers that `likely` gives."""
        return _unique(name for c in self.likely(named, word) for name in c.bundle.data_types)

    def ephemeral_types(self, named: Collection[str] = (), word: str = "") -> list[str]:
        """The ephemeral resource types that are known of the providers that `likely` gives."""
        return _unique(name for c in self.likely(named, word) for name in c.bundle.ephemeral_types)

    def likely(self, named: Collection[str] = (), word: str = "") -> list[Choice]:
        """The choices whose types may be meant where `word` is typed in a module that names those providers.

        Only their bundles need to be opened. All where the module names none that is known and nothing is typed that
        begins a provider's name.
        """
        first, whole, _ = word.lower().partition("_")

        def begun(name: str) -> bool:
            return name == first if whole else bool(first) and name.startswith(first)

        found = [choice for name, choice in self.choices if name in named or begun(name)]
        built_in = [choice for _, choice in self.choices if choice.built_in and choice not in found]
        return [*found, *built_in] if found else [choice for _, choice in self.choices]


def typed(bundle: Bundle, kind: str, type_name: str) -> BlockSchema | None:
    """The block of a type by the kind of its blocks, `resource`, `data` or `ephemeral`; None where it is not known."""
    if kind == "data":
        return bundle.data_source(type_name)
    return bundle.ephemeral(type_name) if kind == "ephemeral" else bundle.resource(type_name)


def _unique(names: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(names))


def schema_for(module: Module) -> ProviderSchemas:
    """The schemas that count for a module."""
    requirements = tuple(sorted((name, r.source, r.version) for name, r in module.required_providers.items()))
    return _choose(requirements, tuple(sorted(module.locked.items())), tuple(installed.bundles(module.locks)))


@lru_cache(maxsize=64)
def _choose(
    requirements: tuple[tuple[str, str, str], ...],
    locked: tuple[tuple[str, str], ...],
    standing: tuple[tuple[str, Bundle], ...],
) -> ProviderSchemas:
    required = {name: Requirement(source, constraint) for name, source, constraint in requirements}
    settled, own = dict(locked), dict(standing)
    by_address = _bundles_by_address()
    known = {**dict.fromkeys(own, ()), **by_address}
    constraints: dict[str, list[str]] = {}
    for name, requirement in required.items():
        constraints.setdefault(_address(name, requirement), []).append(requirement.version)
    choices: dict[str, Choice] = {}
    for name, requirement in required.items():
        address = _address(name, requirement)
        if address in known:
            wanted = ", ".join(filter(None, constraints[address]))
            choices[name] = _choice(known[address], wanted, settled.get(address, ""), own.get(address))
    # Terraform itself would look for hashicorp/docker; but kreuzwerker's is meant, as there is none of hashicorp's
    for address in sorted(known, key=lambda a: (a.startswith(_IMPLIED), a in own)):
        name = address.rsplit("/", 1)[-1]
        if name not in required:  # else the name means another provider here
            wanted = ", ".join(filter(None, constraints.get(address, ())))
            choice = _choice(known[address], wanted, settled.get(address, ""), own.get(address))
            implied = address.startswith(_IMPLIED) or choice.built_in
            choices[name] = choice if implied else Choice(choice.bundle, exact=False, near=choice.near)
    return ProviderSchemas(tuple(sorted(choices.items())), frozenset(required) - set(choices))


def _address(name: str, requirement: Requirement) -> str:
    parts = (requirement.source.strip() or f"hashicorp/{name}").split("/")
    if len(parts) == 1:
        parts = ["hashicorp", *parts]
    return public("/".join(parts if len(parts) == 3 else [PUBLIC_HOST, *parts[-2:]]))


@lru_cache(maxsize=1)
def _bundles_by_address() -> dict[str, list[Bundle]]:
    """The bundles of each provider, newest first; one that cannot be read is left out with a log line."""
    found: dict[str, list[Bundle]] = {}
    for path in bundled():
        try:
            bundle = open_bundle(path)
        except BundleError as error:
            log.warning("%s; it is left out", error)
            continue
        found.setdefault(bundle.meta.source.lower(), []).append(bundle)
    for bundles in found.values():
        bundles.sort(key=lambda b: version(b.meta.version), reverse=True)
    return found


def has_bundle(address: str, number: str) -> bool:
    """Whether the very version of the provider of that full address is bundled."""
    return any(bundle.meta.version == number for bundle in _bundles_by_address().get(address, ()))


def _choice(bundles: Sequence[Bundle], constraint_text: str, locked: str, own: Bundle | None) -> Choice:
    """The choice among `bundles`, and `own`, which is the schema of the locked version itself."""
    constraint = Constraint.parse(constraint_text)
    have = version(locked)
    outdated = bool(have) and not constraint.allows(have)  # until the next `terraform init -upgrade`
    if own is not None and not (outdated and bundles):
        return Choice(own, not outdated)
    if have and not outdated:
        return _nearest(bundles, have)
    fitting = [b for b in bundles if constraint.allows_major(version(b.meta.version)[0])]
    if fitting:
        newest = version(fitting[0].meta.version)
        # a constraint that no version up to the bundled one fulfils means a newer provider, which knows more
        exact = constraint.valid and constraint.allows_major(newest[0], newest)
        return Choice(fitting[0], exact, tuple(fitting[1:]))
    bound = constraint.terms[0][1] if constraint.terms else ()
    return replace(_nearest(bundles, bound), exact=False, near=False)  # `< 5.0` names a version that is not meant


def _nearest(bundles: Sequence[Bundle], have: tuple[int, ...]) -> Choice:
    """The bundle of the same major version, exact if it is at least as new; else the nearest major, never exact."""

    def distance(bundle: Bundle) -> int:
        return abs(version(bundle.meta.version)[0] - (have[0] if have else 0))

    best = min(bundles, key=distance)
    near = distance(best) == 0
    return Choice(best, near and version(best.meta.version) >= have, near=near)
