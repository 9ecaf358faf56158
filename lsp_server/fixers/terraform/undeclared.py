"""A reference to something that nothing declares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.types import DYNAMIC, Type
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import layout, resource_type
from lsp_server.fixers.terraform.content import Scene, scene_of
from lsp_server.fixers.terraform.expression_at import smallest, use_of
from lsp_server.fixers.terraform.from_outside import variable_instead
from lsp_server.fixers.terraform.names import is_certain, is_slip, nearest, one_slip, replaces
from lsp_server.fixers.terraform.place import fix, place_of
from lsp_server.fixers.terraform.supply import declarations
from lsp_server.fixers.terraform.well_known import body_of

CODES = frozenset({"undeclared-reference"})
_USUAL = "main_this_default_example_my_the_new_test_sample"


def fix_undeclared(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for a reference to an undeclared variable, local, module, resource or data source."""
    traversal = smallest(context.document, diagnostic.span, t.Traversal)
    if traversal is None or len(traversal.names) < 2:
        return
    scene = scene_of(context.unit)
    root = traversal.root
    if diagnostic.data.get("kind") == "provider":
        yield from _provider(context, scene, traversal, diagnostic)
    elif root == "var":
        yield from _variable(context, scene, traversal, diagnostic)
    elif root == "local":
        yield from _local(context, scene, traversal, diagnostic)
    elif root == "module":
        yield from _near(context, traversal.parts[1], list(scene.module.module_calls), diagnostic)
        yield from _instead_of_module(context, scene, traversal, diagnostic)
    elif root == "data":
        yield from _data(context, scene, traversal, diagnostic)
    else:
        yield from _resource(context, scene, traversal, diagnostic)


def _near(
    context: FixContext, part: t.Part, known: list[str], diagnostic: Diagnostic, around: str = ""
) -> Iterator[Fix]:
    slip = one_slip(part.name, known)
    found = [slip] if slip else nearest(part.name, known, 0.7, around)
    for name in found:
        trust = Applicability.SAFE if name == slip and is_certain(part.name, name) else Applicability.UNSAFE
        if not slip and (len(found) > 1 or replaces(part.name, name, around)):
            trust = Applicability.DISPLAY_ONLY  # one thing for another: which is meant is a person's to say
        edit = Edit(context.document.uri, part.span, name)
        yield fix(f"Change `{part.name}` to `{name}`", [edit], [diagnostic], "reference", trust)


def _only(context: FixContext, part: t.Part, name: str, type_name: str, diagnostic: Diagnostic) -> Fix:
    """The only one of its type that the module has; a person's choice where the two names say different things."""
    other = replaces(part.name, name, f"{type_name}_{_USUAL}")
    trust = Applicability.DISPLAY_ONLY if other else Applicability.UNSAFE
    edit = Edit(context.document.uri, part.span, name)
    return fix(f"Change `{part.name}` to `{name}`", [edit], [diagnostic], "reference", trust)


def _instead_of_module(
    context: FixContext, scene: Scene, traversal: t.Traversal, diagnostic: Diagnostic
) -> Iterator[Fix]:
    """`module.vpc.subnet_ids` with no such call: a variable, as whoever calls this module can give it."""
    names, use = traversal.names, use_of(context, traversal)
    if len(traversal.parts) != 3 or len(names) != 3 or use is None or use.wanted.kind == "dynamic":
        return
    name = f"{names[1]}_{names[2]}".replace("-", "_")
    new = {} if name in scene.module.variables else {name: use.wanted}
    edits = [Edit(context.document.uri, traversal.span, f"var.{name}"), *declarations(scene, new)]
    title = f"Take `{'.'.join(names)}` from the {'new ' if new else ''}variable `{name}`"
    yield fix(title, edits, [diagnostic], "reference")


