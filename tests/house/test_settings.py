"""The editor's settings schema is the server's settings type, and wrong settings do no harm."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent.parent


def test_the_clients_schema_is_generated_from_the_type() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate_settings.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_default_in_the_schema_is_what_the_server_assumes() -> None:
    package = json.loads((ROOT / "vscode-client" / "package.json").read_text())
    raw: dict[str, object] = {}
    for name, node in package["contributes"]["configuration"]["properties"].items():
        section = raw
        *path, leaf = name.split(".")[1:]
        for part in path:
            section = section.setdefault(part, {})  # type: ignore[assignment]  # nested dictionaries
        section[leaf] = node["default"]
    settings, problem = read_settings(raw)
    assert (settings, problem) == (Settings(), "")


@pytest.mark.parametrize(
    ("raw", "changed", "problem"),
    [
        (None, {}, ""),
        ({}, {}, ""),
        ({"onSave": "apply", "unknown": 1}, {"on_save": "apply"}, ""),
        ({"onSave": "sometimes", "exclude": ["a"]}, {"exclude": ("a",)}, "lintel.onSave: "),
        ({"timeouts": {"lint": -1}}, {}, "lintel.timeouts: "),
        ({"linters": ["cfn-lint", "eslint"]}, {}, "lintel.linters: "),
        ("nonsense", {}, "the settings are not an object"),
    ],
)
def test_a_wrong_setting_is_told_and_the_others_hold(raw: object, changed: dict[str, object], problem: str) -> None:
    settings, told = read_settings(raw)
    defaults = Settings()
    expected = {name: changed.get(name, getattr(defaults, name)) for name in Settings.__struct_fields__}
    assert {name: getattr(settings, name) for name in Settings.__struct_fields__} == expected
    assert told.startswith(problem)
    assert bool(told) == bool(problem)
