"""Resources that wait for each other: what one says of another is not needed, or is said in a resource of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lsp_server.core.diagnostic import Diagnostic, Path
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.template import Resource
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.dialects.cloudformation.tree import Sequence as Items
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.copying import copied
from lsp_server.fixers.cloudformation.dependencies import Edge, edges_of, reached
from lsp_server.fixers.cloudformation.edits import add_section, delete_element, delete_elements
from lsp_server.fixers.cloudformation.fitting import fresh_name
from lsp_server.fixers.cloudformation.reading import NotPlainError
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import get_att, ref

_GROUP = "AWS::EC2::SecurityGroup"
_RULES = {"SecurityGroupIngress": "From", "SecurityGroupEgress": "To"}
_IDENTITIES = {"AWS::IAM::Role": "Roles", "AWS::IAM::Group": "Groups", "AWS::IAM::User": "Users"}


def break_circle(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Take away a DependsOn against which a value is needed; move rules and policies into resources of their own."""
    site = Site(context, diagnostic)
    name = site.owner if site.path[:1] == ("Resources",) and len(site.path) > 1 else ""
    circle = _circle(edges_of(site.template), name)
    if not circle:
        return
    needless = [e for e in circle if e.order_only and _against(e, circle)]
    left = [e for e in circle if e not in needless]
    moved: dict[Path, Resource] = {}
    for item, owner in _movable(site, left):
        if name not in reached(left, name):
            break
        moved[item] = owner
        left = [e for e in left if e.path[: len(item)] != item]
    if name not in reached(left, name):
        yield from _broken(site, needless, moved)
    else:
        yield from _choices(site, [e for e in circle if e.order_only], circle, name)


def _circle(edges: Sequence[Edge], name: str) -> list[Edge]:
    """The edges between the resources that wait for each other, `name` among them."""
    after = reached(edges, name)
    inside = {other for other in after if name in reached(edges, other)} if name in after else set()
    return [e for e in edges if e.source in inside and e.target in inside]


def _against(edge: Edge, circle: list[Edge]) -> bool:
    """Whether the target needs a value of the source, so that the order asked for cannot be."""
    return edge.source == edge.target or edge.source in reached([e for e in circle if not e.order_only], edge.target)


def _movable(site: Site, edges: list[Edge]) -> Iterator[tuple[Path, Resource]]:
    """The items that hold an edge and can be resources of their own, in the order of the text."""
    for item in dict.fromkeys(e.path[:5] for e in edges if isinstance(e.path[4:5], tuple) and len(e.path) > 4):
        owner = site.template.resources[str(item[1])]
        rule = owner.type == _GROUP and item[3] in _RULES
        policy = owner.type in _IDENTITIES and item[3] == "Policies"
        if item[2] == "Properties" and isinstance(item[4], int) and (rule or policy):
            yield item, owner


def _broken(site: Site, needless: list[Edge], moved: dict[Path, Resource]) -> Iterator[Fix]:
    try:
        added = _resources(site, moved)
    except NotPlainError:
        return
    gone = _without_order(site, needless) + _without_items(site, moved)
    if any(part is None for part in gone):
        return
    section = add_section(site.document, site.writer, site.template, "Resources", added) if added else ()
    edits = [edit for part in gone for edit in part or ()] + list(section or ())
    told = [f"delete the dependency of '{e.source}' on '{e.target}'" for e in needless]
    told += [
        f"move what '{owner.logical_id}' says of others into new resources" for owner in dict.fromkeys(moved.values())
    ]
    title = " and ".join(told) + ", which breaks the circle"
    yield from site.fix(title[:1].upper() + title[1:], edits, UNSAFE)


def _resources(site: Site, moved: dict[Path, Resource]) -> dict[str, object]:
    """The new resources by logical id, each below the same condition as the one it is taken from.

    Raises NotPlainError.
    """
    added: dict[str, object] = {}
    for path, owner in moved.items():
        item = site.template.node(path)
        if not isinstance(item, Mapping) or item.anchor:
            raise NotPlainError("a policy or rule that is no mapping")
        properties = {entry.name: copied(site.document, entry.value) for entry in item.entries}
        kind = "AWS::IAM::Policy"
        if owner.type == _GROUP:
            kind = f"{_GROUP}{str(path[3]).removeprefix('SecurityGroup')}"
            properties = {"GroupId": get_att(owner.logical_id, "GroupId"), **properties}
        else:
            properties[_IDENTITIES[owner.type]] = [ref(owner.logical_id)]
        condition = owner.body.get("Condition") if owner.body is not None else None
        below = {"Condition": copied(site.document, condition)} if condition is not None else {}
        name = fresh_name(site.template, _name(site, path, owner), added)
        added[name] = {"Type": kind, **below, "Properties": properties}
    return added


def _name(site: Site, path: Path, owner: Resource) -> str:
    """A logical id for what is moved: `WebFromLoadBalancer` for a rule, `RolePolicy` for a policy."""
    if owner.type != _GROUP:
        return f"{owner.logical_id}Policy"
    other = next((e.target for e in edges_of(site.template) if e.path[: len(path)] == path), "")
    other = "Itself" if other == owner.logical_id else other[:1].upper() + other[1:]
    return f"{owner.logical_id}{_RULES[str(path[3])]}{other}"


def _without_order(site: Site, edges: list[Edge]) -> list[tuple[Edit, ...] | None]:
    return [edit for e in edges for edit in [_delete_order(site, e, edges)] if edit != ()]


def _delete_order(site: Site, edge: Edge, gone: list[Edge]) -> tuple[Edit, ...] | None:
    """Delete one dependency; the whole attribute with the first of them, where none is left."""
    entry = site.template.entry(edge.path[:3])
    node, owner = edge.node, edge.node.parent
    if entry is None or not isinstance(node, Scalar):
        return None
    items = owner.items if isinstance(owner, Items) else (node,)
    here = [e.node for e in gone if e.path[:3] == edge.path[:3]]
    if len(here) < len(items):
        return delete_element(site.document, site.template, node)
    return delete_element(site.document, site.template, entry) if here[0] is node else ()


def _without_items(site: Site, moved: dict[Path, Resource]) -> list[tuple[Edit, ...] | None]:
    """Delete the items, or the property that would be left with none.

    Not where these are all rules for what may go out: a group without one lets everything out.
    """
    parts: list[tuple[Edit, ...] | None] = []
    for listed in dict.fromkeys(path[:4] for path in moved):
        items = site.template.node(listed)
        own = [path for path in moved if path[:4] == listed]
        if isinstance(items, Items) and len(own) < len(items.items):
            parts.append(delete_elements(site.document, site.template, [items.items[int(path[4])] for path in own]))
            continue
        entry = site.template.entry(listed)
        goes = entry is not None and entry.name != "SecurityGroupEgress"
        parts.append(delete_element(site.document, site.template, entry) if goes and entry is not None else None)
    return parts


def _choices(site: Site, orders: list[Edge], circle: list[Edge], name: str) -> Iterator[Fix]:
    """Any one of the dependencies that breaks the circle: which of them is wrong, a person says."""
    for edge in orders:
        left = [e for e in circle if e is not edge]
        edits = _delete_order(site, edge, [edge])
        if name not in reached(left, name):
            yield from site.fix(f"Delete the dependency of '{edge.source}' on '{edge.target}'", edits, DISPLAY_ONLY)


FIXERS = (RuleFixer("cfn-lint", codes("E3004"), break_circle),)
