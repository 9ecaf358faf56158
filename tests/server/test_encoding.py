"""Code points and the editor's units: any text, any edit, any encoding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.server.documents import OpenDocuments
from lsp_server.server.encoding import Encoding, without_lone_surrogates

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
PIECES = ["a", "é", "中", "😀", "👩‍💻", "\n", "\r\n", "\r", "\t", " ", "\ufeff", "\u2028", "\x0b", "\x85", "key: ", '"']

texts = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
wild = st.lists(st.one_of(st.sampled_from([*PIECES, "\ud83d", "\ude00"]), st.characters()), max_size=25).map("".join)
encodings = st.sampled_from(ENCODINGS)


class Typist:
    """An editor that knows nothing of code points: lines of units, as the protocol has them."""

    def __init__(self, text: str, encoding: str) -> None:
        self.codec, self.width = CODECS[encoding]
        self.text = text

    def change(self, start: int, end: int, new: str) -> types.TextDocumentContentChangePartial:
        change = types.TextDocumentContentChangePartial(types.Range(self.place(start), self.place(end)), new)
        self.text = self.text[:start] + new + self.text[end:]
        return change

    def place(self, offset: int) -> types.Position:
        head = self.text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return types.Position(len(head) - 1, len(head[-1].encode(self.codec, "surrogatepass")) // self.width)


@given(text=texts, encoding=encodings, data=st.data())
def test_every_offset_comes_back(text: str, encoding: str, data: st.DataObject) -> None:
    document, codec = Document("file:///a", text), Encoding(encoding)
    offset = data.draw(st.integers(0, len(text)))
    back = codec.offset(document, codec.position(document, offset))
    within_newline = text[offset - 1 : offset + 1] == "\r\n"
    assert back == (offset - 1 if within_newline else offset)
    assert within_newline or codec.position(document, offset) == Typist(text, encoding).place(offset)


@given(text=texts, encoding=encodings, line=st.integers(0, 40), character=st.integers(0, 400))
def test_a_position_that_does_not_exist_is_moved_to_one_that_does(
    text: str, encoding: str, line: int, character: int
) -> None:
    document, codec = Document("file:///a", text), Encoding(encoding)
    offset = codec.offset(document, types.Position(line, character))
    there = codec.position(document, offset)
    assert 0 <= offset <= len(text)
    assert there.line <= line
    assert there.line < line or there.character <= character


@given(text=texts, encoding=encodings, data=st.data())
def test_an_edit_changes_the_same_in_editor_and_core(text: str, encoding: str, data: st.DataObject) -> None:
    ends = sorted([data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))])
    new = data.draw(texts)
    document, codec = Document("file:///a", text), Encoding(encoding)
    edit = Edit(document.uri, Span(*ends), new)
    sent = codec.text_edit(document, edit)
    back = Edit(document.uri, codec.span(document, sent.range), sent.new_text)
    assert apply_edits(text, [back]) == apply_edits(text, [edit])


@given(text=wild, encoding=st.sampled_from(["utf-8", "utf-16"]), data=st.data())
def test_typing_keeps_editor_and_server_in_step(text: str, encoding: str, data: st.DataObject) -> None:
    typist, documents = Typist(text, encoding), OpenDocuments()
    documents.encoding = Encoding(encoding)
    documents.open(types.TextDocumentItem("file:///a", "yaml", 1, text))
    for version in range(2, data.draw(st.integers(3, 6))):
        places = [n for n in range(len(typist.text) + 1) if not _inside(typist.text, n)]
        start, end = sorted([data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))])
        change = typist.change(start, end, data.draw(wild))
        document = documents.change(types.VersionedTextDocumentIdentifier(version, "file:///a"), [change])
        assert document is not None
        assert document.version == version
        assert document.text == without_lone_surrogates(typist.text)
    document.text.encode("utf-8")


def _inside(text: str, at: int) -> bool:
    """Whether a place is none that an editor has: within CRLF, or between two halves of a character."""
    before, behind = text[at - 1 : at], text[at : at + 1]
    halves = "\ud800" <= before <= "\udbff" and "\udc00" <= behind <= "\udfff"
    return (before == "\r" and behind == "\n") or halves


def test_halves_of_a_character_that_meet_are_one() -> None:
    assert without_lone_surrogates("a\ud83d\ude00b") == "a😀b"
    assert without_lone_surrogates("a\ud83db") == "a\ufffdb"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_position_within_a_character_is_its_start(encoding: str) -> None:
    document = Document("file:///a", "a😀b")
    offset = Encoding(encoding).offset(document, types.Position(0, 2))
    assert offset == (2 if encoding == "utf-32" else 1)


def test_a_change_of_a_document_that_is_not_open_is_nothing() -> None:
    assert OpenDocuments().change(types.VersionedTextDocumentIdentifier(2, "file:///a"), []) is None
