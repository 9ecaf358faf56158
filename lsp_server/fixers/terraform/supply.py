"""A value for what is missing: something fitting in the module, else a new variable; never an invented one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lsp_server.core.document import Document
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform.constraints import variable_type
from lsp_server.dialects.terraform.module import Declaration, is_json, is_override
from lsp_server.dialects.terraform.tree import Broken
from lsp_server.dialects.terraform.types import Type
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import Scene
from lsp_server.fixers.terraform.names import words
from lsp_server.fixers.terraform.place import Place
from lsp_server.fixers.terraform.values import constraint, is_secret

_GENERIC = frozenset(
    {"name", "type", "key", "value", "id", "arn", "description", "mode", "status", "content", "source"}
)
_ENDINGS = ("id", "arn", "name")


@dataclass
class Supply:
    """Values for one fix, and the variables that have to be declared for them."""

    scene: Scene
    declared: dict[str, Type] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)

    def value(self, place: Place, name: str, wanted: Type) -> str:
        """An expression for the missing argument `name` of a block."""
        # what a block around says by the same name is said already, and here something else is meant
        said = (block.body.attribute(name) for block in place.path)
        again = any(one is not None and not isinstance(one.value, Broken) for one in said)
        found = None if again else next(iter(references(self.scene, place, name, wanted)), None)
        return found or f"var.{self.variable(name, wanted, _label(place), alone=not again and _alone(place))}"

    def variable(
        self, name: str, wanted: Type, label: str = "", *, alone: bool = True, default: str | None = None
    ) -> str:
        """The name of a variable for `name`: one of that name and type, else a new one.

        Unless the place is `alone`, a new one is called after it, so that no two resources share it by accident.
        """
        for candidate in _variable_names(name, label):
            existing = self.scene.module.variables.get(candidate)
            if existing is not None and self._reusable(existing, name, wanted, default):
                return candidate
            free = existing is None and self.declared.get(candidate, wanted) == wanted
            if free and (alone or not label or candidate != name):
                self.declared[candidate] = wanted
                if default is not None:
                    self.defaults[candidate] = default
                return candidate
        raise AssertionError("the names go on for ever")

    def _reusable(self, existing: Declaration, name: str, wanted: Type, default: str | None) -> bool:
        if default is not None:
            given = existing.argument("default")
            if given is None or self.scene.unit[existing.uri].slice(given.value.span) != default:
                return False
        return name not in _GENERIC and _same(variable_type(existing), wanted)

    def edits(self) -> list[Edit]:
        """The edits that declare the new variables."""
        return declarations(self.scene, self.declared, self.defaults)


def _alone(place: Place) -> bool:
    """Whether no other block of the module is of this kind and could want the same variable."""
    top = place.path[0]
    blocks = [b for tree in place.scene.module.trees.values() for b in tree.blocks if b.type == top.type]
    alike = [b for b in blocks if b.labels[:1] and b.labels[0].text == top.labels[0].text] if top.labels else blocks
    inner = place.path[-2].body.blocks_of(place.block.type) if len(place.path) > 1 else ()
    return len(alike) < 2 and len(inner) < 2


def _same(found: Type | None, wanted: Type) -> bool:
    if found is None or "dynamic" in {found.kind, wanted.kind} or found == wanted:
        return True
    if found.is_list and wanted.is_list:
        return found.element is None or wanted.element is None or _same(found.element, wanted.element)
    return found.primitive and wanted.primitive


def _variable_names(name: str, label: str) -> Iterator[str]:
    long = f"{label}_{name}" if label and not name.startswith(label) else name
    long = long.replace("-", "_")
    if name not in _GENERIC or not label:
        yield name
    yield long
    number = 2
    while True:
        yield f"{long}_{number}"
        number += 1


def _label(place: Place) -> str:
    """A short name for where a block stands: its nested type, else the name of the resource."""
    top = place.path[0]
    label = top.labels[-1].text if top.labels else top.type
    return "_".join([label, *(b.type for b in place.path[1:] if b.type not in {"dynamic", "content"})])


def declarations(scene: Scene, variables: Mapping[str, Type], defaults: Mapping[str, str] | None = None) -> list[Edit]:
    """Edits that declare variables: in `variables.tf` if the module has one, else where its variables stand.

    `defaults` are expressions as they are written.
    """
    if not variables:
        return []
    document = variables_document(scene)
    tree = scene.module.trees[document.uri]
    declared = [b for b in tree.blocks if b.type == "variable"]
    given = defaults or {}
    text = "\n\n".join(_variable(name, kind, given.get(name)) for name, kind in variables.items())
    return [layout.append(document, text, declared[-1].span if declared else None)]


def variables_document(scene: Scene) -> Document:
    """The document in which a new variable belongs."""
    documents = [d for d in scene.unit if d.uri in scene.module.trees and not is_json(d)]
    documents = [d for d in documents if not is_override(d)] or documents  # what overrides has to be declared elsewhere
    named = next((d for d in documents if d.name == "variables.tf"), None)
    if named is not None:
        return named
    main = scene.unit.main if scene.unit.main in documents or not documents else documents[0]
    return next((d for d in documents if any(v.uri == d.uri for v in scene.module.variables.values())), main)


def _variable(name: str, wanted: Type, default: str | None) -> str:
    said = {"type": constraint(wanted)} | ({"default": default} if default is not None else {})
    said |= {"sensitive": "true"} if is_secret(name) else {}
    width = max(map(len, said))
    lines = [f"  {key.ljust(width)} = {value}" for key, value in said.items()]
    return "\n".join([f'variable "{name}" {{', *lines, "}"])


def references(scene: Scene, place: Place, name: str, wanted: Type) -> Iterator[str]:
    """Expressions in the module that plainly are what the argument `name` asks for."""
    variable = scene.module.variables.get(name)
    if variable is not None and name not in _GENERIC and _same(variable_type(variable), wanted):
        yield f"var.{name}"
    single = wanted.element if wanted.is_list else wanted
    if single is None or single.kind != "string":
        return
    own = tuple(label.text for label in place.path[0].labels)
    for noun, endings in _nouns(name):
        targets = [d for d in _targets(scene, noun) if d.name != own]
        found = [e for d in targets if (e := _expression(scene, d, name, endings)) is not None]
        if wanted.is_list and found:
            yield f"[{', '.join(found)}]"
            return
        if len(found) == 1:
            yield found[0]
            return


def _nouns(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What an argument's name asks for: the noun, and the attributes that may answer."""
    split = list(words(name))
    if split[-1] in _ENDINGS and len(split) > 1:
        ending = split.pop()
        yield "_".join(split), (ending,)
    elif split and split[-1] not in _ENDINGS:
        yield "_".join(split), ("id",)


def _targets(scene: Scene, noun: str) -> list[Declaration]:
    """Resources, else data sources, that are one of what the noun says (`role` is an `aws_iam_role`)."""
    for table in (scene.module.resources, scene.module.data):
        for exact in (True, False):
            found = [d for (type_name, *_), d in table.items() if _is_a(type_name, noun, exact=exact)]
            if found:
                return found
    return []


def _is_a(type_name: str, noun: str, *, exact: bool) -> bool:
    own = words(type_name)[1:]
    wanted = words(noun)
    return own == wanted if exact else own[-len(wanted) :] == wanted and len(own) - len(wanted) <= 1


def _expression(scene: Scene, target: Declaration, name: str, endings: tuple[str, ...]) -> str | None:
    body = target.block.body
    if body.attribute("count") or body.attribute("for_each"):
        return None
    content = scene.type_content(target.kind, target.name[0])
    for attribute in (name, *endings):
        known = content.argument(attribute) if not content.opaque else None
        if known is not None and known.type.kind == "string":
            return f"{target.address}.{attribute}"
    return None
