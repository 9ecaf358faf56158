"""Imports go downward only, and only the server knows the language server protocol."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "lsp_server"

LAYERS = [
    {"core"},
    {"dialects"},
    {"linters", "fixers", "models", "settings", "sources"},
    {"analysis", "refactorings"},
    {"repair"},
    {"engine"},
    {"cli", "server"},
    {"of_templates", "of_proposers"},
    {"bootstrap"},
    {"__main__"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
PROTOCOL = {"pygls", "lsprotocol"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names.append(node.module or "")
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def layer(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_downward(path: Path) -> None:
    own = layer(path)
    if own == "__init__":
        return
    assert own in RANK, f"{own} has no layer: add it to LAYERS and ARCHITECTURE.md"
    for name in imported(path):
        parts = name.split(".")
        if parts[0] in PROTOCOL:
            assert own == "server", f"{path} imports {name}: only the server knows the protocol"
        if parts[0] != "lsp_server" or len(parts) < 2 or parts[1] == "__version__":
            continue
        other = parts[1]
        assert other == own or RANK[other] < RANK[own], f"{path.relative_to(ROOT)} ({own}) imports {name}"


def test_core_is_standard_library_only() -> None:
    for path in modules():
        if layer(path) == "core":
            for name in imported(path):
                top = name.split(".")[0]
                assert top == "lsp_server" or top in sys.stdlib_module_names, f"{path} imports {name}"


def test_the_rule_would_notice() -> None:
    """A check that cannot fail is none: the server itself breaks the rule when it is taken for another layer."""
    assert any(top.split(".")[0] in PROTOCOL for path in modules() if layer(path) == "server" for top in imported(path))
