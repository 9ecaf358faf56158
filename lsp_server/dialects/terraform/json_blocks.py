"""What in the content of a JSON block is a block: only a schema tells, since an object may be a value just as well.

https://developer.hashicorp.com/terraform/language/syntax/json says how blocks are written; what is a block of a
provider is decided by the schema that counts for the module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import OPAQUE, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.json_rules import COMMENT

INCORRECT = "Incorrect JSON value type"
_DYNAMIC = NestedBlock("list", BlockSchema(opaque=True, labels=("name",)))
_OF_PROVIDERS = frozenset({"resource", "data", "ephemeral", "provider"})
_CORE: Mapping[str, BlockSchema] = {
    **core_schema.TOP_LEVEL,
    "resource": core_schema.RESOURCE_META,
    "data": core_schema.DATA_META,
    "ephemeral": core_schema.DATA_META,
    "module": BlockSchema(),
    "locals": BlockSchema(),
    "provider": BlockSchema(),
}


class Blocks:
    """Makes blocks of those arguments that a schema knows as blocks. What stands in their place is a problem.

    `of_provider` tells that `dynamic` makes blocks in what is read.
    """

    def __init__(self, problems: list[t.SyntaxProblem], *, of_provider: bool) -> None:
        self.problems, self._of_provider = problems, of_provider

    def block(self, block: t.Block, schema: BlockSchema | None) -> t.Block:
        """The block with blocks in it. Without a schema only what can be nothing else is one."""
        return replace(block, body=self.body(block.body, schema, broken=block.broken))

    def body(self, body: t.Body, schema: BlockSchema | None, *, broken: bool) -> t.Body:
        """The content of a block. `broken` tells that there may be more in it."""
        attributes, blocks = [], list(body.blocks)
        known = schema.blocks if schema is not None else {}
        settable = schema.attributes if schema is not None else {}
        for attribute in body.attributes:
            name = attribute.name
            if name == COMMENT:
                continue
            nested = known.get(name)
            if nested is None and name == "dynamic" and self._of_provider and name not in settable:
                nested = _DYNAMIC
            if nested is None and schema is None and _holds_dynamic(attribute.value):
                nested = NestedBlock("list", OPAQUE)
            if nested is None:
                attributes.append(attribute)
            else:
                blocks += self._instances(attribute, nested, schema, broken=broken)
        blocks.sort(key=lambda block: block.span)
        return t.Body(tuple(attributes), tuple(blocks))

    def _instances(
        self, attribute: t.Attribute, nested: NestedBlock, schema: BlockSchema | None, *, broken: bool
    ) -> Iterator[t.Block]:
        labels = nested.block.labels or (("key",) if nested.nesting == "map" else ())
        found = list(self._objects(attribute, (), attribute.value, len(labels)))
        header = attribute.name_span
        start = attribute.span.start
        for keys, value in found:
            opened = Span(value.span.start, value.span.start + 1)
            closed = Span(max(value.span.end - 1, opened.start), value.span.end)
            raw = t.Body(tuple(_attribute(item) for item in value.items), ())
            whole = Span(start, value.span.end)
            inner = t.Block(attribute.name, header, keys, raw, whole, opened, closed, broken=broken)
            yield self._filled(inner, nested, schema)
            header, start = opened, value.span.start

    def _filled(self, inner: t.Block, nested: NestedBlock, schema: BlockSchema | None) -> t.Block:
        if nested is _DYNAMIC:
            content = schema.blocks.get(inner.labels[0].text) if schema is not None else None
            of_content = content.block if content is not None else None
            block = self.block(inner, BlockSchema(blocks={"content": NestedBlock("single", OPAQUE)}))
            blocks = tuple(
                replace(b, body=self.body(b.body, of_content, broken=b.broken)) if b.type == "content" else b
                for b in block.body.blocks
            )
            return replace(block, body=t.Body(block.body.attributes, blocks))
        content_schema = nested.block
        if inner.type == "provisioner":
            content_schema = core_schema.PROVISIONERS.get(inner.labels[0].text if inner.labels else "", OPAQUE)
        return self.block(inner, content_schema)

    def _objects(
        self, attribute: t.Attribute, keys: tuple[t.Label, ...], value: t.Expression, missing: int
    ) -> Iterator[tuple[tuple[t.Label, ...], t.ObjectExpression]]:
        match value:
            case t.TupleExpression(items=items):
                for item in items:
                    yield from self._objects(attribute, keys, item, missing)
            case t.ObjectExpression() if not missing:
                yield keys, value
            case t.ObjectExpression(items=pairs):
                for pair in pairs:
                    if pair.name is not None and pair.name != COMMENT:
                        label = t.Label(pair.name, pair.key.span)
                        yield from self._objects(attribute, (*keys, label), pair.value, missing - 1)
            case t.Literal(value=None) | t.Broken():
                return
            case _:
                self.problems.append(incorrect(value.span, attribute.name))


def incorrect(span: Span, kind: str) -> t.SyntaxProblem:
    """What Terraform says of a value in whose place the content of a block should be."""
    detail = (
        f'Either a JSON object or a JSON array is required, representing the contents of one or more "{kind}" blocks.'
    )
    return t.SyntaxProblem(span, INCORRECT, detail)


def _attribute(item: t.ObjectItem) -> t.Attribute:
    key = item.key.span
    name = item.name
    return t.Attribute(name if name is not None else "", Span(key.start + 1, key.end - 1), item.value, item.span)


def _holds_dynamic(value: t.Expression) -> bool:
    """Whether an object can only be a block: in it stands a `dynamic` with the content of blocks."""
    objects = value.items if isinstance(value, t.TupleExpression) else (value,)
    return any(
        item.name == "dynamic" and _has_content(item.value)
        for one in objects
        if isinstance(one, t.ObjectExpression)
        for item in one.items
    )


def _has_content(value: t.Expression) -> bool:
    objects = value.items if isinstance(value, t.TupleExpression) else (value,)
    labelled = [item.value for one in objects if isinstance(one, t.ObjectExpression) for item in one.items]
    return any(item.name == "content" for one in labelled if isinstance(one, t.ObjectExpression) for item in one.items)


def core_body(block: t.Block, problems: list[t.SyntaxProblem]) -> t.Block:
    """A block at the top of a file with those blocks in it that Terraform itself knows."""
    schema = _CORE.get(block.type)
    blocks = Blocks(problems, of_provider=block.type in _OF_PROVIDERS)
    return blocks.block(block, schema) if schema is not None else block
