"""What works and is not as it should be: declarations that nothing uses, old indexes, providers without a version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.versions import version
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import Scene, scene_of
from lsp_server.fixers.terraform.expression_at import smallest
from lsp_server.fixers.terraform.place import fix, locate
from lsp_server.fixers.terraform.unheeded import use_variable
from lsp_server.fixers.terraform.values import constraint, type_of

UNUSED_CODES = frozenset({"unused-declaration", "terraform_unused_declarations", "terraform_unused_required_providers"})
INDEX_CODES = frozenset({"deprecated-index", "terraform_deprecated_index"})
PROVIDER_CODES = frozenset({"missing-provider-requirement", "terraform_required_providers"})
UNTYPED_CODES = frozenset({"untyped-variable", "terraform_typed_variables"})
REQUIREMENT_CODES = frozenset({"deprecated-requirement"})
VERSION_CODES = frozenset({"deprecated-argument"})
_INDEX = re.compile(r"\.(\d+)(?=[.\[)\]},\s]|$)")
_PLAIN = re.compile(r"(?:\.[A-Za-z_][\w-]*)*+(?![\w.\[])")
_PROVIDER = re.compile(r'provider "([\w-]+)"')


def fix_unused(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Use a variable where its value stands; delete what nothing uses, which only a person may."""
    document = context.document
    for block in parse_document(document).blocks:
        if not block.span.encloses(diagnostic.span):
            continue
        if block.type == "locals":
            item = next((a for a in block.body.attributes if a.span.encloses(diagnostic.span)), None)
            if item is not None:
                alone = len(block.body.attributes) == 1 and "#" not in document.slice(block.span)
                edit = layout.remove(document, block.span if alone else item.span)
                title = f"Delete the local value `{item.name}`, which nothing uses"
                removes = {("locals", item.name), ("locals",)}
                yield fix(title, [edit], [diagnostic], "unused", Applicability.DISPLAY_ONLY, removes)
        elif block.type == "terraform":
            inner = next((b for b in block.body.blocks if b.span.encloses(diagnostic.span)), None)
            required = inner.body.attributes if inner and inner.type == "required_providers" else ()
            item = next((a for a in required if a.span.encloses(diagnostic.span)), None)
            if item is not None:
                title = f"Delete the required provider `{item.name}`, which nothing uses"
                edit = layout.remove(document, item.span)
                yield fix(title, [edit], [diagnostic], "unused", Applicability.DISPLAY_ONLY)
        elif block.labels and block.type in {"variable", "data", "provider"}:
            if block.type == "variable":
                yield from use_variable(context, diagnostic, block)
            edit = layout.remove(document, block.span)
            title = f"Delete the {block.type} `{'.'.join(label.text for label in block.labels)}`, which nothing uses"
            yield fix(title, [edit], [diagnostic], "unused", Applicability.DISPLAY_ONLY, {block.address})
        return


