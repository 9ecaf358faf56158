"""`lintel check`: every form of output, exit codes, stdin, folders, and input that is bad."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sarif_pydantic import Sarif

from tests.initialised import REQUIRED, initialised, real

from .conftest import Lintel

CLEAN = 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n'
BROKEN = CLEAN + "    Properties:\n      😀 : 1\n      DelaySecond: 5\n"


def test_text_shows_the_line_and_a_mark_below(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(CLEAN + "    Properties:\n      DelaySecond: 5\n")
    ran = lintel("check", "t.yaml")
    assert ran.code == 1
    head, line, mark = ran.out.splitlines()
    assert head.startswith("t.yaml:6:7 error E3002 ")
    assert head.endswith("[cfn-lint]")
    assert line.endswith("│       DelaySecond: 5")
    assert mark.split("│")[1].rstrip() == " " * 7 + "^" * len("DelaySecond")


def test_text_says_what_helps(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(CLEAN + "    DelaySeconds: 5\n")
    assert "'DelaySeconds' belongs in 'Properties'." in lintel("check", "t.yaml").out
    assert "belongs in" not in lintel("check", "--output-format", "json", "t.yaml").out  # there the linter's words


def test_a_clean_template_says_nothing(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(CLEAN)
    ran = lintel("check", "t.yaml")
    assert (ran.code, ran.out, ran.err) == (0, "", "0 findings\n")


def test_json_counts_from_one_in_code_points_and_has_the_verified_fix(lintel: Lintel) -> None:
    ran = lintel(
        "check", "-", "--output-format", "json",
        stdin=CLEAN + '    Properties: {QueueName: "😀😀", DelaySecond: 5}\n',
    )  # fmt: skip
    (found,) = [f for f in ran.json if f["code"] == "E3002"]
    assert found["filename"] == "-"
    assert found["location"] == {"row": 5, "column": 35}
    assert found["severity"] == "error"
    assert found["fix"]["applicability"] == "safe"
    (edit,) = found["fix"]["edits"]
    assert (edit["content"], edit["location"]["column"]) == ("DelaySeconds", 35)


def test_sarif_is_valid_and_links_the_rules(lintel: Lintel, orders: Path) -> None:
    ran = lintel("check", orders, "--output-format", "sarif")
    assert ran.code == 1
    log = Sarif.model_validate_json(ran.out)
    assert log.version == "2.1.0"
    (run,) = log.runs
    rules = {rule.id: rule for rule in run.tool.driver.rules}
    assert {result.rule_id for result in run.results} == set(rules)
    assert str(rules["E3002"].help_uri).startswith("https://")


def test_sarif_says_when_it_is_not_whole_and_where_odd_files_are(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "a #1.yaml").write_text("Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Nothing: 1\n")
    ran = lintel("check", "a #1.yaml", tmp_path / "a #1.yaml", "gone.yaml", "--output-format", "sarif")
    assert ran.code == 2
    (run,) = json.loads(ran.out)["runs"]
    places = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
    assert set(places) == {"a%20%231.yaml"}
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [n["message"]["text"] for n in invocation["toolExecutionNotifications"]] == [
        "gone.yaml: no such file or folder"
    ]
    whole = lintel("check", "a #1.yaml", "--output-format", "sarif")
    assert json.loads(whole.out)["runs"][0]["invocations"][0]["executionSuccessful"] is True


def test_github_annotates(lintel: Lintel, orders: Path) -> None:
    ran = lintel("check", orders, "--output-format", "github")
    assert "::error file=orders.yaml,line=17,col=7,endLine=17,endColumn=31,title=cfn-lint E3002::" in ran.out


def test_a_folder_holds_templates_and_modules_and_nothing_else(lintel: Lintel, tmp_path: Path, shop: Path) -> None:
    (tmp_path / "docker-compose.yaml").write_text("services:\n  web:\n    image: nginx\n")
    (tmp_path / "template.yaml").write_text(BROKEN.replace("      😀 : 1\n", ""))
    (tmp_path / "ignored").mkdir()
    (tmp_path / "ignored" / "t.yaml").write_text(BROKEN)
    (tmp_path / ".gitignore").write_text("ignored\n")
    ran = lintel("check", ".", "--output-format", "json")
    assert ran.code == 1
    assert {f["filename"] for f in ran.json} == {"template.yaml", "shop/main.tf", "shop/variables.tf"}
    assert {f["source"] for f in ran.json} >= {"cfn-lint", "terraform-check"}


def test_linters_can_be_chosen(lintel: Lintel, shop: Path) -> None:
    ran = lintel("check", shop, "--linters", "terraform-check", "--output-format", "json")
    assert {f["source"] for f in ran.json} == {"terraform-check"}
    ran = lintel("check", shop, "--linters", "eslint")
    assert ran.code == 2
    assert "eslint: known are cfn-lint" in ran.err


def test_a_linter_that_is_asked_for_has_to_be_there(lintel: Lintel, shop: Path) -> None:
    nowhere = {"PATH": ""}
    ran = lintel("check", shop, "--output-format", "json", env=nowhere)
    assert ran.code == 1
    assert "terraform-validate not run: terraform is not on PATH" in ran.err
    ran = lintel("check", shop, "--linters", "terraform-check,terraform-validate", env=nowhere)
    assert ran.code == 2


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on the PATH")
def test_what_a_verdict_leaves_out_is_told(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "network" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n')
    ran = lintel("check", "main.tf")
    assert (ran.code, ran.out) == (0, "")
    assert 'module "network" is not installed: what goes into it and comes out was not checked' in ran.err


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on the PATH")
def test_terraform_itself_judges(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_sqs_queue" "q" {\n  nmae = "q"\n}\n')
    ran = lintel("check", "main.tf", "--linters", "terraform-validate", "--output-format", "json")
    (found,) = ran.json
    assert (found["source"], found["location"]["row"]) == ("terraform-validate", 2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["main.tf"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("t.yaml", b"a: \xff", "t.yaml: not UTF-8 (byte 3)"),
        ("t.yaml", None, "t.yaml: no such file or folder"),
        ("-", b"\xff", "standard input: not UTF-8 (byte 0)"),
    ],
)
def test_what_cannot_be_read_is_told(
    lintel: Lintel, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None and name != "-":
        (tmp_path / name).write_bytes(content)
    ran = lintel("check", name, stdin=content or b"")
    assert (ran.code, ran.out) == (2, "")
    assert f"lintel: {sentence}" in ran.err


def test_a_file_that_is_named_and_not_ours_is_told(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n")
    assert lintel("check", ".").err == "0 findings\n"
    ran = lintel("check", "./compose.yaml", "--output-format", "json")
    assert (ran.code, ran.json, ran.err) == (0, [], "lintel: compose.yaml: not a template, passed over\n")


@pytest.mark.parametrize(("output", "code"), [("text", 1), ("json", 2)])  # rich ends the program itself
def test_a_reader_that_goes_away_is_no_crash(tmp_path: Path, output: str, code: int) -> None:
    many = "".join(f'resource "aws_sqs_queue" "q{n}" {{\n  nothing = 1\n}}\n' for n in range(70))
    (tmp_path / "main.tf").write_text(many)
    with subprocess.Popen(
        [sys.executable, "-m", "lsp_server", "check", "--linters", "terraform-check", "--output-format", output, "."],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == code
    assert said == ""


def test_a_broken_configuration_is_told_by_name(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(CLEAN)
    (tmp_path / ".cfnlintrc").write_text("regions: [\n")
    ran = lintel("check", "t.yaml")
    assert ran.code in (1, 2)
    assert ".cfnlintrc" in ran.out + ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "args",
    [
        ["check", "--output-format", "xml"],
        ["chek"],
        ["serve", "--tcp", "nowhere"],
        ["serve", "--tcp", "127.0.0.1:65536"],
        ["serve", "--tcp", "256.0.0.1:0"],
    ],
)
def test_wrong_usage_is_two(lintel: Lintel, args: list[str]) -> None:
    ran = lintel(*args)
    assert ran.code == 2
    assert "Traceback" not in ran.err


UNREADABLE = (
    "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n\tA: 1\n",
    "AWSTemplateFormatVersion: '2010-09-09'\nResources: [unclosed\n  Type: AWS::S3::Bucket\n",
    "Resources:\n  A:\n    Type: AWS::S3::Bucket\n  A:\n    Type: AWS::S3::Bucket\n",
    '{"Resources": {"A": {"Type": "AWS::S3::Bucket"',
)


def test_unreadable_documents_are_findings_and_no_crash(lintel: Lintel, tmp_path: Path) -> None:
    for number, text in enumerate(UNREADABLE):
        (tmp_path / f"t{number}.yaml").write_text(text)
    names = [f"t{number}.yaml" for number in range(len(UNREADABLE))]
    ran = lintel("check", "--output-format", "json", *names)
    assert (ran.code, ran.err) == (1, "")
    assert sorted({d["filename"] for d in ran.json if d["code"] == "E0000"}) == names


@pytest.mark.parametrize("text", ["", "Resources:\n  A: &a\n    Type: AWS::S3::Bucket\n    <<: *a\n"])
def test_what_says_nothing_or_goes_round_in_circles_is_no_crash(lintel: Lintel, text: str) -> None:
    ran = lintel("check", "-", stdin=text)
    assert ran.code in (0, 1)
    assert "Traceback" not in ran.err


def test_the_lock_file_beside_a_module_chooses_the_schema(lintel: Lintel, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_sqs_queue" "q" {\n  region = "eu-west-1"\n}\n')
    assert "unsupported-argument" not in lintel("check", "--linters", "terraform-check", ".").out  # version 6 has it
    lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'
    (tmp_path / ".terraform.lock.hcl").write_text(lock)
    assert "unsupported-argument" in lintel("check", "--linters", "terraform-check", ".").out
    assert "unsupported-argument" in lintel("check", "--linters", "terraform-check", "main.tf").out
    (tmp_path / ".terraform.lock.hcl").write_bytes(b"\xff\xfe")
    assert "unsupported-argument" not in lintel("check", "--linters", "terraform-check", ".").out


@real
def test_an_installed_provider_is_asked_where_it_is_trusted(lintel: Lintel, tmp_path: Path) -> None:
    place = initialised(tmp_path)
    (place.folder / "main.tf").write_text(REQUIRED + 'resource "demo_shelf" "a" {\n  name = "x"\n  dpeth = 1\n}\n')
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    ran = lintel("check", "--untrusted", "module", env=env)
    assert (ran.code, ran.out, place.starts) == (0, "", [])
    for _ in range(2):
        ran = lintel("check", "module", env=env)
        assert ran.code == 1
        assert "unsupported-argument" in ran.out
        assert "lintel: judged by the schemas of the installed providers: acme/demo 1.2.3\n" in ran.err
        assert place.starts == ["good"]


@real
def test_a_provider_that_crashes_is_told_and_the_rest_is_judged(lintel: Lintel, tmp_path: Path) -> None:
    place = initialised(tmp_path, "crash")
    (place.folder / "main.tf").write_text(REQUIRED + 'output "o" {\n  value = var.none\n}\n')
    ran = lintel("check", "module", env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert ran.code == 1
    assert "undeclared-reference" in ran.out
    assert "the installed provider acme/demo 1.2.3 does not tell its schema" in ran.err
