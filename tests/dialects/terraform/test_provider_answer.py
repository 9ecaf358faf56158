"""What `terraform providers schema -json` says of a provider, as a bundle; answers that are none."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.bundles import Bundle
from lsp_server.dialects.terraform.functions import Function, Parameter
from lsp_server.dialects.terraform.provider_answer import AnswerError, bundle_of
from lsp_server.dialects.terraform.types import BOOL, DYNAMIC, NUMBER, STRING, Type

ADDRESS = "example.com/acme/demo"
THING = {
    "attributes": {
        "id": {"type": "string", "description": "What it is called.", "description_kind": "plain", "computed": True},
        "tags": {"type": ["map", "string"], "optional": True, "deprecated": True},
        "key_wo": {"type": "string", "optional": True, "sensitive": True, "write_only": True},
        "size": {"type": ["object", {"height": "number", "width": "number"}], "required": True},
        "odd": {"type": ["object", {"a:b": "number"}], "optional": True},
        "anything": {"type": "dynamic", "optional": True},
        "rules": {
            "nested_type": {
                "attributes": {"note": {"type": "string", "optional": True}, "on": {"type": "bool", "required": True}},
                "nesting_mode": "list",
            },
            "optional": True,
        },
        "no name=": {"type": "string", "optional": True},
    },
    "block_types": {
        "timeouts": {"nesting_mode": "single", "block": {"attributes": {"create": {"type": "string"}}}},
        "board": {"nesting_mode": "set", "block": {"deprecated": True}, "min_items": 1, "max_items": 2},
        "other": {"nesting_mode": "of another time", "block": {}},
    },
    "description": "A thing.",
    "deprecated": True,
}


def answer(address=ADDRESS, **provider):
    return json.dumps({"format_version": "1.0", "provider_schemas": {address: provider}}).encode()


def test_all_that_a_provider_tells_is_kept():
    schemas = {"acme_thing": {"version": 3, "block": THING}, "bad name": {"version": 0, "block": {}}}
    join = {"parameters": [{"name": "first", "type": "string", "is_nullable": True}], "return_type": ["list", "string"],
            "variadic_parameter": {"name": "more", "type": ["list", "dynamic"]}, "summary": "Joins."}  # fmt: skip
    bundle = Bundle(bundle_of(answer(
        provider={"version": 0, "block": {"attributes": {"region": {"type": "string", "optional": True}}}},
        resource_schemas=schemas, data_source_schemas={"acme_thing": {"block": {}}},
        ephemeral_resource_schemas={"acme_thing": {"block": {}}}, functions={"join": join, "a b": join},
        resource_identity_schemas={"acme_thing": {}},
    ), ADDRESS, "1.2.3"))  # fmt: skip
    assert (bundle.meta.provider, bundle.meta.version, bundle.meta.source) == ("demo", "1.2.3", ADDRESS)
    assert [*bundle.resource_types, *bundle.data_types, *bundle.ephemeral_types] == ["acme_thing"] * 3
    assert bundle.config().attributes == {"region": AttributeSchema(STRING, optional=True)}
    thing = bundle.resource("acme_thing")
    rule = NestedBlock(
        "list",
        BlockSchema({"note": AttributeSchema(STRING, optional=True), "on": AttributeSchema(BOOL, required=True)}),
    )
    assert thing.attributes == {
        "id": AttributeSchema(STRING, computed=True),
        "tags": AttributeSchema(Type("map", STRING), optional=True, deprecated=True),
        "key_wo": AttributeSchema(STRING, optional=True, sensitive=True, write_only=True),
        "size": AttributeSchema(Type("object", fields=(("height", NUMBER), ("width", NUMBER))), required=True),
        "odd": AttributeSchema(DYNAMIC, optional=True),
        "anything": AttributeSchema(DYNAMIC, optional=True),
        "rules": AttributeSchema(rule.type, optional=True, nested=rule),
    }
    assert thing.blocks == {
        "timeouts": NestedBlock("single", BlockSchema({"create": AttributeSchema(STRING)})),
        "board": NestedBlock("set", BlockSchema(deprecated=True), 1, 2),
    }
    assert thing.deprecated
    assert (thing.describe(), thing.describe("id"), thing.describe("tags")) == ("A thing.", "What it is called.", "")
    more = Parameter("more", Type("list", DYNAMIC))
    assert dict(bundle.functions) == {
        "join": Function("join", (Parameter("first", STRING),), more, Type("list", STRING), "Joins.")
    }


def test_the_two_public_registries_are_one():
    told = answer("registry.opentofu.org/acme/demo", resource_schemas={"demo_a": {"block": {}}})
    bundle = Bundle(bundle_of(told, "registry.opentofu.org/acme/demo", "1.0.0"))
    assert bundle.meta.source == "registry.terraform.io/acme/demo"
    assert list(Bundle(bundle_of(told, "registry.terraform.io/acme/demo", "1.0.0")).resource_types) == ["demo_a"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"rubbish",
        b"[]",
        b'{"provider_schemas": 1}',
        b'{"provider_schemas": {}}',
        answer("example.com/acme/other"),
        answer(resource_schemas={"demo_a": {"block": {"attributes": {"a": 1}}}}),
        answer(resource_schemas={"demo_a": {}}),
        b"\xff\xfe",
        answer(resource_schemas={"demo_a": {"block": {}}})[:-3],
    ],
)
def test_an_answer_that_is_none_is_told(data):
    with pytest.raises(AnswerError):
        bundle_of(data, ADDRESS, "1.2.3")


def test_nesting_without_end_is_no_schema():
    block = b'{"block_types": {"a": {"nesting_mode": "list", "block": ' * 100_000
    with pytest.raises(AnswerError):
        bundle_of(b'{"provider_schemas": {"%s": {"provider": {"block": %s' % (ADDRESS.encode(), block), ADDRESS, "1")


JSON_TYPES = st.recursive(
    st.sampled_from(["string", "number", "bool", "dynamic", "of another time"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["list", "set", "map"]), inner).map(list),
        st.tuples(st.just("object"), st.dictionaries(st.text(max_size=3), inner, max_size=3)).map(list),
        st.tuples(st.just("tuple"), st.lists(inner, max_size=2)).map(list),
    ),
    max_leaves=6,
)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text(max_size=5), JSON_TYPES, max_size=5), st.text(max_size=20))
def test_whatever_a_provider_calls_things_they_can_be_read_again(types, text):
    attributes = {name: {"type": kind, "optional": True, "description": text} for name, kind in types.items()}
    told = answer(resource_schemas={"demo_a": {"block": {"attributes": attributes, "description": text}}})
    bundle = Bundle(bundle_of(told, ADDRESS, "1.2.3"))
    bundle.check()
    found = bundle.resource("demo_a")
    assert found.attributes.keys() <= types.keys()
    assert not found.attributes or found.describe() == text
    assert all(found.describe(name) == text for name in found.attributes)
