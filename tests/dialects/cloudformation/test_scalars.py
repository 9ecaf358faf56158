"""A scalar stands for what a YAML reader gives for it, whatever its quotes, folds, indentation and ending."""

from __future__ import annotations

import re

import yaml
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar

HEADERS = st.sampled_from(["|", ">", "|-", "|+", ">-", ">+", "|2", "|1-", ">+2"])
LINES = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["", "", "a", "b # c", "- d", "e{}: f", "\tg", "ü🚀"])), max_size=6
)
OWNERS = st.sampled_from(
    ["  A: ", "  A: !Sub ", "  A:\n    - ", "  A:\n    - !Sub ", "  A:\n    - B: ", "  A:\n    - - "]
)
BEHIND = st.sampled_from(["", "\n", "\n  Z: z\n", "\n# c\n  Z: z\n", "\n\n\n  Z: z\n", "\nLast: z\n", "\n  "])


class Loader(yaml.CSafeLoader):
    """Reads a tagged scalar as its string."""


Loader.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))


def values(node: object) -> list[str]:
    if isinstance(node, dict):
        return [text for inner in node.values() for text in values(inner)]
    return [text for inner in node for text in values(inner)] if isinstance(node, list) else [str(node)]


def read(text: str) -> list[str]:
    """What YAML gives for all values of a text, in order."""
    try:
        return values(yaml.load(text, Loader))
    except yaml.YAMLError:
        reject()


def own(text: str) -> list[str]:
    """The same as the tree has it."""
    root = Template(Document("untitled:/t.yaml", text)).root
    assert root is not None
    scalars = [node for node in root.walk() if isinstance(node, Scalar)]
    return [node.value for node in scalars if not (isinstance(node.parent, Entry) and node.parent.key is node)]


@settings(deadline=None, max_examples=400)
@given(OWNERS, HEADERS, LINES, BEHIND)
def test_a_block_is_its_lines(owner: str, header: str, lines: list[tuple[int, str]], behind: str) -> None:
    body = "".join(f"\n{' ' * (4 + spaces)}{text.format(number)}" for number, (spaces, text) in enumerate(lines))
    text = f"Resources:\n  Y: y\n{owner}{header}{body}{behind}"
    assert own(text) == read(text)
    trimmed = re.sub(r"(?m)^ +$", "", text)  # tree-sitter takes CR for one more space
    assert own(trimmed.replace("\n", "\r\n")) == read(trimmed)


QUOTED = st.lists(st.sampled_from(["a", " ", "  ", "\n  ", "\n\n   ", ": ", " #", "ü"]), max_size=8).map("".join)
ESCAPES = st.sampled_from(["\\n", "\\\n   ", "\\ ", "\\x41", '\\"', "'"])


@given(QUOTED, ESCAPES, QUOTED)
def test_a_text_in_quotes_is_what_is_in_them(before: str, escape: str, behind: str) -> None:
    for quoted in (f'"{before}{escape}{behind}"', f"'{before}''{behind}'"):
        text = f"A: {quoted}\nB: b\n"
        assert own(text) == read(text)


def test_a_number_too_long_to_be_written_again_is_text() -> None:
    for number in (f"0x{'F' * 5000}", "9" * 5000):
        root = Template(Document("file:///w/template.yaml", f"A: {number}\n")).root
        assert isinstance(root, Mapping)
        scalar = root.get("A")
        assert isinstance(scalar, Scalar)
        assert scalar.data == number
        assert scalar.is_as_written
