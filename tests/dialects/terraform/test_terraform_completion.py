"""Completion, by the cases of `completions.txt`."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.dialects.terraform.parse import parse

TEXT = (Path(__file__).parent / "completions.txt").read_text(encoding="utf-8")
CASES = [tuple(case.split("\n", 1)) for case in TEXT.split("\n== ")[1:]]


def offered(text, name="main.tf", **others):
    offset = text.index("$0")
    document = Document(f"untitled:/m/{name}", text.replace("$0", "", 1))
    rest = tuple(Document(f"untitled:/m/{n}.tf", other) for n, other in others.items())
    return document, Terraform().completions(Unit((document, *rest)), document, offset)


@pytest.mark.parametrize(("title", "case"), CASES, ids=[title for title, _ in CASES])
def test_what_is_offered(title, case):
    text, _, lines = case.partition("\n---\n")
    _, found = offered(text)
    labels = [c.label for c in found]
    for line in filter(None, lines.split("\n")):
        word, _, inserted = line.partition(" => ")
        place = None
        if word[0].isdigit():
            number, word = word.split(" ", 1)
            place = int(number) - 1
        if word.startswith("! "):
            assert word[2:] not in labels
            continue
        assert word in labels
        if place is not None:
            assert labels[place] == word
        if inserted:
            assert next(c for c in found if c.label == word).text == inserted.replace("\\n", "\n")


def test_the_word_at_the_cursor_is_replaced():
    document, found = offered('resource "aws_sqs_q$0ue" "q" {\n}\n')
    assert {document.slice(c.replace) for c in found} == {"aws_sqs_que"}


def test_accepting_a_whole_resource_takes_the_quote_that_the_editor_closed():
    document, found = offered('resource "aws_sqs_queue_pol$0"')
    whole = next(c for c in found if c.label == "aws_sqs_queue_policy {…}")
    text = document.text[: whole.replace.start] + whole.text + document.text[whole.replace.end :]
    assert not parse(text.replace("${1:name}", "name").replace("$2", "").replace("$3", "")).problems


def test_in_a_variables_file_the_variables_without_a_value():
    _, found = offered("size = 1\n$0", name="prod.tfvars", main='variable "size" {}\nvariable "zone" {}\n')
    assert [c.label for c in found] == ["zone"]


VARIABLES = """variable "zone" {
  type = string
  validation {
    condition     = contains(["a", "b"], var.zone)
    error_message = "Zone a or b."
  }
}
variable "zone_id" {
  default = ""
}
variable "open" {
  type = bool
}
variable "nets" {
  type = map(object({ cidr = string, public = bool }))
}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zone_id = 1\n$0", ["nets", "open", "zone"]),
        ("zo$0", ["zone", "zone_id"]),
        ("zo$0 = 1\n", ["zone", "zone_id"]),
        ("open = $0", ["false", "true"]),
        ('zone = "$0"', ["a", "b"]),
        ("zone = $0", ["a", "b"]),
        ("nets = {\n  one = {\n    $0\n  }\n}\n", ["cidr", "public"]),
        ("nets = {\n  one = {\n    public = $0\n  }\n}\n", ["false", "true"]),
        ("# $0", []),
        ('nets = "${$0}"', []),
    ],
)
def test_in_a_variables_file(text, expected):
    assert [c.label for c in offered(text, name="prod.tfvars", main=VARIABLES)[1]] == expected


@pytest.mark.parametrize(
    "key",
    [
        "resource:aws_sqs_queue",
        "data:aws_ami",
        "function:cidrsubnet",
        "resource.aws_vpc:cidr_block",
        "provider.aws:region",
        "core:moved",
        "resource.aws_vpc:count",
        "resource.aws_vpc.lifecycle:prevent_destroy",
        "variable:nullable",
        "run:command",
    ],
)
def test_documentation(key):
    assert key.rpartition(":")[2] in Terraform().documentation(key)


def test_an_argument_is_documented_by_the_block_it_stands_in():
    text = 'data "aws_ami" "a" {\n  dynamic "filter" {\n    content {\n      na$0\n    }\n  }\n}\n'
    key = next(c.key for c in offered(text)[1] if c.label == "name")
    assert key == "data.aws_ami.filter:name"
    assert "required" in Terraform().documentation(key)
    assert "bool" in Terraform().documentation("resource.aws_s3_bucket.versioning:enabled")


def test_documentation_of_nothing_is_empty():
    for key in ("", "resource:nope", "function:nope", "resource.aws_vpc:nope", "core:nope"):
        assert Terraform().documentation(key) == ""


@pytest.mark.parametrize(("typed", "partial"), [("", True), ("tls", True), ("aws_s3_b", True), ("tls_", False)])
def test_typing_on_asks_again_until_all_whole_resources_are_offered(typed, partial):
    found = offered(f'resource "{typed}$0')[1]
    assert 0 < len(found) < 300
    assert {c.partial for c in found if "{" not in c.label} == {partial}


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_place_makes_it_raise_and_every_completion_touches_the_cursor(data):
    text = data.draw(st.sampled_from(CASES))[1].partition("\n---\n")[0].replace("$0", "")
    cut = data.draw(st.integers(0, len(text)))
    text = text[:cut] + data.draw(st.text(alphabet='"{}[]()$%\n=.😀a_', max_size=3)) + text[cut:]
    offset = data.draw(st.integers(0, len(text)))
    document = Document("untitled:/m/main.tf", text)
    for completion in Terraform().completions(Unit((document,)), document, offset):
        assert completion.replace.touches(offset)


