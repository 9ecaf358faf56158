"""What a block may hold: its arguments and attributes with types, and the blocks in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lsp_server.dialects.terraform.types import Type


@dataclass(frozen=True, slots=True)
class AttributeSchema:
    """One attribute. Settable unless it is only `computed`; `values` are the allowed words, where they are known."""

    type: Type
    required: bool = False
    optional: bool = False
    computed: bool = False
    values: tuple[str, ...] = ()
    description: str = ""

    @property
    def settable(self) -> bool:
        """Whether it may be written as an argument."""
        return self.required or self.optional


@dataclass(frozen=True, slots=True)
class BlockSchema:
    """The content of a block. Inside an `opaque` one nothing is known: nothing may be reported there."""

    attributes: Mapping[str, AttributeSchema] = field(default_factory=dict)
    blocks: Mapping[str, NestedBlock] = field(default_factory=dict)
    opaque: bool = False
    labels: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the arguments that must be written."""
        return tuple(name for name, attribute in self.attributes.items() if attribute.required)

    @property
    def required_blocks(self) -> tuple[str, ...]:
        """The names of the blocks that must be written."""
        return tuple(name for name, nested in self.blocks.items() if nested.min)


@dataclass(frozen=True, slots=True)
class NestedBlock:
    """A block inside a block. `nesting` is single, list, set or map; `max` 0 means any number."""

    nesting: str
    block: BlockSchema
    min: int = 0
    max: int = 0

    @property
    def opaque(self) -> bool:
        """Whether nothing is known about what stands in it."""
        return self.block.opaque


EMPTY = BlockSchema()
OPAQUE = BlockSchema(opaque=True)
