"""A Terraform module: what all its files together declare and refer to. Reading it costs what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from lsp_server.core.caches import sized, with_argument
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.terraform import references as refs
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.file_names import JSON, LOCK_FILE, OPENTOFU, TESTS, is_test, shadowed, stem
from lsp_server.dialects.terraform.json_reader import read_json
from lsp_server.dialects.terraform.lockfile import Locked, locked_providers
from lsp_server.dialects.terraform.parse import parse

_KEPT = 1_500_000  # characters
Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """A name that a piece declares. `kind` is resource, data, ephemeral, variable, local, output, module or provider.

    `name` is (type, name) for the first three, (name,) for the others, (name, alias) for an aliased provider.
    `node` is the block, or the attribute of a `locals` block; its spans count from the piece's start.
    """

    kind: str
    name: Name
    node: t.Block | t.Attribute


@dataclass(frozen=True)
class Declaration:
    """A declared name where it stands in the module."""

    uri: str
    declared: Declared
    placed: t.Placed
    overrides: tuple[t.Block | t.Attribute, ...] = ()
    """What override files put over it, in their order."""

    def argument(self, name: str) -> t.Attribute | None:
        """The argument of a block that counts: that of the last override file which has it, else its own."""
        own = self.declared.node
        if not self.overrides:
            return own.body.attribute(name) if isinstance(own, t.Block) else None
        nodes = (*reversed(self.overrides), own)
        found = (node.body.attribute(name) for node in nodes if isinstance(node, t.Block))
        return next((attribute for attribute in found if attribute is not None), None)

    @property
    def value(self) -> t.Expression | None:
        """The value of a local that counts; None for anything else."""
        node = self.overrides[-1] if self.overrides else self.declared.node
        return node.value if isinstance(node, t.Attribute) else None

    @property
    def repeats(self) -> tuple[str, ...]:
        """Which of `count` and `for_each` the block has."""
        return tuple(name for name in ("count", "for_each") if self.argument(name))

    @property
    def repeated(self) -> str:
        """`count` or `for_each`, where the block has one; else empty."""
        return next(iter(self.repeats), "")

    @property
    def kind(self) -> str:
        """resource, data, ephemeral, variable, local, output, module or provider."""
        return self.declared.kind

    @property
    def name(self) -> Name:
        """(type, name) of a resource; (name,) of the others; (name, alias) of an aliased provider."""
        return self.declared.name

    @property
    def address(self) -> str:
        """How expressions call it: `aws_vpc.main`, `data.aws_ami.x`, `var.x`, `local.x`, `module.x`."""
        return ".".join((*_PREFIXES.get(self.kind, ()), *self.name))

    @cached_property
    def block(self) -> t.Block:
        """The block, with spans of the document. For a local, the `locals` block it stands in."""
        node = self.declared.node
        if isinstance(node, t.Block):
            return t.shift(node, self.placed.start)
        at = self.placed.start + node.span.start
        return next(block for block in self.placed.body.blocks if block.span.touches(at))

    @cached_property
    def attribute(self) -> t.Attribute | None:
        """For a local the attribute that declares it, with spans of the document."""
        node = self.declared.node
        return t.shift(node, self.placed.start) if isinstance(node, t.Attribute) else None

    @property
    def name_span(self) -> Span:
        """The span of the declared name alone, without quotes."""
        node = self.declared.node
        if isinstance(node, t.Attribute):
            return t.shift(node.name_span, self.placed.start)
        span = node.labels[-1].text_span if node.labels else node.type_span
        return t.shift(span, self.placed.start)


_PREFIXES = {
    "data": ("data",),
    "variable": ("var",),
    "local": ("local",),
    "module": ("module",),
    "output": ("output",),
    "ephemeral": ("ephemeral",),
    "provider": ("provider",),
}
_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1}


@dataclass(frozen=True)
class Requirement:
    """What `required_providers` says of a provider: its source (`hashicorp/aws`) and its version constraint.

    `aliases` are the configurations that a calling module passes in, as (name, alias).
    """

    source: str = ""
    version: str = ""
    aliases: tuple[Name, ...] = ()


@dataclass(frozen=True)
class ModuleReference:
    """A reference where it stands: the document's uri, and the reference with spans of the document."""

    uri: str
    reference: refs.Reference

    @property
    def traversal(self) -> t.Traversal:
        """What is referred to."""
        return self.reference.traversal


@with_argument
def declared(piece: t.Piece) -> tuple[Declared, ...]:
    """The names that a piece declares."""
    return tuple(_declared(piece.body))


def alias_of(provider: t.Block) -> str | None:
    """The alias of a provider configuration, where it has one that is written out."""
    alias = provider.body.attribute("alias")
    return alias.value.text if alias and isinstance(alias.value, t.Template) else None


