"""What is recovered of deprecated and sensitive arguments: what it tells, of which versions, and how it is built."""

import sys
from pathlib import Path

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform import deprecations
from lsp_server.dialects.terraform.bundles import bundled, open_bundle
from lsp_server.dialects.terraform.deprecations import NOTHING, Entry, Told, at, pack, told
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.dialects.terraform.schema import Choice, typed

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from build_deprecations import PACKAGES, SCHEMAS, matched, plain
from pulumi_source import Bridged, Member, _bridged, _classes
from pulumi_words import generic, translated

KEYS = "Use key_schema instead."
FLAGS = "This resource is deprecated. Use AWS AppConfig feature flags instead."
FILES = sorted(SCHEMAS.glob(f"*{deprecations.SUFFIX}"))


def choice(name, **given):
    return Choice(open_bundle(next(path for path in bundled() if path.stem == name)), exact=True, **given)


@pytest.mark.parametrize(
    ("bundle", "kind", "name", "path", "expected"),
    [
        ("aws-6", "resource", "aws_s3_bucket", "acl", Told(True, "Use the `aws_s3_bucket_acl` resource instead.")),
        ("aws-5", "resource", "aws_s3_bucket", "acl", Told(True, "Use the `aws_s3_bucket_acl` resource instead.")),
        ("aws-6", "resource", "aws_s3_bucket", "bucket", Told()),
        ("aws-5", "resource", "aws_eip", "vpc", Told(True, "Use domain instead.")),
        ("aws-6", "resource", "aws_dynamodb_table", "global_secondary_index/hash_key", Told(True, KEYS)),
        ("aws-5", "resource", "aws_dynamodb_table", "global_secondary_index/hash_key", Told()),
        ("aws-6", "resource", "aws_instance", "security_groups", Told()),
        ("aws-6", "resource", "aws_db_instance", "password", Told(sensitive=True)),
        ("aws-6", "resource", "aws_evidently_project", "", Told(True, FLAGS)),
        ("google-8", "resource", "google_compute_instance", "network_interface/subnetwork", Told()),
        ("google-beta-8", "resource", "google_sql_database_instance", "root_password", Told(sensitive=True)),
        ("random-3", "resource", "random_password", "result", Told(sensitive=True)),
        ("tls-4", "resource", "tls_private_key", "private_key_pem", Told(sensitive=True)),
    ],
)  # fmt: skip
def test_what_is_told(bundle, kind, name, path, expected):
    assert at(told(choice(bundle), kind, name), path.split("/") if path else ()) == expected


def test_a_project_with_another_major_version_hears_nothing():
    assert told(choice("aws-5", near=False), "resource", "aws_s3_bucket") is NOTHING
    assert told(None, "resource", "aws_s3_bucket") is NOTHING
    assert told(choice("null-3"), "resource", "null_resource") is NOTHING


@pytest.mark.parametrize(
    ("entry", "written", "majors"),
    [
        (Entry("a/b", True, (5,), "Use c instead."), "a/b=5 Use c instead.", [5]),
        (Entry("a", True, (5, 6), "", True), "a=5,6+", [5, 6, 7]),
        (Entry("", False, (4,), "", True), "~4+", [4, 5, 6, 7]),
        (Entry("a", True, (4,), "It will be removed in v5.0 of the provider.", True), None, [4]),
        (Entry("a", True, (4,), "It will be removed in version 6.0 of the provider.", True), None, [4, 5]),
    ],
)
def test_an_entry_and_the_versions_it_speaks_for(entry, written, majors):
    assert written in (None, entry.written)
    assert deprecations._entry(entry.written) == entry
    assert [major for major in range(3, 8) if entry.holds(major)] == majors


