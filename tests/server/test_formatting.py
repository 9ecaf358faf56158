"""Formatting over stdio: in the editor's units, announced for modules only, and silent about templates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from tests.server.editor import CAPABILITIES, Editor, plain

pytestmark = pytest.mark.asyncio(loop_scope="session")

UGLY = '# 🦉\nlocals {\na=1\n}\nresource aws_vpc "a" {\n  x="🦉"# 🦉\n  long = "${var.x}"\n}\n'
NICE = '# 🦉\nlocals {\n  a = 1\n}\nresource "aws_vpc" "a" {\n  x    = "🦉" # 🦉\n  long = var.x\n}\n'
OPTIONS = types.FormattingOptions(tab_size=8, insert_spaces=False)
METHODS = {
    types.TEXT_DOCUMENT_FORMATTING,
    types.TEXT_DOCUMENT_RANGE_FORMATTING,
    types.TEXT_DOCUMENT_ON_TYPE_FORMATTING,
}


async def formatted(editor: Editor, uri: str) -> Any:
    params = types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), OPTIONS)
    return await editor.ask(types.TEXT_DOCUMENT_FORMATTING, params)


def after(editor: Editor, uri: str, answer: Any) -> str:
    return editor.applied(uri, [get_converter().structure(edit, types.TextEdit) for edit in answer])


async def test_a_file_of_a_module(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", UGLY)
    assert after(shared, uri, await formatted(shared, uri)) == NICE
    shared.rewrite(uri, NICE)
    assert await formatted(shared, uri) == []


async def test_some_lines(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", UGLY)
    selected = types.Range(types.Position(1, 3), types.Position(3, 0))
    params = types.DocumentRangeFormattingParams(types.TextDocumentIdentifier(uri), selected, OPTIONS)
    answer = await shared.ask(types.TEXT_DOCUMENT_RANGE_FORMATTING, params)
    assert after(shared, uri, answer) == UGLY.replace("a=1", "  a = 1")


async def test_what_was_just_typed(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", UGLY)
    place = shared.after(uri, "a=1\n}")
    params = types.DocumentOnTypeFormattingParams(types.TextDocumentIdentifier(uri), place, "}", OPTIONS)
    answer = await shared.ask(types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, params)
    assert after(shared, uri, answer) == UGLY.replace("a=1", "  a = 1")


async def test_a_template_is_left_to_other_formatters(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", "Resources:\n    A:   {Type: AWS::SNS::Topic}\n")
    assert await formatted(shared, uri) is None
    uri = shared.open(tmp_path / "main.tf.json", '{"locals":  {}}', "json")
    assert await formatted(shared, uri) is None


async def announced(root: Path, capabilities: types.ClientCapabilities) -> tuple[Any, dict[str, Any]]:
    """What is announced for all documents, and the options that are registered for some."""
    editor = Editor()
    await editor.client.start_io(sys.executable, "-m", "lsp_server", "serve")
    everywhere = (await editor.initialize(root, capabilities)).capabilities.document_formatting_provider
    told = await editor.until(types.CLIENT_REGISTER_CAPABILITY)
    await editor.stop()
    return everywhere, {it.method: plain(it.register_options) for it in told.registrations if it.method in METHODS}


async def test_it_is_announced_for_modules_only(tmp_path: Path) -> None:
    able = attrs.evolve(
        CAPABILITIES,
        text_document=attrs.evolve(
            CAPABILITIES.text_document,
            formatting=types.DocumentFormattingClientCapabilities(dynamic_registration=True),
            range_formatting=types.DocumentRangeFormattingClientCapabilities(dynamic_registration=True),
            on_type_formatting=types.DocumentOnTypeFormattingClientCapabilities(dynamic_registration=True),
        ),
    )
    everywhere, registered = await announced(tmp_path, able)
    assert everywhere is None
    assert registered.keys() == METHODS
    for options in registered.values():
        languages = {one["language"] for one in options["documentSelector"] if "language" in one}
        assert {"terraform", "terraform-vars"} <= languages
        assert not languages & {"yaml", "json", "cloudformation", "hcl"}


async def test_an_editor_that_cannot_be_told_for_which_documents_has_it_for_all(tmp_path: Path) -> None:
    everywhere, registered = await announced(tmp_path, CAPABILITIES)
    assert everywhere
    assert not registered
