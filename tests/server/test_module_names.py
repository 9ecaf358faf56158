"""Names of a Terraform module over stdio: in all its files, in a child module, in the modules that call it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.server.conftest import StartEditor
from tests.server.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

MAIN = """\
# 🦉 before the names of the line
locals {
  both = "🦉 ${var.stage} 🦉 ${var.stage}"
}
module "net" {
  source = "./net"
  size   = 1
}
resource "aws_sns_topic" "alarms" {
  name = "🦉${local.both}-${module.net.id}"
}
"""
VARIABLES = 'variable "stage" {\n  default = "🦉" # its name\n}\n'
CHILD = 'variable "size" {}\noutput "id" {\n  value = "🦉${var.size}"\n}\n'
OUTPUTS = 'output "topic" {\n  value = "🦉${aws_sns_topic.alarms.name}"\n}\n'


def module(editor: Editor, folder: Path) -> str:
    """Writes a module and its child, and opens its main file."""
    (folder / "net").mkdir(parents=True)
    (folder / "variables.tf").write_text(VARIABLES, encoding="utf-8")
    (folder / "outputs.tf").write_text(OUTPUTS, encoding="utf-8")
    (folder / "net" / "main.tf").write_text(CHILD, encoding="utf-8")
    (folder / "main.tf").write_text(MAIN, encoding="utf-8")
    return editor.open(folder / "main.tf", MAIN)


def at(editor: Editor, uri: str, behind: str) -> dict[str, Any]:
    return {"text_document": types.TextDocumentIdentifier(uri), "position": editor.after(uri, behind)}


def text_at(editor: Editor, uri: str) -> str:
    return editor.texts.get(uri) or Path(unquote(urlsplit(uri).path)).read_text(encoding="utf-8")


def slice_of(text: str, range_: dict[str, Any]) -> str:
    """What stands in a range of UTF-16 units."""
    lines, (start, end) = text.split("\n"), (range_["start"], range_["end"])
    assert start["line"] == end["line"]
    units = lines[start["line"]].encode("utf-16-le")
    return units[start["character"] * 2 : end["character"] * 2].decode("utf-16-le")


def applied(editor: Editor, edit: dict[str, Any]) -> dict[str, str]:
    """What the files come to, by their last two names."""
    found = {}
    for change in edit["documentChanges"]:
        uri = change["textDocument"]["uri"]
        assert change["textDocument"]["version"] == editor.versions.get(uri)
        text = text_at(editor, uri)
        for one in sorted(change["edits"], key=lambda one: tuple(one["range"]["start"].values()), reverse=True):
            lines = text.split("\n")
            offsets = []
            for end in ("start", "end"):
                place = one["range"][end]
                units = lines[place["line"]].encode("utf-16-le")[: place["character"] * 2].decode("utf-16-le")
                offsets.append(sum(len(line) + 1 for line in lines[: place["line"]]) + len(units))
            text = text[: offsets[0]] + one["newText"] + text[offsets[1] :]
        found["/".join(uri.split("/")[-2:])] = text
    return found


async def rename(editor: Editor, uri: str, behind: str, name: str) -> dict[str, Any]:
    params = types.RenameParams(**at(editor, uri, behind), new_name=name)
    found: dict[str, Any] = await editor.ask(types.TEXT_DOCUMENT_RENAME, params)
    return found


@pytest.mark.parametrize(
    ("behind", "word", "file", "target", "line"),
    [
        ("🦉 ${var.st", "stage", "variables.tf", "stage", 0),
        ("module.net.i", "id", "net/main.tf", "id", 1),
        ("  siz", "size", "net/main.tf", "size", 0),
        ("${local.bo", "both", "main.tf", "both", 2),
    ],
)
async def test_a_definition_may_be_in_another_file_or_a_child_module(
    shared: Editor, tmp_path: Path, behind: str, word: str, file: str, target: str, line: int
) -> None:
    uri = module(shared, tmp_path / "a")
    (link,) = await shared.ask(types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams(**at(shared, uri, behind)))
    assert slice_of(MAIN, link["originSelectionRange"]) == word
    assert link["targetUri"] == (tmp_path / "a" / file).as_uri()
    assert slice_of(text_at(shared, link["targetUri"]), link["targetSelectionRange"]) == target
    assert link["targetSelectionRange"]["start"]["line"] == line


async def test_hover_covers_the_word_and_speaks_of_other_files(shared: Editor, tmp_path: Path) -> None:
    uri = module(shared, tmp_path / "a")
    for behind, word, told in (
        ("🦉 ${var.st", "stage", 'Default: `"🦉"`'),
        ("  siz", "size", "**var.size** · variable"),
        ('resource "aws_sns', "aws_sns_topic", "schema of aws"),
        ("  nam", "name", "**name** · `string`"),
    ):
        found = await shared.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(**at(shared, uri, behind)))
        assert slice_of(MAIN, found["range"]) == word
        assert told in found["contents"]["value"]
    nothing = await shared.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(**at(shared, uri, "before the")))
    assert nothing is None


async def test_the_source_of_a_call_leads_to_the_childs_main_file(shared: Editor, tmp_path: Path) -> None:
    uri = module(shared, tmp_path / "a")
    (link,) = await shared.ask(types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams(**at(shared, uri, '"./ne')))
    assert link["targetUri"] == (tmp_path / "a" / "net" / "main.tf").as_uri()


async def test_references_are_in_all_files_and_highlights_in_one(shared: Editor, tmp_path: Path) -> None:
    uri = module(shared, tmp_path / "a")
    params = types.ReferenceParams(types.ReferenceContext(include_declaration=True), **at(shared, uri, "${var.st"))
    found = await shared.ask(types.TEXT_DOCUMENT_REFERENCES, params)
    assert [one["uri"].rpartition("/")[2] for one in found] == ["main.tf", "main.tf", "variables.tf"]
    assert {slice_of(text_at(shared, one["uri"]), one["range"]) for one in found} == {"stage"}
    shown = await shared.ask(
        types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, types.DocumentHighlightParams(**at(shared, uri, "${var.st"))
    )
    assert [slice_of(MAIN, one["range"]) for one in shown] == ["stage", "stage"]
    of_child = types.ReferenceParams(types.ReferenceContext(include_declaration=True), **at(shared, uri, "  siz"))
    found = await shared.ask(types.TEXT_DOCUMENT_REFERENCES, of_child)
    places = [("/".join(one["uri"].split("/")[-2:]), one["range"]["start"]["line"]) for one in found]
    assert places == [("a/main.tf", 6), ("net/main.tf", 0), ("net/main.tf", 2)]


async def test_a_rename_changes_files_that_are_not_open(shared: Editor, tmp_path: Path) -> None:
    uri = module(shared, tmp_path / "a")
    prepared = await shared.ask(
        types.TEXT_DOCUMENT_PREPARE_RENAME, types.PrepareRenameParams(**at(shared, uri, 'aws_sns_topic" "al'))
    )
    assert (slice_of(MAIN, prepared["range"]), prepared["placeholder"]) == ("alarms", "alarms")
    edit = await rename(shared, uri, 'aws_sns_topic" "al', "bells")
    moved = "\nmoved {\n  from = aws_sns_topic.alarms\n  to   = aws_sns_topic.bells\n}\n"
    assert applied(shared, edit) == {
        "a/main.tf": MAIN.replace("alarms", "bells") + moved,
        "a/outputs.tf": OUTPUTS.replace("alarms", "bells"),
    }
    assert "changeAnnotations" not in edit


async def test_a_rename_changes_the_modules_that_call_this_one(start_editor: StartEditor, tmp_path: Path) -> None:
    editor = await start_editor()
    module(editor, tmp_path / "a")
    editor.replace((tmp_path / "a" / "main.tf").as_uri(), "# 🦉", "# 🦉🦉\n#")
    other = tmp_path / "b" / "main.tf"
    other.parent.mkdir()
    other.write_text('module "x" {\n  source = "../a/net"\n  size   = 2\n}\nlocals {\n  size = module.x.id\n}\n')
    uri = editor.open(tmp_path / "a" / "net" / "main.tf", CHILD)
    edit = await rename(editor, uri, 'variable "si', "width")
    main = editor.texts[(tmp_path / "a" / "main.tf").as_uri()]
    assert applied(editor, edit) == {
        "net/main.tf": CHILD.replace("size", "width"),
        "a/main.tf": main.replace("  size ", "  width "),
        "b/main.tf": other.read_text().replace("  size   =", "  width   ="),
    }
    params = types.ReferenceParams(types.ReferenceContext(include_declaration=False), **at(editor, uri, 'output "i'))
    found = await editor.ask(types.TEXT_DOCUMENT_REFERENCES, params)
    assert sorted("/".join(one["uri"].split("/")[-2:]) for one in found) == ["a/main.tf", "b/main.tf"]


async def test_values_in_json_are_not_left_behind(shared: Editor, tmp_path: Path) -> None:
    uri = module(shared, tmp_path / "a")
    (tmp_path / "a" / "prod.tfvars.json").write_text('{"stage": "prod"}')
    with pytest.raises(JsonRpcException, match=r"prod\.tfvars\.json gives stage a value"):
        await rename(shared, uri, "🦉 ${var.st", "level")
    text = "variables {\n  stage = 1\n}\n"
    (tmp_path / "a" / "tests").mkdir()
    of_test = shared.open(tmp_path / "a" / "tests" / "x.tftest.hcl", text)
    with pytest.raises(JsonRpcException, match=r"prod\.tfvars\.json gives stage a value"):
        await rename(shared, of_test, "  st", "level")


async def test_what_a_rename_cannot_change_is_told_and_asked(shared: Editor, tmp_path: Path) -> None:
    uri = module(shared, tmp_path / "a")
    opened = shared.open(tmp_path / "a" / "outputs.tf", OUTPUTS)
    edit = await rename(shared, opened, 'output "to', "subject")
    (note,) = edit["changeAnnotations"].values()
    assert note["needsConfirmation"]
    assert "remote states" in note["label"]
    for behind, name, why in (
        ("🦉 ${var.st", "1a", "no name"),
        ("  siz", "width", "rename it there"),
        ("${local.bo", "for each", "no name"),
    ):
        with pytest.raises(JsonRpcException, match=why) as refused:
            await rename(shared, uri, behind, name)
        assert refused.value.code == types.LSPErrorCodes.RequestFailed
    assert await rename(shared, uri, "resourc", "x") is None
