"""New resources in a module: labels, references and variables in its own style, and where they are put."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lsp_server.core.document import Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.repair.offline.catalog import TerraformCatalog
from lsp_server.repair.offline.hcl import Raw, body_lines, expression_text
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
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}],
}


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

    def written(self, kind: str, id_: str) -> str:
        """See `Notation.written`."""
        blocks = ((block.address, d.slice(block.span)) for d in self._unit for block in parse_document(d).blocks)
        texts = dict(blocks)
        own = texts.get(("resource", kind, id_), "")
        named = (text for address, text in texts.items() if address[:1] == ("data",) and ".".join(address) in own)
        return "\n".join((own, *named))

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

    def names(self, kind: str, id_: str, written: str) -> bool:
        """See `Notation.names`."""
        return f"{kind}.{id_}." in written

    def prefixed(self, start: str, reference: object) -> object:
        """See `Notation.prefixed`."""
        return Raw(f'"{start}${{{expression_text(reference, 0)}}}"')

    def extended(self, reference: object, end: str) -> object:
        """See `Notation.extended`."""
        return Raw(f'"${{{expression_text(reference, 0)}}}{end}"')

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
