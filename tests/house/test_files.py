"""What no file of the project may hold."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts(pattern: str) -> list[tuple[str, str]]:
    wanted = [p for p in tracked() if re.search(pattern, p.name) and p.stat().st_size < 2_000_000]
    return [(str(p.relative_to(ROOT)), p.read_text(encoding="utf-8", errors="replace")) for p in wanted]


def test_lock_files_name_no_host_and_every_package_has_a_hash() -> None:
    locks = texts(r"^(package-lock\.json|requirements(-dev)?\.txt)$")
    assert len(locks) >= 3
    for name, text in locks:
        assert not re.search(r'"resolved"|--(extra-)?index-url|--find-links|https?://', text), name
        if name.endswith(".txt"):
            pinned = re.findall(r"(?m)^[\w.\[\]-]+==.*$", text)
            assert pinned, name
            assert all(line.endswith("\\") for line in pinned), name


def test_no_file_holds_a_machine_path_or_a_key() -> None:
    for name, text in texts(r"\.(py|ts|mjs|js|json|toml|sh|yaml|yml|tf|md|txt|in)$|^(Makefile|run)$"):
        found = re.search(r"(?<![\w.$}~/-])/(root|work|home)/\w+|\bsk-ant-api\d\d-[\w-]{40,}", text)
        assert not found or "test/" in name or name.startswith("tests/"), f"{name}: {found}"
