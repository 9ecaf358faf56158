"""Whatever the template looks like: what a refactoring makes can be read, means the same, and leaves the rest alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from cfnlint.decode import decode_str
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import apply_edits
from lsp_server.dialects.cloudformation.comments import comments
from lsp_server.dialects.cloudformation.evaluation import Environment, condition_holds, evaluate
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.service import RefusedError
from lsp_server.refactorings.base import Refactoring, Selection
from lsp_server.refactorings.cloudformation import refactorers

FAMILIES = refactorers(("eu-west-1", "us-east-1"))
EXACT = ("short.", "long.", "convert.")
"""The refactorings after which the data are the same in every detail."""
BY_DEFAULT = ("sub", "inline", "condition", "parameter.")
"""The refactorings after which the resources come to the same, where all parameters have their defaults."""

HEAD = """\
# 😀 about it
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod], Default: dev} # which
  Delay:
    Type: Number
    Default: 5
  Version:
    Type: String
    Default: 5.10

Conditions:
  Large: !Equals [!Ref Stage, prod]
  Small: !Not [{Condition: Large}]
Resources:
"""

NUMBERS = st.sampled_from(
    [
        " 5",
        " !Ref Delay",
        " {Ref: Delay} # tail",
        "\n        Ref: Delay",
        "\n        # between\n        Fn::If:\n          - Large\n          - 1 # one\n          - !Ref Delay",
        " !If [Large, 1, 2]",
        " !If\n        - Large\n        - 1\n        - 2",
        ' "7"',
    ]
)
TEXTS = st.sampled_from(
    [
        " plain-text",
        " 5.10",
        " yes",
        " !Ref Version",
        ' !Sub "${Version}-${Stage}"',
        " !Join ['-', [!Ref Stage, 5.10, no]]",
        " 'it''s'",
        ' "caf\\u00e9 😀"',
        ' !Sub "${Stage}-é"',
        " !Sub ${Stage}",
        '\n            Fn::Sub: "${Stage} 😀"',
        '\n            Fn::Sub:\n              - "${a}-${Stage}"\n              - a: !Ref Delay # which',
        " !Join ['-', [!Ref Stage, a, !Ref AWS::Region]]",
        "\n            Fn::Join:\n              - ':'\n              - - a\n                - Ref: Stage",
        " !Join\n            - ''\n            - - a # first\n              - !Ref Stage",
        " !Select [0, !Split [',', 'a,b']]",
        " arn:aws:sqs:us-east-1:123456789012:jobs",
        ' !Sub "arn:aws:sqs:${AWS::Region}:123456789012:jobs"',
        " |\n            of several\n            lines",
        " >-\n            folded\n            lines",
        ' {"Fn::GetAtt": [Queue0, Arn]}',
        " !GetAtt Queue0.QueueName",
        "\n            Fn::GetAtt:\n              - Queue0\n              - Arn",
        " !If [Large, a, !If [Small, b, c]]",
    ]
)


@st.composite
def resources(draw: st.DrawFn, number: int) -> str:
    """One queue with a tag."""
    condition = draw(
        st.sampled_from(["", "    Condition: Large\n", "    DependsOn: [Queue0]\n", "    DependsOn: Queue0 # why\n"])
    )
    condition = condition if number or "DependsOn" not in condition else ""
    lines = draw(st.sampled_from(["", "\n", "  # 😀 the next\n"]))
    return (
        f"{lines}  Queue{number}:\n    Type: AWS::SQS::Queue\n{condition}    Properties:\n"
        f"      DelaySeconds:{draw(NUMBERS)}\n      Tags:\n        - Key: a\n          Value:{draw(TEXTS)}\n"
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A template that is right, in any writing."""
    text = HEAD + "".join(draw(resources(number)) for number in range(draw(st.integers(1, 3))))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return Document("file:///w/template.yaml", draw(st.sampled_from(["", "\ufeff"])) + text)


def plain(data: object) -> object:
    """What cfn-lint read, without its own types."""
    if isinstance(data, dict):
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(value) for value in data]
    return str(data) if isinstance(data, str | dt.date) else data


def read(document: Document) -> Any:
    """The data as cfn-lint reads them."""
    data, matches = decode_str(document.text.removeprefix("\ufeff"))
    assert not matches, matches
    return plain(data)


