"""A parameter that nothing uses, while a literal stands where its value belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar, Style
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import replace
from lsp_server.fixers.cloudformation.fitting import BY_FORMAT, candidates, parameter_kind
from lsp_server.fixers.cloudformation.names import same_words
from lsp_server.fixers.cloudformation.readable import Search
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref
from lsp_server.fixers.cloudformation.vocabulary import property_of

_TELLING = 5  # letters of a property's name that tell what a longer name of a parameter is about
_AT_A_TIME = 100  # properties that are looked up: a few milliseconds
_BLOCKS = (Style.LITERAL, Style.FOLDED)


def use_parameter(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix | None]:
    """Refer to the parameter where its default stands as a literal; a literal of another value is a person's choice."""
    site = Site(context, diagnostic)
    name, body = site.owner, site.template.node(("Parameters", site.owner))
    if site.path[:1] != ("Parameters",) or not isinstance(body, Mapping):
        return
    default = body.get("Default")
    places = [entry for entry in _literals(site.template) if _is_meant(name, entry, site.template)]
    places = places or (yield from _of_its_kind(site, name, body))
    equal = [e for e in places if isinstance(default, Scalar) and _literal(e).value == default.value]
    chosen = equal or (places if len(places) == 1 else [])
    if not chosen:
        return
    where = f"for '{chosen[0].name}'" if len(chosen) == 1 else f"in {len(chosen)} places"
    told = f"Use the parameter '{name}' {where}" + (", where its default stands" if equal else "")
    written = site.writer.flow(ref(name))
    spans = dict.fromkeys(_literal(entry).span for entry in chosen)  # an alias leads to the same more than once
    edits = [edit for span in spans for edit in replace(site.document, span, written)]
    yield from site.fix(told, edits, UNSAFE if equal else DISPLAY_ONLY, same=bool(equal))


def _literals(template: Template) -> Iterator[Entry]:
    """The properties of resources, at any depth, that have a literal on one line as their value."""
    for resource in template.resources.values():
        for node in resource.properties.walk() if resource.properties is not None else ():
            for entry in node.entries if isinstance(node, Mapping) else ():
                value = entry.value
                plain = isinstance(value, Scalar) and not value.tag and not value.anchor and value.style not in _BLOCKS
                if plain and entry.name != "Ref" and not entry.name.startswith("Fn::"):
                    yield entry


def _of_its_kind(site: Site, parameter: str, body: Mapping) -> Search[list[Entry]]:
    """The properties that take an id of the kind that the parameter has."""
    found: list[Entry] = []
    literals = _literals(site.template) if parameter_kind(body) in BY_FORMAT.values() else ()
    for number, entry in enumerate(literals):
        if number % _AT_A_TIME == _AT_A_TIME - 1:
            yield
        path = site.template.path_of(entry)
        known = property_of(site.template, path)
        if known is not None and known.format in BY_FORMAT and ref(parameter) in candidates(site.template, path, known):
            found.append(entry)
    return found


def _literal(entry: Entry) -> Scalar:
    assert isinstance(entry.value, Scalar)
    return entry.value


def _is_meant(parameter: str, entry: Entry, template: Template) -> bool:
    """Whether this parameter, and no other, is called after a property."""
    others = (name for name in template.parameters if name != parameter)
    return _is_about(parameter, entry) and not any(_is_about(name, entry) for name in others)


def _is_about(parameter: str, entry: Entry) -> bool:
    """Whether a parameter is called after a property, or after the tag or the setting whose value that is."""
    beside = entry.parent.get("Key") or entry.parent.get("Name")
    name = beside.value if entry.name == "Value" and isinstance(beside, Scalar) else entry.name
    return same_words(parameter, name) or (len(name) >= _TELLING and parameter.endswith(name))


FIXERS = (RuleFixer("cfn-lint", codes("W2001"), use_parameter),)
