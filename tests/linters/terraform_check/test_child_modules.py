"""Module calls are judged by the files of the child, JSON and override files by what they declare."""

import pytest

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.children import called_folders
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.sources import read_called, read_document

CHILD = """
variable "size" {
  type = number
}
variable "tags" {
  type    = map(string)
  default = {}
}
output "id" {
  value = 1
}
"""


def document(path, text):
    return Document(f"file:///w/{path}", text)


async def judged(main, *, child=CHILD, **others):
    module = (document("root/main.tf", main), *(document(f"root/{n}", text) for n, text in others.items()))
    unit = Unit(module, (document("root/child/main.tf", child),))
    result = await TerraformCheck().lint(unit)
    # the folders of these tests are nowhere
    found = [d for d in result.diagnostics if d.severity is not Severity.HINT and d.code != "missing-file"]
    return [(d.code, unit[d.uri].slice(d.span)) for d in found]


def call(*lines, source="./child"):
    return "\n".join(['module "m" {', f'  source = "{source}"', *(f"  {line}" for line in lines), "}\n"])


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("size = 1",), []),
        (("size = var.x", "tags = { a = 1 }", "count = 2", "depends_on = []", "providers = {}"), []),
        ((), [("missing-required-argument", 'module "m"')]),
        (("sise = 1", "size = 2"), [("unsupported-argument", "sise")]),
        (("size = 1", "tags { }"), [("argument-as-block", "tags")]),
        (('size = "wide"',), [("wrong-type", '"wide"')]),
        (("size = [1]",), [("wrong-type", "[1]")]),
    ],
)
async def test_what_a_call_passes_in(lines, found):
    assert await judged('variable "x" {}\n' + call(*lines)) == found


@pytest.mark.parametrize(
    ("meta", "reference", "found"),
    [
        ("", "module.m.id", []),
        ("", "module.m", []),
        ("", "module.m.idd", ["idd"]),
        ("", "try(module.m.idd, 1)", []),
        ("count = 1", "module.m[0].id", []),
        ("count = 1", "module.m[0].idd", ["idd"]),
        ("count = 1", "module.m[*].idd", ["idd"]),
        ("for_each = {}", 'module.m["a"].idd', ["idd"]),
        ("for_each = {}", "module.m.a.id", []),
        ("for_each = {}", "[for k, m in module.m : m.idd]", []),
    ],
)
async def test_what_a_call_gives_back(meta, reference, found):
    text = call("size = 1", meta) + f'output "o" {{\n  value = {reference}\n}}\n'
    assert await judged(text) == [("unknown-attribute", name) for name in found]


async def test_a_child_that_cannot_be_read_or_is_elsewhere_is_not_guessed_at():
    text = call("anything = 1") + 'output "o" {\n  value = module.m.anything\n}\n'
    assert await judged(text, child=CHILD + 'variable "x\n') == []
    assert await judged(text.replace("./child", "acme/child/aws")) == []
    assert await judged(text.replace("./child", "./other")) == []


async def test_a_change_of_the_child_is_seen_although_the_caller_did_not_change():
    text = call("size = 1")
    assert await judged(text) == []
    assert await judged(text, child=CHILD.replace("size", "width")) == [
        ("unsupported-argument", "size"), ("missing-required-argument", 'module "m"'),
    ]  # fmt: skip


async def test_a_child_with_an_override_file_and_one_in_json():
    unit = Unit(
        (document("root/main.tf", call()),),
        (
            document("root/child/main.tf", CHILD),
            document("root/child/main_override.tf", 'variable "size" {\n  default = 1\n}\n'),
        ),
    )
    assert [d.code for d in (await TerraformCheck().lint(unit)).diagnostics] == ["missing-file"]
    child = '{"variable": {"size": {"type": "number"}}, "output": {"id": {"value": "${1}"}}}'
    unit = Unit(unit.documents, (document("root/child/main.tf.json", child),))
    codes = [d.code for d in (await TerraformCheck().lint(unit)).diagnostics]
    assert codes == ["missing-required-argument", "missing-file"]


