"""Writes settings into a resource that is there in a template, and leaves what cannot be told apart from a choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsp_server.core.document import Document
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.tree import Entry, Node, Scalar
from lsp_server.dialects.cloudformation.tree import Mapping as Tree
from lsp_server.fixers.cloudformation.edits import add_section, insert, insert_after, replace, rewrite
from lsp_server.fixers.cloudformation.site import writer
from lsp_server.fixers.cloudformation.values import Writer
from lsp_server.repair.offline.resource import New
from lsp_server.repair.region import Region


def set_in_template(document: Document, region: Region, new: New) -> tuple[list[Edit], list[str]]:
    """The edits that set what `new` says in the resource of a region, and what was left as it is, for a person."""
    template = parse_template(document)
    resource = template.resources.get(new.id)
    if resource is None or resource.body is None or not resource.body.entries:
        return [], [f"{region.name} cannot be read"]
    setting = _Setting(document, writer(template))
    properties = resource.body.entry("Properties")
    if new.values and properties is None:
        kind = resource.body.entry("Type") or resource.body.entries[-1]
        setting.edits += insert_after(document, setting.writer, kind, "Properties", new.values)
    elif new.values and properties is not None:
        setting.below(properties, new.values)
    setting.beside(resource.body, new.around)
    return setting.edits, setting.left


def parameter_edits(document: Document, parameters: Mapping[str, Mapping[str, Any]]) -> list[Edit]:
    """The edits that declare parameters; none where they have no place."""
    template = parse_template(document)
    return list(add_section(document, writer(template), template, "Parameters", parameters) or ())


class _Setting:
    """Collects the edits, and the names of what is set otherwise already."""

    def __init__(self, document: Document, style: Writer) -> None:
        self._document = document
        self.writer = style
        self.edits: list[Edit] = []
        self.left: list[str] = []

    def beside(self, mapping: Tree, values: Mapping[str, Any]) -> None:
        """Set values in a mapping: what is missing is added at its end."""
        missing = {}
        for name, value in values.items():
            entry = mapping.entry(name)
            if entry is None:
                missing[name] = value
            else:
                self.below(entry, value)
        if missing:
            self.edits += insert(self._document, self.writer, mapping, missing) or ()

    def below(self, entry: Entry, value: Any) -> None:
        """Set the value of an entry, part by part."""
        there = entry.value
        calls = there is not None and (there.intrinsic or _is_call(there))
        if isinstance(there, Tree) and isinstance(value, Mapping) and not calls and there.entries:
            self.beside(there, value)
        elif isinstance(there, Scalar) and not calls and isinstance(value, str | bool | int | float):
            if there.data != value and str(there.data).lower() != str(value).lower():
                text = rewrite(self._document, there, value) if isinstance(value, str) else None
                self.edits += text or replace(self._document, there.span, self.writer.scalar(value))
        else:
            self.left.append(f"{entry.name} is set already and was left as it is")


def _is_call(there: Node) -> bool:
    names = [entry.name for entry in there.entries] if isinstance(there, Tree) else []
    return len(names) == 1 and (names[0] in ("Ref", "Condition") or names[0].startswith("Fn::"))
