"""What holds of names whatever the module: a rename changes a name and nothing else, and the module means the same."""

from __future__ import annotations

import asyncio
import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import apply_edits, edit_unit
from lsp_server.dialects.service import RefusedError
from lsp_server.dialects.terraform.service.modules import ModuleService
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_validate import TerraformValidate
from tests.dialects.terraform.service.written_modules import FOLDER, MOVABLE, WORDS, written

SERVICE = ModuleService()
MOVED = re.compile(r"(?:\r?\n){2}moved \{\s+from = (?P<old>\S+)\s+to   = (?P<new>\S+)\s+\}")
QUIET = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def findings(unit):
    result = asyncio.run(TerraformCheck().lint(unit))
    return sorted((found.uri, found.code) for found in result.diagnostics)


@QUIET
@given(written(), st.data())
def test_a_rename_comes_to_what_the_other_name_would_have_been(module, data):
    slot = data.draw(st.sampled_from(sorted(module.names)))
    uri, span = data.draw(st.sampled_from(module.places(slot)))
    name = data.draw(st.sampled_from(["fresh", *WORDS]))
    unit = module.unit()
    at = data.draw(st.integers(span.start, span.end))
    found = SERVICE.occurrences(unit, unit[uri], at)
    assert sorted((one.uri, one.span) for one in found) == sorted(module.places(slot))
    try:
        renaming = SERVICE.rename(unit, unit[uri], at, name)
    except RefusedError:
        assert name != "fresh"
        return
    expected = module.renamed(slot, name)
    spans = {(place, its) for place, its in module.places(slot)}
    changed = [edit for edit in renaming.edits if (edit.uri, edit.span) in spans]
    added = [edit for edit in renaming.edits if (edit.uri, edit.span) not in spans]
    after = edit_unit(unit, changed)
    for document in after:
        assert document.text == expected.text(document.uri.removeprefix(FOLDER))
    assert bool(added) == (slot.split()[0] in MOVABLE and name != module.names[slot])
    for edit in added:
        assert edit.span.start == edit.span.end
        assert unit[edit.uri].text[: edit.span.start].endswith("}")
        assert edit.text.strip().startswith("moved {")
        assert unit[edit.uri].newline in edit.text
    assert findings(edit_unit(unit, renaming.edits)) == findings(unit)


@QUIET
@given(written(), st.data())
def test_another_rename_gives_the_text_back(module, data):
    slot = data.draw(st.sampled_from([slot for slot in sorted(module.names) if slot.split()[0] not in MOVABLE]))
    uri, span = module.places(slot)[0]
    unit = module.unit()
    other = edit_unit(unit, SERVICE.rename(unit, unit[uri], span.start, "fresh").edits)
    uri, span = module.renamed(slot, "fresh").places(slot)[-1]
    again = edit_unit(other, SERVICE.rename(other, other[uri], span.start, module.names[slot]).edits)
    assert again.documents == unit.documents


@QUIET
@given(written(), st.data())
def test_a_resource_that_gets_its_name_back_keeps_one_move(module, data):
    slot = data.draw(st.sampled_from([slot for slot in sorted(module.names) if slot.split()[0] in MOVABLE]))
    uri, span = data.draw(st.sampled_from(module.places(slot)))
    unit = module.unit()
    other = edit_unit(unit, SERVICE.rename(unit, unit[uri], span.start, "fresh").edits)
    declared = next(one for one in SERVICE.occurrences(other, other[uri], other[uri].text.index("fresh")))
    again = edit_unit(other, SERVICE.rename(other, other[declared.uri], declared.span.start, module.names[slot]).edits)
    (move,) = [found for document in again for found in MOVED.finditer(document.text)]
    assert move["old"].endswith(".fresh")
    assert move["new"] == move["old"].removesuffix("fresh") + module.names[slot]
    texts = [MOVED.sub("", document.text) for document in again]
    assert texts == [document.text for document in unit]


@QUIET
@given(written(), st.data())
def test_no_question_about_a_text_that_is_half_typed_raises(module, data):
    unit = module.unit()
    document = data.draw(st.sampled_from(unit.documents))
    cut = data.draw(st.integers(0, len(document.text)))
    typed = data.draw(
        st.sampled_from(["", '"', "{", "${", "}", "%{ for a in ", "<<EOT\n", " = ", "🦉", ".", "var.", "\\"])
    )
    changed = document.with_text(document.text[:cut] + typed + document.text[cut + data.draw(st.integers(0, 9)) :])
    broken = unit.replacing([changed])
    at = data.draw(st.integers(0, len(changed.text)))
    SERVICE.hover(broken, changed, at)
    SERVICE.definition(broken, changed, at)
    for one in SERVICE.occurrences(broken, changed, at):
        broken.read(one.uri).slice(one.span)
    try:
        renaming = SERVICE.rename(broken, changed, at, "fresh")
    except RefusedError:
        return
    for edit in renaming.edits if renaming is not None else ():
        apply_edits(broken[edit.uri].text, [edit])


VALID = """\
variable "area" {
  type    = string
  default = "x"
}
locals {
  both = { for key, one in { a = var.area } : key => "${one}-${local.name}" }
  name = "n"
}
provider "aws" {
  alias = "west"
}
resource "aws_sns_topic" "alarms" {
  provider = aws.west
  name     = local.both["a"]
}
data "aws_region" "here" {}
resource "aws_sqs_queue" "work" {
  count      = 2
  name       = "${aws_sns_topic.alarms.name}-${data.aws_region.here.id}"
  depends_on = [aws_sns_topic.alarms]
}
moved {
  from = aws_sqs_queue.jobs
  to   = aws_sqs_queue.work
}
resource "aws_security_group" "group" {
  dynamic "ingress" {
    for_each = [local.name]
    content {
      from_port   = 1
      to_port     = 1
      protocol    = "tcp"
      description = ingress.value
    }
  }
}
output "topic" {
  value = [for queue in aws_sqs_queue.work : queue.arn]
}
"""


STABLE = (
    'variable "', "locals {\n  ", "{ for ", '=> "${', 'alias = "', 'resource "aws_sns_topic" "', "for_each = [local.",
    'resource "aws_sqs_queue" "', 'data "aws_region" "', 'dynamic "', 'output "', "[for ",
)  # fmt: skip
"""What stands before a name, and stays when others are renamed."""


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")
async def test_terraform_finds_a_renamed_module_as_valid_as_before():
    document = Document(FOLDER + "main.tf", VALID)
    unit = Unit((document,))
    for number, before in enumerate(STABLE):
        renaming = SERVICE.rename(unit, unit.main, unit.main.text.index(before) + len(before), f"new_{number}")
        assert renaming.edits
        unit = edit_unit(unit, renaming.edits)
    assert not re.search(r"\b(area|both|west|here|topic|alarms\.name)\b", unit.main.text)
    result = await TerraformValidate().lint(unit)
    assert not result.not_run
    assert [found.message for found in result.diagnostics] == []