def test_the_folders_that_a_module_calls():
    text = call(source="../a/./b") + call(source=".").replace('"m"', '"n"') + call(source="x/y/z").replace('"m"', '"o"')
    assert called_folders([document("root/main.tf", text)]) == ["/w/a/b"]
    assert called_folders([Document("untitled:main.tf", text)]) == []


async def test_files_of_a_child_that_cannot_be_read_make_it_unknown(tmp_path):
    (tmp_path / "child").mkdir()
    (tmp_path / "child" / "main.tf").write_bytes(b'variable "x" {}\n# \xff')
    (tmp_path / "main.tf").write_text(call("y = 1"))
    main = read_document(tmp_path / "main.tf")
    nearby = read_called([main])
    assert len(nearby) == 1
    assert (await TerraformCheck().lint(Unit((main,), nearby))).diagnostics == ()


async def test_a_folder_that_is_not_there_is_a_warning(tmp_path):
    (tmp_path / "empty").mkdir()
    text = call(source="./empty") + call(source="./absent").replace('"m"', '"n"')
    result = await TerraformCheck().lint(Unit((Document((tmp_path / "main.tf").as_uri(), text),)))
    assert [(d.code, d.severity.label, d.data["name"]) for d in result.diagnostics] == [
        ("missing-file", "warning", "./absent")
    ]


BASE = """
resource "aws_sqs_queue" "q" {
  count = 1
}
resource "aws_instance" "i" {
  ami = "x"
}
resource "aws_vpc" "v" {}
variable "a" {
  type = string
}
output "o" {
  value = var.a.b
}
locals {
  l = "text"
}
output "p" {
  value = local.l.x
}
"""


async def test_override_files_change_and_do_not_repeat():
    over = """
resource "aws_vpc" "v" {
  count = 2
}
variable "a" {
  type = object({ b = string })
}
output "o" {
  sensitive = true
}
locals {
  l = { x = 1 }
}
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
output "ids" {
  value = aws_vpc.v.id
}
"""
    required = 'terraform {\n  required_providers {\n    aws = "~> 6.0"\n  }\n}\n'
    found = await judged(BASE + required, **{"my_override.tf": over})
    assert found == [("missing-instance-key", "aws_vpc.v.id"), ("nothing-to-override", 'output "ids"')]
    again = await judged(BASE, **{"over.tf": over})
    assert [code for code, _ in again].count("duplicate") == 4


JSON = """{
  "//": "a comment",
  "variable": {"x": {"default": 1}, "y": {}},
  "locals": [{"a": "${var.x}"}, {"b": {"c": 1}}],
  "resource": {"aws_vpc": {"v": [{"count": 2, "cidr_block": "10.0.0.0/16"}]}},
  "data": {"aws_ami": {"a": {}}},
  "module": {"m": {"source": "./child", "size": 1}},
  "terraform": {"required_providers": {"aws": {"source": "acme/aws"}}},
  "output": {"o": {"value": "${local.a}"}}
}
"""
USES = """
output "all" {
  value = [var.x, var.y, local.a, local.b.c, aws_vpc.v[0].id, data.aws_ami.a.id, module.m.id]
}
"""


async def test_what_a_json_file_declares_counts():
    assert await judged(USES, **{"other.tf.json": JSON}) == []
    assert await judged(USES + 'output "o" {\n  value = aws_vpc.v.id\n}\n', **{"other.tf.json": JSON}) == [
        ("missing-instance-key", "aws_vpc.v.id"), ("duplicate", '"o"'),
    ]  # fmt: skip
    assert await judged(USES, **{"other.tf.json": "\ufeff" + JSON.replace("\n", "\r\n")}) == []


async def test_half_a_json_file_may_declare_anything():
    found = await judged(USES, **{"other.tf.json": JSON[:60]})
    assert [code for code, _ in found] == ["syntax"]
