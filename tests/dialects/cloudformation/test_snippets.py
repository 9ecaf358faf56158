"""A whole resource, inserted with the defaults of its places to type: it parses, and says of itself what is missing."""

import json
import random
import re

import pytest

from benchmarks.snippets import findings, inserted, linted
from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.complete_types import WHOLE
from lsp_server.dialects.cloudformation.samples import sample
from lsp_server.dialects.cloudformation.schema import Property, schemas
from lsp_server.dialects.cloudformation.template import parse_template

SCHEMAS = schemas()
NEW = {
    "block.yaml": "Resources:\n  New:\n    Type: $0\n  After:\n    Type: AWS::SNS::Topic\n",
    "quoted.yaml": "Resources:\r\n    New:\r\n        Type: '$0'\r\n    After:\r\n        Type: AWS::SNS::Topic\r\n",
    "lines.json": '{\n\t"Resources": {\n\t\t"New": {\n\t\t\t"Type": "$0",\n\t\t}\n\t}\n}\n',
    "line.json": '{"Resources": {"New": {"Type": $0}, "After": {"Type": "AWS::SNS::Topic"}}}',
}
EVERY_TENTH = SCHEMAS.types[::10]
COMMON = [
    "AWS::DynamoDB::Table",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::VPCPeeringConnection",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::IoT::Logging",
    "AWS::Lambda::Function",
    "AWS::Route53::RecordSet",
    "AWS::SNS::Subscription",
    "AWS::SQS::QueuePolicy",
    "AWS::WAFv2::WebACL",
]
CLOSING = {"W3696", "W3697"}  # the service goes out of use
FILE = """\
Resources:
  Worker:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
  Guard:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: a wall
  New:
    Type: $0
"""


def writable(kind):
    return any(not one.read_only for one in SCHEMAS.get(kind).properties_at(()).values())


@pytest.mark.parametrize("name", NEW)
def test_it_parses_and_has_what_is_required(name):
    offered = 0
    for kind in EVERY_TENTH:
        whole = inserted(kind, NEW[name], name)
        assert (whole is not None) == writable(kind), kind
        if whole is None:
            continue
        text = whole.text
        offered += 1
        template = parse_template(Document(f"file:///{name}", text))
        assert template.syntax == (), (kind, text)
        assert name.endswith(".yaml") or json.loads(text)
        assert "After" in template.resources or name == "lines.json"
        assert template.resources["New"].type == kind
        properties = template.resources["New"].properties
        required = {
            one for one in SCHEMAS.get(kind).required_at(()) if not SCHEMAS.get(kind).property_at((one,)).read_only
        }
        assert required <= {entry.name for entry in properties.entries} if required else True
    assert offered > 100


CHANCE = random.Random(2026)
KNOWN = 0.9  # of the types are clean, or are told to be without a required property; see `benchmarks/snippets.py`


def test_most_are_clean_as_inserted_and_the_others_say_what_remains():
    """cfn-lint says nothing that the detail does not: a service is closing, there is nothing in `Properties`."""
    left = []
    kinds = CHANCE.sample(SCHEMAS.types, 40)
    for kind in kinds:
        whole, found = linted(kind)
        if whole is None:
            continue
        assert not found or whole.remaining or {one.rule for one in found} <= CLOSING, (whole.text, found)
        assert not found or whole.detail != WHOLE, (whole.text, found)
        serious = [one for one in found if one.rule not in CLOSING]
        left += [(kind, serious)] if serious and whole.remaining != "Properties" else []
    assert len(left) <= len(kinds) * (1 - KNOWN), left


@pytest.mark.parametrize(("kind", "detail"), [
    ("AWS::QLDB::Stream", "whole resource · the service is closed since 2025-07-31 · to fill in: "),
    ("AWS::AppMesh::Mesh", "whole resource · the service closes on 2026-09-30 · to fill in: Properties"),
    ("AWS::WAF::IPSet", "whole resource · the service closes · to fill in: Name"),
    ("AWS::Timestream::Database", "whole resource · the service gets nothing new since 2025-06-20"),
    ("AWS::KMS::Key", "whole resource"),
])  # fmt: skip
def test_a_service_that_goes_out_of_use_is_told_of(kind, detail):
    assert inserted(kind).detail.startswith(detail)


@pytest.mark.parametrize("kind", COMMON)
def test_common_types_are_clean(kind):
    whole, found = linted(kind)
    assert not found, (whole.text, found)


def test_what_the_template_has_is_referred_to():
    whole = inserted("AWS::Lambda::Function", FILE)
    assert "Role: !GetAtt Worker.Arn" in whole.text
    assert whole.remaining == "Code"
    assert findings(whole.text) == []
    whole = inserted("AWS::EFS::MountTarget", FILE)
    assert "- !GetAtt Guard.GroupId" in whole.text


@pytest.mark.parametrize(
    ("pattern", "shortest", "longest"),
    [("^[0-9]{12}$", 12, 12), ("^dzd[-_][a-zA-Z0-9_-]{1,36}$", None, None), ("arn:(aws|aws-cn):iam:.*", None, None)],
)
def test_a_sample_is_what_the_pattern_takes(pattern, shortest, longest):
    text = sample(Property("Name", ("string",), pattern=pattern, min_length=shortest, max_length=longest), ())
    assert re.search(pattern, text)
    assert (shortest or 0) <= len(text) <= (longest or len(text))
