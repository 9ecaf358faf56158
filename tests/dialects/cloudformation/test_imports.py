"""What other templates export: which of a template's outputs that are, and how `Fn::ImportValue` names them."""

import pytest

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.completion import completions
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.service.exports import is_meant
from lsp_server.dialects.cloudformation.service.templates import TemplateService
from lsp_server.dialects.service import Export

SERVICE = TemplateService(schemas())
EXPORTING = """\
Outputs:
  Plain: {Value: a, Export: {Name: shared-bucket}}
  Short: {Value: b, Export: {Name: !Sub "${AWS::StackName}-Vpc"}}
  Long:
    Value: c
    Export:
      Name:
        Fn::Sub: ["${AWS::StackName}-${Zone}-Subnet", {Zone: a}]
  Joined: {Value: d, Export: {Name: !Join ["-", [a, b]]}}
  Half: {Value: e, Export: {Name: }}
  Kept: {Value: f}
  Nothing:
"""
EXPORTS = [
    Export("shared-bucket", ("Outputs", "Plain"), "net.yaml"),
    Export("${AWS::StackName}-Vpc", ("Outputs", "Short"), "net.yaml"),
    Export("${AWS::StackName}-${Zone}-Subnet", ("Outputs", "Long"), "net.yaml"),
]
TOPIC = "Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties:\n"
JSON = '{"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": '


def test_what_is_exported():
    assert list(SERVICE.exports(Document("file:///net.yaml", EXPORTING))) == EXPORTS


@pytest.mark.parametrize(
    ("name", "before", "inserted", "after"),
    [
        ("t.yaml", f"{TOPIC}      TopicName: !ImportValue sh", "shared-bucket", ""),
        ("t.yaml", f"{TOPIC}      TopicName: !ImportValue 'sh", "shared-bucket", "'"),
        ("t.yaml", f"{TOPIC}      TopicName:\n        Fn::ImportValue: ", "shared-bucket", ""),
        ("t.json", f'{JSON}{{"Fn::ImportValue": "sh', "shared-bucket", '"}}}}}'),
        (
            "t.yaml",
            f"{TOPIC}      TopicName: !ImportValue ",
            '\n        Fn::Sub: "\\${${1:StackName}\\}-Vpc"',
            "\n",
        ),
        (
            "t.yaml",
            f"Parameters:\n  NetworkStack: {{Type: String}}\n{TOPIC}      TopicName:\n        Fn::ImportValue: ",
            '!Sub "\\${${1:NetworkStack}\\}-Vpc"',
            "\n",
        ),
        (
            "t.yaml",
            f"Parameters:\n  Zone: {{Type: String}}\n{TOPIC}      TopicName:\n        Fn::ImportValue: ",
            '!Sub "\\${${1:StackName}\\}-\\${Zone\\}-Subnet"',
            "\n",
        ),
        (
            "t.json",
            f'{JSON}{{"Fn::ImportValue": ',
            '{"Fn::Sub": "\\${${1:StackName}\\}-\\${${2:Zone}\\}-Subnet"}',
            "}}}}}",
        ),
    ],
)
def test_what_is_offered(name, before, inserted, after):
    found = completions(Document(f"file:///{name}", before + after), len(before), None, EXPORTS)
    offered = [one for one in found if one.text == inserted]
    assert offered, [one.text for one in found]
    assert offered[0].detail.endswith(" · net.yaml")
    assert offered[0].replace.touches(len(before))


@pytest.mark.parametrize(
    "before",
    [
        f"{TOPIC}      TopicName: !ImportValue 'sh",  # a Sub cannot stand in quotes
        f"{TOPIC}      TopicName: {{Fn::ImportValue: {{Fn::Sub: ",
        f"{TOPIC}      TopicName: !Sub ",
        f"{TOPIC}      TopicName: ",
    ],
)
def test_where_nothing_with_a_variable_is_offered(before):
    found = completions(Document("file:///t.yaml", before + "\n"), len(before), None, EXPORTS)
    assert not [one.text for one in found if "Vpc" in one.text]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{TOPIC}      TopicName: !ImportValue shared-$0bucket\n", "shared-bucket"),
        (f"{TOPIC}      TopicName: {{'Fn::ImportValue': 'shared-$0bucket'}}\n", "shared-bucket"),
        (f"{TOPIC}      TopicName: {{Fn::ImportValue: !Sub '${{Net}}-$0Vpc'}}\n", "${Net}-Vpc"),
        (f"{TOPIC}      TopicName: {{Fn::ImportValue: !Sub ['${{Net}}-$0Vpc', {{Net: a}}]}}\n", "${Net}-Vpc"),
        (f"{TOPIC}      TopicName: !ImportValue $0\n", ""),
        (f"{TOPIC}      TopicName: !Sub '${{Net}}-$0Vpc' # ImportValue\n", None),
        (f"{TOPIC}      TopicName: shared-$0bucket # ImportValue\n", None),
    ],
)
def test_what_is_imported(text, wanted):
    offset = text.index("$0")
    document = Document("file:///t.yaml", text.replace("$0", "", 1))
    found = SERVICE.imported(document, offset)
    assert (found.text if found is not None else None) == wanted
    if wanted:
        assert document.slice(found.span) == wanted


@pytest.mark.parametrize(
    ("export", "name", "meant"),
    [
        ("shared-bucket", "shared-bucket", True),
        ("shared-bucket", "shared", False),
        ("${AWS::StackName}-Vpc", "${Net}-Vpc", True),
        ("${AWS::StackName}-Vpc", "network-Vpc", True),
        ("prod-Vpc", "${Stage}-Vpc", True),
        ("${AWS::StackName}-Vpc", "${Net}-Subnet", False),
        ("a.b", "axb", False),
    ],
)
def test_which_export_is_meant(export, name, meant):
    assert is_meant(export, name) is meant
