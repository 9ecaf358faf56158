"""Arguments of a function in another order or another form than it takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import called, list_parameter, referred, whole_call
from lsp_server.fixers.cloudformation.edits import replace
from lsp_server.fixers.cloudformation.hard_coded import ZONE
from lsp_server.fixers.cloudformation.items import append_item, exchange, gather
from lsp_server.fixers.cloudformation.lifting import lift
from lsp_server.fixers.cloudformation.rules import FUNCTIONS
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import Call, ref

_DELIMITER = re.compile(r"\W{0,3}")
_LISTS = ("Fn::GetAZs", "Fn::Split", "Fn::Cidr")


def rearrange(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Exchange two arguments, or put those that are the items of a list into one."""
    site = Site(context, diagnostic)
    name, arguments = _function(site)
    if not isinstance(arguments, Sequence) or len(arguments.items) < 2:
        return
    first, second, *more = arguments.items
    if not more and _backwards(site, name, first, second):
        yield from site.fix(f"Exchange the arguments of {name}", exchange(site, first, second), SAFE)
    alone = not any(isinstance(item, Sequence) and not item.tag for item in arguments.items)
    if more and alone and name in ("Fn::Select", "Fn::Join") and _leads(name, first):
        edits = gather(site, arguments.items[1:])
        yield from site.fix(f"Make a list of the last {len(more) + 1} arguments of {name}", edits, SAFE)


def _function(site: Site) -> tuple[str, Node | None]:
    """The innermost function in whose arguments the finding is, and what stands there."""
    for end in range(len(site.path), max(0, len(site.path) - 2), -1):
        name = str(site.path[end - 1])
        if name.startswith("Fn::"):
            return name, site.template.node(site.path[:end])
    return "", None


def _backwards(site: Site, name: str, first: Node, second: Node) -> bool:
    if name == "Fn::Sub":
        return isinstance(first, Mapping) and not called(first)[0] and isinstance(second, Scalar) and not second.tag
    if name == "Fn::Split":  # what is split is a reference, or longer than what parts it
        return _leads(name, second) and not _leads(name, first)
    return name in ("Fn::Select", "Fn::Join") and _leads(name, second) and _list(site, first)


def _leads(name: str, node: Node) -> bool:
    """Whether an argument is plainly the first one of a function: an index, or a delimiter."""
    if not isinstance(node, Scalar) or node.tag:
        return False
    return node.value.isdigit() if name == "Fn::Select" else bool(_DELIMITER.fullmatch(node.value))


def _list(site: Site, node: Node) -> bool:
    function, _ = called(node)
    return (
        list_parameter(site.template, referred(node))
        or function in _LISTS
        or (isinstance(node, Sequence) and not function)
    )


def split_string(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Select takes a list: a string with commas between its parts is split first, and what was joined by them is one.

    The parameter stays a String, since its other uses take one.
    """
    site = Site(context, diagnostic)
    name, arguments = _function(site)
    if name != "Fn::Select" or not isinstance(arguments, Sequence) or len(arguments.items) != 2:
        return
    index, source = arguments.items
    function, argument = called(source)
    if function == "Fn::Join" and isinstance(argument, Sequence) and len(argument.items) == 2:
        delimiter, joined = argument.items
        if isinstance(delimiter, Scalar) and delimiter.value.strip() == "," and isinstance(joined, Sequence):
            yield from site.fix("Select from the list itself", lift(site, source, joined), UNSAFE)
    elif _several(site, name := referred(source), index):
        value = Call("Fn::Split", [",", ref(name)])
        edits = replace(site.document, source.full_span, site.writer.flow(value))
        yield from site.fix(f"Split '{name}' at its commas", edits, UNSAFE)


def _several(site: Site, name: str, index: Node) -> bool:
    """Whether a parameter that is a string plainly brings several values."""
    if name not in site.template.parameters or list_parameter(site.template, name) or not isinstance(index, Scalar):
        return False
    default = site.template.node(("Parameters", name, "Default"))
    return index.value != "0" or (isinstance(default, Scalar) and "," in default.value)


def no_else(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """An If without an else leaves the property out."""
    site = Site(context, diagnostic)
    name, arguments = _function(site)
    if name != "Fn::If" or site.path[:1] != ("Resources",) or not isinstance(arguments, Sequence):
        return
    if len(arguments.items) == 2:
        edits = append_item(site, arguments, ref("AWS::NoValue"))
        yield from site.fix("Otherwise leave it out (AWS::NoValue)", edits, UNSAFE)


def only_item(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """And and Or of one condition are that condition."""
    site = Site(context, diagnostic)
    name, arguments = _function(site)
    if name not in ("Fn::And", "Fn::Or") or not isinstance(arguments, Sequence):
        return
    only = arguments.items[0] if len(arguments.items) == 1 else None
    if only is not None and (only.intrinsic or isinstance(only, Mapping)):  # and not the name of a condition alone
        edits = lift(site, whole_call(arguments), only)
        yield from site.fix(f"Take away {name}, which holds one condition", edits, SAFE, same=True)
    elif 10 < len(arguments.items) < 20:
        edits = gather(site, arguments.items[9:], name)
        yield from site.fix(f"Put the last conditions into {name} of their own", edits, SAFE, same=True)


def zone_of_region(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """GetAZs takes a region: the zone in its place stands in one."""
    site = Site(context, diagnostic)
    node = site.node
    if site.path[-1:] != ("Fn::GetAZs",) or not isinstance(node, Scalar):
        return
    if ZONE.fullmatch(node.value):
        edits = replace(site.document, node.span, node.raw.replace(node.value, node.value[:-1]))
        yield from site.fix(f"Ask for the zones of '{node.value[:-1]}'", edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", FUNCTIONS, rearrange),
    RuleFixer("cfn-lint", FUNCTIONS, split_string),
    RuleFixer("cfn-lint", FUNCTIONS, no_else),
    RuleFixer("cfn-lint", FUNCTIONS, only_item),
    RuleFixer("cfn-lint", FUNCTIONS, zone_of_region),
)
