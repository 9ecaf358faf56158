"""Hover, names, outline, links and hints over stdio: in the editor's units, for its text, in forms it can read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import attrs
import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException

from tests.server.conftest import StartEditor
from tests.server.editor import CAPABILITIES, PATIENCE, Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEMPLATE = """\
Parameters:
  Stage: {Type: String, Default: dev}
Resources:
  # 🦉 before the names of the line
  Topic: {Type: AWS::SNS::Topic, Metadata: "🦉🦉", DependsOn: Queue}
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "🦉 ${Stage} 🦉 ${Topic.TopicName}"
      KmsMasterKeyId: !Ref Stage
Outputs:
  Url: {Value: !Ref Queue}
"""
NESTED = """\
Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./child.yaml
      Parameters:
        Stage: dev
  Missing:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./missing.yaml
Outputs:
  Url: {Value: !GetAtt Nested.Outputs.Url}
"""
CHILD = "Parameters:\n  Stage: {Type: String}\nResources: {}\nOutputs:\n  Url: {Value: 🦉}\n"
NO_ABILITIES = types.ClientCapabilities()


def at(editor: Editor, uri: str, behind: str) -> dict[str, Any]:
    return {"text_document": types.TextDocumentIdentifier(uri), "position": editor.after(uri, behind)}


def text_of(editor: Editor, uri: str, range_: dict[str, Any]) -> str:
    """What stands in a range, as the editor counts."""
    lines = editor.texts[uri].split("\n")
    start, end = range_["start"], range_["end"]
    assert start["line"] == end["line"]
    units = lines[start["line"]].encode("utf-16-le")
    return units[start["character"] * 2 : end["character"] * 2].decode("utf-16-le")


async def renamed(editor: Editor, uri: str, behind: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = await editor.ask(
        types.TEXT_DOCUMENT_RENAME, types.RenameParams(**at(editor, uri, behind), new_name=name)
    )
    return found


def after(editor: Editor, uri: str, edit: dict[str, Any]) -> str:
    """The text with the edits of a rename made."""
    (change,) = edit["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": editor.versions[uri]}
    edits = [
        types.TextEdit(types.Range(*(types.Position(**one["range"][end]) for end in ("start", "end"))), one["newText"])
        for one in change["edits"]
    ]
    return editor.applied(uri, edits)


async def test_hover_covers_the_word(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    found = await shared.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(**at(shared, uri, "${Sta")))
    assert text_of(shared, uri, found["range"]) == "Stage"
    assert found["contents"]["kind"] == types.MarkupKind.Markdown
    assert "Default: `dev`" in found["contents"]["value"]
    nothing = await shared.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(**at(shared, uri, "before the")))
    assert nothing is None


async def test_definition_references_and_highlights(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    asked = types.DefinitionParams(**at(shared, uri, "${Topic.To"))
    (link,) = await shared.ask(types.TEXT_DOCUMENT_DEFINITION, asked)
    assert [link] == await shared.ask(
        types.TEXT_DOCUMENT_DECLARATION, types.DeclarationParams(**at(shared, uri, "c.To"))
    )
    assert text_of(shared, uri, link["originSelectionRange"]) == "TopicName"
    assert text_of(shared, uri, link["targetSelectionRange"]) == "Topic"
    assert text_of(shared, uri, link["targetRange"]).startswith("Topic: {")
    for declared, expected in ((True, [4, 8]), (False, [8])):
        context = types.ReferenceContext(include_declaration=declared)
        params = types.ReferenceParams(context, **at(shared, uri, "${Topic"))
        found = await shared.ask(types.TEXT_DOCUMENT_REFERENCES, params)
        assert [one["range"]["start"]["line"] for one in found] == expected
        assert {text_of(shared, uri, one["range"]) for one in found} == {"Topic"}
    params = types.DocumentHighlightParams(**at(shared, uri, "DependsOn: Que"))
    shown = await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, params)
    assert [text_of(shared, uri, one["range"]) for one in shown] == ["Queue"] * 3
    write, read = types.DocumentHighlightKind.Write, types.DocumentHighlightKind.Read
    assert [one["kind"] for one in shown] == [read, write, read]


async def test_a_nested_stack_leads_to_its_template(shared: Editor, tmp_path: Path) -> None:
    child = tmp_path / "child.yaml"
    child.write_text(CHILD, encoding="utf-8")
    uri = shared.open(tmp_path / "parent.yaml", NESTED)
    for behind, line in (("./chi", 0), ("        Sta", 1), ("Outputs.Ur", 4)):
        params = types.DefinitionParams(**at(shared, uri, behind))
        (link,) = await shared.ask(types.TEXT_DOCUMENT_DEFINITION, params)
        assert link["targetUri"] == child.as_uri()
        assert link["targetSelectionRange"]["start"]["line"] == line
    assert await shared.ask(types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams(**at(shared, uri, "./miss"))) == []
    opened = shared.open(child, "# moved\n" + CHILD)
    (link,) = await shared.ask(types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams(**at(shared, uri, "Outputs.Ur")))
    assert link["targetSelectionRange"]["start"]["line"] == 5  # the buffer counts, not the file
    shared.close(opened)
    params = types.DocumentLinkParams(types.TextDocumentIdentifier(uri))
    links = await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_LINK, params)
    assert [(text_of(shared, uri, one["range"]), one["target"]) for one in links] == [("./child.yaml", child.as_uri())]


async def test_a_rename_changes_every_use_in_the_version_it_was_asked_for(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    shared.replace(uri, "🦉🦉", "🦉")
    prepared = await shared.ask(
        types.TEXT_DOCUMENT_PREPARE_RENAME, types.PrepareRenameParams(**at(shared, uri, "${Sta"))
    )
    assert (text_of(shared, uri, prepared["range"]), prepared["placeholder"]) == ("Stage", "Stage")
    edit = await renamed(shared, uri, "${Sta", "Level")
    assert after(shared, uri, edit) == shared.texts[uri].replace("Stage", "Level")
    assert "changeAnnotations" not in edit


async def test_a_rename_that_replaces_a_resource_has_to_be_confirmed(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    since = len(shared.heard)
    edit = await renamed(shared, uri, "DependsOn: Que", "Line")
    said = await shared.until(types.WINDOW_SHOW_MESSAGE, since=since)
    assert "creates Line" in said.message
    (name, note), *_ = edit["changeAnnotations"].items()
    assert note["needsConfirmation"]
    assert "creates Line" in note["label"]
    assert {one["annotationId"] for one in edit["documentChanges"][0]["edits"]} == {name}
    assert after(shared, uri, edit) == TEMPLATE.replace("Queue:", "Line:").replace("Queue}", "Line}")


@pytest.mark.parametrize(
    ("behind", "name", "why"),
    [("${Sta", "a-b", "only letters and digits"), ("${Sta", "Queue", "there already"), ("!Ref Que", "12", "YAML")],
)
async def test_a_name_that_cannot_be_is_refused_with_a_reason(
    shared: Editor, tmp_path: Path, behind: str, name: str, why: str
) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    with pytest.raises(JsonRpcException, match=why) as refused:
        await renamed(shared, uri, behind, name)
    assert refused.value.code == types.LSPErrorCodes.RequestFailed


async def test_nothing_is_renamed_where_no_name_is(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    params = types.PrepareRenameParams(**at(shared, uri, "AWS::SQS"))
    assert await shared.ask(types.TEXT_DOCUMENT_PREPARE_RENAME, params) is None
    assert await renamed(shared, uri, "AWS::SQS", "Other") is None


async def test_outline_folds_and_selections(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    whole = types.TextDocumentIdentifier(uri)
    for shift in (0, 0, 1):  # asked twice of the same text, then of one that has moved
        if shift:
            shared.replace(uri, "Resources:", "# more\nResources:")
        found = await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolParams(whole))
        assert [one["name"] for one in found] == ["Parameters", "Resources", "Outputs"]
        topic, queue = found[1]["children"]
        assert (topic["name"], topic["detail"], topic["kind"]) == ("Topic", "AWS::SNS::Topic", types.SymbolKind.Class)
        assert topic["children"][1]["name"] == "DependsOn"
        assert text_of(shared, uri, topic["children"][1]["selectionRange"]) == "DependsOn"
        assert queue["range"]["start"]["line"] == 5 + shift
        assert queue["range"]["end"]["line"] == 9 + shift
        folds = await shared.ask(types.TEXT_DOCUMENT_FOLDING_RANGE, types.FoldingRangeParams(whole))
        assert {"startLine": 5 + shift, "endLine": 9 + shift} in folds
    params = types.SelectionRangeParams(whole, [shared.after(uri, "${Topic.To"), shared.after(uri, "DependsOn: Qu")])
    first, second = await shared.ask(types.TEXT_DOCUMENT_SELECTION_RANGE, params)
    assert [text_of(shared, uri, first["range"]), text_of(shared, uri, first["parent"]["range"])] == [
        "TopicName",
        "${Topic.TopicName}",
    ]
    assert text_of(shared, uri, second["range"]) == "Queue"


async def test_hints_are_those_in_sight_and_can_be_off(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor()
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)

    async def hints(first: int, last: int) -> Any:
        range_ = types.Range(types.Position(first, 0), types.Position(last, 0))
        return await editor.ask(
            types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintParams(types.TextDocumentIdentifier(uri), range_)
        )

    (hint,) = await hints(0, 12)
    assert (hint["label"], hint["position"]) == ("= dev", {"line": 9, "character": 32})
    assert await hints(0, 5) == []
    await editor.configure({"inlayHints": False})
    await editor.until(types.WORKSPACE_INLAY_HINT_REFRESH)
    assert await hints(0, 12) is None


USED = """\
Parameters:
  Stage: {Type: String}
