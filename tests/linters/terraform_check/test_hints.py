"""What is declared for nothing, and what is written as of old: hints, which change no verdict."""

import pytest

from lsp_server.analysis import Toolchain, analyze
from lsp_server.core.diagnostic import Severity, Tag
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.linters.terraform_check import TerraformCheck

USED = """
variable "used" {}
variable "nested" {}
locals {
  once  = var.used
  twice = [for x in local.once : { x = data.aws_ami.this[x].id }]
}
data "aws_ami" "this" {
  for_each = toset(["a"])
  owners   = [var.nested]
}
provider "aws" {
  alias = "west"
}
resource "aws_sqs_queue" "q" {
  provider = aws.west
  name     = "a-${local.twice[0].x}"
}
"""
UNUSED = """
terraform {
  required_providers {
    random = {
      source = "hashicorp/random"
    }
    tls = "~> 4.0"
  }
}
variable "none" {
  validation {
    condition     = var.none != ""
    error_message = "No."
  }
}
locals {
  none = 1
}
data "aws_ami" "none" {
  owners = ["self"]
}
provider "aws" {
  alias = "none"
}
"""
NAMES = ["aws", "none", "none", "none", "random", "tls"]


async def hints(*files, nearby=()):
    documents = tuple(Document(f"file:///m/{name}", text) for name, text in files)
    result = await TerraformCheck().lint(Unit(documents, nearby))
    return [d for d in result.diagnostics if d.severity is Severity.HINT]


async def unused(*files):
    found = [d for d in await hints(*files) if d.code == "unused-declaration"]
    assert all(d.tag is Tag.UNNECESSARY for d in found)
    return sorted(str(d.data["address"][0] if "provider" in d.data["kind"] else d.data["name"]) for d in found)


async def test_what_is_used_anywhere_in_the_module_is_used():
    assert await unused(("main.tf", USED)) == []
    half = USED.index("provider")
    assert await unused(("a.tf", USED[:half]), ("b.tf", USED[half:])) == []


async def test_what_nothing_uses_is_told():
    names = await unused(("main.tf", UNUSED))
    assert [n.replace("aws_ami", "none") for n in names] == NAMES


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("more.tf.json", '{"output": {"o": {"value": "${var.none} ${local.none} ${data.aws_ami.none.id}"}}}'),
        (
            "a.tftest.hcl",
            'run "a" {\n  assert {\n    condition = [var.none, local.none, data.aws_ami.none.id]\n  }\n}\n',
        ),
        ("broken.tf", 'output "o" {\n  value = "${var.none}${local.none}${data.aws_ami.none.id}\n'),
        ("unreadable.tf.json", "{"),
    ],
)
async def test_a_use_may_stand_where_little_is_read(name, text):
    found = await unused(("main.tf", UNUSED), (name, text))
    assert "none" not in found


async def test_neither_a_document_alone_nor_a_data_source_that_checks_is_told():
    alone = Unit((Document("git:/m/variables.tf", UNUSED),))
    assert not [d for d in (await TerraformCheck().lint(alone)).diagnostics if d.code == "unused-declaration"]
    text = 'data "aws_ami" "x" {\n  lifecycle {\n    postcondition {\n      condition     = self.id != ""\n'
    assert await unused(("main.tf", text + '      error_message = "No."\n    }\n  }\n}\n')) == []
    check = 'check "c" {\n  data "aws_ami" "x" {}\n  assert {\n    condition     = data.aws_ami.x.id != ""\n'
    assert await unused(("main.tf", check + '    error_message = "No."\n  }\n}\n')) == []


@pytest.mark.parametrize(
    ("text", "code", "tag"),
    [
        ('output "o" {\n  value = "${path.module}"\n}\n', "deprecated-interpolation", None),
        ('output "o" {\n  value = [1, 2].0\n}\n', "deprecated-index", None),
        ('data "template_file" "t" {\n  template = ""\n}\n', "deprecated-type", Tag.DEPRECATED),
        ('terraform {\n  required_providers {\n    aws = "~> 5.0"\n  }\n}\n', "deprecated-requirement", None),
    ],
)
async def test_what_is_of_old_is_told(text, code, tag):
    found = [d for d in await hints(("main.tf", text)) if d.code == code]
    assert [d.tag for d in found] == [tag]


@pytest.mark.parametrize(
    "value", ['"a-${path.module}"', '"${path.module}-"', '"%{if true}a%{endif}"', "[1, 2][0]", "1.5"]
)
async def test_what_is_of_today_is_not_told(value):
    assert await hints(("main.tf", f'output "o" {{\n  value = {value}\n}}\n')) == []


async def test_a_module_with_hints_alone_is_clean():
    unit = Unit((Document("file:///m/main.tf", 'variable "x" {}\n'),))
    analysis = await analyze(unit, Language.TERRAFORM, Toolchain((TerraformCheck(),)))
    assert analysis.clean
    assert [d.code for d in analysis.diagnostics] == ["unused-declaration"]
    assert analysis.wrong == ()
