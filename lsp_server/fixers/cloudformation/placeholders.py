"""What an author meant to fill in: `subnet-12345`, `<your-vpc>`, `arn:aws:iam::ACCOUNT_ID:role/x`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Scalar, Style
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, delete_element, rename, replace, rewrite
from lsp_server.fixers.cloudformation.fitting import BY_FORMAT, add_parameter, candidates
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref, sub
from lsp_server.fixers.cloudformation.vocabulary import property_of

_ACCOUNT = r"[<{[]?(?:(?:your|my|aws)[ _-]?)*account(?:[ _-]?(?:id|number))?[>}\]]?|x{4,12}|"
_REGION = r"[<{[]?(?:(?:your|my|aws)[ _-]?)*region[>}\]]?"
_OF_ACCOUNTS = re.compile(r"does not match '\^(?:\[0-9\]|\\\\d)\{12\}\$'")
_ARN = re.compile(rf"(?i)(arn:aws[\w-]*:[\w-]+:)({_REGION}|[\w-]*):({_ACCOUNT}|\d*):")


def bring_id(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """An id that can be none: what is declared and fits, or a new Parameter, wherever the same stands in its place."""
    site = Site(context, diagnostic)
    node, wanted = site.node, str(diagnostic.data.get("format") or "")
    if not isinstance(node, Scalar) or not _filled_in_by_hand(site, node) or wanted not in BY_FORMAT:
        return
    alike = list(dict.fromkeys(_alike(context, diagnostic, node.value)))
    known = property_of(site.template, site.path)
    declared = candidates(site.template, site.path, known) if known is not None else []
    if len(declared) == 1 and _alone(context, diagnostic):
        edits = [e for other in alike for e in replace(site.document, other.span, site.writer.flow(declared[0]))]
        yield from site.fix(f"Refer to '{declared[0].named}' instead of '{node.value}', which is no id", edits, UNSAFE)
    key = str(site.path[-1])
    body: dict[str, object] = {"Type": BY_FORMAT[wanted], "Description": f"In place of {node.value}"}
    name, added = add_parameter(site, key if key.endswith("Id") else wanted.rsplit("::", 1)[-1], body)
    edits = [e for other in alike for e in replace(site.document, other.span, site.writer.flow(ref(name)))]
    if added:
        yield from site.fix(f"Add a parameter '{name}' for '{node.value}', which is no id", (*edits, *added), UNSAFE)


def ask_for_id(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The default of a parameter can be no id: whoever makes a stack has to give one, which is asked for without it.

    What stood there is told in the description.
    """
    site = Site(context, diagnostic)
    node, name = site.node, site.owner
    if site.path[:1] != ("Parameters",):
        name = node.value if isinstance(node, Scalar) else ""
    default = site.template.entry(("Parameters", name, "Default"))
    value = default.value if default is not None and default.name == "Default" else None
    if default is None or not isinstance(value, Scalar) or value.value != str(diagnostic.data.get("instance")):
        return
    if not _of_id(site) or "AllowedValues" in default.parent or _decides(site, name):
        return
    title, trust, edits = (
        f"Ask for '{name}': its default '{value.value}' is no id",
        UNSAFE,
        _told_instead(site, default),
    )
    if edits is None:
        trust, edits = DISPLAY_ONLY, delete_element(site.document, site.template, default)
    yield from site.fix(title, edits, trust, same=True)


def _decides(site: Site, parameter: str) -> bool:
    """Whether a condition looks at the parameter: then `none` may well be what it is to be by default."""
    return any(r.target == parameter and r.path[:1] == ("Conditions",) for r in site.template.references)


def _told_instead(site: Site, default: Entry) -> Edits | None:
    """The default becomes what the description says; None where that is a block."""
    document, description, value = site.document, default.parent.get("Description"), default.value
    if not isinstance(value, Scalar):
        return None
    told = f"in place of {value.value}"
    if description is None:
        key, own = rename(document, default, "Description"), rewrite(document, value, told[:1].upper() + told[1:])
        return (*key, *own) if key and own else None
    added = rewrite(document, description, f"{description.value} ({told})") if isinstance(description, Scalar) else None
    gone = delete_element(document, site.template, default)
    return (*added, *gone) if added and gone else None


def _of_id(site: Site) -> bool:
    """Whether a finding about a reference says that its value has not the form of an id, or of an account's number."""
    known = property_of(site.template, site.path[:-1])
    return (known is not None and known.format in BY_FORMAT) or _OF_ACCOUNTS.search(site.diagnostic.message) is not None


def _filled_in_by_hand(site: Site, node: Scalar) -> bool:
    declared = node.value in site.template.parameters or node.value in site.template.resources
    block = node.style in (Style.LITERAL, Style.FOLDED)
    outside = site.path[:1] != ("Resources",) or any(str(step).startswith("Fn::Sub") for step in site.path[-3:])
    return not (node.tag or declared or block or outside or not node.value or re.search(r"\$\{|\{\{", node.value))


def _alike(context: FixContext, diagnostic: Diagnostic, value: str) -> Iterable[Scalar]:
    """The scalars of that value with the same finding."""
    for found in context.diagnostics:
        if (found.uri, found.code) == (diagnostic.uri, diagnostic.code):
            node = Site(context, found).node
            if isinstance(node, Scalar) and not node.tag and node.value == value:
                yield node


def _alone(context: FixContext, diagnostic: Diagnostic) -> bool:
    """Whether nothing else of its kind was to be filled in: `vpc-one` and `vpc-two` are not the same network."""
    nodes = (Site(context, found).node for found in context.diagnostics if found.code == diagnostic.code)
    return len({node.value for node in nodes if isinstance(node, Scalar)}) == 1


def own_account(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """An ARN with a word for the account or region: those of the stack."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or not _filled_in_by_hand(site, node):
        return
    text = _ARN.sub(_pseudo, node.value)
    if text != node.value:
        edits = replace(site.document, node.span, site.writer.flow(sub(text)))
        trust = DISPLAY_ONLY if "Principal" in site.path else UNSAFE  # whom to trust is a person's decision
        yield from site.fix("Let pseudo parameters fill in the ARN", edits, trust)


def _pseudo(hit: re.Match[str]) -> str:
    head, region, account = hit.groups()
    region = "${AWS::Region}" if region and re.fullmatch(f"(?i){_REGION}", region) else region
    named = account or head.endswith(":iam:")  # what IAM has is always an account's
    account = "${AWS::AccountId}" if named and re.fullmatch(f"(?i){_ACCOUNT}", account) else account
    return f"{head}{region}:{account}:"


FIXERS = (
    RuleFixer("cfn-lint", codes("W1030"), ask_for_id),
    RuleFixer("cfn-lint", codes("E1150 E1151 E1152 E1153 E1154 E1155"), bring_id),
    RuleFixer(
        "cfn-lint", codes("E3031 E3510 E3511 E3512 E3513 E3514 E3530 E1156 E1157 E1158 E1159 E1160 E1161"), own_account
    ),
)
