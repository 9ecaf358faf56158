"""The sections of a template that have one form only: its format version, its description."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.lifting import fill, instead
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import quoted

_VERSION = "2010-09-09"


def only_version(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """There has been one version of the format so far."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.path != ("AWSTemplateFormatVersion",):
        return
    value = entry.value
    quote = value.raw[:1] if isinstance(value, Scalar) and value.raw[:1] in ("'", '"') else '"'
    edits = fill(site, entry, quoted(_VERSION, quote))
    yield from site.fix(f"Write the format version '{_VERSION}', the only one there is", edits, SAFE)


def plain_description(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A description is one text: the lines of a list are joined, a number is put into quotes."""
    site = Site(context, diagnostic)
    node = site.node
    if site.path != ("Description",) or node is None or node.tag:
        return
    if isinstance(node, Scalar) and node.data is not None:
        edits = instead(site, node, quoted(node.value, '"'))
        yield from site.fix("Put the description into quotes", edits, SAFE)
    elif isinstance(node, Sequence) and all(isinstance(item, Scalar) and not item.tag for item in node.items):
        text = " ".join(item.value.strip() for item in node.items if isinstance(item, Scalar))
        yield from site.fix("Make one text of the list", instead(site, node, quoted(text, '"')), UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("E1001"), only_version),
    RuleFixer("cfn-lint", codes("E1004"), plain_description),
)
