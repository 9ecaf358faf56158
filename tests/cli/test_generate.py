"""`lintel generate`: a verified resource from a sentence, on standard output or in a file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from .conftest import Lintel

INTENT = "an S3 bucket with versioning and KMS encryption"


@pytest.mark.parametrize(
    ("language", "name", "wanted"),
    [
        ("cloudformation", "t.yaml", ["AWS::S3::Bucket", "VersioningConfiguration", "aws:kms"]),
        ("terraform", "main.tf", ['"aws_s3_bucket"', "aws_s3_bucket_versioning", "aws:kms"]),
    ],
)
def test_what_is_printed_is_the_resource_and_lints_clean(
    lintel: Lintel, tmp_path: Path, language: str, name: str, wanted: list[str]
) -> None:
    ran = lintel("generate", INTENT, "--language", language)
    assert ran.code == 0, ran.err
    assert all(word in ran.out for word in wanted)
    assert "proposed by: offline" in ran.err
    (tmp_path / name).write_text(ran.out)
    assert lintel("check", name).code == 0


def test_into_a_file_that_has_resources(lintel: Lintel, tmp_path: Path) -> None:
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    path = tmp_path / "t.json"
    path.write_text(json.dumps(template, indent=2) + "\n")
    ran = lintel("generate", INTENT, "--language", "cloudformation", "--into", path)
    assert ran.code == 0, ran.err
    after = json.loads(path.read_text())
    assert after["Resources"]["Topic"] == template["Resources"]["Topic"]
    assert [r["Type"] for r in after["Resources"].values()].count("AWS::S3::Bucket") == 1


def test_an_intent_that_names_nothing_known_changes_nothing(lintel: Lintel, tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_text("# mine\n")
    ran = lintel("generate", "a nice cup of tea", "--language", "terraform", "--into", path)
    assert ran.code == 1
    assert path.read_text() == "# mine\n"
    assert "stalled" in ran.err


def test_without_a_model_it_says_so(lintel: Lintel) -> None:
    ran = lintel("generate", INTENT, "--language", "terraform", "--model", "none")
    assert (ran.code, ran.out) == (2, "")
    assert "--model none" in ran.err


def test_without_a_key_the_model_is_told_to_be_missing(lintel: Lintel) -> None:
    ran = lintel("generate", INTENT, "--language", "terraform", "--model", "anthropic")
    assert "No API key" in ran.err
    assert "proposed by: offline" in ran.err


@pytest.mark.parametrize(
    ("language", "name", "text", "says"),
    [
        ("terraform", "t.yaml", "Resources:\n", "Terraform is written into .tf files"),
        ("terraform", "new.tf.json", None, "Terraform is written into .tf files"),
        ("cloudformation", "main.tf", 'variable "a" {}\n', "not a template"),
        ("cloudformation", "new.tf", None, "not a template"),
        ("cloudformation", "compose.yaml", "services:\n  a:\n    image: b\n", "not a template"),
        ("terraform", "nowhere/main.tf", None, "no such folder"),
    ],
)
def test_what_does_not_belong_into_a_file_is_not_generated(
    lintel: Lintel, tmp_path: Path, language: str, name: str, text: str | None, says: str
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    ran = lintel("generate", INTENT, "--language", language, "--into", name)
    assert (ran.code, ran.out) == (2, "")
    assert f"lintel: {name}: {says}" in ran.err
    assert (path.read_text() if path.exists() else None) == text


def test_a_new_template_in_json_is_json(lintel: Lintel, tmp_path: Path) -> None:
    ran = lintel("generate", "an SQS queue", "--language", "cloudformation", "--into", "t.json")
    assert ran.code == 0, ran.err
    assert "intent 1 of 1" in ran.err
    assert json.loads((tmp_path / "t.json").read_text())["Resources"] == {"Queue": {"Type": "AWS::SQS::Queue"}}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_nobody_waits_for_what_a_pipe_holds(lintel: Lintel, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.yaml")
    ran = lintel("generate", INTENT, "--language", "cloudformation", "--into", "t.yaml")
    assert (ran.code, ran.out, ran.err) == (2, "", "lintel: t.yaml: not a file\n")


HALF_TYPED = 'resource "aws_sns_topic" "a" {\n  name = "\n}\n'
QUEUE = 'resource "aws_sqs_queue" "queue" {\n}\n'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f'{HALF_TYPED}\nvariable "a" {{\n}}\n', f'{HALF_TYPED}\nvariable "a" {{\n}}\n\n{QUEUE}'),
        ('variable "a" {\n}\n\nresource "aws_s3_', f'variable "a" {{\n}}\n\n{QUEUE}\nresource "aws_s3_'),
    ],
    ids=["before", "behind"],
)
def test_what_is_half_typed_stays_as_it_is(lintel: Lintel, tmp_path: Path, text: str, wanted: str) -> None:
    (tmp_path / "main.tf").write_text(text)
    ran = lintel("generate", "an SQS queue", "--language", "terraform", "--into", "main.tf")
    assert ran.code == 0, ran.err
    assert "0 introduced" in ran.err
    assert (tmp_path / "main.tf").read_text() == wanted


def test_nothing_is_written_into_a_template_that_no_linter_can_judge(lintel: Lintel, tmp_path: Path) -> None:
    text = "Resources:\n  A:\n    Type: AWS::SNS::Topic\n---\n"
    (tmp_path / "t.yaml").write_text(text)
    ran = lintel("generate", INTENT, "--language", "cloudformation", "--into", "t.yaml")
    told = " ".join(ran.err.split())
    assert ran.code == 1, told
    assert "Nothing was written: the template cannot be read (E0000 " in told
    assert "0 attempts ·" in told
    assert (tmp_path / "t.yaml").read_text() == text


def test_it_is_told_what_was_left_out_of_the_verification(lintel: Lintel, tmp_path: Path) -> None:
    text = 'Resources:\n  Broken:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: "open\n'
    (tmp_path / "t.yaml").write_text(text)
    ran = lintel("generate", "an SNS topic", "--language", "cloudformation", "--into", "t.yaml")
    told = " ".join(ran.err.split())
    assert ran.code == 0, told
    assert "Left out when this was verified, as it cannot be read yet: Broken." in told
    assert "lint clean" not in told
    assert (tmp_path / "t.yaml").read_text() == f"{text}  Topic:\n    Type: AWS::SNS::Topic\n"


def test_a_file_with_a_blank_in_its_name_and_others_beside_it(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "my vars.tf").write_text('variable "a" {}\noutput "a" {\n  value = var.a\n}\n')
    ran = lintel("generate", "an SQS queue", "--language", "terraform", "--into", "my main.tf")
    assert ran.code == 0, ran.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["my main.tf", "my vars.tf"]
    assert "aws_sqs_queue" in (tmp_path / "my main.tf").read_text()


@pytest.mark.parametrize("args", [["", "--language", "terraform"], [INTENT, "--language", "terraform", "--into", "-"]])
def test_wrong_usage_is_two(lintel: Lintel, tmp_path: Path, args: list[str]) -> None:
    assert lintel("generate", *args).code == 2
    assert list(tmp_path.iterdir()) == []