def fix_index(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`aws_instance.a.0.id` with brackets; behind `.*`, brackets would be about the whole list."""
    document, span = context.document, diagnostic.span
    if document.slice(span) == ".*":
        yield from _splat(context, diagnostic)
        return
    around = smallest(document, span, t.Traversal) or smallest(document, span, t.Access)
    if around is None or ".*" in document.text[around.span.start : span.end]:
        return
    edits = [
        Edit(document.uri, Span(span.start + m.start(), span.start + m.end()), f"[{m[1]}]")
        for m in _INDEX.finditer(document.slice(span))
    ]
    if edits:
        yield fix("Write the index in brackets", edits, [diagnostic], "index", Applicability.SAFE)


def _splat(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`aws_instance.a.*.id` with brackets. An index that follows would then be taken of each, not of the list."""
    if _PLAIN.match(context.document.text, diagnostic.span.end):
        edits = [Edit(context.document.uri, diagnostic.span, "[*]")]
        yield fix("Write the splat in brackets", edits, [diagnostic], "index", Applicability.SAFE)


def fix_provider(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Say which provider is meant and in which version: the newest that is known here."""
    found = locate(context, diagnostic.span)
    if found is not None and isinstance(found[1], t.Attribute) and isinstance(found[1].value, t.Template):
        yield from fix_requirement(context, diagnostic)
        return
    scene, match = scene_of(context.unit), _PROVIDER.search(diagnostic.message)
    name = str(diagnostic.data.get("name", "")) or (match[1] if match else "")
    choice = scene.schemas.provider(name)
    if choice is None or name in scene.module.required_providers:
        return
    meta = choice.bundle.meta
    major, minor = version(meta.version)[:2]
    entry = f'{name} = {{\n  source  = "{meta.source.partition("/")[2]}"\n  version = "~> {major}.{minor}"\n}}'
    yield fix(f"Require the provider `{name}`", [required(context, entry)], [diagnostic], "provider")


def fix_requirement(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`aws = "~> 5.0"` in `required_providers`: the same with the source that it stands for."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute):
        return
    place, item = found[0], found[1]
    source = _source(place.scene, item.name)
    if not source.startswith("hashicorp/"):
        return  # without a source it is one of HashiCorp's
    document, pad = place.document, layout.indent(place.document, item.span.start)
    lines = ["{", f'  source  = "{source}"', f"  version = {document.slice(item.value.span)}", "}"]
    edit = Edit(document.uri, item.value.span, f"\n{pad}".join(lines))
    yield fix(f"Say its source, {source}", [edit], [diagnostic], "provider", Applicability.SAFE)


def fix_version(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`version` in a `provider` block: the same in `required_providers`."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute) or found[0].block.type != "provider":
        return
    place, item = found[0], found[1]
    name = place.block.labels[0].text if place.block.labels else ""
    source = _source(place.scene, name)
    if not source.startswith("hashicorp/") or name in place.scene.module.required_providers:
        return
    said = place.document.slice(item.value.span)
    entry = f'{name} = {{\n  source  = "{source}"\n  version = {said}\n}}'
    edits = [required(context, entry), layout.remove(place.document, item.span)]
    yield fix("Move it into `required_providers`", edits, [diagnostic], "provider")


def _source(scene: Scene, name: str) -> str:
    choice = scene.schemas.provider(name)
    return choice.bundle.meta.source.partition("/")[2] if choice is not None else ""


def required(context: FixContext, entry: str) -> Edit:
    """An entry of `required_providers`, with the blocks around it where they are not there."""
    scene, unit = scene_of(context.unit), context.unit
    for uri, tree in scene.module.trees.items():
        for block in (b for b in tree.blocks if b.type == "terraform" and not b.broken):
            inner = next(iter(block.body.blocks_of("required_providers")), None)
            if inner is not None:
                last = max(inner.body.attributes, key=lambda a: a.span, default=None)
                return layout.insert_item(unit[uri], inner, entry, last)
            return layout.insert_block(unit[uri], block, _around("required_providers", entry))
    text = _around("terraform", _around("required_providers", entry))
    at = int(context.document.text.startswith("\ufeff"))
    return Edit(context.document.uri, Span(at, at), f"{text}\n\n")


def _around(kind: str, body: str) -> str:
    return f"{kind} {{\n{layout.UNIT}{layout.reindent(body, '', layout.UNIT)}\n}}"


def fix_untyped(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Give a variable the type that its default has."""
    blocks = parse_document(context.document).blocks
    block = next((b for b in blocks if b.type == "variable" and b.span.encloses(diagnostic.span)), None)
    default = block.body.attribute("default") if block else None
    if block is None or default is None or block.body.attribute("type") is not None:
        return
    found = type_of(scene_of(context.unit), default.value)
    if found is None or isinstance(default.value, t.ObjectExpression):
        return
    edit = layout.insert_argument(context.document, block, "type", constraint(found))
    yield fix(f"Say its type, {constraint(found)}", [edit], [diagnostic], "variable_type")
