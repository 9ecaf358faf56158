"""Completion in `.tf.json` files: keys by the schemas, words, references in `${}`; what is taken leaves JSON."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.dialects.terraform.completion import completions_at


def offered(marked):
    at = marked.index("$0")
    text = marked.replace("$0", "", 1)
    document = Document("file:///m/main.tf.json", text)
    return text, completions_at(Unit((document,)), document, at)


REST = ', "variable": {"size": {"type": "number"}, "name": {"type": "string"}}, "locals": {"a": 1}}'


@pytest.mark.parametrize(
    ("marked", "label", "after"),
    [
        ('{"reso$0"}', "resource", '{"resource"}'),
        ('{"reso$0', "resource", '{"resource'),
        ('{"resource": {"aws_vp$0": {}}' + REST, "aws_vpc", '{"resource": {"aws_vpc": {}}' + REST),
        ('{"resource": {"aws_vpc": {"v": {"cidr$0"}}}' + REST, "cidr_block",
         '{"resource": {"aws_vpc": {"v": {"cidr_block"}}}' + REST),
        ('{"resource": {"aws_vpc": [{"v": [{"tags": {"a": 1},\n "life$0cy": 2}]}]}' + REST, "lifecycle",
         '{"resource": {"aws_vpc": [{"v": [{"tags": {"a": 1},\n "lifecycle": 2}]}]}' + REST),
        ('{"resource": {"aws_instance": {"i": {"ebs_block_device": [{"iops": 1}, {"vol$0": 1}]}}}' + REST,
         "volume_size",
         '{"resource": {"aws_instance": {"i": {"ebs_block_device": [{"iops": 1}, {"volume_size": 1}]}}}' + REST),
        ('{"resource": {"aws_vpc": {"v": {"cidr_block": "\\"é😀${var.na$0"}}}' + REST, "name",
         '{"resource": {"aws_vpc": {"v": {"cidr_block": "\\"é😀${var.name"}}}' + REST),
        ('{"output": {"o": {"value": "${jsonenc$0x}"}}' + REST, "jsonencode",
         '{"output": {"o": {"value": "${jsonencode}"}}' + REST),
        ('{"variable": {"v": {"type": "numb$0"}}}', "number", '{"variable": {"v": {"type": "number"}}}'),
        ('{"resource": {"aws_vpc": {"v": {}, "w": {"depends_on": ["aws_vpc.$0"]}}}' + REST, "v",
         '{"resource": {"aws_vpc": {"v": {}, "w": {"depends_on": ["aws_vpc.v"]}}}' + REST),
        ('{"resource": {"aws_vpc": {"v": {"instance_tenancy": "ded$0"}}}' + REST, "dedicated",
         '{"resource": {"aws_vpc": {"v": {"instance_tenancy": "dedicated"}}}' + REST),
        ('{"terraform": {"back$0": {}}}', "backend", '{"terraform": {"backend": {}}}'),
    ],
)  # fmt: skip
def test_what_is_offered(marked, label, after):
    text, found = offered(marked)
    taken = next(one for one in found if one.label == label)
    assert apply_edits(text, [Edit("file:///m/main.tf.json", taken.replace, taken.text)]) == after


@pytest.mark.parametrize(
    ("marked", "label"),
    [
        ('{"resource": {"aws_vpc": {"v": {"$0": 1, "cidr_block": "a"}}}}', "cidr_block"),
        ('{"locals": {"a": "a $0"}}', "var"),
        ('{"resource": {"aws_vpc": {"v$0": {}}}}', "cidr_block"),
        ('{"//": "$0"}', "resource"),
    ],
)
def test_what_is_not_offered(marked, label):
    assert label not in {one.label for one in offered(marked)[1]}


TEXT = json.dumps(
    {
        "resource": {"aws_vpc": {"v": {"cidr_block": "${var.size}", "tags": {"a": "é😀\n"}, "provider": "aws.w"}}},
        "variable": {"size": {"type": "number"}},
        "module": {"m": {"source": "./m", "providers": {"aws": "aws"}}},
    },
    indent=1,
    ensure_ascii=False,
)


@settings(max_examples=120, deadline=None)
@given(st.integers(0, len(TEXT)), st.sampled_from(["", '"', "$", "${", "{", "[", ",", "x", "\\", "\ufeff"]))
def test_whatever_is_taken_lies_at_the_cursor_and_is_no_syntax(at, typed):
    text = TEXT[:at] + typed + TEXT[at:]
    document = Document("file:///m/main.tf.json", text)
    for one in completions_at(Unit((document,)), document, at + len(typed)):
        assert one.replace.touches(at + len(typed))
        assert not one.snippet
        assert not set('"{}\\\n') & set(one.text)
