"""Judge a unit with every linter of its language, and tell what did not run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.linters.base import Linter, SlowToStart


@dataclass(frozen=True)
class NotRun:
    """A linter that gave no verdict, and why; `absent` when it is just not installed."""

    linter: str
    reason: str
    absent: bool = False

    def __str__(self) -> str:
        return f"{self.linter} not run: {self.reason}"


@dataclass(frozen=True)
class Analysis:
    """The merged verdict on one state of a unit, in the order of the text.

    `ran` names the linters that judged, `notes` are sentences on what their verdicts leave out.
    """

    unit: Unit
    language: Language
    diagnostics: tuple[Diagnostic, ...]
    ran: tuple[str, ...]
    not_run: tuple[NotRun, ...]
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[NotRun, ...]:
        """The linters that should have judged and did not; one that is not installed has not failed."""
        return tuple(n for n in self.not_run if not n.absent or not self.ran)

    @property
    def clean(self) -> bool:
        """Whether a linter judged, none failed, and none found anything but hints."""
        return bool(self.ran) and not self.failed and not self.wrong

    @property
    def wrong(self) -> tuple[Diagnostic, ...]:
        """The findings without the hints."""
        return tuple(d for d in self.diagnostics if d.severity is not Severity.HINT)

    def of(self, uri: str) -> tuple[Diagnostic, ...]:
        """The findings in one document."""
        return tuple(d for d in self.diagnostics if d.uri == uri)


@dataclass(frozen=True)
class Toolchain:
    """The linters that judge, quickest first. Before and after a fix the same toolchain has to judge."""

    linters: tuple[Linter, ...]

    def incremental(self) -> Toolchain:
        """The linters that may run on every keystroke."""
        return Toolchain(tuple(linter for linter in self.linters if linter.incremental))

    def of(self, language: Language) -> tuple[Linter, ...]:
        """The linters of one language."""
        return tuple(linter for linter in self.linters if linter.language is language)

    async def warm(self, language: Language) -> None:
        """Make the linters of one language ready ahead of need; they judge without it as well, only later."""
        await asyncio.gather(*(linter.warm() for linter in self.of(language) if isinstance(linter, SlowToStart)))

    async def close(self) -> None:
        """End the child processes of all linters."""
        for linter in self.linters:
            await linter.close()


async def analyze(unit: Unit, language: Language, toolchain: Toolchain) -> Analysis:
    """Judge `unit` with all linters of its language at once. Never raises for what stands in the documents."""
    linters = toolchain.of(language)
    results = await asyncio.gather(*(linter.lint(unit) for linter in linters))
    judged = [(linter.name, result) for linter, result in zip(linters, results, strict=True)]
    return Analysis(
        unit,
        language,
        merge(unit, [d for _, result in judged for d in result.diagnostics]),
        tuple(name for name, result in judged if not result.not_run),
        tuple(NotRun(name, result.not_run, result.absent) for name, result in judged if result.not_run),
        tuple(f"{name}: {note}" for name, result in judged for note in result.notes),
    )


def merge(unit: Unit, found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings in the order of the text, each mistake once.

    Where two linters report the same (both give the same `data["mistake"]` or `data["place"]`, or the same span and
    message), the first one in `found` stays, but a hint gives way to what is worse: that the user has asked for. So it
    does where one that stops early (`data["late"]`) has something to say of the very place at which another has found
    fault, but for what is missing there: that may be several things. One linter's two rules that say the same are two
    findings: each can be suppressed alone.
    """
    order = {document.uri: number for number, document in enumerate(unit)}
    first: dict[tuple[object, ...], int] = {}  # by key, where in `found` the first with it stands
    told = _Told(unit)
    rules: set[tuple[object, ...]] = set()
    kept: dict[int, Diagnostic] = {}
    for number, diagnostic in enumerate(found):
        keys = _keys(diagnostic)
        at = next((first[key] for key in keys if key in first), number)
        first |= {key: at for key in keys if key not in first}
        if diagnostic.data.get("late") and told.has(diagnostic):
            continue
        told.add(diagnostic)
        if found[at].source != diagnostic.source:
            if at in kept and kept[at].severity is Severity.HINT and diagnostic.severity < Severity.HINT:
                kept[at] = replace(diagnostic, tag=diagnostic.tag or found[at].tag)
        elif (keys[0], diagnostic.code) not in rules:
            rules.add((keys[0], diagnostic.code))
            kept[number] = diagnostic
    return tuple(sorted(kept.values(), key=lambda d: (order.get(d.uri, len(order)), d.span, d.severity, d.code)))


def _keys(found: Diagnostic) -> tuple[tuple[object, ...], ...]:
    """What two findings of the same mistake have one of in common."""
    said = (found.uri, found.data.get("mistake") or (found.span, found.message))
    match found.data.get("place"):
        case (str(kind), int(before)):
            return said, (found.uri, kind, found.span.start - before)
    return (said,)


_LACKS = "missing-required"


class _Told:
    """What linters have told of each line, for one that stops early and says the same in other words."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._on: dict[tuple[str, int], list[Diagnostic]] = {}
        self._said: dict[tuple[str, str], list[Diagnostic]] = {}

    def add(self, found: Diagnostic) -> None:
        """Take a finding over."""
        if not found.code.startswith(_LACKS):
            self._on.setdefault(self._line(found), []).append(found)
            self._said.setdefault((found.uri, found.message.partition(": ")[0]), []).append(found)

    def has(self, found: Diagnostic) -> bool:
        """Whether another has told, as badly, of that very place, or of a part of it in the same words."""
        if found.code.startswith(_LACKS):
            return False
        here = [o for o in self._on.get(self._line(found), ()) if _is_at(o, found)]
        same = [
            o for o in self._said.get((found.uri, str(found.data.get("summary"))), ()) if found.span.encloses(o.span)
        ]
        return any(o.source != found.source and o.severity <= found.severity for o in (*here, *same))

    def _line(self, found: Diagnostic) -> tuple[str, int]:
        document = self._unit.get(found.uri)
        return found.uri, document.position(found.span.start).line if document else 0


def _is_at(other: Diagnostic, found: Diagnostic) -> bool:
    return other.span.start == found.span.start or other.span.encloses(found.span)
