"""What tflint really printed of some modules, and what becomes of it; where there is a tflint, it is asked again.

After a change here: LINTEL_RECORD=1 .venv/bin/pytest -n 0 tests/linters/test_tflint_recorded.py
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from lsp_server.analysis import Toolchain, analyze
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.tflint import Tflint
from tests.judges import find_judge

RECORDED = Path(__file__).with_name("tflint_recorded.json")
REAL = find_judge("tflint")
COMMAND = ("--format=json", "--force", "--no-color")
ALONE = "--call-module-type=none"
ALL = 'plugin "terraform" {\n  enabled = true\n  preset  = "all"\n}\n'
QUIET = "config {\n  disabled_by_default = true\n}\n"


def only(*rules: str) -> str:
    return QUIET + "".join(f'rule "{rule}" {{\n  enabled = true\n}}\n' for rule in rules)


OWN, TFLINT = "terraform-check", "tflint"
UNUSED = "terraform_unused_declarations"
# the files of a module, and what is found: source, code, text; of what two judges say there is one finding
CASES = {
    "declared and not used": (
        {
            "main.tf": 'variable "a" {}\n\nlocals {\n  b = {\n    c = 1\n  }\n}\n\ndata "aws_region" "here" {\n}\n',
            ".tflint.hcl": only(UNUSED),
        },
        [
            (TFLINT, UNUSED, 'variable "a"'),
            (TFLINT, UNUSED, "b = {\n    c = 1\n  }"),
            (TFLINT, UNUSED, 'data "aws_region" "here"'),
        ],
    ),
    "rules that are off": (
        {"main.tf": 'variable "a" {}\n', ".tflint.hcl": QUIET},
        [(OWN, "unused-declaration", '"a"')],
    ),
    "old forms, two on a line": (
        {
            "main.tf": 'variable "p" {\n  type = list(string)\n}\n\noutput "x" {\n'
            '  value = ["${var.p}", "${var.p}", var.p.0, var.p.1] // é\n}\n',
            ".tflint.hcl": only(
                "terraform_deprecated_index", "terraform_deprecated_interpolation", "terraform_comment_syntax"
            ),
        },
        [(TFLINT, "terraform_deprecated_interpolation", '"${var.p}"')] * 2
        + [
            (TFLINT, "terraform_deprecated_index", ".0"),
            (TFLINT, "terraform_deprecated_index", ".1"),
            (TFLINT, "terraform_comment_syntax", "// é\n"),
        ],
    ),
    "old forms without the rules": (
        {
            "main.tf": 'variable "p" {\n  type = list(string)\n}\n\noutput "x" {\n'
            '  value = ["${var.p}", "${var.p}", var.p.0, var.p.1]\n}\n',
            ".tflint.hcl": QUIET,
        },
        [(OWN, "deprecated-interpolation", '"${var.p}"')] * 2
        + [(OWN, "deprecated-index", ".0"), (OWN, "deprecated-index", ".1")],
    ),
    "providers": (
        {
            "main.tf": 'terraform {\n  required_providers {\n    random = "~> 3.0"\n    null = {\n'
            '      source = "hashicorp/null"\n      version = "~> 3.0"\n    }\n  }\n}\n\n'
            'provider "random" {\n  version = "~> 3.0"\n}\n\nresource "time_static" "t" {}\n',
            ".tflint.hcl": only("terraform_required_providers", "terraform_unused_required_providers"),
        },
        [
            (TFLINT, "terraform_required_providers", '"~> 3.0"'),
            (TFLINT, "terraform_unused_required_providers", None),
            (OWN, "deprecated-argument", 'version = "~> 3.0"'),
            (TFLINT, "terraform_required_providers", 'resource "time_static" "t"'),
        ],
    ),
    "emoji before the place": (
        {
            "main.tf": 'locals {\n  a = ["👩‍👩‍👧é", "${local.b}"]\n  b = 1\n}\n',
            ".tflint.hcl": only("terraform_deprecated_interpolation"),
        },
        [(OWN, "unused-declaration", "a"), (TFLINT, "terraform_deprecated_interpolation", '"${local.b}"')],
    ),
    "every rule": (
        {"main.tf": 'variable "a-b" {\n  type = string\n}\n\noutput "o" {\n  value = var.a-b\n}\n', ".tflint.hcl": ALL},
        [
            (TFLINT, "terraform_required_version", ""),
            (TFLINT, "terraform_standard_module_structure", 'variable "a-b"'),
            (TFLINT, "terraform_documented_variables", 'variable "a-b"'),
            (TFLINT, "terraform_naming_convention", 'variable "a-b"'),
            (TFLINT, "terraform_standard_module_structure", 'output "o"'),
            (TFLINT, "terraform_documented_outputs", 'output "o"'),
        ],
    ),
    "files that the module lacks": (
        {"z.tf": "", "main.tf": "# nothing\n", ".tflint.hcl": only("terraform_standard_module_structure")},
        [(TFLINT, "terraform_standard_module_structure", "")] * 2,
    ),
    "a text that cannot be read": (
        {"main.tf": 'variable "a" {\n  default = \n}\n', ".tflint.hcl": ALL},
        [(OWN, "syntax", None)],
    ),
    "a block without its labels": (
        {"main.tf": 'resource "aws_instance" {}\n', ".tflint.hcl": ALL},
        [(OWN, "invalid-labels", None)],
    ),
    "a module that is not there": (
        {"main.tf": 'module "m" {\n  source = "./nowhere"\n}\n\nvariable "a" {}\n', ".tflint.hcl": only(UNUSED)},
        [(OWN, "missing-file", '"./nowhere"'), (TFLINT, UNUSED, 'variable "a"')],
    ),
    "a module that cannot be read": (
        {
            "main.tf": 'module "m" {\n  source = "./child"\n}\n\nvariable "a" {}\n',
            "child/main.tf": 'variable "x" {\n',
            ".tflint.hcl": only(UNUSED),
        },
        [(TFLINT, UNUSED, 'variable "a"')],
    ),
    "two files, and a variable that is used in the other": (
        {"main.tf": 'variable "a" {}\n', "b.tf": "locals {\n  b = var.a\n}\n", ".tflint.hcl": only(UNUSED)},
        [(TFLINT, UNUSED, "b = var.a")],
    ),
    "JSON": (
        {"main.tf.json": '{"variable": {"a": {"type": "string"}}}\n', ".tflint.hcl": only(UNUSED)},
        [(TFLINT, UNUSED, "{")],
    ),
}
# what keeps it from judging, as it is told
BROKEN = {
    "a configuration that cannot be read": (
        'rule "terraform_typed_variables" {\n  enabled = \n}\n',
        ".tflint.hcl:2: Invalid expression: Expected the start",
    ),
    "a rule that is not known": ('rule "nonesuch" {\n  enabled = true\n}\n', "Rule not found: nonesuch"),
    "a plugin that is not installed": (
        'plugin "aws" {\n  enabled = true\n  version = "0.1.0"\n  source = "github.com/owner/tflint-ruleset-aws"\n}\n',
        'Plugin "aws" not found. Did you run "tflint --init"?',
    ),
    "a version that is too old": (
        'tflint {\n  required_version = ">= 99"\n}\n',
        "does not support the currently used TFLint version",
    ),
    "values that are not there": (
        'config {\n  varfile = ["../none.tfvars"]\n}\n',
        'The file "../none.tfvars" does not',
    ),
}
FILES = {name: files for name, (files, _) in CASES.items()} | {
    name: {"main.tf": 'variable "a" {}\n', ".tflint.hcl": text} for name, (text, _) in BROKEN.items()
}


def laid_out(folder: Path, files: dict[str, str]) -> Unit:
    """The files on disk, and the module of the folder; the module's own text is only in the editor."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("" if name == "main.tf" else text, "utf-8")
    own = [name for name in files if name.endswith((".tf", ".tf.json")) and "/" not in name]
    return Unit(tuple(Document((folder / name).as_uri(), files[name]) for name in own))


