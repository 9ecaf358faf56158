"""What is told of how files are written: what most do, and nothing where there is too little to tell."""

from __future__ import annotations

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.repair.conventions import conventions

QUEUE = 'resource "aws_sqs_queue" "{0}" {{\n  name = "${{var.project}}-{0}"\n  tags = {1}\n}}\n'
OWN = "{\n    Owner = var.owner\n    Stage = var.stage\n  }"
TOPIC = """\
  {0}:
    Type: AWS::SNS::Topic
    DeletionPolicy: Retain
    Properties:
      TopicName: !Sub "{0}-topic"
      DisplayName: "what {0} says"
      Tags:
        - Key: Team
          Value: !Ref Team
"""


def module(*texts: str) -> tuple[str, ...]:
    return conventions(
        Unit(tuple(Document(f"file:///p/{n}.tf", text) for n, text in enumerate(texts))), Language.TERRAFORM
    )


def template(text: str) -> tuple[str, ...]:
    return conventions(Unit((Document("file:///p/t.yaml", text),)), Language.CLOUDFORMATION)


def test_what_most_blocks_do_is_told() -> None:
    names = ("dead_letters", "new_orders", "old_orders")
    assert module("".join(QUEUE.format(name, "local.tags") for name in names)) == (
        "Names are in snake_case.",
        "Tags are written as `tags = local.tags`.",
        "Names of resources begin with `${var.project}-`.",
    )
    assert "Resources have the tags Owner, Stage." in module("".join(QUEUE.format(name, OWN) for name in names))


def test_where_variables_stand_is_told() -> None:
    variables = "".join(f'variable "v{n}" {{\n}}\n' for n in range(3))
    assert module(variables, 'output "o" {\n  value = 1\n}\n') == ("Each variable stands in 0.tf.",)


def test_the_notation_of_a_template_is_told() -> None:
    names = ("OrdersNew", "OrdersOld", "OrdersLost")
    assert template("Resources:\n" + "".join(TOPIC.format(name) for name in names)) == (
        "Names are in PascalCase.",
        "Intrinsic functions are short (!Ref, !Sub).",
        "Resources have the tags Team.",
        "Resources that hold data have `DeletionPolicy: Retain`.",
    )


@pytest.mark.parametrize("text", ["", "Resources:\n", "\ufeff{", "Resources:\n" + TOPIC.format("OrdersNew")])
def test_too_little_tells_nothing(text: str) -> None:
    assert template(text) == ()
    assert module(text) == ()
