"""What is imported is declared, what is declared is locked."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    return {plain(found[0]) for r in requirements if (found := re.match(r"[\w.-]+", r))}


def imported() -> dict[str, str]:
    """Each top-level module that the package imports, with a file that does."""
    found: dict[str, str] = {}
    for path in (ROOT / "lsp_server").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
            found |= {name.split(".")[0]: str(path.relative_to(ROOT)) for name in names}
    return {name: path for name, path in found.items() if name not in sys.stdlib_module_names}


def test_every_package_that_is_imported_is_declared() -> None:
    owners = packages_distributions()
    known = declared(PROJECT["dependencies"]) | {"lintel-lsp"}
    for name, path in imported().items():
        if name != "lsp_server":
            assert known & {plain(owner) for owner in owners.get(name, [])}, f"{path} imports {name}"


def test_every_package_that_is_declared_is_imported() -> None:
    owners = packages_distributions()
    used = {plain(owner) for name in imported() for owner in owners.get(name, [])}
    assert declared(PROJECT["dependencies"]) <= used


def test_every_package_that_is_declared_is_locked() -> None:
    for name, wanted in (
        ("requirements.txt", PROJECT["dependencies"]),
        ("requirements-dev.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
    ):
        locked = declared(re.findall(r"(?m)^[\w.-]+(?===)", (ROOT / name).read_text(encoding="utf-8")))
        assert declared(wanted) <= locked, name
