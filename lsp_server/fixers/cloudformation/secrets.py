"""A password that stands in the template, or goes through it as a parameter: let Secrets Manager hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import add_section, insert, rewrite
from lsp_server.fixers.cloudformation.fitting import fresh_name
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref, sub

RESOLVED = "{{{{resolve:secretsmanager:${{{0}}}:SecretString:password}}}}"
_WHOLE = "{{{{resolve:secretsmanager:${{{0}}}}}}}"


def hard_coded(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Take the password from a secret that a new parameter names; the one in the template is known to all readers."""
    site = Site(context, diagnostic)
    node, entry = site.node, site.entry
    if entry is None or not isinstance(node, Scalar) or node.tag:
        return
    owner = str(site.path[1]) if len(site.path) > 1 else ""
    name = fresh_name(site.template, f"{owner}{entry.name}Secret")
    body = {
        "Type": "String",
        "Description": f"Secret of Secrets Manager whose key password holds {entry.name} of {owner}",
    }
    added = add_section(site.document, site.writer, site.template, "Parameters", {name: body})
    if added:
        value = Edit(site.document.uri, node.full_span, site.writer.flow(sub(RESOLVED.format(name))))
        title = f"Read '{entry.name}' from the secret that a new parameter '{name}' names"
        yield from site.fix(title, (value, *added), UNSAFE)


def through_parameter(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Keep the parameter, put its value into a new secret, and let the property read that."""
    site = Site(context, diagnostic)
    name, whole = _parameter(site.node)
    if not name or name not in site.template.parameters or whole is None:
        return
    secret = fresh_name(site.template, f"{name}Secret")
    resource = {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": ref(name)}}
    added = add_section(site.document, site.writer, site.template, "Resources", {secret: resource})
    if added:
        value = Edit(site.document.uri, whole.full_span, site.writer.flow(sub(_WHOLE.format(secret))))
        yield from site.fix(
            f"Put '{name}' into a new secret '{secret}' and read it from there", (value, *added), UNSAFE
        )


def _parameter(node: Node | None) -> tuple[str, Node | None]:
    """The name in a Ref, and the node to replace."""
    if isinstance(node, Mapping) and len(node.entries) == 1 and node.entries[0].name == "Ref":
        target = node.entries[0].value
        return (target.value, node) if isinstance(target, Scalar) else ("", None)
    return (node.value, node) if isinstance(node, Scalar) and node.tag == "!Ref" else ("", None)


def echo(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Do not show the parameter's value."""
    site = Site(context, diagnostic)
    for name in _named(site):
        entry = site.template.parameters[name]
        if not isinstance(entry.value, Mapping):
            continue
        present = entry.value.get("NoEcho")
        if isinstance(present, Scalar):
            edits = rewrite(site.document, present, "true")
        else:
            edits = insert(site.document, site.writer, entry.value, {"NoEcho": True})
        yield from site.fix(f"Do not echo the parameter '{name}'", edits, SAFE)


def _named(site: Site) -> Iterator[str]:
    if len(site.path) > 1 and site.path[0] == "Parameters":
        name = str(site.path[1])
        if name in site.template.parameters:
            yield name


FIXERS = (
    RuleFixer("cfn-lint", codes("W2501"), hard_coded),
    RuleFixer("cfn-lint", codes("W1011"), through_parameter),
    RuleFixer("cfn-lint", codes("W2501"), echo),
)
