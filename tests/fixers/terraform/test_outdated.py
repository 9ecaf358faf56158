"""What is offered in the place of something deprecated: the hint lies between the marks, what is expected below it."""

import shutil

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import edit_unit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.fixers.base import FixContext, FixerTable
from lsp_server.fixers.terraform import FIXERS
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_check.outdated import CODE
from lsp_server.linters.terraform_validate import TerraformValidate

TABLE = FixerTable(FIXERS)
BUCKET = 'resource "aws_s3_bucket" "b" {{\n  bucket = "b"\n{}}}\n'
NEW = '\nresource "aws_s3_bucket_{}" "b" {{\n  bucket = aws_s3_bucket.b.id\n{}}}\n'

# what stands in the bucket, the type of the new resource, and what stands there
MOVED = {
    "acl": ('  «acl»    = "private"\n', "acl", '  acl    = "private"\n'),
    "policy with comments": (
        '  # who\n  «policy» = <<-EOT\n    {}\n  EOT\n', "policy", '\n  # who\n  policy = <<-EOT\n    {}\n  EOT\n',
    ),
    "acceleration": ('  «acceleration_status» = "Enabled"\n', "accelerate_configuration", '  status = "Enabled"\n'),
    "payer": ('  «request_payer» = "Requester"\n', "request_payment_configuration", '  payer  = "Requester"\n'),
    "versioning": (
        "\n  «versioning» {\n    enabled    = false # not yet\n    mfa_delete = false\n  }\n",
        "versioning",
        '\n  versioning_configuration {\n    status     = "Suspended" # not yet\n    mfa_delete = "Disabled"\n  }\n',
    ),
    "versioning by something": (
        "\n  «versioning» {\n    enabled = length(path.root) == 1\n  }\n",
        "versioning",
        '\n  versioning_configuration {\n    status = (length(path.root) == 1) ? "Enabled" : "Suspended"\n  }\n',
    ),
    "logging": (
        '\n  «logging» {\n    target_bucket = "l" # where to\n  }\n',
        "logging",
        '\n  target_prefix = ""\n  target_bucket = "l" # where to\n',
    ),
    "rules of origin": (
        ('\n  # first\n  «cors_rule» {\n    allowed_methods = ["GET"]\n    allowed_origins = ["*"]\n  }\n\n'
        '  cors_rule {\n    allowed_methods = ["PUT"]\n    allowed_origins = ["*"] # all\n  }\n'),
        "cors_configuration",
        ('\n  # first\n  cors_rule {\n    allowed_methods = ["GET"]\n    allowed_origins = ["*"]\n  }\n\n'
        '  cors_rule {\n    allowed_methods = ["PUT"]\n    allowed_origins = ["*"] # all\n  }\n'),
    ),
    "life of objects": (
        ('\n  «lifecycle_rule» {\n    id      = "a"\n    enabled = true\n    prefix  = "l/" # logs\n\n'
        '    tags = {\n      a = "b"\n    }\n\n    # cheap\n    transition {\n      days          = 30\n'
        '      storage_class = "GLACIER"\n    }\n    expiration {\n      days = 90\n    }\n  }\n\n'
        "  lifecycle_rule {\n    enabled                                = false\n"
        "    abort_incomplete_multipart_upload_days = 7\n\n    noncurrent_version_expiration {\n      days = 3 # so\n"
        "    }\n  }\n"),
        "lifecycle_configuration",
        ('\n  rule {\n    id     = "a"\n    status = "Enabled"\n    filter {\n      and {\n        prefix = "l/"\n'
        '        tags = {\n          a = "b"\n        }\n      }\n    } # logs\n\n    # cheap\n    transition {\n'
        '      days          = 30\n      storage_class = "GLACIER"\n    }\n    expiration {\n      days = 90\n    }\n'
        '  }\n\n  rule {\n    id     = "rule-2"\n    status = "Disabled"\n    abort_incomplete_multipart_upload {\n'
        "      days_after_initiation = 7\n    }\n\n    filter {}\n\n    noncurrent_version_expiration {\n"
        "      noncurrent_days = 3 # so\n    }\n  }\n"),
    ),
    "a rule with a prefix alone": (
        ('\n  «lifecycle_rule» {\n    id      = "a"\n    prefix  = "l/"\n    enabled = true\n    expiration {\n'
        "      days = 1\n    }\n  }\n"),
        "lifecycle_configuration",
        ('\n  rule {\n    id = "a"\n    filter {\n      prefix = "l/"\n    }\n    status = "Enabled"\n'
        '    expiration {\n'
        "      days = 1\n    }\n  }\n"),
    ),
    "encryption": (
        ("\n  «server_side_encryption_configuration» {\n    rule {\n      apply_server_side_encryption_by_default {\n"
        '        sse_algorithm = "AES256"\n      }\n    }\n  }\n'),
        "server_side_encryption_configuration",
        '\n  rule {\n    apply_server_side_encryption_by_default {\n      sse_algorithm = "AES256"\n    }\n  }\n',
    ),
    "website": (
        '\n  «website» {\n    index_document = "i.html" # start\n    error_document = "e.html"\n  }\n',
        "website_configuration",
        '\n  index_document {\n    suffix = "i.html"\n  } # start\n  error_document {\n    key = "e.html"\n  }\n',
    ),
    "website elsewhere": (
        '\n  «website» {\n    redirect_all_requests_to = "https://example.com"\n  }\n',
        "website_configuration",
        '\n  redirect_all_requests_to {\n    host_name = "example.com"\n    protocol  = "https"\n  }\n',
    ),
    "replication": (
        ('\n  «replication_configuration» {\n    role = "arn:aws:iam::123456789012:role/r"\n    rules {\n'
        '      status                           = "Enabled"\n      delete_marker_replication_status = "Enabled"\n'
        '      destination {\n        bucket             = "arn:aws:s3:::d"\n'
        '        account_id         = "123456789012" # ours\n'
        '        replica_kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/x"\n        metrics {\n'
        "          minutes = 15\n          status  = \"Enabled\"\n        }\n      }\n"
        "      source_selection_criteria {\n        sse_kms_encrypted_objects {\n          enabled = true\n        }\n"
        "      }\n    }\n  }\n"),
        "replication_configuration",
        ('\n  role = "arn:aws:iam::123456789012:role/r"\n  rule {\n    status = "Enabled"\n'
        '    delete_marker_replication {\n      status = "Enabled"\n    }\n    destination {\n'
        '      bucket  = "arn:aws:s3:::d"\n      account = "123456789012" # ours\n      encryption_configuration {\n'
        '        replica_kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/x"\n      }\n      metrics {\n'
        '        event_threshold {\n          minutes = 15\n        }\n        status = "Enabled"\n      }\n    }\n'
        '    source_selection_criteria {\n      sse_kms_encrypted_objects {\n        status = "Enabled"\n      }\n'
        "    }\n  }\n"),
    ),
}  # fmt: skip


