"""Where a JSON template is cut: never so that something seems to stand elsewhere."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.template import parse_template

GAPS = st.sampled_from(["", "", " ", "\n", "\n  ", "\n    ", "\r\n  ", "\t"])
VALUES = st.recursive(
    st.sampled_from([1, True, None, "text", "{", "}", '"', "a\nb"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["A", "B", "Type", "Resources"]), inner, max_size=3),
    ),
    max_leaves=6,
)
ENTRIES = st.dictionaries(st.sampled_from(["Queue", "Topic", "Group"]), VALUES, max_size=3)


@st.composite
def laid_out(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """A template and a text of it whose lines end wherever one may."""
    template = draw(st.fixed_dictionaries({"Resources": ENTRIES}, optional={"Outputs": ENTRIES, "Description": VALUES}))
    tokens = re.findall(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', json.dumps(template))
    return template, "{" + "".join(draw(GAPS) + token for token in tokens[1:])


@given(laid_out())
def test_whatever_the_layout_of_json_nothing_stands_elsewhere(case: tuple[dict[str, Any], str]) -> None:
    template, text = case
    found = parse_template(Document("file:///t.json", text))
    assert {entry.key.value for entry in found.root.entries} == set(template)
    assert set(found.resources) == set(template["Resources"])