def test_a_file_tells_what_was_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(deprecations, "_FOLDER", tmp_path)
    for cached in (deprecations._lines, deprecations._told):
        monkeypatch.setattr(deprecations, cached.__name__, cached.__wrapped__)
    path = tmp_path / "aws.deprecations"
    entries = [Entry("a", True, (6,), "Use b = 1 ~ 2."), Entry("a", False, (6,)), Entry("c/d", True, (5,))]
    path.write_bytes(pack({("resource", "aws_x"): entries}))
    assert pack({("resource", "aws_x"): reversed(entries)}) == path.read_bytes()
    assert told(choice("aws-6"), "resource", "aws_x") == {"a": Told(True, "Use b = 1 ~ 2.", True)}
    assert told(choice("aws-5"), "resource", "aws_x") == {"c/d": Told(True)}
    assert told(choice("aws-6"), "data", "aws_x") is NOTHING
    for broken in (b"no xz", pack({("resource", "aws_x"): ()}), b""):
        path.write_bytes(broken)
        assert not told(choice("aws-6"), "resource", "aws_x")
    path.unlink()
    assert told(choice("aws-6"), "resource", "aws_x") is NOTHING


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_argument_is_one_of_the_providers(path):
    """What is told is of a type, argument or block that some version it speaks for has; deprecated ones may be set."""
    bundles = [open_bundle(one) for one in bundled()]
    names = {path.stem, "google-beta"} if path.stem == "google" else {path.stem}
    own = {int(b.meta.version.split(".")[0]): b for b in bundles if b.meta.provider in names}
    count = 0
    for line, rest in deprecations._lines.__wrapped__(path.stem).items():
        kind, name = line.split(" ")
        for text in rest.split("\t"):
            entry = deprecations._entry(text)
            assert entry is not None
            *around, last = entry.path.split("/")
            for major in entry.majors:
                block = typed(own[major], kind, name)
                for step in around:
                    block = block.blocks[step].block
                assert block is not None
                known = block.attributes.get(last)
                assert not last or last in block.blocks or known is not None
                assert not (entry.deprecated and known) or known.settable
            count += 1
    assert count


def test_they_are_small():
    assert {path.stem for path in FILES} == {package.provider for package in PACKAGES}
    assert sum(path.stat().st_size for path in FILES) < 75_000


# -- how it is built

TYPES = {
    ("s3", "BucketAcl", False): "aws_s3_bucket_acl",
    ("s3", "Objects", True): "aws_s3_objects",
    ("index", "RepositoryPages", False): "github_repository_pages",
    ("index", "Region", True): "aws_region",
    ("index", "TeamMembers", False): "github_team_members",
    ("index", "TeamMembership", False): "github_team_membership",
}
WORDS = {"source_resource_id", "locations_details", "fail_open"}


@pytest.mark.parametrize(
    ("said", "module", "means"),
    [
        ("acl is deprecated. Use s3.BucketAcl instead.", "s3", "Use `aws_s3_bucket_acl` instead."),
        ("Use the `s3_get_objects` data source.", "s3", "Use the `aws_s3_objects` data source."),
        ("Use get_region instead.", "servicequotas", "Use `aws_region` instead."),
        ("Use the RepositoryPages resource instead.", "index", "Use the `github_repository_pages` resource instead."),
        (
            "Use TeamMembership or TeamMembers resource to manage it.", "index",
            "Use `github_team_membership` or `github_team_members` resource to manage it.",
        ),
        ("Use `RestrictionPolicy` instead. It is gone.", "index", "It is gone."),
        ("Use the s3.NoSuchThing resource instead. It has no effect.", "s3", "It has no effect."),
        ("`locationsDetails` is gone. Use `x_y`.", "m", "`locations_details` is gone. Use `x_y`."),
        ("Use `noSuchName` instead.", "m", ""),
        ("this has been deprecated in favour of `id`", "m", "This has been deprecated in favour of `id`."),
        ("tls_1_2 has been deprecated", "m", "tls_1_2 has been deprecated."),
        ("It goes. For more, see https://example.com/x.", "m", "It goes."),
        ("Use [the guide](https://example.com/x).", "m", "Use the guide."),
        ("Run `pulumi up` for it.", "m", ""),
        ("This attribute is deprecated.", "m", ""),
        ('Use \\"fail_open\\" instead', "m", 'Use "fail_open" instead.'),
    ],
)  # fmt: skip
def test_sentences_in_terraforms_names(said, module, means):
    assert translated(said, module, TYPES, WORDS) == means


