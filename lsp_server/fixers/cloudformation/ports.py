"""Rules of security groups whose protocol asks for ports."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.copying import copied
from lsp_server.fixers.cloudformation.edits import insert
from lsp_server.fixers.cloudformation.fitting import add_parameter
from lsp_server.fixers.cloudformation.reading import NotPlainError
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref

_ENDS = ("FromPort", "ToPort")
_MESSAGES = ("1", "icmp", "58", "icmpv6")  # protocols whose "ports" are types of messages


def add_ports(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """All messages of a protocol that has no ports; one port where one end is there; else a new Parameter."""
    site = Site(context, diagnostic)
    rule = site.node
    protocol = rule.get("IpProtocol") if isinstance(rule, Mapping) else None
    if not isinstance(rule, Mapping) or not isinstance(protocol, Scalar) or protocol.tag:
        return
    missing = [name for name in _ENDS if name not in rule]
    present = next((rule.get(name) for name in _ENDS if name in rule), None)
    if not missing:
        return
    if protocol.value in _MESSAGES and len(missing) == 2:
        edits = insert(site.document, site.writer, rule, dict.fromkeys(_ENDS, -1))
        yield from site.fix("Let the rule hold for all types of messages (-1)", edits, UNSAFE)
    elif present is not None:
        try:
            value = copied(site.document, present)
        except NotPlainError:
            return
        edits = insert(site.document, site.writer, rule, {missing[0]: value})
        yield from site.fix(f"Add '{missing[0]}' with the same port", edits, UNSAFE)
    else:
        told = f"Port of {site.owner}"
        body: dict[str, object] = {"Type": "Number", "MinValue": 0, "MaxValue": 65535, "Description": told}
        name, added = add_parameter(site, f"{site.owner}Port", body)
        inserted = insert(site.document, site.writer, rule, dict.fromkeys(_ENDS, ref(name)))
        if added and inserted:
            yield from site.fix(f"Add the ports and a parameter '{name}' for them", (*inserted, *added), UNSAFE)


FIXERS = (RuleFixer("cfn-lint", codes("E3687"), add_ports),)
