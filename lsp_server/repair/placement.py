"""Variables and outputs that were written with something go to the files where the module keeps such blocks."""

from __future__ import annotations

from collections import defaultdict

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import is_configuration, is_override
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.fixers.terraform import layout
from lsp_server.refactorings.terraform.writing import FILES, has_heredoc, lines_with_gap, without

_KINDS = ("variable", "output")


def to_their_files(before: Unit, after: Unit) -> tuple[Edit, ...]:
    """Edits of `after` that move what it declares and `before` does not into `variables.tf` and `outputs.tf`.

    Only where the module has these files. Comments that were written with a block go along; others stay.
    """
    old = {block.address for document in before for block in _declared(document)}
    removals: dict[str, list[Span]] = defaultdict(list)
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for document in after:
        for block in _declared(document):
            home = _home(after, block.type)
            if block.address in old or home is None or home is document:
                continue
            span = _with_own_comments(before.get(document.uri), document, block)
            text = document.slice(span)
            if layout.lines_of(document, span) is None or (home.newline != document.newline and has_heredoc(text)):
                continue
            removals[document.uri].append(lines_with_gap(document, span))
            texts[home.uri, block.type].append(text)
    edits = [edit for uri, spans in removals.items() for edit in without(after[uri], spans)]
    for (uri, kind), moved in texts.items():
        last = [block for block in _declared(after[uri]) if block.type == kind]
        edits.append(layout.append(after[uri], "\n\n".join(moved), last[-1].span if last else None))
    return tuple(edits)


def _declared(document: Document) -> list[t.Block]:
    blocks = parse_document(document).blocks if is_configuration(document) else ()
    return [block for block in blocks if block.type in _KINDS and block.labels]


def _home(unit: Unit, kind: str) -> Document | None:
    """The file that is named for blocks of a kind, if the module has it."""
    return next((d for d in unit if d.name == FILES[kind] and is_configuration(d) and not is_override(d)), None)


def _with_own_comments(before: Document | None, document: Document, block: t.Block) -> Span:
    """The block, with the comments about it unless one of them was there before."""
    found = layout.with_comments(document, block)
    old = before.text if before is not None else ""
    return block.span if any(comment in old for comment in (*found.above, found.behind) if comment) else found.span
