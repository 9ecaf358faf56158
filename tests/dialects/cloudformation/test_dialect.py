"""Detection, intents, declared ids and comments, and what any text must survive."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.tree import Entry, Scalar

DIALECT = CloudFormation()


def document(text, name="t.yaml"):
    return Document(f"file:///{name}", text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AWSTemplateFormatVersion: '2010-09-09'\n", "t.yaml"),
        ("Transform: AWS::Serverless-2016-10-31\n", "t.yml"),
        ("Resources:\n  A:\n    Type: AWS::SNS::Topic\n", "t.yaml"),
        ("\ufeffResources:\r\n  A:\r\n    Type: Custom::Thing\r\n", "t.template"),
        ("Resources:\n", "t.yaml"),
        ("Resources:\n  A:\n    Type: AW", "t.yaml"),
        ("Resources:\n  # an S3 bucket with versioning\n", "t.yaml"),
        ('{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}', "t.json"),
        ('{\n  "AWSTemplateFormatVersion": "2010', "t.template"),
        ('{"Description": "a", "AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}', "t.json"),
        ('{"Description": "a", "Resources": {"A": {"Type": "AWS::SNS::Topic"}}}', "t.json"),
        ('{\n  "Parameters": {\n    "A": {"B": {\n  },\n  "Resources": {"A": {"Type": "AWS::SNS::Topic"}}}', "t.json"),
        ('{\n  "Resources": {\n    "A": {\n', "t.json"),
        ("{Resources: {A: {Type: AWS::SNS::Topic}}}", "t.yaml"),
        ("# a\n--- # b\n  Description: a\n  Resources:\n    A:\n      Type: AWS::SNS::Topic\n", "t.yaml"),
        ("Other:\n  a: b\nResources:\n  A: 'half\n    Type: AWS::SNS::Topic\n", "t.yaml"),
        ("Resources:\r  A:\r    Type: AWS::SNS::Topic\r", "t.yaml"),
        ("Resources:\n  Fn::ForEach::A:\n    - B\n    - [c]\n    - D${B}:\n        Type: AWS::SNS::Topic\n", "t.yaml"),
    ],
)
def test_is_a_template(text, name):
    assert DIALECT.owns(document(text, name))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "t.yaml"),
        ("services:\n  web:\n    image: nginx\n", "compose.yaml"),
        ("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    env:\n      Resources: x\n", "ci.yml"),
        ("apiVersion: v1\nkind: Pod\nspec:\n  Resources:\n    Type: AWS::SNS::Topic\n", "pod.yaml"),
        ("Resources:\n  - a\nOther: b\n", "t.yaml"),
        ('{"name": "x", "Resources": []}', "package.json"),
        ("kind: Stack\nspec:\n  template: |\n    AWSTemplateFormatVersion: '2010-09-09'\n", "kubernetes.yaml"),
        ("jobs:\n  a:\n    run: |\n      cat <<EOF\n      Transform: AWS::Serverless-2016-10-31\n", "ci.yml"),
        (
            "{{- if .Values.a }}\nkind: ConfigMap\ndata:\n  a: |\n    AWSTemplateFormatVersion: x\n{{- end }}\n",
            "helm.yaml",
        ),
        ("- hosts: all\n  tasks:\n    - template_body:\n        AWSTemplateFormatVersion: x\n", "ansible.yml"),
        ("service: a\nresources:\n  Resources:\n    A:\n      Type: AWS::S3::Bucket\n", "serverless.yml"),
        (
            '{"fragment": {"AWSTemplateFormatVersion": "x", "Resources": {"A": {"Type": "AWS::S3::Bucket"}}}}',
            "event.json",
        ),
        ('{\n  "StackId": "a",\n  "Resources": [\n    {"Type": "AWS::S3::Bucket"}\n  ]\n}', "changes.json"),
        ('{"Rule": "a", "Resources": {"Type": "AWS::S3::Bucket"}}', "rule.json"),
        ('{"a": {"body": ["AWSTemplateFormatVersion: x", "Resources:"]}}', "snippets.json"),
        ("Transform:\n  Name: upper\nOther: a\n", "pipeline.yaml"),
        ("Resources: none\n", "t.yaml"),
        ("Resources:\n  Greeting: hello\n", "messages.yaml"),
        ("openapi: 3.0.0\ncomponents:\n  schemas:\n    Resources:\n      Type: object\n", "openapi.yaml"),
        ("AWSTemplateFormatVersion: '2010-09-09'\n", "notes.md"),
    ],
)
def test_is_no_template(text, name):
    assert not DIALECT.owns(document(text, name))


INTENTS = [
    "Resources:\n  # an S3 bucket with versioning and KMS encryption$0\n",
    "Resources:\n  # an S3 bucket with versioning and KMS encryption$0",
    "# licence\n\nResources:\n  A:\n    Type: AWS::SNS::Topic\n\n  # a queue for orders$0\n\n  B:\n    Type: A::B::C\n",
    "Resources:\n  # create two subnets in different zones$0\n  # and a route table\n",
    "Resources:\r\n  # 😀 an S3 bucket$0\r\n",
    "Resources:\n  # a VPC with flow logs$0\n\n  Vpc:\n    Type: AWS::EC2::VPC\n",
    "Resources:\n  # S3 bucket, encrypted$0\n\nOutputs:\n  A:\n    Value: b\n",
    "\ufeffResources:\n  # an S3 bucket$0\n",
    "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n# a DynamoDB table with on-demand billing$0\n",
]


@pytest.mark.parametrize("text", INTENTS[:4] + INTENTS[5:])
def test_states_an_intent(text):
    offset = text.index("$0")
    doc = document(text.replace("$0", ""))
    intent = DIALECT.intent_at(doc, offset)
    assert intent is not None
    assert intent.words
    assert doc.slice(intent.comment).lstrip().startswith("#")
    assert intent.comment.end <= intent.insert_at <= len(doc.text)


@pytest.mark.parametrize(
    "text",
    [
        "Resources:\n  # cfn-lint: disable=E3012 for the bucket$0\n",
        "# Copyright an S3 bucket company$0\nResources:\n",
        "Resources:\n  # Bucket:\n  #   Type: AWS::S3::Bucket$0\n",
        "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    # an S3 bucket for logs$0\n    DeletionPolicy: Retain\n",
        "Resources:\n  # Define the SNS topic$0\n  A:\n    Type: AWS::SNS::Topic\n",
        "Resources:\n  # This bucket is needed because the queue was slow$0\n",
        "Parameters:\n  # a bucket name$0\n",
        "Resources:\n  # hello there my friend$0\n",
        "Resources:\n  # VPC and subnets$0\n\n  Vpc:\n    Type: AWS::EC2::VPC\n",
        "Resources:\n  A:\n    Type: AWS::S3::Bucket$0\n",
    ],
)
def test_states_no_intent(text):
    offset = text.index("$0")
    assert DIALECT.intent_at(document(text.replace("$0", "")), offset) is None


def test_ids_and_comments():
    text = "# one\nResources:\n  A: # two\n    Type: 'x # not one'\n    P: |\n      # nor\nOutputs:\n  O: {V: a#b}\n"
    assert DIALECT.ids(document(text)) == {("Resources", "A"), ("Outputs", "O")}
    assert list(DIALECT.comments(document(text))) == ["one", "two"]


def test_ids_of_a_section_that_stands_there_twice():
    text = "Resources:\n  A:\n    Type: X\nOutputs: &o\n  O: {}\nResources:\n  B:\n    Type: X\nRules: *o\n"
    assert DIALECT.ids(document(text)) == {("Resources", "A"), ("Resources", "B"), ("Outputs", "O"), ("Rules", "O")}


def test_an_open_string_of_json_ends_before_the_line_ending():
    doc = document('{\r\n  "Resources": {\r\n    "A": {"Type": "U\r\n  }\r\n}', "t.json")
    assert parse_template(doc).resources["A"].type == "U"


def test_completions_of_a_unit():
    doc = document("Resources:\n  A:\n    Type: AWS::SNS::To")
    assert "AWS::SNS::Topic" in [c.label for c in DIALECT.completions(Unit((doc,)), doc, len(doc.text))]


def test_schema_of_cfn_lint():
    bucket = schemas().get("AWS::S3::Bucket")
    assert bucket.property_at(("VersioningConfiguration", "Status")).enum == ("Enabled", "Suspended")
    assert bucket.properties_at(())["Arn"].read_only
    assert "Arn" in bucket.attributes
    assert "Role" in schemas().get("AWS::Lambda::Function").required_at(())
    assert schemas().get("Custom::Thing").attribute("Anything") is not None
    assert schemas().get("AWS::CloudFormation::Stack").attribute("Outputs.Name") is not None
    assert schemas().get("AWS::No::Such") is None


WORDS = [*"ab:-?!&*|>{}[]\"'#%@,$\\ \t\r\n😀\ufeff\x00", "Resources:\n", "  ", "Type: ", "<<: ", "!Sub ", "\n  a:"]
NASTY = st.lists(st.sampled_from(WORDS), max_size=60).map("".join)


@given(NASTY, st.sampled_from(["t.yaml", "t.json"]))
@settings(deadline=None)
def test_any_text_is_read_and_scalars_slice_back(text, name):
    doc = document(text, name)
    template = parse_template(doc)
    assert template.references is not None
    for node in template.root.walk() if template.root else ():
        if isinstance(node, Scalar):
            assert doc.slice(node.span) == node.raw
            assert isinstance(node.value, str)
        if not (isinstance(node.parent, Entry) and node.parent.key is node):
            template.node(template.path_of(node))
    for diagnostic in template.syntax:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "A: " + "[" * 5000,
        "\n".join(" " * n + "a:" for n in range(400)),
        "- " * 5000,
        ": " * 2000,
        "Resources: &a\n  A: *a\n  <<: *a\n  B: &b\n    <<: [*b, *a]\n  C: *no\n",
        "Resources:\n" + "".join(f"  A{n}:\n    Type: X\n" for n in range(5000)) + '  Z: "\n',
    ],
    ids=["brackets", "indentation", "dashes", "colons", "aliases", "ten thousand lines"],
)
def test_monstrous_yaml(text):
    template = parse_template(document(text))
    assert len(template.resources) in (0, 3, 5001)
    assert isinstance(template.syntax, tuple)


def test_deep_json():
    assert parse_template(document('{"a":' * 20000, "t.json")).syntax


def test_duplicate_keys_are_kept_and_told():
    template = parse_template(document("Resources:\n  A:\n    Type: X\n    Type: Y\n"))
    assert [entry.name for entry in template.resources["A"].body.entries] == ["Type", "Type"]
    assert [template.document.slice(d.span) for d in template.syntax] == ["Type"]
