"""`lintel generate`: a verified resource from a sentence."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.console import Console

from lsp_server.cli.output.text import print_attempts, print_outcome
from lsp_server.cli.session import CLEAN, FAILED, FINDINGS, Session
from lsp_server.cli.workload import shown
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.file_names import is_module_file
from lsp_server.repair.outcome import Outcome, Stop
from lsp_server.repair.proposer import IntentTask
from lsp_server.sources import (
    UnreadableError,
    module_files,
    path_of,
    read_beside,
    read_called,
    read_document,
    write_document,
)

_NEW_NAMES = {Language.CLOUDFORMATION: "template.yaml", Language.TERRAFORM: "main.tf"}


async def generate(session: Session, intent: str, language: Language, into: Path | None, *, verbose: bool) -> int:
    """Generate what `intent` asks for, into a file or onto standard output. Returns the exit code."""
    engine = session.engine
    if engine.model_name == "none":
        session.fail("nothing can be generated with --model none")
        return FAILED
    try:
        unit = _unit(language, into)
        _check_place(session, unit, language, into)
    except UnreadableError as error:
        session.fail(str(error))
        return FAILED
    await session.settle(unit, language)
    analysis = await engine.analyze(unit, language)
    session.note_not_run(analysis)
    task = IntentTask(intent, unit.main.uri, len(unit.main.text))
    outcome = await engine.generate(analysis, task, report=lambda p: click.echo(f"lintel: {p}", err=True))
    _tell(session, outcome, into, verbose=verbose)
    if outcome.stop is not Stop.CLEAN or session.problems:
        return FAILED if session.problems else FINDINGS
    return CLEAN


def _unit(language: Language, into: Path | None) -> Unit:
    if into is None:
        return Unit((Document((Path.cwd() / _NEW_NAMES[language]).as_uri(), ""),))
    if into.exists() and not into.is_file():
        raise UnreadableError(f"{into}: not a file")  # a pipe would be waited for
    main = read_document(into) if into.exists() else Document(into.resolve().as_uri(), "")
    if language is not Language.TERRAFORM:
        return Unit((main,))
    others = [d for p in module_files(into.resolve().parent) if (d := read_document(p)).uri != main.uri]
    beside = read_beside(into.resolve().parent)
    return Unit((main, *others), read_called((main, *others)), beside=beside)


def _check_place(session: Session, unit: Unit, language: Language, into: Path | None) -> None:
    """Raise UnreadableError where the result could not be written or does not belong, before a model is asked."""
    if into is None:
        return
    folder = into.resolve().parent
    if not folder.is_dir():
        raise UnreadableError(f"{into}: no such folder")
    if not os.access(into if into.exists() else folder, os.W_OK):
        raise UnreadableError(f"{into}: cannot be written")
    dialect = session.engine.dialect_of(unit.main)
    if language is Language.TERRAFORM:
        if into.suffix != ".tf":
            raise UnreadableError(f"{into}: Terraform is written into .tf files")
    elif is_module_file(into.name) or (dialect is None and _says_something(unit.main.text)):
        raise UnreadableError(f"{into}: not a template")


def _says_something(text: str) -> bool:
    lines = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    return any(line and not line.startswith("#") for line in lines)


def _tell(session: Session, outcome: Outcome, into: Path | None, *, verbose: bool) -> None:
    console = Console(stderr=True, highlight=False, markup=False)
    main = outcome.before.unit.main
    names = {d.uri: shown(path_of(d.uri)) for d in outcome.before.unit}
    proposers = [attempt.proposer for attempt in outcome.attempts if attempt.accepted]
    console.print(f"proposed by: {proposers[-1] if proposers else session.engine.model_name}")
    if verbose:
        print_outcome(console, shown(into) if into else main.name, outcome, names, diff=into is not None)
    else:
        if outcome.stop is not Stop.CLEAN:
            print_attempts(console, outcome.attempts)
        console.print(f"{outcome.stop.value}: {outcome.message}" if outcome.message else outcome.stop.value)
        console.print(str(outcome.evidence))
    if outcome.usage.requests:
        console.print(str(outcome.usage))
    if not outcome.changed:
        return
    if into is None:
        sys.stdout.write(outcome.unit.main.text)
        return
    for document in outcome.before.unit:
        after = outcome.unit[document.uri].text
        if after != document.text:
            _write(session, into if document is main else path_of(document.uri), document.text, after)


def _write(session: Session, path: Path, before: str, after: str) -> None:
    try:
        if not path.exists():
            path.touch()
        write_document(path, before, after)
    except UnreadableError as error:
        session.fail(str(error))
    except OSError as error:
        session.fail(f"{path}: {error.strerror}")
