"""Every place of a name is found from every other, by the cases in `names.txt`."""

from __future__ import annotations

import pytest

from lsp_server.dialects.terraform.service.modules import ModuleService
from tests.dialects.terraform.service.module_cases import FORMS, cases, read

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
