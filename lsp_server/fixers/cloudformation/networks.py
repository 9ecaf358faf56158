"""Address ranges that are none, since the address has bits beyond its mask, or that are taken by another subnet."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import referred
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.items import scalars_of
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site


def mask_address(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the range that the address begins, or the one that the mask gives."""
    site = Site(context, diagnostic)
    if "network" not in diagnostic.message and "network" not in str(diagnostic.data.get("format")):
        return
    for node in _written(site):
        ranges = list(_ranges(node.value))
        for text in ranges:
            title = f"Write the address range '{text}' for '{node.value}'"
            trust = UNSAFE if len(ranges) == 1 else DISPLAY_ONLY  # how wide a net is to be is for a person to say
            yield from site.fix(title, rewrite(site.document, node, text), trust)


def _written(site: Site) -> Iterator[Scalar]:
    """The scalar at the finding, or the default and the allowed values of the parameter it refers to."""
    node = site.node
    if isinstance(node, Scalar) and not node.tag and node.value not in site.template.parameters:
        yield node
        return
    name = node.value if isinstance(node, Scalar) else ""
    entry = site.template.parameters.get(name)
    body = entry.value if entry is not None else None
    if isinstance(body, Mapping):
        for key in ("Default", "AllowedValues"):
            yield from scalars_of(body.get(key))


def _ranges(text: str) -> Iterator[str]:
    """The range from this address on (its trailing zeros are the mask), then the range that holds it."""
    try:
        whole = ipaddress.ip_network(text.strip(), strict=False)
        address = ipaddress.ip_address(text.strip().partition("/")[0])
    except ValueError:
        return
    if whole.network_address == address:
        return
    zeros = (int(address) & -int(address)).bit_length() - 1
    narrow = address.max_prefixlen - (zeros // 8) * 8
    if whole.prefixlen == 0:  # `/0` is everything: that was hardly meant by who wrote an address
        yield f"{address}/{narrow}"
    yield str(whole)


def free_range(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A subnet that overlaps another, or lies outside of its network: the next range in it that is free.

    Outside of it, the network may be the one that is wrong.
    """
    site = Site(context, diagnostic)
    at = next((i for i, step in enumerate(site.path) if step == "Properties"), 0)
    subnet = site.template.node(site.path[: at + 1])
    written = subnet.get("CidrBlock") if isinstance(subnet, Mapping) else None
    network = referred(subnet.get("VpcId")) if isinstance(subnet, Mapping) else ""
    whole = site.template.node(("Resources", network, "Properties", "CidrBlock"))
    own, outer = _network(written), _network(whole)
    if not isinstance(written, Scalar) or own is None or outer is None or own.prefixlen <= outer.prefixlen:
        return
    others = [_network(node) for node in _subnets(site, network) if node is not written]
    taken = [block for block in others if block is not None]
    free = (block for block in outer.subnets(new_prefix=own.prefixlen) if not any(block.overlaps(t) for t in taken))
    if (found := next(free, None)) is not None:
        sure = diagnostic.code == "E3060" and len(taken) == len(others)  # the range of each other one is told
        trust = UNSAFE if sure else DISPLAY_ONLY
        edits = rewrite(site.document, written, str(found))
        yield from site.fix(f"Use the free range '{found}' of '{network}'", edits, trust)


def _network(node: Node | None) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(node.value) if isinstance(node, Scalar) and not node.tag else None
    except ValueError:
        return None


def _subnets(site: Site, network: str) -> Iterator[Node | None]:
    """Where the ranges of the subnets of a network are written."""
    for resource in site.template.resources.values():
        properties = resource.properties
        if (
            resource.type == "AWS::EC2::Subnet"
            and properties is not None
            and referred(properties.get("VpcId")) == network
        ):
            yield properties.get("CidrBlock")


FIXERS = (
    RuleFixer("cfn-lint", codes("E3059 E3060"), free_range),
    RuleFixer("cfn-lint", codes("W1030 W1031 W1034 W1032 E3002 E3012 E3031 E3017 E3018"), mask_address),
)
