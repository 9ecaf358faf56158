"""Which names a piece of a file mentions, and what each of them stands for. Worked out once for each piece."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import alias_of
from lsp_server.dialects.terraform.references import EARLY
from lsp_server.dialects.terraform.service.naming import How, Mention, Name, Space

Scope = Mapping[str, Name]
_NO_SCOPE: Scope = {}
_TYPED = {
    "resource": Space.RESOURCE,
    "data": Space.DATA,
    "ephemeral": Space.EPHEMERAL,
    "action": Space.ACTION,
}
_LABELLED = {"variable": Space.VARIABLE, "output": Space.OUTPUT, "module": Space.MODULE, "check": Space.CHECK}
_SINGLE = {"var": Space.VARIABLE, "local": Space.LOCAL}
_OF_TESTS = {"output": Space.OUTPUT, "check": Space.CHECK, "run": Space.RUN}
_EARLY_SPACES = frozenset({Space.VARIABLE, Space.LOCAL, Space.BOUND})
_NO_NAMES = frozenset({"each", "count", "self", "path", "terraform"})
MODULE_META = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})
"""The arguments of a module call that are no variables of the child."""
_ADDRESSES = {
    "moved": frozenset({"from", "to"}),
    "removed": frozenset({"from"}),
    "import": frozenset({"to"}),
    "override_resource": frozenset({"target"}),
    "override_data": frozenset({"target"}),
    "override_module": frozenset({"target"}),
}
_WITH_PROVIDER = frozenset({*_TYPED, "import"})
_DOTTED = re.compile(r"[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)+")
_CONFIGURATION = re.compile(r"[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)?")
_WORD = re.compile(r"[^\W\d][\w-]*")
_FUNCTION_OF = "provider::"


@with_argument
def of_configuration(piece: t.Piece) -> tuple[Mention, ...]:
    """The names that a piece of a configuration file mentions, in no particular order."""
    return tuple(_Reader().top(piece.body))


@with_argument
def of_variables(piece: t.Piece) -> tuple[Mention, ...]:
    """The names that a piece of a variables file mentions."""
    return tuple(_assigned(piece.body.attributes, ()))


@with_argument
def of_test(piece: t.Piece) -> tuple[Mention, ...]:
    """The names that a piece of a test file mentions."""
    return tuple(_Reader(in_test=True).top(piece.body))


def _assigned(attributes: Iterable[t.Attribute], of: tuple[str, ...]) -> Iterator[Mention]:
    for attribute in attributes:
        yield Mention(
            Name(Space.VARIABLE, (attribute.name,), of), attribute.name_span, How.ASSIGNED, attribute.name_span
        )


class _Reader:
    """Walks through a body. In a test file some more words begin a reference."""

    def __init__(self, *, in_test: bool = False) -> None:
        self._in_test = in_test

    def top(self, body: t.Body) -> Iterator[Mention]:
        """The mentions of top-level blocks."""
        for attribute in body.attributes:
            yield from self._expression(attribute.value, _NO_SCOPE)
        for block in body.blocks:
            yield from self._top_block(block)

    def _top_block(self, block: t.Block) -> Iterator[Mention]:
        kind, labels = block.type, block.labels
        if kind in _TYPED and len(labels) >= 2:
            yield _declaring(Name(_TYPED[kind], (labels[0].text, labels[1].text)), labels[1])
        elif kind in _LABELLED and labels:
            yield _declaring(Name(_LABELLED[kind], (labels[0].text,)), labels[0])
        elif kind in {"provider", "mock_provider"} and labels:
            yield from _provider_block(block)
        match kind:
            case "terraform":
                yield from self._terraform(block)
            case "locals":
                for attribute in block.body.attributes:
                    name = Name(Space.LOCAL, (attribute.name,))
                    yield Mention(name, attribute.name_span, How.DECLARED, attribute.name_span)
                yield from self._body(block.body, (block,), _NO_SCOPE)
            case "run" if self._in_test:
                yield from self._run(block)
            case "variables" if self._in_test:
                yield from _assigned(block.body.attributes, ())
                yield from self._body(block.body, (block,), _NO_SCOPE)
            case _:
                yield from self._body(block.body, (block,), _NO_SCOPE)

    def _run(self, run: t.Block) -> Iterator[Mention]:
        """A run of another module mentions nothing of this one but other runs."""
        if run.labels:
            yield _declaring(Name(Space.RUN, (run.labels[0].text,)), run.labels[0])
        elsewhere = bool(run.body.blocks_of("module"))
        for block in run.body.blocks_of("variables"):
            yield from () if elsewhere else _assigned(block.body.attributes, ())
        known = {Space.RUN, Space.BOUND, Space.PROVIDER}
        for mention in self._body(run.body, (run,), _NO_SCOPE):
            if not elsewhere or (mention.name.space in known and mention.how is not How.ASSIGNED):
                yield mention

    def _terraform(self, block: t.Block) -> Iterator[Mention]:
        for inner in block.body.blocks_of("required_providers"):
            for attribute in inner.body.attributes:
                local = Name(Space.PROVIDER, (attribute.name,))
                yield Mention(local, attribute.name_span, How.DECLARED, attribute.name_span)
                items = attribute.value.items if isinstance(attribute.value, t.ObjectExpression) else ()
                listed = next((item.value for item in items if item.name == "configuration_aliases"), None)
                for value in listed.items if isinstance(listed, t.TupleExpression) else ():
                    yield from _provider(value, (), How.DECLARED)
        for inner in (inner for inner in block.body.blocks if inner.type in EARLY):
            for mention in self._block(inner, (block, inner), _NO_SCOPE):
                if mention.name.space in _EARLY_SPACES:
                    yield mention

    def _body(self, body: t.Body, path: tuple[t.Block, ...], scope: Scope) -> Iterator[Mention]:
        for attribute in body.attributes:
            yield from self._attribute(attribute, path, scope)
        for block in body.blocks:
            yield from self._block(block, (*path, block), scope)

    def _attribute(self, attribute: t.Attribute, path: tuple[t.Block, ...], scope: Scope) -> Iterator[Mention]:
        top, name, value = path[0], attribute.name, attribute.value
        holder = path[1] if top.type == "check" and len(path) == 2 else top
        direct = path[-1] is holder
        if direct and name == "provider" and holder.type in _WITH_PROVIDER:
            yield from _provider(value, (), How.PROVIDER)
        elif direct and name == "providers" and top.type in {"module", "run"}:
            of = (top.labels[0].text,) if top.type == "module" and top.labels else ()
            yield from _providers(value, of)
        elif name in _ADDRESSES.get(path[-1].type, ()) and (len(path) == 1 or top.type == "run"):
            yield from self._address(value, scope)
        elif (direct and top.type == "variable" and name == "type") or (
            name == "ignore_changes" and path[-1].type == "lifecycle"
        ):
            return
        else:
            if direct and top.type == "module" and top.labels and name not in MODULE_META:
                yield from _assigned((attribute,), (top.labels[0].text,))
            if name in {"depends_on", "replace_triggered_by"}:
                yield from self._quoted(value)
            yield from self._expression(value, scope)

    def _block(self, block: t.Block, path: tuple[t.Block, ...], scope: Scope) -> Iterator[Mention]:
        if block.type == "data" and path[0].type == "check" and len(block.labels) == 2:
            yield _declaring(Name(Space.DATA, (block.labels[0].text, block.labels[1].text)), block.labels[1])
        if block.type != "dynamic" or not block.labels:
            yield from self._body(block.body, path, scope)
            return
        iterator = block.body.attribute("iterator")
        span, text = block.labels[0].text_span, block.labels[0].text
        if iterator and isinstance(iterator.value, t.Traversal):
            span, text = iterator.value.parts[0].span, iterator.value.root
        name = Name(Space.BOUND, (text,), (), span)
        yield Mention(name, span, How.DECLARED, span)
        inside = {**scope, text: name}
        for attribute in block.body.attributes:
            if attribute.name != "iterator":
                yield from self._attribute(attribute, path, inside if attribute.name == "labels" else scope)
        for child in block.body.blocks:
            yield from self._block(child, (*path, child), inside)

    # -- expressions

    def _expression(self, node: Any, scope: Scope) -> Iterator[Mention]:
        match node:
            case t.Traversal(parts=parts):
                yield from self._reference(parts, scope)
                for part in parts:
                    if part.key is not None:
                        yield from self._expression(part.key, scope)
            case t.ObjectItem(key=t.Traversal(parts=(_,))):
                yield from self._expression(node.value, scope)
            case t.ForExpression():
                yield from self._expression(node.collection, scope)
                yield from self._binding(node.names, (node.key, node.value, node.condition), scope)
            case t.Directive():
                yield from self._expression(node.condition, scope)
                yield from self._binding(node.names, node.parts, scope)
            case t.Literal() | t.TextPart():
                return
            case _:
                if isinstance(node, t.Call) and node.name.startswith(_FUNCTION_OF):
                    yield from _provider_function(node)
                for child in t.children(node):
                    yield from self._expression(child, scope)

    def _binding(self, names: tuple[t.Part, ...], inside: Iterable[Any], scope: Scope) -> Iterator[Mention]:
        bound = {part.name: Name(Space.BOUND, (part.name,), (), part.span) for part in names}
        for part in names:
            yield Mention(bound[part.name], part.span, How.DECLARED, part.span)
        inner = {**scope, **bound} if bound else scope
        for child in inside:
            if child is not None:
                yield from self._expression(child, inner)

    def _reference(self, parts: tuple[t.Part, ...], scope: Scope) -> Iterator[Mention]:
        root = parts[0].name
        if root in scope:
            yield Mention(scope[root], parts[0].span, How.REFERENCE, parts[0].span)
        elif root not in _NO_NAMES:
            yield from self._named(parts, 0, (), How.REFERENCE)

    def _address(self, value: t.Expression, scope: Scope) -> Iterator[Mention]:
        if isinstance(value, t.Traversal):
            yield from self._named(value.parts, 0, (), How.ADDRESS)
            for part in value.parts:
                if part.key is not None:
                    yield from self._expression(part.key, scope)
        elif isinstance(value, t.Template):
            yield from self._in_text(value, How.ADDRESS)

    def _quoted(self, value: t.Expression) -> Iterator[Mention]:
        """The addresses in a list of strings, as old configurations write them."""
        for item in value.items if isinstance(value, t.TupleExpression) else ():
            if isinstance(item, t.Template):
                yield from self._in_text(item, How.REFERENCE)

    def _in_text(self, value: t.Template, how: How) -> Iterator[Mention]:
        parts = _parts(value)  # none in what is no address: `ignore_changes = ["*"]`
        for mention in self._named(parts, 0, (), how) if parts else ():
            yield Mention(mention.name, mention.span, mention.how, mention.whole, quoted=True)

    def _named(self, parts: tuple[t.Part, ...], at: int, of: tuple[str, ...], how: How) -> Iterator[Mention]:
        """The names from the part `at` on, which begins the address of something in the module that `of` leads to."""
        words = _words(parts, at)
        root = words[0].name if words else ""
        start = parts[0].span.start
        if root == "module" and len(words) > 1:
            yield _used(Name(Space.MODULE, (words[1].name,), of), words[1], start, how)
            inner, after = (*of, words[1].name), at + 2
            while after < len(parts) and parts[after].kind in {"index", "splat"}:
                after += 1
            if how is How.ADDRESS:
                yield from self._named(parts, after, inner, how)
            elif after < len(parts) and parts[after].kind == "attr":
                yield _used(Name(Space.OUTPUT, (parts[after].name,), inner), parts[after], start, how)
        elif root in _SINGLE:
            yield from (_used(Name(_SINGLE[root], (word.name,), of), word, start, how) for word in words[1:2])
        elif self._in_test and root in _OF_TESTS:
            yield from (_used(Name(_OF_TESTS[root], (word.name,)), word, start, how) for word in words[1:2])
            if root == "run" and len(words) > 2:
                yield _used(Name(Space.OUTPUT, (words[2].name,)), words[2], start, how)
        elif root in _TYPED and len(words) > 2:
            yield _used(Name(_TYPED[root], (words[1].name, words[2].name), of), words[2], start, how)
        elif root and root not in _TYPED and len(words) > 1:
            yield _used(Name(Space.RESOURCE, (root, words[1].name), of), words[1], start, how)


def _declaring(name: Name, label: t.Label) -> Mention:
    return Mention(name, label.text_span, How.DECLARED, label.text_span)


def _used(name: Name, part: t.Part, start: int, how: How) -> Mention:
    return Mention(name, part.span, how, Span(start, part.span.end))


def _words(parts: tuple[t.Part, ...], at: int) -> tuple[t.Part, ...]:
    """The names from `at` on, up to the first index."""
    end = at
    while end < len(parts) and parts[end].kind in {"name", "attr"}:
        end += 1
    return parts[at:end]


def _parts(value: t.Template, pattern: re.Pattern[str] = _DOTTED) -> tuple[t.Part, ...]:
    """The words of a string that is no more than a dotted name."""
    text = value.text
    if text is None or len(value.parts) != 1 or not pattern.fullmatch(text):
        return ()
    start, end = value.parts[0].span
    if end - start != len(text):  # an escape: the words are not where they seem to be
        return ()
    found = (match.span() for match in _WORD.finditer(text))
    return tuple(t.Part("attr" if a else "name", text[a:b], Span(start + a, start + b)) for a, b in found)


# -- providers


def _provider_block(block: t.Block) -> Iterator[Mention]:
    label = block.labels[0]
    yield Mention(Name(Space.PROVIDER, (label.text,)), label.text_span, How.PROVIDER, label.text_span)
    alias, given = alias_of(block), block.body.attribute("alias")
    if alias and given is not None and isinstance(given.value, t.Template):
        span = given.value.parts[0].span
        yield Mention(Name(Space.PROVIDER, (label.text, alias)), span, How.DECLARED, span)


def _provider(value: Any, of: tuple[str, ...], how: How) -> Iterator[Mention]:
    """The configuration that `aws.west`, or a string of that text, names: the provider, and its alias."""
    quoted = isinstance(value, t.Template)
    parts: tuple[t.Part, ...] = ()
    if isinstance(value, t.Template):
        parts = _parts(value, _CONFIGURATION)
    elif isinstance(value, t.Traversal):
        parts = value.parts
    words = _words(parts, 0)
    for number, word in enumerate(words[:2], 1):
        name = Name(Space.PROVIDER, tuple(one.name for one in words[:number]), of)
        declares = how if number == 2 or how is not How.DECLARED else How.PROVIDER
        yield Mention(name, word.span, declares, Span(words[0].span.start, word.span.end), quoted)


def _providers(value: t.Expression, of: tuple[str, ...]) -> Iterator[Mention]:
    """The configurations that a call passes on: the child's name for each, and this module's."""
    for item in value.items if isinstance(value, t.ObjectExpression) else ():
        yield from _provider(item.key, of, How.ASSIGNED)
        yield from _provider(item.value, (), How.PROVIDER)


def _provider_function(call: t.Call) -> Iterator[Mention]:
    provider = call.name.removeprefix(_FUNCTION_OF).partition("::")[0]
    start = call.name_span.start + len(_FUNCTION_OF)
    if provider and call.name_span.end - call.name_span.start == len(call.name):
        span = Span(start, start + len(provider))
        yield Mention(Name(Space.PROVIDER, (provider,)), span, How.PROVIDER, span)
