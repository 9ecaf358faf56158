"""Bundles, versions, types, and which schema counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document
from lsp_server.dialects.terraform.block_schema import OPAQUE, AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.bundles import Bundle, BundleError, ProviderMeta, bundled, open_bundle, pack
from lsp_server.dialects.terraform.module import module_from
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.dialects.terraform.types import BOOL, NUMBER, STRING, Type, parse_type, type_from_json
from lsp_server.dialects.terraform.versions import Constraint, version
from lsp_server.dialects.terraform.vocabulary import vocabulary

META = ProviderMeta("acme", "1.2.3", "registry.terraform.io/acme/acme", "MPL-2.0", "npm:acme")
LEAF = BlockSchema({"size": AttributeSchema(NUMBER, optional=True)})
THING = BlockSchema(
    {"name": AttributeSchema(STRING, required=True), "id": AttributeSchema(STRING, computed=True)},
    {"leaf": NestedBlock("list", LEAF, 1, 2), "any": NestedBlock("set", OPAQUE), "one": NestedBlock("single", LEAF)},
)


def test_what_is_packed_is_read_again():
    many = {
        f"acme_thing_{n}": BlockSchema({f"a{n}_{i}": AttributeSchema(BOOL, optional=True) for i in range(300)})
        for n in range(40)
    }
    bundle = Bundle(pack(META, LEAF, {"acme_thing": THING, **many}, {"acme_leaf": LEAF}))
    assert bundle.meta == META
    assert bundle.resource("acme_thing") == THING
    assert bundle.data_source("acme_leaf") == LEAF
    assert bundle.config() == LEAF
    assert all(bundle.resource(name) == block for name, block in many.items())
    assert bundle.resource("acme_nothing") is None


def test_equal_schemas_give_equal_bytes():
    turned = BlockSchema(dict(reversed(THING.attributes.items())), dict(reversed(THING.blocks.items())))
    assert pack(META, LEAF, {"a": THING, "b": LEAF}, {}) == pack(META, LEAF, {"b": LEAF, "a": turned}, {})


@pytest.mark.parametrize("data", [b"", b"LINTEL-SCHEMA-1", b"LINTEL-SCHEMA-1\0\0\0\x05hello", b"junk" * 100])
def test_a_corrupt_bundle_is_told(data):
    with pytest.raises(BundleError):
        Bundle(data)


def test_a_cut_bundle_is_told():
    whole = pack(META, LEAF, {"acme_thing": THING}, {})
    for cut in (40, len(whole) - 1):
        with pytest.raises(BundleError):
            Bundle(whole[:cut])


def test_a_missing_bundle_is_told(tmp_path):
    with pytest.raises(BundleError, match="cannot be read"):
        open_bundle(tmp_path / "no.bundle")


def test_what_ships_is_small_and_says_where_it_comes_from():
    metas = [open_bundle(path).meta for path in bundled()]
    assert {(m.provider, m.version.split(".")[0]) for m in metas} >= {("aws", "5"), ("aws", "6")}
    assert all(m.licence == "MPL-2.0" and m.origin.startswith("npm:") for m in metas)
    assert all(path.stat().st_size < 400_000 for path in bundled())
    bucket = open_bundle(next(p for p in bundled() if p.name == "aws-5.bundle")).resource("aws_s3_bucket")
    assert bucket is not None
    assert bucket.blocks["versioning"].max == 1
    assert bucket.attributes["tags"].type == Type("map", STRING)
    assert not bucket.attributes["arn"].settable


TYPES = st.recursive(
    st.sampled_from([STRING, NUMBER, BOOL]),
    lambda inner: st.one_of(
        st.builds(Type, st.sampled_from(["list", "set", "map"]), inner),
        st.lists(st.tuples(st.from_regex(r"[a-z_]{1,5}", fullmatch=True), inner), max_size=3).map(
            lambda f: Type("object", fields=tuple(dict(f).items()))
        ),
    ),
    max_leaves=6,
)


@given(TYPES)
def test_types_survive_both_notations(kind):
    assert parse_type(kind.notation()) == kind
    assert type_from_json(kind.json()) == kind


@pytest.mark.parametrize(
    ("constraint", "fits", "not_"),
    [
        ("~> 5.0", "5.99.1", "6.0.0"),
        ("~> 5.31.0", "5.31.9", "5.32.0"),
        (">= 4.9, < 6", "5.1", "6.0.0"),
        ("= 5.1.0", "5.1.0", "5.1.1"),
        ("5.1.0", "5.1", "5.2"),
        ("!= 5.1.0", "5.2.0", "5.1.0"),
        ("> 5", "5.0.1", "5.0.0"),
    ],
)
def test_constraints(constraint, fits, not_):
    parsed = Constraint.parse(constraint)
    assert parsed.allows(version(fits))
    assert not parsed.allows(version(not_))


@pytest.mark.parametrize("text", ["x", "~~> 1", "1,", ">= a"])
def test_what_is_no_constraint_allows_everything(text):
    assert not Constraint.parse(text).valid
    assert Constraint.parse(text).allows((1,))


@pytest.mark.parametrize(
    ("constraint", "lock", "title", "exact", "others"),
    [
        ("", "", "aws 6", True, 1),
        (">= 4.0", "", "aws 6", True, 1),
        ("~> 5.0", "", "aws 5", True, 0),
        ("< 6.0.0", "", "aws 5", True, 0),
        ("~> 5.20, != 5.30.0", "", "aws 5", True, 0),
        ("~> 3.74", "", "aws 5", False, 0),
        ("~> 99.0", "", "aws 6", False, 0),
        ("nonsense", "", "aws 6", False, 1),
        (">= 5.0", "5.31.0", "aws 5", True, 0),
        ("", "4.67.0", "aws 5", False, 0),
        ("~> 6.900", "", "aws 6", False, 0),
        (">= 6.900.0", "", "aws 6", False, 0),
        ("> 6.66.0, < 7", "", "aws 6", False, 0),
        ("~> 6.66.0", "", "aws 6", True, 0),
        (">= 6.10, != 6.20.0, < 6.30", "", "aws 6", True, 0),
        ("!= 6.66.0", "", "aws 6", True, 1),
        ("> 5.1.0, < 5.1.2", "", "aws 5", True, 0),
        ("~> 5", "", "aws 5", True, 0),
        ("5.99.1", "", "aws 5", True, 0),
        ("  >=5.0 ,<6.0  ", "", "aws 5", True, 0),
        (">= 5.0", "6.900.0", "aws 6", False, 0),
    ],
)
def test_the_schema_that_counts(constraint, lock, title, exact, others):
    text = f'terraform {{\n  required_providers {{\n    aws = {{ version = "{constraint}" }}\n  }}\n}}\n'
    locked = f'provider "registry.terraform.io/hashicorp/aws" {{\n  version = "{lock}"\n}}\n' if lock else ""
    module = module_from([Document("u:/main.tf", text), Document("u:/.terraform.lock.hcl", locked)])
    choice = schema_for(module).provider_of("aws_vpc")
    assert choice is not None
    assert choice.title.startswith(title)
    assert (choice.exact, len(choice.others)) == (exact, others)


@pytest.mark.parametrize("source", ["HashiCorp/AWS", "registry.opentofu.org/hashicorp/aws", "aws"])
@pytest.mark.parametrize("host", ["registry.terraform.io", "registry.opentofu.org"])
def test_the_two_public_registries_serve_the_same_provider(source, host):
    text = f'terraform {{\n  required_providers {{\n    aws = {{ source = "{source}" }}\n  }}\n}}\n'
    lock = f'provider "{host}/hashicorp/aws" {{\n  version = "5.31.0"\n}}\n'
    module = module_from([Document("u:/main.tf", text), Document("u:/.terraform.lock.hcl", lock)])
    choice = schema_for(module).provider_of("aws_vpc")
    assert choice is not None
    assert choice.title.startswith("aws 5")


def test_another_host_is_another_provider():
    text = 'terraform {\n  required_providers {\n    aws = { source = "example.com/hashicorp/aws" }\n  }\n}\n'
    assert schema_for(module_from([Document("u:/main.tf", text)])).provider_of("aws_vpc") is None


def test_a_local_name_of_its_own_is_followed():
    text = 'terraform {\n  required_providers {\n    amazon = { source = "hashicorp/aws" }\n  }\n}\n'
    schemas = schema_for(module_from([Document("u:/main.tf", text)]))
    assert schemas.provider_config("amazon")
    assert schemas.provider_of("aws_vpc") is None


def test_the_words_beside_the_bundles_are_those_of_the_bundles():
    words = frozenset().union(*(open_bundle(path).words() for path in bundled()))
    assert words == vocabulary()
    assert {"role", "rule", "min", "max"} <= words
