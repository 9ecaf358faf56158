"""The real `terraform validate`, with no init, no network and no credentials, on the editor's texts."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.file_names import HCL, JSON, OPENTOFU
from lsp_server.dialects.terraform.module import Module, is_json, module_of
from lsp_server.dialects.terraform.schema import Choice, ProviderSchemas, schema_for
from lsp_server.linters import overlay
from lsp_server.linters.base import LintResult
from lsp_server.linters.process import Output, ProgramFailed, run
from lsp_server.linters.schema_provider import serving
from lsp_server.linters.terraform_check.rules import RULES
from lsp_server.linters.terraform_copy import JudgedCopy, Rewritten, judged_copy
from lsp_server.linters.terraform_mistake import category, mistake_of, subject
from lsp_server.linters.terraform_schemas import served

PROGRAMS = ("terraform", "tofu")
_COMMAND = ("validate", "-json", "-no-color")
_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING}
_OF_SCHEMA = frozenset(
    {
        "unsupported-argument",
        "unsupported-block",
        "unknown-attribute",
        "invalid-operation",
        "invalid-index",
        "invalid-use-of-ephemeral-value",
        "wrong-type",
    }
)
_NO_TARGET = "configuration-for-import-target-does-not-exist"
_OF_ANY_SCHEMA = _OF_SCHEMA | {
    "argument-as-block",
    "block-as-argument",
    "computed-argument",
    "missing-required-argument",
    "missing-required-block",
    "too-many-blocks",
    "unknown-data-source",
    "unknown-resource-type",
}


def find_program(setting: str = "") -> str | None:
    """The program of that setting, else `terraform` or `tofu` on PATH; None where there is none."""
    names = (str(Path(setting).expanduser()),) if setting else PROGRAMS
    return next((found for name in names if (found := shutil.which(name))), None)


def is_opentofu(program: str) -> bool:
    """Whether a program is OpenTofu, by its name."""
    return Path(program).name.lower().startswith("tofu")


def _for(unit: Unit, setting: str) -> str | None:
    """The program that judges a unit: what is OpenTofu's wants OpenTofu where no setting says otherwise."""
    if not setting and any(document.name.endswith(OPENTOFU) for document in unit):
        return find_program("tofu")
    if not setting and module_of(unit).is_opentofu:
        return find_program("tofu") or find_program()
    return find_program(setting)


