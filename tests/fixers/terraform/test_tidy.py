"""What works and is not as it should be, told by tflint or as a hint: the finding lies between the marks."""

import pytest

from lsp_server.analysis import Toolchain
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import edit_unit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.fixers.base import FixContext, FixerTable
from lsp_server.fixers.terraform import FIXERS
from lsp_server.repair.verify import Verifier

TABLE = FixerTable(FIXERS)
UNUSED, INDEX = "terraform_unused_declarations", "terraform_deprecated_index"
VERSIONS, TYPED = "terraform_required_providers", "terraform_typed_variables"
REQUIRES = "terraform_required_version"
ASKED = 'Missing version constraint for provider "aws" in `required_providers`'

CASES = {
    "unused variable": (
        UNUSED,
        'variable "a" {\n  type = string\n}\n\n«variable "b"» {\n  type = string\n}\n\nlocals {\n  c = var.a\n}\n',
        'variable "a" {\n  type = string\n}\n\nlocals {\n  c = var.a\n}\n',
        Applicability.DISPLAY_ONLY,
    ),
    "unused local": (UNUSED, "locals {\n  a = 1\n  «b = 2»\n}\n", "locals {\n  a = 1\n}\n", Applicability.DISPLAY_ONLY),
    "only local": (UNUSED, "locals {\n  «b = 2»\n}\n", "", Applicability.DISPLAY_ONLY),
    "only local below a comment": (
        UNUSED, "locals {\n  # keep\n  «b = 2»\n}\n", "locals {\n  # keep\n}\n", Applicability.DISPLAY_ONLY,
    ),
    "unused data source": (UNUSED, '«data "aws_region" "r"» {}\n', "", Applicability.DISPLAY_ONLY),
    "index": (
        INDEX, "locals {\n  a = «aws_instance.a.0.tags.1»\n}\n", "locals {\n  a = aws_instance.a[0].tags[1]\n}\n",
        Applicability.SAFE,
    ),
    "interpolation": (
        "terraform_deprecated_interpolation", 'locals {\n  a = «"${var.b}"»\n}\n', "locals {\n  a = var.b\n}\n",
        Applicability.SAFE,
    ),
    "interpolation in a key": (
        "terraform_deprecated_interpolation", 'locals {\n  a = { «"${var.b}"» = 1 }\n}\n',
        "locals {\n  a = { (var.b) = 1 }\n}\n", Applicability.SAFE,
    ),
    "interpolation of a sum that is multiplied": (
        "terraform_deprecated_interpolation", 'locals {\n  a = 2 * «"${var.b + 1}"»\n}\n',
        "locals {\n  a = 2 * (var.b + 1)\n}\n", Applicability.SAFE,
    ),
    "interpolation of several lines": (
        "terraform_deprecated_interpolation", 'locals {\n  a = «"${var.b ==\n    1}"»\n}\n',
        "locals {\n  a = (var.b ==\n    1)\n}\n", Applicability.SAFE,
    ),
    "comment": (
        "terraform_comment_syntax", "«// why»\nlocals {\n  a = 1\n}\n", "# why\nlocals {\n  a = 1\n}\n",
        Applicability.SAFE,
    ),
    "comment behind a line, of which another speaks": (
        "terraform_comment_syntax", "locals {\n  a = 1 «// é  »\n  b = 2 # // é\n}\n",
        "locals {\n  a = 1 # é  \n  b = 2 # // é\n}\n", Applicability.SAFE,
    ),
    "splat": (
        INDEX, "locals {\n  a = [aws_instance.a«.*».root.id]\n}\n", "locals {\n  a = [aws_instance.a[*].root.id]\n}\n",
        Applicability.SAFE,
    ),
    "provider without its source": (
        VERSIONS, 'terraform {\n  required_providers {\n    aws = «"~> 5.0"»\n  }\n}\n',
        'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "~> 5.0"\n    }\n  }\n}\n',  # noqa: E501
        Applicability.SAFE,
    ),
    "no version of Terraform": (
        REQUIRES, "«»locals {\n  a = 1\n}\n", 'terraform {\n  required_version = ">= 1.0"\n}\n\nlocals {\n  a = 1\n}\n',
        Applicability.UNSAFE,
    ),
    "no version of Terraform, and settings": (
        REQUIRES, '«terraform» {\n  backend "s3" {}\n}\n\nremoved {\n  from = a.b\n}\n',
        'terraform {\n  required_version = ">= 1.7"\n  backend "s3" {}\n}\n\nremoved {\n  from = a.b\n}\n',
        Applicability.UNSAFE,
    ),
    "comparison with an empty list": (
        "terraform_empty_list_equality", "locals {\n  a = «var.b == []» ? 1 : 2\n}\n",
        "locals {\n  a = length(var.b) == 0 ? 1 : 2\n}\n", Applicability.UNSAFE,
    ),
    "difference from an empty list": (
        "terraform_empty_list_equality", "locals {\n  a = «[] != var.b»\n}\n",
        "locals {\n  a = length(var.b) > 0\n}\n", Applicability.UNSAFE,
    ),
    "lookup without a default": (
        "terraform_deprecated_lookup", 'locals {\n  a = «lookup(var.b, "c")»\n}\n', 'locals {\n  a = var.b["c"]\n}\n',
        Applicability.SAFE,
    ),
    "type of a list": (
        TYPED, '«variable "a"» {\n  default = ["x"]\n}\n',
        'variable "a" {\n  default = ["x"]\n  type    = list(string)\n}\n', Applicability.UNSAFE,
    ),
}  # fmt: skip


