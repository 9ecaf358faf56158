"""What lies around the open document counts: linters' files, folders of the workspace, files beside it, programs."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import attrs
import pytest
from lsprotocol import types

from lsp_server.__main__ import load_engine
from lsp_server.server.app import outlive_nobody
from lsp_server.server.code_actions import FIX_ALL
from lsp_server.server.session import LintelServer
from tests.server.conftest import StartEditor
from tests.server.editor import CAPABILITIES, PATIENCE, Editor, codes
from tests.server.test_code_actions import fixes
from tests.server.test_diagnostics import MODULE, TEMPLATE

pytestmark = pytest.mark.asyncio(loop_scope="session")

IGNORE = "ignore_checks:\n  - E3002\n"


def changed(editor: Editor, path: Path, kind: types.FileChangeType = types.FileChangeType.Changed) -> None:
    """Tell of a file that changed on disk."""
    event = types.FileEvent(path.as_uri(), kind)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


async def test_a_linters_file_counts_on_disk_also_while_it_is_open(shared: Editor, tmp_path: Path) -> None:
    configuration = tmp_path / ".cfnlintrc.yaml"
    configuration.write_text("ignore_checks: []\n")
    shared.open(configuration)
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    assert codes(await shared.findings(uri, bool)) == ["E3002"]
    configuration.write_text(IGNORE)
    since = len(shared.heard)
    changed(shared, configuration)
    await shared.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and not p.diagnostics, since)


async def test_a_folder_that_joins_the_workspace_brings_its_configuration(
    start_editor: StartEditor, tmp_path: Path
) -> None:
    (tmp_path / "first").mkdir()
    joined = tmp_path / "second"
    (joined / "templates").mkdir(parents=True)
    (joined / ".cfnlintrc").write_text(IGNORE)
    editor = Editor()
    try:
        await editor.start(tmp_path / "first")
        uri = editor.open(joined / "templates" / "template.yaml", TEMPLATE)
        assert codes(await editor.findings(uri, bool)) == ["E3002"]
        since = len(editor.heard)
        folders = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(joined.as_uri(), "second")], [])
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(folders))
        await editor.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and not p.diagnostics, since)
    finally:
        await editor.stop()


async def test_a_lock_file_that_changes_chooses_another_schema(shared: Editor, tmp_path: Path) -> None:
    lock = tmp_path / ".terraform.lock.hcl"
    text = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'
    lock.write_text(text)
    queue = 'resource "aws_sqs_queue" "q" {\n  region = "eu-west-1"\n}\n'
    uri = shared.open(tmp_path / "main.tf", queue)
    assert codes(await shared.findings(uri, bool)) == ["unsupported-argument"]  # version 5 has no `region`
    lock.write_text(text.replace("5.31.0", "6.0.0"))
    since = len(shared.heard)
    changed(shared, lock)
    await shared.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and not p.diagnostics, since)


async def test_what_is_no_module_file_is_not_judged_with_the_module(shared: Editor, tmp_path: Path) -> None:
    shared.open(tmp_path / "terragrunt.hcl", 'include "root" {\n  path = 1\n}\n', "hcl")
    uri = shared.open(tmp_path / "main.tf", MODULE)
    await shared.findings(uri, bool)
    told = [p.uri for m, p in shared.heard if m == types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS]
    assert (tmp_path / "terragrunt.hcl").as_uri() not in told


async def test_nothing_is_offered_for_a_module_that_a_file_has_joined(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    assert await fixes(shared, uri, "delay_secon")
    (tmp_path / "other.tf").write_text('resource "aws_sqs_queue" "jobs" {}\n')  # nobody has told of it yet
    findings = await shared.findings(uri, bool)
    assert await shared.code_actions(uri, shared.after(uri, "delay_secon"), diagnostics=findings) == []
    since = len(shared.heard)
    changed(shared, tmp_path / "other.tf", types.FileChangeType.Created)
    joined = (tmp_path / "other.tf").as_uri()
    await shared.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == joined and p.diagnostics, since)


async def test_a_program_that_is_not_installed_is_told_quietly(start_editor: StartEditor, tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    (bare / "python").symlink_to(sys.executable)
    editor = await start_editor(environment={"PATH": str(bare)})
    uri = editor.open(tmp_path / "main.tf", MODULE)
    assert {d.source for d in await editor.findings(uri, bool)} == {"terraform-check"}
    status = await editor.status(lambda s: any(x["state"] == "not installed" for x in s["linters"]))
    state = next(x for x in status["linters"] if x["name"] == "terraform-validate")
    assert state["reason"] == "terraform is not on PATH"
    await editor.until(types.WINDOW_LOG_MESSAGE, lambda p: "terraform is not on PATH" in p.message)
    assert all(method != types.WINDOW_SHOW_MESSAGE for method, _ in editor.heard)


@pytest.mark.skipif(not (shutil.which("terraform") or shutil.which("tofu")), reason="needs terraform or tofu")
async def test_what_a_verdict_leaves_out_is_told_for_its_module(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", 'resource "nobody_knows" "x" {\n}\n')
    folder = uri.rsplit("/", 1)[0]
    status = await shared.status(lambda s: any(n["uri"] == folder for n in s["notes"]))
    (note,) = next(n["notes"] for n in status["notes"] if n["uri"] == folder)
    assert note.startswith("terraform-validate: ")
    assert "nobody" in note
    await shared.until(types.WINDOW_LOG_MESSAGE, lambda p: note in p.message)
    shared.close(uri)
    await shared.status(lambda s: all(n["uri"] != folder for n in s["notes"]))


async def test_an_editor_whose_process_cannot_be_seen_is_served() -> None:
    server = LintelServer(load_engine)
    server.process_id = 2**22 + 1  # of a container beside this one, say: more than any process here is numbered
    server.greeted.set()
    main = asyncio.create_task(asyncio.Event().wait())
    await asyncio.wait_for(outlive_nobody(server, main), PATIENCE)
    assert not main.cancelling()
    main.cancel()


RULE = """\
from pathlib import Path

