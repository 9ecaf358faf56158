"""What was written with variables and outputs: each stands where the module keeps such blocks, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lsp_server.analysis import Toolchain, analyze
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit, edit_unit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.linters.terraform_check.linter import TerraformCheck
from lsp_server.repair import generation
from lsp_server.repair.ledger import Budget
from lsp_server.repair.loop import Run
from lsp_server.repair.placement import to_their_files
from lsp_server.repair.proposer import IntentTask, Proposal, Task
from lsp_server.repair.verify import Verifier

FOLDER = "file:///nowhere/"
CASES = msgspec.yaml.decode((Path(__file__).parent / "placements.yaml").read_bytes())


def unit_of(files: dict[str, str]) -> Unit:
    return Unit(tuple(Document(FOLDER + name, text) for name, text in files.items()))


class Writes:
    """A proposer that writes a text at the place of the intent."""

    name, metered = "writer", True

    def __init__(self, text: str) -> None:
        self._text = text

    async def propose(self, task: Task) -> Proposal | None:
        assert task.intent is not None
        at = task.intent.insert_at
        return Proposal(self.name, "Write", (Edit(task.intent.uri, Span(at, at), self._text),), Applicability.UNSAFE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_what_is_written_with_something_stands_where_it_belongs(case: Any) -> None:
    unit, toolchain = unit_of(case["before"]), Toolchain((TerraformCheck(),))
    before = await analyze(unit, Language.TERRAFORM, toolchain)
    run = Run(Verifier(Terraform(), toolchain), before, Budget(), list)
    main = unit[FOLDER + "main.tf"]
    outcome = await generation.generate(run, IntentTask("a queue", main.uri, len(main.text)), [Writes(case["written"])])
    after = {document.name: document.text for document in outcome.unit}
    assert after == {**case["before"], **case["after"]}


BLOCKS = st.sampled_from(
    [
        'variable "v{}" {{\n  type = string\n}}\n',
        '# about it\nvariable "w{}" {{\n  default = "ä"\n}}\n',
        'output "o{}" {{\n  value = 1\n}} # behind\n',
        'output "p{}" {{ value = <<-EOT\n    text\n  EOT\n}}\n',
        'resource "aws_sqs_queue" "q{}" {{\n}}\n',
        "# alone {}\n",
        "\n",
        'variable "broken{}" {{\n',
        'output "x{}" {{ value = 1 }} output "y{}" {{ value = 2 }}\n',
    ]
)


@st.composite
def texts(draw: st.DrawFn, prefix: str) -> str:
    text = "".join(
        block.replace("{}", f"{prefix}{n}").replace("{{", "{").replace("}}", "}")
        for n, block in enumerate(draw(st.lists(BLOCKS, max_size=5)))
    )
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


@given(old=texts("a"), new=texts("b"), variables=texts("c"), outputs=texts("d"))
@example('variable "a" {\n}\n', 'variable "b" {\n}\n\n\nvariable "c" {\n}\n', "", "")
@example("", 'variable "a" {\n}\n\n\nvariable "b" {\n}\n\n\n\noutput "c" {\n  value = 1\n}\n', "", "")
def test_nothing_is_lost_nor_made_on_the_way(old: str, new: str, variables: str, outputs: str) -> None:
    files = {"main.tf": old, "variables.tf": variables, "outputs.tf": outputs}
    before, after = unit_of(files), unit_of({**files, "main.tf": old + new})
    edits = to_their_files(before, after)
    placed = edit_unit(after, edits)

    def lines(unit: Unit) -> Counter[str]:
        return Counter(line for document in unit for line in document.text.split() if line)

    assert lines(placed) == lines(after)
    dialect = Terraform()
    assert set().union(*map(dialect.ids, placed)) == set().union(*map(dialect.ids, after))
    assert placed[FOLDER + "main.tf"].text.startswith(old.rstrip())
    assert to_their_files(before, placed) == () or not edits
