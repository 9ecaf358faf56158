"""An answer becomes small edits to regions, or a sentence the model can use."""

import contextlib
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.dialects.base import Language
from lsp_server.repair.candidate import Refused
from lsp_server.repair.proposer import Place
from lsp_server.repair.regions import all_regions
from lsp_server.repair.regions_cloudformation import new_entry
from lsp_server.repair.regions_terraform import new_block
from lsp_server.repair.retyping import address_of, references_follow
from lsp_server.repair.streaming import read_candidate

WRONG, RIGHT = "BuckName", "BucketName"
TEMPLATE = """\
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BuckName: x  # keep me
  Topic:
    Type: AWS::SNS::Topic
"""
DOCUMENT = Document("file:///t.yaml", TEMPLATE)
UNIT = Unit((DOCUMENT,))
REGIONS = (*all_regions(UNIT, Language.CLOUDFORMATION), new_entry(DOCUMENT, "Parameters"))
GOOD = "Bucket:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: x  # keep me"


def answer(*edits, note="done"):
    return json.dumps({"edits": [{"region": r, "new_text": t} for r, t in edits], "note": note})


def applied(text):
    candidate = read_candidate(text, UNIT, REGIONS)
    return apply_edits(TEMPLATE, candidate.edits), candidate


@pytest.mark.parametrize(
    "new_text",
    [
        GOOD,
        "  " + GOOD,
        "Bucket:\n  Type: AWS::S3::Bucket\n  Properties:\n    BucketName: x  # keep me",
        "\n".join("      " + line for line in ("  " + GOOD).splitlines()),
        f"```yaml\n  {GOOD}\n```",
        "\n\n  " + GOOD.replace("\n", "\r\n") + "\n\n",
        "\n".join(f"{n:5} | {line}" for n, line in enumerate(("  " + GOOD).splitlines(), 2)),
    ],
    ids=["bare", "indented", "relative", "too deep", "fenced", "crlf and blank lines", "numbered"],
)
def test_a_block_lands_at_its_own_indentation_and_only_what_changed_is_edited(new_text):
    text, candidate = applied(answer(("Resources/Bucket", new_text)))
    assert text == TEMPLATE.replace(WRONG, RIGHT)
    assert [(DOCUMENT.slice(e.span), e.text) for e in candidate.edits] == [(WRONG, RIGHT)]
    assert candidate.note == "done"


LOOSE = "  Bucket: \t\n    Type: AWS::S3::Bucket   \r\n    \n    Properties:\r\n      BuckName: x  # keep me \n"
LOOSE_TEMPLATE = f"Resources:\n{LOOSE}  Topic:\n    Type: AWS::SNS::Topic\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_white_space_and_endings_of_lines_that_were_there_stay(newline):
    """A model gives back what it was shown without the white space at the ends of lines."""
    document = Document("file:///t.yaml", LOOSE_TEMPLATE)
    unit = Unit((document,))
    text = newline.join(line.rstrip() for line in LOOSE.replace(WRONG, RIGHT).splitlines())
    candidate = read_candidate(answer(("Resources/Bucket", text)), unit, all_regions(unit, Language.CLOUDFORMATION))
    assert apply_edits(document.text, candidate.edits) == LOOSE_TEMPLATE.replace(WRONG, RIGHT)


TABBED = (
    '{\n\t"Resources": {\n\t\t"A": {\n\t\t\t"Type": "X",\n\t\t\t"Properties": {\n\t\t\t\t"P": 1\n'
    "\t\t\t}\n\t\t}\n\t}\n}\n"
)


@pytest.mark.parametrize(
    "indents",
    [("\t", 0), ("\t", 2), ("  ", 0), ("  ", 2), ("    ", 0), ("    ", 1)],
    ids=["tabs", "tabs of the file", "spaces", "deep spaces", "wide spaces", "wide deep spaces"],
)
def test_what_is_written_into_a_file_with_tabs_has_tabs(indents):
    unit_of, deeper = indents
    document = Document("file:///t.json", TABBED)
    unit = Unit((document,))
    lines = ['"A": {', '\t"Type": "X",', '\t"Properties": {', '\t\t"P": 1,', '\t\t"Q": 2', "\t}", "}"]
    text = "\n".join(unit_of * deeper + line.replace("\t", unit_of) for line in lines)
    candidate = read_candidate(answer(("Resources/A", text)), unit, all_regions(unit, Language.CLOUDFORMATION))
    assert apply_edits(TABBED, candidate.edits) == TABBED.replace('"P": 1', '"P": 1,\n\t\t\t\t"Q": 2')