def worked_out(data: Any) -> dict[str, object]:
    """What the resources come to, as cfn-lint read them, where all parameters have their defaults."""
    given = {name: str(body["Default"]) for name, body in data["Parameters"].items()}
    known = Environment(given, conditions=data["Conditions"])
    found = {}
    for name, body in data["Resources"].items():
        there = condition_holds(body.get("Condition", ""), known) is True
        found[name] = evaluate({k: v for k, v in body.items() if k != "Condition" or not there}, known)
    return found


def made_at(document: Document, at: int) -> Iterator[tuple[Refactoring, Document]]:
    """What each refactoring that is offered at a place makes; the refused ones are left out."""
    selection = Selection(Unit((document,)), document, Span(at, at), new_file=lambda name: f"file:///w/{name}")
    for refactoring in (one for family in FAMILIES for one in family.offer(selection)):
        try:
            edits = tuple(refactoring.edits() or ())
        except RefusedError:
            continue
        if edits:
            yield refactoring, Document(refactoring.becomes or document.uri, apply_edits(document.text, edits))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), st.data())
def test_what_is_made_can_be_read_and_means_the_same(document: Document, drawn: st.DataObject) -> None:
    before = read(document)
    assert parse_template(document).readable
    for refactoring, after in made_at(document, drawn.draw(st.integers(0, len(document.text)))):
        assert not [reason for reason in refactoring.differences(Unit((document,)), Unit((after,))) if reason], (
            refactoring.title
        )
        data = read(after)
        if refactoring.key.startswith(EXACT):
            assert data == before, refactoring.title
        elif refactoring.key.startswith(BY_DEFAULT):
            assert worked_out(data) == worked_out(before), refactoring.title


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), st.data())
def test_comments_line_endings_and_what_is_around_stay(document: Document, drawn: st.DataObject) -> None:
    for refactoring, after in made_at(document, drawn.draw(st.integers(0, len(document.text)))):
        text = after.text
        assert text.startswith("\ufeff") == document.text.startswith("\ufeff")
        assert ("\r\n" in document.text) == ("\r\n" in text)
        assert text.count("\n") == text.count("\r\n") or "\r\n" not in document.text
        if not refactoring.becomes:
            gone = Counter(comments(parse_template(document))) - Counter(comments(parse_template(after)))
            assert not gone, refactoring.title
        assert ("resources" in refactoring.key) or set(parse_template(document).resources) <= set(
            parse_template(after).resources
        )


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_another_notation_and_back_is_the_same(document: Document) -> None:
    (there,) = [after for made, after in made_at(document, 0) if made.key == "convert.json"]
    (back,) = [after for made, after in made_at(there, 0) if made.key == "convert.yaml"]
    assert read(back) == read(there) == read(document)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), st.data())
def test_nothing_is_raised_whatever_is_typed(document: Document, drawn: st.DataObject) -> None:
    at = drawn.draw(st.integers(0, len(document.text)))
    typed = drawn.draw(st.text(st.sampled_from("\t{}[]\"'!&*:-# \n😀aR<|"), max_size=4))
    text = document.text[:at] + typed + document.text[at + drawn.draw(st.integers(0, 5)) :]
    for refactoring, after in made_at(document.with_text(text), min(at, len(text))):
        list(refactoring.differences(Unit((document.with_text(text),)), Unit((after,))))


def test_what_stands_in_a_section_stands_there_once():
    text = "Resources:\n\n  Queue:\r:\n    Type: AWS::SQS::Queue\n    Properties:\n      KmsMasterKeyId: !Ref Key\n"
    root = parse_template(Document("file:///w/template.yaml", text)).root
    assert root is not None
    assert [node.span for node in root.walk() if node.tag] == [Span(text.index("Key\n"), text.index("Key\n") + 3)]


@pytest.mark.parametrize("name", ["[", "(", "a+", "\\"])
def test_a_name_may_hold_any_character(name: str) -> None:
    text = (
        f"Parameters:\n  '{name}':\n    Type: String\n    Default: d\nOutputs:\n  O:\n    Value: !Sub 'x${{{name}}}'\n"
    )
    document = Document("file:///w/template.yaml", text)
    for at in range(0, len(text), 3):
        for refactoring, after in made_at(document, at):
            list(refactoring.differences(Unit((document,)), Unit((after,))))