CHILD = (
    Document(
        "file:///m/child/main.tf",
        """terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.west]
    }
  }
}
variable "vpc_id" {
  type = string
}
variable "nets" {
  type    = map(object({ cidr = string, public = optional(bool) }))
  default = {}
}
output "subnet_id" {
  value = ""
}
""",
    ),
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('source = "./child"\n  $0', ["vpc_id", "nets"]),
        ('source = "./child"\n  vpc_id = ""\n  $0', ["nets", "providers"]),
        ('source = "./child"\n  vpc_id = $0', ["aws_vpc.v.id"]),
        ('source = "./child"\n  nets = {\n    one = {\n      $0\n    }\n  }', ["cidr", "public"]),
        ('source = "./child"\n  nets = {\n    one = {\n      public = $0\n    }\n  }', ["false", "true"]),
        ('source = "./child"\n  providers = {\n    $0\n  }', ["aws", "aws.west"]),
        ('source = "$0"', ["./child"]),
    ],
)
def test_in_a_module_call(body, expected):
    text = f'module "m" {{\n  {body}\n}}\nresource "aws_vpc" "v" {{\n}}\n'
    _, found = offered_in_files(text)
    assert [c.label for c in found][: len(expected)] == expected


def test_a_folder_has_no_version():
    labels = [c.label for c in offered_in_files('module "m" {\n  source = "./child"\n  $0\n}\n')[1]]
    assert "version" not in labels
    labels = [c.label for c in offered_in_files('module "m" {\n  source = "a/b/c"\n  $0\n}\n')[1]]
    assert "version" in labels


def test_an_output_of_a_module_fits_by_its_name():
    text = 'module "m" {\n  source = "./child"\n}\nresource "aws_instance" "i" {\n  subnet_id = $0\n}\n'
    assert offered_in_files(text)[1][0].label == "module.m.subnet_id"


def offered_in_files(text):
    offset = text.index("$0")
    document = Document("file:///m/main.tf", text.replace("$0", "", 1))
    return document, Terraform().completions(Unit((document,), CHILD), document, offset)


TESTED = """variable "zone" {
  type = string
}
variable "nets" {
  type    = map(object({ cidr = string }))
  default = {}
}
resource "aws_vpc" "v" {
}
data "aws_ami" "a" {
}
module "m" {
  source = "./child"
}
output "id" {
  value = ""
}
"""


@pytest.mark.parametrize(
    ("text", "first", "never"),
    [
        ("$0", ["provider", "mock_provider"], ["resource"]),
        ('run "a" {\n  $0\n}\n', ["command", "expect_failures"], ["count"]),
        ('run "a" {\n  command = $0\n}\n', ["plan", "apply"], ["var.zone"]),
        ("variables {\n  $0\n}\n", ["zone", "nets"], []),
        ('variables {\n  zone = ""\n  $0\n}\n', ["nets"], ["zone"]),
        ("variables {\n  nets = {\n    a = {\n      $0\n    }\n  }\n}\n", ["cidr"], []),
        ('run "a" {\n  assert {\n    $0\n  }\n}\n', ["condition", "error_message"], []),
        ('run "a" {\n  assert {\n    condition = output.$0\n  }\n}\n', ["id"], []),
        ('run "a" {\n  assert {\n    condition = aws_vpc.v.$0\n  }\n}\n', ["id", "arn"], []),
        ('run "a" {\n}\nrun "b" {\n  variables {\n    zone = run.$0\n  }\n}\n', ["a"], ["b"]),
        ('run "a" {\n}\nrun "b" {\n  variables {\n    zone = run.a.$0\n  }\n}\n', ["id"], []),
        ('run "a" {\n  expect_failures = [v$0]\n}\n', ["var.nets", "var.zone"], ["module.m"]),
        ('run "a" {\n  expect_failures = [var.$0]\n}\n', ["nets", "zone"], []),
        ("override_resource {\n  target = $0\n}\n", ["aws_vpc.v"], ["data.aws_ami.a", "module.m"]),
        ("override_module {\n  target = $0\n}\n", ["module.m"], ["aws_vpc.v"]),
        ("override_data {\n  target = data.aws_ami.a\n  values = {\n    arch$0\n  }\n}\n", ["architecture"], []),
        ('mock_provider "aw$0"', ["aws"], []),
        ('mock_provider "aws" {\n  mock_resource "aws_v$0"\n}\n', ["aws_vpc"], ["aws_ami"]),
        (
            'mock_provider "aws" {\n  mock_resource "aws_vpc" {\n    defaults = {\n      cidr_b$0\n    }\n  }\n}\n',
            ["cidr_block"],
            [],
        ),
    ],
)
def test_in_a_test_file(text, first, never):
    offset = text.index("$0")
    document = Document("file:///m/tests/a.tftest.hcl", text.replace("$0", "", 1))
    unit = Unit((Document("file:///m/main.tf", TESTED), document), CHILD)
    labels = [c.label for c in Terraform().completions(unit, document, offset)]
    assert labels[: len(first)] == first
    assert not set(never) & set(labels)


def test_a_keyword_is_one_of_a_choice():
    document = Document("file:///m/a.tftest.hcl", 'run "a" {\n  com\n}\n')
    found = Terraform().completions(Unit((Document("file:///m/main.tf", TESTED), document)), document, 15)
    assert next(c.text for c in found if c.label == "command") == "command = ${1|plan,apply|}"
