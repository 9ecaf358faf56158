"""Completion while one types: each character of an insertion is sent as an editor sends it.

At any time what is offered is what a document offers that is opened with the same text, and every resource is there.
Each insertion is typed at one place, or at `LINTEL_TYPING` of its 20; in which notation is left to chance.
"""

import os
import random

import pytest
from lsprotocol import types

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation import json_reader, yaml_reader
from lsp_server.dialects.cloudformation.completion import completions
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.server.documents import OpenDocuments
from tests.dialects.cloudformation.notations import meant
from tests.dialects.cloudformation.typed import PLACES, typings

TYPED = int(os.environ.get("LINTEL_TYPING", "1"))
FRESH = 2  # states of each insertion that are also opened anew, besides the last
READERS = (yaml_reader.read_yaml, json_reader.read_json, json_reader.read_json_entry)


def sample():
    """Each insertion at some of its places, in one of its notations; and whether brackets close by themselves."""
    by_title = {}
    for one in typings():
        by_title.setdefault(one.title.partition(" ")[2], []).append(one)
    for title, ones in by_title.items():
        chance = random.Random(title)
        for number in sorted(chance.sample(range(PLACES), min(TYPED, PLACES))):
            one = chance.choice(ones)
            place = one.places[number % len(one.places)]
            yield pytest.param(one, place, chance.random() < 0.5, id=f"{one.title} at {place}")


def edit(before, after, document, documents):
    """The change that an editor tells of when one text becomes the next."""
    start = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    room = min(len(before), len(after)) - start
    same = next((n for n in range(room) if before[-1 - n] != after[-1 - n]), room)
    encoding = documents.encoding
    ends = [encoding.position(document, at) for at in (start, len(before) - same)]
    return types.TextDocumentContentChangePartial(types.Range(*ends), after[start : len(after) - same])


def typed(one, place, *, closing):
    """Each text with its cursor, as the documents of the server have it after the change."""
    documents = OpenDocuments()
    uri = f"file:///{one.name}"
    documents.open(types.TextDocumentItem(uri, "yaml", 0, one.template))
    for number, (text, offset) in enumerate(one.states(place, closing=closing)):
        before = documents.get(uri)
        change = edit(before.text, text, before, documents)
        yield documents.change(types.VersionedTextDocumentIdentifier(number, uri), [change]), text, offset


def opened(name, text, offset):
    """What a document offers that nothing is known of yet."""
    for reader in READERS:
        reader.clear()
    return completions(Document(f"file:///opened/{name}", text), offset)


@pytest.mark.parametrize(("one", "place", "closing"), list(sample()))
def test_typing(one, place, closing):
    every = set(parse_template(Document(f"file:///{one.name}", one.template)).resources)
    states = []
    for document, text, offset in typed(one, place, closing=closing):
        assert document.text == text
        states.append((text, offset, completions(document, offset)))
        assert every <= set(parse_template(document).resources), text[place:offset]
    assert meant(one.expected) & {item.label for item in states[-1][2]}
    chosen = random.Random(one.title).sample(states, min(FRESH, len(states)))
    for text, offset, offered in [*chosen, states[-1]]:
        assert offered == opened(one.name, text, offset), text[place:offset]
