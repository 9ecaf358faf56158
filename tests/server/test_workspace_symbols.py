"""The search through the workspace: all templates and modules, as they are in the editor or on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.server.conftest import StartEditor
from tests.server.editor import Editor
from tests.server.test_surroundings import changed

pytestmark = pytest.mark.asyncio(loop_scope="session")

ORDERS = "Parameters:\n  Stage: {Type: String}\nResources:\n  OrderTopic: {Type: AWS::SNS::Topic}\n"


async def search(editor: Editor, query: str) -> list[tuple[str, str]]:
    """The names that are found, each with its file."""
    found: list[dict[str, Any]] = await editor.ask(types.WORKSPACE_SYMBOL, types.WorkspaceSymbolParams(query))
    return [(one["name"], one["location"]["uri"].rpartition("/")[2]) for one in found]


def topic(name: str) -> str:
    return f"Resources:\n  {name}: {{Type: AWS::SNS::Topic}}\n"


async def test_names_of_templates_that_nobody_has_opened(start_editor: StartEditor, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("build/\n")
    for name in ("build", "deep/er", "node_modules/x"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "orders.yaml").write_text("# 🦉\n" + ORDERS, encoding="utf-8")
    (tmp_path / "deep" / "er" / "invoices.json").write_text('{"Resources": {"OrderInvoices": {"Type": "A::B::C"}}}')
    (tmp_path / "build" / "packaged.yaml").write_text(ORDERS)
    (tmp_path / "node_modules" / "x" / "theirs.yaml").write_text(ORDERS)
    (tmp_path / "compose.yaml").write_text("services:\n  OrderTopic: {}\n")
    (tmp_path / "broken.yaml").write_bytes(b"Resources:\n  OrderTopic: \xff\n")
    (tmp_path / "secret.yaml").write_text(topic("OrderSecret"))
    editor = await start_editor({"exclude": ["secret.yaml"]})
    assert await search(editor, "ordtop") == [("OrderTopic", "orders.yaml")]
    assert await search(editor, "order") == [("OrderTopic", "orders.yaml"), ("OrderInvoices", "invoices.json")]
    assert await search(editor, "topord") == []
    everything = {name for name, _ in await search(editor, "")}
    assert everything == {"Stage", "OrderTopic", "OrderInvoices"}
    (found,) = await editor.ask(types.WORKSPACE_SYMBOL, types.WorkspaceSymbolParams("OrderTopic"))
    assert found["location"]["range"] == {"start": {"line": 4, "character": 2}, "end": {"line": 4, "character": 12}}
    assert (found["kind"], found["containerName"]) == (types.SymbolKind.Class, "AWS::SNS::Topic · orders.yaml")


async def test_what_changes_is_read_again(start_editor: StartEditor, tmp_path: Path) -> None:
    file, other = tmp_path / "one.yaml", tmp_path / "two.yaml"
    file.write_text(topic("First"))
    editor = await start_editor()
    assert await search(editor, "") == [("First", "one.yaml")]

    uri = editor.open(file)
    editor.replace(uri, "First", "Typed")
    assert await search(editor, "") == [("Typed", "one.yaml")]
    editor.close(uri)
    assert await search(editor, "") == [("First", "one.yaml")]

    file.write_text(topic("Second"))
    changed(editor, file)
    other.write_text(topic("Third"))
    changed(editor, other, types.FileChangeType.Created)
    assert await search(editor, "") == [("Third", "two.yaml"), ("Second", "one.yaml")]
    file.unlink()
    changed(editor, file, types.FileChangeType.Deleted)
    assert await search(editor, "") == [("Third", "two.yaml")]
    other.write_text("services: {}\n")
    changed(editor, other)
    assert await search(editor, "") == []


async def test_names_of_modules(start_editor: StartEditor, tmp_path: Path) -> None:
    for name in ("net", ".terraform/modules/net"):
        (tmp_path / name).mkdir(parents=True)
    vpc = 'resource "aws_vpc" "main" {}\n'
    file = tmp_path / "net" / "main.tf"
    file.write_text(f'# 🦉\nvariable "zones" {{}}\n{vpc}locals {{ names = 1 }}\n', encoding="utf-8")
    (tmp_path / "net" / "more.tf.json").write_text('{"output": {"id": {"value": 1}}}')
    (tmp_path / "net" / "x.auto.tfvars").write_text("zones = 1\n")
    (tmp_path / ".terraform" / "modules" / "net" / "main.tf").write_text(vpc)
    editor = await start_editor()
    expected = [("id", "more.tf.json"), ("names", "main.tf"), ("zones", "main.tf"), ("aws_vpc.main", "main.tf")]
    assert await search(editor, "") == expected
    (found,) = await editor.ask(types.WORKSPACE_SYMBOL, types.WorkspaceSymbolParams("vpcmain"))
    assert found["location"]["range"] == {"start": {"line": 2, "character": 20}, "end": {"line": 2, "character": 24}}
    assert (found["kind"], found["containerName"]) == (types.SymbolKind.Class, "resource · main.tf")

    uri = editor.open(file)
    editor.replace(uri, '"main"', '"typed"')
    assert ("aws_vpc.typed", "main.tf") in await search(editor, "vpc")
    editor.close(uri)
    file.write_text(vpc.replace("main", "other"))
    changed(editor, file)
    assert await search(editor, "vpc") == [("aws_vpc.other", "main.tf")]


async def test_an_editor_that_watches_nothing_is_answered_from_the_files(
    start_editor: StartEditor, tmp_path: Path
) -> None:
    editor = await start_editor(capabilities=types.ClientCapabilities())
    assert await search(editor, "") == []
    (tmp_path / "one.yaml").write_text(topic("First"))
    assert await search(editor, "") == [("First", "one.yaml")]
    (tmp_path / "one.yaml").write_text(topic("Other"))
    assert await search(editor, "") == [("Other", "one.yaml")]


async def test_editors_watch_templates(start_editor: StartEditor) -> None:
    editor = await start_editor()
    asked = await editor.until(
        types.CLIENT_REGISTER_CAPABILITY,
        lambda p: any(r.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES for r in p.registrations),
    )
    assert "**/*.{yaml,yml,json,template}" in str(asked)


NETWORK = """\
Resources:
  Vpc: {Type: AWS::EC2::VPC}
