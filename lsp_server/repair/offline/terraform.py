"""New resources as HCL: labels, references and variables in the module's own style, aligned as `terraform fmt` does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lsp_server.core.document import Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.repair.offline.catalog import TerraformCatalog
from lsp_server.repair.offline.recipes import Recipe, sources
from lsp_server.repair.offline.resource import New
from lsp_server.repair.regions_terraform import new_block

_TYPES = {
    "string": "string",
    "number": "number",
    "bool": "bool",
    "list": "list(string)",
    "object": "any",
    "map": "map(string)",
}
_COMMON = ("main", "this", "default")
_BARE = re.compile(r"[A-Za-z_][\w-]*")
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True)
class Raw:
    """An expression as it is written."""

    text: str


class ModuleNotation:
    """Labels and references for one module. `variables` are those that have to be declared, with their types."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._module = module_of(unit)
        self._schemas = schema_for(self._module)
        self._taken: set[tuple[str, ...]] = set(self._module.resources)
        labels = [name for _, name in self._module.resources]
        self._usual = max(_COMMON, key=labels.count) if any(label in _COMMON for label in labels) else ""
        self.variables: dict[str, str] = {}
        self.sources: dict[tuple[str, str], Mapping[str, Any]] = {}

    def new_id(self, kind: str, recipe: Recipe, said: str, variant: str = "") -> str:
        """See `Notation.new_id`."""
        spoken = re.sub(r"[^\w-]+", "_", said).strip("_-")
        own = recipe.name or "_".join(re.findall(r"[a-z0-9]+", kind.partition("_")[2])[-1:])
        base = spoken if spoken[:1].isalpha() else variant or self._usual or own or "main"
        name, number = base, 2
        while (kind, name) in self._taken:
            name, number = f"{base}_{number}", number + 1
        self._taken.add((kind, name))
        return name

    def reference(self, kind: str, id_: str, attribute: str) -> object:
        """See `Notation.reference`."""
        block = self._schemas.resource(kind) if attribute else None
        known = block is not None and (attribute in block.attributes or attribute in block.blocks)
        return Raw(f"{kind}.{id_}.{attribute if known else 'id'}")

    def address(self, kind: str, id_: str) -> object:
        """See `Notation.address`."""
        return Raw(f"{kind}.{id_}")

    def existing(self, kind: str) -> Sequence[str]:
        """See `Notation.existing`."""
        return [name for type_, name in self._module.resources if type_ == kind]

    def belonging(self, kind: str, to: str, id_: str) -> bool:
        """See `Notation.belonging`."""
        wanted = re.compile(rf"\b{re.escape(to)}\.{re.escape(id_)}\b")
        return any(type_ == kind and wanted.search(text) for type_, text in self._written())

    def texts(self) -> Iterator[str]:
        """See `Notation.texts`."""
        return (text for _, text in self._written())

    def _written(self) -> Iterator[tuple[str, str]]:
        """The type and the text of each resource of the module."""
        for document in self._unit:
            for block in parse_document(document).blocks:
                if block.address[:1] == ("resource",):
                    yield block.address[1], document.slice(block.span)

    def parameter(self, name: str, kind: str, hint: str) -> object:
        """See `Notation.parameter`. A variable of that name that is there is used."""
        of, _, attribute = hint.partition(" ")
        if not name and "_" in of:
            last = "_".join(of.split("_")[1:][-2:])
            name = f"{last}_{attribute or 'id'}" + ("s" if kind == "list" else "")
        elif len(name) < 8 and of and not name.startswith(of):
            name = f"{of}_{name}"
        name = re.sub(r"\W+", "_", name).strip("_").lower()
        if name not in self._module.variables:
            self.variables.setdefault(name, _TYPES.get(kind, "string"))
        return Raw(f"var.{name}")

    def with_more(self, shared: str, own: Mapping[str, object]) -> object:
        """See `Notation.with_more`."""
        return Raw(f"merge({shared}, {expression_text(own, 1)})")

    def mark(self, kind: str, id_: str) -> str:
        """See `Notation.mark`."""
        return f"{kind}.{id_}."

    def raw(self, text: str) -> object:
        """`policy`, `zone NUMBER`, `source NAME` for what a data source finds, or any expression."""
        word, _, rest = text.partition(" ")
        if word == "zone":
            return self._found("zones", f"names[{rest}]")
        if word == "source":
            return self._found(rest, sources()[rest].attribute)
        return _POLICY if text == "policy" else Raw(text)

    def _found(self, name: str, attribute: str) -> Raw:
        """What a data source finds; one of that type that the module has already is used where there is just one."""
        source = sources()[name]
        label = source.label
        if (source.type, label) not in self._module.data:
            self.sources.setdefault((source.type, label), source.set)
        return Raw(f"data.{source.type}.{label}.{attribute}")


