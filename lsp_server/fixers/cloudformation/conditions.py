"""Conditions written where the name of one is due, and names where a condition is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import called, list_parameter, meaning, referred
from lsp_server.fixers.cloudformation.copying import copied
from lsp_server.fixers.cloudformation.edits import add_section, replace
from lsp_server.fixers.cloudformation.items import append_item
from lsp_server.fixers.cloudformation.lifting import instead
from lsp_server.fixers.cloudformation.reading import NotPlainError
from lsp_server.fixers.cloudformation.rules import FUNCTIONS, codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import Call, ref

_LOGIC = ("Fn::And", "Fn::Or", "Fn::Not")
_DECIDES = (*_LOGIC, "Fn::Equals")


def call_condition(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The name of a condition among those that And, Or and Not put together is a call of it."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.value not in site.template.conditions:
        return
    title = f"Use the condition '{node.value}'"
    if node.intrinsic in _LOGIC or (site.path and site.path[-1]) in _LOGIC:  # `!Not IsProd`
        written = site.writer.flow([Call("Condition", node.value)])
        yield from site.fix(title, replace(site.document, node.span, written), SAFE)
    elif not node.tag and _function(site) in _LOGIC:
        edits = replace(site.document, node.span, site.writer.flow(Call("Condition", node.value)))
        yield from site.fix(title, edits, SAFE)


def _function(site: Site) -> str:
    return next((str(step) for step in reversed(site.path) if str(step).startswith("Fn::")), "")


def list_of_conditions(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Not takes a list of one condition."""
    site = Site(context, diagnostic)
    node = site.node
    if site.path[-1:] != ("Fn::Not",) or not isinstance(node, Mapping) or site.facts("types") != ["array"]:
        return
    if node.flow or site.writer.json:
        edits = (Edit(site.document.uri, Span(at, at), mark) for at, mark in zip(node.span, "[]", strict=True))
        yield from site.fix("Make it a list of one", edits, SAFE)


