"""Write the signatures of Terraform's functions, and what they and their parameters are for, from `terraform` itself.

Run it with the wanted `terraform` on the PATH: `python scripts/build_terraform_functions.py`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from lsp_server.dialects.terraform.types import type_from_json

HERE = Path(__file__).parent.parent / "lsp_server" / "dialects" / "terraform"
SIGNATURES = HERE / "functions.json"
TEXTS = HERE / "function_texts" / "texts.json"
_CORE = "core::"  # each function stands there a second time, under its full name


def told() -> dict[str, dict[str, Any]]:
    """What `terraform metadata functions -json` says, by name."""
    terraform = shutil.which("terraform")
    if terraform is None:
        raise SystemExit("terraform is not on the PATH")
    command = [terraform, "metadata", "functions", "-json"]
    data = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    functions: dict[str, dict[str, Any]] = data["function_signatures"]
    return {name: one for name, one in sorted(functions.items()) if not name.startswith(_CORE)}


def signature(one: dict[str, Any]) -> dict[str, Any]:
    """The parameters and the result, with types in the notation of the schemas."""

    def pair(parameter: dict[str, Any]) -> list[str]:
        return [parameter["name"], type_from_json(parameter["type"]).notation()]

    found = {
        "parameters": [pair(parameter) for parameter in one.get("parameters", ())],
        "returns": type_from_json(one["return_type"]).notation(),
    }
    return found | ({"variadic": pair(one["variadic_parameter"])} if "variadic_parameter" in one else {})


def texts(one: dict[str, Any]) -> list[Any]:
    """What a function is for, and by name what the parameters are for that have a description."""
    parameters = [*one.get("parameters", ()), *([one["variadic_parameter"]] if "variadic_parameter" in one else [])]
    return [one["description"], {p["name"]: p["description"] for p in parameters if p.get("description")}]


def by_line(entries: dict[str, Any]) -> str:
    """JSON with a function in each line, so that a difference can be read."""
    lines = (f"  {json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in entries.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write both files."""
    functions = told()
    signatures = {name: signature(one) for name, one in functions.items()}
    SIGNATURES.write_text(by_line(signatures), encoding="utf-8")
    TEXTS.write_text(by_line({name: texts(one) for name, one in functions.items()}), encoding="utf-8")


if __name__ == "__main__":
    main()
