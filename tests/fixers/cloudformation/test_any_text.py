"""Whatever is wrong with a template: a fix can be applied, loses no id and no comment, and leaves other lines alone."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import apply_edits
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.cloudformation import FIXERS

TEMPLATE = """\
# a page and who may read it
Parameters:
  Stage:  # lower case
    Type: String
    AllowedValues: [dev, "prod"]
  VpcId:
    Type: AWS::EC2::VPC::Id
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  # the page
  Page:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      BucketName: !Sub "page-${Stage}"
      VersioningConfiguration:
        Status: Enabled  # all of them
      Tags:
        - Key: team
          Value: web
        - Key: stage
          Value: {Ref: Stage}
  Group:
    Type: 'AWS::EC2::SecurityGroup'
    DependsOn:
      - Page
    Properties:
      GroupDescription: |
        for the page 🚀
      VpcId: !Ref VpcId
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}
Outputs:
  Name:
    Value: !GetAtt Page.Arn
"""
JSON = """\
{
  "Parameters": {
    "Stage": { "Type": "String", "AllowedValues": ["true", "false"], "Default": "true" },
    "Ids": { "Type": "List<AWS::EC2::Subnet::Id>" }
  },
  "Conditions": { "IsProd": { "Fn::And": [{ "Fn::Equals": [{ "Ref": "Stage" }, "true"] }] } },
  "Resources": {
    "Function": {
      "Type": "AWS::Lambda::Function",
      "Condition": "IsProd",
      "DependsOn": ["Table", "Function"],
      "Properties": {
        "Handler": "index.handler",
        "Runtime": "python3.6",
        "Timeout": { "Fn::If": ["IsProd", 3, { "Ref": "AWS::NoValue" }] },
        "Code": { "ZipFile": "def handler(event, context): pass" },
        "Environment": {
          "Variables": { "TABLE": { "Ref": "Table" } }
        },
        "VpcConfig": { "SubnetIds": { "Ref": "Ids" }, "SecurityGroupIds": [{ "Fn::GetAtt": ["Group", "GroupId"] }] }
      }
    },
    "Table": {
      "Type": "AWS::DynamoDB::Table",
      "Properties": {
        "AttributeDefinitions": [
          { "AttributeName": "id", "AttributeType": "S" },
          { "AttributeName": "at", "AttributeType": "N" }
        ],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }, { "AttributeName": "on", "KeyType": "RANGE" }]
      }
    },
    "Group": {
      "Type": "AWS::EC2::SecurityGroup",
      "Properties": {
        "GroupDescription": "web",
        "SecurityGroupIngress": [
          { "IpProtocol": "icmp", "SourceSecurityGroupId": { "Fn::GetAtt": ["Group", "GroupId"] } }
        ]
      }
    }
  },
  "Outputs": { "Names": { "Value": { "Fn::Join": [["a", { "Ref": "Stage" }], "-"] } } }
}
"""
FUNCTIONS = """\
Parameters:
  Names: {Type: String, Default: "a,b"}
Conditions:
  One: !And [!Condition Two]
  Two:
    Fn::Not:
      - !Equals [!Ref Names, ""]
Resources:
  # who may do what
  Role:
    Type: AWS::IAM::Role
    Condition: One
    Properties:
      Path: /a/
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Effect: Allow
        Principal: lambda.amazonaws.com  # functions
        Action: sts:AssumeRole
      ManagedPolicyArns:
        - AWSLambdaBasicExecutionRole
        - !Sub arn:aws:iam::${AWS::AccountId}:policy/x
        - AWSLambdaBasicExecutionRole
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: [s3:GetObject, GetItem]
                Resource:
                  Fn::If:
                    - Two
                    # the first
                    - - !GetAtt Bucket.Arn
                      - !Sub
                        - "${Arn}/*"
                        - Arn: !GetAtt Bucket.Arn
                    - Fn::Select:
                        - !Split [!Ref Names, ","]
                        - 0
  Bucket:
    Type: AWS::S3::Bucket
    DependsOn: Role
    Properties:
      AccessControl: Private
      BucketName: !Select [0, !Ref Names]
      Tags:
      - Key: a
        Value:
          Fn::Join: ["-", [a, !ImportValue b]]
Outputs:
  Arn: {Value: !Ref Role.Arn, Condition: !Equals [a, b]}
