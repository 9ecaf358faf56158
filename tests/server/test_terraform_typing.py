"""Completion while one types in a module: each character of an insertion is sent as an editor sends it.

At any time what is offered is what a module offers that is opened with the same text, and everything declared is there.
What is accepted at the end makes no error. Each insertion is typed at one place, or at `LINTEL_TYPING` of them.
"""

import os
import random
import re

import pytest
from lsprotocol import types

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform import module as modules
from lsp_server.dialects.terraform import parse
from lsp_server.dialects.terraform.completion import completions_at
from lsp_server.dialects.terraform.module import module_of
from lsp_server.linters.terraform_check.linter import check_module
from lsp_server.server.completion import Offer, plain
from lsp_server.server.documents import OpenDocuments
from lsp_server.server.encoding import Encoding
from tests.dialects.terraform.typed import MAIN, TEXT, places, typings, unit
from tests.server.test_typing import edit

TYPED = int(os.environ.get("LINTEL_TYPING", "1"))
FRESH = 2  # states of each insertion that are also opened anew, besides the last
CACHES = (parse._parse, parse.read_piece, modules.module_of)


def sample():
    """Each insertion at some places; and whether brackets close by themselves."""
    for one in typings():
        chance = random.Random(one.title)
        found = places()
        for place in sorted(chance.sample(found, min(TYPED, len(found)))):
            yield pytest.param(one, place, chance.random() < 0.5, id=f"{one.title} at {place}")


def typed(one, place, *, closing):
    """Each text with its cursor, as the documents of the server have it after the change."""
    documents = OpenDocuments()
    documents.open(types.TextDocumentItem(MAIN, "terraform", 0, TEXT))
    for number, (text, offset) in enumerate(one.states(place, closing=closing), 1):
        before = documents.get(MAIN)
        change = edit(before.text, text, before, documents)
        yield documents.change(types.VersionedTextDocumentIdentifier(number, MAIN), [change]), text, offset


def opened(text, offset):
    """What a document offers that nothing is known of yet."""
    for cache in CACHES:
        cache.clear()
    document = Document(MAIN, text)
    return completions_at(unit(document), document, offset)


def errors(text):
    module = module_of(unit(Document(MAIN, text)))
    return {(d.code, d.message) for d in check_module(module) if d.severity is Severity.ERROR}


def accept(one, place):
    """The text after what is expected has been accepted, as the server answers and with the places filled in."""
    text, offset = one.whole(place)
    document = Document(MAIN, text)
    found = completions_at(unit(document), document, offset)
    answer = Offer(document, offset, Language.TERRAFORM, Encoding("utf-16"), snippets=True).answer(found)
    item = next(item for item in answer["items"] if item["label"] == one.accepted)
    span = item["textEdit"]["range"]
    ends = [types.Position(span[end]["line"], span[end]["character"]) for end in ("start", "end")]
    start, end = (Encoding("utf-16").offset(document, position) for position in ends)
    assert start <= offset <= end
    assert "\n" not in text[start:end]
    return text[:start] + filled(item["textEdit"]["newText"], one.fill) + text[end:]


def filled(snippet, values):
    """A snippet whose first places have values; the others keep their defaults."""
    for number, value in enumerate(values, 1):
        snippet = re.sub(rf"\$\{{{number}(?::[^}}]*)?\}}|\${number}\b", lambda _, value=value: value, snippet)
    return plain(snippet)


@pytest.mark.parametrize(("one", "place", "closing"), list(sample()))
def test_typing(one, place, closing):
    declared = module_of(unit(Document(MAIN, TEXT)))
    states = []
    for document, text, offset in typed(one, place, closing=closing):
        assert document.text == text
        whole = unit(document)
        states.append((text, offset, completions_at(whole, document, offset)))
        assert set(declared.resources) <= set(module_of(whole).resources), text[place:offset]
    assert one.accepted in {item.label for item in states[-1][2]}
    chosen = random.Random(one.title).sample(states, min(FRESH, len(states)))
    for text, offset, offered in [*chosen, states[-1]]:
        assert offered == opened(text, offset), text[place:offset]


def test_the_module_has_no_error():
    assert errors(TEXT) == set()


@pytest.mark.parametrize(("one", "place", "closing"), list(sample()))
def test_what_is_accepted_makes_no_error(one, place, closing):
    del closing
    text = accept(one, place)
    assert errors(text) == set(), text[place : place + 400]
