"""Folders that the real `terraform init` has initialised with a provider of the tests' own, without a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.sources import read_beside

ADDRESS = "registry.terraform.io/acme/demo"
REQUIRED = 'terraform {\n  required_providers {\n    demo = { source = "acme/demo" }\n  }\n}\n'
ROOT = Path(__file__).parent.parent

real = pytest.mark.skipif(
    not (shutil.which("terraform") and shutil.which("openssl")), reason="terraform or openssl is not on PATH"
)


@dataclass
class Initialised:
    """A folder with a module, and the provider that is installed beside it."""

    folder: Path
    log: Path

    @property
    def starts(self) -> list[str]:
        """How the provider behaved each time it was started."""
        return self.log.read_text().split() if self.log.exists() else []

    def unit(self, text: str = REQUIRED) -> Unit:
        """The module with that text in its only file."""
        document = Document((self.folder / "main.tf").as_uri(), text)
        return Unit((document,), beside=read_beside(self.folder))

    def files(self) -> dict[str, object]:
        """Every file below the folder, with when it was changed."""
        return {str(p.relative_to(self.folder)): p.lstat().st_mtime_ns for p in self.folder.rglob("*")}

    def install(self, behaviour: str = "good", version: str = "1.2.3", port: int = 0) -> None:
        """Put a provider that behaves so into a mirror, and have terraform install the newest that is there."""
        platform = json.loads(terraform("version", "-json", folder=self.folder))["platform"]
        package = self.folder.parent / "mirror" / ADDRESS / version / platform
        package.mkdir(parents=True, exist_ok=True)
        program = package / f"terraform-provider-demo_v{version}"
        call = f"main({behaviour!r}, {str(self.log)!r}, {port})"
        program.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
            f"from tests.demo_provider import main\n{call}\n"
        )
        program.chmod(0o755)
        main = self.folder / "main.tf"
        kept = main.read_text() if main.exists() else None
        main.write_text(REQUIRED)
        terraform("init", "-upgrade", f"-plugin-dir={package.parents[4]}", folder=self.folder)
        if kept is not None:
            main.write_text(kept)


def terraform(*words: str, folder: Path) -> str:
    """What terraform prints."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    environment = {**clean, "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(
        ["terraform", *words], cwd=folder, env=environment, check=True, capture_output=True, text=True
    ).stdout


def initialised(top: Path, behaviour: str = "good", *, port: int = 0) -> Initialised:
    """A folder below `top` that is initialised with a provider that behaves so."""
    found = Initialised(top / "module", top / "starts")
    found.folder.mkdir()
    found.install(behaviour, port=port)
    return found
