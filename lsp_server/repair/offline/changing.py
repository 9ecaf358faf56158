"""What a sentence asks of resources that are there: the features that it names are switched on, the rest stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lsp_server.core.document import Unit
from lsp_server.core.edit import Edit, apply_edits, edit_unit, unit_edits
from lsp_server.core.fix import Applicability
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.formatting.layout import layout
from lsp_server.repair.offline.builder import Builder
from lsp_server.repair.offline.catalog import Catalog, CloudFormationCatalog, TerraformCatalog
from lsp_server.repair.offline.cloudformation import TemplateNotation, template_edits
from lsp_server.repair.offline.resource import New
from lsp_server.repair.offline.set_in_block import set_in_block
from lsp_server.repair.offline.set_in_template import parameter_edits, set_in_template
from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.offline.terraform import ModuleNotation, module_edits
from lsp_server.repair.offline.words import NEGATIONS, Words
from lsp_server.repair.proposer import IntentTask, Proposal, Refusal, Task
from lsp_server.repair.region import Region
from lsp_server.repair.selected import selected_regions

_ONLY = "Without a model, only named features of a resource can be switched on, such as versioning or encryption"
_PASSED_OVER = frozenset({"turn", "switch", "change", "put", "give", "everything"})


@dataclass
class _Done:
    """What a change comes to so far: edits, what they are in a few words each, and what a person should know."""

    edits: list[Edit] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    understood: bool = False


def changed(task: Task, intent: IntentTask, name: str) -> Proposal | Refusal:
    """The edits that switch on in the selected resources what `intent` names, or why there are none."""
    words = Words(intent.words)
    regions = [r for r in selected_regions(task.unit, task.language, intent) if r.type and not r.insert]
    regions = [r for r in regions if task.language is Language.CLOUDFORMATION or r.declares.startswith("resource ")]
    if not regions or task.unit[regions[0].uri].name.endswith(".tf.json"):
        return Refusal(name, f"{_ONLY}, and no resource is selected.")
    done = _Done()
    for region in regions:
        of_it = Words(intent.words)
        _change(task, region, of_it, done)
        for known, here in zip(words.tokens, of_it.tokens, strict=True):
            known.used = known.used or here.used
    own = {stem for region in regions for stem in words_of(region.type)}
    left = [word for word in words.left() if word.lower() not in _PASSED_OVER and not own.issuperset(words_of(word))]
    if done.understood:
        left = [word for word in left if word.lower() not in NEGATIONS]
    missed = f"not understood: {', '.join(left)}" if left else ""
    if done.edits:
        notes = ["Changed by schemas and the words of the request, without a model", *dict.fromkeys(done.notes), missed]
        note = "; ".join(part for part in notes if part) + "."
        edits = _laid_out(task.unit, done.edits) if task.language is Language.TERRAFORM else tuple(done.edits)
        return Proposal(name, f"Set {', '.join(done.titles)}", edits, Applicability.UNSAFE, note=note)
    if done.understood and not left:
        said = "; ".join(dict.fromkeys(done.notes)) or "What the request asks for is so already"
        return Refusal(name, f"{said}; nothing was changed.", already=True)
    return Refusal(name, "; ".join(part for part in (_ONLY, *dict.fromkeys(done.notes), missed) if part) + ".")


def _change(task: Task, region: Region, words: Words, done: _Done) -> None:
    document = task.unit[region.uri]
    id_ = region.name.split("#")[0].rpartition("/" if "/" in region.name else ".")[2]
    catalog: Catalog
    if task.language is Language.CLOUDFORMATION:
        catalog, notation = CloudFormationCatalog(), TemplateNotation(document)
        builder = Builder(words, task.language, catalog, notation, document.text)
        new = builder.alter(region.type, id_)
        edits, told = set_in_template(document, region, new)
        others = builder.resources[1:]
        if others:
            edits += template_edits(document, region.span.end, others, notation.parameters)
        elif notation.parameters:
            edits += parameter_edits(document, notation.parameters)
    else:
        modules, names = TerraformCatalog(task.unit), ModuleNotation(task.unit)
        builder = Builder(words, task.language, modules, names, document.text)
        new = builder.alter(region.type, id_)
        edits, told = set_in_block(document, region, new, modules)
        others = builder.resources[1:]
        if others or names.variables or names.sources:
            edits += module_edits(task.unit, region.uri, region.span.end - 1, others, names)
    done.edits += edits
    done.titles += _titles(new, others) if edits else ()
    done.notes += [*builder.notes, *told]
    done.understood = done.understood or any(token.used for token in words.tokens)


def _titles(new: New, others: Sequence[New]) -> Iterator[str]:
    yield from (f"{name} of {new.id}" for name in (*new.values, *new.around))
    yield from (f"{other.type} {other.id}" for other in others)


def _laid_out(unit: Unit, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits, and what aligns what they wrote in the files that `terraform fmt` leaves as they are."""
    after = edit_unit(unit, edits)
    laid = [
        document.with_text(apply_edits(document.text, layout(document)))
        for document in after
        if document != unit[document.uri] and not layout(unit[document.uri])
    ]
    return unit_edits(unit, after.replacing(laid))