def test_a_version_of_pulumis_is_none_of_the_providers():
    text = (
        "**NOTE:** This resource has been deprecated and will be removed in version 6.0 of the provider. Please wait."
    )
    assert translated(text, "m", {}, (), whole=True) == "This resource has been deprecated. Please wait."


def test_nor_is_one_in_which_it_was_deprecated():
    text = "This resource has been deprecated in version 5.0 of the provider and will be removed in version 6.0. Wait."
    assert translated(text, "m", {}, (), whole=True) == "This resource has been deprecated. Wait."


def test_what_says_no_more_than_deprecated():
    assert generic("This attribute is deprecated.")
    assert not generic("Use x instead.")


PYTHON = '''
@pulumi.input_type
class _ThingState:
    @_builtins.property
    @pulumi.getter(name="masterPassword")
    @_utilities.deprecated("""Use b instead.""")
    def master_password(self) -> pulumi.Input[Optional[_builtins.str]]:
        """
        > **NOTE:** The `a.b` is deprecated.
        """

    @_builtins.property
    @pulumi.getter
    def rules(self) -> pulumi.Input[Optional[Sequence[pulumi.Input['ThingRuleArgs']]]]:
        pass


class Thing(pulumi.CustomResource):
    """
    > **Warning:** This resource is deprecated. Use another.
    """
        secret_opts = pulumi.ResourceOptions(additional_secret_outputs=["masterPassword"])
        super(Thing, __self__).__init__(
            'aws:x/thing:Thing',
'''


def test_a_file_of_a_package_is_read():
    found = _bridged(PYTHON, _classes("class ThingRuleArgs:\n    pass\n"))
    assert (found.token, found.module, found.name, found.data) == ("aws:x/thing:Thing", "x", "Thing", False)
    assert found.members == {
        "master_password": Member("master_password", "", "Use b instead."), "rules": Member("rules", "ThingRuleArgs"),
    }  # fmt: skip
    assert found.sensitive == {"master_password"}
    assert found.deprecated == "This resource is deprecated. Use another."
    assert _bridged("class A:\n    pass\n", {}) is None


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("cors_rules", "corsrule"), ("policies", "policy"), ("address", "address"), ("boxes", "box")],
)
def test_plurals(plural, singular):
    assert plain(plural) == singular


def test_only_what_is_plain_is_matched():
    bundle = choice("random-3").bundle
    block = bundle.resource("random_password")
    members = {name: Member(name) for name in block.attributes}
    same = Bridged("random:index/randomPassword:RandomPassword", False, members, {})
    other = Bridged("random:index/thing:Thing", False, {"a": Member("a")}, {})
    assert matched(bundle, [same, other]) == {0: "random_password"}


# -- completion

MODULE = 'resource "aws_s3_bucket" "b" {\n  $0\n}\n'
LOCKED = (
    'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n'
    '      version = "~> 3.0"\n    }\n  }\n}\n'
)


def offered(text):
    offset = text.index("$0")
    document = Document("file:///no/such/main.tf", text.replace("$0", ""))
    return {one.label: one for one in Terraform().completions(Unit((document,)), document, offset)}


def test_what_is_deprecated_is_offered_last():
    found = offered(MODULE)
    for name in ("acl", "versioning"):
        assert found[name].deprecated
        assert found[name].detail.startswith("deprecated")
        assert found[name].rank > max(one.rank for one in found.values() if not one.deprecated)
    assert not found["bucket"].deprecated
    assert "aws_s3_bucket_acl" in Terraform().documentation(found["acl"].key)


def test_a_type_that_is_deprecated_is_offered_last():
    found = offered('resource "aws_evidently_pro$0" "x" {\n}\n')
    assert found["aws_evidently_project"].deprecated
    assert "deprecated" in found["aws_evidently_project"].detail


def test_nothing_is_deprecated_in_another_version():
    assert not any(one.deprecated for one in offered(LOCKED + MODULE).values())