from cfnlint.rules import CloudFormationLintRule

Path({ran!r}).touch()


class Own(CloudFormationLintRule):
    id = "E9001"
    shortdesc = description = "A rule of the project's"
"""


def says(trusted: bool) -> types.ClientCapabilities:
    lintel = {"lintel": {"version": 1, "trusted": trusted}}
    return attrs.evolve(CAPABILITIES, experimental=lintel)


@pytest.mark.parametrize("trusted", [True, False])
async def test_nothing_that_an_untrusted_workspace_brings_is_run(
    start_editor: StartEditor, tmp_path: Path, trusted: bool
) -> None:
    programs, ran, root = tmp_path / "programs", tmp_path / "ran", tmp_path / "workspace"
    for folder in (programs, ran, root / "rules"):
        folder.mkdir(parents=True)
    (root / "rules" / "own.py").write_text(RULE.format(ran=str(ran / "rule")))
    (root / ".cfnlintrc").write_text("append_rules: [rules]\n")
    tflint = programs / "tflint"
    tflint.write_text(f"#!/bin/sh\n: > '{ran}/tflint'\necho '{{\"issues\": []}}'\n")
    tflint.chmod(0o755)
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    editor = Editor()
    try:
        await editor.start(root, environment={"PATH": path}, capabilities=says(trusted))
        template = editor.open(root / "template.yaml", TEMPLATE)
        module = editor.open(root / "main.tf", MODULE)
        found = codes(await editor.findings(template, bool))
        await editor.code_actions(module, types.Position(0, 0), [FIX_ALL])  # waits for all linters
        assert {file.name for file in ran.iterdir()} == ({"rule", "tflint"} if trusted else set())
        assert found == (["E3002"] if trusted else ["not-run"])
        status = await editor.status(lambda said: all(linter["state"] != "running" for linter in said["linters"]))
        refused = {linter["name"] for linter in status["linters"] if "not trusted" in linter["reason"]}
        assert refused == (set() if trusted else {"cfn-lint", "tflint"})
    finally:
        await editor.stop()
