"""What an intent says of a property in the words of the schema: `deletion protection`, `retention of 30 days`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lsp_server.repair.offline.catalog import Catalog, Field, Path
from lsp_server.repair.offline.recipes import Recipe
from lsp_server.repair.offline.resource import OMIT, New
from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.offline.words import Words

_SECONDS = frozenset({"timeout", "second", "retention", "delay", "ttl", "age"})
TRIVIAL = frozenset(
    words_of("enabled enable is in of the configuration config specification setting settings status for")
)
"""Stems that tell nothing of what a property is about."""


class Said:
    """Reads properties out of `words`. `needed` gives what else is required at a place, besides what is there."""

    def __init__(self, words: Words, catalog: Catalog, needed: Callable[[str, Path, set[str]], dict[str, Any]]) -> None:
        self._words = words
        self._catalog = catalog
        self._needed = needed

    def name_all(self, new: New, recipe: Recipe) -> None:
        """Set what the intent names in the words of the schema: `deletion protection`, `retention of 30 days`."""
        for name, known in self._catalog.fields(new.type).items():
            if name in new.values or name in recipe.known or known.kind in ("any", "map"):
                continue
            value = self.of(new.type, (name,), known)
            if value is not OMIT:
                new.values[name] = value

    def of(self, kind: str, path: Path, known: Field) -> object:
        """What the intent says of a property; OMIT where it says nothing."""
        stems = [s for s in words_of(path[-1]) if s not in TRIVIAL]
        if known.enum and known.kind == "string" and (value := self._enum_said(known, stems)) is not OMIT:
            return value
        places = self._words.has_all(stems)
        if not places or (len(stems) == 1 and (len(stems[0]) < 4 or known.kind == "string")):
            return OMIT
        value = self._value_said(kind, path, known, places)
        if value is not OMIT:
            for at in places:
                self._words.tokens[at].used = True
        return value

    def _value_said(self, kind: str, path: Path, known: Field, places: Sequence[int]) -> object:
        match known.kind:
            case "bool":
                return not self._words.denied(min(places))
            case "number":
                seconds = bool(_SECONDS & set(words_of(path[-1]))) and "dai" not in words_of(path[-1])
                number = self._words.number_near(max(places), unit="seconds" if seconds else "")
                return OMIT if number is None else number
            case "object" if known.nested:
                return self._switched_on(kind, path)
        return OMIT

    def _enum_said(self, known: Field, stems: Sequence[str]) -> object:
        for value in known.enum:
            phrase = words_of(str(value))
            at = self._words.find(phrase) if phrase else -1
            if at < 0:
                continue
            near = any(t.stem in stems for t in self._words.tokens[max(0, at - 4) : at + len(phrase) + 4])
            if near or len(phrase) > 1 or any(c.isdigit() for c in str(value)):
                self._words.use(at, len(phrase))
                return value
        return OMIT

    def _switched_on(self, kind: str, path: Path) -> object:
        """An object with its switch on, and what else it needs; OMIT where it has no switch."""
        fields = self._catalog.fields(kind, path)
        for name, known in fields.items():
            if words_of(name) in (("enabl",), ("statu",)):
                on = next((v for v in known.enum if str(v).lower() in ("enabled", "on", "enable")), None)
                if known.kind == "bool" or on is not None:
                    return {name: True if known.kind == "bool" else on} | self._needed(kind, path, {name})
        return OMIT
