"""A language model as a proposer: one request, and its answer as edits that nobody trusts yet."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypedDict, Unpack

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.base import Language
from lsp_server.fixers.base import Adviser, advised
from lsp_server.fixers.cloudformation.unused import UNUSED_CODES
from lsp_server.fixers.terraform.resource_type import CODES as TYPE_CODES
from lsp_server.fixers.terraform.tidy import UNUSED_CODES as UNUSED_DECLARATIONS
from lsp_server.models.base import Model, Purpose
from lsp_server.models.redaction import Redaction
from lsp_server.repair.asking import affordable, ask, declined
from lsp_server.repair.candidate import Candidate, Guard, Refused
from lsp_server.repair.forbidden import forbidden
from lsp_server.repair.private import redaction_of, without_hidden
from lsp_server.repair.prompt import MOST_FINDINGS, Prompt, build_prompt, said
from lsp_server.repair.proposer import IntentTask, Place, Proposal, Refusal, Task
from lsp_server.repair.region import Region
from lsp_server.repair.regions import all_regions, regions_at, unread, with_rest
from lsp_server.repair.regions_cloudformation import new_entry, new_template
from lsp_server.repair.regions_terraform import new_block
from lsp_server.repair.retyping import address_of, references_follow
from lsp_server.repair.search.ranking import candidates
from lsp_server.repair.selected import removal, selected_regions
from lsp_server.repair.streaming import Reading
from lsp_server.repair.strict import unreadable

_MAX_TOKENS = 12_000
_SECONDS = 60.0


class Options(TypedDict, total=False):
    """What is the same in all ways of asking; see `ModelProposer`."""

    exclude: Sequence[str]
    max_tokens: int
    timeout: float
    advisers: Mapping[Language, Adviser] | None
    hide_accounts: bool


class ModelProposer:
    """Asks `model`. `exclude` are globs of files that are never read into a request, besides those that never are.

    `advisers` say, for each language that has one, what helps with a finding besides the linter's message. With
    `hide_accounts`, ids of AWS accounts are hidden as secrets are. Where others have stalled (`purpose`), it sees why
    that was, but not what they wrote, and is asked about one place at a time.
    """

    metered = True

    def __init__(
        self,
        model: Model,
        *,
        exclude: Sequence[str] = (),
        max_tokens: int = _MAX_TOKENS,
        timeout: float = _SECONDS,
        advisers: Mapping[Language, Adviser] | None = None,
        purpose: Purpose = Purpose.REPAIR,
        hide_accounts: bool = False,
    ) -> None:
        self.name = model.name
        self._model = model
        self._exclude = tuple(exclude)
        self._max_tokens = max_tokens
        self._timeout = timeout
        self._advisers = advisers or {}
        self._purpose = purpose
        self._hide_accounts = hide_accounts
        self._redaction: Redaction | None = None
        """One for the whole run: what an answer was told of a stand-in holds for the next."""

    async def propose(self, task: Task) -> Proposal | Refusal | None:
        """Ask once. None where there is nothing that may be shown to a model. Raises ModelError, TooCostly."""
        prompt, task = await asyncio.to_thread(self._prompt, task)
        if prompt is None:
            return None
        request = await affordable(self._model, replace(prompt.request, purpose=self._purpose), task)
        answer, candidate = await ask(self._model, request, partial(_reading, prompt, task))
        if answer.stop_reason == "refusal":
            raise declined(self._model, answer)
        if answer.stop_reason == "max_tokens":
            candidate = Refused("the answer was cut off at its greatest length; change fewer regions")
        if isinstance(candidate, Candidate):
            candidate = await asyncio.to_thread(_usable, task, candidate)
        if isinstance(candidate, Refused):
            return Refusal(self.name, str(candidate), answer.usage, note=candidate.note)
        edits, parts = candidate.edits, tuple((Place(r.uri, r.span), own) for r, own in candidate.parts)
        if candidate.retyped:
            edits, parts = references_follow(task.unit, edits, candidate.retyped), ()
        return Proposal(
            self.name,
            _title(candidate, task),
            edits,
            Applicability.UNSAFE,
            removes=frozenset(map(address_of, candidate.retyped)),
            note=candidate.note,
            usage=answer.usage,
            parts=parts,
        )

    def _prompt(self, whole: Task) -> tuple[Prompt | None, Task]:
        """The request for a task, and the task as far as a model may see it."""
        task = without_hidden(whole, self._exclude)
        task = _one_place(task) if self._purpose is Purpose.STALLED else task
        if task.targets and task.intent is None and all(map(_asks_for_deletion, task.targets)):
            return None, task  # which no model may decide
        regions = _regions(task, one=self._purpose is Purpose.STALLED)
        if not regions:
            return None, task
        redaction = self._redacting(whole)
        adviser, found = self._advisers.get(task.language), task.analysis.diagnostics
        targets = tuple(advised(adviser, task.unit, found, target) for target in task.targets[:MOST_FINDINGS])
        told = replace(task, targets=targets + task.targets[MOST_FINDINGS:])
        redaction.learn(*said(told))
        prompt = build_prompt(
            told,
            regions,
            _types(task, regions),
            redaction=redaction,
            max_tokens=self._max_tokens,
            timeout=self._timeout,
        )
        return prompt, task

    def _redacting(self, task: Task) -> Redaction:
        """What hides the secrets of all files of a unit, also of hidden ones: linters quote those in others."""
        if self._redaction is None:
            self._redaction = redaction_of(task, said(task), accounts=self._hide_accounts)
        return self._redaction


def _usable(task: Task, candidate: Candidate) -> Candidate | Refused:
    """What of a candidate may be linted: all of it, or of a repair the parts that have nothing wrong by themselves."""
    problem = _unusable(task, candidate.edits)
    if not problem:
        return candidate
    apart = task.intent is None and not candidate.retyped
    parts = tuple(part for part in candidate.parts if apart and not _unusable(task, part[1]))
    if not parts:
        return Refused(problem)
    return replace(candidate, parts=parts, note=f"{candidate.note} Left out of the answer: {problem}.".lstrip())


def _unusable(task: Task, edits: Sequence[Edit]) -> str:
    """Why edits need not be linted, in a sentence; empty where they may be."""
    wish = task.intent.words if task.intent is not None else None
    return unreadable(task.unit, task.language, edits) or forbidden(task.unit, task.language, edits, wish)


def _reading(prompt: Prompt, task: Task) -> Reading:
    wished = prompt.redaction.hide(task.intent.words) if task.intent is not None else ""
    guard = Guard(prompt.redaction, wished)
    return Reading(task.unit, prompt.regions, None if task.intent else task.region, guard)


def strategies(model: Model, purpose: Purpose, **options: Unpack[Options]) -> tuple[ModelProposer, ...]:
    """The ways in which a model is asked, one after the other: where the first stalls, another once.

    While somebody types there is only the first. `options` are those of `ModelProposer`.
    """
    first = ModelProposer(model, purpose=purpose, **options)
    if purpose is Purpose.GHOST_TEXT:
        return (first,)
    return first, ModelProposer(model, purpose=Purpose.STALLED, **options)


def _asks_for_deletion(target: Diagnostic) -> bool:
    """Whether a finding says that something declared is not used: a person knows whether it is to go, or to be used."""
    return target.code in UNUSED_CODES or target.code in UNUSED_DECLARATIONS


def _one_place(task: Task) -> Task:
    """The task of clearing what is wrong in the place of the worst finding, without what was written before."""
    worst = min(task.targets, key=lambda t: (not t.syntax, t.severity), default=None)
    attempts = tuple(replace(a, edits=()) for a in task.attempts)
    if worst is None or task.generated is not None or task.unit.get(worst.uri) is None:
        return replace(task, attempts=attempts)
    regions = regions_at(task.unit, all_regions(task.unit, task.language), [(worst.uri, worst.span)])
    here = [t for t in task.targets if any(t.uri == r.uri and r.span.overlaps(t.span) for r in regions)]
    return replace(task, attempts=attempts, targets=tuple(here) or (worst,))


def _regions(task: Task, *, one: bool) -> tuple[Region, ...]:
    """What may be edited: the blocks of the findings or of what was generated, and places for something new.

    Where a text cannot be read, these are all blocks with a syntax error, or only `one`: a linter tells the first.
    """
    unit = task.unit
    if not unit.documents:
        return ()
    if task.intent is not None and task.intent.selected:
        return _to_change(task, task.intent)
    if task.intent is not None and task.generated is None:
        return _new_places(task.intent, task) if unit.get(task.intent.uri) is not None else ()
    places = [(target.uri, target.span) for target in task.targets[:MOST_FINDINGS]]
    if task.generated is not None:
        places.append((task.generated.uri, task.generated.span))
    everything = tuple(_judged(region, task) for region in all_regions(unit, task.language))
    broken = [(target.uri, target.span) for target in task.targets if target.syntax]
    broken += itertools.islice(_unread(task), 1 if one else None)
    for uri, span in broken:
        if unit.get(uri) is not None:
            everything = with_rest(unit, everything, uri, span.start)
    places += broken
    found = regions_at(unit, everything, [place for place in places if unit.get(place[0]) is not None])
    limit = task.generated or task.region
    if limit is not None:
        found = tuple(region for region in found if region.uri == limit.uri and region.span.overlaps(limit.span))
    if not found or task.region is not None:
        return found
    uri = found[0].uri
    return found + _additions(task, uri)


def _unread(task: Task) -> Iterator[tuple[str, Span]]:
    """The blocks that cannot be read, of the documents that a linter could not read."""
    for uri in dict.fromkeys(target.uri for target in task.targets if target.syntax):
        document = task.unit.get(uri)
        if document is not None:
            yield from ((uri, span) for span in unread(document, task.language))


def _to_change(task: Task, intent: IntentTask) -> tuple[Region, ...]:
    """What a person selected, and places for what the change needs besides."""
    found = selected_regions(task.unit, task.language, intent)
    return found + _additions(task, intent.uri) if task.unit.get(intent.uri) is not None else found


def _judged(region: Region, task: Task) -> Region:
    """The region, whether a finding says that its type is not known, and whether it was written in this run."""
    wrong = (t for t in task.targets if t.uri == region.uri and t.code in TYPE_CODES)
    region = replace(region, known=not any(region.span.encloses(t.span) for t in wrong))
    own = task.generated
    if own is None or own.uri != region.uri or not own.span.encloses(region.span):
        return region
    return replace(region, free=True, removal=removal(task.unit[region.uri], task.language, region))


def _title(candidate: Candidate, task: Task) -> str:
    if task.intent is not None and task.generated is None and not task.intent.selected:
        return f"Write {task.intent.words.strip()[:80]}"
    types = [f"the type of {declared} to {new_type}" for declared, new_type in candidate.retyped.items()]
    return "Change " + ", ".join([*types, *(r.name for r in candidate.regions if r.declares not in candidate.retyped)])


def _new_places(intent: IntentTask, task: Task) -> tuple[Region, ...]:
    document = task.unit[intent.uri]
    if task.language is Language.TERRAFORM:
        return (new_block(document, intent.insert_at),)
    whole = new_template(document, intent.insert_at)
    if whole is not None:
        return (whole,)
    place = new_entry(document, "Resources", intent.insert_at)
    return (place, *_additions(task, intent.uri, ("Parameters", "Outputs"))) if place else ()


def _additions(task: Task, uri: str, sections: Sequence[str] = ("Parameters", "Resources")) -> tuple[Region, ...]:
    document = task.unit[uri]
    if task.language is Language.TERRAFORM:
        return (new_block(document),)
    found = (new_entry(document, section) for section in sections)
    return _apart(tuple(place for place in found if place is not None))


def _apart(places: Sequence[Region]) -> tuple[Region, ...]:
    """No two places at one offset: what is written there would run together."""
    seen: dict[Span, Region] = {}
    for place in places:
        seen.setdefault(place.span, place)
    return tuple(seen.values())


def _types(task: Task, regions: Sequence[Region]) -> list[str]:
    found = [region.type for region in regions if region.type]
    if task.intent is not None:
        found += [one.type for one in candidates(task.intent.words, task.unit, task.language)]
    return list(dict.fromkeys(found))
