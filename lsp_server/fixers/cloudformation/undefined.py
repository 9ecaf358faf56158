"""A name that is used and declared nowhere, and is no slip of one that is: a Parameter brings its value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from lsp_server.core.diagnostic import Diagnostic, Path
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.references import Reference, ReferenceKind
from lsp_server.dialects.cloudformation.schema import Property
from lsp_server.dialects.cloudformation.tree import Node, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, add_section, delete, delete_element
from lsp_server.fixers.cloudformation.fitting import add_parameter, candidates, fresh_name, parameter, secret
from lsp_server.fixers.cloudformation.names import goes_on, rank, same_words
from lsp_server.fixers.cloudformation.references import CODES, call_instead, declared, unresolved
from lsp_server.fixers.cloudformation.secrets import RESOLVED, naming_secret
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import Call, sub
from lsp_server.fixers.cloudformation.vocabulary import property_of

_BROUGHT = (ReferenceKind.REF, ReferenceKind.SUB, ReferenceKind.GET_ATT)


def declare(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Declare the missing name as a Parameter of the type its use asks for, or use what fits already."""
    site = Site(context, diagnostic)
    for reference in unresolved(site):
        names = declared(site.template, reference.kind, attribute=bool(reference.attribute))
        if any(match.distance < 1.5 for match in rank(reference.target, names)):
            continue
        fixes: Iterator[Fix] = iter(())
        if _named_by_sam(site, reference.target):
            continue
        if reference.kind in _BROUGHT and reference.target.isalnum():
            own = (_use_fitting, _use_idle, _as_secret, _as_parameter)
            fixes = chain.from_iterable(make(site, reference) for make in own)
        elif reference.kind is ReferenceKind.DEPENDS_ON:
            fixes = _drop(site, reference.node)
        for fix in fixes:
            yield replace(fix, applicability=DISPLAY_ONLY) if site.macro else fix


def _named_by_sam(site: Site, name: str) -> bool:
    """Whether a name is made as those that SAM makes: of a resource's name and what is added, or `Serverless…`."""
    if not any(transform.startswith("AWS::Serverless") for transform in site.template.transforms):
        return False
    return name.startswith(("Serverless", *site.template.resources))


def _use_fitting(site: Site, reference: Reference) -> Iterator[Fix]:
    """The one resource or parameter that fits the property and has a name of the same words."""
    known = asked_property(site, reference)
    if known is None or reference.kind is not ReferenceKind.REF:
        return
    found = candidates(site.template, reference.path, known)
    target = str(found[0].argument) if len(found) == 1 and found[0].name == "Ref" else ""
    words = (reference.target, f"My{reference.target}", f"{reference.target}Resource", f"The{reference.target}")
    if target and any(same_words(target, word) for word in words):
        edits = (Edit(site.document.uri, reference.span, target),)
        yield from site.fix(f"Refer to '{target}', which fits '{known.name}'", edits, UNSAFE)


def _use_idle(site: Site, reference: Reference) -> Iterator[Fix]:
    """The one parameter that nothing uses, and whose name is the same with words more or less: it was meant."""
    if reference.attribute or reference.kind is ReferenceKind.GET_ATT:
        return
    used = {other.target for other in site.template.references}
    idle = [name for name in site.template.parameters if name not in used and goes_on(name, reference.target)]
    if len(idle) == 1:
        edits = (Edit(site.document.uri, reference.span, idle[0]),)
        yield from site.fix(f"Refer to '{idle[0]}', which nothing uses yet", edits, UNSAFE)


def _as_secret(site: Site, reference: Reference) -> Iterator[Fix]:
    """A password comes from Secrets Manager, and a Parameter names the secret."""
    known = asked_property(site, reference)
    if known is None or reference.kind is not ReferenceKind.REF or not secret(known):
        return
    name, added = add_parameter(site, f"{reference.target}Secret", naming_secret(known.name))
    value = call_instead(site, reference.node, sub(RESOLVED.format(name)))
    if value and added:
        yield from site.fix(
            f"Read '{known.name}' from the secret that a new parameter '{name}' names", (*value, *added), UNSAFE
        )


def _as_parameter(site: Site, reference: Reference) -> Iterator[Fix]:
    name = reference.target
    edits: Edits = ()
    if reference.attribute:
        name = fresh_name(site.template, reference.target + reference.attribute)
        for other in site.template.references:  # one parameter for all of them
            if _same(other, reference):
                changed = _attribute_edit(site, other, name)
                if changed is None:
                    return
                edits += changed
    known = asked_property(site, reference)
    body = parameter(known, known.name if known else name, _purpose(site, reference, known))
    added = add_section(site.document, site.writer, site.template, "Parameters", {name: body})
    if added:
        yield from site.fix(f"Add a parameter '{name}' of type {body['Type']}", (*edits, *added), UNSAFE)


def _same(a: Reference, b: Reference) -> bool:
    return (a.target, a.attribute) == (b.target, b.attribute)


def asked_property(site: Site, reference: Reference) -> Property | None:
    """The property whose whole value some use of the reference's name is."""
    for other in site.template.references:
        if _same(other, reference) and other.kind is not ReferenceKind.SUB:
            path = _direct(other.path)
            known = property_of(site.template, path) if path else None
            if known is not None:
                return known
    return None


def _direct(path: Path) -> Path:
    """A path that ends in a property's value, without the last function; () where the value is only part of it."""
    steps = [step for step in path if step not in ("Ref", "Fn::GetAtt")]
    inner = [step for step in steps if isinstance(step, str) and step.startswith("Fn::") and step != "Fn::If"]
    return () if inner else tuple(steps)


def _purpose(site: Site, reference: Reference, known: Property | None) -> str:
    for other in site.template.references:
        if _same(other, reference) and len(other.path) > 1:
            owner = str(other.path[1])
            named = known is not None and not known.name.isdigit()
            return f"{known.name} of {owner}" if known is not None and named else f"Used by {owner}"
    return f"Value of {reference.target}"


def _attribute_edit(site: Site, reference: Reference, name: str) -> Edits | None:
    """Turn a GetAtt, or `${A.B}`, into a reference to the parameter."""
    if reference.kind is ReferenceKind.SUB:
        whole = reference.span._replace(end=reference.attribute_span.end)
        return (Edit(site.document.uri, whole, name),)
    return call_instead(site, reference.node, Call("Ref", name))


def _drop(site: Site, node: Node) -> Iterator[Fix]:
    entry = site.template.entry(site.template.path_of(node))
    if entry is None or entry.name != "DependsOn" or not isinstance(node, Scalar):
        return
    target = entry if node.parent is entry else node
    edits = (
        delete(site.document, site.template, entry)
        if target is entry
        else delete_element(site.document, site.template, node)
    )
    yield from site.fix(f"Delete the dependency on '{node.value}', which is not declared", edits, UNSAFE)


FIXERS = (RuleFixer("cfn-lint", CODES, declare),)
