"""Every fixer by its cases: files that a person can read, under `cases/`.

A case begins with `rule:`, `title:` and `applicability:`; the files of the module follow (`=== before NAME`) and those
that the fix changes (`=== after NAME`). The first finding of the rule is fixed by the fix of that title.
"""

import asyncio
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import edit_unit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.fixers.base import FixContext, FixerTable
from lsp_server.fixers.terraform import FIXERS
from lsp_server.linters.terraform_check.linter import TerraformCheck
from lsp_server.linters.terraform_validate import TerraformValidate

CASES = sorted((Path(__file__).parent / "cases").glob("*.case"))
TABLE = FixerTable(FIXERS)
REAL = shutil.which("terraform")


def read(path):
    head, *files = path.read_text("utf-8").split("=== ")
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    texts = {"before": {}, "after": {}}
    for file in files:
        title, _, text = file.partition("\n")
        when, name = title.split()
        texts[when][name] = text
    return facts, texts["before"], texts["before"] | texts["after"]


def unit(texts):
    documents = [Document(f"file:///no/such/module/{name}", text) for name, text in texts.items()]
    own = tuple(d for d, name in zip(documents, texts, strict=True) if "/" not in name)
    return Unit(own, nearby=tuple(d for d in documents if d not in own))


def check(module, linter=None):
    return asyncio.run((linter or TerraformCheck()).lint(module)).diagnostics


def fixes(module, found, diagnostic):
    return list(TABLE.fixes(FixContext(module, module[diagnostic.uri], found), diagnostic))


def errors(found):
    return Counter((d.code, d.message) for d in found if d.severity is Severity.ERROR)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_finding_is_cleared_as_the_case_says_and_nothing_is_introduced(path):
    facts, before, after = read(path)
    module = unit(before)
    found = check(module)
    finding = next(d for d in found if d.code == facts["rule"])
    fix = next(f for f in fixes(module, found, finding) if f.title == facts["title"])
    fixed = edit_unit(module, fix.edits)
    assert {d.name: d.text for d in fixed} == {name: text for name, text in after.items() if "/" not in name}
    assert fix.applicability is Applicability(facts["applicability"])
    assert finding in fix.clears
    left = check(fixed)
    assert finding.message not in {d.message for d in left}
    if not any(d.syntax or d.data.get("hides") for d in found):
        assert not errors(left) - errors(found)
    assert_nothing_lost(module, fixed, fix)
    if REAL:
        real = TerraformValidate()
        shown, gone = check(module, real), check(fixed, real)
        assert not any(d.syntax for d in gone) or any(d.syntax for d in shown)
        assert len(errors(gone)) <= len(errors(shown)) or not errors(gone)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_other_line_endings_and_a_mark_at_the_start_change_nothing(path):
    facts, before, after = read(path)
    module = unit({name: "\ufeff" + text.replace("\n", "\r\n") for name, text in before.items()})
    found = check(module)
    finding = next(d for d in found if d.code == facts["rule"])
    fix = next(f for f in fixes(module, found, finding) if f.title == facts["title"])
    expected = {name: "\ufeff" + text.replace("\n", "\r\n") for name, text in after.items() if "/" not in name}
    assert {d.name: d.text for d in edit_unit(module, fix.edits)} == expected


def assert_nothing_lost(module, fixed, fix):
    dialect = Terraform()
    ids = [{i for d in u for i in dialect.ids(d)} for u in (module, fixed)]
    assert ids[0] - ids[1] <= fix.removes
    comments = [Counter(c for d in u for c in dialect.comments(d)) for u in (module, fixed)]
    written = "\n".join(comments[1])
    assert all(comment in written for comment in comments[0])


def test_every_case_that_deletes_says_so_and_is_not_safe():
    for path in CASES:
        facts, before, after = read(path)
        if sum(map(len, after.values())) < sum(map(len, before.values())) - 12 and "=" in facts["title"]:
            assert facts["applicability"] != "safe"
        if facts["title"].startswith(("Delete", "Remove", "Comment out")):
            assert facts["applicability"] != "safe"


