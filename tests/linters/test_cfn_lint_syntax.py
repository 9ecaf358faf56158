"""What is said at once of a text that cannot be read is what cfn-lint says later, on any text, and nothing else is."""

import asyncio
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.linters.base import Forewarning
from lsp_server.linters.cfn_lint import CfnLint
from lsp_server.linters.cfn_lint_job import CfnLintJob
from lsp_server.linters.cfn_lint_run import Reading
from lsp_server.linters.cfn_lint_syntax import unreadable

YAML = """\
---
AWSTemplateFormatVersion: "2010-09-09"  # a comment & more
Description: >-
  all *kinds* of values,
  and a line more
Parameters:
  Stage:
    Type: String
    AllowedValues: [dev, "prod"]
  Größe:
    Type: Number
    Default: 10
Mappings:
  Sizes:
    dev: {small: 1, 2: two}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Page:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "page-${Stage}-🚀"
      Tags:
        - Key: team
          Value: !GetAtt Role.Arn
        - {Key: since, Value: 2024-02-29}
  Role:
    Type: 'AWS::IAM::Role'
    Properties:
      AssumeRolePolicyDocument: {
        "Version": "2012-10-17",
        "Statement": []
      }
      Description: |
        Some text: of two lines
        --- and no third
Outputs:
  Name:
    Value: !Join ['', [a, !Select [0, !GetAZs '']]]
"""
JSON = """\
{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Parameters": {
    "Stage": {"Type": "String", "Default": "dév"}
  },
  "Resources": {
    "Topic": {
      "Type": "AWS::SNS::Topic",
      "Properties": {
        "TopicName": {"Fn::Sub": "\\u0061 ${Stage} \\/"},
        "Tags": [{"Key": "a", "Value": "1.5"}, {"Key": "b", "Value": 2}]
      }
    }
  }
}
"""
TIED = """\
Resources:
  A: &base
    Type: AWS::SQS::Queue
  B:
    <<: *base
    DependsOn: [A]
  C: *base
"""
LINES = (
    *("  Page: {}", "Resources:", "    Type: x", "<<: {a: 1}", "---", "...", "? a", "? [a]: b", "1: 2", "~: x", "- a"),
    *("\ta: b", "{{ x }}: y", "  {{ x }}", "*a", "&a b: c", "a: 2024-13-45", "  a: !!int x", "Type: !Foo"),
    *('"a": "\\d"', "%TAG ! x", "# ok", ""),
)
PIECES = (*"\t :\"'{}[],-#&*!|>%@`\\\n?=~<1a\x01\x85\u2028é🚀\r", "\r\n", ": ", "\n---\n", "*a ", "&a ")

edits = st.lists(
    st.tuples(
        st.sampled_from(["remove", "insert", "cut", "double", "line", "outdent", "indent", "colon"]),
        st.integers(0, 2000),
        st.integers(0, 2000),
    ),
    min_size=1,
    max_size=3,
)


def edited(text: str, kind: str, first: int, second: int) -> str:
    """The text with one slip, as people and generators make them."""
    at = first % (len(text) + 1)
    lines = text.split("\n")
    number = first % len(lines)
    match kind:
        case "remove":
            return text[:at] + text[at + 1 :]
        case "insert":
            return text[:at] + PIECES[second % len(PIECES)] + text[at:]
        case "cut":
            return text[:at] + text[at + second % 30 :]
        case "double":
            lines.insert(second % (len(lines) + 1), lines[number])
        case "line":
            lines[number] = LINES[second % len(LINES)]
        case "outdent":
            lines[number] = lines[number][1 + second % 2 :]
        case "indent":
            lines[number] = " " * (1 + second % 4) + lines[number]
        case "colon":
            lines[number] = lines[number].replace(":", "", 1)
    return "\n".join(lines)


def at_once(text: str, name: str = "t.yaml") -> list[tuple[object, ...]]:
    found = asyncio.run(unreadable(Document(f"file:///{name}", text)))
    return [(f.message, f.line + 1, f.column + 1, f.end_line + 1, f.end_column + 1, f.yaml) for f in found]


