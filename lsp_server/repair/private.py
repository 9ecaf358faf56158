"""What of a unit no model may see: files that are never read into a request, and values declared to be secret."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.dialects.terraform import deprecations
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import is_variables_file, module_of, trees_of
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.schema import ProviderSchemas, schema_for
from lsp_server.models.redaction import Redaction
from lsp_server.repair.proposer import Task

NEVER = ("*.tfstate", "*.tfstate.*", ".terraform", ".env", ".env.*")
"""Whatever the settings say: states, what `terraform init` keeps, environments."""


def excluded(document: Document, patterns: Iterable[str]) -> bool:
    """Whether a document may not be read into a prompt, by the globs of the settings or in any case.

    A pattern counts in every folder, and one that names a folder for all that is in it: better too much than too
    little.
    """
    path = unquote(urlsplit(document.uri).path) or document.uri
    names = {pattern.removeprefix("**/").removeprefix("./").strip("/") for pattern in (*NEVER, *patterns)} - {""}
    return any(fnmatch.fnmatch(f"/{path}/", f"*/{name}/*") for name in names)


def hidden_files(unit: Unit, language: Language, patterns: Iterable[str]) -> frozenset[str]:
    """The uris of documents that no model may see: excluded ones, and those that give sensitive variables values."""
    globs = tuple(patterns)
    hidden = {one.uri for one in _all(unit) if excluded(one, globs)}
    if language is Language.TERRAFORM:
        names = sensitive_names(unit, language)
        hidden |= {one.uri for one in _all(unit) if is_variables_file(one) and names & {a.name for a in _assigned(one)}}
    return frozenset(hidden)


def without_hidden(task: Task, patterns: Iterable[str]) -> Task:
    """The task without the documents that no model may see (see `hidden_files`), and what was said of them."""
    hidden = hidden_files(task.unit, task.language, patterns)
    if not hidden:
        return task
    unit, analysis = task.unit, task.analysis
    shown = replace(
        unit,
        documents=tuple(d for d in unit.documents if d.uri not in hidden),
        nearby=tuple(d for d in unit.nearby if d.uri not in hidden),
        callers=tuple(d for d in unit.callers if d.uri not in hidden),
        beside=tuple(d for d in unit.beside if d.uri not in hidden),
    )
    found = tuple(d for d in analysis.diagnostics if d.uri not in hidden)
    targets = tuple(target for target in task.targets if target.uri not in hidden)
    attempts = tuple(a for a in task.attempts if not any(edit.uri in hidden for edit in a.edits))
    return replace(task, analysis=replace(analysis, unit=shown, diagnostics=found), targets=targets, attempts=attempts)


def redaction_of(task: Task, texts: Iterable[str], *, accounts: bool) -> Redaction:
    """What hides the secrets of all files of a unit and of `texts`; with `accounts`, ids of AWS accounts as well.

    Those of hidden files, too: linters quote them in others.
    """
    unit, language = task.unit, task.language
    names, values = sensitive_names(unit, language), declared_secrets(unit, language)
    return Redaction(texts, names=names, values=values, accounts=accounts)


def covered(task: Task, redaction: Redaction) -> Task:
    """The task with stand-ins in its texts, and its targets where they lie in those.

    What is read out of such texts, quoted and cut, holds no part of a secret. The targets are its only findings.
    """
    unit = task.unit

    def hidden(documents: Iterable[Document]) -> tuple[Document, ...]:
        return tuple(_with_text(document, redaction.hide(document.text)) for document in documents)

    shown = replace(unit, documents=hidden(unit.documents), nearby=hidden(unit.nearby), callers=hidden(unit.callers))
    moved = []
    for target in task.targets:
        text = unit[target.uri].text
        start, end = (len(redaction.replace(text[:offset])) for offset in target.span)
        moved.append(replace(target, span=Span(start, max(start, end))))
    analysis = replace(task.analysis, unit=shown, diagnostics=tuple(moved))
    return replace(task, analysis=analysis, targets=tuple(moved))


def _with_text(document: Document, text: str) -> Document:
    return document if text == document.text else document.with_text(text)


def sensitive_names(unit: Unit, language: Language) -> frozenset[str]:
    """The names of Terraform variables that say they hold secrets, in the unit and in the child modules it calls."""
    if language is not Language.TERRAFORM:
        return frozenset()
    return frozenset(block.labels[0].text for _, block in _sensitive_variables(unit))


def declared_secrets(unit: Unit, language: Language) -> Iterator[str]:
    """Values, as they are written, that the unit or a schema says are secret, whatever they look like."""
    if language is Language.CLOUDFORMATION:
        for document in unit:
            yield from _not_echoed(document)
        return
    for document, block in _sensitive_variables(unit):
        if (default := block.body.attribute("default")) is not None:
            yield from _texts(document, default.value)
    names = sensitive_names(unit, language)
    schemas = schema_for(module_of(unit))
    for document in unit:
        if is_variables_file(document):
            for attribute in _assigned(document):
                yield from _texts(document, attribute.value) if attribute.name in names else ()
        else:
            for block in parse_document(document).blocks:
                yield from _sensitive_arguments(document, block, schemas, names)


def _all(unit: Unit) -> Iterator[Document]:
    yield from (*unit.documents, *unit.nearby, *unit.callers, *unit.beside)


def _assigned(document: Document) -> tuple[t.Attribute, ...]:
    return parse_document(document).body.attributes


def _sensitive_variables(unit: Unit) -> Iterator[tuple[Document, t.Block]]:
    for document in (*unit.documents, *unit.nearby):
        if not is_variables_file(document) and document.name.endswith((".tf", ".tofu", ".json")):
            for block in trees_of(document).blocks:
                sensitive = block.body.attribute("sensitive")
                no = sensitive is None or (isinstance(sensitive.value, t.Literal) and not sensitive.value.value)
                if block.type == "variable" and block.labels and not no:
                    yield document, block


def _sensitive_arguments(
    document: Document, block: t.Block, schemas: ProviderSchemas, names: frozenset[str]
) -> Iterator[str]:
    """What is written for arguments that a provider says are sensitive, and for sensitive inputs of child modules."""
    if block.type == "module":
        for attribute in block.body.attributes:
            yield from _texts(document, attribute.value) if attribute.name in names else ()
    elif block.type in {"resource", "data", "ephemeral"} and block.labels:
        own = schemas.block_of(block)
        for attribute in block.body.attributes:
            known = own.attributes.get(attribute.name) if own is not None else None
            told = deprecations.around((block,), attribute.name, schemas)
            if (known is not None and (known.sensitive or known.write_only)) or told.sensitive:
                yield from _texts(document, attribute.value)


def _texts(document: Document, value: t.Expression) -> Iterator[str]:
    """The literal texts and numbers in an expression, as they are written; of a heredoc each line."""
    for part in t.expressions(value):
        number = (
            isinstance(part, t.Literal) and isinstance(part.value, int | float) and not isinstance(part.value, bool)
        )
        if isinstance(part, t.TextPart) or number:
            for line in document.slice(part.span).splitlines():
                if len(line.strip()) >= (4 if number else 3):
                    yield line.strip()


def _not_echoed(document: Document) -> Iterator[str]:
    for entry in parse_template(document).parameters.values():
        body = entry.value
        if not isinstance(body, Mapping):
            continue
        flag, default = body.get("NoEcho"), body.get("Default")
        if isinstance(flag, Scalar) and flag.value.lower() == "true" and isinstance(default, Scalar):
            yield from (default.value, *(line.strip() for line in default.raw.strip("\"'").splitlines()))
