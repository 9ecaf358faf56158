"""Completion in both languages over stdio, with documentation on demand and without snippets where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.server.completion import Offer, plain
from lsp_server.server.encoding import Encoding
from tests.server.conftest import StartEditor
from tests.server.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: E
      Acc
  Queue:
    Type: AWS::SQS::Q
"""

MODULE = """\
variable "name" {
  type = string
}

resource "aws_s3_bucket" "logs" {
  buck
}

output "it" {
  value = var.
}
"""


async def offered(editor: Editor, uri: str, behind: str) -> dict[str, types.CompletionItem]:
    return {item.label: item for item in await editor.complete(uri, editor.after(uri, behind))}


@pytest.mark.parametrize(
    ("behind", "label"),
    [("AWS::SQS::Q", "AWS::SQS::Queue"), ("      Acc", "AccelerateConfiguration"), ("Status: E", "Enabled")],
)
async def test_a_template_is_completed(shared: Editor, tmp_path: Path, behind: str, label: str) -> None:
    uri = shared.open(tmp_path / "template.yaml", TEMPLATE)
    items = await offered(shared, uri, behind)
    assert label in items
    edit = items[label].text_edit
    assert isinstance(edit, types.TextEdit)
    assert edit.range.end == shared.after(uri, behind)


@pytest.mark.parametrize(("behind", "label"), [("  buck", "bucket"), ("var.", "name")])
async def test_a_module_is_completed(shared: Editor, tmp_path: Path, behind: str, label: str) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    items = await offered(shared, uri, behind)
    assert any(item.removeprefix("var.") == label for item in items)


async def test_an_item_is_documented_when_it_is_looked_at(shared: Editor, tmp_path: Path) -> None:
    for name, text, behind in (("template.yaml", TEMPLATE, "      Acc"), ("main.tf", MODULE, "  buck")):
        uri = shared.open(tmp_path / name, text)
        items = await offered(shared, uri, behind)
        item = next(item for item in items.values() if item.data)
        assert item.documentation is None
        resolved = await shared.client.completion_item_resolve_async(item)
        assert isinstance(resolved.documentation, types.MarkupContent)
        assert resolved.documentation.kind is types.MarkupKind.Markdown
        assert resolved.documentation.value


async def test_positions_count_in_what_was_negotiated(shared: Editor, tmp_path: Path) -> None:
    text = MODULE.replace("value = var.", 'value = "😀🙈${var.}"')
    uri = shared.open(tmp_path / "main.tf", text)
    items = await offered(shared, uri, "${var.")
    edit = next(item.text_edit for label, item in items.items() if label.endswith("name"))
    assert isinstance(edit, types.TextEdit)
    assert edit.range.end == shared.after(uri, "${var.")


async def test_an_editor_without_snippets_gets_none(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor(capabilities=types.ClientCapabilities())
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    items = await editor.complete(uri, editor.after(uri, "AWS::SQS::Q"))
    assert items
    for item in items:
        assert item.insert_text_format is None
        assert isinstance(item.text_edit, types.TextEdit)
        assert "${" not in item.text_edit.new_text


@pytest.mark.parametrize(
    ("snippet", "text"),
    [
        ("Type: ${1:AWS::S3::Bucket}$0", "Type: AWS::S3::Bucket"),
        ("${1|Enabled,Suspended|}", "Enabled"),
        (r"\${AWS::Region}$2", "${AWS::Region}"),
        ("${1}a${2:}", "a"),
        (r'${1|{"Fn::GetAtt": ["Role"\, "Arn"]},{"Ref": "B"}|}$0', '{"Fn::GetAtt": ["Role", "Arn"]}'),
        (r"${1|a\|b\\c,d|} ${2:e\}f}", r"a|b\c e}f"),
    ],
)
async def test_a_snippet_becomes_plain_text(snippet: str, text: str) -> None:
    assert plain(snippet) == text


@pytest.mark.parametrize(("typed", "partial"), [("AWS::EC2::", True), ("AWS::Lambda::Functi", False)])
async def test_typing_on_asks_again_until_whole_resources_are_offered(typed: str, *, partial: bool) -> None:
    text = f"Resources:\n  New:\n    Type: {typed}"
    document = Document("file:///template.yaml", text)
    offer = Offer(document, len(text), Language.CLOUDFORMATION, Encoding(), snippets=True)
    answer = offer.answer(CloudFormation().completions(Unit((document,)), document, len(text)))
    assert answer["isIncomplete"] is partial
    assert any("properties" in item["label"] for item in answer["items"]) is not partial


@pytest.mark.parametrize("strikes", [True, False])
async def test_what_is_deprecated_is_struck_through_where_the_editor_can(strikes: bool) -> None:
    document = Document("file:///m/main.tf", 'resource "aws_s3_bucket" "b" {\n  c\n}\n')
    offset = document.text.index(" c\n") + 2
    completions = Terraform().completions(Unit((document,)), document, offset)
    offer = Offer(document, offset, Language.TERRAFORM, Encoding(), snippets=True, strikes=strikes)
    items = {item["label"]: item for item in offer.answer(completions)["items"]}
    assert items["acl"].get("tags") == ([types.CompletionItemTag.Deprecated.value] if strikes else None)
    assert "tags" not in items["force_destroy"]
