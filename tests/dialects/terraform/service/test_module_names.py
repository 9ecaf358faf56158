"""Names of a module: every place of one is found from every other, and where it is declared; by the cases."""

from __future__ import annotations

import pytest

from lsp_server.dialects.service import Elsewhere
from lsp_server.dialects.terraform.service.modules import ModuleService
from tests.dialects.terraform.service.module_cases import FORMS, cases, read, relative

SERVICE = ModuleService()


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
