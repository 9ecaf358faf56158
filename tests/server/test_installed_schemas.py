"""Modules beside which `terraform init` has installed a provider that no bundle knows: the editor is served by it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import attrs
import pytest
from lsprotocol import types

from tests.initialised import REQUIRED, Initialised, initialised, real, terraform
from tests.server.conftest import StartEditor
from tests.server.editor import CAPABILITIES, Editor, codes

pytestmark = [pytest.mark.asyncio(loop_scope="session"), real]

SHELF = REQUIRED + 'resource "demo_shelf" "a" {\n  name  = "x"\n  depth = 1\n}\n\n'
JOINED = 'output "o" {\n  value = provider::demo::join("a")\n}\n'


def cache(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def unsupported(findings: list[types.Diagnostic]) -> bool:
    return "unsupported-argument" in codes(findings)


def events(editor: Editor, *paths: Path) -> None:
    """Tell of files that are new on disk."""
    told = [types.FileEvent(path.as_uri(), types.FileChangeType.Created) for path in paths]
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(told))


async def test_a_provider_that_no_bundle_knows_is_known(start_editor: StartEditor, tmp_path: Path) -> None:
    place = initialised(tmp_path)
    editor = await start_editor(environment=cache(tmp_path))
    uri = editor.open(place.folder / "main.tf", SHELF + JOINED)
    findings = await editor.findings(uri, unsupported)  # without a key being pressed
    assert [d.severity for d in findings if d.code == "unsupported-argument"] == [types.DiagnosticSeverity.Error]
    assert "function-arguments" in codes(findings)
    told = await editor.until(types.WINDOW_LOG_MESSAGE, lambda p: "read from" in p.message)
    assert told.message == "read from the installed providers: the schemas of acme/demo 1.2.3"
    offered = await editor.complete(uri, editor.after(uri, "depth = 1\n"))
    assert {"colours", "secret", "board"} <= {item.label for item in offered}
    here = types.TextDocumentIdentifier(uri)
    hover = await editor.ask(types.TEXT_DOCUMENT_HOVER, types.HoverParams(here, editor.after(uri, "demo_sh")))
    assert "schema of demo 1.2.3, as installed" in hover["contents"]["value"]
    offered = await editor.complete(uri, editor.after(uri, "provider::demo::"))
    assert "join" in {item.label for item in offered}
    calling = types.SignatureHelpParams(here, editor.after(uri, 'join("a"'))
    help_ = await editor.ask(types.TEXT_DOCUMENT_SIGNATURE_HELP, calling)
    assert help_["signatures"][0]["label"] == "provider::demo::join(one string, other string) string"
    again = await start_editor(environment=cache(tmp_path))
    uri = again.open(place.folder / "main.tf", SHELF)
    first = await again.until(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri)
    assert unsupported(first.diagnostics)  # at once, from the cache
    assert place.starts == ["good"]


async def test_what_is_installed_later_counts_at_once(start_editor: StartEditor, tmp_path: Path) -> None:
    place = Initialised(tmp_path / "module", tmp_path / "starts")
    place.folder.mkdir()
    editor = await start_editor(environment=cache(tmp_path))
    uri = editor.open(place.folder / "main.tf", SHELF.replace("depth = 1", "depth = 1\n  tall  = 2"))
    assert not unsupported(await editor.findings(uri))
    place.install()
    lock = place.folder / ".terraform.lock.hcl"
    events(editor, lock)
    await editor.findings(uri, lambda found: codes(found).count("unsupported-argument") == 2)
    place.install("later", "2.0.0")  # as `terraform init -upgrade` does
    events(editor, lock)
    await editor.findings(uri, lambda found: codes(found).count("unsupported-argument") == 1)  # it knows `depth`
    assert place.starts == ["good", "later"]


async def test_what_is_installed_for_a_lock_file_of_old_counts(start_editor: StartEditor, tmp_path: Path) -> None:
    place = initialised(tmp_path)
    data = place.folder / ".terraform"
    data.rename(tmp_path / "not yet")
    editor = await start_editor(environment=cache(tmp_path))
    uri = editor.open(place.folder / "main.tf", SHELF)
    assert not unsupported(await editor.findings(uri))
    (tmp_path / "not yet").rename(data)
    events(editor, data / "providers" / "registry.terraform.io")
    await editor.findings(uri, unsupported)


@pytest.mark.parametrize(
    ("settings", "capabilities"),
    [
        ({}, attrs.evolve(CAPABILITIES, experimental={"lintel": {"version": 1, "trusted": False}})),
        ({"terraform": {"installedSchemas": False}}, CAPABILITIES),
    ],
)
async def test_without_trust_or_with_the_setting_off_nothing_is_run(
    start_editor: StartEditor, tmp_path: Path, settings: dict[str, Any], capabilities: types.ClientCapabilities
) -> None:
    place = initialised(tmp_path)
    editor = await start_editor(settings, environment=cache(tmp_path), capabilities=capabilities)
    uri = editor.open(place.folder / "main.tf", SHELF + 'output "o" {\n  value = var.none\n}\n')
    findings = await editor.findings(uri, bool)
    assert codes(findings) == ["undeclared-reference"]
    await editor.status(lambda s: all(linter["state"] != "running" for linter in s["linters"]))
    assert place.starts == []
    if settings:
        await editor.configure({})
        await editor.findings(uri, unsupported)
        since = len(editor.heard)
        await editor.configure(settings)
        await editor.until(
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, lambda p: p.uri == uri and not unsupported(p.diagnostics), since
        )


async def test_a_provider_that_hangs_disturbs_nobody_and_ends_with_the_server(
    start_editor: StartEditor, tmp_path: Path
) -> None:
    connected: asyncio.Queue[asyncio.StreamReader] = asyncio.Queue()
    listener = await asyncio.start_server(lambda reader, _: connected.put_nowait(reader), "127.0.0.1", 0)
    async with listener:
        place = initialised(tmp_path, "hang", port=listener.sockets[0].getsockname()[1])
        editor = await start_editor(environment=cache(tmp_path))
        uri = editor.open(place.folder / "main.tf", SHELF + 'output "o" {\n  value = var.none\n}\n')
        provider = await connected.get()
        assert codes(await editor.findings(uri, bool)) == ["undeclared-reference"]
        await editor.stop()
        assert await provider.read() == b""  # its process is gone


async def test_a_provider_that_cannot_be_asked_is_told(start_editor: StartEditor, tmp_path: Path) -> None:
    place = initialised(tmp_path, "crash")
    editor = await start_editor(environment=cache(tmp_path))
    editor.open(place.folder / "main.tf", SHELF)
    told = await editor.status(lambda s: bool(s["notes"]) and "does not tell its schema" in s["notes"][0]["notes"][0])
    assert "acme/demo 1.2.3" in told["notes"][0]["notes"][0]


async def test_a_child_module_is_served_by_what_its_caller_has_installed(
    start_editor: StartEditor, tmp_path: Path
) -> None:
    place = initialised(tmp_path)
    child = place.folder / "modules" / "child"
    child.mkdir(parents=True)
    (child / "main.tf").write_text(SHELF)
    editor = await start_editor(environment=cache(tmp_path))
    uri = editor.open(child / "main.tf", SHELF)
    assert not unsupported(await editor.findings(uri))
    (place.folder / "main.tf").write_text(REQUIRED + 'module "c" {\n  source = "./modules/child"\n}\n')
    terraform("init", f"-plugin-dir={tmp_path / 'mirror'}", folder=place.folder)
    events(editor, place.folder / ".terraform.lock.hcl")
    await editor.findings(uri, unsupported)
