"""A required property that is not there: a reference that fits, a value that is certain, or a new Parameter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic, Path
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.schema import Property, matches
from lsp_server.dialects.cloudformation.tree import Entry, Mapping
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import list_parameter
from lsp_server.fixers.cloudformation.edits import Edits, add_section, insert, insert_below
from lsp_server.fixers.cloudformation.empty_values import empty
from lsp_server.fixers.cloudformation.fitting import candidates, fresh_name, parameter, secret
from lsp_server.fixers.cloudformation.lifting import fill
from lsp_server.fixers.cloudformation.names import rank, same_words, words_of
from lsp_server.fixers.cloudformation.rules import SCHEMA, codes
from lsp_server.fixers.cloudformation.secrets import RESOLVED, naming_secret
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import Call, ref, sub
from lsp_server.fixers.cloudformation.vocabulary import depth_of_properties, names_at, properties_at, resource_schema

_IMPLIED: dict[tuple[str, str], object] = {  # what goes without saying where another property asks for it
    ("E3048", "NetworkMode"): "awsvpc",
    ("E3720", "StorageEncrypted"): True,
    ("E3704", "TransitEncryptionEnabled"): True,
    ("E3021", "SslSupportMethod"): "sni-only",
}
_OF_DOMAINS = ("AWS::Route53", "AWS::ServiceDiscovery", "AWS::SES")  # whose names are of the internet


def add_missing(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Add the property, with what fits best first."""
    site = Site(context, diagnostic)
    missing = site.facts("missing")
    if not missing or not site.path or site.path[0] != "Resources":
        return
    path, holder = site.path, site.node
    if holder is None and site.template.node(path) is not None:
        return  # an alias brings it: what it stands for has a finding of its own
    known = properties_at(site.template, path)
    present = [e.name for e in holder.entries] if isinstance(holder, Mapping) else []
    unknown = [name for name in present if name not in names_at(site.template, path)]
    for name in missing:
        if name in known and not any(match.slip for match in rank(name, unknown)) and not _meant(site, path):
            yield from _additions(site, path, known[name])


def _meant(site: Site, path: Path) -> bool:
    """Whether the mapping is missing because its own key is misspelled next to it."""
    if site.template.node(path) is not None:
        return False
    owner = site.template.node(path[:-1])
    keys = [e.name for e in owner.entries] if isinstance(owner, Mapping) else []
    return bool(rank(str(path[-1]), keys))


def _additions(site: Site, path: Path, known: Property) -> Iterator[Fix]:
    name = known.name
    if len(known.enum) == 1:  # a schema's default is no such value: it may turn off what was to be turned on
        value = known.enum[0]
        yield from site.fix(f"Add '{name}' with its only value {value!r}", _insert(site, path, name, value), UNSAFE)
    if (implied := _IMPLIED.get((site.diagnostic.code, name))) is not None:
        shown = site.writer.scalar(implied)
        yield from site.fix(f"Add '{name}: {shown}'", _insert(site, path, name, implied), UNSAFE)
        return
    if (own := _own_name(site, path, known)) is not None:
        yield from site.fix(f"Add '{name}' with a name of its own", _insert(site, path, name, own), UNSAFE)
        return
    found = candidates(site.template, (*path, name), known)
    for call in found[:3]:
        value = _wrapped(call, known, site)
        title = f"Add '{name}' with {_shown(call)}" + ("" if len(found) == 1 else f" (one of {len(found)} that fit)")
        yield from site.fix(title, _insert(site, path, name, value), UNSAFE if len(found) == 1 else DISPLAY_ONLY)
    if _object(known) and not _text_as_well(site, path, known):
        return
    owner = str(path[1])
    fresh = fresh_name(site.template, owner + name)
    if secret(known):
        body, value = naming_secret(f"{name} of {owner}"), sub(RESOLVED.format(fresh))
    else:
        body, value = parameter(known, name, f"{name} of {owner}"), ref(fresh)
    added = add_section(site.document, site.writer, site.template, "Parameters", {fresh: body})
    inserted = _insert(site, path, name, value)
    if added and inserted:
        yield from site.fix(f"Add '{name}' and a parameter '{fresh}' for it", (*inserted, *added), UNSAFE)


def _own_name(site: Site, path: Path, known: Property) -> object | None:
    """A name for what the property names, the resource itself or a policy in it, or a description; None for others."""
    owner = str(path[1])
    if known.name.endswith("Description") and known.types == ("string",) and len(path) == depth_of_properties(path) + 1:
        return f"{' '.join(words_of(known.name.removesuffix('Description'))) or 'Made for'} {owner}".strip()
    if known.name == "PolicyName" and known.types == ("string",):
        return owner if len(path) == depth_of_properties(path) + 1 else f"{owner}Policy{path[-1]}"
    schema = resource_schema(site.template, path)
    if schema is None or len(path) != depth_of_properties(path) + 1 or schema.name.startswith(_OF_DOMAINS):
        return None
    last = schema.name.rsplit("::", 1)[-1]
    named = known.name == "Name" or (same_words(known.name, f"{last}Name") and last != "Stage")
    plain = known.types == ("string",) and not known.enum and not known.format
    if not named or not plain or (known.pattern and not matches(known.pattern, f"my-stack-{owner}")):
        return None
    return sub(f"${{AWS::StackName}}-{owner}")


def _object(known: Property) -> bool:
    """Whether the value has parts of its own, which no Parameter can bring."""
    simple = {"string", "integer", "number", "boolean"}
    if "array" in known.types:
        return known.item_has_properties or not set(known.item_types) & simple
    return known.has_properties or "object" in known.types or not (set(known.types) & simple or not known.types)


def _text_as_well(site: Site, path: Path, known: Property) -> bool:
    """Whether the serverless macro takes a text (a URI, a name) where it also takes an object or a function."""
    schema = resource_schema(site.template, path)
    return schema is not None and schema.name.startswith("AWS::Serverless::") and "string" in known.types


def _wrapped(call: Call, known: Property, site: Site) -> object:
    """A single reference where a list is asked for is a list of one."""
    if "array" not in known.types or "string" in known.types:
        return call
    return call if call.name == "Ref" and list_parameter(site.template, call.named) else [call]


def _shown(call: Call) -> str:
    return f"{call.name.removeprefix('Fn::')} '{call.named}'"


def _insert(site: Site, path: Path, name: str, value: object) -> Edits | None:
    holder = site.template.node(path)
    if isinstance(holder, Mapping):
        entry = holder.entry(name)
        if entry is not None and entry.parent is holder and empty(entry):
            return fill(site, entry, site.writer.flow(value))
        return insert(site.document, site.writer, holder, {name: value})
    depth = depth_of_properties(path)
    if len(path) != depth + 1:
        return None
    body = site.template.node(path[:-1])
    if not isinstance(body, Mapping):
        return None
    properties: Entry | None = body.entry("Properties")
    if properties is not None:
        return insert_below(site.document, site.writer, properties, {name: value})
    return insert(site.document, site.writer, body, {"Properties": {name: value}})


FIXERS = (RuleFixer("cfn-lint", SCHEMA - codes("E3687"), add_missing),)  # ports come in pairs
