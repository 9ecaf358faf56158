"""`lintel fix`: in place or as a diff, safe or not, and nothing else is touched."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .conftest import FIXTURES, Lintel


def test_the_broken_template_is_repaired_in_place(lintel: Lintel, orders: Path) -> None:
    before = orders.read_text()
    ran = lintel("fix", "--unsafe", "--model", "none", orders)
    assert ran.code == 0, ran.out + ran.err
    after = orders.read_text()
    assert "VersioningConfiguration:\n        Status: Enabled" in after
    assert after.count("\n") == before.count("\n")
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert len(changed) <= 10
    assert lintel("check", orders).code == 0


def test_a_diff_changes_nothing_and_applies(lintel: Lintel, orders: Path, tmp_path: Path) -> None:
    before = orders.read_text()
    ran = lintel("fix", "--unsafe", "--model", "none", "--diff", orders)
    assert orders.read_text() == before
    applied = subprocess.run(["patch", "-p1"], cwd=tmp_path, input=ran.out, text=True, capture_output=True, check=False)
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert lintel("check", orders).code == 0


def test_without_unsafe_only_certain_fixes_are_made(lintel: Lintel, tmp_path: Path) -> None:
    template = tmp_path / "t.yaml"
    template.write_text(
        "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Codes:\n        ZipFile: ''\n"
        "      Handler: index.handler\n      Runtime: python3.13\n"
    )
    ran = lintel("fix", "--output-format", "json", "t.yaml")
    assert ran.code == 1
    (repair,) = ran.json
    assert repair["stop"] == "stalled"
    assert "Code:\n" in template.read_text()
    assert "Parameters" not in template.read_text()
    assert repair["introduced"] == []


def test_json_tells_the_story(lintel: Lintel, orders: Path) -> None:
    ran = lintel("fix", "--unsafe", "--model", "none", "--diff", "--output-format", "json", orders)
    (repair,) = ran.json
    assert set(repair) == {
        "filename", "language", "stop", "before", "after", "attempts", "cleared", "introduced", "seconds", "usage",
    }  # fmt: skip
    assert (repair["filename"], repair["language"], repair["stop"]) == ("orders.yaml", "cloudformation", "clean")
    assert repair["after"] == []
    assert len(repair["before"]) == len(repair["cleared"])
    assert all(attempt["proposer"] == "fixers" for attempt in repair["attempts"])
    assert repair["usage"]["requests"] == 0


def test_a_module_is_repaired_across_its_files(lintel: Lintel, shop: Path) -> None:
    ran = lintel("fix", "--unsafe", "--model", "none", shop)
    assert ran.code == 0, ran.out + ran.err
    assert "bucket_prefix = " in (shop / "main.tf").read_text()
    assert "# the name is made unique by AWS" in (shop / "main.tf").read_text()
    assert lintel("check", shop).code == 0


def test_standard_input_goes_to_standard_output(lintel: Lintel) -> None:
    text = "Resources:\r\n  Q:\r\n    Type: AWS::SQS::Queue\r\n    Properties:\r\n      DelaySecond: 5 # 😀\r\n"
    ran = lintel("fix", "-", stdin="\ufeff" + text)
    assert ran.code == 0
    assert ran.out == "\ufeff" + text.replace("DelaySecond", "DelaySeconds")


def test_the_fixtures_of_the_demonstration_end_clean(lintel: Lintel) -> None:
    ran = lintel("fix", "--unsafe", "--model", "offline", "--diff", FIXTURES / "cloudformation" / "orders.json")
    assert ran.code == 0, ran.out + ran.err
