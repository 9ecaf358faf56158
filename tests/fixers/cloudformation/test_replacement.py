"""Which changes of a template replace a resource, and what is said of the fixes that make them."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import minimal_edits
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.updates import Update
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.cloudformation.alone import alone
from lsp_server.fixers.cloudformation.replacement import replaced, with_warning
from lsp_server.linters.cfn_lint import CfnLint

SURELY, PERHAPS = Update.REPLACEMENT, Update.SOME_INTERRUPTION

TEMPLATE = """\
Parameters:
  Zone: {Type: String, Default: us-east-1a}
  Size: {Type: String, Default: small}
Mappings:
  Sizes:
    small: {disk: gp2}
    large: {disk: gp3}
Conditions:
  Large: !Equals [!Ref Size, large]
Resources:
  Disk:
    Type: AWS::EFS::FileSystem
    Properties:
      ThroughputMode: bursting
      AvailabilityZoneName: !Ref Zone
      Encrypted: !If [Large, true, false]
      KmsKeyId: arn:aws:kms:us-east-1:123456789012:key/a
  Net:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: 10.0.0.0/24
      MapPublicIpOnLaunch: false
      AvailabilityZone: !FindInMap [Sizes, !Ref Size, disk]
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Own:
    Type: Custom::Thing
    Properties: {ServiceToken: "arn:aws:lambda:us-east-1:123456789012:function:f", Name: x}
"""

CHANGES = {
    "a value": ("CidrBlock: 10.0.0.0/24", "CidrBlock: 10.0.1.0/24", {"Net": SURELY}),
    "one that can change": ("MapPublicIpOnLaunch: false", "MapPublicIpOnLaunch: true", {}),
    "the way it is written": ("CidrBlock: 10.0.0.0/24", "CidrBlock: '10.0.0.0/24'", {}),
    "the form of a function": ("VpcId: !Ref Vpc", "VpcId: {Ref: Vpc}", {}),
    "a branch": ("!If [Large, true, false]", "!If [Large, true, true]", {"Disk": SURELY}),
    "a value that goes": ("      KmsKeyId: arn:aws:kms:us-east-1:123456789012:key/a\n", "", {"Disk": SURELY}),
    "a value that comes": ("      MapPublic", "      OutpostArn: a\n      MapPublic", {"Net": SURELY}),
    "the partition": ("KmsKeyId: arn:aws:", "KmsKeyId: !Sub arn:${AWS::Partition}:", {}),
    "the region": ("kms:us-east-1:", "kms:us-east-2:", {"Disk": SURELY}),
    "the default of a parameter": ("Default: us-east-1a", "Default: us-east-1b", {"Disk": SURELY}),
    "the default that a lookup goes by": ("Default: small", "Default: large", {"Net": SURELY}),
    "a row of a mapping": ("large: {disk: gp3}", "large: {disk: io1}", {"Net": SURELY}),
    "a comment": ("VpcId: !Ref Vpc", "VpcId: !Ref Vpc # main", {}),
    "what nobody knows": ("Name: x", "Name: y", {}),
    "another type, which CloudFormation refuses": ("Type: AWS::EC2::VPC", "Type: AWS::EC2::InternetGateway", {}),
}


def document(text: str) -> Document:
    return Document("file:///w/template.yaml", text)


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_change_replaces(name: str) -> None:
    old, new, expected = CHANGES[name]
    assert TEMPLATE.count(old) == 1
    assert replaced(document(TEMPLATE), document(TEMPLATE.replace(old, new))) == expected


def test_a_parameter_with_the_value_as_its_default_changes_nothing() -> None:
    after = TEMPLATE.replace("CidrBlock: 10.0.0.0/24", "CidrBlock: !Ref Block")
    after = after.replace("Parameters:\n", "Parameters:\n  Block: {Type: String, Default: 10.0.0.0/24}\n")
    assert replaced(document(TEMPLATE), document(after)) == {}


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_line_endings_and_letters_outside_the_first_plane_do_not_matter(ending: str) -> None:
    text = ("# 😀\n" + TEMPLATE).replace("\n", ending)
    after = text.replace("10.0.0.0/24", "10.0.2.0/24")
    assert replaced(document(text), document(after)) == {"Net": SURELY}
    assert replaced(document("\ufeff" + text), document("\ufeff" + after)) == {"Net": SURELY}


AS_JSON = json.dumps(
    {
        "Parameters": {"Zone": {"Type": "String", "Default": "us-east-1a"}},
        "Resources": {
            "Disk": {
                "Type": "AWS::EFS::FileSystem",
                "Properties": {"AvailabilityZoneName": {"Ref": "Zone"}, "KmsKeyId": "arn:aws-cn:kms:a:1:key/b"},
            },
            "Net": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        },
        "Outputs": {"Id": {"Value": {"Ref": "Net"}}},
    },
    indent=2,
)
# a comment or a string with what may be an anchor has the template compared as a whole
WHOLE = {
    TEMPLATE: ("Parameters:", "# &\nParameters:"),
    AS_JSON: ('{\n  "Parameters"', '{\n  "Description": "&",\n  "Parameters"'),
}
PARTS = [
    "",
    "\n",
    "  ",
    "      ",
    "|",
    "[",
    "{",
    "}",
    '"',
    "'",
    ": ",
    ",",
    "# ",
    "---\n",
    "a",
    "10.9.0.0/16",
    "!Ref Zone",
]
PARTS += [
    "\n  New:\n    Type: AWS::EC2::VPC\n",
    "\nOutputs: {}\n",
    "!Sub arn:${AWS::Partition}:",
    '"New": {}, ',
    "Net",
    "Vpc",
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([TEMPLATE, TEMPLATE.replace("\n", "\r\n"), AS_JSON]), st.data())
def test_a_resource_compared_alone_comes_to_the_same(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = min(len(text), start + data.draw(st.sampled_from([0, 0, 1, 5, 30])))
    after = text[:start] + data.draw(st.sampled_from(PARTS)) + text[end:]
    old, new = WHOLE[text.replace("\r", "")]
    whole = [document(new + state.removeprefix(old)) for state in (text, after)]
    assume(after.startswith(old) and parse_template(whole[0]).readable and parse_template(whole[1]).readable)
    assert replaced(document(text), document(after)) == replaced(*whole)


@pytest.mark.parametrize(
    ("old", "new", "known"),
    [
        ("10.0.0.0/24", "10.0.1.0/24", "Net"),
        ("      KmsKeyId: arn:aws:kms:us-east-1:123456789012:key/a\n", "", "Disk"),
        ("Name: x}", "Name: x}\n    DependsOn: Net", "Own"),
        ("  Net:\n", "  Other:\n    Type: AWS::EC2::VPC\n  Net:\n", ""),
        ("Default: small", "Default: large", ""),
        ("  Net:\n", "  Net: &net\n", ""),
        ("CidrBlock: 10.0.0.0/24", "CidrBlock: '10.0.0.0/24", ""),
    ],
)
def test_a_change_of_one_resource_is_told_from_others(old: str, new: str, known: str) -> None:
    assert TEMPLATE.count(old) == 1
    found = alone(document(TEMPLATE), document(TEMPLATE.replace(old, new)))
    assert (found is None) == (not known)
    for state in found or ():
        assert list(parse_template(state).resources) == [known]
    if found:
        assert all(state.text.count("Type: AWS") <= 1 for state in found)


def test_what_cannot_be_compared_is_not_said_to_be_replaced() -> None:
    recursive = "Resources:\n  A: &a\n    Type: AWS::EC2::VPC\n    Properties: {Tags: *a, CidrBlock: 10.0.0.0/16}\n"
    assert replaced(document(recursive), document(recursive.replace("10.0", "10.1"))) == {}
    assert replaced(document("Resources: ["), document("Resources:\n  - ]")) == {}


WRONG = """\
Resources:
  Net:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0a1b2c3d
      CidrBlok: 10.0.0.0/24
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      FifoQueue: perhaps
      QueueName: jobs.fifo
  Key:
    Type: AWS::EC2::KeyPair
    Properties:
      KeyName: jobs
      KeyType: RSA
