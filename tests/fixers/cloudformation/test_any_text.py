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
DIALECT = CloudFormation()
CODES = sorted({code for fixer in FIXERS for code in fixer.codes})
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "validator": st.sampled_from(["additionalProperties", "required", "enum", "type", "pattern", "format"]),
        "missing": st.lists(
            st.sampled_from(["BucketName", "VpcId", "GroupDescription", "Value", "Nothing"]), max_size=2
        ),
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
    ]
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """The template with one line misspelled, moved, cut or taken away, and another line ending or a BOM."""
    lines = TEMPLATE.split("\n")
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


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_fixes_leave_the_rest_alone(data: st.DataObject) -> None:
    document = Document("untitled:/t.yaml", data.draw(broken()))
    path, span = data.draw(st.sampled_from(places(document)))
    path += data.draw(st.sampled_from([(), (), ("Fn::Sub",), ("Ref",), ("Fn::GetAZs",), (0,), ("Missing",)]))
    message, facts = data.draw(MESSAGES), data.draw(FACTS)
    for fixer in FIXERS:
        code = min(fixer.codes)
        found = Diagnostic(
            document.uri, span, Severity.ERROR, "cfn-lint", code, message, path, syntax=code == "E0000", data=facts
        )
        for fix in filter(None, fixer.fix(FixContext(Unit((document,)), document, (found,)), found)):
            changed = document.with_text(apply_edits(document.text, fix.edits))
            assert changed.text.startswith("\ufeff") == document.text.startswith("\ufeff"), fix.title
            assert fix.clears == (found,)
            if code != "E0000":
                check_kept(document, changed, fix.removes, fix.title)


def check_kept(document: Document, changed: Document, removes: frozenset[tuple[str, ...]], title: str) -> None:
    lost = DIALECT.ids(document) - DIALECT.ids(changed) - removes
    renames = title.startswith(("Write", "Indent", "Move", "Call"))
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
