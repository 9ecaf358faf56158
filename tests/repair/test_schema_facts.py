"""What is told of the types in play: the first in full, the others in short, all within the limit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.repair.schema_facts import schema_facts

TERRAFORM = [
    "aws_dynamodb_contributor_insights",
    "aws_instance",
    "aws_s3_bucket",
    "aws_wafv2_web_acl",
    "aws_iam_role",
    "aws_subnet",
    "aws_db_instance",
    "aws_vpc",
]
CLOUDFORMATION = [
    "AWS::DynamoDB::Table",
    "AWS::EC2::Instance",
    "AWS::S3::Bucket",
    "AWS::WAFv2::WebACL",
    "AWS::IAM::Role",
    "AWS::EC2::Subnet",
    "AWS::RDS::DBInstance",
    "AWS::EC2::VPC",
]
TYPES = {Language.TERRAFORM: TERRAFORM, Language.CLOUDFORMATION: CLOUDFORMATION}
UNITS = {
    Language.TERRAFORM: Unit((Document("file:///project/main.tf", ""),)),
    Language.CLOUDFORMATION: Unit((Document("file:///project/t.yaml", ""),)),
}
INSIGHTS = """\
resource "aws_dynamodb_contributor_insights" (attributes that are only read: none)
  table_name* = string
  id = string
  index_name = string
  mode = string
  region = string
  block timeouts (once)
    create = string
    delete = string"""


def facts(language, types, limit):
    return schema_facts(UNITS[language], language, types, limit)


def test_the_first_is_told_exactly_and_in_full():
    told = facts(Language.TERRAFORM, TERRAFORM, 6000)
    assert told.startswith(INSIGHTS + "\n\n")


@pytest.mark.parametrize("language", Language)
def test_all_are_told_and_the_last_of_them_in_short(language):
    types = TYPES[language]
    told = facts(language, types, 6000)
    assert all(name in told for name in types)
    assert f"{types[0]}, in short:" not in told
    assert f"{types[-2]}, in short:" in told
    assert len(told) <= 6000


@pytest.mark.parametrize("language", Language)
def test_what_is_told_in_short_names_what_is_required_first(language):
    short = facts(language, TYPES[language][1:5], 900).split("\n\n")
    assert any(", in short: " in text and "*" in text for text in short)
    for text in short:
        words = text.partition(", in short: ")[2].split(" ")
        starred = [word.endswith("*") for word in words]
        assert starred == sorted(starred, reverse=True)


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(list(Language)),
    st.lists(st.sampled_from([*TERRAFORM, *CLOUDFORMATION, "no_such_type", ""])),
    st.integers(0, 9000),
)
def test_the_limit_holds_for_any_types(language, types, limit):
    assert len(facts(language, types, limit)) <= limit
