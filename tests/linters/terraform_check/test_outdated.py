"""Hints at deprecated types, arguments and blocks: data, each with what is struck through between the marks."""

import pytest

from lsp_server.analysis import Toolchain, analyze
from lsp_server.core.diagnostic import Severity, Tag
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform import deprecations
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.bundle_writer import pack
from lsp_server.dialects.terraform.bundles import Bundle, bundled, open_bundle
from lsp_server.dialects.terraform.schema import Choice, ProviderSchemas
from lsp_server.dialects.terraform.types import STRING
from lsp_server.linters.terraform_check import TerraformCheck, linter
from lsp_server.linters.terraform_check.outdated import CODE, RECOVERED

CASES = {
    "argument": 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n  «acl»    = "private"\n}\n',
    "blocks": (
        'resource "aws_s3_bucket" "b" {\n  «versioning» {\n    enabled = true\n  }\n  «cors_rule» {\n'
        '    allowed_methods = ["GET"]\n    allowed_origins = ["*"]\n  }\n}\n'
    ),
    "what is in a deprecated block is not told again": (
        'resource "aws_s3_bucket" "b" {\n  «object_lock_configuration» {\n    object_lock_enabled = "Enabled"\n  }\n}\n'
    ),
    "dynamic block": (
        'resource "aws_s3_bucket" "b" {\n  dynamic "«cors_rule»" {\n    for_each = [1]\n    content {\n'
        '      allowed_methods = ["GET"]\n      allowed_origins = ["*"]\n    }\n  }\n}\n'
    ),
    "in a dynamic block": (
        'resource "aws_s3_bucket_lifecycle_configuration" "b" {\n  bucket = "b"\n  dynamic "rule" {\n'
        '    for_each = [1]\n    content {\n      id     = "a"\n      status = "Enabled"\n'
        '      «prefix» = "p"\n    }\n  }\n}\n'
    ),
    "type": 'resource "«aws_evidently_project»" "b" {\n  name = "x"\n}\n',
    "data source": 'data "aws_region" "r" {\n  «name» = "eu-west-1"\n}\n',
    "half typed": 'resource "aws_s3_bucket" "b" {\n  «acl» =\n',
    "nothing": 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n\nresource "aws_no_such" "b" {\n  acl = "x"\n}\n',
    "of no resource": 'module "m" {\n  source = "./m"\n  acl    = "x"\n}\n\nresource "foo_bar" "x" {\n  acl = "x"\n}\n',
}


async def hints(*texts):
    unit = Unit(tuple(Document(f"untitled:/m/{n}.tf", text) for n, text in enumerate(texts)))
    return unit, [d for d in (await TerraformCheck().lint(unit)).diagnostics if d.code == CODE]


@pytest.mark.parametrize("name", CASES)
async def test_it_is_told_where_it_stands(name):
    text = CASES[name].replace("«", "").replace("»", "")
    unit, found = await hints(text)
    marked = [part.partition("»")[0] for part in CASES[name].split("«")[1:]]
    assert sorted(unit.main.slice(one.span) for one in found) == sorted(marked)
    for one in found:
        assert (one.severity, one.tag) == (Severity.HINT, Tag.DEPRECATED)
        assert RECOVERED in one.message
        assert one.data["recovered"] is True


def requires(version):
    return (
        'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n'
        f'      version = "{version}"\n    }}\n  }}\n}}\n'
    )


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("~> 6.0", True), ("~> 5.0", True), (">= 4.0", True), (">= 6.900", True),
        ("~> 4.0", False), ("~> 3.74", False), ("< 5.0", False),
    ],
)  # fmt: skip
async def test_only_where_the_project_has_such_a_version(version, told):
    _, found = await hints(requires(version), CASES["argument"].replace("«", "").replace("»", ""))
    assert bool(found) is told


async def test_of_one_version_only():
    text = 'resource "aws_eip" "e" {\n  vpc = true\n}\n'
    assert (await hints(requires("~> 5.0"), text))[1]
    assert not (await hints(requires("~> 6.0"), text))[1]


