"""What is left of a template when the blocks that cannot be read give way."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.dialects.cloudformation.readable import readable
from lsp_server.linters.cfn_lint_decode import decode

from .test_unread import BLOCKS, BROKEN, template

CLOUDFORMATION = CloudFormation()
BEHIND = ("", "\n", "  # a queue\n", "\n# a queue\n\n")


@pytest.mark.parametrize("notation", list(BLOCKS))
@given(data=st.data())
def test_nothing_moves_and_what_is_left_can_be_read(notation: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.sampled_from(['"fine"', *BROKEN[notation]]), min_size=1, max_size=6))
    document = template(notation, values)
    if notation == "yaml":
        document = document.with_text(document.text + data.draw(st.sampled_from(BEHIND)))
    found = readable(document)
    if all(value == '"fine"' for value in values):
        assert found is None
        return
    assert found is not None
    kept, of = list(found.text), list(document.text)
    assert len(kept) == len(of)
    for gap in found.gaps:
        kept[gap.start : gap.end] = of[gap.start : gap.end] = [" "] * (gap.end - gap.start)
    assert kept == of
    left = decode(found.text).value["Resources"]
    assert [resource["Type"] for resource in left.values()] == ["AWS::SQS::Queue"] * len(values)
    assert found.names == tuple(f"R{n}" for n, value in enumerate(values) if value != '"fine"')
    assert CLOUDFORMATION.ids(document.with_text(found.text)) == CLOUDFORMATION.ids(document)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Resources:\n  A:\n    Type: B::C::D\n  Que\n", "Resources:\n  A:\n    Type: B::C::D\n     \n"),
        ("Resources:\n  A:\n    Type: B::C::D\nOut", "Resources:\n  A:\n    Type: B::C::D\n   "),
        (
            "Resources:\n  A: {Type: B::C::D, C: [\n  B:\n    Type: B::C::D\n",
            "Resources:\n  A:{21}\n  B:\n    Type: B::C::D\n",
        ),
        ("Resources:\n  A:\n    Type: [\n  # b\n", "Resources:\n  A:\n{11}\n  # b\n"),
        ("Resources:\n  A:\r\n    C: '\r\n    Type: B\r\n", "Resources:\n  A:\r\n{8}\r\n    Type: B\r\n"),
        ("Resources:\n  A:\n    Type: B\n  A:\n    Type: B\n", "Resources:\n  A:\n    Type: B\n{4}\n{11}\n"),
        ('{"Resources": {\n  "A": {\n    "Type": "B"\n', None),
        ('{"Resources": {"A": {"Type": "B}}}', None),
        ("Resources: {A: {Type: B\n", None),
    ],
    ids=["word", "section", "flow", "type", "CRLF", "twice", "open end", "JSON in a line", "YAML in a line"],
)
def test_of_a_block_its_name_and_type_stay(text: str, left: str | None) -> None:
    found = readable(Document("file:///t.json" if text.startswith("{") else "file:///t.yaml", text))
    if left is not None:
        left = re.sub(r"\{(\d+)\}", lambda spaces: " " * int(spaces[1]), left)
    assert (found.text if found is not None else None) == left


def test_what_a_reader_stumbles_over_again_gives_way_altogether() -> None:
    text = "Resources:\n  A:\n    Type: B::C::D\n    Properties: *p\n  B:\n    Type: B::C::D\n"
    at = text.index("*p")
    once, twice = (readable(Document("file:///t.yaml", text), [[at]] * times) for times in (1, 2))
    assert once is not None
    assert once.text.count("B::C::D") == 2
    assert twice is not None
    assert twice.text.count("B::C::D") == 1


@given(text=st.text("ab:-[]{}\"'\n \t#&*!|>%@,0\r\ufeff", max_size=80))
def test_any_text_keeps_its_length_and_lines(text: str) -> None:
    for name in ("t.yaml", "t.json"):
        found = readable(Document(f"file:///{name}", text))
        if found is not None:
            assert len(found.text) == len(text)
            assert [
                at for at, char in enumerate(text) if char == "\n" and found.text[at] != char
            ] == [] or name == "t.json"
