"""From the declarations of a `cdktf` provider package to block schemas."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from cdktf_source import Declarations, Member, members

from lsp_server.dialects.terraform.block_schema import OPAQUE, AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.types import BOOL, DYNAMIC, NUMBER, STRING, Type

_WRAPPED = re.compile(r"^  private _\w+ = new ([\w.]+)\(this, \"\w+\"(?:, (true|false))?\);", re.M)
_PRIVATE_TYPE = re.compile(r"^  private _\w+\??: ([^\n]*?); *$", re.M)
_GETTER = re.compile(r"public get \w+\(\)[^{]*\{\s*(?://[^\n]*\n\s*)*return ([^\n]*);")
_ITEM = re.compile(r"(?:public )?get\([^)]*\): (\w+)")
_RESOURCE_TYPE = re.compile(r"terraformResourceType: '(\w+)'")
_VERSION = re.compile(r"providerName: '([^']*)',\s*providerVersion: '([^']*)'")
_SOURCE = re.compile(r"terraformProviderSource: '([^']+)'")
_CONFIG = re.compile(r"config: (\w+)")
_STORAGE = re.compile(r"(string|number|boolean|any)((?:List|Map|Set)*)$")
_LAYER = re.compile(r"List|Map|Set")
_HOST = "registry.terraform.io"
_PROVIDER = "cdktf.TerraformProvider"
_KINDS = {
    "cdktf.TerraformResource": "resources",
    "cdktf.TerraformDataSource": "data",
    "cdktf.TerraformEphemeralResource": "ephemeral",
}

_PRIMITIVES = {"string": STRING, "number": NUMBER, "boolean": BOOL, "any": DYNAMIC}


def _list(kind: Type) -> Type:
    return Type("list", kind)


def _set(kind: Type) -> Type:
    return Type("set", kind)


def _map(kind: Type) -> Type:
    return Type("map", kind)


_GETTERS = (
    ("cdktf.Token.asNumberList(cdktf.Fn.tolist(this.getNumberListAttribute(", _set(NUMBER)),
    ("cdktf.Fn.tolist(this.getListAttribute(", _set(STRING)),
    ("this.getNumberListAttribute(", _list(NUMBER)),
    ("this.getListAttribute(", _list(STRING)),
    ("this.getStringMapAttribute(", _map(STRING)),
    ("this.getNumberMapAttribute(", _map(NUMBER)),
    ("this.getBooleanMapAttribute(", _map(BOOL)),
    ("this.getAnyMapAttribute(", DYNAMIC),
    ("this.getStringAttribute(", STRING),
    ("this.getNumberAttribute(", NUMBER),
    ("this.getBooleanAttribute(", BOOL),
)


@dataclass
class ProviderSource:
    """What a package tells of its provider."""

    provider: str = ""
    version: str = ""
    source: str = ""
    config: BlockSchema = field(default_factory=BlockSchema)
    resources: dict[str, BlockSchema] = field(default_factory=dict)
    data: dict[str, BlockSchema] = field(default_factory=dict)
    ephemeral: dict[str, BlockSchema] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)


def provider_schema(folders: dict[str, Declarations]) -> ProviderSource:
    """Everything in a package's folders."""
    found = ProviderSource()
    for declarations in folders.values():
        for name, (base, body) in declarations.classes.items():
            if base in _KINDS or base == _PROVIDER:
                _Folder(declarations, found).add(name, base, body)
    kinds = (found.resources, found.data, found.ephemeral)
    # what a package says of a field in an object that is only typed is what it says of the whole object
    nested = any(_has_own_schemas(block) for kind in kinds for block in kind.values())
    for kind in kinds:
        kind |= {name: _settled(block, nested) for name, block in kind.items()}
    found.config = _settled(found.config, nested)
    return found


def _has_own_schemas(block: BlockSchema) -> bool:
    for known in block.attributes.values():
        inner = known.nested.block if known.nested else BlockSchema()
        if any(_flags(field) != _flags(known) for field in inner.attributes.values()) or _has_own_schemas(inner):
            return True
    return any(_has_own_schemas(nested.block) for nested in block.blocks.values())


