"""Refactorings in the light bulb: offered at once; worked out, verified or refused with a reason when one is picked."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

from tests.server.editor import CAPABILITIES, Editor, codes, edits_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEMPLATE = """\
Parameters:
  Stage: {Type: String, Default: dev}
Resources:
  # 😀 jobs that wait
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: 5 # keep
      QueueName: !Sub "😀${Stage}"
  Again:
    Type: AWS::SQS::Queue
    DependsOn: Queue
    Properties:
      DelaySecond: 7
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Queue.Arn, maxReceiveCount: 3}
"""


def lazily() -> types.ClientCapabilities:
    """An editor that asks for the edit of an action when it is picked, and can make files."""
    capabilities = copy.deepcopy(CAPABILITIES)
    assert capabilities.text_document is not None
    assert capabilities.text_document.code_action is not None
    assert capabilities.workspace is not None
    assert capabilities.workspace.workspace_edit is not None
    capabilities.text_document.code_action.data_support = True
    capabilities.text_document.code_action.resolve_support = types.ClientCodeActionResolveOptions(["edit", "command"])
    capabilities.workspace.workspace_edit.resource_operations = [types.ResourceOperationKind.Create]
    return capabilities


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lazy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """What VS Code is."""
    editor = Editor()
    await editor.start(tmp_path_factory.mktemp("workspace"), capabilities=lazily())
    yield editor
    await editor.stop()


async def offered(editor: Editor, uri: str, words: str, only: list[str] | None = None) -> dict[str, types.CodeAction]:
    findings = await editor.findings(uri, bool)
    at = editor.after(uri, words)
    own = [d for d in findings if d.range.start.line == at.line]
    actions = await editor.code_actions(uri, at, only=only, diagnostics=own)
    return {action.title: action for action in actions}


async def picked(editor: Editor, action: types.CodeAction) -> types.CodeAction:
    """The action as it comes back when it is picked."""
    return await editor.client.code_action_resolve_async(action)


async def test_one_is_offered_at_once_and_worked_out_when_it_is_picked(lazy: Editor, tmp_path: Path) -> None:
    uri = lazy.open(tmp_path / "template.yaml", TEMPLATE)
    action = (await offered(lazy, uri, "DelaySeconds"))["Extract to parameter 'DelaySeconds'"]
    assert action.kind == types.CodeActionKind.RefactorExtract
    assert action.edit is None
    made = await picked(lazy, action)
    version, edits = edits_of(made.edit)[uri]
    assert version == 1
    after = lazy.applied(uri, edits)
    assert "      DelaySeconds: !Ref DelaySeconds # keep\n" in after
    assert "  DelaySeconds:\n    Type: Number\n    Default: 5\n" in after
    assert after.count("😀") == TEMPLATE.count("😀")


async def test_each_kind_is_what_the_editor_knows_it_as(lazy: Editor, tmp_path: Path) -> None:
    uri = lazy.open(tmp_path / "template.yaml", TEMPLATE)
    await lazy.findings(uri, bool)
    wanted = {
        "refactor.extract": "Extract to parameter 'DelaySeconds'",
        "refactor.inline": "Inline parameter 'Stage', and delete it",
        "refactor.rewrite": "Delete the obsolete dependency",
    }
    places = {"refactor.extract": "DelaySeconds", "refactor.inline": "${Sta", "refactor.rewrite": "DependsOn"}
    for kind, title in wanted.items():
        found = await offered(lazy, uri, places[kind], only=[kind])
        assert {action.kind for action in found.values()} == {kind}
        assert any(name.startswith(title) for name in found), list(found)


async def test_to_ignore_a_finding_comes_last_and_is_never_preferred(lazy: Editor, tmp_path: Path) -> None:
    uri = lazy.open(tmp_path / "template.yaml", TEMPLATE)
    found = await offered(lazy, uri, "DelaySecond:")
    titles = list(found)
    assert titles[-2:] == ["Ignore E3002 for resource 'Again'", "Ignore E3002 in this template"]
    assert titles[0].startswith("Write 'DelaySeconds' for 'DelaySecond'")
    action = found[titles[-2]]
    assert (action.kind, action.is_preferred) == (types.CodeActionKind.QuickFix, None)
    assert [d.code for d in action.diagnostics or ()] == ["E3002"]
    made = await picked(lazy, action)
    after = lazy.applied(uri, edits_of(made.edit)[uri][1])
    assert "cfn-lint:" in after
    lazy.rewrite(uri, after)
    assert codes(await lazy.findings(uri)) == ["W3005"]


async def test_what_may_not_be_made_is_told_and_changes_nothing(lazy: Editor, tmp_path: Path) -> None:
    text = TEMPLATE.replace("Type: String, Default: dev", "Type: Number, Default: 9999")
    uri = lazy.open(tmp_path / "template.yaml", text.replace("DelaySeconds: 5", "DelaySeconds: !Ref Stage"))
    found = await offered(lazy, uri, "!Ref Sta", only=["refactor.inline"])
    (title,) = found
    since = len(lazy.heard)
    made = await picked(lazy, found[title])
    assert made.edit is None
    said = await lazy.until(types.WINDOW_SHOW_MESSAGE, since=since)
    assert said.message.startswith(f"Lintel: nothing was changed. {title}: ")
    assert "E3034" in said.message


async def test_one_that_was_offered_for_another_text_is_not_made(lazy: Editor, tmp_path: Path) -> None:
    uri = lazy.open(tmp_path / "template.yaml", TEMPLATE)
    action = (await offered(lazy, uri, "DelaySeconds"))["Extract to parameter 'DelaySeconds'"]
    lazy.replace(uri, "Resources:\n", "Resources:\n  # one line more\n")
    with pytest.raises(Exception, match="has changed"):
        await picked(lazy, action)


async def test_another_notation_is_a_new_file(lazy: Editor, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    (tmp_path / "template.json").write_text("{}")
    uri = lazy.open(template, TEMPLATE)
    found = await offered(lazy, uri, "Queue", only=["refactor.rewrite"])
    title = "Convert to JSON in a new file 'template-2.json' (drops 2 comments)"
    made = await picked(lazy, found[title])
    assert made.edit is not None
    create, text = made.edit.document_changes or ()
    assert isinstance(create, types.CreateFile)
    assert create.uri == (tmp_path / "template-2.json").as_uri()
    assert isinstance(text, types.TextDocumentEdit)
    assert text.edits[0].new_text.startswith('{\n  "Parameters": {')


async def test_an_editor_that_cannot_ask_later_gets_what_it_asks_for_by_kind(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    assert not [title for title in await offered(shared, uri, "DelaySeconds") if title.startswith("Extract")]
    found = await offered(shared, uri, "DelaySeconds", only=["refactor.extract"])
    action = found["Extract to parameter 'DelaySeconds'"]
    version, edits = edits_of(action.edit)[uri]
    assert version == 1
    assert "!Ref DelaySeconds # keep" in shared.applied(uri, edits)


MODULE = """\
# 😀 jobs that wait
resource "aws_sqs_queue" "jobs" {
  name          = "😀jobs"
  delay_seconds = 90 # keep
}
"""
DECLARED = 'variable "stage" {\n  type = string\n}\n'


async def in_module(editor: Editor, uri: str, words: str) -> dict[str, types.CodeAction]:
    await editor.findings(uri)
    return {action.title: action for action in await editor.code_actions(uri, editor.after(uri, words))}


async def test_one_may_edit_a_file_that_is_not_open(lazy: Editor, tmp_path: Path) -> None:
    other = tmp_path / "variables.tf"
    other.write_text(DECLARED)
    uri = lazy.open(tmp_path / "main.tf", MODULE, language="terraform")
    action = (await in_module(lazy, uri, "delay_seconds = "))["Extract to variable 'delay_seconds'"]
    made = await picked(lazy, action)
    edits = edits_of(made.edit)
    assert {name: version for name, (version, _) in edits.items()} == {uri: 1, other.as_uri(): None}
    assert "  delay_seconds = var.delay_seconds # keep\n" in lazy.applied(uri, edits[uri][1])
    lazy.texts[other.as_uri()] = DECLARED
    assert lazy.applied(other.as_uri(), edits[other.as_uri()][1]).startswith(
        DECLARED + '\nvariable "delay_seconds" {\n'
    )


async def test_one_is_not_made_when_a_file_beside_has_changed(lazy: Editor, tmp_path: Path) -> None:
    beside = lazy.open(tmp_path / "variables.tf", DECLARED, language="terraform")
    uri = lazy.open(tmp_path / "main.tf", MODULE, language="terraform")
    action = (await in_module(lazy, uri, "delay_seconds = "))["Extract to variable 'delay_seconds'"]
    lazy.rewrite(beside, DECLARED.replace("stage", "delay_seconds"))
    made = await picked(lazy, action)
    assert made.edit is None  # by now it would have another name


async def test_one_may_make_a_file_and_take_text_there(lazy: Editor, tmp_path: Path) -> None:
    (tmp_path / "sqs-2.tf").write_text("")
    uri = lazy.open(tmp_path / "main.tf", MODULE, language="terraform")
    action = (await in_module(lazy, uri, "resour"))["Move 'aws_sqs_queue.jobs' to 'sqs.tf' (a new file)"]
    made = await picked(lazy, action)
    assert made.edit is not None
    create, text, taken = made.edit.document_changes or ()
    assert isinstance(create, types.CreateFile)
    assert create.uri == (tmp_path / "sqs.tf").as_uri()
    assert isinstance(text, types.TextDocumentEdit)
    assert text.edits[0].new_text == MODULE
    assert isinstance(taken, types.TextDocumentEdit)
    assert (taken.text_document.uri, taken.text_document.version) == (uri, 1)
    assert lazy.applied(uri, list(taken.edits)) == ""
