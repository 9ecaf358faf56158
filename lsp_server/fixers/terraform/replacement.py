"""A fix that changes what is only set when a resource is made says that it may replace it, and is never safe.

Which arguments those are is recovered from CloudFormation's schemas. What Terraform refuses was never applied: nothing
is lost where that is put right, nor where the same value is written in another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import EditConflict, edit_unit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.recovered import PATH, of_type
from lsp_server.fixers.base import FixContext

_JUDGES = frozenset({"terraform-check", "terraform-validate"})
_MAY_REPLACE = "which may replace the resource"
_BLANK = re.compile(r"\s+")


def with_warning(context: FixContext, fix: Fix) -> Fix:
    """The fix, or the same one with the warning, which is not safe."""
    if fix.same or _MAY_REPLACE in fix.title or any(finding.syntax for finding in fix.clears):
        return fix
    try:
        after = edit_unit(context.unit, fix.edits)
    except EditConflict:
        return fix
    errors = [found for found in (*context.diagnostics, *fix.clears) if found.severity is Severity.ERROR]
    found = replaced(context.unit, after, errors, fix.clears)
    if not found:
        return fix
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    title = f"{fix.title}, {_MAY_REPLACE} '{found[0]}'{more}"
    return replace(fix, title=title, applicability=fix.applicability.least(Applicability.UNSAFE))


def replaced(
    before: Unit, after: Unit, errors: Iterable[Diagnostic] = (), cleared: Iterable[Diagnostic] = ()
) -> list[str]:
    """The addresses of the resources of a module that a change of its files may replace, in the order of the text.

    `errors` are those in `before`; those that are `cleared` tell what the change is about.
    """
    judged = [error for error in errors if error.source in _JUDGES]
    about = [error for error in cleared if error.severity is Severity.ERROR]
    gone = _renamed(before, after, about)
    found: list[str] = []
    for document in before:
        changed = after.get(document.uri)
        if changed is None or changed.text == document.text:
            continue
        was, becomes = parse_document(document).placed, parse_document(changed).placed
        others = {block.address: block for placed in _without(becomes, was) for block in placed.body.blocks}
        its = [error for error in judged if error.uri == document.uri]
        for block in (block for placed in _without(was, becomes) for block in placed.body.blocks):
            other = others.get(block.address)
            if other is None or block.type != "resource" or document.slice(block.span) == changed.slice(other.span):
                continue
            refused = _Refused(its, any(_lies_in(error, document, block) for error in about), gone)
            if _differs((document, block), (changed, other), refused):
                found.append(".".join(block.address[1:]))
    return found


def _without(placed: Sequence[t.Placed], others: Sequence[t.Placed]) -> list[t.Placed]:
    """The pieces of a text that another text has not, be it elsewhere."""
    texts = {other.piece.text for other in others}
    return [one for one in placed if one.piece.text not in texts]


class _Refused(NamedTuple):
    """What Terraform did not take: `errors` of the file, whether something in the block is `repaired`, names `gone`."""

    errors: Sequence[Diagnostic]
    repaired: bool
    gone: frozenset[str]


def _lies_in(error: Diagnostic, document: Document, block: t.Block) -> bool:
    return error.uri == document.uri and block.span.encloses(error.span)


def _renamed(before: Unit, after: Unit, about: Sequence[Diagnostic]) -> frozenset[str]:
    """The addresses of blocks that could not be and have another address now: what refers to them was refused too."""
    if not about:
        return frozenset()
    lost = {
        block.address
        for document in before
        for block in _blocks_with(document, [error for error in about if error.uri == document.uri])
    }
    for piece in (placed.piece for document in after for placed in parse_document(document).placed):
        if not lost:
            break
        lost.difference_update(block.address for block in piece.body.blocks)
    return frozenset(".".join(address[1:] if address[0] == "resource" else address) for address in lost)


def _blocks_with(document: Document, errors: Sequence[Diagnostic]) -> Iterator[t.Block]:
    """The blocks of a file in which one of its errors lies."""
    tree = parse_document(document)
    for error in errors:
        placed = tree.placed_at(error.span.start)
        yield from (b for b in (placed.body.blocks if placed else ()) if b.span.encloses(error.span))


def _differs(before: tuple[Document, t.Block], after: tuple[Document, t.Block], refused: _Refused) -> bool:
    """Whether an argument that is only set at creation has another value, and had one that Terraform takes.

    Where something in the block is repaired, what is added or moved was never applied as it stood.
    """
    (document, block), (changed, other) = before, after
    for path, its in of_type(block.labels[0].text if block.labels else "").items():
        if not its.replaces:
            continue
        steps = path.split(PATH)
        was, becomes = list(_given(block.body, steps)), list(_given(other.body, steps))
        texts = [_plain(document, one.value) for one in was]
        if texts == [_plain(changed, one.value) for one in becomes]:
            continue
        if any(name in text for name in refused.gone for text in texts):
            continue
        if refused.repaired and not (was and becomes):
            continue
        if not any(error.span.overlaps(one.span) for error in refused.errors for one in was):
            return True
    return False


def _given(body: t.Body, steps: Sequence[str]) -> Iterator[t.Attribute]:
    """The arguments at a path, in all nested blocks, dynamic ones included."""
    first, rest = steps[0], steps[1:]
    if not rest:
        given = body.attribute(first)
        if given is not None:
            yield given
        return
    for block in body.blocks:
        if block.type == first:
            yield from _given(block.body, rest)
        elif block.type == "dynamic" and block.labels and block.labels[0].text == first:
            for content in block.body.blocks_of("content"):
                yield from _given(content.body, rest)


def _plain(document: Document, value: t.Expression) -> str:
    """A value without what may be written in several ways: parentheses, quotes, blanks."""
    while True:
        if isinstance(value, t.Parenthesis):
            value = value.inner
        elif isinstance(value, t.Template) and len(value.parts) == 1 and isinstance(value.parts[0], t.Interpolation):
            value = value.parts[0].inner
        else:
            break
    if isinstance(value, t.Template) and value.text is not None:
        return value.text
    return _BLANK.sub("", document.slice(value.span))
