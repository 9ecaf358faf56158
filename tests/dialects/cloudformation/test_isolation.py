"""A mistake stays in its own block: what is typed in one resource never loses another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation import references, yaml_reader
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.tree import Scalar

RESOURCES = 60

YAML_BLOCK = """\
  Queue{n}:
    Type: AWS::SQS::Queue
    # it's the queue of job {n}
    Properties:
      QueueName: !Sub "${{AWS::StackName}}-{n}"
      VisibilityTimeout: 30
      Tags:
        - Key: purpose
          Value: 'job {n}'
        - {{Key: "owner", Value: !Ref Owner}}
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt [Dead, Arn]
"""

JSON_BLOCK = """\
    "Queue{n}": {{
      "Type": "AWS::SQS::Queue",
      "Properties": {{
        "QueueName": {{"Fn::Sub": "${{AWS::StackName}}-{n}"}},
        "Tags": [
          {{"Key": "purpose", "Value": "job {n}"}}
        ]
      }}
    }}"""

YAML_TYPED = {
    "plain": "  Typed:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: name\n",
    "double quotes": '  Typed:\n    Type: "AWS::S3::Bucket"\n    Properties:\n      BucketName: "a name"\n',
    "single quotes": "  Typed:\n    Type: 'AWS::S3::Bucket'\n    Properties:\n      BucketName: 'it''s'\n",
    "flow": "  Typed: {Type: AWS::S3::Bucket, Properties: {Tags: [{Key: a, Value: [b]}, {Key: c}]}}\n",
    "tabs": "  Typed:\n\tType: AWS::S3::Bucket\n    Properties:\t\n\t\tBucketName: name\n",
    "emoji": '  Typed:\n    # 😀\n    Type: AWS::S3::Bucket\n    Metadata: "😀 🚀"\n    Properties:\n      A: "😀"\n',
    "intrinsics": '  Typed:\n    Type: A\n    Properties:\n      A: !Sub "${B}"\n      C: !Join ["", [!Ref D]]\n',
    "block scalar": '  Typed:\n    Type: A\n    Properties:\n      Code: |\n        if (x) { y[1] = "\n      D: >-\n',
    "anchors": "  Typed: &typed\n    Type: A\n    <<: *typed\n    B: *\n    C: &\n",
}

JSON_TYPED = (
    '    "Typed": {\n      "Type": "AWS::S3::Bucket",\n      "Properties": {\n        "BucketName": "a\\"b 😀",\n'
    '        "Tags": [{"Key": "a", "Value": {"Ref": "Owner"}}]\n      }\n    },\n'
)


def yaml_parts(newline="\n"):
    blocks = [YAML_BLOCK.format(n=n) for n in range(RESOURCES)]
    head = "AWSTemplateFormatVersion: '2010-09-09'\nDescription: \"😀 a template\"\nResources:\n"
    tail = (
        'Outputs:\n  Name:\n    Value: !GetAtt Queue1.Arn\nParameters:\n  Owner:\n    Type: String\n    Default: "me"\n'
    )
    half = RESOURCES // 2
    parts = (head + "".join(blocks[:half]), "".join(blocks[half:]) + tail)
    return tuple(part.replace("\n", newline) for part in parts)


def json_parts():
    blocks = [JSON_BLOCK.format(n=n) + ",\n" for n in range(RESOURCES)]
    head = '{\n  "AWSTemplateFormatVersion": "2010-09-09",\n  "Resources": {\n'
    tail = '    "Last": {"Type": "A"}\n  },\n  "Outputs": {\n    "Name": {"Value": {"Ref": "Queue1"}}\n  }\n}\n'
    half = RESOURCES // 2
    return head + "".join(blocks[:half]), "".join(blocks[half:]) + tail


def survivors(text, name="template.yaml"):
    template = parse_template(Document(f"file:///{name}", text))
    found = template.resources
    kept = {
        i
        for i, r in found.items()
        if i.startswith("Queue") and r.type == "AWS::SQS::Queue" and r.properties is not None
    }
    assert {n for n in kept if len(found[n].properties.entries) < 2} == set()
    assert "Name" in template.outputs
    return kept


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("typed", YAML_TYPED.values(), ids=YAML_TYPED)
def test_typing_a_resource_into_yaml_keeps_every_other(typed, newline):
    before, after = yaml_parts(newline)
    typed = typed.replace("\n", newline)
    every = {f"Queue{n}" for n in range(RESOURCES)}
    for end in range(len(typed) + 1):
        text = before + typed[:end] + newline + after
        assert survivors(text) == every, typed[:end]


def test_typing_a_resource_into_json_keeps_every_other():
    before, after = json_parts()
    every = {f"Queue{n}" for n in range(RESOURCES)}
    for end in range(len(JSON_TYPED) + 1):
        text = before + JSON_TYPED[:end] + "\n" + after
        assert survivors(text, "template.json") == every, JSON_TYPED[:end]


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("typed", ["stray", "es", "Proper # x", "  Typ", "\n# a comment\nword\n\n  # another"])
def test_a_word_at_the_margin_keeps_every_resource(typed, newline):
    before, after = yaml_parts(newline)
    text = before + typed.replace("\n", newline) + newline + after
    assert survivors(text) == {f"Queue{n}" for n in range(RESOURCES)}


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(
    "typed", ['    "Half', '    "Half"', '    "Half,', ' "Pasted": {"A":\n "B": [\n', ' "Pasted": "\n'], ids=repr
)
def test_half_a_key_or_one_too_far_left_keeps_every_resource_of_json(typed, newline):
    before, after = (part.replace("\n", newline) for part in json_parts())
    text = before + typed.replace("\n", newline) + newline + after
    assert survivors(text, "template.json") == {f"Queue{n}" for n in range(RESOURCES)}


def test_what_is_typed_so_far_is_in_the_tree():
    before, after = yaml_parts()
    text = (
        before + '  Typed:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: "half\n'
        "      Tags:\n        - Key: a\n" + after
    )
    template = parse_template(Document("file:///t.yaml", text))
    typed = template.resources["Typed"]
    assert typed.type == "AWS::S3::Bucket"
    assert [entry.name for entry in typed.properties.entries] == ["BucketName", "Tags"]
    assert isinstance(tag := template.node(("Resources", "Typed", "Properties", "Tags", 0, "Key")), Scalar)
    assert tag.value == "a"
    assert [template.document.slice(d.span) for d in template.syntax] == ['"half']


def test_only_the_piece_that_changed_is_parsed_again(monkeypatch):
    before, after = yaml_parts()
    assert parse_template(Document("file:///t.yaml", before + after)).references
    parsed = []
    real = yaml_reader.parse
    monkeypatch.setattr(yaml_reader, "parse", lambda encoded: parsed.append(encoded) or real(encoded))
    template = parse_template(Document("file:///t.yaml", before + "  Typed:\n    Type: AWS::S3::Buck\n" + after))
    assert len(template.resources) == RESOURCES + 1
    assert template.references
    assert template.syntax == ()
    assert sum(map(len, parsed)) < 500


def test_only_the_piece_that_changed_is_searched_for_references_again(monkeypatch):
    before, after = yaml_parts()
    assert parse_template(Document("file:///t.yaml", before + after)).references
    searched = []
    real = references._search
    monkeypatch.setattr(references, "_search", lambda root: searched.append(root) or real(root))
    text = before + "  Typed:\n    Type: A\n    Properties:\n      B: !Ref Queue1\n      C: {Ref: Queue2}\n" + after
    template = parse_template(Document("file:///t.yaml", text))
    found = template.references
    assert len(searched) == 1
    assert [one.span for one in found] == sorted(one.span for one in found)
    assert all(template.document.slice(one.span) == one.target for one in found)
    assert all(template.node(one.path) is one.node for one in found)
    assert {"Queue1", "Queue2"} <= {one.target for one in found}


@pytest.mark.parametrize(("name", "text"), [
    ("t.yaml", "Resources:\n  Condition:\n    Type: A\n    DependsOn: [B, C]\n  DependsOn:\n    Type: !Ref D\n"),
    ("t.json", '{"Resources": {"Condition": {"DependsOn": ["B", "C"]}, "DependsOn": {"Type": {"Ref": "D"}}}}'),
])  # fmt: skip
def test_a_logical_id_that_is_called_as_a_function_refers_to_nothing(name, text):
    template = parse_template(Document(f"file:///{name}", text))
    assert [one.target for one in template.references] == ["B", "C", "D"]
    assert [template.node(one.path) is one.node for one in template.references] == [True] * 3


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("\"'{}[]:,#&*!|>-?%@ \t\n\\ab😀$"), max_size=40))
def test_whatever_is_typed_inside_a_resource_keeps_the_others(typed):
    before, after = yaml_parts()
    inside = "".join("      " + line.strip("\n") + "\n" for line in typed.split("\n"))
    text = before + "  Typed:\n    Type: A\n    Properties:\n" + inside + after
    template = parse_template(Document("file:///t.yaml", text))
    lost = {f"Queue{n}" for n in range(RESOURCES)} - set(template.resources)
    assert lost == set()