def _declared(body: t.Body) -> Iterator[Declared]:
    for block in body.blocks:
        labels = tuple(label.text for label in block.labels)
        if block.type == "locals":
            for attribute in block.body.attributes:
                yield Declared("local", (attribute.name,), attribute)
        elif block.type == "provider" and labels:
            text = alias_of(block)
            yield Declared("provider", (labels[0], text) if text else labels[:1], block)
        elif block.type in _LABELS and len(labels) >= _LABELS[block.type]:
            yield Declared(block.type, labels[: _LABELS[block.type]], block)
        elif block.type == "check":
            for data in block.body.blocks_of("data"):
                if len(data.labels) == 2:
                    yield Declared("data", tuple(label.text for label in data.labels), data)


@dataclass(frozen=True)
class Module:
    """The configuration files of a module, its variable files and its lock file.

    `trees` are the `.tf` files, `json` the `.tf.json` files, `tests` those of its tests. `partial` tells that a file of
    JSON cannot be read, so that there may be more. The dictionaries map a name to its first
    declaration; `duplicates` are all the later ones, but for those in override files, which belong to the declaration
    that they change.
    """

    unit: Unit
    trees: dict[str, t.Tree]
    partial: bool = False
    tests: dict[str, t.Tree] = field(default_factory=dict)
    json: dict[str, t.Tree] = field(default_factory=dict)
    resources: dict[Name, Declaration] = field(default_factory=dict)
    data: dict[Name, Declaration] = field(default_factory=dict)
    ephemeral: dict[Name, Declaration] = field(default_factory=dict)
    variables: dict[str, Declaration] = field(default_factory=dict)
    locals: dict[str, Declaration] = field(default_factory=dict)
    outputs: dict[str, Declaration] = field(default_factory=dict)
    module_calls: dict[str, Declaration] = field(default_factory=dict)
    providers: dict[Name, Declaration] = field(default_factory=dict)
    duplicates: list[Declaration] = field(default_factory=list)

    def of_kind(self, kind: str) -> dict[Name, Declaration] | dict[str, Declaration]:
        """The dictionary of a kind of declaration."""
        return getattr(self, _TABLES[kind])  # type: ignore[no-any-return]  # chosen by name from the fields above

    @property
    def all_trees(self) -> dict[str, t.Tree]:
        """The configuration in either syntax. In JSON what a provider calls a block is an argument."""
        return {**self.trees, **self.json} if self.json else self.trees

    @property
    def references(self) -> Iterator[ModuleReference]:
        """Every reference of the module, with spans of the documents."""
        for uri, tree in self.all_trees.items():
            for placed in tree.placed:
                for reference in refs.references(placed.piece):
                    moved = t.shift(reference.traversal, placed.start)
                    yield ModuleReference(uri, replace(reference, traversal=moved))

    @cached_property
    def required_providers(self) -> dict[str, Requirement]:
        """What `terraform { required_providers { … } }` says, by local name."""
        found: dict[str, Requirement] = {}
        for document in _in_order(self.unit):
            for placed in trees_of(document).placed:
                found |= _requirements(placed.piece)
        return found

    @cached_property
    def by_type(self) -> dict[tuple[str, str], list[Declaration]]:
        """Resources and data sources by kind and type: `("data", "aws_ami")`."""
        found: dict[tuple[str, str], list[Declaration]] = {}
        for declaration in (*self.resources.values(), *self.data.values()):
            found.setdefault((declaration.kind, declaration.name[0]), []).append(declaration)
        return found

    @property
    def locks(self) -> Mapping[str, Locked]:
        """What the lock file says, by full provider address; nothing where the unit has none."""
        return locks_of(self.unit)

    @cached_property
    def locked(self) -> dict[str, str]:
        """Versions by full provider address, as the lock file has them."""
        return {address: lock.version for address, lock in self.locks.items()}

    @cached_property
    def is_opentofu(self) -> bool:
        """Whether something in it is OpenTofu's alone, or OpenTofu has initialised its folder."""
        if any(document.name.endswith(OPENTOFU) for document in self.unit):
            return True
        if any(_REGISTRY_OF_OPENTOFU in document.text for document in self.unit.beside):
            return True
        return any(_is_opentofu(placed.piece) for tree in self.all_trees.values() for placed in tree.placed)

    @cached_property
    def signature(self) -> tuple[object, ...]:
        """Equal for two states of a module whose declarations mean the same to others: a key for caches."""
        tables = (self.resources, self.data, self.ephemeral, self.module_calls, self.locals, self.providers)
        names = tuple(tuple((name, d.repeated) for name, d in table.items()) for table in tables)
        variables = tuple((name, d.placed.piece, d.overrides) for name, d in self.variables.items())
        providers = tuple(sorted(self.required_providers.items(), key=lambda item: item[0]))
        return names, variables, providers, tuple(self.locked.items()), self.partial


_REGISTRY_OF_OPENTOFU = '"registry.opentofu.org/'
_TABLES = {
    "resource": "resources",
    "data": "data",
    "ephemeral": "ephemeral",
    "variable": "variables",
    "local": "locals",
    "output": "outputs",
    "module": "module_calls",
    "provider": "providers",
}