class TerraformValidate:
    """The linter. `program` is a path or name (empty: look on PATH), `seconds` how long one run may take.

    `schemas` gives the provider schemas that count for a module; at most `at_once` runs go on at the same time.
    """

    name = "terraform-validate"
    language = Language.TERRAFORM
    incremental = False

    def __init__(
        self,
        program: str = "",
        seconds: float = 20.0,
        at_once: int = 2,
        schemas: Callable[[Module], ProviderSchemas] = schema_for,
    ) -> None:
        self._schemas = schemas
        self._setting = program
        self._seconds = seconds
        self._turn = asyncio.Semaphore(at_once)

    async def lint(self, unit: Unit) -> LintResult:
        """Judge the module. See `Linter.lint`."""
        program = _for(unit, self._setting)
        if program is None:
            return LintResult(not_run=self._why_not(), absent=not self._setting)
        try:
            async with self._turn:
                return await self._judge(program, unit)
        except (ProgramFailed, OSError) as error:
            return LintResult(not_run=str(error))

    def _why_not(self) -> str:
        """Why there is no program to run."""
        if self._setting and Path(self._setting).expanduser().exists():
            return f"{self._setting} is no program that may be run"
        name = self._setting or ("terraform" if find_program() is None else "tofu, for which it is written,")
        return f"{name} is not on PATH"

    async def close(self) -> None:
        """Nothing outlives a request."""

    async def _judge(self, program: str, unit: Unit) -> LintResult:
        opentofu = is_opentofu(program)
        names = overlay.file_names(unit, (*HCL, *JSON) if opentofu else (".tf", ".tf.json"))
        folder = overlay.folder_of(unit)
        choices = {choice.meta.source: choice for _, choice in self._schemas(module_of(unit)).choices}
        copy = await asyncio.to_thread(judged_copy, folder, names, unit.nearby, opentofu=opentofu)
        with ExitStack() as stack:
            set_up = asyncio.ensure_future(asyncio.to_thread(self._set_up, stack, folder, copy, choices))
            try:
                environment = await asyncio.shield(set_up)
            except asyncio.CancelledError:
                await set_up  # the thread goes on, and only then everything can be taken down
                raise
            output = await run((program, *_COMMAND), Path(environment["PWD"]), environment, self._seconds)
        return read_output(copy, output, choices)

    def _set_up(
        self, stack: ExitStack, folder: Path | None, copy: JudgedCopy, choices: Mapping[str, Choice]
    ) -> dict[str, str]:
        """Lay out the files and start the providers; the environment for terraform, `PWD` being the module's folder."""
        overlay.sweep()
        scratch = tempfile.TemporaryDirectory(prefix=overlay.PREFIX, ignore_cleanup_errors=True)
        data = Path(stack.enter_context(scratch))
        (data / "modules").mkdir()
        (data / "modules/modules.json").write_text(copy.manifest, "utf-8")
        (data / "empty.tfrc").touch()
        module = stack.enter_context(overlay.overlay(folder, copy.texts))
        bundles = {source: choice.bundles for source, choice in choices.items()}
        providers = served(copy.uses, copy.names, bundles)
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("TF_")},
            "PWD": str(module),
            "CHECKPOINT_DISABLE": "1",
            "GOGC": "400",  # a fifth less time for a run of a second
            "GOMEMLIMIT": str(_memory(copy)),
            "TF_CLI_CONFIG_FILE": str(data / "empty.tfrc"),
            "TF_DATA_DIR": str(data),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "TF_REATTACH_PROVIDERS": stack.enter_context(serving(providers)),
        }


def _memory(copy: JudgedCopy) -> int:
    """The bytes from which on terraform collects what it no longer needs, though that takes time.

    What it needs grows with the texts, by some hundred bytes a character; with a limit below that it would do nothing
    but collect. (2,500 lines take 20 to 30 MB less, for a tenth more of its time.)
    """
    return (24 << 20) + 200 * sum(map(len, copy.texts.values()))


def read_output(copy: JudgedCopy, output: Output, known: Mapping[str, Choice]) -> LintResult:
    """The verdict in what terraform printed; `not_run` where it did not come to judge the user's texts.

    `known` are the provider sources whose schema is real. What was said about the others comes of lenient schemas, and
    is left out.
    """
    try:
        found = json.loads(output.stdout)["diagnostics"]
    except (ValueError, KeyError, TypeError):
        return LintResult(not_run=output.first_line or f"terraform {output.ending} and said nothing")
    try:
        return _verdict(copy, found, known)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return LintResult(not_run=f"terraform's output has another form than is known here ({error!r})")


def _verdict(copy: JudgedCopy, found: Iterable[Mapping[str, Any]], known: Mapping[str, Choice]) -> LintResult:
    unknown = [source for source in copy.uses if source not in known]
    types = {(use.kind, use.type) for source in unknown for use in copy.uses[source]}
    notes = (*copy.notes, *(f"no schema of {source} is bundled: its blocks were not checked" for source in unknown))
    raws = [copy.placed(raw) for raw in found]
    read = [d for raw in raws if (d := _diagnostic(copy.documents, raw))]
    kept = [_weighed(copy, d, known) for d in read if _means_something(copy, d, types)]
    lost = [raw for raw in raws if raw.get("severity") == "error" and _elsewhere(copy, raw)]
    if lost and not any(d.severity is Severity.ERROR for d in read):
        return LintResult(not_run=_sentence(lost[0]), notes=notes)
    return LintResult(tuple(kept), notes=notes)


def _means_something(copy: JudgedCopy, found: Diagnostic, unknown: Collection[tuple[str, str]]) -> bool:
    """Whether a finding is none that only a lenient schema brought about, or a function that was not seen in JSON."""
    document = _document(copy, found.uri)
    if found.code == "unknown-provider-function":
        return not is_json(document)
    if found.code == _NO_TARGET and "Resource module." in found.message:
        return False  # a stand-in has no resources
    return found.code not in _OF_SCHEMA or not copy.refers_to(document, found.span, unknown)