async def offered(text):
    """The module, its hints, and the fixes of the one that begins at the mark."""
    start = text.index("«")
    unit = Unit((Document("file:///no/such/main.tf", text.replace("«", "").replace("»", "")),))
    found = (await TerraformCheck().lint(unit)).diagnostics
    hints = [one for one in found if one.code == CODE]
    hint = next(one for one in hints if one.span.start == start)
    return unit, hints, list(TABLE.fixes(FixContext(unit, unit.main, found), hint))


@pytest.mark.parametrize("name", MOVED)
@pytest.mark.parametrize("crlf", [False, True], ids=["lf", "crlf"])
async def test_it_moves_to_a_resource_of_its_own(name, crlf):
    held, kind, expected = MOVED[name]
    before, after = BUCKET.format(held), BUCKET.format("") + NEW.format(kind, expected)
    unit, hints, (fix,) = await offered(before.replace("\n", "\r\n") if crlf else before)
    fixed = edit_unit(unit, fix.edits)
    assert fixed.main.text == (after.replace("\n", "\r\n") if crlf else after)
    assert fix.applicability is Applicability.UNSAFE
    assert fix.title.endswith(f"`aws_s3_bucket_{kind}.b`, to be imported where it exists")
    assert set(fix.clears) == set(hints)
    assert not [one for one in (await TerraformCheck().lint(fixed)).diagnostics if one.code == CODE]
    assert sorted(Terraform().comments(fixed.main)) == sorted(Terraform().comments(unit.main))
    if shutil.which("terraform") and not crlf:
        judge = TerraformValidate()
        found = await judge.lint(fixed)
        await judge.close()
        assert found.not_run == ""
        assert found.diagnostics == ()