def _flags(known: AttributeSchema) -> tuple[bool, bool, bool]:
    return known.required, known.optional, known.computed


def _settled(block: BlockSchema, nested: bool) -> BlockSchema:
    """A block whose objects have schemas of their own, or, where not `nested`, types all of whose fields are needed."""
    if block.opaque:
        return block
    attributes = {}
    for name, known in block.attributes.items():
        inner = known.nested and replace(known.nested, block=_settled(known.nested.block, nested))
        if inner and nested:
            known = replace(known, nested=inner, type=inner.type)  # noqa: PLW2901 (the same, with what it may lack)
        attributes[name] = known if nested else replace(known, nested=None)
    blocks = {name: replace(one, block=_settled(one.block, nested)) for name, one in block.blocks.items()}
    return replace(block, attributes=attributes, blocks=blocks)


class _Folder:
    """Reads the classes of one folder."""

    def __init__(self, declarations: Declarations, found: ProviderSource) -> None:
        self.declarations = declarations
        self.found = found
        self._open: list[str] = []  # classes being read, for those that contain themselves

    def add(self, name: str, base: str, body: str) -> None:
        """Read a resource, a data source or the provider."""
        config = _CONFIG.search(body)
        at = body.find("synthesizeHclAttributes")
        mapped = self.declarations.mapped(body[at:] if at > 0 else "")
        block = self._block(name, config[1] if config else f"{name}Config", mapped)
        if base == _PROVIDER:
            self._provider(body, block)
            return
        kind = _RESOURCE_TYPE.search(body)
        if kind:
            getattr(self.found, _KINDS[base])[kind[1]] = block

    def _provider(self, body: str, block: BlockSchema) -> None:
        self.found.config = block
        if version := _VERSION.search(body):
            self.found.provider, self.found.version = version[1], version[2]
        source = _SOURCE.search(body)
        address = source[1] if source else self.found.provider
        address = address if "/" in address else f"hashicorp/{address}"
        self.found.source = address if address.count("/") == 2 else f"{_HOST}/{address}"

    def _block(self, class_name: str, interface: str, mapped: dict[str, tuple[str, str]]) -> BlockSchema:
        attributes: dict[str, AttributeSchema] = {}
        blocks: dict[str, NestedBlock] = {}
        fields = self.declarations.fields(interface)
        for member in members(self.declarations.classes[class_name][1]):
            name = member.name
            flags = member.computed or member.optional or member.required
            # a block that only the provider writes carries no flag; an attribute always carries one
            is_block = not flags or (name in fields and fields[name].is_block)
            if is_block:
                blocks[name] = self._nested(member, mapped.get(name))
            else:
                kind, nested = self._type(member, mapped.get(name))
                attributes[name] = AttributeSchema(
                    kind,
                    member.required,
                    member.optional,
                    member.computed,
                    description=fields[name].text if name in fields else "",
                    nested=nested if member.optional or member.required else None,
                )
        return BlockSchema(attributes, blocks)

    # -- blocks

    def _nested(self, member: Member, mapped: tuple[str, str] | None) -> NestedBlock:
        low = int(member.required)
        wrapped = _WRAPPED.search(member.code)
        if wrapped and not wrapped[1].startswith("cdktf."):
            nesting, only_one, item = self._collection(wrapped[1], wrapped[2], mapped)
            only_one = only_one or (member.required and nesting == "single")
            return NestedBlock(nesting, self._struct(item), low, int(only_one))
        private = _PRIVATE_TYPE.search(member.code)
        struct = re.match(r"\w+", private[1]) if private else None
        if private and struct and struct[0] in self.declarations.interfaces:
            return self._from_interface(struct[0], private[1], mapped, low)
        self.found.notes[f"opaque block {member.name}"] += 1
        return NestedBlock("list", OPAQUE, low)

    def _struct(self, item: str) -> BlockSchema:
        """The content of an output reference's class; opaque where it is not there or contains itself."""
        if item not in self.declarations.classes or item in self._open:
            self.found.notes[f"opaque class {item}"] += 1
            return OPAQUE
        struct = item.removesuffix("OutputReference")
        self._open.append(item)
        try:
            return self._block(item, struct, self.declarations.mapper(struct))
        finally:
            self._open.pop()

    def _from_interface(self, struct: str, written: str, mapped: tuple[str, str] | None, low: int) -> NestedBlock:
        """Blocks of the provider's own configuration have no classes: names and types come from the interface."""
        mapper = self.declarations.mapper(struct)
        attributes: dict[str, AttributeSchema] = {}
        blocks: dict[str, NestedBlock] = {}
        for name, known in self.declarations.fields(struct).items():
            inner = re.match(r"\w+", known.type)
            if inner and inner[0] in self.declarations.interfaces:
                blocks[name] = self._from_interface(inner[0], known.type, mapper.get(name), int(not known.optional))
            else:
                kind = _stored(*mapper[name]) if name in mapper else None
                flags = (not known.optional, known.optional)
                attributes[name] = AttributeSchema(kind or DYNAMIC, *flags, description=known.text)
        nesting = mapped[0] if mapped and mapped[0] != "struct" else "single"
        return NestedBlock(nesting, BlockSchema(attributes, blocks), low, 0 if "[]" in written else 1)

    def _collection(self, name: str, of_set: str | None, mapped: tuple[str, str] | None) -> tuple[str, bool, str]:
        """How a wrapper class nests, whether there can be only one, and the class of an item."""
        base, body = self.declarations.classes.get(name, ("", ""))
        item = _ITEM.search(body)
        if base == "cdktf.ComplexList":
            nesting = "set" if of_set == "true" else "list"
            return nesting, False, item[1] if item else name.removesuffix("List") + "OutputReference"
        if base == "cdktf.ComplexMap":
            return "map", False, item[1] if item else name.removesuffix("Map") + "OutputReference"
        kind = mapped[0] if mapped else "struct"
        return (kind, True, name) if kind in {"list", "set"} else ("single", False, name)

    # -- attributes

    def _type(self, member: Member, mapped: tuple[str, str] | None) -> tuple[Type, NestedBlock | None]:
        """The type, and what is known of the objects in it."""
        wrapped = _WRAPPED.search(member.code)
        if wrapped and not wrapped[1].startswith("cdktf."):
            nesting, _, item = self._collection(wrapped[1], wrapped[2], mapped)
            nested = NestedBlock(nesting, self._struct(item))
            return _full(nested.type), nested
        stored = _stored(*mapped) if mapped else None
        return stored or self._read_type(member, wrapped), None

    def _read_type(self, member: Member, wrapped: re.Match[str] | None) -> Type:
        """The type by what the getter does."""
        if wrapped and (kind := _cdktf_collection(wrapped[1].removeprefix("cdktf."), wrapped[2] == "true")):
            return kind
        getter = _GETTER.search(member.code)
        for start, kind in _GETTERS if getter else ():
            if getter and getter[1].startswith(start):
                return kind
        self.found.notes[f"type not known {member.name}"] += 1
        return DYNAMIC


def _stored(kind: str, storage: str) -> Type | None:
    """`set` and `stringListList` are a set of lists of strings: the kind is the outermost layer."""
    match = _STORAGE.match(storage)
    if not match:
        return None
    found = _PRIMITIVES[match[1]]
    layers = [layer.lower() for layer in _LAYER.findall(match[2])]
    if match[1] == "any" and layers[:1] == ["map"]:  # so the packages write a value of any type
        layers = layers[1:]
        if not layers:
            return DYNAMIC
    if layers and kind in {"list", "set", "map"}:
        layers[-1] = kind
    for layer in layers:
        found = Type(layer, found)
    return found


def _cdktf_collection(name: str, of_set: bool) -> Type | None:
    """The wrappers of cdktf itself: `StringMapList` is a list, or a set, of maps of strings."""
    found = _stored("", name[:1].lower() + name[1:])
    return Type("set", found.element) if found and of_set and found.kind == "list" else found


def _full(kind: Type) -> Type:
    """The type with objects that lack nothing."""
    if kind.element:
        return Type(kind.kind, _full(kind.element))
    return Type(kind.kind, fields=tuple((name, _full(field)) for name, field in kind.fields))
