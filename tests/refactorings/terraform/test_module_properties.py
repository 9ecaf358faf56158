"""Whatever the module looks like: what a refactoring makes can be read, means the same, and leaves the rest alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.service import RefusedError
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.dialects.terraform.module import module_of
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.refactorings.base import Kind, Refactoring, RefactoringTable, Selection
from lsp_server.refactorings.terraform import REFACTORERS
from lsp_server.repair.refactoring import edited

TABLE = RefactoringTable(REFACTORERS)
DIALECT = Terraform()
CHECK = TerraformCheck()

HEAD = """\
# 😀 about it
variable "stage" {
  type    = string
  default = "dev" # which
}

variable "names" {
  type = list(string)
}

locals {
  # the name
  name = "jobs-${var.stage}"
  size = var.stage == "prod" ? 10 : 1
  all  = { a = "x", "b" = { c = 5 } }
}

resource "aws_sqs_queue" "first" {
  name = "first"
}
"""

NUMBERS = st.sampled_from(
    [
        "5",
        "local.size",
        "local.size * 2",
        "local.all.b.c",
        '"7"',
        "(3)",
        "-1 + 2",
        "max(1, 2) # most",
        '"${local.size}"',
    ]
)
TEXTS = st.sampled_from(
    [
        '"plain-text"',
        '"${var.stage}"',
        '"#!\\n\\n  two\\tlines of ${var.stage} $${x}\\n"',
        '" one\\nEOT\\\\n"',
        '"a ${local.name} b"',
        '"é😀 ${ upper("${local.name}") }%"',
        'format("%s-%s", var.stage, "x")',
        'join("-", ["a", var.stage]) # why',
        "local.name",
        "local.all.a",
        'local.all["a"]',
        "element(var.names, 0)",
        "var.names[length(var.names) - 1]",
        'lookup({ a = "b" }, "a")',
        'var.stage == "dev" ? "a" : local.name',
        'try(one(var.names), "none")',
        "aws_sqs_queue.first.name",
        "<<-EOT\n    of ${var.stage}\n      lines\n  EOT",
        '<<EOT\n{"a": "${local.name}", "b": [1, "$${x}"]}\nEOT',
        'jsonencode({ a = [1, 2], "b" = local.all })',
        'join(",", [for n in var.names : upper(n) if n != "a"])',
        'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = var.stage }] })',
        'jsonencode([\n    "a", # one\n    "b",\n  ])',
    ]
)
REPEATED = st.sampled_from(
    [
        "",
        "  count = length(var.names)\n",
        '  count = var.stage == "dev" ? 1 : 0 # only there\n',
        '  for_each = toset(["a", "b"])\n',
        "  depends_on = [aws_sqs_queue.first]\n",
        '  lifecycle {\n    ignore_changes = [tags["x"]]\n  }\n',
    ]
)


@st.composite
def resources(draw: st.DrawFn, number: int) -> str:
    """One parameter, of any writing."""
    repeated = draw(REPEATED)
    item = "var.names[count.index]" if "length" in repeated else draw(TEXTS)
    comment = draw(st.sampled_from(["", "\n# 😀 the next\n", "\n/* of\n several */\n"]))
    return (
        f'{comment}resource "aws_ssm_parameter" "p{number}" {{\n{repeated}  name  = {item}\n  type  = "String"\n'
        f"  value = {draw(TEXTS)}\n  tags = {{\n    Size = {draw(NUMBERS)}\n    Text = {draw(TEXTS)}\n  }}\n}}\n"
    )


GROUP = """\
resource "aws_security_group" "g" {
  name = local.name
  ingress {
    from_port = 80
    to_port   = 80
    protocol  = "tcp"
  }
  ingress {
    from_port = 443
    to_port   = 443
    protocol  = "tcp"
  }
  dynamic "egress" {
    for_each = [{ port = 80, what = "web" }, { port = 443, what = "safe" }]
    content {
      description = "${egress.key}: ${egress.value.what} ${local.name}"
      from_port   = egress.value.port
      to_port     = egress.value.port
      protocol    = "tcp"
    }
  }
}
"""


@st.composite
def units(draw: st.DrawFn) -> Unit:
    """A module that is right, in one file or in several, in any line endings."""
    body = "".join(draw(resources(number)) for number in range(draw(st.integers(1, 3))))
    body += draw(st.sampled_from(["", GROUP]))
    newline, mark = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["", "\ufeff"]))
    other = 'output "all" {\n  value = [local.name, local.size, var.stage]\n}\n'
    texts = {"main.tf": HEAD + body, "outputs.tf": other}
    if draw(st.booleans()):
        texts = {"main.tf": body, "variables.tf": HEAD, "outputs.tf": other}
    return Unit(tuple(Document(f"file:///w/{n}", mark + text.replace("\n", newline)) for n, text in texts.items()))


def errors(unit: Unit) -> Counter[tuple[str, str]]:
    """What the own check finds wrong."""
    found = asyncio.run(CHECK.lint(unit)).diagnostics
    return Counter((d.code, d.message) for d in found if d.severity is Severity.ERROR)


def made_at(unit: Unit, span: Span) -> Iterator[tuple[Refactoring, tuple[Edit, ...], Unit]]:
    """What each refactoring that is offered at a place of the first document makes; the refused ones are left out."""
    taken = {document.name for document in unit}
    selection = Selection(unit, unit.main, span, new_file=lambda n: None if n in taken else f"file:///w/{n}")
    for family in REFACTORERS:
        for refactoring in family.offer(selection):
            try:
                edits = tuple(refactoring.edits() or ())
            except RefusedError:
                continue
            if edits:
                yield refactoring, edits, edited(unit, unit.main, refactoring, edits)


def places(drawn: st.DataObject, unit: Unit) -> Span:
    """A cursor, or a selection."""
    start = drawn.draw(st.integers(0, len(unit.main.text)))
    return Span(start, drawn.draw(st.sampled_from([start, min(start + 7, len(unit.main.text)), len(unit.main.text)])))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(units(), st.data())
def test_what_is_made_can_be_read_and_is_no_worse(unit: Unit, drawn: st.DataObject) -> None:
    before = errors(unit)
    assert not before
    for refactoring, _, after in made_at(unit, places(drawn, unit)):
        assert not [p for tree in module_of(after).trees.values() for p in tree.problems], refactoring.title
        if [reason for reason in refactoring.differences(unit, after) if reason]:
            continue  # refused
        assert errors(after) <= before, refactoring.title


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(units(), st.data())
def test_comments_line_endings_and_what_is_declared_stay(unit: Unit, drawn: st.DataObject) -> None:
    for refactoring, edits, after in made_at(unit, places(drawn, unit)):
        said = [Counter(c for d in one for c in DIALECT.comments(d)) for one in (unit, after)]
        gone = {comment for comment in said[0] - said[1] if ("#", comment) not in refactoring.removes}
        assert not gone, refactoring.title
        ids = [{i for d in one for i in DIALECT.ids(d)} for one in (unit, after)]
        assert ids[0] - ids[1] <= refactoring.removes, refactoring.title
        touched = {edit.uri for edit in edits}
        for document in after:
            old = unit.get(document.uri)
            assert "\r\n" in document.text or "\r\n" not in unit.main.text or not document.text.strip("\ufeff")
            assert document.text.count("\n") == document.text.count("\r\n") or "\r\n" not in unit.main.text
            if old is not None:
                assert document.text.startswith("\ufeff") == old.text.startswith("\ufeff")
                assert document.uri in touched or document.text == old.text


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(units(), st.data())
def test_nothing_is_raised_whatever_is_typed(unit: Unit, drawn: st.DataObject) -> None:
    main = unit.main
    at = drawn.draw(st.integers(0, len(main.text)))
    typed = drawn.draw(st.text(st.sampled_from("\t{}[]()\"'$%&*:-#= \n😀aR<|."), max_size=4))
    text = main.text[:at] + typed + main.text[at + drawn.draw(st.integers(0, 5)) :]
    changed = unit.replacing([main.with_text(text)])
    for refactoring, _, after in made_at(changed, Span(min(at, len(text)), min(at, len(text)))):
        list(refactoring.differences(changed, after))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(units(), st.data())
def test_a_block_that_is_filled_keeps_all_that_stands_in_it(unit: Unit, drawn: st.DataObject) -> None:
    text = unit.main.text
    headers = [at for word in ("resource", "ingress", "content", "lifecycle") for at in _starts(text, word)]
    at = drawn.draw(st.sampled_from(headers or [0]))
    for refactoring, edits, after in made_at(unit, Span(at, at)):
        if refactoring.key.startswith("fill."):
            assert all(edit.text.count(text[edit.span.start : edit.span.end].strip()) for edit in edits)
            assert not [reason for reason in refactoring.differences(unit, after) if reason]
            assert not list(_filled_again(after, at, refactoring.key))


def _starts(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _filled_again(unit: Unit, at: int, key: str) -> Iterator[Refactoring]:
    """What would fill a block that has been filled."""
    return (one for one, _, _ in made_at(unit, Span(at, at)) if one.key == key)


def test_where_a_family_fails_the_others_are_offered() -> None:
    document = Document("file:///w/main.tf", HEAD)
    at = HEAD.index('"first"\n}')
    selection = Selection(Unit((document,)), document, Span(at, at))
    assert {one.kind for one in TABLE.at(selection, frozenset(Kind))} >= {Kind.EXTRACT}
