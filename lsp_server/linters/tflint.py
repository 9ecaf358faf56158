"""tflint, where it is installed, with the user's own configuration and on the editor's texts."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.file_names import HCL, JSON, shadowed
from lsp_server.dialects.terraform.module import module_of
from lsp_server.linters import overlay
from lsp_server.linters.base import LintResult
from lsp_server.linters.process import Output, ProgramFailed, run
from lsp_server.linters.tflint_output import read_output

Roots = Iterable[Path] | Callable[[], Iterable[Path]]

_COMMAND = ("--format=json", "--force", "--no-color")
_ALONE = "--call-module-type=none"
_CONFIGURATION = ".tflint.hcl"
_VALUES = (".tfvars", ".tfvars.json")


def find_program(setting: str = "") -> str | None:
    """The program of that setting, else `tflint` on PATH; None where there is none."""
    return shutil.which(str(Path(setting).expanduser()) if setting else "tflint")


class Tflint:
    """The linter. `program` is a path or name (empty: look on PATH), `seconds` how long one run may take.

    Its configuration may name programs (plugins): it does not run in a workspace that is not `trusted`. It is meant
    for a toolchain only where `find_program` finds it or the user asked for it by name. `roots` are the workspace
    folders up to which a configuration is looked for, or a function that gives them. `opentofu`: modules are OpenTofu's
    even where nothing in them says so, and may refer to what tflint does not let them.
    """

    name = "tflint"
    language = Language.TERRAFORM
    incremental = False

    def __init__(
        self,
        program: str = "",
        seconds: float = 20.0,
        *,
        trusted: bool = True,
        roots: Roots = (),
        opentofu: bool = False,
    ) -> None:
        self._setting = program
        self._seconds = seconds
        self._trusted = trusted
        self._roots = roots
        self._opentofu = opentofu
        self._turn = asyncio.Semaphore(1)

    async def lint(self, unit: Unit) -> LintResult:
        """Judge the module. See `Linter.lint`."""
        program = find_program(self._setting)
        if program is None:
            return LintResult(not_run=f"{self._setting or 'tflint'} is not on PATH", absent=not self._setting)
        if not self._trusted:
            return LintResult(not_run="its configuration may name programs, and the workspace is not trusted")
        try:
            async with self._turn:
                return await self._judge(program, unit)
        except (ProgramFailed, OSError) as error:
            return LintResult(not_run=str(error))

    async def close(self) -> None:
        """Nothing outlives a request."""

    async def _judge(self, program: str, unit: Unit) -> LintResult:
        names, folder = file_names(unit), overlay.folder_of(unit)
        texts = {name: document.text for name, document in names.items()}
        opentofu = self._opentofu or module_of(unit).is_opentofu
        roots = self._roots() if callable(self._roots) else self._roots
        configuration = configuration_of(folder, tuple(roots)) if folder else None
        said = _text(configuration or (folder / _CONFIGURATION if folder else None))
        with ExitStack() as stack:
            scratch = stack.enter_context(overlay.overlay(folder, texts, said))
            command = (program, *_COMMAND, *((f"--config={configuration}",) if configuration else ()))
            environment = _environment(scratch, configuration)

            async def told(*more: str) -> Output:
                return await run((*command, *more), scratch, environment, self._seconds)

            result = read_output(names, await told(), opentofu=opentofu)
            if not result.of_a_module:
                return result.verdict
            alone = read_output(
                names, await told(_ALONE), opentofu=opentofu
            ).verdict  # what it calls is another module's matter
        if alone.not_run:
            return result.verdict  # a version without that option
        return replace(alone, notes=(f"what goes into modules was not checked ({result.verdict.not_run})",))


def file_names(unit: Unit) -> dict[str, Document]:
    """The documents by their names for tflint: OpenTofu's files, which it would pass over, get one of Terraform's."""
    names = overlay.file_names(unit, (*HCL, *JSON, *_VALUES))
    hidden = shadowed(names)
    return {_as_terraform(name): document for name, document in names.items() if name not in hidden}


def _as_terraform(name: str) -> str:
    suffixes = {".tofu": ".tf", ".tofu.json": ".tf.json"}
    return next((name.removesuffix(s) + other for s, other in suffixes.items() if name.endswith(s)), name)


def configuration_of(folder: Path, roots: Iterable[Path] = ()) -> Path | None:
    """The nearest configuration above a folder that has none of its own, up to the repository or one of `roots`.

    It is what a project's `tflint --recursive --config=$(pwd)/.tflint.hcl` names. None where tflint itself knows best.
    """
    if os.environ.get("TFLINT_CONFIG_FILE") or (folder / _CONFIGURATION).exists():
        return None
    above = tuple(_within(folder, frozenset(roots)))
    return next((found for one in above if (found := one / _CONFIGURATION).is_file()), None)


def _within(folder: Path, roots: frozenset[Path]) -> Iterator[Path]:
    """The folders above one that belong to the same project, the nearest first; none where it is in none."""
    folders = (folder, *folder.parents)
    tops = (
        next((n for n, one in enumerate(folders) if (one / ".git").exists()), None),
        max((n for n, one in enumerate(folders) if one in roots), default=None),
    )
    top = next((n for n in tops if n is not None), 0)
    yield from folders[1 : top + 1]


def _text(configuration: Path | None) -> tuple[str, ...]:
    """What a configuration says, for the paths in it; nothing where it cannot be read."""
    try:
        return (configuration.read_text("utf-8", "replace"),) if configuration else ()
    except OSError:
        return ()


def _environment(scratch: Path, configuration: Path | None) -> Mapping[str, str]:
    plugins = configuration.parent / ".tflint.d/plugins" if configuration else None
    named = {"TFLINT_PLUGIN_DIR": str(plugins)} if plugins and plugins.is_dir() else {}
    return {**named, **os.environ, "PWD": str(scratch)}
