"""`lintel fix`: in place or as a diff, safe or not, and nothing else is touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from .conftest import FIXTURES, Lintel

QUEUE = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      DelaySecond: 5\n"


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


def test_what_safe_fixes_leave_may_be_fixed_with_unsafe(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        "Resources:\n  Data:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n    Properties: {}\n"
    )
    ran = lintel("fix", "--diff", "t.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert "No safe fix is known that verifies for W3011." in ran.err
    assert "1 left; --unsafe" in ran.err
    ran = lintel("fix", "--diff", "--unsafe", "--model", "none", "t.yaml")
    assert "UpdateReplacePolicy: Retain" in ran.out
    assert "--unsafe" not in ran.err


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


def test_what_is_not_ours_passes_through_untouched(lintel: Lintel) -> None:
    text = "services:\r\n  web:\r\n    image: nginx"
    ran = lintel("fix", "-", stdin=text)
    assert (ran.code, ran.out) == (0, text)
    assert "neither a template nor Terraform" in ran.err


def test_terraform_on_standard_input_is_known_by_its_blocks(lintel: Lintel) -> None:
    ran = lintel("fix", "-", stdin='resource "aws_sqs_queue" "q" {\n  nmae = "q"\n}\n')
    assert (ran.code, ran.out) == (0, 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n')


@pytest.mark.parametrize(
    "text",
    [
        QUEUE.replace("\n", "\r\n"),
        QUEUE.replace("5", "5\t# a tab") + 'Description: "ends no\u2028line"\n',
        "\ufeff" + QUEUE.rstrip(),
    ],
)
def test_a_diff_applies_whatever_the_lines_end_with(lintel: Lintel, tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.yaml"
    path.write_bytes(text.encode())
    ran = lintel("fix", "--diff", "t.yaml")
    assert path.read_bytes() == text.encode()
    applied = subprocess.run(
        ["patch", "-p1", "--binary"], cwd=tmp_path, input=ran.out.encode(), capture_output=True, check=False
    )
    assert applied.returncode == 0, applied.stdout + ran.out.encode()
    assert path.read_bytes() == text.replace("DelaySecond", "DelaySeconds").encode()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_file_is_left_and_not_counted(lintel: Lintel, tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(QUEUE)
    path.chmod(0o444)
    ran = lintel("fix", "t.yaml")
    assert (ran.code, path.read_text()) == (2, QUEUE)
    assert "t.yaml: not writable" in ran.err
    assert "0 changed" in ran.err


def test_why_the_model_was_not_asked_is_told_with_a_diff_too(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("Resources:\n  A:\n    Type: AWS::Nothing::AtAll\n")
    ran = lintel("fix", "--unsafe", "--diff", "--model", "anthropic", "t.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert "No API key is set" in ran.err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_and_leaves_nothing_behind(tmp_path: Path, number: int, code: int) -> None:
    """A `terraform` that never ends tells through a pipe that it has begun."""
    scratch, tools, begun = tmp_path / "scratch", tmp_path / "tools", tmp_path / "begun"
    scratch.mkdir()
    tools.mkdir()
    os.mkfifo(begun)
    (tools / "terraform").write_text(f"#!/bin/sh\necho $$ > '{begun}'\nexec sleep 600\n")
    (tools / "terraform").chmod(0o755)
    (tmp_path / "main.tf").write_text('resource "aws_sqs_queue" "q" {}\n')
    with subprocess.Popen(
        [sys.executable, "-m", "lsp_server", "fix", "main.tf"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(scratch), "PATH": f"{tools}:{os.environ['PATH']}"},
        stderr=subprocess.PIPE,
        text=True,
        # what is started in the background ignores SIGINT
        preexec_fn=partial(signal.signal, number, signal.SIG_DFL),  # noqa: PLW1509 - the tests have one thread
    ) as process:
        child = int(begun.read_text())
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in said) == (code, False), said
    assert list(scratch.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_what_an_unreadable_text_hides_is_mended_after_it(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        "Resources:\n  Topic:\n\tType: AWS::SNS::Topic\nOutputs:\n  Url:\n    Value: !Ref Topic\n"
        "  Url:\n    Value: !GetAtt Topic.TopicName\n"
    )
    ran = lintel("fix", "--diff", "--unsafe", "--model", "none", "t.yaml")
    assert ran.code == 0
    assert "+    Type: AWS::SNS::Topic" in ran.out
    assert "+  Url2:" in ran.out