async def test_it_changes_no_verdict_and_nothing_else(monkeypatch):
    """Everything deprecated that is known, written down: hints come, and only hints."""
    bundle = open_bundle(next(path for path in bundled() if path.stem == "aws-6"))
    choice = Choice(bundle, exact=True)
    lines = []
    for number, name in enumerate(bundle.resource_types):
        schema, known = bundle.resource(name), deprecations.told(choice, "resource", name)
        arguments = [p for p, its in known.items() if its.deprecated and p in schema.attributes]
        if arguments:
            body = "".join(f"  {one} = null\n" for one in arguments)
            lines.append(f'resource "{name}" "a{number}" {{\n{body}}}\n')
    assert len(lines) > 20
    text = "".join(lines)
    before = (await TerraformCheck().lint(Unit((Document("untitled:/m/main.tf", text),)))).diagnostics
    monkeypatch.setattr(deprecations, "told", lambda *_: deprecations.NOTHING)
    text = text.replace('" "a', '" "b')  # no piece that has been judged before
    after = (await TerraformCheck().lint(Unit((Document("untitled:/n/main.tf", text),)))).diagnostics
    assert {one.severity for one in before if one.code == CODE} == {Severity.HINT}

    def others(found):
        return [(one.span, one.code, one.severity) for one in found if one.code != CODE]

    assert others(before) == others(after)
    assert not [one for one in after if one.code == CODE]


async def test_a_module_with_such_hints_alone_is_clean():
    text = CASES["argument"].replace("«", "").replace("»", "")
    unit = Unit((Document("untitled:/m/main.tf", text),))
    analysis = await analyze(unit, Language.TERRAFORM, Toolchain((TerraformCheck(),)))
    assert [one.code for one in analysis.diagnostics] == [CODE]
    assert analysis.clean


async def test_what_the_schema_says_itself_is_told_without_a_doubt(monkeypatch):
    old = AttributeSchema(STRING, optional=True, deprecated=True)
    computed = AttributeSchema(STRING, computed=True, deprecated=True)
    schema = BlockSchema({"old": old, "out": computed}, {"part": NestedBlock("list", BlockSchema(deprecated=True))})
    meta = open_bundle(next(path for path in bundled() if path.stem == "aws-6")).meta
    types = {"aws_some": schema, "aws_gone": BlockSchema({"old": old}, deprecated=True)}
    choice = Choice(Bundle(pack(meta, BlockSchema(), types, {})), exact=True)
    monkeypatch.setattr(linter, "schema_for", lambda module: ProviderSchemas((("aws", choice),)))
    text = 'resource "aws_some" "s" {\n  old = "x"\n  part {}\n}\nresource "aws_gone" "g" {\n  old = "x"\n}\n'
    unit, found = await hints(text)
    assert [unit.main.slice(one.span) for one in found] == ["old", "part", "aws_gone"]
    assert not [one for one in found if RECOVERED in one.message]


SECRET = 'resource "random_password" "p" {\n  length = 12\n}\n\nresource "aws_db_instance" "d" {\n  count = 1\n}\n'


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("random_password.p.result", True),
        ('"x-${random_password.p.result}"', True),
        ("aws_db_instance.d[0].password", True),
        ("local.secret", True),
        ("random_password.p.length", False),
        ("nonsensitive(random_password.p.result)", False),
        ("random_password.p", False),
        ("random_password.none.result", False),
        ("var.known", False),
    ],
)
async def test_an_output_of_what_is_sensitive_gets_a_hint_and_no_more(value, told):
    known = 'variable "known" {\n  type      = string\n  sensitive = true\n}\n\n'
    known += "locals {\n  secret = random_password.p.result\n}\n"
    text = f'{SECRET}{known}\noutput "o" {{\n  value = {value}\n}}\n'
    unit = Unit((Document("untitled:/m/main.tf", text),))
    found = [one for one in (await TerraformCheck().lint(unit)).diagnostics if one.code == "hidden-output"]
    assert [one.severity for one in found] == [Severity.HINT] * told
    quiet = Unit((Document("untitled:/m/main.tf", text.replace(f"= {value}\n", f"= {value}\n  sensitive = true\n")),))
    assert not [one for one in (await TerraformCheck().lint(quiet)).diagnostics if one.code == "hidden-output"]
