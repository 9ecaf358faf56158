"""Completion, by the cases in `cases/completion-*.txt`: a document with `$0` at the cursor, and what is offered there.

A line of an expectation is `has LABEL`, `not LABEL`, `first LABEL`, `required LABEL`, `inserts LABEL => TEXT`,
`replaces LABEL => TEXT` or `nothing`; `\\n` in a text is a line ending.
"""

from pathlib import Path

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import CompletionKind
from lsp_server.dialects.cloudformation.completion import completions
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.dialects.cloudformation.documentation import documentation

CASES = Path(__file__).parent / "cases"


def read(name):
    for block in (CASES / name).read_text(encoding="utf-8").split("=== ")[1:]:
        title, _, rest = block.partition("\n")
        text, _, expected = rest.partition("\n--- expect\n")
        yield pytest.param(text, [line for line in expected.split("\n") if line.strip()], id=title)


def complete(text, name, newline="\n"):
    text = text.replace("\n", newline)
    offset = text.index("$0")
    document = Document(f"file:///{name}", text.replace("$0", ""))
    return document, offset, completions(document, offset)


def check(document, offset, found, line, newline="\n"):
    word, _, rest = line.partition(" ")
    label, _, text = rest.partition(" => ")
    text = text.replace("\\n", newline)
    labels = [one.label for one in found]
    by_label = {one.label: one for one in reversed(found)}
    if word == "nothing":
        assert labels == []
    elif word == "not":
        assert label not in labels
    else:
        assert label in labels, labels[:40]
        one = by_label[label]
        assert one.replace.touches(offset)
        if word == "first":
            assert labels[0] == label
        elif word == "required":
            assert one.required
        elif word == "inserts":
            assert one.text == text
        elif word == "replaces":
            assert document.slice(one.replace) == text
        else:
            assert word == "has", line


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("text", "expected"), list(read("completion-yaml.txt")))
def test_yaml(text, expected, newline):
    document, offset, found = complete(text, "template.yaml", newline)
    for line in expected:
        check(document, offset, found, line, newline)


@pytest.mark.parametrize(("text", "expected"), list(read("completion-json.txt")))
def test_json(text, expected):
    document, offset, found = complete(text, "template.json")
    for line in expected:
        check(document, offset, found, line)


def test_every_key_that_is_offered_has_documentation():
    resource = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      $0\n"
    _, _, found = complete(resource, "template.yaml")
    keyed = [one for one in found if one.kind is CompletionKind.PROPERTY]
    assert keyed
    assert all(documentation(one.key) for one in keyed)
    assert "Versioning" in documentation("property:AWS::S3::Bucket:VersioningConfiguration")
    assert "`Enabled`" in documentation("property:AWS::S3::Bucket:VersioningConfiguration/Status")
    assert "AWS::S3::Bucket" in documentation("type:AWS::S3::Bucket")
    assert documentation("attribute-of:AWS::SQS::Queue:Arn")
    assert documentation("function:Fn::Sub")
    assert documentation("type:AWS::No::Such") == ""
    assert documentation("") == ""


def test_typing_anywhere_never_raises():
    text = (
        "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      Tags: [{Key: !Sub \"${A}\", Value: 'b'}]\n"
    )
    for name, whole in (
        ("t.yaml", text),
        ("t.json", '{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"A": [1]}}}}'),
    ):
        for end in range(len(whole) + 1):
            for rest in ("", whole[end:]):
                document = Document(f"file:///{name}", whole[:end] + rest)
                for one in completions(document, end):
                    assert one.replace.touches(end)


def test_only_what_all_regions_have_is_offered():
    text = "Resources:\n  App:\n    Type: AWS::{}"
    for regions, there in ((("us-east-1",), True), (("us-east-1", "eu-north-1"), False)):
        dialect = CloudFormation(regions)
        for typed, label in (("AppRunner::", "AWS::AppRunner::Service"), ("EC2::Ins", None)):
            document = Document("file:///t.yaml", text.format(typed))
            found = dialect.completions(Unit((document,)), document, len(document.text))
            assert ((label or "AWS::EC2::Instance") in {one.label for one in found}) is (there or label is None)
    server = "Resources:\n  A:\n    Type: AWS::EC2::Instance\n    Properties:\n      InstanceType: a1.m"
    document = Document("file:///t.yaml", server)
    assert "a1.medium" in {o.label for o in CloudFormation().completions(Unit((document,)), document, len(server))}
    north = CloudFormation(("us-east-1", "eu-north-1")).completions(Unit((document,)), document, len(server))
    assert "a1.medium" not in {one.label for one in north}
