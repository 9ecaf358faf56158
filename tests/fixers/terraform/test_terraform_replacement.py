"""What a change of a module replaces: told for what Terraform took before, and for nothing else."""

import pytest

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import minimal_edits
from lsp_server.core.fix import Applicability, Fix
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.replacement import with_warning

URI = "untitled:/m/main.tf"
SUBNET = 'resource "aws_subnet" "a" {\n  vpc_id     = aws_vpc.a.id\n  cidr_block = "10.0.0.0/24"\n}\n'
DYNAMIC = """\
resource "aws_eks_cluster" "a" {
  dynamic "encryption_config" {
    for_each = [1]
    content {
      resources = ["secrets"]
    }
  }
}
"""


def reviewed(before, old, new, at="", severity=Severity.ERROR, trust=Applicability.SAFE, **more):
    """The review of a fix that writes `new` for `old`, and clears a finding at `at`."""
    document = Document(URI, before)
    start = before.index(at)
    span = Span(start, start + len(at))
    finding = Diagnostic(URI, span, severity, "terraform-check", "a-rule", "It is wrong.")
    found = (finding,) if at else ()
    edits = minimal_edits(URI, before, before.replace(old, new))
    return with_warning(
        FixContext(Unit((document,)), document, found), Fix("Do it", edits, trust, found, "test", **more)
    )


@pytest.mark.parametrize(
    ("before", "old", "new", "at"),
    [
        (SUBNET, '"10.0.0.0/24"', '"10.0.1.0/24"', ""),
        (SUBNET, '"10.0.0.0/24"', '"10.0.1.0/24"', "aws_vpc.a.id"),  # what is wrong is another argument
        (SUBNET, '  cidr_block = "10.0.0.0/24"\n', "", ""),
        (DYNAMIC, '"secrets"', '"others"', ""),
        ('resource "aws_sqs_queue" "a" {\n  name = "a"\n}\n', '"a"\n', "var.name\n", ""),
    ],
)
def test_what_was_applied_is_warned_of(before, old, new, at):
    fix = reviewed(before, old, new, at)
    address = "aws_sqs_queue.a" if "sqs" in before else "aws_eks_cluster.a" if "eks" in before else "aws_subnet.a"
    assert fix.title == f"Do it, which may replace the resource '{address}'"
    assert fix.applicability is Applicability.UNSAFE


@pytest.mark.parametrize(
    ("before", "old", "new", "at"),
    [
        (SUBNET, '"10.0.0.0/24"', '"10.0.1.0/24"', '"10.0.0.0/24"'),  # a value that Terraform refuses
        (SUBNET.replace("vpc_id ", "vpcid  "), "vpcid ", "vpc_id", "vpcid"),  # an argument that it does not know
        (SUBNET, "aws_vpc.a.id", '"${aws_vpc.a.id}"', ""),
        (SUBNET, "aws_vpc.a.id", "( aws_vpc.a.id )", ""),
        (SUBNET, "}\n", '  tags = { Name = "a" }\n}\n', ""),
        (SUBNET, "cidr_block = ", "cidr_block   =   ", ""),
        (SUBNET.replace("resource", "data"), '"10.0.0.0/24"', '"10.0.1.0/24"', ""),
        ('resource "random_id" "a" {\n  prefix = "a"\n}\n', '"a"\n', '"b"\n', ""),
    ],
)
def test_nothing_else_is(before, old, new, at):
    fix = reviewed(before, old, new, at)
    assert (fix.title, fix.applicability) == ("Do it", Applicability.SAFE)


def test_what_refers_to_a_resource_of_a_type_that_is_none_was_never_applied():
    before = 'resource "aws_vpcs" "a" {}\n' + SUBNET.replace("aws_vpc.a.id", "aws_vpcs.a.id")
    assert reviewed(before, "aws_vpcs", "aws_vpc", '"aws_vpcs"').title == "Do it"
    assert "replace" in reviewed(before, "aws_vpcs", "aws_vpc").title


def test_a_warning_does_not_say_that_it_was_never_applied():
    assert "replace" in reviewed(SUBNET, "a.id", "b.id", "aws_vpc.a.id", Severity.WARNING).title


def test_what_means_the_same_needs_no_warning():
    assert reviewed(SUBNET, '"10.0.0.0/24"', "local.cidr", same=True).title == "Do it"


def test_trust_is_never_raised():
    fix = reviewed(SUBNET, "a.id", "b.id", trust=Applicability.DISPLAY_ONLY)
    assert fix.applicability is Applicability.DISPLAY_ONLY


def test_it_is_said_once():
    fix = reviewed(SUBNET, "a.id", "b.id")
    document = Document(URI, SUBNET)
    assert with_warning(FixContext(Unit((document,)), document, ()), fix) == fix