Resources:
  Topic: {Type: AWS::SNS::Topic, Metadata: "🦉", DisplayName: !Ref Stage}
  Queue: {Type: AWS::SQS::Queue, DependsOn: [Topic], Metadata: !Sub "${Topic} ${Stage}"}
"""


async def lensed(editor: Editor, uri: str) -> list[types.CodeLens]:
    """The code lenses of a document with what they say."""
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    placed = get_converter().structure(await editor.ask(types.TEXT_DOCUMENT_CODE_LENS, params), list[types.CodeLens])
    told = [await editor.ask(types.CODE_LENS_RESOLVE, lens) for lens in placed]
    return get_converter().structure(told, list[types.CodeLens])


async def test_references_are_counted_where_one_asks_for_it(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor()
    uri = editor.open(tmp_path / "template.yaml", USED)
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    assert await editor.ask(types.TEXT_DOCUMENT_CODE_LENS, params) is None
    await editor.configure({"referenceCounts": True})
    lenses = await lensed(editor, uri)
    places = [get_converter().unstructure(lens.range) for lens in lenses]
    assert [text_of(editor, uri, place) for place in places] == ["Stage", "Topic", "Queue"]
    commands = [lens.command for lens in lenses if lens.command]
    assert [command.title for command in commands] == ["2 references", "2 references", "0 references"]
    assert [command.command for command in commands] == ["lintel.showReferences", "lintel.showReferences", ""]
    assert commands[0].arguments == ({"uri": uri, "position": places[0]["end"]},)


async def test_a_count_that_callers_may_add_to_is_not_told_as_none(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor({"referenceCounts": True})
    text = 'variable "a" {\n}\noutput "b" {\n  value = var.a\n}\n'
    uri = editor.open(tmp_path / "main.tf", text)
    assert [lens.command.title for lens in await lensed(editor, uri) if lens.command] == ["1 reference", ""]


async def test_a_half_typed_document_is_answered_as_it_is(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    shared.replace(uri, "    Type: AWS::SQS::Queue\n", '    Type: "AWS::SQS\n    Other: [\n')
    params = types.DocumentHighlightParams(**at(shared, uri, "  Top"))
    found = await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, params)
    assert [text_of(shared, uri, one["range"]) for one in found] == ["Topic", "Topic"]
    symbols = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    outline = await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols)
    assert [one["name"] for one in outline[1]["children"]] == ["Topic", "Queue"]


@pytest.mark.parametrize(
    ("name", "text"), [("compose.yaml", "services:\n  a: {image: b}\n"), ("main.tf.bak", "a = 1\n")]
)
async def test_of_other_documents_nothing_is_told(shared: Editor, tmp_path: Path, name: str, text: str) -> None:
    uri = shared.open(tmp_path / name, text)
    whole, place = types.TextDocumentIdentifier(uri), types.Position(0, 1)
    range_ = types.Range(types.Position(0, 0), types.Position(1, 0))
    for method, params in (
        (types.TEXT_DOCUMENT_HOVER, types.HoverParams(whole, place)),
        (types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams(whole, place)),
        (types.TEXT_DOCUMENT_REFERENCES, types.ReferenceParams(types.ReferenceContext(True), whole, place)),
        (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, types.DocumentHighlightParams(whole, place)),
        (types.TEXT_DOCUMENT_PREPARE_RENAME, types.PrepareRenameParams(whole, place)),
        (types.TEXT_DOCUMENT_RENAME, types.RenameParams(text_document=whole, position=place, new_name="x")),
        (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolParams(whole)),
        (types.TEXT_DOCUMENT_FOLDING_RANGE, types.FoldingRangeParams(whole)),
        (types.TEXT_DOCUMENT_SELECTION_RANGE, types.SelectionRangeParams(whole, [place])),
        (types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkParams(whole)),
        (types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintParams(whole, range_)),
    ):
        assert await shared.ask(method, params) is None, method


async def test_an_editor_that_can_little_gets_what_it_can_read(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor(capabilities=NO_ABILITIES)
    (tmp_path / "child.yaml").write_text(CHILD, encoding="utf-8")
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    hover = await editor.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(**at(editor, uri, "${Sta")))
    assert hover["contents"]["kind"] == types.MarkupKind.PlainText
    assert "Default: dev\n" in hover["contents"]["value"]
    (place,) = await editor.ask(types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams(**at(editor, uri, "${Sta")))
    assert text_of(editor, place["uri"], place["range"]) == "Stage"
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    symbols = await editor.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, params)
    names = [(one["name"], one["containerName"], one["location"]["range"]["start"]["line"]) for one in symbols]
    assert ("QueueName", "Queue", 8) in names
    edit = await renamed(editor, uri, "DependsOn: Que", "Line")
    assert set(edit) == {"changes"}
    said = await editor.until(types.WINDOW_SHOW_MESSAGE)
    assert "creates Line" in said.message


async def test_as_many_folds_as_the_editor_takes(start_editor: StartEditor, tmp_path: Path) -> None:
    folding = types.FoldingRangeClientCapabilities(range_limit=2)
    documents = attrs.evolve(CAPABILITIES.text_document, folding_range=folding)
    editor = await start_editor(capabilities=attrs.evolve(CAPABILITIES, text_document=documents))
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    params = types.FoldingRangeParams(types.TextDocumentIdentifier(uri))
    found = await editor.ask(types.TEXT_DOCUMENT_FOLDING_RANGE, params)
    assert [one["endLine"] - one["startLine"] for one in found] == [7, 4]


async def test_a_cancelled_request_leaves_the_others(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    whole = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    request, answer = shared.request(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, whole)
    shared.cancel(request)
    (outcome,) = await asyncio.wait_for(asyncio.gather(answer, return_exceptions=True), PATIENCE)
    cancelled = isinstance(outcome, JsonRpcException) and outcome.code == types.LSPErrorCodes.RequestCancelled
    assert cancelled or outcome  # it may have been answered already
    assert await shared.ask(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, whole)
