"""What the linter promises beside its findings: versions, files, caches, and that no text makes it raise."""

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.module import module_of
from lsp_server.linters.terraform_check import TerraformCheck, linter
from lsp_server.linters.terraform_check.linter import check_module
from lsp_server.linters.terraform_mistake import mistake_of
from lsp_server.linters.terraform_validate import TerraformValidate

CASES = [p.read_text(encoding="utf-8") for p in sorted((Path(__file__).parent / "cases").glob("*.tf"))]


def unit(**files):
    return Unit(tuple(Document(f"untitled:/m/{name.replace('_tf', '.tf')}", text) for name, text in files.items()))


async def findings(**files):
    result = await TerraformCheck().lint(unit(**files))
    return [(d.code, d.severity.label, d.data["name"]) for d in result.diagnostics if d.severity is not Severity.HINT]


def constrained(version):
    return f'terraform {{\n  required_providers {{\n    aws = "{version}"\n  }}\n}}\n'


BUCKET = 'resource "aws_s3_bucket" "b" {\n  region = "eu-west-1"\n}\n'  # settable since version 6


async def test_the_constraint_picks_the_schema():
    assert await findings(main_tf=BUCKET, versions_tf=constrained("~> 5.0")) == [
        ("computed-argument", "error", "region")
    ]
    assert await findings(main_tf=BUCKET, versions_tf=constrained("~> 6.0")) == []


async def test_without_a_constraint_only_what_every_version_refuses_is_an_error():
    assert await findings(main_tf=BUCKET) == []
    gone = 'resource "aws_opsworks_stack" "s" {}\n'  # until version 5
    assert [severity for _, severity, _ in await findings(main_tf=gone)] == ["warning"]


async def test_a_version_that_is_not_bundled_makes_no_errors_and_names_the_schema():
    result = await TerraformCheck().lint(unit(main_tf=BUCKET, versions_tf=constrained("~> 3.0")))
    (only,) = (d for d in result.diagnostics if d.severity is not Severity.HINT)
    assert only.severity is Severity.WARNING
    assert "aws 5." in only.message


async def test_the_lock_file_counts_more_than_the_constraint():
    lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "6.1.0"\n}\n'
    beside = (Document("untitled:/m/.terraform.lock.hcl", lock),)
    versions = Document("untitled:/m/versions.tf", constrained(">= 5.0"))
    result = await TerraformCheck().lint(Unit((Document("untitled:/m/main.tf", BUCKET), versions), beside=beside))
    assert not [d for d in result.diagnostics if d.severity is not Severity.HINT]


async def test_another_provider_under_the_same_name_is_not_judged():
    other = 'terraform {\n  required_providers {\n    aws = { source = "acme/aws" }\n  }\n}\n'
    assert await findings(main_tf=BUCKET + 'resource "aws_thing" "t" {}\n', versions_tf=other) == []


async def test_a_file_that_is_not_there_is_a_warning(tmp_path):
    (tmp_path / "there.txt").write_text("x")
    text = (
        'output "o" {\n  value = [file("there.txt"), file("${path.module}/not.txt"), file(var.x)]\n}\nvariable "x" {}\n'
    )
    result = await TerraformCheck().lint(Unit((Document((tmp_path / "main.tf").as_uri(), text),)))
    assert [(d.code, d.data["name"]) for d in result.diagnostics] == [("missing-file", "./not.txt")]


async def test_the_whole_module_counts_and_not_one_file():
    assert await findings(main_tf='output "o" {\n  value = var.x\n}\n', variables_tf='variable "x" {}\n') == []


async def test_a_change_elsewhere_is_seen_although_the_block_itself_did_not_change():
    uses = 'output "o" {\n  value = aws_vpc.v.id\n}\n'
    vpc = 'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.0/16"\n}\n'
    assert await findings(main_tf=uses + vpc) == []
    repeated = vpc.replace("{\n", "{\n  count = 1\n")
    assert [code for code, _, _ in await findings(main_tf=uses + repeated)] == ["missing-instance-key"]
    assert [code for code, _, _ in await findings(main_tf=uses)] == ["undeclared-reference"]


async def test_a_module_too_large_is_not_run_and_not_clean():
    result = await TerraformCheck().lint(unit(main_tf="# x\n" * 1_000_000))
    assert "million characters" in result.not_run


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")
@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_vpc" "v" {\n  cidr = 1\n}\n',
        'resource "aws_vpc" "v" {\n  tags {\n  }\n}\n',
        'resource "aws_sns_topic_policy" "v" {\n}\n',
        'output "o" {\n  value = var.x\n}\n',
        'resource "aws_vcp" "v" {\n}\n',
        'resource "aws_sqs_queue" "q" {\n  delay_seconds = "soon"\n}\n',
    ],
)
async def test_terraform_validate_means_the_same_mistake(text, tmp_path):
    module = Unit((Document((tmp_path / "main.tf").as_uri(), text),))
    own, real = await TerraformCheck().lint(module), await TerraformValidate().lint(module)
    assert not real.not_run
    assert {d.data["mistake"] for d in own.diagnostics} == {d.data["mistake"] for d in real.diagnostics}


def test_a_mistake_is_named_by_line_kind_and_subject():
    detail = 'An argument named "cidr" is not expected here. Did you mean "cidr_block"?'
    assert mistake_of("u", 3, "Unsupported argument", detail) == ("u", 3, "unsupported-argument", "cidr")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_text_makes_it_raise_and_every_finding_lies_in_the_text(data):
    text = data.draw(st.sampled_from(CASES))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.text(alphabet='"{}[]()$%\n\r\t=.#/*<E😀é\ufeff\0', max_size=4)) + text[end:]
    document = Document("untitled:/m/main.tf", text)
    for diagnostic in check_module(module_of(Unit((document,)))):
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


async def test_others_have_their_turn_while_a_large_module_is_judged(monkeypatch):
    monkeypatch.setattr(linter, "_SLICE", 0)
    module = unit(main_tf="".join(f'resource "aws_vpc" "v{n}" {{\n  cidr = {n}\n}}\n' for n in range(20)))
    turns = 0

    async def others():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    found = await TerraformCheck().lint(module)
    task.cancel()
    assert turns > 20
    assert found.diagnostics == tuple(check_module(module_of(module)))
