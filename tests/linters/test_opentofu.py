"""Modules of OpenTofu: the own check finds no fault in what it takes, and OpenTofu itself judges where it is there.

`opentofu.txt` holds what OpenTofu 1.10 takes, and Terraform does not.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.functions import functions
from lsp_server.dialects.terraform.service.modules import ModuleService
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_check.linter import ONLY_OPENTOFU
from lsp_server.linters.terraform_validate import TerraformValidate
from lsp_server.linters.tflint import Tflint
from tests.judges import find_judge

TOFU, TFLINT = find_judge("tofu"), find_judge("tflint")
real = pytest.mark.skipif(not TOFU, reason="no tofu: `make judges` gets one")
JUDGES = [TerraformCheck, pytest.param(lambda: TerraformValidate(TOFU, 60), marks=real, id="tofu")]
UNREAD = {"sources that are worked out", "many configurations of a provider"}  # tflint knows Terraform alone
PARTS = re.split(r"^=== (.*)\n", Path(__file__).with_name("opentofu.txt").read_text("utf-8"), flags=re.M)[1:]
TAKEN = dict(zip(PARTS[::2], PARTS[1::2], strict=True))
CHILD = {
    "main.tf": 'variable "of_terraform" {}\n',
    "main.tofu": 'variable "of_tofu" {}\n\noutput "tofu" {\n  value = var.of_tofu\n}\n',
}


def on_disk(folder, text, name="main.tofu", **beside):
    (folder / "child").mkdir()
    for file, content in CHILD.items():
        (folder / "child" / file).write_text(content)
    (folder / name).write_text(text)
    nearby = (Document((folder / "child/main.tofu").as_uri(), CHILD["main.tofu"]),)
    return Unit((Document((folder / name).as_uri(), text),), nearby, **beside)


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("title", TAKEN)
async def test_what_it_takes_is_no_fault(title, judge, tmp_path):
    result = await judge().lint(on_disk(tmp_path, TAKEN[title]))
    assert not result.not_run
    assert [d for d in result.diagnostics if d.severity is Severity.ERROR] == []
    assert not [d for d in result.diagnostics if d.code == "unused-declaration"]


@real
@pytest.mark.parametrize("judge", JUDGES)
async def test_what_it_does_not_take_is_found(judge, tmp_path):
    text = 'resource "aws_s3_bucket" "b" {\n  bucket = var.none\n  nonsense = 1\n}\n'
    found = {d.code for d in (await judge().lint(on_disk(tmp_path, text))).diagnostics}
    assert {"undeclared-reference", "unsupported-argument"} & found


@pytest.mark.parametrize("title", ["its name", "a template that is written out"])
async def test_terraform_does_not_take_it(title, tmp_path):
    result = await TerraformCheck().lint(on_disk(tmp_path, TAKEN[title], "main.tf"))
    assert [d for d in result.diagnostics if d.severity is Severity.ERROR]


async def test_a_folder_that_opentofu_has_initialised_is_its_own(tmp_path):
    lock = Document(
        (tmp_path / ".terraform.lock.hcl").as_uri(), 'provider "registry.opentofu.org/hashicorp/aws" {\n}\n'
    )
    unit = on_disk(tmp_path, TAKEN["its name"], "main.tf", beside=(lock,))
    assert not (await TerraformCheck().lint(unit)).diagnostics


async def test_its_program_judges_what_is_its_own_where_both_are_there(tmp_path, monkeypatch):
    for name in ("terraform", "tofu"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (folder := tmp_path / "m").mkdir()
    unit = on_disk(folder, TAKEN["encrypted state"], "main.tf")
    assert (await TerraformValidate().lint(unit)).not_run == "tofu"
    (tmp_path / "tofu").unlink()
    assert (await TerraformValidate().lint(unit)).not_run == "terraform"
    (tmp_path / "tofu").write_text("#!/bin/sh\necho tofu\n")
    assert (await TerraformValidate().lint(Unit((Document(unit.main.uri, ""),)))).not_run == "terraform"


@real
def test_its_functions_are_those_that_are_known():
    printed = subprocess.run([TOFU, "metadata", "functions", "-json"], capture_output=True, check=True, text=True)
    told = json.loads(printed.stdout)["function_signatures"]
    names = {name for name in told if "::" not in name}
    assert names - functions().keys() == ONLY_OPENTOFU
    assert functions().keys() - names <= {"ephemeralasnull"}  # of its 1.11


@pytest.mark.skipif(not TFLINT, reason="no tflint: `make judges` gets one")
@pytest.mark.parametrize("title", TAKEN)
async def test_tflint_finds_no_error_in_it(title, tmp_path):
    result = await Tflint(TFLINT).lint(on_disk(tmp_path, TAKEN[title]))
    assert not [d for d in result.diagnostics if d.severity is Severity.ERROR]
    assert bool(result.not_run) == (title in UNREAD)


@pytest.mark.parametrize("title", ["early values of a backend", "encrypted state"])
def test_a_variable_in_the_settings_is_renamed_with_the_others(title):
    document = Document("file:///m/main.tofu", TAKEN[title])
    unit = Unit((document,))
    variable = TAKEN[title].index('variable "') + len('variable "')
    found = ModuleService().occurrences(unit, document, variable)
    assert len(found) == 2
    assert all(document.slice(one.span) == document.text[variable] for one in found)
