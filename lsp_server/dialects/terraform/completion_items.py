"""Completions where an argument, a block or a block's label is written."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Document, Span
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform import core_schema, snippets, terraform_block
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.context import Context
from lsp_server.dialects.terraform.module import Module
from lsp_server.dialects.terraform.references import references
from lsp_server.dialects.terraform.schema import ProviderSchemas

_WHOLE_RESOURCES = 15
_TYPED = frozenset({"resource", "data", "ephemeral"})
_FIRST = ("resource", "data", "variable", "output", "locals", "module", "provider", "terraform")
_DYNAMIC_IN = frozenset({"resource", "data", "provider"})
_META = frozenset(core_schema.RESOURCE_META.attributes) | frozenset(core_schema.RESOURCE_META.blocks)
_NO_DYNAMIC = frozenset(core_schema.RESOURCE_META.blocks)


def _rest_of_line(context: Context, document: Document) -> str:
    end = document.line_span(document.position(context.word.end).line).end
    return document.text[context.word.end : end].strip()


def _indent(context: Context, document: Document) -> str:
    line = document.line_text(document.position(context.word.start).line)
    return line[: len(line) - len(line.lstrip(" \t"))]


def top_level(context: Context, document: Document) -> Iterator[Completion]:
    """Block types at the top level of a file; a snippet where the line holds nothing else."""
    alone = not _rest_of_line(context, document)
    for name, schema in core_schema.TOP_LEVEL.items():
        stops = snippets.Stops()
        header = " ".join([name, *(f'"{stops.next(label)}"' for label in schema.labels)])
        text = snippets.block(header, schema, stops, "") if alone else name
        rank = _FIRST.index(name) if name in _FIRST else 20
        yield Completion(
            name, CompletionKind.BLOCK, context.word, text, "block", snippet=alone, rank=rank, key=f"core:{name}"
        )


def body_items(context: Context, schema: BlockSchema, document: Document) -> Iterator[Completion]:
    """Arguments and blocks that may still be written, required ones first."""
    body = context.path[-1].body
    given = {a.name for a in body.attributes if not a.name_span.touches(context.word.end)}
    counts = {b.type: len(body.blocks_of(b.type)) for b in body.blocks}
    bare = bool(_rest_of_line(context, document))
    indent = _indent(context, document)
    where = _where(context)
    for name, known in schema.attributes.items():
        if known.settable and name not in given and not (name == "id" and known.computed):
            yield _argument(context, name, known, indent, bare, where)
            if _is_blocks(known) and not bare:
                yield _as_block(context, name, known, indent, where)
    for name, nested in schema.blocks.items():
        if not nested.max or counts.get(name, 0) < nested.max:
            yield _block(context, name, nested, indent, bare, where)
    blocks = [block.type for block in context.path]
    if blocks[0] in _DYNAMIC_IN and blocks[-1] != "dynamic" and _NO_DYNAMIC.isdisjoint(blocks):
        yield from _dynamic(context, schema, indent, bare)


def _where(context: Context) -> str:
    """The name of the block around, for looking up documentation: `aws_vpc.timeouts`, `data.aws_ami.filter`."""
    top = context.path[0]
    names = [label.text for label in top.labels[:1]] or [top.type]
    names = ["data", *names] if top.type == "data" else names
    inner = (
        block.labels[0].text if block.type == "dynamic" and block.labels else block.type for block in context.path[1:]
    )
    return ".".join([*names, *(name for name in inner if name != "content")])


def _argument(context: Context, name: str, known: AttributeSchema, indent: str, bare: bool, where: str) -> Completion:
    text = name if bare else snippets.argument(name, known.type, snippets.Stops(), indent)
    rank = 1 if known.required else 70 if name in _META else 30
    detail = f"{'required' if known.required else 'optional'}, {known.type}"
    return Completion(
        name, CompletionKind.PROPERTY, context.word, text, detail, not bare, rank, known.required, f"{where}:{name}"
    )


def _as_block(context: Context, name: str, known: AttributeSchema, indent: str, where: str) -> Completion:
    """The block that may be written for a list of objects."""
    text = snippets.block(name, BlockSchema(), snippets.Stops(), indent)
    label = f"{name} {{…}}"
    return Completion(label, CompletionKind.BLOCK, context.word, text, "block", True, 31, key=f"{where}:{name}")


def _block(context: Context, name: str, nested: NestedBlock, indent: str, bare: bool, where: str) -> Completion:
    stops = snippets.Stops()
    labels = [f'"{stops.next(label)}"' for label in nested.block.labels]
    text = name if bare else snippets.block(" ".join([name, *labels]), nested.block, stops, indent)
    rank = 2 if nested.min else 71 if name in _META else 40
    detail = f"{'required ' if nested.min else ''}block"
    return Completion(
        name, CompletionKind.BLOCK, context.word, text, detail, not bare, rank, bool(nested.min), f"{where}:{name}"
    )


def _dynamic(context: Context, schema: BlockSchema, indent: str, bare: bool) -> Iterator[Completion]:
    if not bare and _repeatable(schema):
        inner = indent + snippets.INDENT
        deeper = inner + snippets.INDENT
        lines = ('dynamic "${1:name}" {', f"{inner}for_each = $2", f"{inner}content {{", f"{deeper}$0")
        text = "\n".join((*lines, f"{inner}}}", f"{indent}}}"))
        yield Completion("dynamic", CompletionKind.BLOCK, context.word, text, "one block an element", True, 75)


def _repeatable(schema: BlockSchema) -> list[str]:
    """The blocks that a `dynamic` may make; a list of objects may be written as blocks, too."""
    lists = [name for name, known in schema.attributes.items() if known.settable and _is_blocks(known)]
    return sorted([*(name for name in schema.blocks if name not in _META), *lists])


def _is_blocks(known: AttributeSchema) -> bool:
    return known.type.is_list and known.type.element is not None and known.type.element.kind == "object"


def labels(
    context: Context, module: Module, schemas: ProviderSchemas, schema: BlockSchema | None, document: Document
) -> Iterator[Completion]:
    """Resource and data source types, provider names, the blocks that a `dynamic` may make, provisioners."""
    if context.label_of in {"resource", "data"} and not context.labels:
        yield from _types(context, schemas, document)
    elif context.label_of == "provider" and not context.path:
        for name in sorted({local for local, _ in schemas.choices} | set(module.required_providers)):
            yield _label(context, name, "provider")
    elif context.label_of == "dynamic" and schema:
        yield from (_label(context, name, "block") for name in _repeatable(schema))
    elif context.label_of == "backend":
        yield from (_label(context, name, "backend") for name in terraform_block.BACKENDS)
    elif context.label_of == "provisioner":
        yield from (_label(context, name, "provisioner") for name in core_schema.PROVISIONERS)
    elif context.label_of in _TYPED and len(context.labels) == 1 and context.labels[0]:
        yield from (_label(context, name, "name") for name in _names(context, module))


def _label(context: Context, name: str, detail: str) -> Completion:
    text = name if context.quoted else f'"{name}"'
    return Completion(name, CompletionKind.RESOURCE_TYPE, context.word, text, detail)


def _names(context: Context, module: Module) -> Iterator[str]:
    """Names that are free: those that references already use and nothing declares, and two that everybody uses."""
    kind = context.labels[0]
    address = ("data", kind) if context.label_of == "data" else (kind,)
    at = len(address)
    taken = {name[1] for name in (module.data if at > 1 else module.resources) if name[0] == kind}
    pieces = (placed.piece for tree in module.trees.values() for placed in tree.placed)
    names = (reference.traversal.names for piece in pieces for reference in references(piece))
    wanted = {name[at] for name in names if name[:at] == address and len(name) > at}
    yield from sorted((wanted | {"this", "main"}) - taken)


def _types(context: Context, schemas: ProviderSchemas, document: Document) -> Iterator[Completion]:
    kind = context.label_of
    known = schemas.data_types() if kind == "data" else schemas.resource_types()
    prefix = context.prefix.lower()
    fitting = [name for name in known if name.startswith(prefix)]
    fitting += [name for name in known if prefix and prefix in name and not name.startswith(prefix)]
    for number, name in enumerate(fitting):
        text = name if context.quoted else f'"{name}"'
        rank = 10 if name.startswith(prefix) else 30
        yield Completion(
            name, CompletionKind.RESOURCE_TYPE, context.word, text, f"{kind} type", rank=rank, key=f"{kind}:{name}"
        )
        if number < _WHOLE_RESOURCES and len(prefix) > 3 and _line_is_free(context, document):
            yield _whole(context, name, kind, schemas, document)


def _line_is_free(context: Context, document: Document) -> bool:
    """Whether a whole block may be written: nothing stands behind the label but its own quote."""
    return _rest_of_line(context, document) in {"", '"'}


def _whole(context: Context, name: str, kind: str, schemas: ProviderSchemas, document: Document) -> Completion:
    schema = (schemas.data_source(name) if kind == "data" else schemas.resource(name)) or BlockSchema()
    stops = snippets.Stops()
    opening = "" if context.quoted else '"'
    header = f'{opening}{name}" "{stops.next("name")}"'
    text = snippets.block(header, schema, stops, "")
    word = context.word
    if context.quoted and document.text[word.end : word.end + 1] == '"':
        word = Span(word.start, word.end + 1)  # the quote that the editor has closed itself
    label, detail = f"{name} {{…}}", f"{kind} with what it requires"
    return Completion(label, CompletionKind.SNIPPET, word, text, detail, True, 11, key=f"{kind}:{name}")
