"""What is explained of a finding, as data: a text, the rule that fires, what is said and what is left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lsp_server.bootstrap import build_engine
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.engine import Engine
from lsp_server.fixers.base import quoted
from lsp_server.repair.explanation import Explanation, escaped, fenced
from lsp_server.settings import Settings


@dataclass(frozen=True)
class Case:
    """The first finding of rule `code` in `text`: what its explanation has, and what it has not."""

    code: str
    text: str
    says: tuple[str, ...]
    brief: str = ""
    silent: tuple[str, ...] = ()


def resource(body: str, kind: str = "AWS::SQS::Queue") -> str:
    return f"Resources:\n  A:\n    Type: {kind}\n    Properties:\n      {body}\n"


TEMPLATES = {
    "unknown property": Case(
        "E3002",
        resource("DelaySecond: 5"),
        (
            "```text\nAdditional properties are not allowed ('DelaySecond' was unexpected.",
            "**The rule.** Resource properties are invalid. Making sure",
            "rules.md#E3002)",
            "Allowed here: `ContentBasedDeduplication`,",
            "**DelaySeconds** · AWS::SQS::Queue\n\ninteger",
            "At least 0, at most 900",
            "#cfn-sqs-queue-delayseconds)",
            "- Write 'DelaySeconds' for 'DelaySecond' — safe\n",
            "— deletes or decides something",
        ),
        brief="Fix: Write 'DelaySeconds' for 'DelaySecond', and 1 more.",
    ),
    "wrong enum": Case(
        "E3030",
        resource("BucketName: a-name-of-mine\n      AccessControl: Privat", "AWS::S3::Bucket"),
        ("Allowed: `AuthenticatedRead`, `AwsExecRead`", "- Write 'Private' for 'Privat' — safe", "## What stands here"),
        brief="Fix: Write 'Private' for 'Privat'.",
    ),
    "missing required": Case(
        "E3003",
        resource("PolicyDocument: {}", "AWS::S3::BucketPolicy"),
        ("Required here: `Bucket`, `PolicyDocument`.", "**Bucket** · AWS::S3::BucketPolicy\n\nstring · required"),
        brief="Required here: `Bucket`, `PolicyDocument`.",
    ),
    "wrong type": Case(
        "E3012",
        resource("VisibilityTimeout: soon"),
        ("'VisibilityTimeout' takes an integer.\n", "At least 0, at most 43200.", "No fix of Lintel's own"),
        brief="At least 0, at most 43200.",
    ),
    "misplaced property": Case(
        "E3002",
        resource("Status: Enabled", "AWS::S3::Bucket"),
        ("'Status' belongs in 'VersioningConfiguration'.", "Allowed here:", "[Documentation of AWS::S3::Bucket]("),
        brief="(deletes or decides something: made only when picked).",
    ),
    "read-only property": Case(
        "E1158",
        resource("TopicArn: x", "AWS::SNS::Topic"),
        ("`TopicArn` is read-only: the service sets it",),
        brief="read-only",
    ),
    "unresolved Ref": Case(
        "E1020",
        "Parameters:\n  Stage: {Type: String}\n" + resource("QueueName: !Ref Stag"),
        ("Did you mean 'Stage'?", "Declared in this template: `Stage`, `A`.", "- Refer to 'Stage' — safe"),
        brief="Fix: Refer to 'Stage'.",
    ),
    "unresolved GetAtt": Case(
        "E6101",
        resource("DelaySeconds: 5") + "Outputs:\n  Out: {Value: !GetAtt A.Arm}\n",
        (
            "`A` is of type AWS::SQS::Queue, which gives `Arn`,",
            "**The rule.** Validate that outputs values are a string.",
        ),
    ),
    "unknown type": Case(
        "E3006",
        "Resources:\n  A:\n    Type: AWS::S3::Buckett\n",
        ("'AWS::S3::Bucket'", "- Use the resource type 'AWS::S3::Bucket' — safe"),
        brief="Fix: Use the resource type 'AWS::S3::Bucket'.",
    ),
    "syntax error": Case(
        "E0000",
        "Resources:\n  A: [\n",
        ("The text cannot be read here.", "rules.md#E0000)"),
        silent=("## What may stand here",),
    ),
    "a rule without schema facts": Case(
        "W2001",
        "Parameters:\n  Stage: {Type: String}\n" + resource("DelaySeconds: 5"),
        (
            "**Stage** · parameter",
            "**The rule.** Check if Parameters are Used.",
            "- Delete the unused parameter 'Stage' — d",
        ),
        silent=("## What may stand here",),
    ),
}

MODULES = {
    "unknown argument": Case(
        "unsupported-argument",
        'resource "aws_s3_bucket" "a" {\n  bucket_prefx = "x"\n}\n',
        (
            "**The rule.** A block has an argument that its schema does not know.",
            "docs/resources/s3_bucket)",
            "Allowed here: `acceleration_status`,",
            "**bucket_prefix** · `string` · optional",
            "- Change `bucket_prefx` to `bucket_prefix` — safe",
        ),
        brief="Fix: Change `bucket_prefx` to `bucket_prefix`, and 2 more.",
    ),
    "misplaced argument": Case(
        "unsupported-argument",
        'resource "aws_s3_bucket_versioning" "v" {\n  bucket = "b"\n  status = "Enabled"\n}\n',
        ("`status` belongs in `versioning_configuration`.", "`versioning_configuration` (required)"),
        brief="`status` belongs in `versioning_configuration`. Fix: Move",
    ),
    "read-only argument": Case(
        "computed-argument",
        'resource "aws_s3_bucket" "a" {\n  arn = "x"\n}\n',
        ("`arn` is only read: the provider sets it.", "**arn** · `string` · computed"),
    ),
    "missing required": Case(
        "missing-required-block",
        'resource "aws_s3_bucket_versioning" "v" {\n  bucket = "b"\n}\n',
        ("Required here: `bucket`, `versioning_configuration`.", "Required in it: `status`"),
        brief="Required here: `bucket`, `versioning_configuration`.",
    ),
    "wrong type": Case(
        "wrong-type",
        'resource "aws_sqs_queue" "q" {\n  delay_seconds = "soon"\n}\n',
        ("**delay_seconds** · `number` · optional", "docs/resources/sqs_queue)"),
    ),
    "unknown attribute": Case(
        "unknown-attribute",
        'resource "aws_s3_bucket" "a" {}\noutput "o" {\n  value = aws_s3_bucket.a.arm\n}\n',
        ("`aws_s3_bucket.a` has `arn`,",),
        brief="`aws_s3_bucket.a` has `arn`,",
    ),
    "unknown type": Case(
        "unknown-resource-type",
        'resource "aws_s3_buckett" "b" {}\n',
        ("Types with names like it: `aws_s3_bucket`,", "- Change the type to `aws_s3_bucket` — safe"),
    ),
    "undeclared variable": Case(
        "undeclared-reference",
        'variable "name" {}\noutput "o" {\n  value = var.nam\n}\n',
        ("Declared in this module: `var.name`.", "- Change `nam` to `name` — safe"),
        brief="Declared in this module: `var.name`. Fix: Change `nam` to `name`",
    ),
    "nothing declared": Case(
        "undeclared-reference",
        'output "o" {\n  value = local.nam\n}\n',
        ("Nothing of that kind is declared in this module.",),
    ),
    "undeclared resource": Case(
        "undeclared-reference",
        'resource "aws_s3_bucket" "logs" {}\noutput "o" {\n  value = aws_s3_bucket.log.arn\n}\n',
        ("Declared in this module: `aws_s3_bucket.logs`.",),
    ),
    "syntax error": Case(
        "syntax",
        'resource "aws_s3_bucket" "a" {\n  bucket =\n}\n',
        ("The text cannot be read here.",),
        silent=("## What may stand here",),
    ),
    "a rule without schema facts": Case(
        "unused-declaration",
        'variable "name" {}\n',
        ("**The rule.** Something is declared that nothing in the module uses.",),
        silent=("## What may stand here",),
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[Engine]:
    made = build_engine(Settings(linters=("cfn-lint", "terraform-check")))
    yield made
    await made.close()


async def explained(engine: Engine, document: Document, code: str) -> Explanation:
    unit = Unit((document,))
    dialect = engine.dialect_of(document)
    assert dialect is not None
    analysis = await engine.analyze(unit, dialect.language)
    finding = next(d for d in analysis.diagnostics if d.code == code)
    fixes = [fix async for fix in engine.quick_fixes(analysis, [finding])]
    return engine.explained(analysis, finding, fixes)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("name", "case"),
    [*(("t.yaml", case) for case in TEMPLATES.values()), *(("main.tf", case) for case in MODULES.values())],
    ids=[*TEMPLATES, *(f"module-{name}" for name in MODULES)],
)
async def test_a_finding_is_explained(engine: Engine, tmp_path: Path, name: str, case: Case) -> None:
    told = await explained(engine, Document((tmp_path / name).as_uri(), case.text), case.code)
    assert told.finding.message in told.markdown
    for words in case.says:
        assert words in told.markdown
    for words in case.silent:
        assert words not in told.markdown
    assert case.brief in told.brief


def finding(message: str, **more: str) -> Diagnostic:
    return Diagnostic("file:///a.tf", Span(0, 1), Severity.WARNING, "tflint", "some_rule", message, **more)


def test_of_a_foreign_rule_its_words_and_its_page_are_told() -> None:
    told = Explanation(finding("it is so", href="https://example.com/rule"), (), "", ())
    assert told.title == "tflint some_rule"
    assert told.markdown.startswith("# tflint some_rule\n\n```text\nit is so\n```\n\n[tflint some_rule in the doc")
    assert told.brief == ""
    assert told.short == "tflint some_rule: it is so"


def test_what_the_message_says_already_is_not_said_again_in_brief() -> None:
    assert Explanation(finding("`a` or `b`"), ("Allowed here: `a`, `b`.",), "", ()).brief == ""
    assert Explanation(finding("only `a`"), ("Allowed here: `a`, `b`.",), "", ()).brief == "Allowed here: `a`, `b`."


def test_what_can_be_done_comes_before_long_lists() -> None:
    told = Explanation(finding("no"), ("Allowed here: `a`.",), "**a** · `string`", ()).markdown
    heads = [line.removeprefix("## ") for line in told.splitlines() if line.startswith("## ")]
    assert heads == ["Fixes", "What may stand here", "What stands here"]


def test_the_same_documentation_is_shown_once() -> None:
    about = "**bucket_prefix** · `string` · optional, computed, and what else there is to say of it\n\nProvider"
    assert "## What stands here" not in Explanation(finding("no"), (about,), about, ()).markdown


@given(st.text(alphabet="ab_ \\`*[]<>()!#|~&-+=1.:\t\n"))
@example("``<")
@example("- a")
@example("1. a")
def test_escaped_text_does_nothing(text: str) -> None:
    escaped_text = escaped(text)
    assert "\n" not in escaped_text
    tokens = MarkdownIt("js-default").parse(escaped_text)
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    assert {child.type for token in tokens for child in token.children or ()} <= {"text", "code_inline"}


@given(st.text(alphabet="a`\n~"))
def test_a_fenced_text_stays_in_its_fence(text: str) -> None:
    first, *inner, last = fenced(text).split("\n")
    assert "\n".join(inner) == text
    assert first == f"{last}text"
    assert all(last not in line for line in inner)


@given(st.text())
def test_a_name_is_code_whatever_it_is_made_of(name: str) -> None:
    assert quoted([name]).count("`") == 2
