"""A Ref, GetAtt, Sub, DependsOn, Condition or FindInMap that names what the template does not declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz.distance import Indel

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.references import Reference, ReferenceKind
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence
from lsp_server.dialects.cloudformation.vocabulary import PSEUDO_PARAMETERS
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, replace
from lsp_server.fixers.cloudformation.names import Match, certain, rank, words_of
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import Call

_CALLS = ("Ref", "Fn::")
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
            return (*parameters, *resources, *PSEUDO_PARAMETERS)
        case ReferenceKind.SUB:
            return resources if attribute else (*parameters, *resources, *PSEUDO_PARAMETERS)
        case ReferenceKind.GET_ATT | ReferenceKind.DEPENDS_ON:
            return resources
        case ReferenceKind.CONDITION:
            return tuple(template.conditions)
        case ReferenceKind.FIND_IN_MAP:
            return tuple(template.mappings)
        case _:  # a name that is no section's
            return ()


def references_at(site: Site) -> Iterator[Reference]:
    """The references in what the finding points to, those of its own path first."""
    span = site.diagnostic.span
    if site.node is not None:
        span = site.node.full_span
        owner = site.node.parent
        if isinstance(owner, Sequence) and "Fn::GetAtt" in (owner.intrinsic, getattr(owner.parent, "name", "")):
            span = owner.span
    elif site.path[-2:-1] == ("Fn::GetAtt",) and isinstance(dotted := site.template.node(site.path[:-1]), Scalar):
        span = dotted.span  # `Fn::GetAtt: Bucket.Arn`, whose parts the linter counts
    found = list(_within(site, span))
    told = site.diagnostic.data.get("instance")
    named = [reference for reference in found if told in (reference.target, reference.attribute)]
    if not named and told and site.path[:1] == ("Conditions",):  # the linter counts the arguments of Equals wrongly
        whole = site.template.entry(site.path[:2])
        named = [r for r in _within(site, whole.span) if r.target == told] if whole is not None else []
    yield from named or found


def _within(site: Site, span: Span) -> Iterator[Reference]:
    return (r for r in site.template.references if span.start <= r.span.start and r.span.end <= span.end)


def unresolved(site: Site) -> Iterator[Reference]:
    """The references at the finding whose name is not declared."""
    seen: set[Span] = set()
    for reference in references_at(site):
        names = declared(site.template, reference.kind, attribute=bool(reference.attribute))
        if reference.target not in names and reference.span not in seen:
            seen.add(reference.span)
            if not _local(reference) and reference.target not in _told(site):
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
        names += tuple(_told(site, reference.target))
        matches = _prefer_unused(site, rank(reference.target, names))
        idle = _idle_variables(reference)
        likely = [match for match in matches if match.name in idle] or matches
        for match in matches[:3]:
            safe = (
                certain(likely)
                and match is matches[0] is likely[0]
                and not _may_be_another(reference.target, match.name)
            )
            edits = replace(site.document, reference.span, match.name)
            yield from site.fix(f"Refer to '{match.name}'", edits, SAFE if safe else UNSAFE)


def _told(site: Site, name: str = "") -> Iterator[str]:
    """The names that the linter would take (for `name`), among them those that a transform brings."""
    for found in site.context.diagnostics:
        if {found.code, found.data.get("parent")} & CODES and name in ("", found.data.get("instance")):
            allowed = found.data.get("allowed")
            yield from (str(value) for value in allowed) if isinstance(allowed, list) else ()


def _may_be_another(written: str, name: str) -> bool:
    """Whether both names could be declared side by side: an author may have forgotten the one that is written.

    So with a number, and where a word begins with another letter (`BestRole`, `TestRole`), unless letters are only
    missing or swapped.
    """
    a, b = written.lower(), name.lower()
    if any(c.isdigit() for c in a) != any(c.isdigit() for c in b) or ("https" in a) != ("https" in b):
        return True
    if sorted(a) == sorted(b) or Indel.distance(a, b) == abs(len(a) - len(b)):
        return False
    words, others = words_of(written), words_of(name)
    return len(words) == len(others) and any(x[0].lower() != y[0].lower() for x, y in zip(words, others, strict=True))


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


def _idle_variables(reference: Reference) -> tuple[str, ...]:
    """The variables that a Sub has of its own and does not use."""
    text = str(getattr(reference.node, "value", ""))
    return tuple(name for name in _sub_variables(reference) if f"${{{name}}}" not in text)


def call_instead(site: Site, node: Node, value: Call) -> Edits | None:
    """Another function in the place of the one whose argument is `node`, in the form in which that is written."""
    uri = site.document.uri
    if node.tag and (isinstance(node, Scalar) or getattr(node, "flow", False)):
        return (Edit(uri, node.full_span, site.writer.flow(value)),)
    holder = getattr(node.parent, "parent", None)
    if not isinstance(holder, Mapping) or len(holder.entries) != 1 or not holder.entries[0].name.startswith(_CALLS):
        return None
    key = holder.entries[0].key
    return (
        Edit(uri, key.span, site.document.slice(key.span).replace(key.value, value.name)),
        Edit(uri, node.full_span, site.writer.flow(value.argument)),
    )


FIXERS = (RuleFixer("cfn-lint", CODES, rename_reference),)
