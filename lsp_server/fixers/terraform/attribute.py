"""A reference that takes an attribute its object does not have, or takes it from the wrong instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.references import Reference
from lsp_server.dialects.terraform.resolve import Resolver
from lsp_server.dialects.terraform.types import DYNAMIC, Type
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.content import Scene, scene_of
from lsp_server.fixers.terraform.expression_at import Use, smallest, use_of
from lsp_server.fixers.terraform.from_outside import variable_instead
from lsp_server.fixers.terraform.names import foreign, identity_of, is_certain, likeness, one_slip
from lsp_server.fixers.terraform.place import fix

CODES = frozenset({"unknown-attribute"})
INSTANCE_CODES = frozenset({"missing-instance-key", "unexpected-instance-key"})
_LEAST = 0.68
_SAYS_NOTHING = frozenset({"address", "url", "host", "hostname", "value", "text", "string"})
_OWN = frozenset({"var", "local", "module", "each", "count", "self", "path", "terraform"})


def fix_attribute(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for an unknown attribute: a near name, an element of a list, or what the argument's name asks for."""
    traversal = smallest(context.document, diagnostic.span, t.Traversal)
    if traversal is None:
        return
    scene = scene_of(context.unit)
    problem = Resolver(scene.module, scene.schemas).resolve(Reference(traversal, frozenset(), (), "")).problem
    at = part_at(traversal, problem.span if problem else diagnostic.span)
    if at is None or at == 0:
        return
    if "on a list of" in diagnostic.message or "on a set of" in diagnostic.message:
        yield from _element(context, traversal, at, diagnostic)
        return
    if "on a primitive-typed value" in diagnostic.message:
        yield from _of_a_text(context, scene, traversal, at, diagnostic)
        return
    yield from _renamed(context, scene, traversal, at, diagnostic)


def _of_a_text(
    context: FixContext, scene: Scene, traversal: t.Traversal, at: int, diagnostic: Diagnostic
) -> Iterator[Fix]:
    """`aws_rds_cluster.a.endpoint.zone_id`: what the resource itself has, or the text that is no object."""
    parts, base = traversal.parts, 1 if traversal.root == "data" else 0
    if traversal.root in _OWN or at != base + 3 or len(parts) != at + 1 or parts[at - 1].kind != "attr":
        return
    wanted, uri = parts[at].name, context.document.uri
    scored = [(likeness(wanted, name, parts[base].name), name) for name in attributes_at(scene, traversal, at - 1)]
    score, best = max(scored, default=(0.0, ""))
    if score >= _LEAST and not foreign(wanted, best, parts[base].name) - {"hosted"}:
        span = Span(parts[at - 1].span.start, parts[at].span.end)
        yield fix(f"Take `{best}` of the resource", [Edit(uri, span, best)], [diagnostic], "attribute")
    if wanted in _SAYS_NOTHING:
        span = Span(parts[at - 1].span.end, parts[at].span.end)
        title = f"Take `{parts[at - 1].name}` itself, which is a text"
        yield fix(title, [Edit(uri, span, "")], [diagnostic], "attribute")


def part_at(traversal: t.Traversal, span: Span) -> int | None:
    """Which part of a reference a finding at `span` is about; None where it is none of its attributes."""
    for at, part in enumerate(traversal.parts):
        if part.kind == "attr" and part.span.overlaps(span) and at > 0:
            return at
    return None


