"""A block that is not declared as Terraform wants it: its type, its labels, the type of a variable, a version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.core.uri import path_of
from lsp_server.dialects.service import RefusedError
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.service.renaming import rename
from lsp_server.dialects.terraform.tree import Block, ObjectExpression, Template, TupleExpression
from lsp_server.dialects.terraform.versions import Constraint
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.content import scene_of
from lsp_server.fixers.terraform.expression_at import smallest
from lsp_server.fixers.terraform.names import is_certain, nearest, one_slip
from lsp_server.fixers.terraform.place import fix

LABEL_CODES = frozenset({"invalid-labels"})
TYPE_CODES = frozenset({"invalid-type-constraint"})
VERSION_CODES = frozenset({"invalid-version"})
SOURCE_CODES = frozenset({"invalid-module-source"})
REQUIREMENT_CODES = frozenset({"invalid-requirement", "invalid-required-providers-object"})
_REQUIREMENT = ("source", "version", "configuration_aliases")
_TYPES = {
    "str": "string", "text": "string", "char": "string", "int": "number", "integer": "number", "float": "number",
    "num": "number", "boolean": "bool", "array": "list(any)", "dict": "map(any)", "hash": "map(any)",
    "dictionary": "map(any)", "list": "list(any)", "map": "map(any)", "set": "set(any)",
}  # fmt: skip
_QUOTED = {"string": "string", "list": "list(string)", "map": "map(string)", "number": "number", "bool": "bool"}
"""What Terraform 0.11's quoted types are now, as `terraform validate` tells."""


