"""`lintel generate`: a verified resource from a sentence, on standard output or in a file."""

from __future__ import annotations

import json
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