"""
DIALECT = CloudFormation()
CODES = sorted({code for fixer in FIXERS for code in fixer.codes})
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "validator": st.sampled_from(
            ["additionalProperties", "required", "enum", "type", "pattern", "format", "fn_select", "fn_and", "maximum"]
        ),
        "schema_path": st.sampled_from([["fn_select", "cfnContext", "schema", "type"], ["fn_getatt", "type"]]),
        "missing": st.lists(
            st.sampled_from(["BucketName", "VpcId", "GroupDescription", "Value", "KeySchema", "Type", "Nothing"]),
            max_size=2,
        ),
        "one_of": st.lists(st.sampled_from(["BucketName", "Tags", "CidrIp", "Resource"]), max_size=2),
        "limit": st.sampled_from([1, 10.0]),
        "pattern": st.sampled_from(["^/.*$", "^[a-z-]+$", "^arn:"]),
        "types": st.lists(st.sampled_from(["string", "boolean", "integer", "array", "object"]), max_size=3),
        "allowed": st.lists(st.sampled_from(["Enabled", "Suspended", "dev", "getobject"]), max_size=4),
        "instance": st.sampled_from(["Enabld", "getobjet", "10.0.0.1/8"]),
    },
)
MESSAGES = st.sampled_from(
    [
        "Duplicate found",
        "is not a 'ipv4-network'",
        "['FromPort', 'ToPort'] are ignored",
        "does not match destination format of 'AWS::EC2::SecurityGroup.Id'",
        "contains hardcoded Partition",
        "Ref to resource 'Role' that may not be available when condition 'One' is False",
        "Circular Dependencies for resource Role",
        "Properties ['Handler', 'Runtime'] missing for zip file deployment",
        "'GetItem' is not a valid action",
        "enable use of AWS::LanguageExtensions",
        "array items are not unique for keys ['Key']",
    ]
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A template with one line misspelled, moved, cut or taken away, and another line ending or a BOM."""
    lines = draw(st.sampled_from([TEMPLATE, FUNCTIONS, JSON])).split("\n")
    at = draw(st.integers(0, len(lines) - 2))
    line = lines[at]
    match draw(st.sampled_from(["letter", "dedent", "indent", "cut", "drop", "tab", "colon", "twice", "none"])):
        case "letter" if line.strip():
            place = draw(st.integers(0, len(line) - 1))
            lines[at] = (
                line[:place] + draw(st.sampled_from(["", "x", "ü", "'", '"', "[", "}", ":", "#"])) + line[place + 1 :]
            )
        case "dedent":
            lines[at] = line.removeprefix("  ")
        case "indent":
            lines[at] = "  " + line
        case "cut":
            lines[at] = line[: draw(st.integers(0, len(line)))]
        case "drop":
            del lines[at]
        case "tab":
            lines[at] = line.replace("  ", "\t")
        case "colon":
            lines[at] = line.replace(":", "", 1)
        case "twice":
            lines.insert(at, line)
    text = draw(st.sampled_from(["\n", "\r\n"])).join(lines)
    return draw(st.sampled_from(["", "\ufeff"])) + text


def places(document: Document) -> list[tuple[tuple[str | int, ...], Span]]:
    """Every entry and node of a template, as a linter may point to it."""
    template = parse_template(document)
    found: list[tuple[tuple[str | int, ...], Span]] = [((), Span(0, 0))]
    for node in template.root.walk() if template.root is not None else ():
        found.append((template.path_of(node), node.span))
        if isinstance(node, Mapping):
            found += [(template.path_of(entry), entry.span) for entry in node.entries if isinstance(entry, Entry)]
    return found


def test_a_byte_order_mark_stays_in_front() -> None:
    document = Document("untitled:/t.yaml", "\ufeff'arameters:\n  A:\n    Type: String\n")
    found = Diagnostic(document.uri, Span(0, 0), Severity.ERROR, "cfn-lint", "E0000", "no end", syntax=True)
    context = FixContext(Unit((document,)), document, (found,))
    fixes = [fix for fixer in FIXERS if "E0000" in fixer.codes for fix in fixer.fix(context, found) if fix is not None]
    assert fixes
    for fix in fixes:
        assert apply_edits(document.text, fix.edits).rfind("\ufeff") == 0, fix.title


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_fixes_leave_the_rest_alone(data: st.DataObject) -> None:
    document = Document("untitled:/t.yaml", data.draw(broken()))
    path, span = data.draw(st.sampled_from(places(document)))
    path += data.draw(st.sampled_from([(), (), ("Fn::Sub",), ("Ref",), ("Fn::GetAZs",), (0,), ("Missing",)]))
    message, facts = data.draw(MESSAGES), data.draw(FACTS)
    for fixer in FIXERS:
        code = data.draw(st.sampled_from(sorted(fixer.codes)))
        found = Diagnostic(
            document.uri, span, Severity.ERROR, "cfn-lint", code, message, path, syntax=code == "E0000", data=facts
        )
        for fix in filter(None, fixer.fix(FixContext(Unit((document,)), document, (found,)), found)):
            changed = document.with_text(apply_edits(document.text, fix.edits))
            assert changed.text.startswith("\ufeff") == document.text.startswith("\ufeff"), fix.title
            assert fix.clears == (found,)
            if code != "E0000":
                assert parse_template(document).syntax or not parse_template(changed).syntax, (fix.title, changed.text)
                check_kept(document, changed, fix.removes, fix.title)


def check_kept(document: Document, changed: Document, removes: frozenset[tuple[str, ...]], title: str) -> None:
    lost = DIALECT.ids(document) - DIALECT.ids(changed) - removes
    renames = title.startswith(("Write", "Indent", "Move", "Call"))  # to a name that may be there already
    assert not lost or renames, (title, lost)
    old, new = (sorted(DIALECT.comments(d)) for d in (document, changed))
    assert [comment for comment in old if comment not in new] == [] or renames, title
    if "\r\n" in document.text:
        assert not re.search(r"(?<!\r)\n", changed.text), title


def test_a_fixer_never_raises_for_what_a_path_leads_to() -> None:
    for text in ("", "Resources:\n", "- a\n", "{", "Resources: {A: }", "&a [*a]"):
        document = Document("untitled:/t.yaml", text)
        for code in CODES:
            found = Diagnostic(
                document.uri,
                Span(0, len(text)),
                Severity.ERROR,
                "cfn-lint",
                code,
                "",
                ("Resources", "A", "Properties"),
                syntax=code == "E0000",
                data={"missing": ["X"], "types": ["array"], "allowed": ["a"]},
            )
            for fixer in FIXERS:
                if code in fixer.codes:
                    list(fixer.fix(FixContext(Unit((document,)), document, (found,)), found))
