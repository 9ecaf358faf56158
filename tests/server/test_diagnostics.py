"""Findings for the buffer, while typing, in both languages, each with its version and its documentation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lsprotocol import types

from tests.server.editor import Editor, codes

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      DelaySecond: 5
"""

MODULE = """\
resource "aws_sqs_queue" "jobs" {
  delay_second = 5
}
"""


async def test_a_template_is_judged_when_it_is_opened(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    findings = await shared.findings(uri, bool)
    finding = next(d for d in findings if d.code == "E3002")
    assert finding.source == "cfn-lint"
    assert finding.severity is types.DiagnosticSeverity.Error
    assert finding.range.start == types.Position(5, 6)
    assert finding.code_description is not None
    assert finding.code_description.href.startswith("https://")


async def test_a_finding_says_what_helps_with_it(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(
        tmp_path / "template.yaml", TEMPLATE.replace("    Properties:\n      DelaySecond", "    DelaySeconds")
    )
    findings = await shared.findings(uri, bool)
    assert findings[0].message.endswith("\n'DelaySeconds' belongs in 'Properties'.")


async def test_a_module_is_judged_when_it_is_opened(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    findings = await shared.findings(uri, bool)
    assert findings[0].source == "terraform-check"
    assert findings[0].range.start == types.Position(1, 2)
    assert "delay_second" in findings[0].message


@pytest.mark.skipif(not (shutil.which("terraform") or shutil.which("tofu")), reason="needs terraform or tofu")
async def test_terraform_validate_judges_the_buffer(shared: Editor, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("# nothing on disk\n")
    text = 'output "a" {\n  value = regex("(", "a")\n}\n'
    uri = shared.open(tmp_path / "main.tf", text)
    findings = await shared.findings(uri, lambda ds: any(d.source == "terraform-validate" for d in ds))
    assert findings


async def test_the_buffer_counts_and_not_the_file(shared: Editor, tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE.replace("DelaySecond", "DelaySeconds"))
    uri = shared.open(path, TEMPLATE)
    assert codes(await shared.findings(uri, bool)) == ["E3002"]
    shared.replace(uri, "DelaySecond", "DelaySeconds")
    assert await shared.findings(uri) == []


async def test_every_version_is_named_and_the_newest_is_judged(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    for _ in range(8):
        shared.replace(uri, "Queue:", "eQueue:")
    version = shared.replace(uri, "DelaySecond", "NoSuchProperty")
    findings = await shared.findings(uri, version=version)
    assert "NoSuchProperty" in findings[0].message


async def test_what_validate_found_moves_with_the_text_while_it_runs_again(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    await shared.findings(uri, bool)
    version = shared.replace(uri, "resource", "# a comment\n\nresource")
    findings = await shared.findings(uri, bool, version)
    assert {d.range.start.line for d in findings} == {3}


async def test_closing_withdraws_the_findings(shared: Editor, tmp_path: Path) -> None:
    for name, text in (("template.yaml", TEMPLATE), ("main.tf", MODULE)):
        uri = shared.open(tmp_path / name, text)
        await shared.findings(uri, bool)
        since = len(shared.heard)
        shared.close(uri)
        withdrawn = await shared.until(
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p, uri=uri: p.uri == uri and p.version is None, since
        )
        assert list(withdrawn.diagnostics) == []


def published(editor: Editor, uri: str, version: int) -> list[list[str]]:
    """The codes that were published for one version, time after time."""
    said = [p for m, p in editor.heard if m == types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS and p.uri == uri]
    return [codes(p.diagnostics) for p in said if p.version == version]


@pytest.mark.parametrize(("slip", "told"), [("    Typ AWS\n", 1), ("    Type: x\n", 2)])
async def test_what_cannot_be_read_is_told_before_cfn_lint_answers(
    shared: Editor, tmp_path: Path, slip: str, told: int
) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    await shared.findings(uri, bool)
    version = shared.replace(uri, "Queue:\n", f"Queue:\n{slip}")
    early = await shared.findings(uri, version=version)
    unread = ["E0000"] * told
    assert codes(early) == [*unread, "E3002"]  # what cfn-lint found before has moved along
    final = await shared.findings(uri, lambda ds: codes(ds) == unread, version)
    assert [d for d in early if d.code == "E0000"] == final
    assert published(shared, uri, version) == [[*unread, "E3002"], unread]
    version = shared.replace(uri, slip, "")
    assert codes(await shared.findings(uri, version=version)) == []
    assert codes(await shared.findings(uri, bool, version)) == ["E3002"]


async def test_what_a_project_ignores_is_not_told_again(shared: Editor, tmp_path: Path) -> None:
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [E0000]\n")
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE.replace("Type:", "Type"))
    assert await shared.findings(uri, lambda ds: not ds) == []
    shared.replace(uri, "Queue:", "Line:")
    await shared.complete(uri, types.Position(1, 2))  # answered when the change has been taken over
    version = shared.replace(uri, "Type ", "Type: ")
    assert codes(await shared.findings(uri, bool, version)) == ["E3002"]
    assert ["E0000"] not in [said for number in range(2, version + 1) for said in published(shared, uri, number)]


COMPOSE = "services:\n  web:\n    image: nginx\n    ports:\n      - 80:80\n"


async def test_what_is_no_template_gets_nothing(shared: Editor, tmp_path: Path) -> None:
    compose = shared.open(tmp_path / "compose.yaml", COMPOSE)
    package = shared.open(tmp_path / "package.json", '{"name": "x", "version": "1.0.0"}')
    template = shared.open(tmp_path / "template.yaml", TEMPLATE)
    await shared.findings(template, bool)
    assert not [
        p for m, p in shared.heard if m == types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS and p.uri in (compose, package)
    ]
    assert await shared.complete(compose, types.Position(1, 2)) == []
    assert await shared.code_actions(compose, types.Position(1, 2)) == []
    assert await shared.ghost(compose, types.Position(1, 2)) == []


async def test_a_document_that_stops_being_a_template_loses_its_findings(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    await shared.findings(uri, bool)
    since = len(shared.heard)
    shared.rewrite(uri, COMPOSE)
    withdrawn = await shared.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri, since)
    assert list(withdrawn.diagnostics) == []
    shared.rewrite(uri, TEMPLATE)
    assert codes(await shared.findings(uri, bool)) == ["E3002"]


async def test_a_module_is_all_its_files_with_buffers_before_files(shared: Editor, tmp_path: Path) -> None:
    (tmp_path / "variables.tf").write_text('variable "name" {}\n')
    uri = shared.open(tmp_path / "main.tf", 'output "name" {\n  value = var.name\n}\n')
    assert await shared.findings(uri) == []
    other = shared.open(tmp_path / "variables.tf")
    shared.replace(other, "name", "title")
    findings = await shared.until(
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and len(p.diagnostics) > 0
    )
    assert "name" in findings.diagnostics[0].message
    since = len(shared.heard)
    shared.close(other)  # the file on disk counts again
    assert await shared.until(
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and not p.diagnostics, since
    )


async def test_what_is_declared_for_nothing_is_faded_out(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", 'variable "none" {}\n')
    (found,) = await shared.findings(uri, bool)
    assert found.severity is types.DiagnosticSeverity.Hint
    assert list(found.tags or ()) == [types.DiagnosticTag.Unnecessary]


async def test_a_test_belongs_to_the_module_above_its_folder(shared: Editor, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "main.tf").write_text('output "name" {\n  value = 1\n}\n')
    text = 'run "a" {\n  assert {\n    condition     = output.name == 1\n    error_message = "No."\n  }\n}\n'
    uri = shared.open(tmp_path / "tests" / "a.tftest.hcl", text)
    assert await shared.findings(uri) == []
    other = shared.open(tmp_path / "main.tf")
    shared.replace(other, "name", "title")
    findings = await shared.until(
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and len(p.diagnostics) > 0
    )
    assert "name" in findings.diagnostics[0].message


async def test_a_file_that_changes_on_disk_is_read_again(shared: Editor, tmp_path: Path) -> None:
    variables = tmp_path / "variables.tf"
    variables.write_text('variable "title" {}\n')
    uri = shared.open(tmp_path / "main.tf", 'output "name" {\n  value = var.name\n}\n')
    await shared.findings(uri, bool)
    variables.write_text('variable "name" {}\n')
    since = len(shared.heard)
    event = types.FileEvent(variables.as_uri(), types.FileChangeType.Changed)
    shared.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert await shared.until(
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and not p.diagnostics, since
    )
    variables.unlink()
    since = len(shared.heard)
    event = types.FileEvent(variables.as_uri(), types.FileChangeType.Deleted)
    shared.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert await shared.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and p.diagnostics, since)


CALL = 'module "m" {\n  source = "./child"\n  size   = 1\n}\n'


async def test_a_module_is_judged_again_when_one_that_it_calls_changes(shared: Editor, tmp_path: Path) -> None:
    (tmp_path / "child").mkdir()
    (tmp_path / "child" / "main.tf").write_text('variable "size" {}\n')
    caller = shared.open(tmp_path / "main.tf", CALL)
    assert await shared.findings(caller) == []
    child = shared.open(tmp_path / "child" / "main.tf")
    shared.replace(child, "size", "width")
    found = await shared.until(
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == caller and len(p.diagnostics) > 0
    )
    assert set(codes(found.diagnostics)) == {"missing-required-argument", "unsupported-argument"}
    since = len(shared.heard)
    shared.close(child)  # the file on disk counts again
    assert await shared.until(
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == caller and not p.diagnostics, since
    )


async def test_a_child_that_appears_on_disk_is_seen(shared: Editor, tmp_path: Path) -> None:
    caller = shared.open(tmp_path / "main.tf", CALL)
    assert codes(await shared.findings(caller, bool)) == ["missing-file"]
    (tmp_path / "child").mkdir()
    (tmp_path / "child" / "main.tf").write_text("")
    since = len(shared.heard)
    event = types.FileEvent((tmp_path / "child" / "main.tf").as_uri(), types.FileChangeType.Created)
    shared.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert await shared.until(
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
        lambda p: p.uri == caller and codes(p.diagnostics) == ["unsupported-argument"],
        since,
    )
