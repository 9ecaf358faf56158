"""A verdict on a piece that is kept equals one that is worked out anew, whatever has changed around the piece."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.resolve import Resolver
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.linters.terraform_check import linter
from lsp_server.linters.terraform_check.surroundings import Surroundings


def block(head, *lines):
    return "\n".join([head + " {", *(f"  {line}" for line in lines), "}", ""])


def required(*lines):
    return block("terraform", "required_providers {", *lines, "}")


QUEUE = 'resource "aws_sqs_queue" "q"'
DECLARED = {  # what a module may hold: each of these in one of its forms, or not at all
    "versions": [
        required('aws = { source = "hashicorp/aws", version = "~> 5.0" }'),
        required('aws = { source = "hashicorp/aws" }', "time = {}"),
    ],
    "provider": [block('provider "aws"', 'alias = "west"'), block('provider "aws"', 'alias = "east"')],
    "variable": [block('variable "v"', *lines) for lines in ((), ("type = number",), ("type = list(string)",))],
    "local": [block("locals", line) for line in ("l = 1", "l = var.v", 'l = { a = "x" }')],
    "deep": [block("locals", line) for line in ("d = local.l", "d = aws_sqs_queue.q.name")],
    "resource": [
        block(QUEUE),
        *(block(QUEUE, line) for line in ("count = 2", "for_each = {}", "provider = other")),
        block('resource "aws_sqs_queue" "p"'),
    ],
    "data": [block('data "aws_sqs_queue" "q"', *lines) for lines in (('name = "q"',), ("count = 1",))],
    "call": [block('module "m"', 'source = "./child"', *more) for more in ((), ("count = 1", "size = 1"))],
}
USES = """
output "e" {
  value = aws_sqs_queue.q.arm
}

output "a" {
  value = [aws_sqs_queue.q.arn, aws_sqs_queue.q[0].arm, data.aws_sqs_queue.q.arn, q]
}

output "b" {
  value = "${var.v} ${local.l} ${local.d}"
}

output "c" {
  value = [-var.v, -local.d, !local.l, var.w, local.v, l, module.m.id, module.m.ip, module.n.id]
}

resource "aws_sqs_queue" "r" {
  provider      = aws.west
  delay_seconds = var.v
  tags          = local.l
  depends_on    = ["aws_sqs_queue.p", data.aws_sqs_queue.q]
}

resource "aws_s3_bucket" "b" {
  for_each = local.d
  region   = module.m.id
  bucket   = provider::time::rfc3339_parse(local.l)
}

module "m2" {
  source = "./child"
  size   = local.d
}
"""
CHILDREN = ['variable "size" {}\noutput "id" {\n  value = 1\n}\n', 'variable "size" {\n  type = list(string)\n}\n', ""]
JSON = ['{"variable": {"w": {}}}', '{"variable": {"w": ']

forms = st.fixed_dictionaries({name: st.none() | st.sampled_from(texts) for name, texts in DECLARED.items()})
states = st.lists(
    st.tuples(forms, st.sampled_from(CHILDREN), st.none() | st.sampled_from(JSON)), min_size=2, max_size=6
)


def unit(declared, child, json):
    text = "".join(text for text in declared.values() if text)
    found = [Document("file:///project/main.tf", USES), Document("file:///project/more.tf", text)]
    found += [Document("file:///project/some.tf.json", json)] if json else []
    return Unit(tuple(found), (Document("file:///project/child/main.tf", child),) if child else ())


@settings(max_examples=60, deadline=None)
@given(states)
def test_what_is_kept_is_what_a_new_look_would_find(taken):
    for declared, child, json in taken:
        module = module_of(unit(declared, child, json))
        around = Surroundings(module, schema_for(module))
        anew = Resolver(module, schema_for(module))
        for tree in module.trees.values():
            for placed in tree.placed:
                assert linter._meaning(placed.piece, around) == linter._meaning.__wrapped__(placed.piece, anew)


def test_a_new_name_concerns_nobody_who_does_not_use_it(monkeypatch):
    judged = []
    check = linter.check_references
    monkeypatch.setattr(
        linter, "check_references", lambda piece, asked: judged.append(piece.text) or check(piece, asked)
    )
    used, unused = "locals {\n  l = 1\n}\n", 'variable "v" {}\n'
    uses, misses = 'output "a" {\n  value = local.l\n}\n', 'output "b" {\n  value = var.w\n}\n'
    for text in (uses + misses + used, uses + misses + used + unused):
        list(linter.check_module(module_of(Unit((Document("untitled:/w/main.tf", text),)))))
    assert [text.strip() for text in judged if "output" in text] == [t.strip() for t in (uses, misses, misses)]
