"""What the schema and the template say about the place of a finding: what may stand there, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lsp_server.core.diagnostic import Diagnostic, Path, Severity
from lsp_server.dialects.cloudformation.documentation import limits, of_property
from lsp_server.dialects.cloudformation.pages import type_page
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.vocabulary import PSEUDO_PARAMETERS
from lsp_server.fixers.base import FixContext, code, first_told, quoted
from lsp_server.fixers.cloudformation.advice import is_about, takes
from lsp_server.fixers.cloudformation.names import rank
from lsp_server.fixers.cloudformation.references import CODES, declared, references_at, unresolved
from lsp_server.fixers.cloudformation.site import Site
from lsp_server.fixers.cloudformation.vocabulary import (
    names_at,
    properties_at,
    property_of,
    property_path,
    resource_schema,
)


def grounds(context: FixContext, diagnostic: Diagnostic) -> tuple[str, ...]:
    """Paragraphs on a finding's place, the shortest and most telling first. See Grounder."""
    site = Site(context, diagnostic)
    return first_told((part(site) for part in _PARTS), diagnostic)


def _missing(site: Site) -> Iterator[str]:
    """What is required here, and what the missing one of it takes."""
    missing = site.facts("missing")
    known = properties_at(site.template, site.path)
    if not any(name in known for name in missing):
        return
    yield f"Required here: {quoted(name for name, one in known.items() if one.required or name in missing)}."
    for name in missing:
        yield _documented(site, (*site.path, name))


def _unknown_key(site: Site) -> Iterator[str]:
    """What may stand where a key may not, and what the nearest of it is."""
    entry = site.entry
    if entry is None or site.validator != "additionalProperties":
        return
    path = site.path[:-1]
    names = names_at(site.template, path)
    free = [name for name in names if name not in entry.parent]
    if entry.name in names or not free:
        return
    known = properties_at(site.template, path)
    required = {name for name, one in known.items() if one.required}
    ordered = sorted(free, key=lambda name: name not in required)
    yield f"Allowed here: {quoted(ordered, marked=required)}."
    for match in rank(entry.name, free)[:1]:
        yield _documented(site, (*path, match.name))
    schema = resource_schema(site.template, path)
    if schema is not None and (page := type_page(schema.name)):
        yield f"[Documentation of {schema.name}]({page})"


def _reference(site: Site) -> Iterator[str]:
    """What is declared, for a reference to nothing; what a resource gives, for an attribute that it has not."""
    if site.diagnostic.code not in CODES:
        return
    for reference in unresolved(site):
        if is_about(site, reference):
            names = declared(site.template, reference.kind, attribute=bool(reference.attribute))
            own = [name for name in names if name not in PSEUDO_PARAMETERS]
            yield f"Declared in this template: {quoted(own)}." if own else "Nothing of that kind is declared here."
            return
    for reference in references_at(site):
        resource = site.template.resources.get(reference.target)
        schema = schemas().get(resource.type) if resource is not None and reference.attribute else None
        if schema is not None and schema.attribute(reference.attribute) is None and is_about(site, reference):
            yield f"{code(reference.target)} is of type {schema.name}, which gives {quoted(schema.attributes)}."
            return


def _value(site: Site) -> Iterator[str]:
    """What the property takes in whose value the fault lies."""
    known = property_of(site.template, site.path)
    if known is None or not known.name or site.diagnostic.severity is not Severity.ERROR:
        return
    if known.read_only:
        yield f"{code(known.name)} is read-only: the service sets it, and a template can only read it."
        return
    bounds = ". ".join(limits(known))
    said = "" if known.enum or known.item_enum else takes(site, site.path, known)
    told = "" if said in site.diagnostic.help else said
    yield " ".join(part for part in (told, f"{bounds}." if bounds else "") if part)


_PARTS: tuple[Callable[[Site], Iterator[str]], ...] = (_missing, _unknown_key, _reference, _value)


def _documented(site: Site, path: Path) -> str:
    schema, below = resource_schema(site.template, path), property_path(path)
    return of_property(schema, below) if schema is not None and below else ""
