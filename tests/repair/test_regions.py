"""Blocks have names and spans, and what is inserted lands in its section and touches nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.dialects.base import Language
from lsp_server.repair.regions import all_regions, regions_at, with_rest
from lsp_server.repair.regions_cloudformation import new_entry, new_template
from lsp_server.repair.regions_terraform import new_block

TEMPLATE = """\
# top
Parameters:
  Name:
    Type: String

Resources:
  # about the bucket
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Ref Name  # inline

  Topic:
    Type: AWS::SNS::Topic
Outputs:
  Out: {Value: !Ref Topic}
"""
MODULE = """\
locals {
  a = 1
}
# about the bucket
resource "aws_s3_bucket" "logs" {
  bucket = "x"
}
locals { b = 2 }
"""


def template(text, name="t.yaml"):
    return Document(f"file:///{name}", text)


def inserted(document, region, text):
    edit = Edit(document.uri, region.span, region.before + text + region.after)
    return apply_edits(document.text, [edit])


COMMENTED = """\
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    # its own
  # about the topic

  # and more
  Topic: # news
    Type: AWS::SNS::Topic
    Metadata:
      Script: |
        echo
        # no comment
  # about the queue
  Queue:
    Type: AWS::SQS::Queue
# the end
"""


def test_a_block_ends_before_the_comments_of_the_next_one():
    document = template(COMMENTED)
    ends = [
        document.slice(r.span).splitlines()[-1].strip() for r in all_regions(Unit((document,)), Language.CLOUDFORMATION)
    ]
    assert ends == ["# its own", "# no comment", "Type: AWS::SQS::Queue"]


def test_the_blocks_of_a_template_have_names():
    document = template(TEMPLATE)
    regions = all_regions(Unit((document,)), Language.CLOUDFORMATION)
    assert [r.name for r in regions] == ["Parameters/Name", "Resources/Bucket", "Resources/Topic", "Outputs/Out"]
    bucket = regions[1]
    assert document.slice(bucket.span).startswith("Bucket:\n")
    assert document.slice(bucket.span).endswith("!Ref Name  # inline")
    assert (bucket.indent, bucket.child_indent, bucket.type) == (2, 4, "AWS::S3::Bucket")


def test_the_blocks_of_a_module_have_names_that_differ():
    unit = Unit((Document("file:///main.tf", MODULE),))
    regions = all_regions(unit, Language.TERRAFORM)
    assert [r.name for r in regions] == ["locals", "resource aws_s3_bucket.logs", "locals#2"]
    assert regions[1].type == "aws_s3_bucket"


def test_a_place_in_no_block_gets_the_lines_around_it_but_no_block():
    document = template("Resources:\n  A:\n    Type: X\n\n%%%\n")
    unit = Unit((document,))
    at = document.text.index("%%%")
    (region,) = regions_at(unit, (), [(document.uri, Span(at, at + 3))])
    assert "%%%" in document.slice(region.span)


ENTRY = "New:\n    Type: T"
INSERTIONS = {
    "at the end of a section": (
        "Resources:\n  A:\n    Type: X\nOutputs:\n  O: {Value: 1}\n",
        "Resources:\n  A:\n    Type: X\n  New:\n    Type: T\nOutputs:\n  O: {Value: 1}\n",
    ),
    "below a comment between entries": (
        "Resources:\n  A:\n    Type: X\n  # a thing\n▮  B:\n    Type: Y\n",
        "Resources:\n  A:\n    Type: X\n  # a thing\n  New:\n    Type: T\n  B:\n    Type: Y\n",
    ),
    "with the blank lines that neighbours have": (
        "Resources:\n  A:\n    Type: X\n\n  # a thing\n▮\n  B:\n    Type: Y\n",
        "Resources:\n  A:\n    Type: X\n\n  # a thing\n  New:\n    Type: T\n\n  B:\n    Type: Y\n",
    ),
    "below a comment at the end": (
        "Resources:\n  A:\n    Type: X\n  # a thing\n▮",
        "Resources:\n  A:\n    Type: X\n  # a thing\n  New:\n    Type: T\n",
    ),
    "below a comment at the end, without a line ending": (
        "Resources:\n  A:\n    Type: X\n  # a thing▮",
        "Resources:\n  A:\n    Type: X\n  # a thing\n  New:\n    Type: T",
    ),
    "into a section that is empty": ("Resources:\n", "Resources:\n  New:\n    Type: T\n"),
    "into a section that is empty but for a comment": (
        "Resources:\n  # a thing\n▮",
        "Resources:\n  # a thing\n  New:\n    Type: T\n",
    ),
    "a section that is missing": (
        "Parameters:\n  P: {Type: String}\n",
        "Parameters:\n  P: {Type: String}\nResources:\n  New:\n    Type: T\n",
    ),
    "a whole template below a comment": (
        "# a thing\n▮",
        '# a thing\nAWSTemplateFormatVersion: "2010-09-09"\nResources:\n  New:\n    Type: T\n',
    ),
    "inside another entry": (
        "Resources:\n  A:\n    Type: X\n    # ▮a thing\n    DependsOn: B\n  B:\n    Type: Y\n",
        "Resources:\n  A:\n    Type: X\n    # a thing\n    DependsOn: B\n  New:\n    Type: T\n  B:\n    Type: Y\n",
    ),
    "behind the last, with the blank lines that neighbours have": (
        "Resources:\n  A:\n    Type: X\n\n  B:\n    Type: Y\n\nOutputs: {}\n▮",
        "Resources:\n  A:\n    Type: X\n\n  B:\n    Type: Y\n\n  New:\n    Type: T\n\nOutputs: {}\n",
    ),
    "at the end of the text, with the blank lines that neighbours have": (
        "Resources:\n  A:\n    Type: X\n\n  B:\n    Type: Y\n▮",
        "Resources:\n  A:\n    Type: X\n\n  B:\n    Type: Y\n\n  New:\n    Type: T\n",
    ),
    "into a section that says to be empty": (
        "Resources: {}\nOutputs: {}\n",
        "Resources:\n  New:\n    Type: T\nOutputs: {}\n",
    ),
    "into a section that says to be empty, at the end": (
        "Outputs: {}\nResources: { }",
        "Outputs: {}\nResources:\n  New:\n    Type: T",
    ),
    "into a section that says to be nothing": ("Resources: null\n", "Resources:\n  New:\n    Type: T\n"),
    "into a section that says to be empty, and why": (
        "Resources: {} # none yet\nOutputs: {}\n▮",
        "Resources: # none yet\n  New:\n    Type: T\nOutputs: {}\n",
    ),
    "below a comment behind a section that says to be empty": (
        "Resources: {} # none yet\n  # a thing\n▮Outputs: {}\n",
        "Resources: # none yet\n  # a thing\n  New:\n    Type: T\nOutputs: {}\n",
    ),
    "into a section that an anchor marks": ("Resources: &r ~\n", "Resources: &r\n  New:\n    Type: T\n"),
    "with the step of the file": (
        "Resources:\n    A:\n        Type: X\n",
        "Resources:\n    A:\n        Type: X\n    New:\n    Type: T\n",
    ),
}


@pytest.mark.parametrize("case", INSERTIONS.values(), ids=INSERTIONS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_new_entry_lands_in_its_section(case, newline):
    before, after = (text.replace("\n", newline) for text in case)
    offset = before.find("▮")
    document = template(before.replace("▮", ""))
    region = new_entry(document, "Resources", offset if offset >= 0 else None)
    assert inserted(document, region, ENTRY.replace("\n", newline)) == after


JSON_INSERTIONS = {
    "after the last": (
        '{\n  "Resources": {\n    "A": {"Type": "X"}\n  }\n}\n',
        '{\n  "Resources": {\n    "A": {"Type": "X"},\n    "New": {}\n  }\n}\n',
    ),
    "into an empty section": (
        '{\n  "Resources": {}\n}\n',
        '{\n  "Resources": {\n    "New": {}\n  }\n}\n',
    ),
    "a missing section at the end": (
        '{\n  "Description": "x"\n}\n',
        '{\n  "Description": "x",\n  "Resources": {\n    "New": {}\n  }\n}\n',
    ),
    "a missing section of nothing": ("{\n}\n", '{\n  "Resources": {\n    "New": {}\n  }\n}\n'),
    "between braces on lines of their own": (
        '{\n  "Resources": {\n  }\n}\n',
        '{\n  "Resources": {\n    "New": {}\n  }\n}\n',
    ),
    "all on one line": (
        '{"Resources":{"A":{"Type":"X"}}}',
        '{"Resources":{"A":{"Type":"X"},\n  "New": {}}}',
    ),
    "with the tabs of the file": (
        '{\n\t"Resources": {\n\t\t"A": {"Type": "X"}\n\t}\n}\n',
        '{\n\t"Resources": {\n\t\t"A": {"Type": "X"},\n\t\t"New": {}\n\t}\n}\n',
    ),
    "a missing section, with the tabs of the file": (
        '{\n\t"Description": "x"\n}\n',
        '{\n\t"Description": "x",\n\t"Resources": {\n\t\t"New": {}\n\t}\n}\n',
    ),
}


@pytest.mark.parametrize("case", JSON_INSERTIONS.values(), ids=JSON_INSERTIONS)
def test_a_new_entry_in_json(case):
    before, after = case
    document = template(before, "t.json")
    assert inserted(document, new_entry(document, "Resources"), '"New": {}') == after


def test_a_missing_section_of_parameters_goes_before_the_resources_and_their_comment():
    document = template("# about it\nResources:\n  A:\n    Type: X\n")
    text = inserted(document, new_entry(document, "Parameters"), "P:\n    Type: String")
    assert text == "Parameters:\n  P:\n    Type: String\n\n# about it\nResources:\n  A:\n    Type: X\n"


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\n\n"])
def test_a_document_without_content_takes_a_whole_template(text):
    document = template(text)
    whole = new_template(document, len(text))
    assert inserted(document, whole, "Resources:\n  A: {Type: X}") == text + "Resources:\n  A: {Type: X}\n"
    assert new_template(template(TEMPLATE), 0) is None


BLOCK = 'variable "x" {}'
BLOCKS = {
    "an empty file": ("", f"{BLOCK}\n"),
    "at the end": ("locals {}\n", f"locals {{}}\n\n{BLOCK}\n"),
    "at the end, without a line ending": ("locals {}", f"locals {{}}\n\n{BLOCK}\n"),
    "below a comment": ("# a thing\n▮", f"# a thing\n{BLOCK}\n"),
    "below a comment, before a block": ("# a thing\n▮\nlocals {}\n", f"# a thing\n{BLOCK}\n\nlocals {{}}\n"),
    "inside a block": ("locals {\n  ▮a = 1\n}\n", f"locals {{\n  a = 1\n}}\n\n{BLOCK}\n"),
    "before a block that is half-typed": (
        'locals {}\n\n# of it\nresource "a" {\n  b = "\n▮',
        f'locals {{}}\n\n{BLOCK}\n\n# of it\nresource "a" {{\n  b = "\n',
    ),
    "before what is half-typed, without a line ending": (
        'locals {}\n\nresource "a',
        f'locals {{}}\n\n{BLOCK}\n\nresource "a',
    ),
    "behind a half-typed block that others follow": (
        'resource "a" {\n  b = "\n}\n\nlocals {}\n',
        f'resource "a" {{\n  b = "\n}}\n\nlocals {{}}\n\n{BLOCK}\n',
    ),
    "between blocks": ("locals {}\n\n▮\nlocals {}\n", f"locals {{}}\n\n{BLOCK}\n\nlocals {{}}\n"),
}


@pytest.mark.parametrize("case", BLOCKS.values(), ids=BLOCKS)
def test_a_new_block_of_a_module(case):
    before, after = case
    offset = before.find("▮")
    document = Document("file:///main.tf", before.replace("▮", ""))
    assert inserted(document, new_block(document, offset if offset >= 0 else None), BLOCK) == after


_TEXTS = st.one_of(
    st.text(max_size=60),
    st.integers(0, len(TEMPLATE)).map(lambda n: TEMPLATE[:n]),
    st.integers(0, len(MODULE)).map(lambda n: MODULE[:n]),
    st.sampled_from(
        [
            TEMPLATE,
            "\ufeff" + TEMPLATE,
            TEMPLATE.replace("\n", "\r\n"),
            '{"Resources": {"A": ',
            "Resources: 5",
            "Resources: {}  # none\n\n# a thing\n",
            "Parameters: ~\r\nResources: &r null # none",
            '{"Parameters": {\n}, "Resources": { }}',
        ]
    ),
)


@given(_TEXTS, st.integers(0, 400))
def test_any_text_and_any_place_only_ever_gets_longer(text, offset):
    document = template(text)
    offset = min(offset, len(text))
    places = [
        new_entry(document, "Resources", offset),
        new_entry(document, "Parameters"),
        new_template(document, offset),
    ]
    places += [new_block(document, offset), new_block(document)]
    for place in places:
        if place is not None:
            result = inserted(document, place, "NEW")
            assert result.replace(place.before + "NEW" + place.after, "", 1) == text or len(result) > len(text)
            assert place.span.start <= place.span.end <= len(text)
            gone = text[place.span.start : place.span.end]
            assert gone.strip().removeprefix("{}").removeprefix("~").removeprefix("null").strip() in place.before
    for language in Language:
        for region in all_regions(Unit((document,)), language):
            assert 0 <= region.span.start <= region.span.end <= len(text)


CUT_SHORT = """\
resource "aws_sns_topic" "a" {
  name   = "a"
{
  "Version": "2012-10-17"
}
EOF
}

# of the next
resource "aws_sns_topic" "b" {
  name = "b"
}
"""


def test_where_a_text_cannot_be_read_a_block_goes_up_to_the_next():
    unit = Unit((Document("file:///main.tf", CUT_SHORT),))
    regions = all_regions(unit, Language.TERRAFORM)
    at = CUT_SHORT.index("EOF")
    grown = with_rest(unit, regions, "file:///main.tf", at)
    assert (
        [r.name for r in grown] == [r.name for r in regions] == ["resource aws_sns_topic.a", "resource aws_sns_topic.b"]
    )
    assert unit.main.slice(grown[0].span).endswith("EOF\n}\n\n# of the next")
    assert grown[1] == regions[1]
    assert with_rest(unit, (), "file:///main.tf", at) == ()
