"""The real tflint in the server: on the editor's text, told once, and quiet about a text that is half-typed."""

import os
from pathlib import Path

import pytest
from lsprotocol import types

from tests.judges import find_judge
from tests.server.conftest import StartEditor
from tests.server.editor import Editor, codes

pytestmark = pytest.mark.asyncio(loop_scope="session")
TFLINT = find_judge("tflint")
UNUSED = "terraform_unused_declarations"
TEXT = 'variable "a" {\n  type = string\n}\n'
OFF = f'rule "{UNUSED}" {{\n  enabled = false\n}}\n'


@pytest.fixture
def on_path(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    if TFLINT is None:
        pytest.skip("no tflint: `make judges` gets one")
    folder = tmp_path_factory.mktemp("bin")
    (folder / "tflint").symlink_to(TFLINT)
    monkeypatch.setenv("PATH", os.pathsep.join((str(folder), os.environ["PATH"])))


async def told(editor: Editor, uri: str, since: int, *, there: str = "", gone: str = "") -> list[str]:
    """The codes of the first findings, `since` then, with one code and without another."""

    def holds(p: types.PublishDiagnosticsParams) -> bool:
        found = codes(list(p.diagnostics))
        return p.uri == uri and (not there or there in found) and (not gone or gone not in found)

    params = await editor.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, holds, since)
    return codes(list(params.diagnostics))


@pytest.mark.usefixtures("on_path")
async def test_it_judges_what_is_typed_and_heeds_its_configuration(start_editor: StartEditor, tmp_path: Path) -> None:
    (tmp_path / ".tflint.hcl").write_text("")
    (folder := tmp_path / "envs/prod").mkdir(parents=True)
    (folder / "main.tf").write_text("")
    editor = await start_editor()
    uri = editor.open(folder / "main.tf", TEXT)
    found = await told(editor, uri, 0, there=UNUSED)
    assert "unused-declaration" not in found
    since = len(editor.heard)
    editor.replace(uri, "type = string", "type = ")
    assert "not-run" not in await told(editor, uri, since, there="syntax")
    since = len(editor.heard)
    editor.replace(uri, "type = ", "type = number")
    assert "not-run" not in await told(editor, uri, since, there=UNUSED, gone="syntax")
    since = len(editor.heard)
    (tmp_path / ".tflint.hcl").write_text(OFF)
    event = types.FileEvent((tmp_path / ".tflint.hcl").as_uri(), types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert "not-run" not in await told(editor, uri, since, there="unused-declaration", gone=UNUSED)
    since = len(editor.heard)
    (tmp_path / ".tflint.hcl").write_text('plugin "none" {\n  enabled = true\n}\n')
    event = types.FileEvent((tmp_path / ".tflint.hcl").as_uri(), types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await told(editor, uri, since, there="not-run")
