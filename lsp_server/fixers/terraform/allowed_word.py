"""A word that an argument of AWS does not take, as tflint's rules for AWS find it: the nearest of those it does.

The words are recovered from CloudFormation's schemas: they propose, tflint has judged, and judges again.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.recovered import place, recovered, worded
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.names import nearest
from lsp_server.fixers.terraform.place import fix, locate


def codes() -> frozenset[str]:
    """The names of tflint's rules about the arguments whose words are known."""
    return frozenset(f"{name}_invalid_{argument}" for name, argument in worded())


def fix_word(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """The words that were meant, best first."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute):
        return
    blocks, item = found[0].path, found[1]
    if not isinstance(item.value, t.Template) or item.value.text is None or item.value.heredoc:
        return
    resource_type = blocks[0].labels[0].text if blocks[0].labels else ""
    for word in _meant(item.value.text, recovered(resource_type, place(blocks, item.name)).words):
        edit = Edit(context.document.uri, item.value.span, f'"{word}"')
        yield fix(f'Write "{word}"', [edit], [diagnostic], "allowed_word")


def _meant(written: str, words: tuple[str, ...]) -> list[str]:
    """The words that differ in case and in what parts their words alone, else those that are near."""
    same = [word for word in words if _letters(word) == _letters(written) and word != written]
    return same or nearest(written, words, 0.7)


def _letters(word: str) -> str:
    return "".join(filter(str.isalnum, word)).lower()
