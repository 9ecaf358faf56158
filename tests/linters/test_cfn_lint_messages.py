"""The facts that go with findings, from the real linter: a reworded message or a renamed attribute fails here."""

import pytest
import pytest_asyncio

from lsp_server.linters.base import LintResult
from lsp_server.linters.cfn_lint import CfnLint
from lsp_server.linters.cfn_lint_messages import KEYS, read_message
from tests.linters.conftest import TEMPLATES, document

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASES = [
    ("properties.yaml", "E3002", "VersioningConfigurations", {
        "validator": "additionalProperties",
        "property": "VersioningConfigurations",
        "suggestion": "VersioningConfiguration",
        "logical_id": "Archive",
        "resource_type": "AWS::S3::Bucket",
        "present": ["VersioningConfigurations", "Tags", "Colour"],
    }),
    ("properties.yaml", "E3002", "Valu", {"property": "Valu", "suggestion": "Value", "properties": ["Key", "Value"]}),
    ("properties.yaml", "E3003", "Properties", {"validator": "required", "missing": ["Role"], "logical_id": "Worker"}),
    ("properties.yaml", "E3003", 0, {"missing": ["Value"], "present": ["Key", "Valu"]}),
    ("properties.yaml", "E3014", "CidrIp", {"validator": "requiredXor", "one_of": [
        "CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId", "SourceSecurityGroupName"]}),
    ("values.yaml", "E3030", "BillingMode", {
        "validator": "enum", "instance": "PAY_BY_REQUEST", "allowed": ["PAY_PER_REQUEST", "PROVISIONED"]}),
    ("values.yaml", "E3034", "VisibilityTimeout", {"validator": "maximum", "limit": 43200, "instance": 99999}),
    ("values.yaml", "E3034", "MemorySize", {"validator": "minimum", "limit": 128, "instance": 12}),
    ("values.yaml", "E3012", "FifoQueue", {"validator": "type", "types": ["boolean"], "instance": [True]}),
    ("values.yaml", "E3006", "Type", {"name": "AWS::S3::Bukcet", "logical_id": "Nothing"}),
    ("references.yaml", "E1020", "Ref", {"validator": "ref", "instance": "Kye", "resource_type": "AWS::SNS::Topic"}),
    ("references.yaml", "E1019", "Fn::Sub", {"instance": "Satge"}),
    ("references.yaml", "E6101", 1, {"instance": "Arm"}),
    ("references.yaml", "E1010", 1, {"instance": "Name", "resource_type": "AWS::SQS::Queue"}),
    ("references.yaml", "E3015", "Condition", {"instance": "IsProdution", "allowed": ["IsProduction", "NeverAsked"]}),
    ("references.yaml", "W2001", "Unread", {"name": "Unread"}),
    ("references.yaml", "W7001", "Sizes", {"name": "Sizes"}),
    ("references.yaml", "W8001", "NeverAsked", {"name": "NeverAsked"}),
    ("references.yaml", "W3005", 0, {"name": "Topic"}),
    ("document.json", "E3031", "BucketName", {"validator": "pattern", "pattern": "^([a-z0-9][a-z0-9.-]*[a-z0-9])?$"}),
    ("document.json", "E1161", "BucketName", {"format": "AWS::S3::Bucket.Name", "instance": "📚-books"}),
    ("document.json", "W3045", "AccessControl", {"property": "AccessControl"}),
    ("nested/parent.yaml", "E3043", "Parameters", {"missing": ["Cidr"]}),
    ("nested/parent.yaml", "E3043", "Cird", {"property": "Cird"}),
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def verdicts(cfn_lint: CfnLint) -> dict[str, LintResult]:
    return {name: await cfn_lint.lint(document(TEMPLATES / name)) for name in {case[0] for case in CASES}}


@pytest.mark.parametrize(("template", "code", "last", "facts"), CASES)
async def test_facts(verdicts: dict[str, LintResult], template: str, code: str, last: object, facts: dict) -> None:
    found = [d for d in verdicts[template].diagnostics if d.code == code and d.path[-1] == last]
    assert found, verdicts[template]
    assert {key: found[0].data.get(key) for key in facts} == facts


@pytest.mark.parametrize(
    ("template", "code", "some"),
    [
        ("references.yaml", "E1020", {"Stage", "Bucket", "AWS::Region"}),
        ("references.yaml", "E1019", {"Stage", "Bucket", "AWS::Region"}),
        ("references.yaml", "E6101", {"Arn", "DomainName"}),
        ("references.yaml", "E1010", {"TopicArn", "TopicName"}),
        ("values.yaml", "E2533", set()),
    ],
)
async def test_allowed_names_are_a_list(
    verdicts: dict[str, LintResult], template: str, code: str, some: set[str]
) -> None:
    finding = next(d for d in verdicts[template].diagnostics if d.code == code)
    allowed = finding.data.get("allowed", [])
    assert isinstance(allowed, list)
    assert some <= set(allowed)


async def test_every_key_is_documented(verdicts: dict[str, LintResult]) -> None:
    assert {key for verdict in verdicts.values() for d in verdict.diagnostics for key in d.data} <= set(KEYS)


@pytest.mark.parametrize("message", ["", "'", "'x' is not one of [", "'x' is not one of [<Region eu>]", "'" * 100_000])
async def test_a_text_that_is_not_known_gives_no_allowed_values(message: str) -> None:
    assert "allowed" not in read_message(message)
