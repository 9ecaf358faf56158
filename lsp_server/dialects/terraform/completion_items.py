"""Completions where an argument, a block or a block's label is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lsp_server.core.document import Document, Span
from lsp_server.core.letters import has_letters
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform import core_schema, deprecations, snippets, terraform_block
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.completion_names import free_names
from lsp_server.dialects.terraform.context import Context
from lsp_server.dialects.terraform.module import Module
from lsp_server.dialects.terraform.providers import named
from lsp_server.dialects.terraform.recovered import place
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.supplies import core_supply, provider_entries, supply

_WHOLE_RESOURCES = 15
_LONG_ENOUGH = 4  # letters, for whole resources
_CONDITIONS = frozenset({"precondition", "postcondition", "validation", "assert"})
_OF_PROVIDERS = frozenset({"resource", "data", "ephemeral", "provider"})
_TYPED = frozenset({"resource", "data", "ephemeral"})
_FIRST = ("resource", "data", "variable", "output", "locals", "module", "provider", "terraform")
_DYNAMIC_IN = frozenset({"resource", "data", "provider"})
_META = frozenset(core_schema.RESOURCE_META.attributes) | frozenset(core_schema.RESOURCE_META.blocks)
_OLD = 100  # what is added to the rank of what is deprecated
_MOST_LABELS = 30
_MOST_TYPES = 250  # that are offered at once, of some thousands
_MORE = {
    "variable": "  type = ${2|string,number,bool,list(string),map(string),any|}",
    "removed": "  lifecycle {\n    destroy = ${2|false,true|}\n  }",
}
_NO_DYNAMIC = frozenset(core_schema.RESOURCE_META.blocks)


def _rest_of_line(context: Context, document: Document) -> str:
    end = document.line_span(document.position(context.word.end).line).end
    return document.text[context.word.end : end].strip()


def top_level(
    context: Context,
    module: Module,
    document: Document,
    blocks: Mapping[str, BlockSchema] = core_schema.TOP_LEVEL,
) -> Iterator[Completion]:
    """Block types at the top level of a file; a snippet where the line holds nothing else."""
    alone = not _rest_of_line(context, document)
    prefix = context.prefix.lower()
    partial = alone and len(prefix) < _LONG_ENOUGH  # typed on, it may be the type of a whole resource
    for name, schema in blocks.items():
        if not has_letters(name, prefix):
            continue
        stops = snippets.Stops()
        header = " ".join([name, *(f'"{stops.next(label)}"' for label in schema.labels)])
        text = snippets.block(header, schema, stops, "", core_supply(name, module)) if alone else name
        if alone and name in _MORE:
            text = text.removesuffix("}").removesuffix("  $0\n") + _MORE[name] + "\n}"
        rank = _FIRST.index(name) if name in _FIRST else 20
        yield Completion(
            name, CompletionKind.BLOCK, context.word, text, "block", snippet=alone, rank=rank, key=f"core:{name}",
            partial=partial,
        )  # fmt: skip


def whole_resources(
    context: Context, module: Module, schemas: ProviderSchemas, document: Document
) -> Iterator[Completion]:
    """Whole resources where a name begins, at the top level of a file, as resource types of a known provider do."""
    prefix = context.prefix.lower()
    provider, more, _ = prefix.partition("_")
    known = {name for name, _ in schemas.choices}
    if not more or provider not in known or len(prefix) < _LONG_ENOUGH or _rest_of_line(context, document):
        return
    fitting = sorted(name for name in schemas.resource_types(named(module), prefix) if name.startswith(prefix))
    for name in fitting[:_WHOLE_RESOURCES]:
        found = _whole(context, name, "resource", module, schemas, document)
        yield replace(found, text=f"resource {found.text}", partial=len(fitting) > _WHOLE_RESOURCES)


@dataclass(frozen=True)
class _Writing:
    """How items are written at a place: only the name where the line goes on; `where` is for documentation."""

    context: Context
    module: Module
    supply: snippets.Supply
    bare: bool
    where: str
    recovered: deprecations.Known

    def told(self, name: str) -> deprecations.Told:
        """What is recovered of an item."""
        return (
            deprecations.at(self.recovered, place(self.context.path, name)) if self.recovered else deprecations.Told()
        )


def body_items(
    context: Context, schema: BlockSchema, module: Module, schemas: ProviderSchemas, document: Document
) -> Iterator[Completion]:
    """Arguments and blocks that may still be written, required ones first."""
    body = context.path[-1].body
    given = {a.name for a in body.attributes if not a.name_span.touches(context.word.end)}
    counts = Counter(b.type for b in body.blocks)
    counts.update(b.labels[0].text for b in body.blocks if b.type == "dynamic" and b.labels)
    bare = bool(_rest_of_line(context, document))
    told = _recovered(context, schemas)
    write = _Writing(context, module, _supply(context, module, schemas), bare, _where(context), told)
    prefix = context.prefix.lower()
    for name, known in schema.attributes.items():
        if not has_letters(name, prefix):
            continue
        if known.settable and name not in given and not counts[name] and not (name == "id" and known.computed):
            yield _argument(write, name, known)
            if _is_blocks(known) and not write.bare:
                yield _as_block(write, name, known)
        elif _is_blocks(known) and counts[name] and not write.bare:
            yield _as_block(write, name, known)
    for name, nested in schema.blocks.items():
        if has_letters(name, prefix) and (not nested.max or counts[name] < nested.max):
            yield _block(write, name, nested)
    blocks = [block.type for block in context.path]
    if blocks[0] in _DYNAMIC_IN and blocks[-1] != "dynamic" and _NO_DYNAMIC.isdisjoint(blocks):
        yield from _dynamic(write, schema)


def _recovered(context: Context, schemas: ProviderSchemas) -> deprecations.Known:
    top = context.path[0]
    typed = top.type in {"resource", "data"} and top.labels and _NO_DYNAMIC.isdisjoint(b.type for b in context.path)
    return deprecations.told(schemas.choice_of(top), top.type, top.labels[0].text) if typed else deprecations.NOTHING


def _supply(context: Context, module: Module, schemas: ProviderSchemas) -> snippets.Supply:
    top = context.path[0]
    kinds = [block.type for block in context.path]
    if top.type == "module":
        return supply(module, schemas, own=".".join(top.address))
    if kinds[-1] == "required_providers":
        return provider_entries(schemas)
    if top.type not in {"resource", "data"} or len(top.labels) < 2 or not _NO_DYNAMIC.isdisjoint(kinds):
        return core_supply(kinds[-1], module, top.labels[0].text if top.type == "variable" and top.labels else "")
    own = ".".join(top.address[1:] if top.type == "resource" else top.address)
    repeated = next((name for name in ("count", "for_each") if top.body.attribute(name)), "")
    return supply(module, schemas, top.labels[0].text, own, repeated)


def _where(context: Context) -> str:
    """The blocks around, for looking up documentation: `resource.aws_vpc.timeouts`, `variable.validation`."""
    top = context.path[0]
    names = [top.type, *(label.text for label in top.labels[:1] if top.type in _OF_PROVIDERS)]
    inner = (
        block.labels[0].text if block.type == "dynamic" and block.labels else block.type for block in context.path[1:]
    )
    return ".".join([*names, *(name for name in inner if name != "content")])


def _argument(write: _Writing, name: str, known: AttributeSchema) -> Completion:
    indent = write.context.indent
    text = name if write.bare else snippets.argument(name, known, snippets.Stops(), indent, write.supply)
    rank = 1 if known.required else 70 if name in _META else 30
    old = known.deprecated or write.told(name).deprecated
    rank += _OLD if old else 0
    detail = f"{'deprecated, ' * old}{'required' if known.required else 'optional'}, {known.type}"
    return Completion(
        name, CompletionKind.PROPERTY, write.context.word, text, detail, not write.bare, rank, known.required,
        f"{write.where}:{name}", deprecated=old,
    )  # fmt: skip


def _as_block(write: _Writing, name: str, known: AttributeSchema) -> Completion:
    """The block that may be written for a list of objects."""
    text = snippets.block(name, BlockSchema(), snippets.Stops(), write.context.indent)
    label, key = f"{name} {{…}}", f"{write.where}:{name}"
    return Completion(label, CompletionKind.BLOCK, write.context.word, text, "block", True, 31, key=key)


def _block(write: _Writing, name: str, nested: NestedBlock) -> Completion:
    stops = snippets.Stops()
    labels = [f'"{stops.next(label)}"' for label in nested.block.labels]
    header, indent = " ".join([name, *labels]), write.context.indent
    supply = write.supply
    if name in _CONDITIONS:
        top = write.context.path[0]
        supply = core_supply(name, write.module, top.labels[0].text if top.type == "variable" and top.labels else "")
    text = name if write.bare else snippets.block(header, nested.block, stops, indent, supply)
    rank = 2 if nested.min else 71 if name in _META else 40
    old = nested.block.deprecated or write.told(name).deprecated
    rank += _OLD if old else 0
    detail = f"{'deprecated ' * old}{'required ' if nested.min else ''}block"
    return Completion(
        name, CompletionKind.BLOCK, write.context.word, text, detail, not write.bare, rank, bool(nested.min),
        f"{write.where}:{name}", deprecated=old,
    )  # fmt: skip


def _dynamic(write: _Writing, schema: BlockSchema) -> Iterator[Completion]:
    names = _repeatable(schema)
    if not write.bare and names:
        indent = write.context.indent
        inner = indent + snippets.INDENT
        deeper = inner + snippets.INDENT
        stops = snippets.Stops()
        label = stops.choice(tuple(names)) if len(names) <= _MOST_LABELS else stops.next("name")
        lines = (f'dynamic "{label}" {{', f"{inner}for_each = $2", f"{inner}content {{", f"{deeper}$0")
        text = "\n".join((*lines, f"{inner}}}", f"{indent}}}"))
        word = write.context.word
        yield Completion("dynamic", CompletionKind.BLOCK, word, text, "one block an element", True, 75)


def _repeatable(schema: BlockSchema) -> list[str]:
    """The blocks that a `dynamic` may make; a list of objects may be written as blocks, too."""
    lists = [name for name, known in schema.attributes.items() if known.settable and _is_blocks(known)]
    return sorted([*(name for name in schema.blocks if name not in _META), *lists])


def _is_blocks(known: AttributeSchema) -> bool:
    return known.as_blocks is not None


def labels(
    context: Context, module: Module, schemas: ProviderSchemas, schema: BlockSchema | None, document: Document
) -> Iterator[Completion]:
    """Resource and data source types, provider names, the blocks that a `dynamic` may make, provisioners."""
    if context.label_of in _TYPED and not context.labels:
        yield from _types(context, module, schemas, document)
    elif context.label_of == "provider" and not context.path:
        yield from provider_labels(context, module, schemas)
    elif context.label_of == "dynamic" and schema:
        yield from (_label(context, name, "block") for name in _repeatable(schema))
    elif context.label_of == "backend":
        yield from (_label(context, name, "backend") for name in terraform_block.BACKENDS)
    elif context.label_of == "provisioner":
        yield from (_label(context, name, "provisioner") for name in core_schema.PROVISIONERS)
    elif len(context.labels) == (1 if context.label_of in _TYPED else 0) and all(context.labels):
        yield from (_label(context, name, "name") for name in free_names(context, module))


def provider_labels(context: Context, module: Module, schemas: ProviderSchemas) -> Iterator[Completion]:
    """The names of providers."""
    for name in sorted({local for local, _ in schemas.choices} | set(module.required_providers)):
        yield _label(context, name, "provider")


def type_names(context: Context, module: Module, schemas: ProviderSchemas, kind: str) -> Iterator[Completion]:
    """The types of a kind of block, those that the module has first."""
    used = {type_name for of, type_name in module.by_type if of == kind}
    for name in schemas.data_types() if kind == "data" else schemas.resource_types():
        rank = 5 if name in used else 10
        yield replace(_label(context, name, f"{kind} type"), rank=rank)


def _label(context: Context, name: str, detail: str) -> Completion:
    text = name if context.quoted else f'"{name}"'
    return Completion(name, CompletionKind.RESOURCE_TYPE, context.word, text, detail)


def _types(context: Context, module: Module, schemas: ProviderSchemas, document: Document) -> Iterator[Completion]:
    kind, prefix = context.label_of, context.prefix.lower()
    of_kind = {"data": schemas.data_types, "ephemeral": schemas.ephemeral_types}.get(kind, schemas.resource_types)
    known = of_kind(named(module), prefix)
    fitting = sorted(name for name in known if name.startswith(prefix))
    fitting += sorted(name for name in known if prefix and prefix in name and not name.startswith(prefix))
    partial = len(prefix) < _LONG_ENOUGH or len(fitting) > _WHOLE_RESOURCES
    for number, name in enumerate(fitting[:_MOST_TYPES]):
        text = name if context.quoted else f'"{name}"'
        old = deprecations.told(schemas.provider_of(name), kind, name).get("", deprecations.Told()).deprecated
        rank = (10 if name.startswith(prefix) else 30) + _OLD * old
        yield Completion(
            name, CompletionKind.RESOURCE_TYPE, context.word, text, f"{'deprecated ' * old}{kind} type", rank=rank,
            partial=partial, key=f"{kind}:{name}", deprecated=old,
        )  # fmt: skip
        if number < _WHOLE_RESOURCES and len(prefix) >= _LONG_ENOUGH and _line_is_free(context, document):
            yield _whole(context, name, kind, module, schemas, document)


def _line_is_free(context: Context, document: Document) -> bool:
    """Whether a whole block may be written: nothing stands behind the label but its own quote."""
    return _rest_of_line(context, document) in {"", '"'}


def _whole(
    context: Context, name: str, kind: str, module: Module, schemas: ProviderSchemas, document: Document
) -> Completion:
    of_kind = {"data": schemas.data_source, "ephemeral": schemas.ephemeral}.get(kind, schemas.resource)
    schema = of_kind(name) or BlockSchema()
    stops = snippets.Stops()
    opening = "" if context.quoted else '"'
    header = f'{opening}{name}" "{stops.next("name")}"'
    text = snippets.block(header, schema, stops, "", supply(module, schemas, name))
    word = context.word
    if context.quoted and document.text[word.end : word.end + 1] == '"':
        word = Span(word.start, word.end + 1)  # the quote that the editor has closed itself
    label, detail = f"{name} {{…}}", f"{kind} with what it requires"
    return Completion(label, CompletionKind.SNIPPET, word, text, detail, True, 11, key=f"{kind}:{name}")