OTHERS = {
    "the lock of objects": (
        BUCKET.format(
            '\n  «object_lock_configuration» {\n    object_lock_enabled = "Enabled"\n    rule {\n'
            '      default_retention {\n        mode = "GOVERNANCE"\n        days = 5\n      }\n    }\n  }\n'
        ),
        BUCKET.format("  object_lock_enabled = true\n")
        + NEW.format(
            "object_lock_configuration",
            '\n  object_lock_enabled = "Enabled"\n  rule {\n    default_retention {\n      mode = "GOVERNANCE"\n'
            "      days = 5\n    }\n  }\n",
        ),
    ),
    "of counted buckets": (
        'resource "aws_s3_bucket" "b" {\n  count = 2\n  «acl»   = "private"\n}\n',
        (
            'resource "aws_s3_bucket" "b" {\n  count = 2\n}\n\nresource "aws_s3_bucket_acl" "b" {\n  count  = 2\n'
            '  bucket = aws_s3_bucket.b[count.index].id\n  acl    = "private"\n}\n'
        ),
    ),
    "of a bucket for each": (
        (
            'resource "aws_s3_bucket" "b" {\n  provider = aws.west\n  for_each = {\n    a = "private"\n  }\n'
            '  «acl» = each.value\n}\n\nprovider "aws" {\n  alias = "west"\n}\n'
        ),
        (
            'resource "aws_s3_bucket" "b" {\n  provider = aws.west\n  for_each = {\n    a = "private"\n  }\n}\n\n'
            'resource "aws_s3_bucket_acl" "b" {\n  provider = aws.west\n  for_each = {\n    a = "private"\n  }\n'
            "  bucket   = aws_s3_bucket.b[each.key].id\n  acl      = each.value\n}\n\n"
            'provider "aws" {\n  alias = "west"\n}\n'
        ),
    ),
    "another name": (
        'resource "random_string" "s" {\n  length = 8\n  «number» = true # digits\n}\n',
        'resource "random_string" "s" {\n  length = 8\n  numeric = true # digits\n}\n',
    ),
    "grants": (
        BUCKET.format(
            '\n  # ours\n  «grant» {\n    id          = "abc"\n    type        = "CanonicalUser"\n'
            '    permissions = ["READ", "WRITE"]\n  }\n\n  grant {\n    type        = "Group"\n'
            '    permissions = ["READ_ACP"]\n    uri         = "http://acs.amazonaws.com/groups/s3/LogDelivery"\n  }\n'
        ),
        BUCKET.format("")
        + '\ndata "aws_canonical_user_id" "current" {}\n'
        + NEW.format(
            "acl",
            '\n  # ours\n  access_control_policy {\n    grant {\n      grantee {\n        id   = "abc"\n'
            '        type = "CanonicalUser"\n      }\n      permission = "READ"\n    }\n\n    grant {\n'
            '      grantee {\n        id   = "abc"\n        type = "CanonicalUser"\n      }\n'
            '      permission = "WRITE"\n    }\n\n    grant {\n      grantee {\n        type = "Group"\n'
            '        uri  = "http://acs.amazonaws.com/groups/s3/LogDelivery"\n      }\n'
            '      permission = "READ_ACP"\n    }\n\n    owner {\n'
            "      id = data.aws_canonical_user_id.current.id\n    }\n  }\n",
        ),
    ),
    "a name that the upgrade guide tells": (
        (
            'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n'
            '      version = "~> 5.0"\n'
            '    }\n  }\n}\n\nresource "aws_eip" "e" {\n  «vpc» = true\n}\n'
        ),
        (
            'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n'
            '      version = "~> 5.0"\n'
            '    }\n  }\n}\n\nresource "aws_eip" "e" {\n  domain = "vpc"\n}\n'
        ),
    ),
}


