"""Write the editor's settings schema (`contributes.configuration`) from the server's settings type.

    python scripts/generate_settings.py [--check]

With --check nothing is written; the exit code is 1 when the two differ.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from lsp_server.settings import Settings

PACKAGE = Path(__file__).parent.parent / "vscode-client" / "package.json"

CLIENT_ONLY: dict[str, dict[str, Any]] = {
    "lintel.server.path": {
        "type": "string",
        "default": "",
        "scope": "machine-overridable",
        "markdownDescription": "Path of the `lintel` command. Empty: beside the extension, then on the PATH.",
    },
    "lintel.trace.server": {
        "type": "string",
        "enum": ["off", "messages", "verbose"],
        "default": "off",
        "markdownDescription": "What of the traffic between editor and server is written to the output channel.",
    },
}


def configuration() -> dict[str, dict[str, Any]]:
    """All settings by their full name, in VS Code's form."""
    schema = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Settings)))
    return {**flatten("lintel", schema["$defs"]["Settings"], schema["$defs"]), **CLIENT_ONLY}


def flatten(prefix: str, section: dict[str, Any], definitions: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One entry for each leaf of a section; sections are not nested in VS Code."""
    found: dict[str, dict[str, Any]] = {}
    for name, node in section["properties"].items():
        if "$ref" in node:
            found.update(flatten(f"{prefix}.{name}", definitions[node["$ref"].rsplit("/", 1)[-1]], definitions))
        else:
            own = {key: value for key, value in node.items() if key != "description"}
            if "enum" in own:
                own = {"type": "string", **own}
            found[f"{prefix}.{name}"] = {**own, "scope": "resource", "markdownDescription": node["description"]}
    return found


def main() -> int:
    """Rewrite or compare package.json."""
    package = json.loads(PACKAGE.read_text(encoding="utf-8"))
    wanted = {"title": "Lintel", "properties": configuration()}
    if package["contributes"].get("configuration") == wanted:
        return 0
    if "--check" in sys.argv:
        print("vscode-client/package.json differs from the settings type: run scripts/generate_settings.py")
        return 1
    package["contributes"]["configuration"] = wanted
    PACKAGE.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
