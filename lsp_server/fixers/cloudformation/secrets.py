"""A password that stands in the template, or goes through it as a parameter: let Secrets Manager hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, add_section, insert, replace, rewrite
from lsp_server.fixers.cloudformation.fitting import add_parameter, fresh_name
from lsp_server.fixers.cloudformation.references import call_instead
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref, sub

RESOLVED = "{{{{resolve:secretsmanager:${{{0}}}:SecretString:password}}}}"
_OPEN = "{{resolve:ssm:"
_WHOLE = "{{{{resolve:secretsmanager:${{{0}}}}}}}"


def naming_secret(what: str) -> dict[str, object]:
    """The body of a Parameter that names the secret with a password; `RESOLVED` reads it."""
    return {"Type": "String", "Description": f"Secret of Secrets Manager whose key password holds {what}"}


def hard_coded(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Take the password from a secret that a new parameter names; the one in the template is known to all readers."""
    site = Site(context, diagnostic)
    node, entry = site.node, site.entry
    if entry is None or not isinstance(node, Scalar) or node.tag or "{{resolve:" in node.value:
        return
    owner = site.owner
    name, added = add_parameter(site, f"{owner}{entry.name}Secret", naming_secret(f"{entry.name} of {owner}"))
    if added:
        value = Edit(site.document.uri, node.full_span, site.writer.flow(sub(RESOLVED.format(name))))
        title = f"Read '{entry.name}' from the secret that a new parameter '{name}' names"
        yield from site.fix(title, (value, *added), UNSAFE)


def open_parameter(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A password in a parameter of Systems Manager that is a plain string: `ssm-secure` reads a SecureString."""
    site = Site(context, diagnostic)
    node = site.node
    if isinstance(node, Scalar) and not node.tag and node.value.startswith(_OPEN):
        edits = rewrite(site.document, node, node.value.replace(_OPEN, "{{resolve:ssm-secure:", 1))
        yield from site.fix("Read it as a SecureString, which the parameter then has to be", edits, DISPLAY_ONLY)


def through_parameter(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Keep the parameter, put its value into a new secret, and let the property read that."""
    site = Site(context, diagnostic)
    name, argument = _parameter(site.node)
    if argument is None or name not in site.template.parameters:
        return
    present = _holding(site, name)
    secret = present or fresh_name(site.template, f"{name}Secret")
    value = call_instead(site, argument, sub(_WHOLE.format(secret)))
    if value and present:
        yield from site.fix(f"Read '{name}' from the secret '{secret}', which holds it", value, UNSAFE)
        return
    resource = {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": ref(name)}}
    added = add_section(site.document, site.writer, site.template, "Resources", {secret: resource})
    if value and added:
        title = f"Put '{name}' into a new secret '{secret}' and read it from there"
        yield from site.fix(title, (*value, *added), UNSAFE)


def _parameter(node: Node | None) -> tuple[str, Scalar | None]:
    """The name in a Ref, and where it is written."""
    argument = node
    if isinstance(node, Mapping) and len(node.entries) == 1 and node.entries[0].name == "Ref":
        argument = node.entries[0].value
    elif node is None or node.tag != "!Ref":
        return "", None
    return (argument.value, argument) if isinstance(argument, Scalar) else ("", None)


def _holding(site: Site, parameter: str) -> str:
    """The secret of the template that is the parameter's value whatever the conditions; empty where there is none."""
    for resource in site.template.resources.values():
        value = resource.properties.get("SecretString") if resource.properties is not None else None
        conditional = resource.body is not None and "Condition" in resource.body
        if resource.type == "AWS::SecretsManager::Secret" and _parameter(value)[0] == parameter and not conditional:
            return resource.logical_id
    return ""


def echo(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Do not show the parameter's value; where it is shown on purpose (`NoEcho: false`), a person decides."""
    site = Site(context, diagnostic)
    for name in _named(site):
        entry = site.template.parameters[name]
        if not isinstance(entry.value, Mapping):
            continue
        present = entry.value.get("NoEcho")
        title = f"Do not echo the parameter '{name}'"
        if isinstance(present, Scalar):
            edits: Edits | None = replace(site.document, present.span, "true")
            yield from site.fix(title, edits, UNSAFE)
        elif present is None:
            edits = insert(site.document, site.writer, entry.value, {"NoEcho": True})
            yield from site.fix(title, edits, SAFE)


def _named(site: Site) -> Iterator[str]:
    if len(site.path) > 1 and site.path[0] == "Parameters":
        name = site.owner
        if name in site.template.parameters:
            yield name


FIXERS = (
    RuleFixer("cfn-lint", codes("W2501"), hard_coded),
    RuleFixer("cfn-lint", codes("W2501"), open_parameter),
    RuleFixer("cfn-lint", codes("W1011"), through_parameter),
    RuleFixer("cfn-lint", codes("W2501"), echo),
)
