"""What is told of a place in a `.tf.json` file: by the schemas, although only they know a block from a value."""

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.service.modules import ModuleService

SERVICE = ModuleService()
TEXT = """{
  "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
  "variable": {"x": {"type": "string"}},
  "resource": {
    "aws_instance": {
      "é😀": {"tags": {"a": "\\u00e9\\n${aws_vpc.v.id}"}},
      "i": {
        "ami": "\\"${lower(var.x)}\\"",
        "lifecycle": {"prevent_destroy": true, "ignore_changes": ["ami"]},
        "dynamic": {"ebs_block_device": {"for_each": [1], "content": {"device_name": "${aws_vpc.v.cidr_block}"}}},
        "network_interface": [{"device_index": 0}, {"network_interface_id": "a"}]
      }
    },
    "aws_vpc": {"v": {"provider": "aws.west"}, "w": {"depends_on": ["aws_vpc.v"]}}
  },
  "provider": {"aws": [{"region": "x"}, {"alias": "west"}]}
}
"""


def at(before, word):
    place = TEXT.index(word, TEXT.index(before))
    document = Document("file:///m/main.tf.json", TEXT)
    return Unit((document,)), document, place + 1


@pytest.mark.parametrize(
    ("before", "word", "told", "where"),
    [
        ("resource", "aws_instance", "**aws_instance** · resource", "aws_instance"),
        ("resource", '"i"', "**aws_instance.i** · resource", "i"),
        ("resource", "ami", "**ami** · `string`", "ami"),
        ("resource", "lower(", "`lower`", "lower"),
        ("resource", "lifecycle", "**lifecycle** · block", "lifecycle"),
        ("resource", "prevent_destroy", "**prevent_destroy** · `bool`", "prevent_destroy"),
        ("resource", "device_name", "**device_name** · `string` · required", "device_name"),
        ("resource", "network_interface_id", "**network_interface_id** · `string` · required", "network_interface_id"),
        ("resource", "network_interface", "**network_interface** · blocks", "network_interface"),
        ("resource", "cidr_block}", "**cidr_block** · `string`", "cidr_block"),
        ("variable", '"type"', "**type**", "type"),
    ],
)
def test_hover(before, word, told, where):
    unit, document, offset = at(before, word)
    found = SERVICE.hover(unit, document, offset)
    assert told in found.text
    assert document.slice(found.span) == where


@pytest.mark.parametrize(
    ("before", "word", "count"),
    [
        ("tags", "v.id", 4),
        ("lower", "x)", 2),
        ('provider": "', "west", 2),
    ],
)
def test_a_name_is_found_wherever_it_stands(before, word, count):
    unit, document, offset = at(before, word)
    found = SERVICE.occurrences(unit, document, offset - 1)
    assert len(found) == count
    assert len({document.slice(one.span) for one in found}) == 1
    for one in found:
        assert SERVICE.definition(unit, document, one.span.start).targets


def test_the_outline_has_the_blocks():
    document = Document("file:///m/main.tf.json", TEXT)
    names = [symbol.name for symbol in SERVICE.symbols(document)]
    assert names == [
        "terraform", "x", "aws_instance.é😀", "aws_instance.i", "aws_vpc.v", "aws_vpc.w", "aws", "aws",
    ]  # fmt: skip
