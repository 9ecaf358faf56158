"""What holds of the language service whatever the text of a module is: answers lie in it, and ranges nest."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.terraform.service.modules import ModuleService
from tests.dialects import answers

SERVICE = ModuleService()
MODULE = """\
# what it is for
# and for whom
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
}
variable "zones" {
  type = list(object({ name = string, size = optional(number, 3) }))
  default = []
  validation {
    condition     = alltrue([for zone in var.zones : zone.size > 0 if zone.name != ""])
    error_message = "größer 🦉 ${var.zones[0].name}"
  }
}
# region web
resource "aws_instance" "web" {
  for_each  = { for k, v in local.names : k => v }
  ami       = data.aws_ami.it[0].id /* for
  now */
  user_data = <<-EOT
    # no comment
    %{ for name in local.names ~}
    echo "${upper(name)}" {
    %{ endfor ~}
  EOT
  dynamic "ebs_block_device" {
    for_each = var.zones
    iterator = it
    content { device_name = it.value.name }
  }
  tags = merge(local.tags, {
    "Cost Center" = "${each.key}-${cidrsubnet("10.0.0.0/8", 8, 1)}"
    (each.key)    = each.value == null ? -1 : !true
  })
  lifecycle { ignore_changes = [tags["x"], ami] }
  depends_on = [module.net]
}
# endregion
module "net" {
  source    = "./net"
  providers = { aws = aws.west }
  text      = templatefile("${path.module}/a.tpl", { x = 1 })
}
locals {
  names = toset(["a", "b"])
  tags  = try(module.net.tags["x"].*.id, provider::aws::arn_parse(local.names))
}
moved {
  from = aws_instance.a
  to   = module.net.aws_instance.web["x"]
}
"""
JSON = """\
{"variable": {"a": {"default": [1, {"b": "${var.x}"}]}},
 "resource": {"aws_vpc": {"main": [{"cidr_block": "10.0.0.0/16"}, {"tags": {"a": "🦉"}}]}},
 "module": {"net": {"source": "./net"}}}
"""
PIECES = st.sampled_from(
    ["", " ", "\n", "\r\n", "\t", '"', "{", "}", "[", "(", ")", "=", ".", "${", "#", "/*", "<<E\n", "🦉", "::"]
)


@st.composite
def documents(draw):
    """The module, changed at a few places or cut off anywhere, as half-typed texts are."""
    text = draw(st.sampled_from([MODULE, MODULE, JSON]))
    name = "a.tf.json" if text is JSON else draw(st.sampled_from(["a.tf", "a.tf", "b.tfvars"]))
    text = answers.changed(text, draw(st.lists(st.tuples(st.integers(0), st.integers(0, 40), PIECES), max_size=4)))
    if draw(st.booleans()):
        text = text[: draw(st.integers(0, len(text)))]
    return Document(f"file:///project/{name}", draw(st.sampled_from(["", "\ufeff"])) + text)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), st.integers(0))
def test_every_answer_lies_in_the_text_and_ranges_nest(document, at):
    text, unit = document.text, Unit((document,))
    offset, whole = at % (len(text) + 1), Span(0, len(text))
    assert all(span.touches(offset) for span in SERVICE.selections(document, offset))
    assert all(whole.encloses(one.span) for one in SERVICE.declarations(document))
    told = SERVICE.signature(unit, document, offset)
    assert told is None or -1 <= told.active < len(told.parameters)
    tokens_follow(document)
    answers.lie_in_the_text_and_nest(SERVICE, document, offset)


def tokens_follow(document):
    end = 0
    for start, part in SERVICE.tokens(document) or ():
        assert document.text[start : start + len(part.text)] == part.text
        for token in part.tokens:
            span = token.span.shifted(start)
            assert end <= span.start < span.end <= len(document.text)
            assert "\n" not in document.slice(span)
            end = span.end
