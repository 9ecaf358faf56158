"""References that CloudFormation resolves when it deploys: `{{resolve:secretsmanager:…}}`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Node, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import replace
from lsp_server.fixers.cloudformation.names import certain, rank
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_SPACED = re.compile(r"\{\{\s*(resolve\s*:[^{}]*?)\s*\}\}")
_SERVICE = re.compile(r"\{\{resolve:([\w-]+)(?=:)")
_SERVICES = ("ssm", "ssm-secure", "secretsmanager")


def without_spaces(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """With spaces between the braces it is a text like any other."""
    site = Site(context, diagnostic)
    for node in _texts(site.node):
        raw = _SPACED.sub(lambda hit: "{{" + re.sub(r"\s*:\s*", ":", hit[1]) + "}}", node.raw)
        if raw != node.raw:
            yield from site.fix(
                "Take away the spaces, so that it is resolved", replace(site.document, node.span, raw), SAFE
            )


def _texts(node: Node | None) -> list[Scalar]:
    return [inner for inner in node.walk() if isinstance(inner, Scalar)] if node is not None else []


def rename_service(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the service that is meant."""
    site = Site(context, diagnostic)
    for node in _texts(site.node):
        for written in dict.fromkeys(hit[1] for hit in _SERVICE.finditer(node.raw)):
            matches = rank(written, _SERVICES) if written not in _SERVICES else []
            for match in matches[:1]:
                raw = node.raw.replace(f"{{{{resolve:{written}:", f"{{{{resolve:{match.name}:")
                trust = SAFE if certain(matches) else UNSAFE
                yield from site.fix(f"Resolve it with '{match.name}'", replace(site.document, node.span, raw), trust)


FIXERS = (
    RuleFixer("cfn-lint", codes("W1053"), without_spaces),
    RuleFixer("cfn-lint", codes("E1050"), rename_service),
)