def _element(context: FixContext, traversal: t.Traversal, at: int, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Take the attribute from the one element, or from all of them where a list is wanted."""
    dot = traversal.parts[at].span.start - 1
    uri = context.document.uri
    use = use_of(context, traversal)
    if "on a set of" in diagnostic.message:
        edits = [Edit(uri, Span(traversal.span.start, traversal.span.start), "one("), Edit(uri, Span(dot, dot), ")")]
        yield fix("Take it from the one element of the set", edits, [diagnostic], "attribute")
        return
    every = [Edit(uri, Span(dot, dot), "[*]")]
    first = [Edit(uri, Span(dot, dot), "[0]")]
    order = [("Take it from the first element", first), ("Take it from every element", every)]
    if use and use.wanted.is_list:
        order.reverse()
    for title, edits in order:
        yield fix(title, edits, [diagnostic], "attribute")


def _renamed(
    context: FixContext, scene: Scene, traversal: t.Traversal, at: int, diagnostic: Diagnostic
) -> Iterator[Fix]:
    part = traversal.parts[at]
    known = attributes_at(scene, traversal, at)
    slip = one_slip(part.name, known)
    type_name = traversal.parts[1 if traversal.root == "data" else 0].name
    use = use_of(context, traversal)
    scored = {name: likeness(part.name, name, type_name) for name in known}
    best = sorted((n for n in scored if scored[n] >= _LEAST), key=lambda n: scored[n], reverse=True)
    for name in [slip] if slip else best[:3]:
        if use and at == len(traversal.parts) - 1 and not _suits(known[name], use.wanted):
            continue
        certain = name == slip and is_certain(part.name, name) and not _may_be_several(part.name, name, traversal, use)
        sure = certain or _is_plural(part.name, name, known, use)
        trust = Applicability.SAFE if sure else Applicability.UNSAFE
        if name != slip and foreign(part.name, name, type_name):
            trust = Applicability.DISPLAY_ONLY
        edit = Edit(context.document.uri, part.span, name)
        yield fix(f"Change `{part.name}` to `{name}`", [edit], [diagnostic], "attribute", trust)
    base = 1 if traversal.root == "data" else 0
    named = [n for n in known if part.name == identity_of(n) and n in _required(scene, traversal, base)]
    if not best and not slip and len(named) == 1:
        edit = Edit(context.document.uri, part.span, named[0])
        yield fix(f"Change `{part.name}` to `{named[0]}`", [edit], [diagnostic], "attribute")
    if traversal.root not in _OWN and at == base + 2:
        outputs = use is None or use.place.path[0].type == "output"  # one that hands back what it is given says nothing
        trust = Applicability.DISPLAY_ONLY if outputs else Applicability.UNSAFE
        wanted = use.wanted if use else DYNAMIC
        for title, edits in variable_instead(scene, context.document, traversal, base, wanted):
            yield fix(title, edits, [diagnostic], "attribute", trust)


def _required(scene: Scene, traversal: t.Traversal, at: int) -> tuple[str, ...]:
    """The arguments that every one of the referred type has: the `name` of a database is its only name."""
    content = scene.type_content("data" if at else "resource", traversal.parts[at].name)
    return () if content.opaque or traversal.root in _OWN else content.required


def _is_plural(name: str, other: str, known: Mapping[str, Type | None], use: Use | None) -> bool:
    """Whether one handle is asked for in the plural where a single value is wanted: `aws_vpc.a.ids` for its `id`."""
    plain = other in {"id", "arn", "name"} and name == f"{other}s"
    return plain and use is not None and use.wanted.kind == "string" and known[other] == use.wanted


def _may_be_several(name: str, other: str, traversal: t.Traversal, use: Use | None) -> bool:
    """Whether names are singular and plural of each other where it is not known which of them is wanted.

    `element(aws_subnet.a.availability_zones, 0)` wants a list, and `availability_zone` is none.
    """
    if name.removesuffix("s") != other.removesuffix("s"):
        return False
    return use is None or (use.argument.value.span != traversal.span and use.wanted.kind == "dynamic")


def _suits(found: Type | None, wanted: Type) -> bool:
    if found is None or "dynamic" in {found.kind, wanted.kind}:
        return True
    return found.primitive == wanted.primitive and found.is_list == wanted.is_list


def attributes_at(scene: Scene, traversal: t.Traversal, at: int) -> dict[str, Type | None]:
    """The attributes that part `at` could take, with their types."""
    before = t.Traversal(traversal.span, traversal.parts[:at])
    cursor = Resolver(scene.module, scene.schemas).resolve(Reference(before, frozenset(), (), "")).cursor
    block = getattr(cursor, "block", cursor)
    if isinstance(cursor, Type):
        return dict(cursor.fields)
    found: dict[str, Type | None] = {name: a.type for name, a in getattr(block, "attributes", {}).items()}
    return found | dict.fromkeys(getattr(block, "blocks", {}))


def fix_instance(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for a reference that does not say which instance it means, or says it where there is only one."""
    traversal = smallest(context.document, diagnostic.span, t.Traversal)
    if traversal is None:
        return
    uri, at = context.document.uri, 3 if traversal.root == "data" else 2
    if diagnostic.code == "unexpected-instance-key":
        index = next((p for p in traversal.parts[at:] if p.kind in {"index", "splat"}), None)
        if index is not None:
            yield fix("Remove the index", [Edit(uri, index.span, "")], [diagnostic], "instance")
        return
    if len(traversal.parts) <= at:
        return
    place = traversal.parts[at].span.start - 1
    use = use_of(context, traversal)
    each = '"for_each"' in diagnostic.message
    keys = [("[each.key]" if each else "[count.index]")] if use and _repeated(use.place.path[0], each=each) else []
    if use and (use.wanted.is_list or (use.place.path[0].type == "output" and use.argument.value is traversal)):
        keys.insert(0, "[*]" if not each else "")
    last = traversal.parts[-1]
    if last.kind == "index" and len(traversal.parts) == at + 2:
        moved = context.document.slice(last.span)
        edits = [Edit(uri, Span(place, place), moved), Edit(uri, last.span, "")]
        yield fix(f"Put `{moved}` behind the resource", edits, [diagnostic], "instance")
        return
    for key in [*keys, *(() if each else ("[0]",))]:
        edits = [Edit(uri, Span(place, place), key)]
        if not key:
            start = Edit(uri, Span(traversal.span.start, traversal.span.start), "values(")
            edits = [start, Edit(uri, Span(place, place), ")[*]")]
        yield fix(f"Refer to `{key or '[*]'}`", edits, [diagnostic], "instance")


def _repeated(block: t.Block, *, each: bool) -> bool:
    return block.body.attribute("for_each" if each else "count") is not None
