"""Judges a block by its schema: what may stand in it, what has to, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import OPAQUE, AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.nearness import near
from lsp_server.linters.terraform_check.finding import Finding, did_you_mean

_OF_MANAGED = frozenset({"create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"})

_NOT_DYNAMIC = frozenset({"lifecycle", "provisioner", "connection"})


class BlockCheck:
    """Checks one block of a provider or of Terraform. `facts` goes into the data of every finding."""

    def __init__(self, facts: Mapping[str, object], *, resource: bool = False) -> None:
        self._facts = facts
        self._resource = resource  # only a resource's own `id` is never settable

    def check(self, block: t.Block, schema: BlockSchema, path: tuple[str, ...] = ()) -> Iterator[Finding]:
        """Everything wrong with the block's content. `path` names the blocks around it below the top level."""
        if schema.opaque:
            return
        yield from self._arguments(block, schema, path)
        yield from self._missing(block, schema, path)
        yield from self._blocks(block, schema, path)

    def _finding(
        self, code: str, span: Span, summary: str, detail: str, path: tuple[str, ...], **data: object
    ) -> Finding:
        return Finding(code, span, summary, detail, {**self._facts, "path": path, **data})

    # -- arguments

    def _arguments(self, block: t.Block, schema: BlockSchema, path: tuple[str, ...]) -> Iterator[Finding]:
        seen: dict[str, t.Attribute] = {}
        for attribute in block.body.attributes:
            name = attribute.name
            if name in seen:
                yield self._finding(
                    "duplicate", attribute.name_span, "Attribute redefined",
                    f'The argument "{name}" was already set in this block. Each argument may be set only once.',
                    path, name=name, kind="argument",
                )  # fmt: skip
            seen.setdefault(name, attribute)
            known = schema.attributes.get(name)
            if known is None:
                yield self._unsupported(attribute, schema, path)
            elif not known.settable or (self._resource and not path and name == "id" and known.computed):
                yield self._computed(attribute, known, path)

    def _unsupported(self, attribute: t.Attribute, schema: BlockSchema, path: tuple[str, ...]) -> Finding:
        name = attribute.name
        what = f'An argument named "{name}" is not expected here.'
        if name in schema.blocks:
            return self._finding(
                "block-as-argument", attribute.name_span, "Unsupported argument",
                f'{what} Did you mean to define a block of type "{name}"?',
                path, name=name, kind="argument", nesting=schema.blocks[name].nesting,
            )  # fmt: skip
        if path == ("lifecycle",) and self._facts.get("block") == "data" and name in _OF_MANAGED:
            return self._finding(
                "unsupported-argument", attribute.name_span, "Invalid data resource lifecycle argument",
                f'The lifecycle argument "{name}" is defined only for managed resources ("resource" blocks), and is '
                "not valid for data resources.",
                path, name=name, kind="argument", candidates=[],
            )  # fmt: skip
        candidates = near(name, [n for n, a in schema.attributes.items() if a.settable] + list(schema.blocks))
        return self._finding(
            "unsupported-argument", attribute.name_span, "Unsupported argument", what + did_you_mean(name, candidates),
            path, name=name, kind="argument", candidates=candidates,
        )  # fmt: skip

    def _computed(self, attribute: t.Attribute, known: AttributeSchema, path: tuple[str, ...]) -> Finding:
        name = attribute.name
        finding = self._finding(
            "computed-argument", attribute.name_span,
            "Invalid or unknown key" if known.settable else "Value for unconfigurable attribute",
            f'Can\'t configure a value for "{name}": its value will be decided automatically based on the result of '
            "applying this configuration.",
            path, name=name, kind="argument",
        )  # fmt: skip
        # a provider does not look at a value that is not known before it runs
        constant = not any(isinstance(e, t.Traversal) for e in t.expressions(attribute.value))
        return finding if constant or known.settable else finding.weakened("(The provider leaves the value out.)")

    def _missing(self, block: t.Block, schema: BlockSchema, path: tuple[str, ...]) -> Iterator[Finding]:
        if block.broken:
            return  # it may be there and not readable
        given = {attribute.name for attribute in block.body.attributes}
        for name in schema.required:
            if name not in given:
                yield self._finding(
                    "missing-required-argument", block.header_span, "Missing required argument",
                    f'The argument "{name}" is required, but no definition was found.',
                    path, name=name, kind="argument", expected=str(schema.attributes[name].type),
                )  # fmt: skip

    # -- blocks

    def _blocks(self, block: t.Block, schema: BlockSchema, path: tuple[str, ...]) -> Iterator[Finding]:
        counts: Counter[str] = Counter()
        uncertain: set[str] = set()
        for inner in block.body.blocks:
            name = _real_name(inner)
            nested = _nested(schema, name)
            if inner.type == "dynamic" and not path and name in _NOT_DYNAMIC:
                yield self._finding(
                    "unsupported-block", inner.labels[0].span, "Unsupported block type",
                    f'Blocks of type "{name}" are not expected here. No dynamic block can make one.',
                    path, name=name, kind="block", candidates=[],
                )  # fmt: skip
                continue
            if nested is None:
                yield self._unsupported_block(inner, name, schema, path)
                continue
            counts[name] += 1
            if inner.type == "dynamic":
                uncertain.add(name)
                yield from self._dynamic(inner, nested, (*path, name))
                continue
            if nested.max and counts[name] == nested.max + 1 and name not in uncertain:
                yield self._too_many(inner, nested, path)
            yield from self._labels(inner, nested, path)
            yield from self.check(inner, _content(inner, nested), (*path, name))
        if not block.broken:
            yield from self._too_few(block, schema, counts, uncertain, path)

    def _unsupported_block(self, inner: t.Block, name: str, schema: BlockSchema, path: tuple[str, ...]) -> Finding:
        span = inner.labels[0].span if inner.type == "dynamic" and inner.labels else inner.type_span
        what = f'Blocks of type "{name}" are not expected here.'
        known = schema.attributes.get(name)
        if known is not None:
            return self._finding(
                "argument-as-block", span, "Unsupported block type",
                f'{what} Did you mean to define argument "{name}"? If so, use the equals sign to assign it a value.',
                path, name=name, kind="block", expected=str(known.type),
            )  # fmt: skip
        candidates = near(name, [*schema.blocks, *(n for n, a in schema.attributes.items() if a.settable)])
        return self._finding(
            "unsupported-block", span, "Unsupported block type", what + did_you_mean(name, candidates),
            path, name=name, kind="block", candidates=candidates,
        )  # fmt: skip

    def _dynamic(self, block: t.Block, nested: NestedBlock, path: tuple[str, ...]) -> Iterator[Finding]:
        yield from self.check(block, core_schema.DYNAMIC_BLOCK, path)
        iterator = block.body.attribute("iterator")
        if iterator and not isinstance(iterator.value, t.Traversal | t.Broken):
            detail = "A single static variable reference is required: the name that the content uses for each element."
            yield self._finding(
                "invalid-expression", iterator.value.span, "Invalid expression", detail, path, name="", kind="value"
            )
        for content in block.body.blocks_of("content"):
            yield from self.check(content, nested.block, path)

    def _labels(self, inner: t.Block, nested: NestedBlock, path: tuple[str, ...]) -> Iterator[Finding]:
        expected = nested.block.labels or (("key",) if nested.nesting == "map" else ())
        if len(inner.labels) > len(expected):
            wanted = f"Only {len(expected)} labels ({', '.join(expected)}) are" if expected else "No labels are"
            yield self._finding(
                "invalid-labels", inner.labels[len(expected)].span, f"Extraneous label for {inner.type}",
                f"{wanted} expected for {inner.type} blocks.",
                path, name=inner.type, kind="label", expected=expected,
            )  # fmt: skip
        elif len(inner.labels) < len(expected):
            yield self._finding(
                "invalid-labels", inner.header_span, f"Missing {expected[len(inner.labels)]} for {inner.type}",
                f"All {inner.type} blocks must have {len(expected)} labels ({', '.join(expected)}).",
                path, name=inner.type, kind="label", expected=expected,
            )  # fmt: skip

    def _too_many(self, inner: t.Block, nested: NestedBlock, path: tuple[str, ...]) -> Finding:
        name = inner.type
        if not path and name == "lifecycle":
            detail = "This resource already has a lifecycle block."
            return self._finding(
                "too-many-blocks", inner.header_span, "Duplicate lifecycle block", detail,
                path, name=name, kind="block", max=1,
            )  # fmt: skip
        return self._finding(
            "too-many-blocks", inner.header_span, f"Too many {name} blocks",
            f'No more than {nested.max} "{name}" blocks are allowed', path, name=name, kind="block", max=nested.max,
        )  # fmt: skip

    def _too_few(
        self, block: t.Block, schema: BlockSchema, counts: Counter[str], uncertain: set[str], path: tuple[str, ...]
    ) -> Iterator[Finding]:
        for name, nested in schema.blocks.items():
            if counts[name] < nested.min and name not in uncertain:
                if self._facts.get("block") == "check" and name == "assert":
                    yield self._finding(
                        "missing-required-block", block.header_span, "Zero assert blocks",
                        "Check blocks must have at least one assert block.", path, name=name, kind="block", min=1,
                    )  # fmt: skip
                    continue
                yield self._finding(
                    "missing-required-block", block.header_span, f"Insufficient {name} blocks",
                    f'At least {nested.min} "{name}" blocks are required.',
                    path, name=name, kind="block", min=nested.min,
                )  # fmt: skip


def _real_name(block: t.Block) -> str:
    return block.labels[0].text if block.type == "dynamic" and block.labels else block.type


def _nested(schema: BlockSchema, name: str) -> NestedBlock | None:
    """The nested block of that name; a list of objects may be written as blocks, too."""
    if name in schema.blocks:
        return schema.blocks[name]
    known = schema.attributes.get(name)
    element = known.as_blocks if known else None
    return NestedBlock(known.type.kind, core_schema.from_object(element)) if known and element else None


def _content(inner: t.Block, nested: NestedBlock) -> BlockSchema:
    if inner.type == "provisioner" and nested.block.labels:
        return core_schema.PROVISIONERS.get(inner.labels[0].text if inner.labels else "", OPAQUE)
    return nested.block


def nested_content(schema: BlockSchema, inner: t.Block) -> BlockSchema | None:
    """The schema of what stands in a nested block (for a dynamic one: in its `content`), None where unsupported."""
    nested = _nested(schema, _real_name(inner))
    return _content(inner, nested) if nested else None
