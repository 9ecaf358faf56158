"""`lintel fix`: repair, in place or as a diff."""

from __future__ import annotations

import sys

import click
import msgspec
from rich.console import Console

from lsp_server.analysis import Analysis
from lsp_server.cli.output.records import AttemptRecord, Finding, Repair, finding, usage_record
from lsp_server.cli.output.text import print_diff, print_outcome, unified_diff
from lsp_server.cli.session import Session, each
from lsp_server.cli.workload import STDIN, Job, Workload
from lsp_server.models.base import Usage
from lsp_server.repair.outcome import Outcome
from lsp_server.sources import UnreadableError, write_document


async def fix(session: Session, paths: tuple[str, ...], *, diff: bool, unsafe: bool, verbose: bool, output: str) -> int:
    """Repair everything under `paths`. Returns the exit code."""
    workload = Workload(session.engine, paths)

    async def work(job: Job) -> Outcome:
        await session.settle(job.unit, job.dialect.language)
        analysis = await session.engine.analyze(job.unit, job.dialect.language)
        return await session.engine.repair(analysis, unsafe=unsafe, model=unsafe)

    left, changed, cleared, used = 0, 0, 0, Usage()
    records: list[Repair] = []
    async for job, outcome in each(session, workload, "repairing", work):
        session.note_not_run(outcome.after)
        left += len(outcome.after.wrong)
        used += outcome.usage
        cleared += len(outcome.evidence.cleared)
        if output == "json":
            records.append(record(job, outcome))
        else:
            _tell(session, job, outcome, diff=diff, verbose=verbose)
        changed += outcome.changed and (diff or _write_back(session, job, outcome))
    if output == "text" and not diff:
        sys.stdout.write(workload.passed_over)
    if output == "json":
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(records), indent=2).decode() + "\n")
    else:
        more = "; --unsafe also makes fixes that are a choice" if left and not unsafe else ""
        click.echo(f"{changed} changed · {cleared} findings cleared · {left} left{more}", err=True)
    if used.requests:
        session.say(f"the model: {used}")
    return session.exit_code(left)


def _tell(session: Session, job: Job, outcome: Outcome, *, diff: bool, verbose: bool) -> None:
    if job.label == STDIN and not diff:
        sys.stdout.write(outcome.unit.main.text)
        session.say(outcome.message)
        return
    console = Console(highlight=False)
    if verbose:
        print_outcome(console, job.label, outcome, job.names, diff=True)
    elif diff:
        print_diff(console, unified_diff(outcome.before.unit, outcome.unit, job.names))
        session.say(outcome.message)
    elif outcome.changed or outcome.after.wrong:
        print_outcome(console, job.label, outcome, job.names, diff=False)


def _write_back(session: Session, job: Job, outcome: Outcome) -> bool:
    """Write what changed; False where a file could not be written."""
    done = True
    for document in outcome.before.unit:
        after = outcome.unit[document.uri].text
        path = job.paths.get(document.uri)
        if path is None or after == document.text:
            continue
        try:
            write_document(path, document.text, after)
        except UnreadableError as error:
            session.fail(str(error))
            done = False
    return done


def record(job: Job, outcome: Outcome) -> Repair:
    """Turn an outcome into its JSON form."""
    return Repair(
        filename=job.label,
        language=job.dialect.language.value,
        stop=outcome.stop.value,
        before=_findings(job, outcome.before),
        after=_findings(job, outcome.after),
        attempts=tuple(
            AttemptRecord(a.proposer, a.title, a.accepted, a.feedback, round(a.seconds, 3)) for a in outcome.attempts
        ),
        cleared=tuple(d.code for d in outcome.evidence.cleared),
        introduced=tuple(d.code for d in outcome.evidence.introduced),
        seconds=round(outcome.evidence.seconds, 3),
        usage=usage_record(outcome.usage),
    )


def _findings(job: Job, analysis: Analysis) -> tuple[Finding, ...]:
    return tuple(finding(analysis.unit, job.names, d) for d in analysis.diagnostics)
