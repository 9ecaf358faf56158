"""Every `cases/*.tf` is a module with the findings drawn below the lines: `^^^ code`, or `^^^ code (warning)`."""

import re
import shutil
from pathlib import Path

import pytest

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_check.rules import RULES, as_markdown
from lsp_server.linters.terraform_validate import TerraformValidate
from tests.linters.terraform_check.test_modules import MODULES

CASES = sorted((Path(__file__).parent / "cases").glob("*.tf"))
MARK = re.compile(r"^#( *)(\^+) ([a-z-]+)(?: \((warning)\))?$")


def expected(text):
    """(line, column, code, severity) of every mark; a mark in column 0 and one in column 1 look alike."""
    found, above = [], 0
    for number, line in enumerate(text.split("\n")):
        if mark := MARK.match(line):
            column = len(mark[1]) + 1 if mark[1] else 0
            found.append((above, column, mark[3], mark[4] or "error"))
        else:
            above = number
    return sorted(found)


async def reported(document):
    result = await TerraformCheck().lint(Unit((document,)))
    found = []
    for diagnostic in result.diagnostics:
        if diagnostic.severity is Severity.HINT:
            continue
        line, column = document.position(diagnostic.span.start)
        found.append((line, column, diagnostic.code, diagnostic.severity.label))
    return sorted(found)


def document_of(path):
    return Document(path.as_uri(), path.read_text(encoding="utf-8"), language="terraform")


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
async def test_findings_are_those_that_are_drawn(path):
    document = document_of(path)
    assert await reported(document) == expected(document.text)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
async def test_the_same_with_windows_line_endings_and_a_byte_order_mark(path):
    text = document_of(path).text
    changed = Document(path.as_uri(), "\ufeff" + text.replace("\n", "\r\n"), language="terraform")
    shifted = [(line, column + (line == 0), *rest) for line, column, *rest in expected(text)]
    assert await reported(changed) == shifted


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")
async def test_the_real_terraform_finds_the_valid_case_valid(tmp_path):
    text = next(p for p in CASES if p.stem == "valid").read_text(encoding="utf-8")
    document = Document((tmp_path / "main.tf").as_uri(), text)
    result = await TerraformValidate().lint(Unit((document,)))
    assert not result.not_run
    assert not [d.message for d in result.diagnostics if d.severity is Severity.ERROR]


async def test_every_finding_has_documentation_and_the_facts_that_fixers_need():
    for path in CASES:
        result = await TerraformCheck().lint(Unit((document_of(path),)))
        for diagnostic in result.diagnostics:
            assert diagnostic.href.startswith("https://")
            assert diagnostic.data["kind"]
            assert "name" in diagnostic.data
            assert diagnostic.data["mistake"]


def test_every_rule_has_a_case():
    drawn = {mark[2] for path in CASES for mark in expected(document_of(path).text)}
    drawn |= {word for expected_, _ in MODULES.values() for word in expected_.replace(",", "").split()}
    without = set(RULES) - drawn
    hints = {code for code, rule in RULES.items() if rule.severity is Severity.HINT}
    assert without - hints <= {"missing-file", "nothing-to-override"}  # they need other files


def test_the_documentation_lists_every_rule():
    page = (Path(__file__).parents[3] / "docs" / "terraform-check.md").read_text(encoding="utf-8")
    assert as_markdown() in page


async def test_a_finding_in_a_resource_links_to_the_resource():
    text = 'resource "aws_sqs_queue" "q" {\n  nope = 1\n}\n'
    result = await TerraformCheck().lint(Unit((Document("untitled:/m/main.tf", text),)))
    assert [d.href.rsplit("/", 2)[1:] for d in result.diagnostics] == [["resources", "sqs_queue"]]
