"""What a block may hold: its arguments and attributes with types, and the blocks in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lsp_server.dialects.terraform.types import DYNAMIC, Type


@dataclass(frozen=True, slots=True)
class AttributeSchema:
    """One attribute. Settable unless it is only `computed`; `values` are the allowed words, where they are known.

    `sensitive`, `deprecated` and `write_only` are told by a provider itself, and not by every bundle. `nested` is what
    stands in an attribute whose objects have a schema of their own; its `type` is then made of that.
    """

    type: Type
    required: bool = False
    optional: bool = False
    computed: bool = False
    values: tuple[str, ...] = ()
    description: str = ""
    sensitive: bool = False
    deprecated: bool = False
    write_only: bool = False
    nested: NestedBlock | None = None

    @property
    def settable(self) -> bool:
        """Whether it may be written as an argument."""
        return self.required or self.optional

    @property
    def as_blocks(self) -> Type | None:
        """The object type of an element, where the argument may be written as blocks, too: old lists of objects."""
        element = self.type.element if self.type.is_list else None
        old = element is not None and element.kind == "object" and self.nested is None
        return element if old and self.settable else None


@dataclass(frozen=True, slots=True)
class BlockSchema:
    """The content of a block. Inside an `opaque` one nothing is known: nothing may be reported there.

    `texts` reads what the provider's documentation says, by name, and of the block itself by the empty name.
    """

    attributes: Mapping[str, AttributeSchema] = field(default_factory=dict)
    blocks: Mapping[str, NestedBlock] = field(default_factory=dict)
    opaque: bool = False
    labels: tuple[str, ...] = ()
    deprecated: bool = False
    texts: Callable[[], Mapping[str, str]] | None = field(default=None, compare=False, repr=False)

    def describe(self, name: str = "") -> str:
        """Markdown on an argument, or on the block itself; empty where there is none. It may unpack some texts."""
        known = self.attributes.get(name)
        told = known.description if known else ""
        return told or (self.texts().get(name, "") if self.texts else "")

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

    @property
    def type(self) -> Type:
        """The type of a value that holds the same; what is not required may be left out of it."""
        if self.opaque:
            return DYNAMIC
        fields = [(name, known.type) for name, known in self.block.attributes.items()]
        fields += [(name, nested.type) for name, nested in self.block.blocks.items()]
        needed = {*self.block.required, *self.block.required_blocks}
        kind = Type("object", fields=tuple(fields), may_lack=frozenset(name for name, _ in fields) - needed)
        return Type(self.nesting, kind) if self.nesting in {"list", "set", "map"} else kind


EMPTY = BlockSchema()
OPAQUE = BlockSchema(opaque=True)
