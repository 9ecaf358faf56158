"""What is wanted of the most wanted resources, as data: their names in speech, their usual settings, their features."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import msgspec

from lsp_server.dialects.base import Language
from lsp_server.repair.offline.stems import words_of


class Brought(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A resource that comes with another, and its settings."""

    type: str
    set: dict[str, Any] = {}


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that may be asked for. `words` are phrases, any of which asks for it; none means always.

    With `where` it is one only if the intent names all of those types, with `unless` only if it names none of those.
    `set` is merged into the resource's settings,
    `also` are types of resources that come with it, `around` are settings beside the properties (`DeletionPolicy`).
    Where an earlier feature has set a property, a later one does not, nor does it then bring what it `brings`.
    What always comes is left out where a feature that is spoken of brings the same with more settings.
    With `by` it is one of a resource that is written for one of those types, whatever the words; with `variant` of one
    of that variant, `plain` being one of none. What `prefers` a variant of others refers to that one.
    """

    words: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    set: dict[str, Any] = {}
    also: tuple[str, ...] = ()
    around: dict[str, Any] = {}
    by: tuple[str, ...] = ()
    variant: str = ""
    prefers: str = ""
    brings: tuple[Brought, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """The types of all resources that come with it."""
        return (*self.also, *(one.type for one in self.brings))


class Split(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of a resource is written as resources of another type, one for each value of each of `each` in its items.

    `to` refers to the resource that it is taken from; `renamed` are the fields that are called otherwise there.
    """

    type: str
    to: str
    renamed: dict[str, str] = {}
    each: tuple[str, ...] = ()


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a resource type is written. `name` is its id, `named` the property that holds its name in AWS.

    `known` properties are never set from words alone; the lists in `grows` are joined where several features set them.
    `variants` are what there may be of it (public and private subnets), `prefers` is the variant of others that it
    refers to; `plural` is how many a plural without a number means. What is `within` a type is written anew where that
    is new; what is `apart` serves one type only (a role). `wired` is the attribute by which others name it.
    It `includes` the types whose plural is of its making (instances).
    It comes `after` resources of those types that it does not name: an address after the gateway of its network.
    Verbs that are `against` something, by their stems, deny the features that they are about (`blocks SSH`).
    What is `split` is written as resources of their own, unless the file has it in the resource.
    Values that begin with `@` are worked out: `values` tells how. An empty one keeps a place for that of a feature.
    """

    name: str = ""
    named: str = ""
    set: dict[str, Any] = {}
    features: tuple[Feature, ...] = ()
    also: tuple[str, ...] = ()
    around: dict[str, Any] = {}
    known: tuple[str, ...] = ()
    grows: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    prefers: str = ""
    plural: int = 0
    within: str = ""
    apart: bool = False
    wired: str = ""
    includes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    split: dict[str, Split] = {}
    against: tuple[str, ...] = ()


class Spoken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a thing is called, and its type in each language; empty where the language has none.

    With `beside` it is called so only where one of those phrases is said as well: a `record` is one of a zone beside
    Route 53.
    With `acting` it is only where an action of a service is written: a policy that allows `s3:GetObject`.
    `otherwise` it is meant only where nothing else is named: `S3`, `MySQL`. What
    has no type at all is no thing of its own (`ssm parameter store`).
    """

    words: tuple[str, ...]
    beside: tuple[str, ...] = ()
    acting: bool = False
    otherwise: bool = False
    cloudformation: str = ""
    terraform: str = ""

    @property
    def means_nothing(self) -> bool:
        """Whether the words name no resource in any language."""
        return not self.cloudformation and not self.terraform


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A data source of Terraform: its type, label and arguments, and the attribute that is wanted of it."""

    type: str
    label: str
    set: dict[str, Any]
    attribute: str = ""


def _read(name: str) -> bytes:
    return resources.files("lsp_server.repair.offline").joinpath("data", name).read_bytes()


@cache
def recipes(language: Language) -> dict[str, Recipe]:
    """The recipes of a language by resource type."""
    return msgspec.yaml.decode(_read(f"{language.value}.yaml"), type=dict[str, Recipe])


@cache
def spoken() -> tuple[Spoken, ...]:
    """What things are called."""
    return msgspec.yaml.decode(_read("spoken.yaml"), type=tuple[Spoken, ...])


@cache
def sources() -> dict[str, Source]:
    """Data sources of Terraform by what recipes call them."""
    return msgspec.yaml.decode(_read("sources.yaml"), type=dict[str, Source])


@cache
def called(kind: str) -> tuple[tuple[str, ...], ...]:
    """The stems of what a resource type is called in speech."""
    things = [thing for thing in spoken() if kind in (thing.cloudformation, thing.terraform)]
    return tuple(words_of(phrase) for thing in things for phrase in thing.words)
