"""Hints at outputs of what is sensitive by documentation alone: the schema does not say it, the provider will."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import deprecations
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Declaration, Module
from lsp_server.dialects.terraform.schema import ProviderSchemas, schema_for
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.flow import Marks, Placed
from lsp_server.linters.terraform_check.outdated import RECOVERED

CODE = "hidden-output"


class RecoveredMarks(Marks):
    """Which expressions are sensitive, those included that refer to an argument of which it is recovered."""

    def __init__(self, module: Module, schemas: ProviderSchemas) -> None:
        super().__init__(module, "sensitive")
        self._schemas = schemas

    def _traversal(self, value: t.Traversal) -> tuple[bool, bool]:
        found = super()._traversal(value)
        return found if any(found) else (self._told(value), False)

    def _told(self, value: t.Traversal) -> bool:
        """Whether a reference leads to an argument at the top of a resource or data source that is sensitive."""
        parts = [part for part in value.parts if part.kind in {"name", "attr"}]
        kind = "data" if value.root == "data" else "resource"
        names = [part.name for part in parts][kind == "data" :]
        if len(names) < 3 or any(part.kind not in {"name", "attr", "index"} for part in value.parts):
            return False
        table = self._module.data if kind == "data" else self._module.resources
        declared = table.get((names[0], names[1]))
        choice = self._schemas.choice_of(declared) if declared is not None else None
        return deprecations.at(deprecations.told(choice, kind, names[0]), names[2:3]).sensitive


def hidden_outputs(module: Module) -> Iterator[Placed]:
    """Hints for the outputs that do not say it, and of which no more is told."""
    certain, marks = Marks(module, "sensitive"), RecoveredMarks(module, schema_for(module))
    for output in module.outputs.values():
        value = output.argument("value")
        if value is None or output.argument("sensitive") or output.argument("ephemeral") or certain.of(value.value):
            continue
        if marks.of(value.value):
            yield output.uri, output.placed.start, _hint(output)


def _hint(output: Declaration) -> Finding:
    node = output.declared.node
    span = node.header_span if isinstance(node, t.Block) else node.span
    detail = f"An output of the root module that holds it has to say sensitive = true. {RECOVERED}"
    data = {"name": "", "kind": "output", "output": output.name[0], "recovered": True}
    return Finding(CODE, span, "The value is sensitive", detail, data)
