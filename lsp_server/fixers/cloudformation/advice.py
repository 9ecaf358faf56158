"""What the linter's own words leave out and a person or a model needs: taken from schema and template, one sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from lsp_server.core.diagnostic import Diagnostic, Path, Severity
from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.references import Reference
from lsp_server.dialects.cloudformation.schema import Property, schemas
from lsp_server.dialects.cloudformation.tree import Mapping
from lsp_server.dialects.cloudformation.unread import unread_blocks
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.cloudformation.fitting import candidates, parameter_type
from lsp_server.fixers.cloudformation.names import rank
from lsp_server.fixers.cloudformation.references import CODES, declared, references_at, unresolved
from lsp_server.fixers.cloudformation.resource_type import near_types
from lsp_server.fixers.cloudformation.site import Site
from lsp_server.fixers.cloudformation.values import Call
from lsp_server.fixers.cloudformation.vocabulary import (
    RESOURCE_ATTRIBUTES,
    depth_of_properties,
    names_at,
    paths_of,
    properties_at,
    property_of,
    property_path,
    resource_schema,
)

log = logging.getLogger(__name__)

_SHOWN = 12  # names in one sentence
_NEAR = 5
_ALIKE = 80  # of 100: names that share most of their letters in order
_EITHER = "dependentExcluded"
_OF_VALUES = ("enum", "enumCaseInsensitive", "const", "cfnLint", "")


def advise(context: FixContext, diagnostic: Diagnostic) -> str:
    """One sentence that goes with a finding: near names, where a key belongs, values allowed, what fits; or empty.

    What the message says already is not said again.
    """
    site = Site(context, diagnostic)
    for part in _PARTS:
        try:
            said = next(iter(part(site)), "")
        except Exception:
            log.exception("no advice on %s", diagnostic.code)
            continue
        if said:
            return said
    return ""


def _unread(site: Site) -> Iterator[str]:
    """The blocks that cannot be read: a reader of the whole tells its first mistake only, at times far behind it."""
    spans = unread_blocks(site.document) if site.diagnostic.syntax else ()
    if len(spans) > 1 or (spans and not spans[0].touches(site.diagnostic.span.start)):
        yield f"Cannot be read by {'themselves' if spans[1:] else 'itself'}: {_listed(_titles(site.document, spans))}."


def _titles(document: Document, spans: Iterable[Span]) -> Iterator[str]:
    for span in spans:
        text = document.slice(span)
        name = text.strip().splitlines()[0].partition(":")[0].strip("'\" ")
        yield f"{name} (line {document.position(span.start + len(text) - len(text.lstrip())).line + 1})"


def _unknown_key(site: Site) -> Iterator[str]:
    """A key that may not stand there: what was meant, where it belongs, or what may stand there instead."""
    entry = site.entry
    if entry is None or site.validator != "additionalProperties":
        return
    names = names_at(site.template, site.path[:-1])
    if entry.name in names:
        return
    free = [name for name in names if name not in entry.parent]
    near = [match.name for match in rank(entry.name, free)[:_NEAR]]
    if near and not any(f"'{name}'" in site.diagnostic.message for name in near):
        yield f"Did you mean {_either(near)}?"
    if not near and (place := _place(site, entry.name)):
        yield place
    if not near and free:
        known = properties_at(site.template, site.path[:-1])
        yield f"Allowed here: {_listed(_required_first(free, known))}."


def _place(site: Site, name: str) -> str:
    """Where in the resource a key belongs."""
    depth, path = depth_of_properties(site.path), site.path
    if depth and name in RESOURCE_ATTRIBUTES and path[depth : depth + 1] == ("Properties",):
        return f"'{name}' stands beside 'Properties', not in it."
    if len(path) == depth + 1 and name in properties_at(site.template, (*path[:depth], "Properties")):
        return f"'{name}' belongs in 'Properties'."
    schema = resource_schema(site.template, path)
    own = property_path((*path[:-1], "-"))[:-1]
    found = [p for p in paths_of(schema, name) if p != own] if schema is not None else []
    places = [".".join(map(str, p)) or "Properties" for p in found]
    return f"'{name}' belongs in {_either(places)}." if 0 < len(places) <= _NEAR else ""


def _allowed(site: Site) -> Iterator[str]:
    """The nearest of many allowed values, where the message buries them or leaves them out."""
    values = site.facts("allowed")
    written = str(site.diagnostic.data.get("instance") or "")
    if site.validator in _OF_VALUES and values and written:
        said = all(f"'{value}'" in site.diagnostic.message for value in values)
        if len(values) > _SHOWN or not said:
            near = _near(written, values)
            yield f"The nearest allowed: {_listed(near)}." if near else f"Allowed: {_listed(values)}."


def _near(written: str, values: list[str]) -> list[str]:
    slips = [match.name for match in rank(written, values)]
    alike = process.extract(
        written, values, scorer=JaroWinkler.normalized_similarity, limit=_NEAR, score_cutoff=_ALIKE / 100
    )
    return list(dict.fromkeys([*slips, *(value for value, _, _ in alike)]))[:_NEAR]


def _unknown_name(site: Site) -> Iterator[str]:
    """A reference to what is not declared: near names, else what the property takes."""
    for reference in unresolved(site) if _names_something(site) else ():
        if not is_about(site, reference):
            continue
        names = declared(site.template, reference.kind, attribute=bool(reference.attribute))
        near = [match.name for match in rank(reference.target, names)[:_NEAR]]
        known = property_of(site.template, reference.path)
        if near:
            yield f"Did you mean {_either(near)}?"
        elif known is not None and (fits := _fits(site, reference.path, known)):
            yield fits
        elif names and not all(f"'{name}'" in site.diagnostic.message for name in names):
            yield f"Declared: {_listed(names)}."


def _names_something(site: Site) -> bool:
    """Whether the finding can be about a reference: to look for it costs a walk over all of the template."""
    return site.diagnostic.code in CODES and bool(site.diagnostic.data.get("instance"))


def is_about(site: Site, reference: Reference) -> bool:
    """Whether the finding is about that reference, and not about something around it."""
    told = site.diagnostic.data.get("instance")
    whole = f"{reference.target}.{reference.attribute}"
    return bool(told) and told in (reference.target, reference.attribute, whole, whole.split(".", 1))


def _unknown_attribute(site: Site) -> Iterator[str]:
    """GetAtt of what a resource does not give: what it gives."""
    for reference in references_at(site) if _names_something(site) else ():
        resource = site.template.resources.get(reference.target)
        schema = schemas().get(resource.type) if resource is not None and reference.attribute else None
        if schema is None or resource is None or schema.attribute(reference.attribute) is not None:
            continue
        if not is_about(site, reference):
            continue
        names = [name for name in schema.attributes if "*" not in name]
        near = [match.name for match in rank(reference.attribute, names)]
        given = {name for name, known in schema.attributes.items() if known.read_only}
        others = sorted(names, key=lambda name: (name not in given, name.count("."), name))
        ordered = list(dict.fromkeys([*near, *others]))
        yield f"{resource.type} gives {_listed(ordered)}." if names else f"{resource.type} has no attributes to get."


def _missing(site: Site) -> Iterator[str]:
    """A required property that is not there: what it takes, and what of the template fits."""
    known = properties_at(site.template, site.path)
    for name in site.facts("missing"):
        one = known.get(name)
        if one is None:
            continue
        kind = takes(site, (*site.path, name), one)
        yield " ".join(part for part in (kind, _fits(site, (*site.path, name), one)) if part)


def _wrong_type(site: Site) -> Iterator[str]:
    """A value of another kind: what is due, and what of the template fits."""
    known = property_of(site.template, site.path)
    if known is None or site.diagnostic.severity is not Severity.ERROR:
        return
    if site.validator == "type":
        yield takes(site, site.path, known)
    elif site.validator == "format" and (fits := _fits(site, site.path, known)):
        yield fits


def _fits(site: Site, path: Path, known: Property) -> str:
    """The references of the template that fit a property, else the parameter that would bring its value."""
    shown = [_call(call) for call in candidates(site.template, path, known)]
    if shown:
        return f"What fits: {_listed(shown)}."
    kind = parameter_type(known, known.name)
    return f"A parameter of type {kind} would fit." if "AWS::" in kind else ""


def _unknown_type(site: Site) -> Iterator[str]:
    """A resource type that does not exist: those that are near."""
    name = str(site.diagnostic.data.get("name") or "")
    if site.diagnostic.code == "E3006" and name and name not in schemas():
        near = [match.name for match in near_types(name)[:_NEAR]]
        if near:
            yield f"Did you mean {_either(near)}?"


def _excluded(site: Site) -> Iterator[str]:
    """One of two that exclude each other: which they are, since one of them has to go."""
    other = site.diagnostic.data.get("other")
    if site.validator == _EITHER and isinstance(site.node, Mapping) and other:
        yield f"Keep '{site.diagnostic.data.get('property')}' or '{other}', not both."


_PARTS: tuple[Callable[[Site], Iterable[str]], ...] = (
    _unread,
    _unknown_type,
    _unknown_attribute,
    _unknown_name,
    _unknown_key,
    _missing,
    _allowed,
    _wrong_type,
    _excluded,
)


def takes(site: Site, path: Path, known: Property) -> str:
    """What a property takes: its kind, with the values allowed or the parts required; empty for any text."""
    words = {"object": "an object", "array": "a list", "integer": "an integer"}
    kind = " or ".join(words.get(name, f"a {name}") for name in known.types) or "any value"
    if "array" in known.types and known.item_types:
        kind = kind.replace("a list", f"a list of {' or '.join(f'{name}s' for name in known.item_types)}")
    if values := known.enum or known.item_enum:
        return f"'{known.name}' takes {kind}: {_listed(map(str, values))}."
    parts = properties_at(site.template, (*path, 0) if known.item_has_properties else path)
    required = [f"'{name}'" for name, one in parts.items() if one.required]
    if required:
        return f"'{known.name}' takes {kind} with {', '.join(required)}."
    return "" if known.types == ("string",) else f"'{known.name}' takes {kind}."


def _call(call: Call) -> str:
    return f"!{call.name.removeprefix('Fn::')} {call.named}"


def _required_first(names: Iterable[str], known: object) -> list[str]:
    required = {name for name, one in known.items() if one.required} if isinstance(known, dict) else set()
    ordered = sorted(names, key=lambda name: name not in required)
    return [f"{name} (required)" if name in required else name for name in ordered]


def _listed(names: Iterable[str]) -> str:
    shown = list(islice(iter(names), _SHOWN + 1))
    return ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")


def _either(names: list[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
