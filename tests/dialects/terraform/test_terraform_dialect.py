"""What the layers above ask of the dialect: whose a document is, intents, ids, comments, strict reading, modules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.dialects.terraform.module import Requirement, module_from, module_of
from lsp_server.dialects.terraform.strict import error_of_change, read_error

WISHES = [
    "# an S3 bucket with versioning and KMS encryption\n",
    '// A queue for orders with a dead-letter queue\n\nresource "aws_vpc" "v" {}\n',
    'resource "aws_vpc" "v" {}\n\n# create a lambda function that runs every hour\n',
    "# three private subnets\n# in the VPC above\n\n",
    "# DynamoDB table keyed by tenant, on demand",
]
NO_WISHES = [
    '# an S3 bucket with versioning\nresource "aws_s3_bucket" "b" {}\n',  # documents what is there
    'resource "aws_vpc" "v" {\n  # an S3 bucket with versioning\n\n}\n',  # inside a block
    '# resource "aws_vpc" "v" {\n',
    '# cidr_block = "10.0.0.0/16"\n',
    "# }\n",
    "# Copyright 2026 the authors of this module\n",
    "# SPDX-License-Identifier: MPL-2.0 for the bucket\n",
    "# TODO: a bucket for the logs\n",
    "# tflint-ignore: terraform_unused_declarations\n",
    "# ---------------- a bucket ----------------- =\n",
    "# Networking\n",
    "x = <<EOT\n# an S3 bucket with versioning\n\nEOT\n",
    "an S3 bucket with versioning\n",
]


def document(text, name="main.tf", language=""):
    return Document(f"file:///m/{name}", text, language=language)


@pytest.mark.parametrize(
    ("name", "language", "ours"),
    [
        ("main.tf", "", True),
        ("prod.auto.tfvars", "", True),
        ("main.tf.json", "", True),
        ("untitled", "terraform", True),
        ("untitled", "hcl", True),
        ("policy.hcl", "hcl", False),
        ("policy.hcl", "terraform", True),
        ("main.tftest.hcl", "", True),
        ("main.tofutest.hcl", "", True),
        ("main.tofu", "", True),
        ("aws.tfmock.hcl", "terraform", False),
        ("x.hcl", "", False),
        ("build.pkr.hcl", "hcl", False),
        ("template.yaml", "yaml", False),
        ("main.tf.bak", "", False),
    ],
)
def test_owns(name, language, ours):
    assert Terraform().owns(document("", name, language)) is ours


@pytest.mark.parametrize("text", WISHES)
def test_a_wish_is_an_intent(text):
    offset = max(text.rfind("# "), text.rfind("// "))
    intent = Terraform().intent_at(document(text), offset)
    assert intent is not None
    assert not intent.words.startswith(("#", "/"))
    assert text[: intent.insert_at].rstrip("\n").endswith(text[intent.comment.start : intent.comment.end])


def test_several_lines_are_one_wish_from_each_of_them():
    text = WISHES[3]
    found = {Terraform().intent_at(document(text), at) for at in (0, text.index("in the"))}
    assert [intent.words for intent in found] == ["three private subnets in the VPC above"]


@pytest.mark.parametrize("text", NO_WISHES)
def test_any_other_text_is_none(text):
    assert Terraform().intent_at(document(text), text.find("#") + 2) is None


@pytest.mark.parametrize("name", ["main.tf.json", "main.tofu.json", "prod.auto.tfvars", "prod.tfvars.json"])
def test_where_no_block_may_be_written_nothing_is_wished(name):
    assert Terraform().intent_at(document(WISHES[0], name), 2) is None


def test_ids_and_comments():
    text = 'variable "x" {} # one\nlocals {\n  a = 1 // two\n  b = "# no"\n}\n/* three\n */\nmoved {}\n'
    assert Terraform().ids(document(text)) == {
        ("variable", "x"), ("locals",), ("locals", "a"), ("locals", "b"), ("moved",),
    }  # fmt: skip
    assert list(Terraform().comments(document(text))) == ["# one", "// two", "/* three\n */"]


def test_ids_are_kept_while_a_quote_is_open():
    text = 'resource "aws_vpc" "a" {\n  x = "\n}\nresource "\nresource "aws_vpc" "b" {\n}\n'
    assert {("resource", "aws_vpc", "a"), ("resource", "aws_vpc", "b")} <= Terraform().ids(document(text))


def test_a_module_is_all_its_files():
    main = 'resource "aws_vpc" "v" {\n  cidr_block = var.cidr\n}\nprovider "aws" {\n  alias = "w"\n}\n'
    main += "locals {\n  a = 1\n}\n"
    aws = '    aws = { source = "hashicorp/aws", version = "~> 5.0" }'
    other = 'variable "cidr" {}\n' * 2 + f"terraform {{\n  required_providers {{\n{aws}\n  }}\n}}\n"
    values = "cidr = 1\n"
    module = module_from([document(main), document(other, "other.tf"), document(values, "x.tfvars")])
    assert list(module.resources) == [("aws_vpc", "v")]
    assert list(module.providers) == [("aws", "w")]
    assert list(module.locals) == ["a"]
    assert [d.uri for d in module.duplicates] == ["file:///m/other.tf"]
    assert module.required_providers == {"aws": Requirement("hashicorp/aws", "~> 5.0")}
    (reference,) = module.references
    assert main[reference.traversal.span.start : reference.traversal.span.end] == "var.cidr"
    vpc = module.resources["aws_vpc", "v"]
    assert vpc.address == "aws_vpc.v"
    assert main[vpc.block.span.start : vpc.block.span.end].endswith("}")
    assert module.locals["a"].attribute is not None


def test_references_know_what_is_in_scope():
    text = 'output "o" {\n  value = [for k, v in var.a : k if v != local.b]\n}\n'
    found = {r.traversal.root: r.reference.scope for r in module_from([document(text)]).references}
    assert found["k"] == {"k", "v"}
    assert found["var"] == frozenset()


def test_the_lock_file_tells_versions():
    lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "5.31.0"\n  hashes = ["h1:x"]\n}\n'
    unit = Unit((document(""),), beside=(document(lock, ".terraform.lock.hcl"),))
    assert module_of(unit).locked == {"registry.terraform.io/hashicorp/aws": "5.31.0"}


def test_the_strict_reader():
    assert read_error('resource "a" "b" {\r\n  c = "${d.e}"\r\n}') == ""
    assert read_error("") == ""
    for bad in ('resource "a" "b" {', "a = ", "a = [1 2]", 'a = "x'):
        assert read_error(bad)


BLOCKS = (
    'resource "a" "b" {\n  c = "${d.e}"\n}\n',
    "locals {\n  text = <<-EOT\n    resource {\n  EOT\n}\n",
    "# one\nvariable v {\ndefault = {\na = [1, 2]\n}\n}\n",
)


@settings(max_examples=400, deadline=None)
@given(
    st.integers(0, 120),
    st.integers(0, 6),
    st.sampled_from(["", "}", "{", '"', "\n", "x", "= 1", "EOT\n", "#", "[", "/*"]),
)
def test_of_a_change_is_told_what_the_strict_reader_tells_of_the_whole(at: int, length: int, new: str):
    before = "\n".join(BLOCKS)
    after = before[:at] + new + before[at + length :]
    assert error_of_change(before, after) == read_error(after)
    assert error_of_change(after, before) == ""


def test_only_blocks_that_are_new_are_read_strictly(monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []
    monkeypatch.setattr("hcl2.loads", read.append)
    before = "".join(BLOCKS)
    assert error_of_change(before, before.replace("d.e", "d.f")) == ""
    assert read == [BLOCKS[0].replace("d.e", "d.f")]
