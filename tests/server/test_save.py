"""What happens on save: verified edits, an offer, or nothing; and never a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from tests.server.editor import Editor, plain
from tests.server.test_code_actions import REPAIRED, TEMPLATE

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_apply_makes_the_safe_edits(tuned: Editor, tmp_path: Path) -> None:
    editor = tuned
    await editor.configure({"onSave": "apply"})
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    await editor.code_actions(uri, editor.place(uri, 0), only=["source.fixAll.lintel"])  # the fixes are verified
    assert editor.applied(uri, await editor.will_save(uri)) == REPAIRED
    module = editor.open(tmp_path / "main.tf", 'resource "aws_sqs_queue" "q" {\n  delay_second = 5\n}\n')
    await editor.findings(module, bool)
    await editor.code_actions(module, editor.place(module, 0), only=["source.fixAll.lintel"])
    assert "delay_seconds = 5" in editor.applied(module, await editor.will_save(module))


async def test_apply_never_gives_edits_for_another_version(tuned: Editor, tmp_path: Path) -> None:
    editor = tuned
    await editor.configure({"onSave": "apply"})
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    editor.replace(uri, "Resources:\n", "Resources:\n  # moved\n")
    after = editor.applied(uri, await editor.will_save(uri))  # in time, or not at all
    assert after in (editor.texts[uri], REPAIRED.replace("Resources:\n", "Resources:\n  # moved\n"))


async def test_suggest_offers_a_repair_and_takes_it_back(tuned: Editor, tmp_path: Path) -> None:
    editor = tuned
    await editor.configure({"onSave": "suggest"})
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    await editor.findings(uri, bool)
    assert await editor.will_save(uri) == []
    editor.save(uri)
    offer = plain(await editor.until("lintel/suggestion", lambda p: plain(p)["uri"] == uri))
    assert (offer["uri"], offer["version"], offer["applicability"]) == (uri, 1, "safe")
    assert offer["title"] == "Fix 2 findings"
    assert "E3002 ×2 cleared · 0 introduced" in offer["evidence"]
    assert offer["documents"] == [{"uri": uri, "version": 1, "text": REPAIRED}]
    assert offer["edit"]["documentChanges"][0]["textDocument"] == {"uri": uri, "version": 1}
    since = len(editor.heard)
    editor.replace(uri, "DelaySecond:", "DelaySeconds:")
    withdrawn = plain(await editor.until("lintel/suggestion", lambda p: plain(p)["edit"] is None, since))
    assert (withdrawn["uri"], withdrawn["version"]) == (uri, 2)


@pytest.mark.parametrize("mode", ["off", "suggest", "apply"])
async def test_no_save_asks_a_model(tuned: Editor, tmp_path: Path, mode: str) -> None:
    wrong = TEMPLATE.replace("DelaySecond: 5", "DelaySeconds: soon")
    async with ScriptedServer.playing(Step(text="never", repeat=True)) as model:
        editor, since = tuned, len(tuned.heard)
        await editor.configure({"onSave": mode, "model": {"provider": "anthropic", "baseUrl": model.url}})
        editor.client.protocol.notify("lintel/key", {"key": "sk-ant-of-a-test"})
        uri = editor.open(tmp_path / "template.yaml", wrong)
        await editor.findings(uri, bool)
        edits = await editor.will_save(uri)
        if edits:
            editor.rewrite(uri, editor.applied(uri, edits))
        editor.save(uri)
        assert edits == [] or mode == "apply"
        # the answer to a request that comes behind the save tells that the save's work is done
        await editor.code_actions(uri, editor.place(uri, 0), only=["source.fixAll.lintel"])
        assert model.requests == []
        if mode == "off":
            assert all(method != "lintel/suggestion" for method, _ in editor.heard[since:])


async def test_an_edit_of_a_suggestion_is_versioned(tuned: Editor, tmp_path: Path) -> None:
    editor, since = tuned, len(tuned.heard)
    await editor.configure({})
    (tmp_path / "main.tf").write_text('output "x" {\n  value = var.name\n}\n')
    uri = editor.open(tmp_path / "main.tf")
    await editor.findings(uri, bool)
    editor.save(uri)
    offer = plain(await editor.until("lintel/suggestion", lambda p: plain(p)["edit"] is not None, since))
    assert [c["textDocument"]["version"] for c in offer["edit"]["documentChanges"] if c["textDocument"]["uri"] == uri]
