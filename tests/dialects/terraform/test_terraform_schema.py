"""Bundles, versions, types, and which schema counts."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform import schema
from lsp_server.dialects.terraform.block_schema import OPAQUE, AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.bundle_writer import pack
from lsp_server.dialects.terraform.bundles import Bundle, BundleError, ProviderMeta, bundled, open_bundle
from lsp_server.dialects.terraform.functions import Function, Parameter
from lsp_server.dialects.terraform.module import module_from, module_of
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.dialects.terraform.types import BOOL, NUMBER, STRING, Type, parse_type, type_from_json
from lsp_server.dialects.terraform.versions import Constraint, version
from lsp_server.dialects.terraform.vocabulary import vocabulary

PROVIDERS = frozenset(
    {
        "archive", "aws", "azuread", "azurerm", "cloudflare", "cloudinit", "datadog", "docker", "external", "github",
        "google", "google-beta", "helm", "http", "kubernetes", "local", "null", "random", "time", "tls", "vault",
    }
)  # fmt: skip
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
    bundle = Bundle(pack(META, LEAF, {"acme_thing": THING, **many}, {"acme_leaf": LEAF}, {"acme_key": LEAF}))
    assert bundle.meta == META
    assert bundle.resource("acme_thing") == THING
    assert bundle.data_source("acme_leaf") == LEAF
    assert bundle.ephemeral("acme_key") == LEAF
    assert bundle.config() == LEAF
    assert all(bundle.resource(name) == block for name, block in many.items())
    assert bundle.resource("acme_nothing") is None


def test_equal_schemas_give_equal_bytes():
    turned = BlockSchema(dict(reversed(THING.attributes.items())), dict(reversed(THING.blocks.items())))
    assert pack(META, LEAF, {"a": THING, "b": LEAF}, {}) == pack(META, LEAF, {"b": LEAF, "a": turned}, {})


@pytest.mark.parametrize(
    "data", [b"", b"LINTEL-SCHEMA-2\n", b"LINTEL-SCHEMA-2\n{}\n", b"LINTEL-SCHEMA-1\n", b"junk" * 100]
)
def test_a_corrupt_bundle_is_told(data):
    with pytest.raises(BundleError):
        Bundle(data)


def test_a_cut_bundle_is_told():
    whole = pack(META, LEAF, {"acme_thing": THING}, {})
    for cut in (40, len(whole) - 1):
        with pytest.raises(BundleError):
            Bundle(whole[:cut])


def test_a_bundle_whose_head_is_corrupt_is_told_and_says_nothing(tmp_path, caplog):
    data = bytearray(pack(META, LEAF, {"acme_thing": THING}, {"acme_leaf": LEAF}))
    data[data.index(b"\n", 20) + 8] ^= 0xFF
    (tmp_path / "acme-1.bundle").write_bytes(data)
    bundle = Bundle(tmp_path / "acme-1.bundle")
    assert bundle.resource("acme_thing") is OPAQUE
    assert bundle.resource("acme_no_such_thing") is OPAQUE
    assert bundle.config() is OPAQUE
    assert (dict(bundle.resource_types), dict(bundle.functions)) == ({}, {})
    assert "acme-1.bundle cannot be read, acme is left out" in caplog.text


def test_a_chunk_that_is_corrupt_says_nothing_and_harms_no_other(caplog):
    many = {
        f"acme_{n}": BlockSchema({f"a{n}_{i}": AttributeSchema(BOOL, optional=True) for i in range(900)})
        for n in range(9)
    }
    data = bytearray(pack(META, LEAF, many, {}))
    data[-5] ^= 0xFF
    found = [Bundle(bytes(data)).resource(name) for name in many]
    assert found[0] == many["acme_0"]
    assert found[-1] is OPAQUE
    assert "nothing is known of some types of acme" in caplog.text


def test_a_corrupt_bundle_harms_no_other(tmp_path, monkeypatch, caplog):
    (tmp_path / "acme-1.bundle").write_bytes(pack(META, LEAF, {"acme_thing": THING}, {}))
    (tmp_path / "broken-1.bundle").write_bytes(b"LINTEL-SCHEMA-2\n{broken")
    (tmp_path / "gone-1.bundle").symlink_to(tmp_path / "gone")
    monkeypatch.setattr(schema, "bundled", lambda: tuple(sorted(tmp_path.iterdir())))
    monkeypatch.setattr(schema, "_bundles_by_address", schema._bundles_by_address.__wrapped__)
    monkeypatch.setattr(schema, "_choose", schema._choose.__wrapped__)
    text = required(acme='source = "acme/acme"')
    schemas = schema_for(module_from([Document("u:/main.tf", text)]))
    assert schemas.resource("acme_thing") == THING
    assert [name for name, _ in schemas.choices] == ["acme"]
    assert "broken-1.bundle cannot be read" in caplog.text
    assert "gone-1.bundle cannot be read" in caplog.text


def test_what_a_provider_tells_of_an_argument_is_kept():
    host, port = AttributeSchema(STRING, optional=True), AttributeSchema(NUMBER, required=True)
    inner = BlockSchema({"host": host, "port": port})
    nested = NestedBlock("list", inner)
    block = BlockSchema(
        {
            "key": AttributeSchema(STRING, optional=True, sensitive=True, description="A key.\nKeep it."),
            "key_wo": AttributeSchema(STRING, optional=True, write_only=True),
            "old": AttributeSchema(STRING, optional=True, deprecated=True),
            "to": AttributeSchema(nested.type, optional=True, nested=nested),
        },
        deprecated=True,
    )
    join = Function("join", (Parameter("parts", Type("list", STRING)),), Parameter("more", STRING), STRING, "Joins.")
    bundle = Bundle(pack(META, LEAF, {"acme_thing": block}, {}, functions=[join]))
    found = bundle.resource("acme_thing")
    assert replace_texts(found) == replace_texts(block)
    assert found.describe("key") == "A key.\nKeep it."
    assert (found.describe("old"), found.describe("no"), found.describe()) == ("", "", "")
    assert dict(bundle.functions) == {"join": join}
    to = Type("object", fields=(("host", STRING), ("port", NUMBER)), may_lack=frozenset({"host"}))
    assert found.attributes["to"].type == Type("list", to)


def replace_texts(block):
    """A block without the texts of its attributes, which a bundle reads when they are asked for."""
    attributes = {name: replace(known, description="") for name, known in block.attributes.items()}
    return replace(block, attributes=attributes)


def test_bundled_descriptions_are_read_on_demand():
    schemas = schema_for(module_from([]))
    assert "length" in schemas.resource("random_pet").describe("length").lower()
    assert schemas.resource("random_pet").attributes["length"].description == ""


def test_a_missing_bundle_is_told(tmp_path):
    with pytest.raises(BundleError, match="cannot be read"):
        open_bundle(tmp_path / "no.bundle")


def test_what_ships_is_small_and_says_where_it_comes_from():
    metas = [open_bundle(path).meta for path in bundled()]
    assert {m.provider for m in metas} >= PROVIDERS
    assert {(m.provider, m.version.split(".")[0]) for m in metas} >= {("aws", "5"), ("aws", "6")}
    assert all(
        m.licence == "MPL-2.0" and m.origin.startswith(("npm:", "pypi:")) for m in metas if m.provider != "terraform"
    )
    assert sum(path.stat().st_size for path in bundled()) < 3_000_000
    bucket = open_bundle(next(p for p in bundled() if p.name == "aws-5.bundle")).resource("aws_s3_bucket")
    assert bucket is not None
    assert bucket.blocks["versioning"].max == 1
    assert bucket.attributes["tags"].type == Type("map", STRING)
    assert not bucket.attributes["arn"].settable


def test_the_notice_names_every_bundle_and_its_package():
    told = (bundled()[0].parent / "NOTICE").read_text("utf-8")
    for path in bundled():
        meta = open_bundle(path).meta
        if not meta.origin:
            continue  # what is part of Terraform comes of no package
        line = next(line for line in told.splitlines() if line.split()[:1] == [path.name])
        assert f"{meta.provider} {meta.version}" in line
        assert re.split("==|@(?=[0-9])", meta.origin.partition(":")[2]) == line.split()[-2:]


TYPES = st.recursive(
    st.sampled_from([STRING, NUMBER, BOOL]),
    lambda inner: st.one_of(
        st.builds(Type, st.sampled_from(["list", "set", "map"]), inner),
        st.lists(st.tuples(st.from_regex(r"[a-z_]{1,5}", fullmatch=True), inner), max_size=3).map(
            lambda f: Type("object", fields=tuple(dict(f).items()), may_lack=frozenset(list(dict(f))[1:]))
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
        ("~> 6.0", "5.31.0", "aws 6", True, 0),  # the next `terraform init -upgrade` takes another than is locked
    ],
)
def test_the_schema_that_counts(constraint, lock, title, exact, others):
    text = f'terraform {{\n  required_providers {{\n    aws = {{ version = "{constraint}" }}\n  }}\n}}\n'
    locked = f'provider "registry.terraform.io/hashicorp/aws" {{\n  version = "{lock}"\n}}\n' if lock else ""
    module = settled(text, locked)
    choice = schema_for(module).provider_of("aws_vpc")
    assert choice is not None
    assert choice.title.startswith(title)
    assert (choice.exact, len(choice.others)) == (exact, others)


@pytest.mark.parametrize("source", ["HashiCorp/AWS", "registry.opentofu.org/hashicorp/aws", "aws"])
@pytest.mark.parametrize("host", ["registry.terraform.io", "registry.opentofu.org"])
def test_the_two_public_registries_serve_the_same_provider(source, host):
    text = f'terraform {{\n  required_providers {{\n    aws = {{ source = "{source}" }}\n  }}\n}}\n'
    lock = f'provider "{host}/hashicorp/aws" {{\n  version = "5.31.0"\n}}\n'
    module = settled(text, lock)
    choice = schema_for(module).provider_of("aws_vpc")
    assert choice is not None
    assert choice.title.startswith("aws 5")


def test_another_host_is_another_provider():
    text = 'terraform {\n  required_providers {\n    aws = { source = "example.com/hashicorp/aws" }\n  }\n}\n'
    assert schema_for(module_from([Document("u:/main.tf", text)])).provider_of("aws_vpc") is None


def test_a_local_name_of_its_own_is_followed():
    text = required(amazon='source = "hashicorp/aws", version = "~> 5.0"')
    schemas = schema_for(module_from([Document("u:/main.tf", text)]))
    assert schemas.provider_config("amazon")
    assert schemas.provider_of("aws_vpc", "amazon").title.startswith("aws 5")
    # Terraform takes a type's first word for hashicorp/aws, and the module has settled which version of it
    assert schemas.provider_of("aws_vpc").title.startswith("aws 5")


def test_two_local_names_may_stand_for_one_provider():
    text = required(one='source = "hashicorp/random"', two='source = "hashicorp/random"')
    schemas = schema_for(module_from([Document("u:/main.tf", text)]))
    assert schemas.resource("random_pet", "one") == schemas.resource("random_pet", "two") is not None


def settled(text, lock):
    """The module of a text beside which a lock file lies."""
    return module_of(Unit((Document("u:/main.tf", text),), beside=(Document("u:/.terraform.lock.hcl", lock),)))


def required(**providers):
    entries = "".join(f"    {name.replace('_', '-')} = {{ {asked} }}\n" for name, asked in providers.items())
    return f"terraform {{\n  required_providers {{\n{entries}  }}\n}}\n"


BETA = required(google_beta='source = "hashicorp/google-beta"')


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ('resource "google_project" "p" {}', "google"),
        ('resource "google_project" "p" {\n  provider = google-beta\n}', "google-beta"),
        ('resource "google_project" "p" {\n  provider = google-beta.west\n}', "google-beta"),
        ('resource "google_project" "p" {\n  provider = "google-beta"\n}', "google-beta"),
        ('data "google_project" "p" {\n  provider = google-beta\n}', "google-beta"),
        # where only google-beta is required, Terraform still takes hashicorp/google for a type without `provider`
        (BETA + 'resource "google_project" "p" {}', "google"),
        (required(google='source = "hashicorp/google-beta"') + 'resource "google_project" "p" {}', "google-beta"),
        (required(g='source = "hashicorp/google"') + 'resource "google_project" "p" {\n  provider = g\n}', "google"),
        (required(google='source = "example.com/a/google"') + 'resource "google_project" "p" {}', None),
        ('resource "google_project" "p" {\n  provider = other\n}', None),
        ('resource "google_project" "p" {\n  provider = \n}', "google"),
    ],
)
def test_the_provider_of_a_block(text, provider):
    module = module_from([Document("u:/main.tf", text + "\n")])
    choice = schema_for(module).choice_of(next(iter({**module.resources, **module.data}.values())))
    assert (choice and choice.meta.provider) == provider


def test_an_override_file_may_choose_the_provider():
    main = Document("u:/main.tf", 'resource "google_project" "p" {}\n')
    over = Document("u:/override.tf", 'resource "google_project" "p" {\n  provider = google-beta\n}\n')
    module = module_from([main, over])
    assert schema_for(module).choice_of(module.resources["google_project", "p"]).meta.provider == "google-beta"


def test_a_provider_that_terraform_would_look_for_elsewhere_only_warns():
    assert schema_for(module_from([])).provider("docker").exact is False
    text = required(docker='source = "kreuzwerker/docker"')
    assert schema_for(module_from([Document("u:/main.tf", text)])).provider("docker").exact


def test_what_is_typed_opens_no_other_provider():
    schemas = schema_for(module_from([]))
    assert [c.meta.provider for c in schemas.likely(frozenset({"aws"}), "")] == ["aws", "terraform"]
    assert [c.meta.provider for c in schemas.likely((), "azurerm_res")] == ["azurerm", "terraform"]
    assert {c.meta.provider for c in schemas.likely((), "azu")} == {"azurerm", "azuread", "terraform"}
    assert {c.meta.provider for c in schemas.likely(frozenset({"aws"}), "google_")} == {"aws", "google", "terraform"}
    assert len(schemas.likely()) == len(schemas.choices)


def test_the_words_beside_the_bundles_are_those_of_the_bundles():
    words = frozenset().union(*(open_bundle(path).words() for path in bundled()))
    assert words == vocabulary()
    assert {"role", "rule", "min", "max"} <= words
