"""Whatever value is written in whatever style, cfn-lint's decoder reads that very value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.fixers.cloudformation.values import Call, Writer

LETTERS = st.characters(exclude_categories=["Cs"])
ODD = [
    "0123",
    "1e3",
    "yes",
    "~",
    "2012-10-17",
    "1_000",
    "0x1F",
    ".5",
    "a: b",
    "a #b",
    "a\nb\n",
    "#!/bin/sh\n\necho ${A}\n",
]
STRINGS = (
    st.text(LETTERS, max_size=12)
    | st.text("ab \n\t:#-'\"{}[],&*!|>%@`\\", max_size=12)
    | st.sampled_from(ODD)
    | st.integers(1, 9).map(lambda times: "long enough to be folded\n" * times)
)
SCALARS = STRINGS | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none()
ATTRIBUTES = [["Role", "Arn"], ["Stack", "Outputs.Name"], ["A", "B", "C"]]
CALLS = (
    st.sampled_from(["Vpc", "AWS::Region"]).map(lambda name: Call("Ref", name))
    | st.sampled_from(ATTRIBUTES).map(lambda both: Call("Fn::GetAtt", both))
    | STRINGS.map(lambda text: Call("Fn::Sub", text))
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(inner, max_size=4)
        | st.dictionaries(STRINGS.filter(lambda key: key != "<<"), inner, max_size=4)
        | st.builds(Call, st.sampled_from(["Fn::Join", "Fn::Base64", "Fn::If"]), inner)
    )


VALUES = st.recursive(SCALARS | CALLS, nested, max_leaves=12)
WRITERS = st.builds(
    Writer,
    json=st.booleans(),
    indent=st.integers(2, 4),
    quote=st.sampled_from(["", "'", '"']),
    short=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n"]),
)


def plain(value: object) -> object:
    """A value as a decoder gives it."""
    if isinstance(value, Call):
        return {value.name: plain(value.argument)}
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@given(VALUES, WRITERS, st.integers(0, 2))
def test_what_is_written_is_read(value: Any, writer: Writer, depth: int) -> None:
    column = depth * writer.indent
    key, lead = writer.key("Key"), " " * column
    block = f"{lead}{key}:{writer.block(value, column)}"
    text = f"{{{block}}}" if writer.json else block + "\n"
    read = json.loads if writer.json else lambda text: cfn_yaml.loads(text.replace("\r\n", "\n"))
    for written in (text, f"{{{key}: {writer.flow(value)}}}"):
        assert json.dumps(read(written)) == json.dumps({"Key": plain(value)})  # which tells True from 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("#!/bin/sh\necho\n", "Key: |\n  #!/bin/sh\n  echo\n"),
        ("a\n\nb", "Key: |-\n  a\n\n  b"),
        (Call("Fn::Sub", "a\nb\n"), "Key: !Sub |\n  a\n  b\n"),
        (Call("Fn::Base64", Call("Fn::Sub", "a\nb\n")), "Key:\n  Fn::Base64: !Sub |\n    a\n    b\n"),
        (Call("Fn::Join", ["", ["a\n", Call("Ref", "B")]]), 'Key: !Join\n  - ""\n  - - "a\\n"\n    - !Ref B'),
        ([["x" * 60, "y" * 60]], f"Key:\n  - - {'x' * 60}\n    - {'y' * 60}"),
    ],
)  # fmt: skip
def test_what_is_long_has_lines_of_its_own(value: object, text: str) -> None:
    assert f"Key:{Writer().block(value, 0)}".rstrip("\n") == text.rstrip("\n")