@with_argument
def _is_opentofu(piece: t.Piece) -> bool:
    for block in piece.body.blocks:
        if block.type == "terraform" and block.body.blocks_of("encryption"):
            return True
        if block.type == "provider" and block.body.attribute("for_each") and block.body.attribute("alias"):
            return True
        if any(inner.body.attribute("enabled") for inner in block.body.blocks_of("lifecycle")):
            return True
    return False


@with_argument
def _requirements(piece: t.Piece) -> dict[str, Requirement]:
    found: dict[str, Requirement] = {}
    for block in piece.body.blocks_of("terraform"):
        for inner in block.body.blocks_of("required_providers"):
            for attribute in inner.body.attributes:
                found[attribute.name] = _requirement(attribute.value)
    return found


def _requirement(value: t.Expression) -> Requirement:
    if isinstance(value, t.Template):
        return Requirement(version=value.text or "")
    if not isinstance(value, t.ObjectExpression):
        return Requirement()
    texts = {item.name: item.value.text or "" for item in value.items if isinstance(item.value, t.Template)}
    return Requirement(texts.get("source", ""), texts.get("version", ""), _aliases(value))


def _aliases(value: t.ObjectExpression) -> tuple[Name, ...]:
    listed = next((item.value for item in value.items if item.name == "configuration_aliases"), None)
    items = listed.items if isinstance(listed, t.TupleExpression) else ()
    written = (tuple((i.text or "").split(".")) if isinstance(i, t.Template) else i for i in items)
    return tuple(i.names if isinstance(i, t.Traversal) else i for i in written if isinstance(i, t.Traversal | tuple))


def locks_of(unit: Unit) -> Mapping[str, Locked]:
    """What the lock file of a unit says of its providers, by full address; nothing where it has none."""
    lock = next((d for d in unit.beside if d.name == LOCK_FILE), None)
    return locked_providers(lock.text) if lock else {}


def is_configuration(document: Document) -> bool:
    """Whether the document is a `.tf` file (or one without a name, as from standard input), not tfvars or JSON."""
    return not document.name.endswith((".tfvars", ".json", ".lock.hcl", *TESTS, ".tfmock.hcl"))


def is_variables_file(document: Document) -> bool:
    """Whether the document is a `.tfvars` file."""
    return document.name.endswith(".tfvars")


def is_json(document: Document) -> bool:
    """Whether the document is a module's configuration in JSON."""
    return document.name.endswith(JSON)


def is_override(document: Document) -> bool:
    """Whether the document's blocks change those of the other files instead of adding some."""
    found = stem(document.name)
    return found != document.name and (found == "override" or found.endswith("_override"))


def trees_of(document: Document) -> t.Tree:
    """The tree of a document of a module; in one of JSON what a provider calls a block is an argument."""
    return read_json(document.text).tree if is_json(document) else parse(document.text)


def whole_of(document: Document) -> t.Tree:
    """The tree of a document, whose pieces cover all of its text: one of JSON is a single piece."""
    return read_json(document.text).whole if is_json(document) else parse(document.text)


@sized(_KEPT, lambda unit: sum(len(document.text) for document in unit))
def module_of(unit: Unit) -> Module:
    """The module that a unit's documents make up. Pure: nothing is read from disk."""
    counting = _counting(unit)
    trees = {d.uri: parse(d.text) for d in counting if is_configuration(d)}
    json = {d.uri: read_json(d.text) for d in counting if is_json(d)}
    module = Module(
        unit,
        trees,
        any(read.is_broken for read in json.values()),
        {d.uri: parse(d.text) for d in counting if is_test(d.name)},
        {uri: read.tree for uri, read in json.items()},
    )
    for document in _in_order(unit):
        override = is_override(document)
        for placed in trees_of(document).placed:
            for found in declared(placed.piece):
                _declare(module, Declaration(document.uri, found, placed), override=override)
    return module


def _counting(unit: Unit) -> list[Document]:
    """The documents without those in whose place OpenTofu reads another of them."""
    hidden = shadowed({d.uri for d in unit})
    return [d for d in unit if d.uri not in hidden]


def _in_order(unit: Unit) -> list[Document]:
    """The configuration of a unit, files that override others last and by name."""
    found = [d for d in _counting(unit) if is_configuration(d) or is_json(d)]
    overriding = sorted((d for d in found if is_override(d)), key=lambda d: d.uri)
    return [d for d in found if not is_override(d)] + overriding


def _declare(module: Module, declaration: Declaration, *, override: bool) -> None:
    table = module.of_kind(declaration.kind)
    name = declaration.name
    key = name if declaration.kind in {"resource", "data", "ephemeral", "provider"} else name[0]
    first = table.get(key)  # type: ignore[arg-type]  # the key's form belongs to the table
    if first is None:
        table[key] = declaration  # type: ignore[index]  # as above
    elif override:
        over = (*first.overrides, declaration.declared.node)
        table[key] = replace(first, overrides=over)  # type: ignore[index]  # as above
    else:
        module.duplicates.append(declaration)


def module_from(documents: Iterable[Document]) -> Module:
    """The module of some documents, the first being the one a request is about."""
    return module_of(Unit(tuple(documents)))
