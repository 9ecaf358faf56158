"""Names of a module: every place of one is found from every other, and where it is declared; by the cases."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lsp_server.core.document import Unit
from lsp_server.core.edit import apply_edits, edit_unit
from lsp_server.dialects.service import Elsewhere, RefusedError
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.service.about_schema import of_member
from lsp_server.dialects.terraform.service.modules import ModuleService
from lsp_server.dialects.terraform.types import NUMBER, STRING, Type
from tests.dialects import answers
from tests.dialects.terraform.service.module_cases import FORMS, cases, read, relative

SERVICE = ModuleService()
NOT_RENAMED = {
    "an output of a child module, and its variable",
    "a variable of a child module",
    "a provider's local name",
    "declarations in JSON",
    "an output of another module that a test runs",
    "no name",
    "what an expression brings itself",
}


@FORMS
@pytest.mark.parametrize("text", cases("names.txt"))
def test_names(text, form):
    case = read(text, form)
    if case.expected == ("nothing",):
        assert not SERVICE.occurrences(case.unit, case.document, case.offset)
        return
    edges = [(uri, at) for uri, span, _ in case.marks if case.unit.get(uri) for at in span]
    for uri, at in [(case.document.uri, case.offset), *edges]:
        found = SERVICE.occurrences(case.unit, case.unit[uri], at)
        assert sorted((one.uri, one.span, one.role.value) for one in found) == sorted(
            (uri, span, role.value) for uri, span, role in case.marks
        )


@FORMS
@pytest.mark.parametrize("text", cases("definitions.txt"))
def test_definitions(text, form):
    case = read(text, form)
    found = SERVICE.definition(case.unit, case.document, case.offset)
    if case.expected == ("nothing",):
        assert found is None
        return
    told = [f"from {case.document.slice(found.origin)}"]
    assert found.origin.touches(case.offset)
    for target in found.targets:
        if isinstance(target, Elsewhere):
            told += [f"file {relative(uri)}" for uri in target.uris]
            continue
        document = case.unit.read(target.uri)
        above = 1 if form == "wide" else 0
        lines = [document.position(offset).line + 1 - above for offset in target.span]
        told.append(f"to {relative(target.uri)} {lines[0]}-{lines[1]} {document.slice(target.name)}")
    assert tuple(told) == case.expected


@FORMS
@pytest.mark.parametrize("text", cases("renames.txt"))
def test_renames(text, form):
    case = read(text, form)
    for line in case.expected:
        name, word, words = re.fullmatch(r"(.*?) (refused|allowed|warns|quiet|gives|nothing) ?(.*)", line).groups()
        name = name.replace('""', "")
        if word == "refused":
            with pytest.raises(RefusedError) as refused:
                SERVICE.rename(case.unit, case.document, case.offset, name)
            assert words in same_lines(str(refused.value), form)
            continue
        renaming = SERVICE.rename(case.unit, case.document, case.offset, name)
        if word == "nothing":
            assert renaming is None
            continue
        assert SERVICE.renamable(case.unit, case.document, case.offset).touches(case.offset)
        if word == "warns":
            assert words in renaming.warning
        elif word == "quiet":
            assert renaming.warning == ""
        elif word == "gives":
            changed = {edit.uri for edit in renaming.edits}
            assert changed == set(case.after)
            for uri, after in case.after.items():
                own = [edit for edit in renaming.edits if edit.uri == uri]
                assert apply_edits(case.unit.read(uri).text, own) == after


def same_lines(sentence, form):
    """The sentence with the lines of the case as it is written, without those before it."""
    above = 1 if form == "wide" else 0
    return re.sub(r"(?<=\.tf line )\d+", lambda line: str(int(line[0]) - above), sentence)


@FORMS
@pytest.mark.parametrize("text", [case for case in cases("names.txt") if case.id not in NOT_RENAMED])
def test_a_rename_changes_the_marked_places_and_another_one_changes_them_back(text, form):
    case = read(text, form)
    renaming = SERVICE.rename(case.unit, case.document, case.offset, "renamed1")
    marked = {(uri, span) for uri, span, _ in case.marks}
    others = [edit for edit in renaming.edits if (edit.uri, edit.span) not in marked]
    assert len(others) <= 1
    if others:
        assert others[0].span.start == others[0].span.end
        assert "moved {" in others[0].text or "iterator = renamed1" in others[0].text
        return
    assert len(renaming.edits) == len(marked)
    changed = edit_unit(Unit(case.unit.documents + case.unit.callers), renaming.edits).documents
    own = len(case.unit.documents)
    after = replace(case.unit, documents=changed[:own], callers=changed[own:])
    first = min((edit for edit in renaming.edits if edit.uri == case.document.uri), key=lambda edit: edit.span)
    old = case.document.slice(first.span)
    back = SERVICE.rename(after, after[case.document.uri], first.span.start, old).edits
    again = edit_unit(Unit(after.documents + after.callers), back)
    assert [one.text for one in again] == [one.text for one in case.unit.documents + case.unit.callers]


@FORMS
@pytest.mark.parametrize("text", cases("hover.txt"))
def test_hover(text, form):
    case = read(text, form)
    found = SERVICE.hover(case.unit, case.document, case.offset)
    answers.hover_tells(found, case.document, case.offset, list(case.expected))


def test_what_a_schema_says_of_an_argument_is_told():
    secret = AttributeSchema(STRING, optional=True, values=("a", "b"), description="What it is.", sensitive=True)
    old = AttributeSchema(Type("list", STRING), computed=True, deprecated=True, write_only=True)
    rule = NestedBlock("set", BlockSchema({"port": AttributeSchema(NUMBER, required=True)}), 1, 3)
    schema = BlockSchema({"secret": secret, "old": old}, {"rule": rule})
    told = of_member(schema, "secret")
    for words in ("**secret** · `string` · optional", "Allowed: `a`, `b`", "What it is.", "Sensitive: plans"):
        assert words in told
    assert "Deprecated" not in told
    told = of_member(schema, "old")
    for words in ("**old** · `list(string)` · computed", "**Deprecated.**", "Write-only"):
        assert words in told
    assert "Sensitive" not in told
    told = of_member(schema, "rule")
    assert "**rule** · blocks (set) · at least 1 · at most 3" in told
    assert "Required in it: `port`" in told
    assert of_member(schema, "other") == of_member(None, "secret") == ""
