"""Arguments and blocks of the S3 bucket, with a provider that has them as resources of their own only."""

import shutil

import pytest

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import edit_unit
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.bundle_writer import pack
from lsp_server.dialects.terraform.bundles import Bundle, bundled, open_bundle
from lsp_server.dialects.terraform.schema import Choice, ProviderSchemas
from lsp_server.fixers.base import FixContext, FixerTable
from lsp_server.fixers.terraform import FIXERS, content
from lsp_server.linters.terraform_validate import TerraformValidate

GONE = ("acl", "versioning", "server_side_encryption_configuration", "logging", "cors_rule", "acceleration_status")
KEPT = (
    "aws_s3_bucket_acl", "aws_s3_bucket_versioning", "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_logging", "aws_s3_bucket_cors_configuration", "aws_s3_bucket_accelerate_configuration",
)  # fmt: skip

CASES = {
    "acl": ('  acl    = "private"', '  acl    = "private"'),
    "acceleration_status": ('  acceleration_status = "Enabled"', '  status = "Enabled"'),
    "versioning": (
        "  versioning {\n    enabled = true # always\n  }",
        '\n  versioning_configuration {\n    status = "Enabled" # always\n  }',
    ),
    "server_side_encryption_configuration": (
        "  server_side_encryption_configuration {\n    rule {\n      bucket_key_enabled = true\n    }\n  }",
        "\n  rule {\n    bucket_key_enabled = true\n  }",
    ),
    "logging": (
        '  logging {\n    target_bucket = "x"\n    target_prefix = "p/"\n  }',
        '\n  target_bucket = "x"\n  target_prefix = "p/"',
    ),
    "cors_rule": (
        '  cors_rule {\n    allowed_methods = ["GET"]\n    allowed_origins = ["*"]\n  }',
        '\n  cors_rule {\n    allowed_methods = ["GET"]\n    allowed_origins = ["*"]\n  }',
    ),
}


@pytest.fixture(scope="module")
def schemas():
    newest = open_bundle(next(path for path in bundled() if path.stem == "aws-6"))
    bucket = newest.resource("aws_s3_bucket")
    left = BlockSchema(
        {n: a for n, a in bucket.attributes.items() if n not in GONE},
        {n: b for n, b in bucket.blocks.items() if n not in GONE},
    )
    types = {name: newest.resource(name) for name in KEPT} | {"aws_s3_bucket": left}
    bundle = Bundle(pack(newest.meta, newest.config(), types, {}))
    return ProviderSchemas((("aws", Choice(bundle, exact=True)),))


@pytest.mark.parametrize("name", CASES)
async def test_it_moves_to_its_own_resource(name, schemas, monkeypatch):
    monkeypatch.setattr(content, "schema_for", lambda module: schemas)
    content.scene_of.cache_clear()
    written, moved = CASES[name]
    text = f'resource "aws_s3_bucket" "b" {{\n  bucket = "b"\n{written}\n}}\n'
    unit = Unit((Document("file:///no/such/main.tf", text),))
    at = text.index(name)
    finding = Diagnostic(
        unit.main.uri, Span(at, at + len(name)), Severity.ERROR, "terraform-check", "unsupported-argument", "", ()
    )
    fix = next(FixerTable(FIXERS).fixes(FixContext(unit, unit.main, (finding,)), finding))
    content.scene_of.cache_clear()
    kind = fix.title.split("`")[3].removesuffix(".b")
    assert edit_unit(unit, fix.edits).main.text == (
        'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n\n'
        f'resource "{kind}" "b" {{\n  bucket = aws_s3_bucket.b.id\n{moved}\n}}\n'
    )
    if shutil.which("terraform"):
        judge = TerraformValidate(schemas=lambda module: schemas)
        assert (await judge.lint(unit)).diagnostics
        assert not (await judge.lint(edit_unit(unit, fix.edits))).diagnostics
