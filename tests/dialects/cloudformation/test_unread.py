"""Which blocks cannot be read by themselves, whatever else stands in the template."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.unread import unread_blocks

BLOCKS = {
    "yaml": ("  R{n}:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: {value}\n", "Resources:\n", "", ""),
    "json": (
        '    "R{n}": {{\n      "Type": "AWS::SQS::Queue",\n      "Properties": {{"QueueName": {value}}}\n    }}',
        '{\n  "Resources": {\n',
        "\n  }\n}\n",
        ",\n",
    ),
}
BROKEN = {"yaml": ('"a', "[a", "a: b", "'a'b", "@a", "{a"), "json": ('"a', "[1", "a", '"a" "b"', "")}


def template(notation, values):
    block, head, tail, between = BLOCKS[notation]
    blocks = (block.format(n=n, value=value) for n, value in enumerate(values))
    return Document(f"file:///t.{notation}", head + between.join(blocks) + tail)


def names(document):
    return [document.slice(span).strip().strip('"').partition(":")[0].strip('"') for span in unread_blocks(document)]


@pytest.mark.parametrize("notation", list(BLOCKS))
@given(data=st.data())
def test_they_are_those_with_a_mistake(notation, data):
    values = data.draw(st.lists(st.sampled_from(['"fine"', *BROKEN[notation]]), min_size=1, max_size=6))
    broken = [f"R{n}" for n, value in enumerate(values) if value != '"fine"']
    assert names(template(notation, values)) == broken


def test_keys_that_stand_twice_are_no_syntax_errors():
    assert names(template("json", ['"a", "QueueName": "b"'])) == []
    assert names(template("yaml", ['"a"\n      QueueName: "b"'])) == []


@given(text=st.text("ab:-[]{}\"'\n \t#&*!|>%@,0\r\ufeff", max_size=80))
def test_any_text_is_told_about(text):
    for span in unread_blocks(Document("file:///t.yaml", text)):
        assert 0 <= span.start <= span.end <= len(text)
