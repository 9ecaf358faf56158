"""What no answer of a model may bring about, and who may ask for it."""

from __future__ import annotations

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import minimal_edits
from lsp_server.dialects.base import Language
from lsp_server.repair.forbidden import forbidden

URI = "file:///nowhere/main.tf"
BEFORE = 'resource "aws_instance" "a" {\n  vpc_security_group_ids = ["sg-0a1b2c3d"]\n}\n'
OTHER = BEFORE.replace("0a1b2c3d", "0a1b9e8f")
SILENCED = BEFORE.replace("{\n", "{ # tflint-ignore: aws_instance_x\n")


@pytest.mark.parametrize(
    ("after", "wish", "refused"),
    [
        (OTHER, None, "sg-0a1b9e8f"),  # though the edit writes a part of it alone
        (OTHER, "use sg-0a1b9e8f", ""),
        (BEFORE, None, ""),
        (SILENCED, None, "tflint-ignore"),
        (SILENCED, "disable public access", "tflint-ignore"),
        (SILENCED, "skip the final snapshot", "tflint-ignore"),
        (SILENCED, "suppress the tflint warning", ""),
    ],
)
def test_what_is_refused(after: str, wish: str | None, refused: str) -> None:
    unit = Unit((Document(URI, BEFORE),))
    said = forbidden(unit, Language.TERRAFORM, minimal_edits(URI, BEFORE, after), wish)
    assert refused in said
    assert bool(said) is bool(refused)
