"""Attributes of a parameter that its type does not have, its type where it is missing, defaults that may not be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import list_parameter
from lsp_server.fixers.cloudformation.edits import Edits, insert, rename, replace, rewrite
from lsp_server.fixers.cloudformation.empty_values import empty
from lsp_server.fixers.cloudformation.fitting import parameter_type
from lsp_server.fixers.cloudformation.items import append_item
from lsp_server.fixers.cloudformation.lifting import fill, instead
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.undefined import asked_property
from lsp_server.fixers.cloudformation.values import Raw, quoted

_OF_NUMBERS = {"MinLength": "MinValue", "MaxLength": "MaxValue"}
_OF_STRINGS = {name: length for length, name in _OF_NUMBERS.items()}


def suit_type(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A bound of a number is a value, and what has one is a number; what has a pattern is a string."""
    site = Site(context, diagnostic)
    body, kind = _body(site), _type(site)
    entry = site.entry
    if body is None or entry is None or kind is None or len(site.path) != 3:
        return
    numeric = isinstance(default := body.get("Default"), Scalar) and _number(default.value) is not None
    name = _OF_NUMBERS.get(entry.name, "")
    if kind.value == "Number" and name and name not in body:
        trust = UNSAFE if _within(body, entry.name) else DISPLAY_ONLY  # of a number, a length may be that of its digits
        yield from site.fix(f"Write '{name}' for '{entry.name}'", rename(site.document, entry, name), trust)
    elif kind.value == "Number" and entry.name == "AllowedPattern":
        edits = replace(site.document, kind.span, "String")
        yield from site.fix("Make the parameter a String, which may have a pattern", edits, UNSAFE)
    elif kind.value == "String" and entry.name in _OF_STRINGS:
        edits = replace(site.document, kind.span, "Number")
        trust = UNSAFE if numeric else DISPLAY_ONLY
        yield from site.fix(f"Make the parameter a Number, which may have '{entry.name}'", edits, trust)


def _body(site: Site) -> Mapping | None:
    body = site.template.node(site.path[:2]) if site.path[:1] == ("Parameters",) else None
    return body if isinstance(body, Mapping) else None


def _type(site: Site) -> Scalar | None:
    body = _body(site)
    kind = body.get("Type") if body is not None else None
    return kind if isinstance(kind, Scalar) else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _within(body: Mapping, name: str) -> bool:
    """Whether the default keeps within the bound `name` as one of its value."""
    default, bound = (body.get(key) for key in ("Default", name))
    values = [_number(node.value) if isinstance(node, Scalar) else None for node in (default, bound)]
    value, limit = values
    return value is not None and limit is not None and (value >= limit if name.startswith("Min") else value <= limit)


def add_type(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A parameter needs a type: a list where a property takes one, else a String, which brings any single value."""
    site = Site(context, diagnostic)
    body = _body(site)
    if body is None:
        return
    entry = body.entry("Type")
    uses = [reference for reference in site.template.references if reference.target == site.owner]
    known = [found for use in uses if (found := asked_property(site, use)) is not None]
    wanted = parameter_type(known[0], known[0].name) if known else "String"
    if wanted.startswith("AWS::") and "Default" in body:
        wanted = "String"
    edits: Edits | None = None
    if entry is None and len(site.path) == 2 and site.facts("missing") == ["Type"]:
        edits = insert(site.document, site.writer, body, {"Type": wanted})
    elif entry is not None and empty(entry) and site.path[2:] == ("Type",):
        edits = fill(site, entry, wanted)
    yield from site.fix(f"Add the type {wanted}", edits, UNSAFE)


def join_default(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The default of a list is a string, with commas between the items."""
    site = Site(context, diagnostic)
    node = site.node
    if site.path[2:] != ("Default",) or _body(site) is None or not isinstance(node, Sequence) or node.tag:
        return
    items = [item.value for item in node.items if isinstance(item, Scalar) and not item.tag]
    if len(items) == len(node.items) and list_parameter(site.template, site.owner):
        edits = instead(site, node, quoted(",".join(items), '"'))
        yield from site.fix("Write the items between commas", edits, UNSAFE)


def widen(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A default outside of its bounds, or not among the values allowed: which of the two is wrong, a person says."""
    site = Site(context, diagnostic)
    body, default = _body(site), site.node
    if body is None or site.path[2:] != ("Default",) or not isinstance(default, Scalar) or default.tag:
        return
    for name, value in _bounds(default.value):
        bound = body.get(name)
        if name in diagnostic.message and isinstance(bound, Scalar):
            title = f"Let '{name}' be {value:g}, so that the default is allowed"
            yield from site.fix(title, replace(site.document, bound.span, f"{value:g}"), DISPLAY_ONLY)
    allowed = body.get("AllowedValues")
    if "AllowedValues" in diagnostic.message and isinstance(allowed, Sequence):
        edits = append_item(site, allowed, Raw(default.raw))
        yield from site.fix(f"Allow '{default.value}' as well", edits, DISPLAY_ONLY)


def _bounds(default: str) -> Iterator[tuple[str, float]]:
    number = _number(default)
    if number is not None:
        yield from (("MinValue", number), ("MaxValue", number))
    yield from (("MinLength", len(default)), ("MaxLength", len(default)))


def image_type(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """An image by its id, or by the name of a public parameter that holds it."""
    site = Site(context, diagnostic)
    kind, body = _type(site), _body(site)
    default = body.get("Default") if body is not None else None
    if kind is None or site.path[2:] != ("Type",):
        return
    named = isinstance(default, Scalar) and default.value.startswith("/")
    wanted = "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>" if named else "AWS::EC2::Image::Id"
    if wanted != kind.value:
        yield from site.fix(f"Use the parameter type '{wanted}'", rewrite(site.document, kind, wanted), UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("W2506"), image_type),
    RuleFixer("cfn-lint", codes("E2001"), suit_type),
    RuleFixer("cfn-lint", codes("E2001"), add_type),
    RuleFixer("cfn-lint", codes("E2001"), join_default),
    RuleFixer("cfn-lint", codes("E2015"), widen),
)
