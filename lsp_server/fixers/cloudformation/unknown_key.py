"""A key that may not stand where it stands: misspelled, of the wrong number or case, or called by a shorter name."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rename
from lsp_server.fixers.cloudformation.names import PLURAL, Match, certain, distance, extended, goes_on, rank, relatives
from lsp_server.fixers.cloudformation.rules import SCHEMA, UNKNOWN_KEY, codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import fits, names_at, properties_at, resource_schema

_TELLING = 5  # letters from which a value tells what it is of


def rename_key(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the key that the unknown one is a slip of."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.validator not in ("", "additionalProperties", "pattern"):
        return
    known = names_at(site.template, site.path[:-1])
    if entry.name in known:
        return
    free = [name for name in known if not any(other.name == name for other in entry.parent.entries)]
    matches = _prefer_missing(site, [m for m in rank(entry.name, free) if _fits(site, entry, m.name)])
    for match in matches[:3]:
        applicability = SAFE if match is matches[0] and certain(matches) else UNSAFE
        yield from site.fix(
            f"Write '{match.name}' for '{entry.name}'", rename(site.document, entry, match.name), applicability
        )
    if not matches:
        around = _words_around(site.template, site)
        wanted = _required(site) | _one_wanted(site)
        needed = _only([name for name in free if name in wanted and goes_on(entry.name, name)])
        close = [*needed, *relatives(entry.name, free, around), *_only(extended(entry.name, free))]
        for name in [n for n in dict.fromkeys(close) if _fits(site, entry, n)][:3]:
            yield from site.fix(f"Write '{name}' for '{entry.name}'", rename(site.document, entry, name), UNSAFE)


def _only(names: list[str]) -> list[str]:
    return names if len(names) == 1 else []


def _fits(site: Site, entry: Entry, name: str) -> bool:
    properties = properties_at(site.template, site.path[:-1])
    value = entry.value.resolved if entry.value is not None else None
    return fits(value, properties.get(name))


def _prefer_missing(site: Site, matches: list[Match]) -> list[Match]:
    """Where names are equally close, a required one that is missing is meant."""
    required = _required(site)
    return sorted(matches, key=lambda m: (m.distance, m.name not in required))


def _required(site: Site) -> set[str]:
    return {name for name, known in properties_at(site.template, site.path[:-1]).items() if known.required}


def _one_wanted(site: Site) -> set[str]:
    """The keys of which one has to stand in the same mapping, and none does."""
    found = (d.data.get("one_of") for d in site.context.diagnostics if d.path == site.path[:-1])
    return {str(name) for names in found if isinstance(names, list | tuple) for name in names}


def _words_around(template: Template, site: Site) -> str:
    """What a person may have left out of a name: the resource type and the property it stands in."""
    schema = resource_schema(template, site.path)
    above = next((step for step in reversed(site.path[:-1]) if isinstance(step, str)), "")
    return f"{schema.name.split('::', 1)[-1] if schema is not None else ''} {above}".replace("::", " ")


def rename_for_missing(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A required key is missing, and a slip of it stands where any key may: it is the one that was meant."""
    site = Site(context, diagnostic)
    holder = site.node
    if not isinstance(holder, Mapping):
        return
    known = names_at(site.template, site.path)
    for name in site.facts("missing"):
        slips = [e for e in holder.entries if e.name not in known and certain(rank(e.name, (*known, name)))]
        meant = [e for e in slips if rank(e.name, (*known, name))[0].name == name]
        if len(meant) == 1 and name not in holder:
            edits = rename(site.document, meant[0], name)
            yield from site.fix(f"Write '{name}' for '{meant[0].name}'", edits, SAFE)


