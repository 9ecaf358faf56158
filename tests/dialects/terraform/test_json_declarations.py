"""What a `.tf.json` file declares, in every state of its text."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.json_declarations import declarations
from lsp_server.dialects.terraform.module import module_of

TEXT = json.dumps(
    {
        "//": "é😀",
        "terraform": [{"required_providers": {"aws": {"source": "acme/aws", "version": "1"}}, "backend": {"s3": {}}}],
        "variable": {"x": {"default": [1, {"a": None}]}, "//": "no variable"},
        "locals": [{"é": "${var.x}"}, {"b": {"c": 1}}],
        "resource": [{"aws_vpc": {"v": [{"count": 2}, {"tags": {"a": "%{if}"}}]}}, {"aws_vpc": {"w": {}}}],
        "data": {"aws_ami": [{"a": {}}, {"b": {}}]},
        "provider": {"aws": [{"region": "x"}, {"alias": "west"}]},
        "nonsense": {"x": {"y": {}}},
    },
    indent=1,
    ensure_ascii=False,
)


def module(text):
    return module_of(Unit((Document("file:///m/main.tf.json", text),)))


def test_all_that_is_declared_is_found_where_it_stands():
    read = module(TEXT)
    assert list(read.variables) == ["x"]
    assert list(read.locals) == ["é", "b"]
    assert list(read.resources) == [("aws_vpc", "v"), ("aws_vpc", "w")]
    assert list(read.data) == [("aws_ami", "a"), ("aws_ami", "b")]
    assert list(read.providers) == [("aws",), ("aws", "west")]
    assert read.required_providers["aws"].source == "acme/aws"
    assert read.resources["aws_vpc", "v"].repeated == "count"
    names = [d.name_span for table in (read.variables, read.locals, read.resources, read.data) for d in table.values()]
    assert [TEXT[span.start : span.end] for span in names] == ["x", "é", "b", "v", "w", "a", "b"]
    assert not read.partial


def test_deep_reading_shows_objects_as_blocks_too():
    blocks = {block.address: block for block in declarations(TEXT, deep=True).blocks}
    backend = blocks[("terraform",)].body.blocks_of("backend")
    assert [b.type for b in backend[0].body.blocks] == ["s3"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_text_makes_it_raise_and_every_span_lies_in_the_text(data):
    text = data.draw(st.sampled_from([TEXT, TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT]))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 40)))
        text = text[:start] + data.draw(st.text(alphabet='"{}[],:\n\r\t\\u$é😀\ufeff\0\ud800', max_size=5)) + text[end:]
    for deep in (False, True):
        for block in declarations(text, deep=deep).blocks:
            for span in (block.span, block.header_span, *(a.span for a in block.body.attributes)):
                assert 0 <= span.start <= span.end <= len(text)
    module(text)


def test_too_deep_a_nesting_is_partial():
    assert module('{"a":' * 100_000).partial
    assert module("").partial is False
    assert declarations("[" * 50_000 + "]" * 50_000, deep=True).blocks == ()
