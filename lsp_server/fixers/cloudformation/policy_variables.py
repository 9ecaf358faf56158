"""Variables of a policy in a text that has variables of the template as well."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.references import sub_names
from lsp_server.dialects.cloudformation.tree import Scalar, Style
from lsp_server.dialects.cloudformation.vocabulary import PSEUDO_PARAMETERS
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.lifting import instead
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, Site
from lsp_server.fixers.cloudformation.values import Raw, sub

_OF_POLICY = re.compile(r"\$\{(?=[a-z][\w-]*:)")  # `${aws:username}`, which IAM fills in


def keep_of_policy(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A text with variables of the template and of IAM is a Sub, in which those of IAM are marked with `!`."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.tag or node.style in (Style.LITERAL, Style.FOLDED):
        return
    text = _OF_POLICY.sub("${!", node.value)
    known = {*site.template.parameters, *site.template.resources, *PSEUDO_PARAMETERS}
    names = [name.partition(".")[0] for name, _ in sub_names(text)]
    if text != node.value and names and all(name in known for name in names):
        value = Raw(_OF_POLICY.sub("${!", node.raw)) if node.raw[:1] in ("'", '"') else text
        edits = instead(site, node, site.writer.flow(sub(value)))
        yield from site.fix("Let Sub fill in the variables, but not those of IAM", edits, SAFE)


FIXERS = (RuleFixer("cfn-lint", codes("E1029"), keep_of_policy),)