def fixes(text, code, message="", source="tflint"):
    start, end = text.index("«"), text.index("»") - 1
    document = Document("file:///no/such/main.tf", text.replace("«", "").replace("»", ""))
    found = Diagnostic(document.uri, Span(start, end), Severity.WARNING, source, code, message)
    unit = Unit((document,))
    return unit, list(TABLE.fixes(FixContext(unit, document, (found,)), found))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("crlf", [False, True], ids=["lf", "crlf"])
def test_it_is_tidied_as_the_case_says(name, crlf):
    code, text, expected, trust = CASES[name]
    unit, found = fixes(text.replace("\n", "\r\n") if crlf else text, code)
    (fix,) = found
    fixed = edit_unit(unit, fix.edits)
    assert fixed.main.text == (expected.replace("\n", "\r\n") if crlf else expected)
    assert fix.applicability is trust
    lost = Terraform().ids(unit.main) - Terraform().ids(fixed.main)
    assert lost <= fix.removes
    assert not lost or fix.title.startswith("Delete")
    assert not Verifier(Terraform(), Toolchain(())).losses(unit, fixed, fix.removes)


OTHER = '    x = {\n      source = "a/x"\n    }\n'
REQUIRED = {
    "nothing": ('«provider "aws"» {}\n', "terraform {\n  required_providers {\n"),
    "settings": (
        '«terraform» {\n  required_version = ">= 1"\n}\n',
        'terraform {\n  required_version = ">= 1"\n\n  required_providers {\n',
    ),
    "another": (
        f"«terraform» {{\n  required_providers {{\n{OTHER}  }}\n}}\n",
        f"terraform {{\n  required_providers {{\n{OTHER}",
    ),
}


@pytest.mark.parametrize("name", REQUIRED)
def test_a_provider_is_required_in_the_newest_version_that_is_known(name):
    before, head = REQUIRED[name]
    unit, (fix,) = fixes(before, VERSIONS, ASKED)
    text = edit_unit(unit, fix.edits).main.text
    assert text.startswith(f'{head}    aws = {{\n      source  = "hashicorp/aws"\n      version = "~> ')
    assert not Terraform().ids(unit.main) - Terraform().ids(edit_unit(unit, fix.edits).main)


def test_a_provider_of_which_nothing_is_known_is_left_alone():
    _, found = fixes('«provider "dog"» {}\n', VERSIONS, ASKED.replace("aws", "dog"))
    assert not found


@pytest.mark.parametrize(("other", "offered"), [("size", True), ("prod_instance_type", False)])
def test_a_variable_is_used_only_where_no_other_may_be_meant(other, offered):
    default = '{ default = "t3.micro" }\n'
    text = f'«variable "dev_instance_type"» {default}variable "{other}" {default}'
    text += 'resource "aws_instance" "a" {\n  instance_type = "t3.micro"\n}\n'
    titles = [fix.title for fix in fixes(text, UNUSED)[1]]
    assert any(title.startswith("Use the variable") for title in titles) is offered


def test_an_index_behind_a_splat_is_left_alone_since_brackets_mean_another_element():
    assert not fixes("locals {\n  a = «aws_instance.a.*.ipv6_addresses.0»\n}\n", INDEX)[1]
    assert not fixes(
        "locals {\n  a = aws_instance.a.*.ipv6_addresses«.0»\n}\n", "deprecated-index", "", "terraform-check"
    )[1]


@pytest.mark.parametrize("behind", [".id[0]", "[0].id", ".id.0", ".a.*.id", ".id[*]"])
def test_a_splat_with_an_index_behind_it_is_left_alone_since_brackets_would_take_it_of_each(behind):
    assert not fixes(f"locals {{\n  a = aws_instance.a«.*»{behind}\n}}\n", INDEX)[1]


def test_a_comment_in_an_interpolation_is_not_lost():
    assert not fixes('locals {\n  a = «"${var.b /* why */}"»\n}\n', "terraform_deprecated_interpolation")[1]


def test_a_list_that_is_spread_out_is_left_alone():
    text = "locals {\n  a = «list»(var.b...)\n}\n"
    assert not fixes(text, "unknown-function", source="terraform-check")[1]
