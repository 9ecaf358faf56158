"""Functions in their short form (`!Sub`) and in their long one (`Fn::Sub:`), the text of what they take kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice

from lsp_server.core.document import Document
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.functions import Function, functions_around, functions_in
from lsp_server.dialects.cloudformation.tree import Mapping, Node
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.long_form import lengthened, may_be_long
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.shifting import Shifts
from lsp_server.refactorings.cloudformation.short_form import may_be_short, shortened
from lsp_server.refactorings.cloudformation.spot import Spot, spot_of

_MOST = 100  # functions that are looked at before it is offered to rewrite all
_TAG = re.compile(r"(?:^|[\s\[,])![A-Z]\w+(?=[ \t\r\n\[{])")
_KEY = re.compile(r"[\s{\"'](?:Ref|Fn::\w+)[\"']?:")

Test = Callable[[Document, Function], bool]
Rewrite = Callable[[Document, Function, Shifts, int], list[Edit]]


def rewrite_functions(selection: Selection) -> Iterator[Refactoring]:
    """Offer both ways for the function at the place, for those of its resource, and for all."""
    spot = spot_of(selection)
    if spot.template.format == "json":
        return
    yield from _offers(spot, "short", may_be_short, shortened, _KEY)
    yield from _offers(spot, "long", may_be_long, lengthened, _TAG)


def _offers(spot: Spot, form: str, test: Test, rewrite: Rewrite, sign: re.Pattern[str]) -> Iterator[Refactoring]:
    document = spot.document
    if not sign.search(document.text):
        return

    def offer(key: str, what: str, parts: Callable[[], Iterable[Iterable[Function]]]) -> Refactoring:
        edits = partial(_edits, spot, test, rewrite, parts)
        return Refactoring(f"{form}.{key}", f"Write {what} {form} form", Kind.REWRITE, edits, Comparison(exact=True))

    one = next((found for found in functions_around(spot.node) if test(document, found)), None)
    if one is not None:
        yield offer("one", f"{one.name} in its", lambda: [[one]])
    resource = spot.resource
    if resource is not None and resource.entry.value is not None:
        inside = [found for found in functions_in(resource.entry.value) if test(document, found)]
        if len(inside) > 1:
            what = f"all {len(inside)} functions of '{resource.logical_id}' in their"
            yield offer("resource", what, lambda: [inside])
    if spot.selection.asked and _any(spot, test, sign):
        what = "all functions of the template in their"
        yield offer("all", what, lambda: map(functions_in, _parts(spot.template.root)))


def _any(spot: Spot, test: Test, sign: re.Pattern[str]) -> bool:
    """Whether there is a function to be rewritten among the first that the text has."""
    hits = islice(sign.finditer(spot.document.text), _MOST)
    nodes = (spot.template.node_at(hit.start() + 1) for hit in hits)
    return any(test(spot.document, found) for node in nodes for found in functions_around(node))


def _parts(root: Node | None) -> Iterator[Node]:
    """What stands in the sections, one after the other."""
    for section in root.entries if isinstance(root, Mapping) else ():
        inner = section.value
        values = [entry.value for entry in inner.entries] if isinstance(inner, Mapping) and not inner.tag else [inner]
        yield from (value for value in values if value is not None)


def _edits(
    spot: Spot, test: Test, rewrite: Rewrite, parts: Callable[[], Iterable[Iterable[Function]]]
) -> Iterator[Edit]:
    for part in parts():
        shifts, made = Shifts(spot.document), list[Edit]()
        for function in part:  # the outer before the inner, so that it is known how far the inner moves
            if test(spot.document, function):
                made += rewrite(spot.document, function, shifts, spot.writer.indent)
        yield from made
        yield from shifts.edits(made)


REFACTORERS = (Refactorer("notation", frozenset({Kind.REWRITE}), rewrite_functions),)
