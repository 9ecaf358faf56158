"""The tests of a module, `.tftest.hcl`: in `module/tests` findings are drawn below the lines."""

import shutil
import subprocess
from pathlib import Path

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.sources import find_sources, module_files, read_called, read_document
from tests.linters.terraform_check.test_terraform_check_cases import expected

MODULE = Path(__file__).parent / "module"
FILES = sorted((MODULE / "tests").glob("*.tftest.hcl"))


async def findings(documents, nearby=()):
    result = await TerraformCheck().lint(Unit(tuple(documents), tuple(nearby)))
    assert not result.not_run
    return result.diagnostics


def drawn(document, diagnostics):
    of = (d for d in diagnostics if d.uri == document.uri)
    return sorted(
        (*document.position(d.span.start), d.code, d.severity.label) for d in of if d.severity.label != "hint"
    )


def test_the_tests_belong_to_the_module_above():
    assert {path.name for path in module_files(MODULE)} == {"main.tf", "valid.tftest.hcl", "wrong.tftest.hcl"}
    assert module_files(MODULE / "tests") == []
    assert find_sources([FILES[0]]).modules == [MODULE]
    assert find_sources([MODULE]).modules == [MODULE, MODULE / "tests" / "setup"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
@pytest.mark.parametrize("change", [lambda text: text, lambda text: text.replace("\n", "\r\n")])
async def test_findings_are_those_that_are_drawn(path, change):
    documents = [read_document(p) for p in module_files(MODULE)]
    own = next(d for d in documents if d.name == path.name)
    documents = [Document(d.uri, change(d.text)) for d in documents]
    changed = next(d for d in documents if d.name == path.name)
    found = await findings(documents, read_called(documents))
    assert drawn(changed, found) == expected(own.text)
    assert not [d for d in found if d.uri.endswith("main.tf") and d.severity.label == "error"]


@pytest.mark.parametrize("name", ["main.tftest.hcl", "main.tofutest.hcl"])
async def test_a_test_beside_the_module_sees_it_and_a_broken_file_makes_no_name_undeclared(name):
    test = Document(f"file:///m/{name}", 'run "a" {\n  variables {\n    x = var.y + output.z\n  }\n}\n')
    module = Document("file:///m/main.tf", 'variable "x" {}\noutput "o" {\n  value = var.x\n}\n')
    assert [d.code for d in await findings((test, module))] == ["undeclared-reference"] * 2
    broken = Document("file:///m/more.tf.json", '{"variable": {')
    found = await findings((test, module, broken))
    assert [d.code for d in found if d.uri == test.uri] == []


@pytest.mark.parametrize("cut", range(0, 1700, 37))
async def test_a_half_typed_test_raises_nothing(cut):
    text = FILES[0].read_text("utf-8")[:cut]
    documents = (Document("file:///m/tests/a.tftest.hcl", text), Document("file:///m/main.tf", "x"))
    await findings(documents)


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")
def test_the_real_terraform_finds_fault_with_the_same_shapes(tmp_path):
    shutil.copytree(MODULE, tmp_path / "m", ignore=shutil.ignore_patterns("valid.*", "setup"))
    done = subprocess.run(
        ["terraform", "validate", "-json"], cwd=tmp_path / "m", capture_output=True, text=True, check=False
    )
    text = FILES[1].read_text("utf-8")
    for summary in ("Unsupported argument", "Unsupported block type", 'Invalid \\"command\\" keyword'):
        assert summary in done.stdout
    assert "duplicate" in text