READ = ("rule", "message", "range", "summary", "severity")


def comparable(printed: bytes) -> object:
    """What was printed, as far as it is read and without the version in its links: later versions say more."""
    said = json.loads(re.sub(rb"(/blob/v|TFLint version )[\d.]*\d", rb"\g<1>0", printed))
    return {
        kind: [{key: one[key] for key in READ if key in one} for one in said[kind]] for kind in ("issues", "errors")
    }


def asked(folder: Path, files: dict[str, str]) -> list[list[object]]:
    """Status and output of the real program, asked as Lintel asks it, with and without what the module calls."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    commands = [(REAL, *COMMAND), (REAL, *COMMAND, ALONE)]
    runs = [subprocess.run(command, cwd=folder, capture_output=True, check=False) for command in commands]
    return [[run.returncode, comparable(run.stdout)] for run in runs]


@pytest.fixture(autouse=True)
def nothing_of_the_user(tmp_path, monkeypatch):
    for name in ("TFLINT_CONFIG_FILE", "TFLINT_PLUGIN_DIR", "TFLINT_LOG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def replaying(folder: Path, name: str) -> Tflint:
    """A tflint that prints what was recorded."""
    folder.mkdir()
    runs = json.loads(RECORDED.read_text("utf-8"))[name]
    for number, (_, printed) in enumerate(runs):
        (folder / f"{number}.json").write_text(json.dumps(printed), "utf-8")
    program = folder / "tflint"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *{ALONE}) cat "{folder}/1.json"; exit {runs[1][0]};; esac\n'
        f'cat "{folder}/0.json"; exit {runs[0][0]}\n'
    )
    program.chmod(0o755)
    return Tflint(str(program))


JUDGES = [
    "recorded",
    pytest.param("real", marks=pytest.mark.skipif(not REAL, reason="no tflint: `make judges` gets one")),
]


@pytest.fixture(params=JUDGES)
def tflint(request, tmp_path):
    return lambda name: replaying(tmp_path / "program", name) if request.param == "recorded" else Tflint(REAL)


@pytest.mark.parametrize("name", CASES)
async def test_what_is_found_is_told_once_and_in_its_place(name, tflint, tmp_path):
    files, expected = CASES[name]
    module = tmp_path / "module"
    module.mkdir()
    unit = laid_out(module, files)
    found = await analyze(unit, Language.TERRAFORM, Toolchain((TerraformCheck(), tflint(name))))
    assert not found.not_run
    told = [(d.source, d.code, unit[d.uri].slice(d.span)) for d in found.diagnostics]
    assert [(s, c) for s, c, _ in told] == [(s, c) for s, c, _ in expected]
    assert [text for _, _, text in told] == [
        seen if text is None else text for (_, _, text), (_, _, seen) in zip(expected, told, strict=True)
    ]


@pytest.mark.parametrize("name", BROKEN)
async def test_what_keeps_it_from_judging_is_told(name, tflint, tmp_path):
    module = tmp_path / "module"
    module.mkdir()
    result = await tflint(name).lint(laid_out(module, FILES[name]))
    assert BROKEN[name][1] in result.not_run
    assert not result.diagnostics


@pytest.mark.skipif(not REAL, reason="no tflint: `make judges` gets one")
def test_the_record_is_what_the_program_prints(tmp_path):
    runs = {}
    for number, (name, files) in enumerate(FILES.items()):
        (folder := tmp_path / f"{number}/module").mkdir(parents=True)
        runs[name] = asked(folder, files)
    if os.environ.get("LINTEL_RECORD"):
        RECORDED.write_text(json.dumps(runs, indent=1, ensure_ascii=False) + "\n", "utf-8")
    recorded = json.loads(RECORDED.read_text("utf-8"))
    assert list(recorded) == list(runs)
    for name, run in runs.items():
        assert run == recorded[name], name
