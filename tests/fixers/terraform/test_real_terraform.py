"""What the fixers write where a value is of the wrong kind, the real `terraform validate` takes."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.linters.terraform_validate import TerraformValidate

CASES = Path(__file__).parent / "cases"
JUDGED = [
    "condition_of_the_value",
    "condition_of_another_variable",
    "address_of_an_attribute",
    "address_in_quotes",
    "condition_with_an_empty_text_for_a_list",
    "condition_with_a_list_and_a_text",
    "condition_with_nothing_for_a_text",
    "loop_up_to_a_number",
    "loop_through_a_text_with_commas",
    "index_of_a_set",
]


def errors(text: str) -> list[str]:
    unit = Unit((Document("file:///no/such/module/main.tf", text),))
    found = asyncio.run(TerraformValidate().lint(unit))
    assert not found.not_run
    return [d.message for d in found.diagnostics if d.severity is Severity.ERROR]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no terraform")
@pytest.mark.parametrize("name", JUDGED)
def test_terraform_takes_what_is_mended(name: str) -> None:
    text = (CASES / f"{name}.case").read_text("utf-8")
    before, after = (part.split("\n", 1)[1] for part in text.split("=== ")[1:])
    assert errors(before)
    assert not errors(after)
