"""A whole resource as a snippet: its required properties at every level, each with a place to type."""

from __future__ import annotations

from itertools import count

from lsp_server.dialects.cloudformation.fitting import fitting_references
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, Schemas
from lsp_server.dialects.cloudformation.snippet import Part, Stop
from lsp_server.dialects.cloudformation.template import Template

_DEEPEST = 8
_CHOICES = 30  # as many values an editor can show as a choice

Steps = tuple[str | int, ...]


def skeleton(template: Template, schemas: Schemas, schema: ResourceSchema, own: str) -> dict[str, Part]:
    """The required properties of a type, each with a place to type; empty where nothing is required.

    `own` is the logical id of the resource, which its own parts never refer to.
    """
    return _Skeleton(template, schemas, schema, own).object(())


class _Skeleton:
    def __init__(self, template: Template, schemas: Schemas, schema: ResourceSchema, own: str) -> None:
        self._template, self._schemas, self._schema, self._own = template, schemas, schema, own
        self._stops = count(1)

    def _required(self, path: Steps) -> list[str]:
        names = list(self._schema.required_at(path))
        alternatives = self._schema.alternatives_at(path)
        if alternatives and not any(set(option) <= set(names) for option in alternatives):
            names += [name for name in alternatives[0] if name not in names]
        return names

    def object(self, path: Steps) -> dict[str, Part]:
        """The required properties of the object at a path."""
        known = self._schema.properties_at(path)
        names = self._required(path) if len(path) < _DEEPEST else ()
        wanted = [known.get(name, Property(name)) for name in names]
        return {one.name: self._property(one, (*path, one.name)) for one in wanted if not one.read_only}

    def _property(self, known: Property, path: Steps) -> Part:
        if "array" in known.types and ("string" not in known.types or known.item_has_properties):
            return [self._item(known, (*path, 0))]
        if known.has_properties or "object" in known.types:
            return self.object(path) or Stop(next(self._stops), braces=True)
        return self._scalar(known)

    def _item(self, known: Property, path: Steps) -> Part:
        if known.item_has_properties or "object" in known.item_types:
            return self.object(path) or Stop(next(self._stops), braces=True)
        item = Property(known.name, known.item_types, enum=known.item_enum, format=known.item_format)
        return self._scalar(item)

    def _scalar(self, known: Property) -> Stop:
        number = next(self._stops)
        if known.enum:
            return Stop(number, tuple(known.enum[:_CHOICES]))
        if "boolean" in known.types:
            return Stop(number, (True, False))
        if fitting := fitting_references(self._template, self._schemas, known, self._own):
            return Stop(number, fitting)
        if {"integer", "number"} & set(known.types):
            return Stop(number, default=int(known.minimum or 0))
        return Stop(number, default=known.name)
