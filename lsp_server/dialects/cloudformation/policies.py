"""What cfn-lint knows of IAM: the services, their actions, and the ARNs of what an action is about."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from lsp_server.dialects.cloudformation.schema_files import package

_WORDS = Path(__file__).parent / "action_words.txt"
_STRAY, _LETTER = 12.0, 6.0  # what a stretch of letters costs that is no word, and each of its letters


class _Action(msgspec.Struct):
    resources: tuple[str, ...] = msgspec.field(default=(), name="Resources")


class _Resource(msgspec.Struct):
    formats: tuple[str, ...] = msgspec.field(default=(), name="ARNFormats")
    keys: tuple[str, ...] = msgspec.field(default=(), name="ConditionKeys")


class Service(msgspec.Struct):
    """One service: its actions and kinds of resources by their names in lower case."""

    actions: dict[str, _Action] = msgspec.field(default_factory=dict, name="Actions")
    resources: dict[str, _Resource] = msgspec.field(default_factory=dict, name="Resources")

    def arns(self, action: str) -> tuple[str, ...]:
        """The formats of the ARNs that an action is about; `.*` is any text in one."""
        known = self.actions.get(action.lower())
        kinds = known.resources if known is not None else ()
        return tuple(form for kind in kinds if kind in self.resources for form in self.resources[kind].formats)


@lru_cache(maxsize=1)
def _raw() -> Mapping[str, msgspec.Raw]:
    root = package()
    path = root / "data" / "AdditionalSpecs" / "Policies.json" if root is not None else None
    return msgspec.json.decode(path.read_bytes(), type=dict[str, msgspec.Raw]) if path and path.is_file() else {}


@lru_cache(maxsize=1)
def services() -> tuple[str, ...]:
    """The prefixes of all services, as `s3`, sorted."""
    return tuple(sorted(_raw()))


@lru_cache(maxsize=32)
def service(prefix: str) -> Service | None:
    """A service by its prefix; None for one that is not known."""
    raw = _raw().get(prefix.lower())
    return msgspec.json.decode(raw, type=Service) if raw is not None else None


@lru_cache(maxsize=1)
def services_by_action() -> Mapping[str, tuple[str, ...]]:
    """The services that have an action, by its name in lower case."""
    found: dict[str, tuple[str, ...]] = {}
    for prefix, raw in _raw().items():
        for action in msgspec.json.decode(raw, type=Service).actions:
            found[action] = (*found.get(action, ()), prefix)
    return found


@lru_cache(maxsize=1)
def _costs() -> dict[str, tuple[float, str] | None]:
    """What each word costs, less for frequent ones, with its capitals; None for the beginnings of words."""
    words = _WORDS.read_text(encoding="utf-8").split()
    costs: dict[str, tuple[float, str] | None] = {
        word[:end].lower(): None for word in words for end in range(1, len(word))
    }
    for rank, word in enumerate(words):
        costs[word.lower()] = math.log((rank + 2) * math.log(len(words))), word
    return costs


@lru_cache(maxsize=4000)
def capitalized(action: str) -> str:
    """An action's name in lower case as it is usually written: `getobject` is `GetObject`."""
    costs = _costs()
    best: list[tuple[float, str, bool]] = [(0.0, "", False), *[(math.inf, "", False)] * len(action)]
    for start in range(len(action)):
        before, text, unknown = best[start]
        letter = action[start] if unknown else action[start].upper()
        stray = before + _LETTER + (0 if unknown else _STRAY), text + letter, True
        best[start + 1] = min(best[start + 1], stray)
        for end in range(start + 1, len(action) + 1):
            if (part := action[start:end]) not in costs:
                break
            word = costs[part]
            if word is not None and before + word[0] < best[end][0]:
                best[end] = before + word[0], text + word[1], False
    return best[-1][1]
