"""The embedded proposer: what a sentence asks for, as far as schemas and words tell, and what it did not understand."""

from __future__ import annotations

import asyncio

from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.base import Language
from lsp_server.repair.offline.builder import Builder
from lsp_server.repair.offline.catalog import Catalog, CloudFormationCatalog, TerraformCatalog
from lsp_server.repair.offline.changing import changed
from lsp_server.repair.offline.cloudformation import TemplateNotation, template_edits
from lsp_server.repair.offline.recipes import recipes
from lsp_server.repair.offline.search import mentioned, type_names
from lsp_server.repair.offline.terraform import ModuleNotation, module_edits
from lsp_server.repair.offline.wanted import wanted
from lsp_server.repair.offline.words import Words
from lsp_server.repair.proposer import IntentTask, Proposal, Refusal, Task
from lsp_server.repair.search.ranking import standing_out


class OfflineProposer:
    """Writes resources for an intent, once. To findings it has nothing to add beyond the fixers."""

    name = "offline"
    metered = False

    async def propose(self, task: Task) -> Proposal | Refusal | None:
        """The resources that the intent names; None where it names none, or was answered already.

        Where something is selected, features that are named are switched on in it.
        """
        if task.intent is None or task.generated is not None or any(a.proposer == self.name for a in task.attempts):
            return None
        if task.intent.selected:
            return await asyncio.to_thread(changed, task, task.intent, self.name)
        return await asyncio.to_thread(self._propose, task, task.intent)

    def _propose(self, task: Task, intent: IntentTask) -> Proposal | None:
        words = Words(intent.words)
        kinds = mentioned(words, tuple(type_names(task.unit, task.language)), task.language)
        kinds = kinds or standing_out(words, task.unit, task.language)
        if not kinds:
            return None
        edits, builder = _written(task, intent, words, kinds)
        if not edits:
            return None
        title = "Write " + ", ".join(f"{new.type} {new.id}" for new in builder.resources)
        return Proposal(self.name, title, edits, Applicability.UNSAFE, note=_note(words, builder))


def _written(
    task: Task, intent: IntentTask, words: Words, kinds: list[tuple[str, int]]
) -> tuple[tuple[Edit, ...], Builder]:
    unit, document = task.unit, task.unit[intent.uri]
    catalog: Catalog
    if task.language is Language.CLOUDFORMATION:
        catalog, notation = CloudFormationCatalog(), TemplateNotation(document)
        builder = Builder(words, task.language, catalog, notation, document.text)
        builder.build(wanted(words, kinds, recipes(task.language)))
        return template_edits(document, intent.insert_at, builder.resources, notation.parameters), builder
    catalog, names = TerraformCatalog(unit), ModuleNotation(unit)
    builder = Builder(words, task.language, catalog, names, document.text)
    builder.build(wanted(words, kinds, recipes(task.language)))
    return module_edits(unit, intent.uri, intent.insert_at, builder.resources, names), builder


def _note(words: Words, builder: Builder) -> str:
    parts = ["Written from schemas and the words of the request, without a model"]
    parts += dict.fromkeys(builder.notes)
    if left := words.left():
        parts.append("not understood: " + ", ".join(left))
    return "; ".join(parts) + "."
