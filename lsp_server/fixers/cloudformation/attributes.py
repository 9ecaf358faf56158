"""A GetAtt, or a Sub with a dot, that asks a resource for what it does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.references import Reference, ReferenceKind
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, schemas
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, replace
from lsp_server.fixers.cloudformation.names import certain, rank, relatives, same_words
from lsp_server.fixers.cloudformation.references import CODES, call_instead, references_at
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref
from lsp_server.fixers.cloudformation.vocabulary import property_of


def rename_attribute(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the attribute that was meant, or Ref where that gives what was asked for."""
    site = Site(context, diagnostic)
    for reference, schema in _wrong(site):
        asked = property_of(site.template, reference.path)
        slips = list(_renames(site, reference, schema))
        if not slips and asked is not None and schema.ref is not None and same_words(asked.name, schema.ref.name):
            yield from _use_ref(site, reference, schema.ref)  # `DBSubnetGroupName: !GetAtt Group.Arn`
        yield from slips
        yield from _as_ref(site, reference, schema)
        if not slips:
            yield from _relatives(site, reference, schema)


def _wrong(site: Site) -> Iterator[tuple[Reference, ResourceSchema]]:
    for reference in references_at(site):
        resource = site.template.resources.get(reference.target)
        if (
            not reference.attribute
            or resource is None
            or reference.kind not in (ReferenceKind.GET_ATT, ReferenceKind.SUB)
        ):
            continue
        schema = schemas().get(resource.type)
        if schema is not None and schema.attribute(reference.attribute) is None:
            yield reference, schema


def _renames(site: Site, reference: Reference, schema: ResourceSchema) -> Iterator[Fix]:
    names = [name for name in schema.attributes if "*" not in name]
    matches = rank(reference.attribute, names)
    for match in matches[:2]:
        safe = match is matches[0] and certain(matches)
        edits = replace(site.document, reference.attribute_span, match.name)
        yield from site.fix(f"Ask for the attribute '{match.name}'", edits, SAFE if safe else UNSAFE)


def _relatives(site: Site, reference: Reference, schema: ResourceSchema) -> Iterator[Fix]:
    """Attributes whose name has a word more that goes without saying: `Endpoint.Address` for `Address`."""
    own = f"{schema.name.replace('::', ' ')} Endpoint Public Private Primary Name Id Address"
    for name in relatives(reference.attribute, [name for name in schema.attributes if "*" not in name], own)[:3]:
        edits = replace(site.document, reference.attribute_span, name)
        yield from site.fix(f"Ask for the attribute '{name}'", edits, UNSAFE)


def _as_ref(site: Site, reference: Reference, schema: ResourceSchema) -> Iterator[Fix]:
    """Ref gives the primary identifier: `Bucket.BucketName`, `Bucket.Name` and `Bucket.Id` are Ref."""
    identifier = schema.ref
    if identifier is None:
        return
    short = reference.attribute.lower()
    last = schema.name.rsplit("::", 1)[-1].lower()
    identifies = identifier.name.lower()
    if short not in (identifies, "id", "name", "ref", f"{last}name", f"{last}id", f"{last}identifier"):
        return
    if short == "name" and not identifies.endswith("name"):
        return
    yield from _use_ref(site, reference, identifier)


def _use_ref(site: Site, reference: Reference, identifier: Property) -> Iterator[Fix]:
    yield from site.fix(f"Use Ref, which gives the {identifier.name}", _ref_edits(site, reference), UNSAFE)


def _ref_edits(site: Site, reference: Reference) -> Edits | None:
    if reference.kind is ReferenceKind.SUB:
        return (Edit(site.document.uri, reference.attribute_span._replace(start=reference.span.end), ""),)
    return call_instead(site, reference.node, ref(reference.target))


FIXERS = (RuleFixer("cfn-lint", CODES, rename_attribute),)