def later(text: str) -> list[tuple[object, ...]]:
    """What cfn-lint's decoder says, and what its runner says of a template that is no mapping."""
    reading = Reading(CfnLintJob(text.encode("utf-8", "surrogatepass"), ""))
    matches = reading.decode()
    found = [(m.message, m.linenumber, m.columnnumber, m.linenumberend, m.columnnumberend) for m in matches]
    if not found and not isinstance(reading.template, dict):
        found = [("Template needs to be an object.", 1, 1, 1, 2)]
    return [(*place, reading.yaml) for place in found]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.sampled_from([YAML, JSON, TIED]), slips=edits)
@example(text=YAML, slips=[])
@example(text=JSON, slips=[])
@example(text=TIED, slips=[])
@example(text=YAML.replace("\n", "\r\n"), slips=[("double", 1, 1)])
@example(text="\ufeff" + YAML, slips=[("line", 1, 9)])
def test_said_at_once_as_later(text: str, slips: list[tuple[str, int, int]]) -> None:
    for slip in slips:
        text = edited(text, *slip)
    assert at_once(text) == later(text)


MISTAKES = {
    "lost colon": ("    Type: String", "    Type String", 9, "mapping values are not allowed in this context"),
    "indentation": ("  Page:\n", " Page:\n", 27, "did not find expected key"),
    "tab": ("  Page:\n", "\tPage:\n", 19, "found character that cannot start any token"),
    "open quote": ('page-${Stage}-🚀"', "page-${Stage}-🚀", 31, "did not find expected key"),
    "open flow": ('[dev, "prod"]', '[dev, "prod"', 10, "did not find expected ',' or ']'"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_of_the_grammar(name: str) -> None:
    right, wrong, line, message = MISTAKES[name]
    assert right in YAML
    text = YAML.replace(right, wrong, 1)
    assert [found[:2] for found in at_once(text)] == [(message, line)] == [found[:2] for found in later(text)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (YAML.replace("Role:\n", "Page:\n", 1), [19, 27]),
        (YAML.replace("Outputs:", "Resources:"), [18, 37]),
        (YAML.replace("Größe", "Stage"), [7, 10]),
        (YAML.replace("          Value: !GetAtt", "          Key: !GetAtt"), [24, 25]),
        (YAML.replace("Outputs:", "Resources:").replace("\n", "\r\n"), [18, 37]),
        (JSON.replace('"Properties"', '"Type"'), [8, 9]),
        (TIED.replace("C:", "B:"), [4, 7]),
    ],
)
def test_a_key_that_stands_twice(text: str, lines: list[int]) -> None:
    assert [found[1] for found in at_once(text)] == lines == [found[1] for found in later(text)]


def test_nested_without_end() -> None:
    assert at_once("a: " + "[" * 500) == later("a: " + "[" * 500)
    for text in ("a: " + "[" * 50_000, '{"a":' * 50_000):
        assert at_once(text) == []  # the parser would take seconds; cfn-lint's worker takes them
    at_once("".join(" " * n + "a:\n" for n in range(600)))  # how deep Python goes depends on who asks


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
async def test_the_same_finding_at_the_same_place(cfn_lint: CfnLint, newline: str, mark: str) -> None:
    for broken in (
        *(YAML.replace(right, wrong, 1) for right, wrong, *_ in MISTAKES.values()),
        YAML.replace("Role:\n", "Page:\n", 1),
        "'AWSTemplateFormatVersion: x\n" + YAML,
        JSON.replace('"Type": "String"', '"Type" "String"'),
    ):
        unit = Unit((Document("file:///t.yaml", mark + broken.replace("\n", newline)),))
        judged = await cfn_lint.lint(unit)
        assert not judged.not_run
        assert await cfn_lint.unreadable(unit) == judged.diagnostics
        assert judged.diagnostics


@pytest.mark.asyncio(loop_scope="module")
async def test_no_worker_is_needed() -> None:
    linter = CfnLint(command=(sys.executable, "-c", "raise SystemExit(1)"))
    assert isinstance(linter, Forewarning)
    unit = Unit((Document("file:///t.yaml", YAML.replace("    Type: String", "    Type String")),))
    assert [d.code for d in await linter.unreadable(unit)] == ["E0000"]
    await linter.close()