@pytest.mark.parametrize(
    "around",
    [
        "Here is the fix:\n{}\nHope this helps!",
        "```json\n{}\n```",
        'I looked at {{the file}} and {{"this": 1}}.\n\n```json\n{}\n```\nDone {{x}}.',
        "{}",
    ],
)
def test_text_around_the_json_is_passed_over(around):
    text, _ = applied(around.format(answer(("Resources/Bucket", GOOD))))
    assert "BucketName" in text


def test_line_breaks_inside_a_json_string_are_read():
    raw = '{"edits": [{"region": "Resources/Bucket", "new_text": "' + GOOD + '"}], "note": ""}'
    assert "BucketName" in applied(raw)[0]


def test_a_new_declaration_goes_where_its_region_is():
    text, _ = applied(answer(("Resources/Bucket", GOOD), ("Parameters/+", "Name:\n  Type: String")))
    assert text.startswith("Parameters:\n  Name:\n    Type: String\n\nResources:\n")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("I cannot help with that.", "holds no JSON object"),
        ('{"edits": [{"region": "Resources/Bu', "holds no JSON object"),
        ('{"edits": []}', "has no edits"),
        ('{"edits": "none"}', "has no edits"),
        ('{"edits": [{"region": 5}]}', "both strings"),
        (answer(("Resources/Queue", "Queue: {}")), "there is no region"),
        (answer(("lines 1-99", "x")), "the regions are: Resources/Bucket"),
        (answer(("Resources/Bucket", GOOD), ("Resources/Bucket", GOOD)), "twice"),
        (answer(("Resources/Bucket", "")), "would delete"),
        (answer(("Resources/Bucket", "# gone")), 'begin with "Bucket"'),
        (answer(("Resources/Bucket", GOOD.replace("Bucket:", "Other:", 1))), 'begin with "Bucket"'),
        (answer(("Resources/Topic", "Topic:\n    Type: AWS::SNS::Topic")), "changes nothing"),
        (answer(("Resources/Bucket", GOOD.replace(": x", ": <your-bucket-name>"))), "placeholder"),
        (answer(("Resources/Bucket", GOOD.replace(": x", ": TODO"))), "placeholder"),
        (
            answer(("Resources/Bucket", GOOD + "\n      KmsKeyId: arn:aws:kms:eu-west-1:123456789012:key/x")),
            "placeholder",
        ),
        (answer(("Resources/Bucket", GOOD + "\n      VpcId: vpc-12345678")), "placeholder"),
        (answer(("Resources/Bucket", GOOD + "\n      # ... rest unchanged")), "placeholder"),
        (answer(("Resources/Bucket", GOOD + "\n      SubnetId: subnet-xxxxxxxx")), "placeholder"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(raw, says):
    with pytest.raises(Refused, match=re.escape(says)):
        read_candidate(raw, UNIT, REGIONS)


def test_what_the_author_wrote_himself_is_no_placeholder():
    text = TEMPLATE.replace(": x ", ": TODO ")
    document = Document("file:///t.yaml", text)
    unit = Unit((document,))
    regions = all_regions(unit, Language.CLOUDFORMATION)
    new = GOOD.replace(": x", ": TODO")
    assert read_candidate(answer(("Resources/Bucket", new)), unit, regions).edits


def test_an_edit_outside_of_what_may_be_changed_is_refused():
    line = TEMPLATE.index("      Buck")
    allowed = Place(DOCUMENT.uri, Span(line, line + 30))
    raw = answer(("Resources/Bucket", GOOD))
    assert read_candidate(raw, UNIT, REGIONS, allowed).edits
    with pytest.raises(Refused, match="outside"):
        read_candidate(raw.replace("AWS::S3::Bucket", "AWS::S3::AccessPoint"), UNIT, REGIONS, allowed)
    with pytest.raises(Refused, match="outside"):
        read_candidate(answer(("Parameters/+", "P: {Type: String}")), UNIT, REGIONS, allowed)


@pytest.mark.parametrize("block", ["locals", "terraform"])
def test_a_terraform_block_without_labels_can_be_written_anew(block):
    text = f'{block} {{\n  a = "x"\n}}\n'
    unit = Unit((Document("file:///main.tf", text),))
    (region,) = all_regions(unit, Language.TERRAFORM)
    candidate = read_candidate(answer((region.name, text.replace("x", "y:z"))), unit, [region])
    assert apply_edits(text, candidate.edits) == text.replace("x", "y:z")
    with pytest.raises(Refused, match="has to begin with"):
        read_candidate(answer((region.name, 'output "a" {\n}')), unit, [region])


def test_terraform_blocks():
    text = 'resource "aws_s3_bucket" "b" {\n  buckt = <<EOT\nkept\n  as it is\nEOT\n}\n'
    document = Document("file:///main.tf", text)
    unit = Unit((document,))
    regions = (*all_regions(unit, Language.TERRAFORM), new_block(document))
    new = text.replace("buckt", "bucket")
    raw = answer(("resource aws_s3_bucket.b", new), ("+", 'variable "x" {}'))
    candidate = read_candidate(raw, unit, regions)
    assert apply_edits(text, candidate.edits) == new + '\nvariable "x" {}\n'
    with pytest.raises(Refused, match="begin with"):
        read_candidate(answer(("resource aws_s3_bucket.b", new.replace('"b"', '"c"'))), unit, regions)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_untouched_text_stays_as_it_is_whatever_the_line_endings(newline):
    text = "\ufeff" + TEMPLATE.replace("\n", newline).replace("x  #", "🪣\t x #")
    unit = Unit((Document("file:///t.yaml", text),))
    regions = all_regions(unit, Language.CLOUDFORMATION)
    new = GOOD.replace("x  #", "🪣\t x #")
    candidate = read_candidate(answer(("Resources/Bucket", new)), unit, regions)
    assert apply_edits(text, candidate.edits) == text.replace(WRONG, RIGHT)


@given(st.text(max_size=300))
def test_any_answer_is_read_or_refused(raw):
    with contextlib.suppress(Refused):
        read_candidate(raw, UNIT, REGIONS)


@given(st.sampled_from([r.name for r in REGIONS]), st.text(max_size=200))
def test_any_text_for_a_region_leaves_all_others_as_they_are(name, new_text):
    try:
        candidate = read_candidate(answer((name, new_text)), UNIT, REGIONS)
    except Refused:
        return
    region = next(r for r in REGIONS if r.name == name)
    after = apply_edits(TEMPLATE, candidate.edits)
    assert after.startswith(TEMPLATE[: region.span.start])
    assert after.endswith(TEMPLATE[region.span.end :])


MODULE = """\
resource "aws_zone" "inner" {
  name = "a"
}
resource "aws_route53_record" "r" {
  zone_id = aws_zone.inner.id
}
"""


def retyped(known, new_text, old="resource aws_zone.inner"):
    unit = Unit((Document("file:///main.tf", MODULE),))
    regions = [replace(r, known=known) for r in all_regions(unit, Language.TERRAFORM)]
    candidate = read_candidate(answer((old, new_text)), unit, regions)
    return apply_edits(MODULE, references_follow(unit, candidate.edits, candidate.retyped)), candidate


def test_a_type_that_is_not_known_may_be_corrected_and_the_references_follow():
    text, candidate = retyped(False, 'resource "aws_route53_zone" "inner" {\n  name = "a"\n}')
    assert text == MODULE.replace("aws_zone", "aws_route53_zone")
    assert candidate.retyped == {"resource aws_zone.inner": "aws_route53_zone"}
    assert [address_of(declared) for declared in candidate.retyped] == [("resource", "aws_zone", "inner")]


@pytest.mark.parametrize(
    ("known", "head"),
    [
        (True, 'resource "aws_route53_zone" "inner"'),
        (False, 'resource "aws_route53_zone" "other"'),
        (False, 'data "aws_route53_zone" "inner"'),
        (False, 'resource "aws_route53_zone"'),
    ],
)
def test_nothing_but_a_type_that_is_not_known_may_be_declared_otherwise(known, head):
    with pytest.raises(Refused, match="has to begin with"):
        retyped(known, f'{head} {{\n  name = "a"\n}}')


@pytest.mark.parametrize(
    ("new_text", "left"), [("", ""), ('resource "aws_eip" "e" {\n}', 'resource "aws_eip" "e" {\n}')]
)
def test_what_was_written_in_this_run_may_be_deleted_or_declared_otherwise(new_text, left):
    unit = Unit((Document("file:///main.tf", MODULE),))
    found = all_regions(unit, Language.TERRAFORM)
    regions = [replace(r, free=True, removal=(Edit(r.uri, r.span, ""),)) for r in found]
    candidate = read_candidate(answer(("resource aws_zone.inner", new_text)), unit, regions)
    old = MODULE[: MODULE.index("}") + 1]
    assert apply_edits(MODULE, candidate.edits) == MODULE.replace(old, left)
