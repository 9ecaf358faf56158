"""Readable text: findings with the line they are in, and a repair as a story that a person can check."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Unit
from lsp_server.repair.outcome import Attempt, Outcome

_COLOURS = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.INFORMATION: "cyan",
    Severity.HINT: "dim",
}
_LONGEST_LINE = 160


def print_finding(console: Console, unit: Unit, name: str, diagnostic: Diagnostic) -> None:
    """Print one finding, its line, a mark below it, and what helps with it."""
    document = unit[diagnostic.uri]
    start, end = document.position(diagnostic.span.start), document.position(diagnostic.span.end)
    colour = _COLOURS[diagnostic.severity]
    head = Text(f"{name}:{start.line + 1}:{start.column + 1} ")
    head.append(f"{diagnostic.severity.label} {diagnostic.code}", style=colour)
    head.append(f" {diagnostic.message} ")
    head.append(f"[{diagnostic.source}]", style="dim")
    console.print(head, soft_wrap=True)
    line = document.line_text(start.line).replace("\t", " ").lstrip("\ufeff")
    number = f"{start.line + 1:>5} │ "
    last = end.column if end.line == start.line else len(line)
    mark = "^" * max(1, min(last, len(line)) - start.column)
    if start.column <= _LONGEST_LINE:
        console.print(Text(number, style="dim") + Text(line[:_LONGEST_LINE]), soft_wrap=True)
        room = _LONGEST_LINE - start.column
        console.print(
            Text(" " * 5 + " │ ", style="dim") + Text(" " * start.column + mark[: max(1, room)], style=colour),
            soft_wrap=True,
        )
    if diagnostic.help:
        console.print(Text(" " * 5 + " = ", style="dim") + Text(diagnostic.help), soft_wrap=True)


def unified_diff(before: Unit, after: Unit, names: dict[str, str]) -> str:
    """Return the unified diff of all documents that changed; empty where none did."""
    parts: list[str] = []
    for document in before:
        other = after[document.uri]
        if other.text == document.text:
            continue
        name = names[document.uri]
        lines = difflib.unified_diff(_lines(document.text), _lines(other.text), f"a/{name}", f"b/{name}")
        parts += [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(parts)


def _lines(text: str) -> list[str]:
    """The lines as `patch` counts them: only a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def print_diff(console: Console, diff: str) -> None:
    """Print a unified diff, coloured on a terminal and as it is elsewhere."""
    if console.is_terminal:
        console.print(Syntax(diff.rstrip("\n"), "diff", background_color="default", word_wrap=False))
    else:
        console.file.write(diff)  # rich would expand tabs and drop carriage returns


def print_attempts(console: Console, attempts: Iterable[Attempt]) -> None:
    """Tell for each attempt what was proposed, what the linters said and whether it was taken."""
    for number, attempt in enumerate(attempts, 1):
        verdict = Text("taken", style="green") if attempt.accepted else Text("not taken", style="yellow")
        head = Text(f"  attempt {number} · {attempt.proposer} · {attempt.seconds:.1f} s · ") + verdict
        console.print(head, soft_wrap=True)
        for title in attempt.title.split("; "):
            console.print(Text(f"    proposed: {title}"), soft_wrap=True)
        if attempt.feedback:
            console.print(Text(f"    linters: {attempt.feedback}", style="yellow"), soft_wrap=True)
        elif attempt.analysis is not None:
            console.print(Text(f"    linters: {summary(attempt.analysis.diagnostics)}"), soft_wrap=True)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a count by severity, as in `1 error, 2 warnings`; `no findings` for none."""
    found = list(diagnostics)
    words = []
    for severity in Severity:
        count = sum(d.severity is severity for d in found)
        if count:
            plural = "" if count == 1 or severity is Severity.INFORMATION else "s"
            words.append(f"{count} {severity.label}{plural}")
    return ", ".join(words) or "no findings"


def print_outcome(console: Console, label: str, outcome: Outcome, names: dict[str, str], *, diff: bool) -> None:
    """Print how a run ended: the attempts, why it stopped, the diff and the evidence."""
    console.print(Text(label, style="bold") + Text(f": {summary(outcome.before.diagnostics)}"), soft_wrap=True)
    print_attempts(console, outcome.attempts)
    stop = f"  stopped: {outcome.stop.value}" + (f" ({outcome.message})" if outcome.message else "")
    console.print(Text(stop), soft_wrap=True)
    if diff and outcome.changed:
        print_diff(console, unified_diff(outcome.before.unit, outcome.unit, names))
    console.print(Text(f"  {outcome.evidence}", style="bold green" if outcome.changed else ""), soft_wrap=True)
