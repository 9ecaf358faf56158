"""A Ref, GetAtt, Sub, DependsOn, Condition or FindInMap that names what the template does not declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.references import Reference, ReferenceKind
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import replace
from lsp_server.fixers.cloudformation.names import Match, certain, rank
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

PSEUDO_PARAMETERS = (
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
)

CODES = frozenset(
    [
        "E1010",
        "E1011",
        "E1015",
        "E1016",
        "E1017",
        "E1018",
        "E1019",
        "E1020",
        "E1021",
        "E1022",
        "E1024",
        "E1028",
        "E1030",
        "E1031",
        "E1033",
        "E1040",
        "E1041",
        "E3005",
        "E3015",
        "E3024",
        "E4001",
        "E6005",
        "E6101",
        "E7010",
        "E8003",
        "E8004",
        "E8005",
        "E8006",
        "E8007",
        "W1001",
        "W4001",
    ]
)


def declared(template: Template, kind: ReferenceKind, *, attribute: bool = False) -> tuple[str, ...]:
    """The names that a construct may use. A Sub with an attribute names resources only."""
    resources, parameters = tuple(template.resources), tuple(template.parameters)
    match kind:
        case ReferenceKind.REF:
            return parameters + resources + PSEUDO_PARAMETERS
        case ReferenceKind.SUB:
            return resources if attribute else parameters + resources + PSEUDO_PARAMETERS
        case ReferenceKind.GET_ATT | ReferenceKind.DEPENDS_ON:
            return resources
        case ReferenceKind.CONDITION:
            return tuple(template.conditions)
        case ReferenceKind.FIND_IN_MAP:
            return tuple(template.mappings)


def references_at(site: Site) -> Iterator[Reference]:
    """The references in what the finding points to, those of its own path first."""
    span = site.diagnostic.span
    if site.node is not None:
        span = site.node.full_span
        owner = site.node.parent
        if isinstance(owner, Sequence) and isinstance(owner.parent, Entry) and owner.parent.name == "Fn::GetAtt":
            span = owner.span
    for reference in site.template.references:
        if span.start <= reference.span.start and reference.span.end <= span.end:
            yield reference


def unresolved(site: Site) -> Iterator[Reference]:
    """The references at the finding whose name is not declared."""
    seen: set[Span] = set()
    for reference in references_at(site):
        names = declared(site.template, reference.kind, attribute=bool(reference.attribute))
        if reference.target not in names and reference.span not in seen:
            seen.add(reference.span)
            if not _local(reference):
                yield reference


def _local(reference: Reference) -> bool:
    """Whether the name is made of others, or a loop (`Fn::ForEach`) brings it."""
    return "${" in reference.target or reference.target in loop_variables(reference.node)


def loop_variables(node: Node) -> tuple[str, ...]:
    """The names that the loops (`Fn::ForEach`) around a node bring, the innermost first."""
    found = []
    owner: Node | Entry | None = node
    while owner is not None:
        if isinstance(owner, Entry) and owner.name.startswith("Fn::ForEach::") and isinstance(owner.value, Sequence):
            variable = owner.value.get(0)
            found += [variable.value] if isinstance(variable, Scalar) else []
        owner = owner.parent
    return tuple(found)


def rename_reference(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the declared name that the unknown one is a slip of."""
    site = Site(context, diagnostic)
    for reference in unresolved(site):
        names = declared(site.template, reference.kind, attribute=bool(reference.attribute))
        names += _sub_variables(reference) + (() if reference.attribute else loop_variables(reference.node))
        matches = _prefer_unused(site, rank(reference.target, names))
        for match in matches[:3]:
            numbered = any(c.isdigit() for c in reference.target) != any(c.isdigit() for c in match.name)
            safe = certain(matches) and match is matches[0] and not numbered
            edits = replace(site.document, reference.span, match.name)
            yield from site.fix(f"Refer to '{match.name}'", edits, SAFE if safe else UNSAFE)


def _prefer_unused(site: Site, matches: list[Match]) -> list[Match]:
    """A name declared and used nowhere is the likelier one, where the distance does not tell."""
    used = {reference.target for reference in site.template.references}
    return sorted(matches, key=lambda m: (m.distance, m.name in used))


def _sub_variables(reference: Reference) -> tuple[str, ...]:
    owner = reference.node.parent
    if reference.kind is not ReferenceKind.SUB or reference.attribute or not isinstance(owner, Sequence):
        return ()
    variables = owner.get(1)
    return tuple(entry.name for entry in variables.entries) if isinstance(variables, Mapping) else ()


FIXERS = (RuleFixer("cfn-lint", CODES, rename_reference),)
