"""`lintel check`: what the linters say."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import click
import msgspec
from rich.console import Console

from lsp_server.analysis import Analysis
from lsp_server.cli.output.records import Finding, finding
from lsp_server.cli.output.text import print_finding
from lsp_server.cli.session import Session, each
from lsp_server.cli.workload import Job, Workload
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.engine import Engine


@dataclass(frozen=True)
class Checked:
    """One job's verdict, with the first verified fix of each finding that has one."""

    analysis: Analysis
    fixes: dict[Diagnostic, Fix]


async def check(session: Session, paths: tuple[str, ...], output: str) -> int:
    """Check everything under `paths` and write the findings in the form `output`.

    Returns the exit code, for which hints do not count.
    """
    workload = Workload(session.engine, paths)

    async def work(job: Job) -> Checked:
        await session.settle(job.unit, job.dialect.language)
        analysis = await session.engine.analyze(job.unit, job.dialect.language)
        return Checked(analysis, await session.engine.first_fixes(analysis) if output == "json" else {})

    found: list[Finding] = []
    wrong = 0
    links: dict[str, str] = {}
    async for job, checked in each(session, workload, "checking", work):
        session.note_not_run(checked.analysis)
        wrong += len(checked.analysis.wrong)
        links.update({d.code: d.href for d in checked.analysis.diagnostics})
        found += [finding(job.unit, job.names, d, checked.fixes.get(d)) for d in checked.analysis.diagnostics]
        if output == "text":
            _print(session.engine, job, checked.analysis)
    _write(session, output, found, links)
    return session.exit_code(wrong)


def _print(engine: Engine, job: Job, analysis: Analysis) -> None:
    console = Console(highlight=False)
    for diagnostic in analysis.diagnostics:
        print_finding(console, job.unit, job.names[diagnostic.uri], engine.advised(analysis, diagnostic))


def _write(session: Session, output: str, found: list[Finding], links: dict[str, str]) -> None:
    if output == "json":
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n")
    elif output == "sarif":
        from lsp_server.cli.output.sarif import to_sarif

        click.echo(to_sarif(found, links, session.problems))
    elif output == "github":
        from lsp_server.cli.output.github import to_github

        click.echo(to_github(found), nl=False)
    else:
        click.echo(f"{len(found)} finding{'' if len(found) == 1 else 's'}", err=True)
