"""Zones and ARNs that hold for one region or partition only."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Scalar, Style
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import replace, rewrite
from lsp_server.fixers.cloudformation.items import scalars_of
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import Call, sub

ZONE = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)([a-z])")
# Regions whose zones skip a letter: their zone d is not the fourth that GetAZs gives.
_LETTERS = {"ap-northeast-1": "acd", "ca-central-1": "abd"}
_UNEQUAL = {"us-west-1"}  # whose letters differ from account to account
_ARN = re.compile(r"arn:(aws[\w-]*):([\w-]*):([\w-]*|\$\{[^}]*\}):([\w-]*|\$\{[^}]*\})(?=:)")


def select_zone(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Take the zone by its number from those of the region."""
    site = Site(context, diagnostic)
    for node in scalars_of(site.node):
        hit = ZONE.fullmatch(node.value)
        if hit is None or node.tag or node.value not in diagnostic.message:
            continue
        number = _LETTERS.get(hit[1], "abcdef").find(hit[2])
        if number < 0 or hit[1] in _UNEQUAL:
            continue
        call = Call("Fn::Select", [number, Call("Fn::GetAZs", "")])
        title = f"Select zone {number} of the region for '{node.value}'"
        yield from site.fix(title, replace(site.document, node.span, site.writer.flow(call)), UNSAFE)


def pseudo_arn(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Let pseudo parameters give an ARN's partition, and its region and account where the rule asks for them."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.style in (Style.LITERAL, Style.FOLDED) or node.tag not in ("", "!Sub"):
        return
    text = _ARN.sub(lambda hit: _pseudo(hit, diagnostic.message), node.value)
    if text == node.value or (not node.tag and "${" in node.value):
        return
    inside_sub = bool(node.tag) or "Fn::Sub" in site.path[-2:]
    if inside_sub:
        edits = rewrite(site.document, node, text)
    else:
        edits = replace(site.document, node.span, site.writer.flow(sub(text)))
    # whether an account is this one, or one that is trusted, the text does not tell
    trust = DISPLAY_ONLY if text.count("${AWS::AccountId}") > node.value.count("${AWS::AccountId}") else UNSAFE
    yield from site.fix("Let pseudo parameters fill in the ARN", edits, trust, same=True)


def _pseudo(hit: re.Match[str], message: str) -> str:
    partition, service, region, account = hit.groups()
    if "Partition" in message:
        partition = "${AWS::Partition}"
    if "Region" in message and region and not region.startswith("$"):
        region = "${AWS::Region}"
    if "AccountId" in message and account.isdigit():
        account = "${AWS::AccountId}"
    return f"arn:{partition}:{service}:{region}:{account}"


FIXERS = (
    RuleFixer("cfn-lint", codes("W3010"), select_zone),
    RuleFixer("cfn-lint", codes("I3042"), pseudo_arn),
)