def name_condition(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Where the name of a condition is due: the name that a call holds, that of an equal one, or that of a new one."""
    site = Site(context, diagnostic)
    node = site.node
    if node is None or not _name_due(site):
        return
    if (called(node)[0] or _only_key(node)) == "Condition":
        name = node if isinstance(node, Scalar) else node.entries[0].value if isinstance(node, Mapping) else None
        if isinstance(name, Scalar) and name.value in site.template.conditions:
            edits = replace(site.document, node.full_span, name.value)
            yield from site.fix(f"Name the condition '{name.value}'", edits, SAFE)
        return
    if (decision := _decision(site, node)) is not None:
        yield from _named(site, node, *decision)


def _name_due(site: Site) -> bool:
    in_function = site.path[-2:] == ("Fn::If", 0)
    return in_function or (
        len(site.path) == 3 and site.path[0] in ("Resources", "Outputs") and site.path[2] == "Condition"
    )


def _only_key(node: Node) -> str:
    return node.entries[0].name if isinstance(node, Mapping) and len(node.entries) == 1 else ""


def _decision(site: Site, node: Node) -> tuple[object, object, str] | None:
    """What is to be decided (as it is written, and what it means), and a name for it; None where nothing plainly is."""
    name = referred(node) or (node.value if isinstance(node, Scalar) and not node.tag else "")
    if name and name not in site.template.conditions and (words := _switch(site.template, name)):
        value = Call("Fn::Equals", [ref(name), words[0]])
        return value, ("Fn::Equals", (("Ref", name), words[0])), f"{name}Is{_capital(words[0])}"
    if called(node)[0] not in _DECIDES:
        return None
    try:
        written = copied(site.document, node)
    except NotPlainError:
        return None
    inner = next((str(step) for step in reversed(site.path[2:-1]) if not str(step).startswith("Fn::")), "")
    return written, meaning(node), _name(node) or f"{site.owner}{_capital(inner)}"


def _switch(template: Template, parameter: str) -> list[str]:
    """The words of a parameter that is on or off, the one for on first; empty for any other parameter."""
    allowed = template.node(("Parameters", parameter, "AllowedValues"))
    words = [item.value for item in allowed.items if isinstance(item, Scalar)] if isinstance(allowed, Sequence) else []
    for on, off in (("true", "false"), ("yes", "no"), ("enabled", "disabled"), ("on", "off"), ("1", "0")):
        if sorted(word.lower() for word in words) == sorted((on, off)):
            return sorted(words, key=lambda word: word.lower() != on)
    return []


def _capital(word: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]", "", word)
    return plain[:1].upper() + plain[1:]


def _name(node: Node) -> str:
    """`EnvIsProd` for a condition that compares a parameter with a word; empty for others."""
    function, argument = called(node)
    if function == "Fn::Not" and isinstance(argument, Sequence) and len(argument.items) == 1:
        inner = _name(argument.items[0])
        return inner.replace("Is", "IsNot", 1) if inner else ""
    if function != "Fn::Equals" or not isinstance(argument, Sequence) or len(argument.items) != 2:
        return ""
    first, second = argument.items
    if not referred(first):
        first, second = second, first
    word = second.value if isinstance(second, Scalar) and not second.tag else ""
    return f"{_capital(referred(first))}Is{_capital(word) or 'Empty'}" if referred(first).isalnum() else ""


def _named(site: Site, node: Node, value: object, meant: object, wanted: str) -> Iterator[Fix]:
    same = [name for name, entry in site.template.conditions.items() if meaning(entry.value) == meant]
    name = same[0] if same else _free(site.template, _capital(wanted))
    edits = instead(site, node, site.writer.scalar(name))
    if same or edits is None:
        yield from site.fix(f"Use the condition '{name}', which decides the same", edits, UNSAFE)
        return
    added = add_section(site.document, site.writer, site.template, "Conditions", {name: value})
    if added:
        yield from site.fix(f"Add a condition '{name}' and use it", (*edits, *added), UNSAFE)


def _free(template: Template, wanted: str) -> str:
    return next(name for name in (wanted, *(f"{wanted}{n}" for n in range(2, 999))) if name not in template.conditions)


def list_in_equals(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Equals compares strings: the items of a list parameter are joined first."""
    site = Site(context, diagnostic)
    steps = [i for i, step in enumerate(site.path) if step == "Fn::Equals"]
    arguments = site.template.node(site.path[: steps[-1] + 1]) if steps else None
    if not isinstance(arguments, Sequence) or site.facts("types") != ["string"]:
        return
    for item in arguments.items:
        name = referred(item)
        if list_parameter(site.template, name) and f"'{name}'" in diagnostic.message:
            glue = "" if _empty(arguments) else ","
            value = Call("Fn::Join", [glue, ref(name)])
            edits = replace(site.document, item.full_span, site.writer.flow(value))
            yield from site.fix(f"Join the items of '{name}'", edits, UNSAFE)


def _empty(arguments: Sequence) -> bool:
    return any(isinstance(item, Scalar) and not item.value for item in arguments.items)


def compared_with_true(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Equals of nothing but a parameter that is on or off asks whether it is on."""
    site = Site(context, diagnostic)
    node = site.node
    if site.path[-1:] == ("Fn::Equals",) and isinstance(node, Sequence) and len(node.items) == 1:
        words = _switch(site.template, referred(node.items[0]))
        if words:
            edits = append_item(site, node, words[0])
            yield from site.fix(f"Compare it with '{words[0]}'", edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", FUNCTIONS, call_condition),
    RuleFixer("cfn-lint", FUNCTIONS, list_of_conditions),
    RuleFixer("cfn-lint", codes("E1028 E3001 E3015 E6001 E6005"), name_condition),
    RuleFixer("cfn-lint", FUNCTIONS, list_in_equals),
    RuleFixer("cfn-lint", FUNCTIONS, compared_with_true),
)