Outputs:
  Vpc:
    Value: !Ref Vpc
    Export: {Name: network-vpc}
"""
SUBNET = """\
Resources:
  Subnet:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !ImportValue network-v
Outputs:
  Own: {Value: a, Export: {Name: network-own}}
"""


async def test_what_other_templates_export_is_offered_and_found(start_editor: StartEditor, tmp_path: Path) -> None:
    network = tmp_path / "network.yaml"
    network.write_text(NETWORK)
    editor = await start_editor()
    uri = editor.open(tmp_path / "subnet.yaml", SUBNET)
    end = types.Position(4, len("      VpcId: !ImportValue network-v"))
    params = types.CompletionParams(types.TextDocumentIdentifier(uri), end)
    answer = await editor.ask(types.TEXT_DOCUMENT_COMPLETION, params)
    named = [(item["label"], item["detail"]) for item in answer["items"] if item["label"].startswith("network")]
    assert named == [("network-vpc", "Vpc · network.yaml")]
    assert answer["isIncomplete"]
    editor.replace(uri, "network-v\n", "network-vpc\n")
    place = types.DefinitionParams(types.TextDocumentIdentifier(uri), types.Position(4, 30))
    (link,) = await editor.ask(types.TEXT_DOCUMENT_DEFINITION, place)
    assert (link["targetUri"], link["targetSelectionRange"]["start"]["line"]) == (network.as_uri(), 3)
    opened = editor.open(network, NETWORK.replace("network-vpc", "network-main"))
    assert await editor.ask(types.TEXT_DOCUMENT_DEFINITION, place) == []
    editor.replace(opened, "network-main", "network-vpc")
    assert len(await editor.ask(types.TEXT_DOCUMENT_DEFINITION, place)) == 1
