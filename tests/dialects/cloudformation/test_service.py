"""The language service, by the cases in `cases/*.txt`: a document, and what is told about it.

Names and hints are marked as `answers` says. Cases are tried with LF, with CRLF, and behind a byte order mark and a
comment that is not ASCII.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import apply_edits
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.service.templates import TemplateService
from lsp_server.dialects.service import Elsewhere, RefusedError
from tests.dialects import answers

CASES = Path(__file__).parent / "cases"
FOLDER = "file:///project/stack/"
SERVICE = TemplateService(schemas())


def cases(name):
    return list(read(name))


def read(name):
    for block in (CASES / name).read_text(encoding="utf-8").split("=== ")[1:]:
        title, _, rest = block.partition("\n")
        text, _, expected = rest.partition("--- expect\n")
        file = "template.json" if "json" in title else "template.yaml"
        lines = [line for line in expected.split("\n") if line.strip()]
        yield pytest.param(file, text.removesuffix("\n\n") + "\n" if not expected else text, lines, id=title)


def formed(file, text, form):
    """A text in one of the forms in which every case is tried."""
    if form == "crlf":
        return text.replace("\n", "\r\n")
    if form == "wide":
        first, newline, rest = text.partition("\n")
        return "\ufeff" + (text if file.endswith(".json") else f"{first} # größer 🦉{newline}{rest}")
    return text


def written(file, text, form):
    """The document of a case and its cursor."""
    text = formed(file, text, form)
    at = text.find("$0")
    return Document(FOLDER + file, text.replace("$0", "")), at


FORMS = pytest.mark.parametrize("form", ["plain", "crlf", "wide"])


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("hover.txt"))
def test_hover(file, text, expected, form):
    document, at = written(file, text, form)
    found = SERVICE.hover(Unit((document,)), document, at)
    answers.hover_tells(found, document, at, expected)


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("names.txt"))
def test_names(file, text, expected, form):
    """Every place of a name is found from every other, a rename changes them all, and another one back."""
    plain, cursor, spans = answers.marked(formed(file, text, form))
    document = Document(FOLDER + file, plain)
    unit = Unit((document,))
    refused = next((line.removeprefix("refused ") for line in expected if line.startswith("refused ")), None)
    if expected == ["nothing"]:
        assert not SERVICE.occurrences(unit, document, cursor)
        assert SERVICE.rename(unit, document, cursor, "Other") is None
        return
    for at in (cursor, *(span.start for span, _ in spans), *(span.end for span, _ in spans)):
        found = SERVICE.occurrences(unit, document, at)
        if refused != "A key of a mapping" or at == cursor:
            assert [(one.span, one.role) for one in found] == spans
        if refused is not None:
            with pytest.raises(RefusedError, match=refused):
                SERVICE.renamable(unit, document, at)
            with pytest.raises(RefusedError, match=refused):
                SERVICE.rename(unit, document, at, "Renamed1")
        else:
            renames_there_and_back(document, at, spans)


def renames_there_and_back(document, at, spans):
    unit = Unit((document,))
    span = SERVICE.renamable(unit, document, at)
    assert span in [place for place, _ in spans]
    edits = SERVICE.rename(unit, document, at, "Renamed1").edits
    assert [edit.span for edit in edits] == [place for place, _ in spans]
    other = document.with_text(apply_edits(document.text, edits))
    back = SERVICE.rename(Unit((other,)), other, edits[0].span.start, document.slice(span)).edits
    assert apply_edits(other.text, back) == document.text


@pytest.mark.parametrize(("file", "text", "expected"), cases("renames.txt"))
def test_renames(file, text, expected):
    document, at = written(file, text, "plain")
    unit = Unit((document,))
    for number, line in enumerate(expected):
        name, word, words = re.fullmatch(r"(.*?) (refused|allowed|warns|quiet|gives) ?(.*)", line).groups()
        name = name.replace('""', "")
        if word == "refused":
            with pytest.raises(RefusedError, match=re.escape(words)):
                SERVICE.rename(unit, document, at, name)
            continue
        renaming = SERVICE.rename(unit, document, at, name)
        if word == "warns":
            assert words in renaming.warning
        elif word == "quiet":
            assert renaming.warning == ""
        elif word == "gives":
            assert apply_edits(document.text, renaming.edits).split("\n")[:-1] == expected[number + 1 :]
            return


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("definitions.txt"))
def test_definitions(file, text, expected, form):
    document, at = written(file, text, form)
    found = SERVICE.definition(Unit((document,)), document, at)
    if expected == ["nothing"]:
        assert found is None
        return
    told = [f"from {document.slice(found.origin)}"]
    for target in found.targets:
        if isinstance(target, Elsewhere):
            told += [" ".join(["file", relative(uri), *target.path]) for uri in target.uris]
        else:
            lines = [document.position(offset).line + 1 for offset in target.span]
            told.append(f"to {lines[0]}-{lines[1]} {document.slice(target.name)}")
    assert told == expected


def relative(uri):
    return uri.removeprefix(FOLDER) if uri.startswith((FOLDER, "http")) else uri.replace("file:///project/", "../")


@pytest.mark.parametrize("form", ["plain", "crlf"])
@pytest.mark.parametrize(("file", "text", "expected"), cases("outlines.txt"))
def test_outlines(file, text, expected, form):
    document, _ = written(file, text, form)
    assert answers.outline(SERVICE, document) == expected


def test_an_outline_after_a_byte_order_mark_on_the_same_line():
    document = Document(FOLDER + "t.json", '\ufeff{"Resources": {"A": {"Type": "AWS::SNS::Topic", "DependsOn": "B"}}}')
    (section,) = SERVICE.symbols(document)
    inner = section.children[0].children[0]
    for symbol in (section, section.children[0], inner):
        columns = slice(symbol.name_extent.start.column, symbol.name_extent.end.column)
        assert document.text[columns] == symbol.name


@pytest.mark.parametrize("form", ["plain", "crlf"])
@pytest.mark.parametrize(("file", "text", "expected"), cases("folds.txt"))
def test_folds(file, text, expected, form):
    document, _ = written(file, text, form)
    assert answers.folds(SERVICE, document) == expected


@pytest.mark.parametrize(("file", "text", "expected"), cases("selections.txt"))
def test_selections(file, text, expected):
    document, at = written(file, text.removesuffix("\n"), "plain")
    assert answers.selections(SERVICE, document, at) == expected


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("links.txt"))
def test_links(file, text, expected, form):
    document, _ = written(file, text, form)
    found = SERVICE.links(Unit((document,)), document)
    assert [f"{document.slice(link.span)} => {relative(link.uris[0])}" for link in found] == expected


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("inlays.txt"))
def test_inlays(file, text, expected, form):
    document, _ = written(file, answers.without_hints(text), form)
    assert answers.with_hints(SERVICE, document) == written(file, text, form)[0].text


def test_inlays_are_those_of_the_part_in_sight():
    text = "Parameters:\n  P: {Default: x}\nOutputs:\n  A: {Value: !Ref P}\n  B: {Value: !Ref P}\nResources: {}\n"
    document = Document(FOLDER + "t.yaml", text)
    at = text.index("!Ref P") + 6
    assert [inlay.offset for inlay in SERVICE.inlays(Unit((document,)), document, Span(at - 3, at))] == [at]
