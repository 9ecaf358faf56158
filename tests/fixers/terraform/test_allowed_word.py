"""A word that tflint's rules for AWS do not allow: the nearest that CloudFormation's schema has."""

import pytest

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import apply_edits
from lsp_server.core.fix import Applicability
from lsp_server.fixers.base import FixContext, FixerTable
from lsp_server.fixers.terraform import FIXERS

URI = "untitled:/m/main.tf"


def fixed(text, written, code):
    """The texts that fixes make of a finding at a value."""
    document = Document(URI, text)
    start = text.index(written)
    finding = Diagnostic(URI, Span(start, start + len(written)), Severity.ERROR, "tflint", code, "an invalid value")
    fixes = list(FixerTable(FIXERS).fixes(FixContext(Unit((document,)), document, (finding,)), finding))
    assert all(fix.applicability is Applicability.UNSAFE and fix.clears == (finding,) for fix in fixes)
    return [apply_edits(text, fix.edits) for fix in fixes]


@pytest.mark.parametrize(
    ("resource_type", "argument", "written", "meant"),
    [
        ("aws_ecs_service", "launch_type", "fargate", ["FARGATE"]),
        ("aws_lambda_function", "runtime", "nodejs22", ["nodejs22.x"]),
        ("aws_cloudwatch_metric_alarm", "treat_missing_data", "not_breaching", ["notBreaching"]),
        ("aws_ecs_service", "launch_type", "somewhere", []),
    ],
)
def test_a_near_word(resource_type, argument, written, meant):
    text = f'resource "{resource_type}" "a" {{\n  {argument} = "{written}"\n}}\n'
    found = fixed(text, f'"{written}"', f"{resource_type}_invalid_{argument}")
    assert found[:1] == [text.replace(f'"{written}"', f'"{word}"') for word in meant]


def test_what_is_no_plain_word_stays():
    text = 'resource "aws_ecs_service" "a" {\n  launch_type = "${var.x}"\n}\n'
    assert fixed(text, '"${var.x}"', "aws_ecs_service_invalid_launch_type") == []
