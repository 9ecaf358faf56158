"""The command line as a person runs it: a process of its own, real linters, real files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Lintel = Callable[..., Ran]


@pytest.fixture
def lintel(tmp_path: Path) -> Lintel:
    """Run `lintel` in an empty folder, without a key."""

    def run(*args: str | Path, stdin: str | bytes = "", env: dict[str, str] | None = None) -> Ran:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("ANTHROPIC_", "LINTEL_"))}
        done = subprocess.run(
            [sys.executable, "-m", "lsp_server", *map(str, args)],
            cwd=tmp_path,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env={**clean, "NO_COLOR": "1", **(env or {})},
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A copy of the broken template."""
    return Path(shutil.copy(FIXTURES / "cloudformation" / "orders.yaml", tmp_path))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the broken module."""
    return Path(shutil.copytree(FIXTURES / "terraform" / "shop", tmp_path / "shop"))