def module_edits(
    unit: Unit, uri: str, offset: int, resources: Sequence[New], names: ModuleNotation
) -> tuple[Edit, ...]:
    """The edits that put new resources and variables into a module; variables go to `variables.tf` if it is there."""
    document = unit[uri]
    catalog = TerraformCatalog(unit)
    blocks = ["\n".join(_source(kind, label, values, catalog)) for (kind, label), values in names.sources.items()]
    blocks += ["\n".join(_resource(new, catalog)) for new in resources]
    declared = ["\n".join(_variable(name, kind)) for name, kind in names.variables.items()]
    other = next((d for d in unit if d.name == "variables.tf" and d.uri != uri), None)
    edits = []
    if other is not None and declared:
        place = new_block(other)
        edits.append(Edit(other.uri, place.span, _joined(place.before, declared, place.after, other.newline)))
        declared = []
    place = new_block(document, offset)
    edits.append(Edit(uri, place.span, _joined(place.before, blocks + declared, place.after, document.newline)))
    return tuple(edits)


def _joined(before: str, blocks: Iterable[str], after: str, newline: str) -> str:
    return before + "\n\n".join(blocks).replace("\n", newline) + after


def _variable(name: str, kind: str) -> Iterator[str]:
    yield f'variable "{name}" {{'
    yield f"  type = {kind}"
    if any(word in ("password", "secret", "token") for word in name.split("_")):
        yield "  sensitive = true"
    yield "}"


def _resource(new: New, catalog: TerraformCatalog) -> Iterator[str]:
    yield f'resource "{new.type}" "{new.id}" {{'
    yield from body_lines({**new.values, **new.around}, catalog.block(new.type), 1)
    yield "}"


def _source(kind: str, label: str, values: Mapping[str, Any], catalog: TerraformCatalog) -> Iterator[str]:
    yield f'data "{kind}" "{label}" {{'
    yield from body_lines(values, catalog.source(kind), 1)
    yield "}"


def body_lines(values: Mapping[str, Any], block: BlockSchema | None, level: int) -> Iterator[str]:
    """Arguments first, then blocks, each preceded by an empty line as `terraform fmt` leaves it."""
    pad = "  " * level
    nested = nested_blocks(block)
    arguments = {name: value for name, value in values.items() if name not in nested}
    written = {name: expression_text(value, level, text=is_text(block, name)) for name, value in arguments.items()}
    for name, text in _aligned(written):
        yield f"{pad}{name} = {text}"
    first = not written
    for name, value in values.items():
        if name not in nested:
            continue
        for one in value if isinstance(value, list) else [value]:
            if not first:
                yield ""
            first = False
            body = list(body_lines(one if isinstance(one, Mapping) else {}, nested[name], level + 1))
            yield f"{pad}{name} {{"
            yield from body
            yield f"{pad}}}"


def nested_blocks(block: BlockSchema | None) -> dict[str, BlockSchema | None]:
    """What is written as blocks: the schema's, and lists of objects that the provider sets when they are not written.

    Those may be written as arguments as well, but then with every attribute of the object.
    """
    if block is None:
        return {}
    found: dict[str, BlockSchema | None] = {name: nested.block for name, nested in block.blocks.items()}
    for name, attribute in block.attributes.items():
        element = attribute.type.element
        if attribute.optional and attribute.computed and element is not None and element.kind == "object":
            found[name] = None
    return found


def _aligned(written: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names padded so that the equals signs of neighbouring one-line arguments stand below each other."""
    group: list[tuple[str, str]] = []
    for name, text in [*written.items(), ("", "\n")]:
        if name and "\n" not in text:
            group.append((name, text))
            continue
        width = max((len(n) for n, _ in group), default=0)
        yield from ((n.ljust(width), t) for n, t in group)
        group = []
        if name:
            yield name, text


def is_text(block: BlockSchema | None, name: str) -> bool:
    """Whether an argument takes a text."""
    attribute = block.attributes.get(name) if block is not None else None
    return attribute is not None and attribute.type.kind == "string"


def expression_text(value: object, level: int, *, text: bool = False) -> str:
    """A value as HCL; a mapping where a string is expected is written as JSON by `jsonencode`."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Mapping):
        inner = _object(value, level)
        return f"jsonencode({inner})" if text else inner
    if isinstance(value, list):
        listed = _list(value, level)
        return f"jsonencode({listed})" if text else listed
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _object(value: Mapping[str, object], level: int) -> str:
    if not value:
        return "{}"
    pad = "  " * (level + 1)
    keys = {k if _BARE.fullmatch(k) else json.dumps(k): expression_text(v, level + 1) for k, v in value.items()}
    lines = [f"{pad}{name} = {text}" for name, text in _aligned(keys)]
    return "{\n" + "\n".join(lines) + "\n" + "  " * level + "}"


def _list(value: Sequence[object], level: int) -> str:
    items = [expression_text(item, level) for item in value]
    if not any("\n" in item for item in items):
        return "[" + ", ".join(items) + "]"
    return (
        "[" + ", ".join(items) + "]"
        if len(items) == 1
        else "[\n"
        + "".join("  " * (level + 1) + expression_text(item, level + 1) + ",\n" for item in value)
        + "  " * level
        + "]"
    )
