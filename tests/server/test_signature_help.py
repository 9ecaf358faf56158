"""Signature help over the wire: while a call is typed, for editors that can much or little."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from lsprotocol import types

from tests.server.conftest import StartEditor
from tests.server.editor import CAPABILITIES, Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODULE = 'locals {\n  a = "🦉🦉 ${cidrsubnet("🦉", 8)}"\n}\n'


async def help_at(editor: Editor, uri: str, behind: str) -> Any:
    params = types.SignatureHelpParams(types.TextDocumentIdentifier(uri), editor.after(uri, behind))
    return await editor.ask(types.TEXT_DOCUMENT_SIGNATURE_HELP, params)


async def test_while_a_call_is_typed(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "main.tf", MODULE)
    for typed, active in (("cidrsubnet(", 0), ('cidrsubnet("🦉"', 0), ('cidrsubnet("🦉",', 1)):
        found = await help_at(shared, uri, typed)
        (signature,) = found["signatures"]
        assert (signature["label"], found["activeParameter"]) == (
            "cidrsubnet(prefix string, newbits number, netnum number) string",
            active,
        )
    shared.replace(uri, '8)}"', '8, join("')  # half-typed
    found = await help_at(shared, uri, 'join("')
    assert found["signatures"][0]["label"].startswith("join(")
    assert await help_at(shared, uri, "a =") is None


async def test_in_the_way_that_the_editor_reads(start_editor: StartEditor, tmp_path: Path) -> None:
    able = types.ClientSignatureInformationOptions(
        documentation_format=[types.MarkupKind.Markdown],
        parameter_information=types.ClientSignatureParameterInformationOptions(label_offset_support=True),
    )
    for information, label, kind in ((able, [11, 24], "markdown"), (None, "prefix string", "plaintext")):
        helping = types.SignatureHelpClientCapabilities(signature_information=information)
        documents = attrs.evolve(CAPABILITIES.text_document, signature_help=helping)
        editor = await start_editor(capabilities=attrs.evolve(CAPABILITIES, text_document=documents))
        uri = editor.open(tmp_path / "main.tf", MODULE)
        found = await help_at(editor, uri, "cidrsubnet(")
        (signature,) = found["signatures"]
        assert signature["parameters"][0]["label"] == label
        assert signature["documentation"]["kind"] == kind
        assert "subnet" in signature["documentation"]["value"]


async def test_of_templates_nothing_is_told(shared: Editor, tmp_path: Path) -> None:
    uri = shared.open(tmp_path / "template.yaml", "Resources:\n  A: {Type: AWS::SNS::Topic}\n")
    assert await help_at(shared, uri, "Type") is None
