"""The embedded proposer: what a sentence asks for, as far as schemas and words tell, and what it did not understand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from lsp_server.core.edit import Edit, edit_unit, unit_edits
from lsp_server.core.fix import Applicability
from lsp_server.dialects.base import Language
from lsp_server.repair.offline.builder import Builder
from lsp_server.repair.offline.catalog import Catalog, CloudFormationCatalog, TerraformCatalog
from lsp_server.repair.offline.changing import changed
from lsp_server.repair.offline.cloudformation import TemplateNotation, template_edits
from lsp_server.repair.offline.left_out import NOTHING, LeftOut, left_out
from lsp_server.repair.offline.recipes import recipes
from lsp_server.repair.offline.resource import New
from lsp_server.repair.offline.search import mentioned, type_names
from lsp_server.repair.offline.terraform import ModuleNotation, module_edits
from lsp_server.repair.offline.wanted import wanted
from lsp_server.repair.offline.words import Words
from lsp_server.repair.proposer import IntentTask, Proposal, Refusal, Task
from lsp_server.repair.search.ranking import standing_out


class OfflineProposer:
    """Writes resources for an intent, and once more without what of it was refused, where the request can do without.

    To findings it has nothing to add beyond the fixers. One object serves one run.
    """

    name = "offline"
    metered = False

    def __init__(self) -> None:
        self._first: Task | None = None
        self._resources: Sequence[New] = ()

    async def propose(self, task: Task) -> Proposal | Refusal | None:
        """The resources that the intent names; None where it names none, or was answered and nothing can be left out.

        Where something is selected, features that are named are switched on in it.
        """
        if task.intent is None:
            return None
        tried = sum(attempt.proposer == self.name for attempt in task.attempts)
        if tried == 1 and self._first is not None and task.generated is not None and task.targets:
            return await asyncio.to_thread(self._again, task, self._first, task.intent)
        if task.generated is not None or tried:
            return None
        if task.intent.selected:
            return await asyncio.to_thread(changed, task, task.intent, self.name)
        return await asyncio.to_thread(self._propose, task, task.intent)

    def _propose(self, task: Task, intent: IntentTask, without: LeftOut = NOTHING) -> Proposal | None:
        words = Words(intent.words)
        kinds = mentioned(words, tuple(type_names(task.unit, task.language)), task.language)
        kinds = kinds or standing_out(words, task.unit, task.language)
        if not kinds:
            return None
        edits, builder = _written(task, intent, words, kinds, without)
        if not edits:
            return None
        self._first, self._resources = task, tuple(builder.resources)
        title = "Write " + ", ".join(f"{new.type} {new.id}" for new in builder.resources)
        return Proposal(self.name, title, edits, Applicability.UNSAFE, note=_note(words, builder, without))

    def _again(self, task: Task, first: Task, intent: IntentTask) -> Proposal | None:
        """What was written first, without what the findings are about; None where the request cannot do without it."""
        without = left_out(task, self._resources, recipes(task.language))
        proposal = self._propose(first, intent, without) if without else None
        if proposal is None:
            return None
        edits = unit_edits(task.unit, edit_unit(first.unit, proposal.edits))
        return replace(proposal, edits=edits) if edits else None


def _written(
    task: Task, intent: IntentTask, words: Words, kinds: list[tuple[str, int]], without: LeftOut
) -> tuple[tuple[Edit, ...], Builder]:
    unit, document = task.unit, task.unit[intent.uri]
    catalog: Catalog
    if task.language is Language.CLOUDFORMATION:
        catalog, notation = CloudFormationCatalog(), TemplateNotation(document)
        builder = Builder(words, task.language, catalog, notation, document.text, without)
        builder.build(wanted(words, kinds, recipes(task.language)))
        return template_edits(document, intent.insert_at, builder.resources, notation.parameters), builder
    catalog, names = TerraformCatalog(unit), ModuleNotation(unit)
    builder = Builder(words, task.language, catalog, names, document.text, without)
    builder.build(wanted(words, kinds, recipes(task.language)))
    return module_edits(unit, intent.uri, intent.insert_at, builder.resources, names), builder


def _note(words: Words, builder: Builder, without: LeftOut) -> str:
    parts = ["Written from schemas and the words of the request, without a model"]
    if without:
        parts.append("left out, as it was refused: " + ", ".join(without.told))
    parts += dict.fromkeys(builder.notes)
    kinds = {new.type for new in builder.resources}  # `SQS` of an SQS FIFO queue tells nothing more
    if left := [word for word in words.left() if not any(_is_of(word, kind) for kind in kinds)]:
        parts.append("not understood: " + ", ".join(left))
    return "; ".join(parts) + "."


def _is_of(word: str, kind: str) -> bool:
    """Whether a word is what the service of a resource type is called."""
    return word.lower() in kind.replace("::", "_").lower().split("_")[1:2]