NOTHING = {
    "valid": 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n',
    "opaque": 'resource "aws_wafv2_web_acl" "w" {\n  name = "w"\n}\n',
    "a provider that is not known": 'resource "dog_watch" "w" {\n  whatever = 1\n}\n',
    "empty": "",
    "not HCL at all": "%PDF-1.4 \x00\x01{{{",
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_fixers_keep_quiet_where_nothing_is_known(text):
    module = unit({"main.tf": text})
    found = check(module)
    for diagnostic in found:
        for fix in fixes(module, found, diagnostic):
            edit_unit(module, fix.edits)
    if not any(d.code.startswith(("missing", "syntax")) for d in found):
        assert not [f for d in found for f in fixes(module, found, d)]


DOUBTFUL = {
    "a word of a template without quotes": 'output "o" {\n  value = "b-${aws_region}"\n}\n',
    "a type with a word more that takes nothing of what is said": (
        'resource "aws_iam_mfa_device" "d" {\n  otp    = 1\n  device = "d"\n}\n'
    ),
    "a type that takes nothing of what is said": (
        'resource "aws_sagemaker_image_specification" "i" {\n  image_uri = "i"\n}\n'
    ),
}


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_cannot_be_told_is_left_to_a_person(text):
    module = unit({"main.tf": text})
    found = check(module)
    assert errors(found)
    assert {f.applicability for d in found for f in fixes(module, found, d)} <= {Applicability.DISPLAY_ONLY}


def test_a_type_where_no_variable_is_declared_is_not_taken_for_an_old_list():
    module = unit({"main.tf": "locals {\n  type = list(string)\n  more = list(object({}))\n}\n"})
    found = check(module)
    assert [d.code for d in found].count("unknown-function") >= 2
    assert Applicability.SAFE not in {f.applicability for d in found for f in fixes(module, found, d)}


def test_a_type_is_found_beside_a_provider_with_one_of_its_own_name():
    text = 'data "http" "h" {\n  url = "https://a.example"\n}\n\ndata "aws_rds_db_instance" "d" {}\n'
    module = unit({"main.tf": text})
    found = check(module)
    (finding,) = [d for d in found if d.code == "unknown-data-source"]
    assert "Change the type to `aws_db_instance`" in [f.title for f in fixes(module, found, finding)]


def test_what_only_another_version_lacks_is_left_alone():
    text = 'resource "aws_instance" "i" {\n  ami = "a"\n  instance_type = "t3.micro"\n  cpu_core_count = 2\n}\n'
    module = unit({"main.tf": text})
    found = check(module)
    assert [d.severity for d in found] == [Severity.WARNING]
    assert not fixes(module, found, found[0])


def test_a_new_variable_never_goes_to_a_file_in_json():
    module = unit(
        {
            "a.tf.json": '{"variable": {"region": {"type": "string"}}}',
            "main.tf": 'resource "aws_db_instance" "d" {\n  engine = "mysql"\n}\n',
        }
    )
    found = check(module)
    fix = next(f for d in found for f in fixes(module, found, d) if "the variable" in f.title)
    assert {edit.uri.rpartition("/")[2] for edit in fix.edits} == {"main.tf"}


def test_a_declaration_in_a_text_that_cannot_be_read_is_not_taken_for_a_second_one():
    text = 'resource "aws_s3_bucket"b" {\n  bucket = "a"\n}\n\nresource "aws_s3_bucket" "b'
    module = unit({"main.tf": text})
    found = check(module)
    assert {"syntax", "duplicate"} <= {d.code for d in found}
    for diagnostic in (d for d in found if d.code == "duplicate"):
        assert not fixes(module, found, diagnostic)


WHOLE = "\n".join(text for path in CASES for text in read(path)[2].values() if "'" not in text)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_misspelling_or_cut_gets_fixes_that_apply_and_lose_nothing(data):
    start = data.draw(st.integers(0, len(WHOLE) - 1))
    text = WHOLE[start : start + data.draw(st.integers(1, 900))]
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 3))
    text = (
        text[:at]
        + data.draw(st.sampled_from(["", "x", '"', "{", "}", "=", "\n", "é👩‍👩‍👧", "\r\n", "\t#"]))
        + text[at + gone :]
    )
    if data.draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    module = unit({"main.tf": text, "variables.tf": 'variable "region" {\n  type = string\n}\n'})
    found = check(module)
    for diagnostic in found:
        for fix in fixes(module, found, diagnostic):
            fixed = edit_unit(module, fix.edits)
            if not diagnostic.syntax:
                assert_nothing_lost(module, fixed, fix) if "Delete" not in fix.title else None