@pytest.mark.parametrize("name", OTHERS)
async def test_it_becomes_what_takes_its_place(name):
    before, after = OTHERS[name]
    unit, _, (fix,) = await offered(before)
    fixed = edit_unit(unit, fix.edits)
    assert fixed.main.text == after
    assert fix.applicability is Applicability.UNSAFE
    if shutil.which("terraform"):
        judge = TerraformValidate()
        found = await judge.lint(fixed)
        await judge.close()
        assert (found.not_run, found.diagnostics) == ("", ())


CORS = 'allowed_methods = ["GET"]\n      allowed_origins = ["*"]'
NOT = {
    "another resource says the same": BUCKET.format('  «acl»    = "private"\n')
    + '\nresource "aws_s3_bucket_acl" "other" {\n  bucket = aws_s3_bucket.b.bucket\n  acl    = "private"\n}\n',
    "its name is taken": BUCKET.format('  «acl»    = "private"\n')
    + '\nresource "aws_s3_bucket_acl" "b" {\n  bucket = "c"\n  acl    = "private"\n}\n',
    "made by a list": BUCKET.format(
        f'  dynamic "«cors_rule»" {{\n    for_each = [1]\n    content {{\n      {CORS}\n    }}\n  }}\n'
    ),
    "one of several made by a list": BUCKET.format(
        f'  «cors_rule» {{\n      {CORS}\n  }}\n  dynamic "cors_rule" {{\n    for_each = [1]\n'
        f"    content {{\n      {CORS}\n    }}\n  }}\n"
    ),
    "what is required is not there": BUCKET.format("  «versioning» {\n    mfa_delete = true\n  }\n"),
    "an address that is none": BUCKET.format("  «website» {\n    redirect_all_requests_to = var.to\n  }\n"),
    "half typed": BUCKET.format("  «versioning» {\n    enabled =\n  }\n"),
    "an id where a name was": (
        'resource "azurerm_storage_share" "s" {\n  name = "s"\n  quota = 1\n  «storage_account_name» = "x"\n}\n'
    ),
    "grants that something makes": BUCKET.format(
        '  «grant» {\n    type        = "Group"\n    permissions = toset(["READ"])\n    uri = "x"\n  }\n'
    ),
    "a comment in a grant": BUCKET.format(
        '  «grant» {\n    type        = "Group" # all\n    permissions = ["READ"]\n    uri = "x"\n  }\n'
    ),
    "a type": 'resource "«aws_evidently_project»" "p" {\n  name = "x"\n}\n',
}


@pytest.mark.parametrize("name", NOT)
async def test_what_is_not_plain_is_left_to_a_person(name):
    text = NOT[name]
    if "azurerm" in text:
        text = (
            'terraform {\n  required_providers {\n    azurerm = {\n      source  = "hashicorp/azurerm"\n'
            f'      version = "~> 4.0"\n    }}\n  }}\n}}\n{text}'
        )
    _, _, fixes = await offered(text)
    assert fixes == []


async def test_the_owner_that_the_module_knows_already_is_named():
    text = BUCKET.format('  «grant» {\n    id = "a"\n    type = "CanonicalUser"\n    permissions = ["READ"]\n  }\n')
    unit, _, (fix,) = await offered(f'{text}\ndata "aws_canonical_user_id" "me" {{}}\n')
    fixed = edit_unit(unit, fix.edits).main.text
    assert "id = data.aws_canonical_user_id.me.id" in fixed
    assert fixed.count('data "aws_canonical_user_id"') == 1
