"""Modules that are valid and unusual, in `unusual.txt`: neither judge finds fault with any.

`=== title` begins one, `--- child.tf` the file of the child module that it calls.
"""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_validate import TerraformValidate

_TEXT = (Path(__file__).parent / "unusual.txt").read_text("utf-8")
MODULES = dict(part.split("\n", 1) for part in re.split(r"^=== ", _TEXT, flags=re.M)[1:])


def unit(title):
    main, _, child = MODULES[title].partition("--- child.tf\n")
    called = (Document("file:///no/such/folder/child/main.tf", child),) if child else ()
    return Unit((Document("file:///no/such/folder/main.tf", main),), called)


@pytest.mark.parametrize("title", MODULES)
async def test_the_own_check_finds_no_fault(title):
    found = (await TerraformCheck().lint(unit(title))).diagnostics
    assert [d.message for d in found if d.severity is not Severity.HINT and d.data["name"] != "./child"] == []


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")
async def test_the_real_terraform_finds_no_fault():
    linter = TerraformValidate(seconds=120)
    results = await asyncio.gather(*(linter.lint(unit(title)) for title in MODULES))
    faults = {t: (r.not_run, [d.message for d in r.diagnostics]) for t, r in zip(MODULES, results, strict=True)}
    assert {title: fault for title, fault in faults.items() if fault != ("", [])} == {}