def rename_for_properties(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A resource has no properties, but all that is below a key it cannot have are: `Parameters:` for `Properties:`."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.path[:1] != ("Resources",) or len(site.path) != 3 or "Properties" in entry.parent:
        return
    known = properties_at(site.template, (*site.path[:2], "Properties"))
    below = entry.value.entries if isinstance(entry.value, Mapping) and not entry.value.tag else ()
    if below and all(e.name in known for e in below) and not rank(entry.name, ["Properties"]):
        edits = rename(site.document, entry, "Properties")
        yield from site.fix(f"Write 'Properties' for '{entry.name}'", edits, UNSAFE)


def rename_by_value(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A required key is missing, and the only key that is not known has one of its values: `DataType: String`."""
    site = Site(context, diagnostic)
    holder, missing = site.node, site.facts("missing")
    if not isinstance(holder, Mapping) or len(missing) != 1 or missing[0] in holder:
        return
    names = names_at(site.template, site.path)
    strange = [entry for entry in holder.entries if names and entry.name not in names]
    value = strange[0].value if len(strange) == 1 else None
    if isinstance(value, Scalar) and not value.tag and value.value in _values(site, missing[0]):
        edits = rename(site.document, strange[0], missing[0])
        yield from site.fix(f"Write '{missing[0]}' for '{strange[0].name}'", edits, UNSAFE)


def _values(site: Site, name: str) -> tuple[object, ...]:
    """The values that a key may have, where they are few."""
    if site.path[:1] == ("Parameters",):
        return ("String", "Number", "CommaDelimitedList", "List<Number>") if name == "Type" else ()
    known = properties_at(site.template, site.path).get(name)
    return known.enum if known is not None else ()


def rename_for_value(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A value that is wrong here is one of those of another property, the only one: `Type` for `Scheme`."""
    site = Site(context, diagnostic)
    entry = site.entry
    value = entry.value if entry is not None else None
    if entry is None or site.validator != "enum" or not isinstance(value, Scalar) or value.tag:
        return
    if len(value.value) < _TELLING or rank(value.value, site.facts("allowed")):
        return
    known = properties_at(site.template, site.path[:-1])
    if known.get(entry.name) is None or known[entry.name].required:
        return
    for name in _only([p.name for p in known.values() if value.value in p.enum and p.name not in entry.parent]):
        edits = rename(site.document, entry, name)
        yield from site.fix(f"Write '{name}' for '{entry.name}', since that may be '{value.value}'", edits, UNSAFE)


def rename_for_kind(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A list stands at the name of one, or one at the name of a list: `Transition` for `Transitions`."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.validator != "type" or _fits(site, entry, entry.name):
        return
    known = names_at(site.template, site.path[:-1])
    free = [name for name in known if name not in entry.parent and distance(entry.name, name) == PLURAL]
    for name in [name for name in free if _fits(site, entry, name)][:1]:
        yield from site.fix(f"Write '{name}' for '{entry.name}'", rename(site.document, entry, name), UNSAFE)


def rename_label(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A label of the console's form stands at the name of a parameter."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.path[1:-1] != ("AWS::CloudFormation::Interface", "ParameterLabels"):
        return
    matches = rank(entry.name, [name for name in site.template.parameters if name not in entry.parent])
    for match in matches[:2]:
        trust = SAFE if match is matches[0] and certain(matches) else UNSAFE
        edits = rename(site.document, entry, match.name)
        yield from site.fix(f"Name the parameter '{match.name}' for '{entry.name}'", edits, trust)


FIXERS = (
    RuleFixer("cfn-lint", UNKNOWN_KEY, rename_key),
    RuleFixer("cfn-lint", UNKNOWN_KEY, rename_for_missing),
    RuleFixer("cfn-lint", UNKNOWN_KEY, rename_for_properties),
    RuleFixer("cfn-lint", UNKNOWN_KEY, rename_by_value),
    RuleFixer("cfn-lint", SCHEMA, rename_for_value),
    RuleFixer("cfn-lint", SCHEMA, rename_for_kind),
    RuleFixer("cfn-lint", codes("W4001"), rename_label),
)
