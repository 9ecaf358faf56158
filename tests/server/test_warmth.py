"""cfn-lint is started before the first template is opened, and not at all where there is none."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from lsp_server.analysis import Toolchain
from lsp_server.bootstrap import build_engine
from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.engine import Engine
from lsp_server.linters.base import LintResult
from lsp_server.server.configuration import Configuration
from lsp_server.server.status import Status
from lsp_server.server.warmth import holds_template, warm
from lsp_server.settings import Settings
from tests.server.conftest import StartEditor
from tests.server.editor import PATIENCE
from tests.server.test_diagnostics import MODULE, TEMPLATE
from tests.server.test_lifecycle import children

MANIFEST = "apiVersion: v1\nkind: Pod\nResources: none\n"
WORKSPACES = [
    ({"main.tf": MODULE, "compose.yaml": "services: {}\n", "pod.yml": MANIFEST, "data.json": "[1"}, False),
    ({"main.tf": MODULE, "deploy/stacks/queue.yaml": TEMPLATE}, True),
    ({"main.tf": MODULE, "queue.template": "\ufeff" + TEMPLATE.replace("\n", "\r\n")}, True),
    ({"large.yaml": TEMPLATE + "# padding\n" * 100_000}, True),
    ({"picture.json": "\x00\udcff", "queue.txt": TEMPLATE}, False),
    ({"node_modules/a/queue.yaml": TEMPLATE, ".github/queue.yaml": TEMPLATE, "main.tf.json": "{}"}, False),
    ({}, False),
]


def lay_out(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode("utf-8", "surrogateescape"))


class Judge:
    """A linter that takes long to start, or one that does not."""

    name, language, incremental = "slow", Language.CLOUDFORMATION, False

    def __init__(self, language: Language) -> None:
        self.language = language
        self.warmed = 0

    async def warm(self) -> None:
        self.warmed += 1

    async def lint(self, unit: Unit) -> LintResult:
        return LintResult()

    async def close(self) -> None:
        pass


@pytest.mark.asyncio
@pytest.mark.parametrize(("files", "wanted"), WORKSPACES)
async def test_only_a_workspace_with_a_template_warms_its_linter(
    tmp_path: Path, files: dict[str, str], wanted: bool
) -> None:
    lay_out(tmp_path, files)
    judges = Judge(Language.CLOUDFORMATION), Judge(Language.TERRAFORM)

    def build(settings: Settings, **options: Any) -> Engine:
        return dataclasses.replace(build_engine(settings, **options), toolchain=Toolchain(judges))

    configuration = Configuration(lambda: build, Status(lambda _: None, lambda *_: None))
    configuration.set_roots([tmp_path / "gone", tmp_path])
    configuration.take(None)
    await asyncio.gather(warm(configuration), configuration.start())
    assert [judge.warmed for judge in judges] == [wanted, 0]


def test_a_large_workspace_is_not_searched_through(tmp_path: Path) -> None:
    names = [f"{n:04}.md" for n in range(4000)]
    lay_out(tmp_path, dict.fromkeys(names, "") | {"zz/queue.yaml": TEMPLATE})
    assert not holds_template([tmp_path], build_engine(Settings()))


def workers(pid: int) -> list[int]:
    return [child for child in children(pid) if b"cfn_lint_worker" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc")
async def test_the_server_starts_cfn_lint_before_a_template_is_opened(
    start_editor: StartEditor, tmp_path: Path
) -> None:
    lay_out(tmp_path, {"queue.yaml": TEMPLATE})
    editor = await start_editor()
    async with asyncio.timeout(PATIENCE):
        while not workers(editor.process.pid):  # noqa: ASYNC110 - another process sets it
            await asyncio.sleep(0)
    found = workers(editor.process.pid)
    await editor.findings(editor.open(tmp_path / "queue.yaml"), bool)
    assert workers(editor.process.pid) == found


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc")
async def test_the_server_starts_no_cfn_lint_for_terraform(start_editor: StartEditor, tmp_path: Path) -> None:
    lay_out(tmp_path, {"main.tf": MODULE})
    editor = await start_editor()
    await editor.findings(editor.open(tmp_path / "main.tf"), bool)
    assert not workers(editor.process.pid)
