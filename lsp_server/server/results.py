"""Puts what a run of the loop came to into the words of `lintel/repair`, `lintel/suggestion` and the attempts view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import EditConflict, edit_unit
from lsp_server.repair.outcome import Attempt, Outcome, Stop
from lsp_server.server.configuration import KEY_VARIABLE
from lsp_server.server.session import LintelServer

_SENTENCES = {
    Stop.CLEAN: "Nothing is left to report.",
    Stop.STALLED: "Nothing more could be bettered.",
    Stop.REGRESSED: "What was proposed made things worse, so nothing of it is shown.",
    Stop.UNCHANGED: "It is so already, nothing was changed.",
    Stop.BUDGET: "The budget for attempts, tokens or seconds is spent.",
}


def sentence(outcome: Outcome) -> str:
    """Why the run stopped and what it came to, for a person."""
    parts = [outcome.message[:1].upper() + outcome.message[1:]] if outcome.message else []
    if not outcome.changed and outcome.stop is Stop.CLEAN:
        parts.append("There is nothing to fix here.")
    elif not outcome.changed and outcome.stop is not Stop.UNCHANGED:
        parts.insert(0, "Nothing could be verified.")
    elif not parts:
        parts.append(_SENTENCES[outcome.stop])
    parts += [f"{not_run}." for not_run in outcome.after.not_run if not not_run.absent]
    return " ".join(part if part.endswith((".", "!", "?", "…")) else f"{part}." for part in parts)


def changed_documents(outcome: Outcome) -> list[Document]:
    """The documents, as they were before, that the outcome changes."""
    return [d for d in outcome.before.unit if outcome.unit[d.uri].text != d.text]


def new_texts(server: LintelServer, outcome: Outcome) -> list[dict[str, Any]]:
    """The whole new text of each changed document."""
    return [
        {"uri": d.uri, "version": server.files.version(d), "text": outcome.unit[d.uri].text}
        for d in changed_documents(outcome)
    ]


def without_model(server: LintelServer) -> str:
    """Why no model took part in a repair and what to do about it, for a person; empty where one did."""
    engine, provider = server.configuration.engine, server.configuration.settings.model.provider
    if engine is None or engine.model is not None:
        return ""
    only = "so only Lintel's own fixes took part"
    if provider != "auto":
        return f"lintel.model.provider is {provider}, {only}."
    how = "with the command 'Lintel: Set API key', or " if server.client.extension else ""
    return f"No model is set up, {only}. Set a key {how}in the environment variable {KEY_VARIABLE}."


def result(server: LintelServer, outcome: Outcome, hint: str = "") -> dict[str, Any]:
    """The answer to `lintel/repair` and `lintel/generate`; `hint` is a sentence that goes with it."""
    wants_key = bool(hint) and server.configuration.settings.model.provider == "auto"
    edit = server.workspace_edit(outcome.before.unit, outcome.edits) if outcome.changed else None
    return {
        "stop": outcome.stop.value,
        "message": f"{sentence(outcome)} {hint}".rstrip(),
        "wantsKey": wants_key,
        "evidence": str(outcome.evidence),
        "applicability": outcome.applicability.value,
        "edit": edit,
        "documents": new_texts(server, outcome),
        "attempts": len(outcome.attempts),
    }


def attempts(outcome: Outcome) -> list[dict[str, Any]]:
    """Every attempt of a run with its diff and the findings it left."""
    told, unit = [], outcome.before.unit
    for attempt in outcome.attempts:
        told.append(_attempt(attempt, unit))
        if attempt.accepted and attempt.analysis is not None:
            unit = attempt.analysis.unit
    return told


def _attempt(attempt: Attempt, before: Unit) -> dict[str, Any]:
    after = attempt.analysis.unit if attempt.analysis is not None else _edited(before, attempt)
    findings = attempt.analysis.diagnostics if attempt.analysis is not None else ()
    return {
        "proposer": attempt.proposer,
        "title": attempt.title,
        "accepted": attempt.accepted,
        "feedback": attempt.feedback,
        "seconds": round(attempt.seconds, 3),
        "diff": "".join(_diffs(before, after)),
        "findings": [f"{d.source} {d.code}: {d.message}" for d in findings],
    }


def _edited(before: Unit, attempt: Attempt) -> Unit:
    try:
        return edit_unit(before, attempt.edits)
    except EditConflict:
        return before


def _diffs(before: Unit, after: Unit) -> Iterable[str]:
    import difflib

    for document in before:
        new = after.get(document.uri)
        if new is not None and new.text != document.text:
            lines = document.text.splitlines(keepends=True), new.text.splitlines(keepends=True)
            for line in difflib.unified_diff(*lines, document.name, document.name):
                yield line if line.endswith("\n") else line + "\n"