"""


NET = ", which replaces the resource 'Net'"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("rule", "old", "new", "warned"),
    [
        ("E3002", "CidrBlok:", "CidrBlock:", ""),
        ("E3012", "FifoQueue: perhaps", "FifoQueue: true", ""),
        ("E3030", "KeyType: RSA", "KeyType: rsa", ""),
        ("E3030", "KeyName: jobs", "KeyName: work", ", which replaces the resource 'Key'"),
        ("E3002", "VpcId: vpc-0a1b2c3d\n      CidrBlok:", "VpcId: vpc-0\n      CidrBlock:", NET),
        ("E3012", "QueueName: jobs.fifo", "QueueName: work.fifo", ", which replaces the resource 'Queue'"),
    ],
)
async def test_what_was_refused_has_never_been_deployed(
    cfn_lint: CfnLint, rule: str, old: str, new: str, warned: str
) -> None:
    before = document(WRONG)
    found = (await cfn_lint.lint(Unit((before,)))).diagnostics
    cleared = tuple(d for d in found if d.code == rule and d.severity is Severity.ERROR)
    assert cleared
    edits = minimal_edits(before.uri, WRONG, WRONG.replace(old, new))
    fix = Fix("Write it so", edits, Applicability.SAFE, cleared, "a test")
    reviewed = with_warning(FixContext(Unit((before,)), before, found), fix)
    assert reviewed.title == f"Write it so{warned}"
    assert reviewed.applicability is (Applicability.UNSAFE if warned else Applicability.SAFE)
    assert (reviewed.edits, reviewed.clears) == (fix.edits, fix.clears)


def test_a_text_that_could_not_be_read_has_never_been_deployed() -> None:
    broken = document(TEMPLATE.replace("CidrBlock: 10.0.0.0/24", "CidrBlock 10.0.0.0/24"))
    finding = Diagnostic(broken.uri, Span(0, 1), Severity.ERROR, "lintel", "syntax", "", syntax=True)
    edits = minimal_edits(broken.uri, broken.text, TEMPLATE.replace("10.0.0.0/16", "10.1.0.0/16"))
    fix = Fix("Put the colon back", edits, Applicability.SAFE, (finding,), "a test")
    assert with_warning(FixContext(Unit((broken,)), broken, (finding,)), fix) == fix


def test_what_is_never_applied_stays_so() -> None:
    before = document(TEMPLATE)
    edits = minimal_edits(before.uri, TEMPLATE, TEMPLATE.replace("10.0.0.0/16", "10.1.0.0/16"))
    fix = Fix("Write it so", edits, Applicability.DISPLAY_ONLY, (), "a test")
    assert with_warning(FixContext(Unit((before,)), before, ()), fix).applicability is Applicability.DISPLAY_ONLY


def test_several_resources_are_counted() -> None:
    before = document(TEMPLATE)
    changed = TEMPLATE.replace("10.0.0.0/16", "10.1.0.0/16").replace("10.0.0.0/24", "10.1.0.0/24")
    edits = minimal_edits(before.uri, TEMPLATE, changed)
    fix = with_warning(FixContext(Unit((before,)), before, ()), Fix("Move", edits, Applicability.SAFE, (), "a test"))
    assert fix.title == "Move, which replaces the resource 'Net' and 1 more"
