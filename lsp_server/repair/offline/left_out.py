"""What of a refused proposal the request can do without: a resource that comes with another, a feature of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.repair.offline.recipes import Recipe
from lsp_server.repair.offline.resource import New
from lsp_server.repair.proposer import Task
from lsp_server.repair.regions import all_regions, regions_at

_SHOWN = 160


@dataclass(frozen=True)
class LeftOut:
    """Types and settings of types that are not written, and a part of a sentence for each, with the reason."""

    types: frozenset[str] = frozenset()
    settings: frozenset[tuple[str, str]] = frozenset()
    told: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.types or self.settings)


NOTHING = LeftOut()


def left_out(task: Task, resources: Sequence[New], recipes: Mapping[str, Recipe]) -> LeftOut:
    """What to write no more, by the findings that `task` targets in what was written: `resources`."""
    types: set[str] = set()
    settings: set[tuple[str, str]] = set()
    told: dict[str, None] = {}
    for finding in task.targets:
        new = _resource_at(task, finding, resources)
        if new is None:
            continue
        why = f" ({_short(finding.message)})"
        if new.by and not any(other.type == new.type and not other.by for other in resources):
            types.add(new.type)
            told[f"{new.type}{why}"] = None
        elif (name := _setting_at(task, finding, new)) and name in _optional(new, recipes.get(new.type, Recipe())):
            settings.add((new.type, name))
            told[f"{name} of {new.type}{why}"] = None
    return LeftOut(frozenset(types), frozenset(settings), tuple(told))


def _short(message: str) -> str:
    plain = " ".join(message.split()).rstrip(".")
    return plain if len(plain) <= _SHOWN else plain[:_SHOWN].rsplit(" ", 1)[0] + " …"


def _resource_at(task: Task, finding: Diagnostic, resources: Sequence[New]) -> New | None:
    regions = regions_at(task.unit, all_regions(task.unit, task.language), [(finding.uri, finding.span)])
    names = {(r.type, re.split(r"[/.\s]", r.name)[-1]) for r in regions if r.type}
    return next((new for new in resources if (new.type, new.id) in names), None)


def _setting_at(task: Task, finding: Diagnostic, new: New) -> str:
    """The setting of a resource in which a finding lies: the last that begins before the end of its line."""
    document = task.unit[finding.uri]
    end = document.line_span(document.position(finding.span.start).line).end
    regions = regions_at(task.unit, all_regions(task.unit, task.language), [(finding.uri, finding.span)])
    text = document.text[regions[0].span.start : end] if regions else ""
    return max(((at, name) for name in new.values for at in _places(name, text)), default=(0, ""))[1]


def _places(name: str, text: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(rf"^[ \t]*\"?{re.escape(name)}\"?[ \t]*[:={{]", text, re.MULTILINE))


def _optional(new: New, recipe: Recipe) -> frozenset[str]:
    """The settings that a request asks for beyond what is always written."""
    always = {*recipe.set, *new.preset, recipe.named}
    always |= {name for feature in recipe.features if not feature.words for name in feature.set}
    return frozenset(new.values) - always
