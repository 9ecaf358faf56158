"""A whole resource as a snippet: its required properties at every level, each with a place to type."""

from __future__ import annotations

import json
from itertools import count

from lsp_server.dialects.cloudformation.fitting import fitting_references
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, Schemas
from lsp_server.dialects.cloudformation.template import Template

_DEEPEST = 8
_CHOICES = 30  # as many values an editor can show as a choice

Steps = tuple[str | int, ...]


def skeleton(template: Template, schemas: Schemas, schema: ResourceSchema, column: int, own: str) -> str:
    """The lines that follow `Type: …`, indented to `column`, in snippet syntax; empty where nothing is required.

    `own` is the logical id of the resource, which its own parts never refer to.
    """
    return _Skeleton(template, schemas, schema, own).text(column)


class _Skeleton:
    def __init__(self, template: Template, schemas: Schemas, schema: ResourceSchema, own: str) -> None:
        self._template, self._schemas, self._schema, self._own = template, schemas, schema, own
        self._step = template.indent.step
        self._inset = self._step if template.indent.sequences else 0
        self._stops = count(1)

    def text(self, column: int) -> str:
        lines = self._object((), column + self._step)
        if not lines:
            return ""
        newline = self._template.document.newline
        return newline.join([" " * column + "Properties:", *lines]) + "$0"

    def _required(self, path: Steps) -> list[str]:
        names = list(self._schema.required_at(path))
        alternatives = self._schema.alternatives_at(path)
        if alternatives and not any(set(option) <= set(names) for option in alternatives):
            names += [name for name in alternatives[0] if name not in names]
        return names

    def _object(self, path: Steps, column: int) -> list[str]:
        """The lines of the required properties of the object at a path."""
        known = self._schema.properties_at(path)
        lines: list[str] = []
        for name in self._required(path) if len(path) < _DEEPEST else ():
            one = known.get(name, Property(name))
            if not one.read_only:
                lines += self._property(one, (*path, name), column)
        return lines

    def _property(self, known: Property, path: Steps, column: int) -> list[str]:
        lead = " " * column + known.name + ":"
        if "array" in known.types and "string" not in known.types:
            return [lead, *self._item(known, (*path, 0), column + self._inset)]
        if known.has_properties or known.types == ("object",):
            inner = self._object(path, column + self._step)
            return [lead, *(inner or [f"{' ' * (column + self._step)}${{{next(self._stops)}}}"])]
        return [f"{lead} {self._scalar(known)}"]

    def _item(self, known: Property, path: Steps, column: int) -> list[str]:
        dash = " " * column + "- "
        if known.item_has_properties and (inner := self._object(path, column + 2)):
            return [dash + inner[0].lstrip(" "), *inner[1:]]
        item = Property(known.name, known.item_types, enum=known.item_enum, format=known.item_format)
        return [dash + self._scalar(item)]

    def _scalar(self, known: Property) -> str:
        stop = next(self._stops)
        choices: list[str] = [_written(value) for value in known.enum[:_CHOICES]]
        if not choices and "boolean" in known.types:
            choices = ["true", "false"]
        if not choices:
            choices = list(fitting_references(self._template, self._schemas, known, self._own))
        if choices:
            return f"${{{stop}|{','.join(map(_choice, choices))}|}}"
        if {"integer", "number"} & set(known.types):
            return f"${{{stop}:{int(known.minimum or 0)}}}"
        return f"${{{stop}:{known.name}}}"


def _written(value: object) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    return value if value[:1].isalpha() and value.lower() not in _WORDS and ": " not in value else json.dumps(value)


_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})


def _choice(text: str) -> str:
    for mark in "\\$}|,":
        text = text.replace(mark, "\\" + mark)
    return text
