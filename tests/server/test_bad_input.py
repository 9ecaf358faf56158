"""Whatever is opened, the server stays up, nothing is lost, and what is wrong is said where a person looks."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.server.conftest import StartEditor
from tests.server.editor import Editor, codes, edits_of
from tests.server.test_code_actions import fixes
from tests.server.test_diagnostics import MODULE, TEMPLATE

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def alive(editor: Editor) -> bool:
    return (await editor.ask("lintel/attempts", {"uri": "file:///nothing"})) == {"attempts": []}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("Queue:\n", "Queue: # 😀👩‍💻 \u2028 \x85\n", 1),
        lambda text: text.replace("\n", "\r\n").replace("Queue:\r\n", "Queue: # 😀\r\n", 1),
    ],
    ids=["crlf", "bom", "emoji", "emoji-crlf"],
)
async def test_a_fix_leaves_everything_else_as_it_is(shared: Editor, tmp_path: Path, change: object) -> None:
    assert callable(change)
    text = change(TEMPLATE)
    uri = shared.open(tmp_path / "template.yaml", text)
    offered = [a for a in await fixes(shared, uri, "DelaySecon") if a.edit is not None]
    after = shared.applied(uri, edits_of(offered[0].edit)[uri][1])
    assert after == text.replace("DelaySecond", "DelaySeconds")


async def test_a_file_that_is_not_utf8_says_so(shared: Editor, tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_bytes(TEMPLATE.replace("DelaySecond: 5", "QueueName: caf\xe9").encode("latin-1"))
    uri = shared.open(path)
    findings = await shared.findings(uri, lambda ds: any(d.code == "encoding" for d in ds))
    finding = next(d for d in findings if d.code == "encoding")
    assert "not UTF-8" in finding.message
    assert finding.range.start.line == 5


async def test_a_file_of_the_module_that_cannot_be_read_says_so(shared: Editor, tmp_path: Path) -> None:
    (tmp_path / "other.tf").write_bytes(b'variable "caf\xe9" {}\n')
    (tmp_path / "folder.tf").mkdir()
    uri = shared.open(tmp_path / "main.tf", MODULE)
    other = await shared.until(
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == (tmp_path / "other.tf").as_uri()
    )
    assert "not UTF-8" in other.diagnostics[0].message
    assert await shared.findings(uri, bool)


async def test_a_file_that_has_vanished_is_judged_as_it_is_open(shared: Editor, tmp_path: Path) -> None:
    path = tmp_path / "gone" / "template.yaml"
    path.parent.mkdir()
    path.write_text(TEMPLATE)
    uri = shared.open(path)
    path.unlink()
    path.parent.rmdir()
    assert codes(await shared.findings(uri, bool)) == ["E3002"]
    module = shared.open(tmp_path / "gone" / "main.tf", MODULE)
    assert await shared.findings(module, bool)
    shared.save(uri)
    assert await alive(shared)


async def test_a_buffer_without_a_file_is_judged(shared: Editor) -> None:
    item = types.TextDocumentItem("untitled:Untitled-1", "yaml", 1, TEMPLATE)
    shared.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    assert codes(await shared.findings("untitled:Untitled-1", bool, 1)) == ["E3002"]


@pytest.mark.parametrize("name", ["template.yaml", "template.json", "main.tf", "terraform.tfvars"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        "\t\n\t- : {[",
        "\x00\x01\x02",
        "Resources:\n\tQueue:\n\t\tType: AWS::SQS::Queue\n",
        "Resources: &a\n  Queue: *a\n  <<: *a\n",
        "Resources:\n  A: {Type: AWS::SQS::Queue\n  A: {Type: 'AWS::SQS::Queue\n",
        '{"Resources": {"A": {"Type": "AWS::SQS::Queue", "Type": "AWS::',
        'resource "aws_sqs_queue" "a" {\n  name = "${var.\n  tags = {\n<<EOT\n',
        "\ud83d",
    ],
)
async def test_half_typed_texts_are_answered(shared: Editor, tmp_path: Path, name: str, text: str) -> None:
    uri = shared.open(tmp_path / name, text)
    shared.texts[uri] = text.replace("\ud83d", "\ufffd")
    end = shared.place(uri, len(text))
    await shared.complete(uri, end)
    await shared.code_actions(uri, end)
    await shared.ghost(uri, end)
    await shared.complete(uri, types.Position(500, 500))
    shared.close(uri)
    assert await alive(shared)


async def test_ten_thousand_lines(shared: Editor, tmp_path: Path) -> None:
    blocks = "".join(f'resource "aws_sqs_queue" "q{n}" {{\n  name = "q{n}"\n}}\n\n' for n in range(2500))
    uri = shared.open(tmp_path / "main.tf", blocks + MODULE)
    findings = await shared.findings(uri, bool)
    assert findings[0].range.start.line == 10_001
    shared.replace(uri, "delay_second ", "delay_seconds ")
    assert await shared.findings(uri) == []


async def test_a_large_template(shared: Editor, tmp_path: Path) -> None:
    queues = "".join(f"  Q{n}:\n    Type: AWS::SQS::Queue\n" for n in range(400))
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE + queues)
    assert codes(await shared.findings(uri, bool)) == ["E3002"]
    assert await shared.complete(uri, shared.after(uri, "AWS::SQS::Q"))


async def test_a_broken_cfnlintrc_is_told(start_editor: StartEditor, tmp_path: Path) -> None:
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [W1\nregions: {{\n")
    editor = await start_editor()
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    status = await editor.status(lambda s: any(x["state"] == "not run" for x in s["linters"]))
    linter = next(x for x in status["linters"] if x["name"] == "cfn-lint")
    assert ".cfnlintrc" in linter["reason"]
    message = await editor.until(types.WINDOW_SHOW_MESSAGE)
    assert "cfn-lint not run" in message.message
    (finding,) = await editor.findings(uri, bool)  # what nobody judged does not look clean
    assert (finding.code, finding.severity) == ("not-run", types.DiagnosticSeverity.Warning)
    assert "cfn-lint not run" in finding.message
    assert ".cfnlintrc" in finding.message
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [W1]\n")
    event = types.FileEvent((tmp_path / ".cfnlintrc").as_uri(), types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert await editor.findings(uri, lambda found: codes(found) == ["E3002"])


async def test_a_terraform_that_hangs_silences_nobody(start_editor: StartEditor, tmp_path: Path) -> None:
    hanging = tmp_path / "terraform"
    hanging.write_text("#!/bin/sh\nexec sleep 1000\n")
    hanging.chmod(0o755)
    editor = await start_editor({"terraform": {"path": str(hanging)}, "timeouts": {"lint": 1}})
    uri = editor.open(tmp_path / "main.tf", MODULE)
    findings = await editor.findings(uri, bool)
    assert {d.source for d in findings} == {"terraform-check"}
    message = await editor.until(types.WINDOW_SHOW_MESSAGE)
    assert "terraform-validate not run" in message.message


async def test_settings_that_are_wrong_are_told_and_the_rest_holds(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor({"onSave": "always", "cfnLint": {"ignore": ["E3002"]}})
    message = await editor.until(types.WINDOW_SHOW_MESSAGE)
    assert "onSave" in message.message
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    assert await editor.findings(uri) == []


async def test_a_rule_that_is_ignored_goes_and_comes_back(tuned: Editor, tmp_path: Path) -> None:
    await tuned.configure({})
    uri = tuned.open(tmp_path / "template.yaml", TEMPLATE)
    assert codes(await tuned.findings(uri, bool)) == ["E3002"]
    since = len(tuned.heard)
    await tuned.configure({"cfnLint": {"ignore": ["E3002"]}})
    await tuned.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and not p.diagnostics, since)
    since = len(tuned.heard)
    await tuned.configure({})
    await tuned.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and p.diagnostics, since)


async def test_a_linter_that_is_switched_off_is_off(tuned: Editor, tmp_path: Path) -> None:
    await tuned.configure({})
    uri = tuned.open(tmp_path / "main.tf", MODULE)
    await tuned.findings(uri, bool)
    since = len(tuned.heard)
    await tuned.configure({"linters": ["cfn-lint"]})
    await tuned.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and not p.diagnostics, since)
    off = {"name": "terraform-check", "state": "off", "reason": ""}
    status = await tuned.status(lambda s: off in s["linters"])
    assert {x["name"]: x["state"] for x in status["linters"]}["cfn-lint"] != "off"
    await tuned.configure({})