def _provider(context: FixContext, scene: Scene, traversal: t.Traversal, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`provider = aws.west` with an alias that no configuration has: a near one, or a configuration of that alias."""
    root, part = traversal.root, traversal.parts[1]
    known = [names[1] for names in scene.module.providers if len(names) == 2 and names[0] == root]
    yield from _near(context, part, known, diagnostic)
    blocks = scene.module.trees[context.document.uri].blocks
    last = next((b for b in reversed(blocks) if b.type in {"provider", "terraform"}), None)
    text = f'provider "{root}" {{\n  alias = "{part.name}"\n}}'
    edit = layout.append(context.document, text, last.span if last else None)
    title = f"Declare the provider configuration `{root}.{part.name}`"
    yield fix(title, [edit], [diagnostic], "reference", Applicability.DISPLAY_ONLY)


def _variable(context: FixContext, scene: Scene, traversal: t.Traversal, diagnostic: Diagnostic) -> Iterator[Fix]:
    part = traversal.parts[1]
    yield from _near(context, part, list(scene.module.variables), diagnostic)
    if part.name in scene.module.locals:
        edit = Edit(context.document.uri, traversal.parts[0].span, "local")
        yield fix(f"Refer to the local value `{part.name}`", [edit], [diagnostic], "reference")
    yield _declare(context, scene, part.name, _type_here(context, traversal), diagnostic)


def _type_here(context: FixContext, traversal: t.Traversal) -> Type:
    if len(traversal.parts) > 2:
        return DYNAMIC
    use = use_of(context, traversal)
    return use.wanted if use else DYNAMIC


def _declare(context: FixContext, scene: Scene, name: str, wanted: Type, diagnostic: Diagnostic) -> Fix:
    same = [
        d
        for d in context.diagnostics
        if d.code in CODES and d.source == diagnostic.source and d.message == diagnostic.message
    ]
    return fix(f"Declare the variable `{name}`", declarations(scene, {name: wanted}), same or [diagnostic], "reference")


def _local(context: FixContext, scene: Scene, traversal: t.Traversal, diagnostic: Diagnostic) -> Iterator[Fix]:
    part = traversal.parts[1]
    yield from _near(context, part, list(scene.module.locals), diagnostic)
    root = Edit(context.document.uri, traversal.parts[0].span, "var")
    if part.name in scene.module.variables:
        yield fix(f"Refer to the variable `{part.name}`", [root], [diagnostic], "reference")
        return
    wanted = _type_here(context, traversal)
    declare = declarations(scene, {part.name: wanted})
    yield fix(f"Make it a new variable `{part.name}`", [root, *declare], [diagnostic], "reference")
    edit = _local_declaration(context, scene, part.name, _EMPTY.get(wanted.kind, "null"))
    same = [d for d in context.diagnostics if d.code in CODES and d.message == diagnostic.message]
    yield fix(f"Declare the local value `{part.name}`", [edit], same, "reference", Applicability.DISPLAY_ONLY)


_EMPTY = {"string": '""', "number": "0", "bool": "false", "list": "[]", "set": "[]", "map": "{}", "object": "{}"}


def _local_declaration(context: FixContext, scene: Scene, name: str, value: str) -> Edit:
    """A line in the `locals` of the document, or a block of its own before what refers to it."""
    blocks = scene.module.trees[context.document.uri].blocks
    known = next((b for b in blocks if b.type == "locals" and not b.broken), None)
    if known is not None:
        return layout.insert_argument(context.document, known, name, value)
    variables = [b for b in blocks if b.type in {"terraform", "provider", "variable"}]
    written = f"locals {{\n{layout.UNIT}{name} = {value}\n}}"
    return layout.append(context.document, written, variables[-1].span if variables else None)


def _data(context: FixContext, scene: Scene, traversal: t.Traversal, diagnostic: Diagnostic) -> Iterator[Fix]:
    names = traversal.names
    if len(names) < 3:
        return
    type_name, name = names[1], names[2]
    same = [key[1] for key in scene.module.data if key[0] == type_name]
    yield from _mistyped(context, scene, "data", traversal, diagnostic)
    yield from _near(context, traversal.parts[2], same, diagnostic, type_name)
    near_types = {key[0] for key in scene.module.data if key[1] == name}
    yield from _near(context, traversal.parts[1], sorted(near_types), diagnostic)
    if (type_name, name) in scene.module.resources:
        edit = Edit(context.document.uri, Span(traversal.span.start, traversal.parts[1].span.start), "")
        yield fix(f"Refer to the resource `{type_name}.{name}`", [edit], [diagnostic], "reference")
    if len(same) == 1:
        yield _only(context, traversal.parts[2], same[0], type_name, diagnostic)
    yield from _well_known(context, scene, type_name, name, diagnostic)
    yield from _from_variable(context, scene, "data", traversal, 1, diagnostic)


def _mistyped(
    context: FixContext, scene: Scene, kind: str, traversal: t.Traversal, diagnostic: Diagnostic
) -> Iterator[Fix]:
    """The reference has the type right, and the declaration has a slip in it; both may have one in the name."""
    at = 1 if kind == "data" else 0
    type_name, part = traversal.parts[at].name, traversal.parts[at + 1]
    block = resource_type.slip_of(scene, kind, type_name, part.name)
    table = scene.module.data if kind == "data" else scene.module.resources
    if block is None:
        return
    name = block.labels[1].text
    document = context.unit[table[block.labels[0].text, name].uri]
    place = place_of(scene, document, (block,))
    change = resource_type.change(context, place, resource_type.Candidate(type_name, 1.0, 0.0, same=True), diagnostic)
    if name == part.name:
        yield change
    elif not any(e.uri == context.document.uri and e.span.overlaps(part.span) for e in change.edits):
        edit = Edit(context.document.uri, part.span, name)
        title = f"{change.title} and `{part.name}` to `{name}`"
        yield replace(change, title=title, edits=(*change.edits, edit), applicability=Applicability.UNSAFE)


def _well_known(
    context: FixContext, scene: Scene, type_name: str, name: str, diagnostic: Diagnostic, also: tuple[Edit, ...] = ()
) -> Iterator[Fix]:
    body = body_of(type_name, name)
    if body is None or type_name not in set(scene.types("data")):
        return
    text = f'data "{type_name}" "{name}" {{{chr(10) + body if body else ""}}}'
    first = next((d.block for d in scene.module.data.values() if d.uri == context.document.uri), None)
    edits = (layout.append(context.document, text, first.span if first else None), *also)
    same = [d for d in context.diagnostics if d.code in CODES and d.message == diagnostic.message]
    yield fix(f"Declare the data source `{type_name}` `{name}`", edits, same if not also else [diagnostic], "reference")


def _resource(context: FixContext, scene: Scene, traversal: t.Traversal, diagnostic: Diagnostic) -> Iterator[Fix]:
    type_name, name = traversal.names[:2]
    uri, module = context.document.uri, scene.module
    for root, known in (("var", module.variables), ("local", module.locals), ("module", module.module_calls)):
        if is_slip(type_name, root) and name in known:
            edit = Edit(uri, traversal.parts[0].span, root)
            yield fix(f"Change `{type_name}` to `{root}`", [edit], [diagnostic], "reference", Applicability.SAFE)
    same = [key[1] for key in module.resources if key[0] == type_name]
    yield from _mistyped(context, scene, "resource", traversal, diagnostic)
    yield from _near(context, traversal.parts[1], same, diagnostic, type_name)
    before = Edit(uri, Span(traversal.span.start, traversal.span.start), "data.")
    if (type_name, name) in module.data:
        title = f"Refer to the data source `data.{type_name}.{name}`"
        yield fix(title, [before], [diagnostic], "reference", Applicability.SAFE if not same else Applicability.UNSAFE)
    types = sorted({key[0] for key in module.resources if key[1] == name})
    yield from _near(context, traversal.parts[0], types, diagnostic)
    if len(same) == 1:
        yield _only(context, traversal.parts[1], same[0], type_name, diagnostic)
    if scene.type_content("resource", type_name).opaque:
        yield from _well_known(context, scene, type_name, name, diagnostic, (before,))
    yield from _from_variable(context, scene, "resource", traversal, 0, diagnostic)


def _from_variable(
    context: FixContext, scene: Scene, kind: str, traversal: t.Traversal, at: int, diagnostic: Diagnostic
) -> Iterator[Fix]:
    """Take the value from a new variable instead: what is not in the module cannot be known."""
    parts = traversal.parts
    content = scene.type_content(kind, parts[at].name)
    if content.opaque or len(parts) < at + 3 or parts[at + 2].kind != "attr":
        return
    known = content.argument(parts[at + 2].name)
    if known is not None:
        for title, edits in variable_instead(scene, context.document, traversal, at, known.type):
            yield fix(title, edits, [diagnostic], "reference")
