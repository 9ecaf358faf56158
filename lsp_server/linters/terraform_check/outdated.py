"""Hints at what a provider keeps for old times' sake: what its schema says of it, and what is recovered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import deprecations
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.deprecations import Told
from lsp_server.dialects.terraform.schema import ProviderSchemas, typed
from lsp_server.linters.terraform_check.finding import Finding

CODE = "deprecated-by-provider"
RECOVERED = "(Recovered from documentation: the schema does not say.)"


def check_outdated(block: t.Block, schemas: ProviderSchemas) -> Iterator[Finding]:
    """Hints for a resource or data source, its arguments and its blocks. What is in a deprecated one is passed."""
    if block.type not in {"resource", "data"} or not block.labels:
        return
    choice = schemas.choice_of(block)
    schema = typed(choice.bundle, block.type, block.labels[0].text) if choice is not None else None
    if choice is None or schema is None or not (choice.exact or choice.near):
        return
    name = block.labels[0].text
    look = _Look(block.type, name, deprecations.told(choice, block.type, name))
    if schema.deprecated or look.told.get("", Told()).deprecated:
        yield look.finding(block.labels[0].text_span, "type", name, (), of_provider=schema.deprecated)
    else:
        yield from look.inside(block.body, schema, ())


@dataclass(frozen=True)
class _Look:
    kind: str
    type_name: str
    told: deprecations.Known

    def inside(self, body: t.Body, schema: BlockSchema, path: tuple[str, ...]) -> Iterator[Finding]:
        for attribute in body.attributes:
            known = schema.attributes.get(attribute.name)
            if known is not None and known.settable:
                here = (*path, attribute.name)
                yield from self._one(attribute.name_span, "argument", here, of_provider=known.deprecated)
        for block in body.blocks:
            name, content, span = block.type, block.body, block.type_span
            if block.type == "dynamic" and block.labels:
                name, span = block.labels[0].text, block.labels[0].text_span
                content = next((inner.body for inner in block.body.blocks_of("content")), block.body)
            nested = schema.blocks.get(name)
            if nested is None or nested.opaque:
                continue
            here = (*path, name)
            found = list(self._one(span, "block", here, of_provider=nested.block.deprecated))
            yield from found or self.inside(content, nested.block, here)

    def _one(self, span: Span, what: str, path: tuple[str, ...], *, of_provider: bool) -> Iterator[Finding]:
        if of_provider or deprecations.at(self.told, path).deprecated:
            yield self.finding(span, what, path[-1], path, of_provider=of_provider)

    def finding(self, span: Span, what: str, name: str, path: tuple[str, ...], *, of_provider: bool) -> Finding:
        """What is said of the type (the empty path), or of something in it."""
        why = deprecations.at(self.told, path).why
        detail = " ".join(filter(None, (why, "" if of_provider else RECOVERED)))
        facts = {
            "name": name, "kind": what, "path": path[:-1], "block": self.kind, "resource_type": self.type_name,
            "why": why, "recovered": not of_provider,
        }  # fmt: skip
        return Finding(CODE, span, f'"{name}" is deprecated', detail, facts)