def _weighed(copy: JudgedCopy, found: Diagnostic, known: Mapping[str, Choice]) -> Diagnostic:
    """A finding; a warning where it follows from the schema of another version than the project's own."""
    if found.severity is not Severity.ERROR or found.code not in _OF_ANY_SCHEMA:
        return found
    document = _document(copy, found.uri)
    for source, choice in known.items():
        used = () if choice.exact else copy.uses.get(source, ())
        if used and copy.refers_to(document, found.span, {(use.kind, use.type) for use in used}):
            why = f"(The project's provider version is not bundled; this was judged by {choice.title}.)"
            return replace(found, severity=Severity.WARNING, message=f"{found.message} {why}")
    return found


def _document(copy: JudgedCopy, uri: str) -> Document:
    return next(c.document for c in copy.documents.values() if c.document.uri == uri)


def _elsewhere(copy: JudgedCopy, raw: Mapping[str, Any]) -> bool:
    return (raw.get("range") or {}).get("filename") not in copy.documents


def _sentence(raw: Mapping[str, Any]) -> str:
    place = raw.get("range") or {}
    where = f"{place['filename']}:{place['start']['line']}: " if place else ""
    detail = " ".join(str(raw.get("detail") or "").split())
    return f"{where}{raw.get('summary', '')}{': ' if detail else ''}{detail}"[:300]


_REFINED = (
    ("unsupported-argument", "Did you mean to define a block", "block-as-argument"),
    ("unsupported-block", "Did you mean to define argument", "argument-as-block"),
    ("invalid-function-argument", "no file exists", "missing-file"),
    ("error-in-function-call", "no such file", "missing-file"),
    ("invalid-function-argument", "", "function-arguments"),
    ("error-in-function-call", "", "function-arguments"),
    ("not-enough-function-arguments", "", "function-arguments"),
    ("too-many-function-arguments", "", "function-arguments"),
    ("incorrect-condition-type", "", "invalid-operand"),
    ("quoted-references-are-deprecated", "", "quoted-reference"),
    ("cycle", "", "dependency-cycle"),
    ("extraneous-json-object-property", "", "unsupported-argument"),
    ("missing-resource-instance-key", "", "missing-instance-key"),
    ("unexpected-resource-instance-key", "", "unexpected-instance-key"),
)


def code_of(summary: str, detail: str) -> str:
    """The code of terraform-check for what terraform says, or its summary in kebab case."""
    if summary.startswith("Invalid data source"):
        return "unknown-data-source"
    code = category(summary)
    return next((better for plain, part, better in _REFINED if plain == code and part in detail), code)


_STAND_IN = re.compile(r" declared at \.lintel/\S+(?=:)")
"""Where a message speaks of a stand-in."""


def _diagnostic(documents: Mapping[str, Rewritten], raw: Mapping[str, Any]) -> Diagnostic | None:
    """One finding of terraform's; None where it is not in a text of the user's."""
    place = raw.get("range") or {}
    copy = documents.get(place.get("filename", ""))
    if copy is None:
        return None
    summary, detail = str(raw.get("summary", "")), " ".join(str(raw.get("detail") or "").split())
    detail = _STAND_IN.sub("", detail)
    span = copy.span(place["start"]["byte"], place["end"]["byte"])
    code, uri = code_of(summary, detail), copy.document.uri
    line = copy.document.position(span.start).line
    return Diagnostic(
        uri=uri,
        span=span,
        severity=_SEVERITIES.get(str(raw.get("severity")), Severity.ERROR),
        source=TerraformValidate.name,
        code=code,
        message=f"{summary}. {detail}" if detail else summary,
        syntax=code == "syntax",
        rule=RULES[code].about if code in RULES else "",
        data={
            "mistake": mistake_of(uri, line, summary, detail),
            "late": True,  # terraform reports no errors of a later stage while there are some of an earlier one
            "summary": summary,
            "detail": detail,
            "name": subject(summary, detail),
        },
    )
