"""Keeps the verdict on a piece until something changes that it was asked of the module around it.

While a piece is judged, its questions about the module are noted with what the answers came to. In the next state of
the module only those are asked again: a new name concerns the pieces that use it, and those that miss one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from lsp_server.dialects.terraform import providers
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.children import Interface
from lsp_server.dialects.terraform.constraints import variable_type
from lsp_server.dialects.terraform.module import Declaration, Module, Name, Requirement
from lsp_server.dialects.terraform.resolve import Resolver
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.types import Type
from lsp_server.linters.terraform_check.finding import Finding

Question = tuple[object, ...]
_KEPT = 4  # verdicts on a piece: a repair tries several states of a module
_UNASKED = object()


class Surroundings:
    """One state of a module, as the answers to questions about it; each is worked out once."""

    def __init__(self, module: Module, schemas: ProviderSchemas) -> None:
        self.schemas = schemas
        self.resolver = Resolver(module, schemas)
        self._answers: dict[Question, object] = {}

    def answer(self, question: Question) -> object:
        """What a question comes to: values, equal where they mean the same to whoever asks."""
        found = self._answers.get(question, _UNASKED)
        if found is _UNASKED:
            found = self._answers[question] = _QUESTIONS[str(question[0])](self, *question[1:])
        return found

    def _declared(self, kind: str, name: Name) -> object:
        """All that may be read of a declaration through a `Watched` resolver; None where there is none."""
        found = self.resolver.declaration(kind, name)
        if found is None:
            return None
        if kind == "variable":
            return (variable_type(found),)
        if kind == "local":
            return (self.resolver.local_type(name[0]),)
        return found.repeats, providers.of_declaration(found) if kind in _TYPED else ""

    def _names(self, kind: str) -> object:
        return tuple(self.resolver.names(kind))

    def _child(self, name: str) -> object:
        return self.resolver.child(name)

    def _required(self) -> object:
        return self.resolver.required_providers

    def _partial(self) -> object:
        return self.resolver.partial


_TYPED = frozenset({"resource", "data", "ephemeral"})
_QUESTIONS: dict[str, Callable[..., object]] = {
    "declaration": Surroundings._declared,
    "names": Surroundings._names,
    "child": Surroundings._child,
    "required": Surroundings._required,
    "partial": Surroundings._partial,
}


class Watched(Resolver):
    """A resolver that notes what it is asked, in `asked`.

    Of a declaration only its kind, name, address, type, `count`, `for_each` and provider may be read.
    """

    def __init__(self, around: Surroundings, schemas: ProviderSchemas, asked: dict[Question, object]) -> None:
        super().__init__(around.resolver.module, schemas)
        self.asked = asked
        self._around = around

    def _note(self, *question: object) -> None:
        self.asked[question] = self._around.answer(question)

    @property
    def partial(self) -> bool:
        """See `Resolver`."""
        self._note("partial")
        return super().partial

    @property
    def required_providers(self) -> Mapping[str, Requirement]:
        """See `Resolver`."""
        self._note("required")
        return super().required_providers

    def declaration(self, kind: str, name: Name) -> Declaration | None:
        """See `Resolver`."""
        self._note("declaration", kind, name)
        return super().declaration(kind, name)

    def names(self, kind: str) -> list[Any]:
        """See `Resolver`."""
        self._note("names", kind)
        return super().names(kind)

    def child(self, name: str) -> Interface | None:
        """See `Resolver`."""
        self._note("child", name)
        return super().child(name)

    def by(self, schemas: ProviderSchemas) -> Resolver:
        """See `Resolver`."""
        return Watched(self._around, schemas, self.asked)

    def local_type(self, name: str) -> Type | None:
        """See `Resolver`; what the local's own value refers to does not concern who asks for its type."""
        self._note("declaration", "local", (name,))
        return self._around.resolver.local_type(name)


class _Verdict(NamedTuple):
    schemas: ProviderSchemas
    asked: dict[Question, object]
    findings: tuple[Finding, ...]


Judge = Callable[[t.Piece, Resolver], tuple[Finding, ...]]


def while_it_holds(judge: Judge) -> Callable[[t.Piece, Surroundings], tuple[Finding, ...]]:
    """Decorates what judges a piece by its surroundings: what it found is kept as long as that stays true."""
    kept: WeakKeyDictionary[t.Piece, list[_Verdict]] = WeakKeyDictionary()

    @functools.wraps(judge)
    def ask(piece: t.Piece, around: Surroundings) -> tuple[Finding, ...]:
        verdicts = kept.setdefault(piece, [])
        for verdict in verdicts:
            if verdict.schemas is around.schemas and _holds(verdict.asked, around):
                return verdict.findings
        asked: dict[Question, object] = {}
        found = judge(piece, Watched(around, around.schemas, asked))
        verdicts.insert(0, _Verdict(around.schemas, asked, found))
        del verdicts[_KEPT:]
        return found

    return ask


def _holds(asked: dict[Question, object], around: Surroundings) -> bool:
    return all(around.answer(question) == answer for question, answer in asked.items())
