"""Where a YAML template is cut: a text that was edited, as one that nothing is known of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.dialects.cloudformation import pieces

_KEYS = ["Resources:", "Outputs: # c", "Parameters:", '"Resources":', "Resources: {}", "Res", "D: 'a", "  B:"]
_LINES = [
    *["  A:", "  B: 1", "  C: # c", "  E: [", "  ]", "  F: {a: b", "  }", "  H: it's", "  Half", "  P: |", '  "N: 1'],
    *[
        "",
        "#",
        "  # c",
        "'",
        '"',
        "  - i",
        "    - j: 1",
        "   L: 2",
        "\tM: 1",
        '  "O": 2',
        "  |",
        "😀: x",
        "  <<: *a",
        "---",
    ],
    *["    D: e", "    G: 'x", "      ['", "']", "      text: [", "  ? q", "  : r"],
]
_SHALLOW = [" K:", " K: [", " half"]
_line = st.sampled_from(_LINES)
_newline = st.sampled_from(["\n", "\n", "\r\n", "\r"])
_body = st.lists(st.one_of(st.sampled_from(_LINES[:11]), _line), min_size=4, max_size=40)
_text = st.builds(lambda key, lines, newline: newline.join([key, *lines]), st.sampled_from(_KEYS), _body, _newline)
_word = st.text(alphabet=st.sampled_from(" \n\r:'\"[]{}#A-|\t"), max_size=6)
_edit = st.tuples(
    st.integers(0, 500), st.integers(0, 12), _word | st.sampled_from(_LINES + _SHALLOW).map("{}\n".format)
)


def anew(text, start=0):
    """The pieces of a text of which no other version was cut."""
    pieces._latest.cache_clear()
    return pieces.cut(text, start)


@settings(deadline=None, max_examples=300)
@given(st.lists(_text, min_size=1, max_size=3).map("\n".join), st.lists(_edit, max_size=8))
def test_an_edited_text_is_cut_as_a_new_one(text, edits):
    versions = [text]
    for place, length, typed in edits:
        at = place % (len(text) + 1)
        text = text[:at] + typed + text[at + length :]
        versions.append(text)
    expected = [anew(text) for text in versions]
    pieces._latest.cache_clear()
    assert [pieces.cut(text, 0) for text in versions] == expected


_WORDS = "  Half\n" * 9


@pytest.mark.parametrize(("before", "after"), [
    (f"Resources:\n{_WORDS}  A:\n{_WORDS}", f"Resources:\n{_WORDS}{_WORDS}"),
    ("Resources:\n  A:\n  B:\n  C:", "Resources:\n  A:\n  B:\n  C:x"),
], ids=["the only key goes", "the last line goes on"])  # fmt: skip
def test_where_no_entry_begins_any_more(before, after):
    expected = anew(after)
    anew(before)
    assert pieces.cut(after, 0) == expected


@pytest.mark.parametrize("typed", ["  New:\n    Type: A\n", "  New", "    x: [\n", "  New: '\n", "\n"], ids=repr)
@pytest.mark.parametrize("line", [1, 2, 30, 60, 90, 118, 119, 120], ids=str)
def test_a_section_is_cut_anew_only_around_what_is_typed(line, typed, monkeypatch):
    lines = ["Resources:\n", *(f"  Topic{n}:\n    Type: AWS::SNS::Topic # '{n}'\n    Tags: []\n" for n in range(40))]
    lines = "".join(lines).splitlines(keepends=True)
    text = "".join([*lines[:line], typed, *lines[line:]])
    expected = anew(text)
    anew("".join(lines))
    made = []
    real = pieces._between
    monkeypatch.setattr(pieces, "_between", lambda text, bounds: made.append(bounds) or real(text, bounds))
    assert pieces.cut(text, 0) == expected
    assert len(made) == 1
    assert made[0][-1] - made[0][0] < 300
