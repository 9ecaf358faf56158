"""Fixes for files in JSON: a misspelled name is mended, and nothing that a fix does leaves what is no JSON."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import apply_edits, edit_unit
from lsp_server.core.fix import Applicability
from lsp_server.fixers.base import FixContext, FixerTable
from lsp_server.fixers.terraform import FIXERS
from lsp_server.linters.terraform_check.linter import TerraformCheck

TABLE = FixerTable(FIXERS)


def fixes(unit):
    found = asyncio.run(TerraformCheck().lint(unit)).diagnostics
    return [fix for d in found for fix in TABLE.fixes(FixContext(unit, unit[d.uri], found), d)]


def one(text):
    return Unit((Document("file:///m/main.tf.json", text),))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"resurce": {"terraform_data": {}}}', '{"resource": {"terraform_data": {}}}'),
        ('{"variable": {"x": {"descripton": "é😀"}}}', '{"variable": {"x": {"description": "é😀"}}}'),
        ('{"resource": {"aws_instanec": {"a": {}, "b": {}}}}', '{"resource": {"aws_instance": {"a": {}, "b": {}}}}'),
        (
            '{"locals": {"region": 1, "b": "\\n${local.regoin}"}}',
            '{"locals": {"region": 1, "b": "\\n${local.region}"}}',
        ),
        ('{"locals": {"a": "${jsonencod([\\"a\\"])}"}}', '{"locals": {"a": "${jsonencode([\\"a\\"])}"}}'),
        (
            '{"resource": {"aws_vpc": {"v": {"cidr_blok": "${aws_vpc.w.cidr_block}"}, "w": {"tgas": {}}}}}',
            '{"resource": {"aws_vpc": {"v": {"cidr_block": "${aws_vpc.w.cidr_block}"}, "w": {"tags": {}}}}}',
        ),
    ],
)
def test_a_slip_is_mended(before, after):
    found = [fix for fix in fixes(one(before)) if fix.applicability is Applicability.SAFE]
    assert apply_edits(before, {edit for fix in found for edit in fix.edits}) == after


def test_a_fix_of_a_file_in_hcl_writes_nothing_into_one_in_json():
    declared = Document("file:///m/a.tf.json", '{"variable": {"x": {}}, "output": {"o": {"value": "${var.x}"}}}')
    used = Document("file:///m/main.tf", 'variable "x" {}\noutput "p" {\n  value = var.y\n}\n')
    for fix in fixes(Unit((used, declared))):
        assert {edit.uri for edit in fix.edits} == {used.uri}


BASE = {
    "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "~> 5.0"}}},
    "variable": {"region": {"type": "string", "default": "x"}, "names": {"type": "list(string)"}},
    "provider": {"aws": [{"region": "${var.region}"}, {"alias": "west"}]},
    "locals": {"all": "${[for n in var.names : upper(n)]}", "unused": 1},
    "resource": {
        "aws_vpc": {"main": {"cidr_block": "10.0.0.0/16", "provider": "aws.west", "tags": {"Name": "${var.region}-é"}}},
        "aws_security_group": {
            "g": {
                "vpc_id": "${aws_vpc.main.id}",
                "lifecycle": {"ignore_changes": ["tags"], "prevent_destroy": "true"},
                "dynamic": {"ingress": {"for_each": "${local.all}", "content": {"from_port": 1, "to_port": "2"}}},
            }
        },
    },
    "output": {"id": {"value": "${aws_vpc.main.id}", "sensitive": False}},
}


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_every_fix_leaves_json(data):
    text = json.dumps(BASE, indent=data.draw(st.sampled_from([None, 2])), ensure_ascii=False)
    letters = [n for n, letter in enumerate(text) if letter.isalpha()]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.sampled_from(letters))
        how = data.draw(st.sampled_from(["", "x", text[at] * 2, "0", "_", "${", "}", "\\n", "[1]"]))
        changed = text[:at] + how + text[at + 1 :]
        try:
            json.loads(changed)
        except ValueError:
            continue
        text, letters = changed, [n for n, letter in enumerate(changed) if letter.isalpha()]
    unit = one(text)
    for fix in fixes(unit):
        for document in edit_unit(unit, fix.edits):
            json.loads(document.text)