def fix_block_type(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A top-level block of a type that Terraform does not have: one of a near name that takes as many labels."""
    block = _block_at(context, diagnostic.span)
    if block is None or block.type_span != diagnostic.span:
        return
    known = [k for k, schema in core_schema.TOP_LEVEL.items() if len(schema.labels) == len(block.labels)]
    slip = one_slip(block.type, known)
    for name in [slip] if slip else nearest(block.type, known, 0.6)[:1]:
        trust = Applicability.SAFE if slip and is_certain(block.type, name) else Applicability.UNSAFE
        edit = Edit(context.document.uri, block.type_span, name)
        title = f"Change `{block.type}` to `{name}`"
        yield fix(title, [edit], [diagnostic], "block_type", trust, removes={block.address})


def _block_at(context: FixContext, span: Span) -> Block | None:
    return next((b for b in parse_document(context.document).blocks if b.span.encloses(span)), None)


def fix_labels(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A top-level block with too few labels, or with a name that is none."""
    block = _block_at(context, diagnostic.span)
    if block is not None and not block.header_span.encloses(diagnostic.span):
        return
    schema = core_schema.TOP_LEVEL.get(block.type) if block else None
    if block is None or schema is None:
        return
    uri = context.document.uri
    taken = {b.address for tree in scene_of(context.unit).module.trees.values() for b in tree.blocks}
    if len(block.labels) == len(schema.labels) - 1 and schema.labels[-1] == "name":
        name = next(n for n in _names("this") if (*block.address, n) not in taken)
        at = block.header_span.end
        edit = Edit(uri, Span(at, at), f' "{name}"')
        yield fix(f"Call the {block.type} `{name}`", [edit], [diagnostic], "labels", removes={block.address})
    elif len(block.labels) == len(schema.labels) and block.labels[-1].span == diagnostic.span:
        label = block.labels[-1]
        if "is reserved" in diagnostic.message:
            yield from _reserved(context, block, diagnostic)
            return
        plain = re.sub(r"[^\w-]+", "_", label.text).strip("_-")
        plain = plain if plain and not plain[0].isdigit() else f"_{plain}"
        name = next(n for n in _names(plain) if (*block.address[:-1], n) not in taken)
        edit = Edit(uri, label.text_span, name)
        yield fix(f"Call it `{name}`", [edit], [diagnostic], "labels", removes={block.address})


def _reserved(context: FixContext, block: Block, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A variable with a name that means something else in a call of the module: another, wherever it is used."""
    label = block.labels[0]
    taken = scene_of(context.unit).module.variables
    name = next(n for n in _names(f"{label.text}_value") if n not in taken)
    try:
        renaming = rename(context.unit, context.document, label.text_span.start, name)
    except RefusedError:
        return
    if renaming is not None:
        title = f"Call it `{name}` wherever it is used"
        yield fix(title, renaming.edits, [diagnostic], "labels", removes={block.address})


def _names(first: str) -> Iterator[str]:
    yield first
    yield from (f"{first}_{number}" for number in range(2, 100000))


def fix_variable_type(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A variable's type in quotes, as it was written until Terraform 0.12, or called as in another language."""
    document, span = context.document, diagnostic.span
    name = str(diagnostic.data.get("name", "")) or document.slice(span).strip('"')
    if diagnostic.data.get("kind") == "quoted-type" or document.slice(span).startswith('"'):
        new = _QUOTED.get(name.strip(), name if re.match(r"(list|set|map|object|tuple|optional)\(", name) else "")
        trust = Applicability.SAFE
        if new in {"list(string)", "map(string)"} and not _all_texts(_block_at(context, span)):
            new, trust = new.replace("string", "any"), Applicability.UNSAFE
    else:
        words = ("string", "number", "bool", "any")
        slip = one_slip(name, [*words, "list", "map", "set", "object"])
        new = name.lower() if name.lower() in words else _TYPES.get(name.lower(), slip or "")
        trust = Applicability.SAFE if slip and is_certain(name, slip) else Applicability.UNSAFE
    if new:
        yield fix(f"Write `{new}`", [Edit(document.uri, span, new)], [diagnostic], "variable_type", trust)


def _all_texts(variable: Block | None) -> bool:
    """Whether the default of a variable has nothing in it that cannot be a text."""
    default = variable.body.attribute("default") if variable else None
    match default.value if default else None:
        case TupleExpression(items=items):
            values = items
        case ObjectExpression(items=pairs):
            values = tuple(pair.value for pair in pairs)
        case _:
            return True
    return not any(isinstance(value, TupleExpression | ObjectExpression) for value in values)


_FORMS = (
    (re.compile(r"v?(\d+(?:\.\d+){0,2})\+"), ">= {}"),
    (re.compile(r"\^\s*(\d+\.\d+)(?:\.\d+)?"), "~> {}"),
    (re.compile(r"v(\d+(?:\.\d+){0,2})"), "{}"),
    (re.compile(r"(\d+)\.[x*](?:\.[x*])?"), "~> {}.0"),
    (re.compile(r"(\d+\.\d+)\.[x*]"), "~> {}.0"),
    (re.compile(r"~\s*(\d+\.\d+)"), "~> {}.0"),
    (re.compile(r"~\s*(\d+\.\d+\.\d+)"), "~> {}"),
    (re.compile(r"==\s*(\d+(?:\.\d+){0,2})"), "= {}"),
    (re.compile(r"=>\s*(\d+(?:\.\d+){0,2})"), ">= {}"),
    (re.compile(r"(?:latest|\*)"), ">= 0"),
)


def fix_version(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A version constraint as other package managers write it."""
    value = smallest(context.document, diagnostic.span, Template)
    text = value.text.strip() if value is not None and value.text else ""
    for pattern, form in _FORMS:
        match = pattern.fullmatch(text)
        if match and value is not None:
            new = form.format(*match.groups())
            if Constraint.parse(new).valid:
                yield fix(
                    f'Write "{new}"', [Edit(context.document.uri, value.span, f'"{new}"')], [diagnostic], "version"
                )
            return


def fix_requirement(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A misspelled key in what `required_providers` says of a provider."""
    for block in parse_document(context.document).blocks:
        inner = block.body.blocks_of("required_providers") if block.type == "terraform" else ()
        given = [a.value for b in inner for a in b.body.attributes if b.span.overlaps(diagnostic.span)]
        for value in given:
            if isinstance(value, ObjectExpression) and diagnostic.span.overlaps(value.span):
                yield from _keys(context, value, diagnostic)


def _keys(context: FixContext, value: ObjectExpression, diagnostic: Diagnostic) -> Iterator[Fix]:
    left = [key for key in _REQUIREMENT if all(item.name != key for item in value.items)]
    for item in value.items:
        slip = one_slip(item.name or "", left)
        if item.name not in _REQUIREMENT and slip:
            trust = Applicability.SAFE if is_certain(item.name or "", slip) else Applicability.UNSAFE
            edit = Edit(context.document.uri, item.key.span, slip)
            yield fix(f"Change `{item.name}` to `{slip}`", [edit], [diagnostic], "requirement", trust)


def fix_source(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A folder as a module's source that does not begin with a dot; sure where the folder is there."""
    value = smallest(context.document, diagnostic.span, Template)
    if value is None or not value.text:
        return
    path = path_of(context.document.uri)
    try:
        there = path is not None and (path.parent / value.text).is_dir()
    except (OSError, ValueError):
        there = False
    trust = Applicability.SAFE if there else Applicability.DISPLAY_ONLY
    edit = Edit(context.document.uri, value.span, f'"./{value.text}"')
    yield fix(f"Write `./{value.text}`, a folder", [edit], [diagnostic], "module_source", trust)
