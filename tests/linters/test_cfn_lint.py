"""cfn-lint through its worker judges as `cfn-lint FILE` does, but the buffer and not the disk."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.linters.cfn_lint import CfnLint
from tests.linters.conftest import TEMPLATES, document, only, read

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEVELS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFORMATION: "Informational"}
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*"))
BAD = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      Colour: grey\n"


@pytest.fixture(scope="module")
def command_line(home: Path) -> dict[str, set[tuple[object, ...]]]:
    """What `cfn-lint` itself says about each template."""
    program = Path(sys.executable).with_name("cfn-lint")
    found: dict[str, set[tuple[object, ...]]] = {name: set() for name in NAMES}
    for directory in {TEMPLATES / name for name in ("", "nested")}:
        names = sorted(path.name for path in directory.glob("*.*"))
        done = subprocess.run(
            [program, "--format", "json", *names],
            cwd=directory,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            capture_output=True,
            check=False,
        )
        for match in json.loads(done.stdout):
            start, end = match["Location"]["Start"], match["Location"]["End"]
            found[str((directory / match["Filename"]).relative_to(TEMPLATES))].add(
                (
                    match["Rule"]["Id"],
                    match["Level"],
                    match["Message"],
                    (start["LineNumber"], start["ColumnNumber"]),
                    (end["LineNumber"], end["ColumnNumber"]),
                    tuple(match["Location"]["Path"] or ()),
                )
            )
    return found


@pytest.mark.parametrize("name", NAMES)
async def test_same_as_the_command_line(cfn_lint: CfnLint, command_line: dict, name: str) -> None:
    unit = document(TEMPLATES / name)
    result = await cfn_lint.lint(unit)
    found = set()
    for d in result.diagnostics:
        start, end = (unit.main.position(offset) for offset in d.span)
        where = (start.line + 1, start.column + 1), (end.line + 1, end.column + 1 + (d.span.start == d.span.end))
        found.add((d.code, LEVELS[d.severity], d.message, *where, d.path))
    assert not result.not_run
    assert found == command_line[name]


@pytest.mark.parametrize(
    ("name", "code", "marked"),
    [
        ("properties.yaml", "E3003", "Properties"),
        ("document.json", "E3030", '"AccessControl"'),
        ("document.json", "E3002", '"Colour"'),
        ("references.yaml", "E6101", "Arm"),
        ("loop.yaml", "E3002", "TopicNam"),
    ],
)
async def test_the_span_is_the_word(cfn_lint: CfnLint, name: str, code: str, marked: str) -> None:
    unit = document(TEMPLATES / name)
    found = [d for d in (await cfn_lint.lint(unit)).diagnostics if d.code == code]
    assert marked in {unit.main.slice(d.span) for d in found}


@pytest.mark.parametrize(
    "text",
    [
        BAD.replace("\n", "\r\n"),
        BAD.replace("\n", "\r"),
        "\ufeff" + BAD,
        "\ufeff" + BAD.replace("\n", "\r\n"),
        '\ufeffResources: {A: {Type: "AWS::S3::Bucket", Properties: {Colour: grey}}}\n',
        '# 😀\nDescription: "a\u2028b 😀"\n' + BAD,
        'Description: "a\x85b"\r\n' + BAD.replace("\n", "\r\n"),
        'Resources: {A: {Type: "AWS::S3::Bucket", Properties: {BucketName: "a😀b", Colour: 1}}}',
        '{"Resources": {\n\t"A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "😀\u2028", Colour: 1}}}}',
    ],
)
async def test_spans_survive_every_encoding(cfn_lint: CfnLint, tmp_path: Path, text: str) -> None:
    unit = document(tmp_path / "template.yaml", text.replace("Colour: 1}}}}", '"Colour": 1}}}}'))
    finding = only(await cfn_lint.lint(unit), "E3002")
    assert unit.main.slice(finding.span).strip('"') == "Colour"


@pytest.mark.parametrize("name", ["duplicate.yaml", "unclosed.yaml", "tab.yaml"])
async def test_unreadable_text_is_a_verdict(cfn_lint: CfnLint, name: str) -> None:
    result = await cfn_lint.lint(document(TEMPLATES / name))
    assert not result.not_run
    assert {(d.code, d.syntax) for d in result.diagnostics} == {("E0000", True)}


JUNK = [
    "",
    "\n",
    "\ufeff",
    "- 1\n",
    "a",
    "\x00\x01\x02\xff",
    "\ud800: x",
    "{" * 3000,
    "a: &a [*a, *a]\n",
    "? {a: b}\n: c",
    "Resources: {A: {Type: [AWS::S3::Bucket]}}",
    "Resources:\n  1: {Type: 2}\n  : x\n",
    "Resources: {A: {Type: 'AWS::SQS::Queue', Properties: {DelaySeconds: 99999999999999999999999}}}",
    "Resources: {A: {Type: 'A::B::C', Properties: {Day: 2024-02-30}}}",
]


@pytest.mark.parametrize("text", JUNK)
async def test_junk_is_judged(cfn_lint: CfnLint, tmp_path: Path, text: str) -> None:
    unit = document(tmp_path / "junk.yaml", text)
    result = await cfn_lint.lint(unit)
    assert not result.not_run, result.not_run
    assert result.diagnostics
    assert all(0 <= d.span.start <= d.span.end <= len(text) for d in result.diagnostics)


SUPPRESSING = "    Metadata: {cfn-lint: {config: {ignore_checks: %s}}}\n"
LISTS = "Parameters:\n  P: {Type: CommaDelimitedList, AllowedValues: }\n"
HALF_TYPED = [
    ("Metadata:\n", "", "E4002"),
    ("Metadata: {cfn-lint: }\n", "", "W4005"),
    ("Metadata: {cfn-lint: {config: }}\n", "", "W4005"),
    ("", "    Metadata:\n", "E3028"),
    ("", "    Metadata: {cfn-lint: []}\n", ""),
    ("", SUPPRESSING % "", "E3028"),
    (LISTS, "", "E2001"),
    ("Transform: AWS::Serverless-2016-10-31\nParameters: x\n", "", "E2001"),
    ("Transform: AWS::LanguageExtensions\nOutputs:\n", "", ""),
]


@pytest.mark.parametrize(("above", "below", "code"), HALF_TYPED)
async def test_the_rest_of_a_half_typed_template_is_judged(
    cfn_lint: CfnLint, tmp_path: Path, above: str, below: str, code: str
) -> None:
    result = await cfn_lint.lint(document(tmp_path / "template.yaml", above + BAD + below))
    assert not result.not_run, result.not_run
    assert {"E3002", code} - {""} <= {d.code for d in result.diagnostics}


async def test_a_resource_suppresses_rules_for_itself(cfn_lint: CfnLint, tmp_path: Path) -> None:
    text = BAD + BAD.replace("Resources:\n  A:", "  B:") + SUPPRESSING % "[E3002]"
    unit = document(tmp_path / "template.yaml", text)
    assert only(await cfn_lint.lint(unit), "E3002").path[1] == "A"


async def test_a_text_that_kills_the_reader_is_told(cfn_lint: CfnLint, tmp_path: Path) -> None:
    result = await cfn_lint.lint(document(tmp_path / "deep.yaml", "[" * 100_000))
    assert result.not_run.startswith("its process ")
    assert not (await cfn_lint.lint(document(TEMPLATES / "nested" / "child.yaml"))).not_run


async def test_rules_link_to_their_documentation(cfn_lint: CfnLint) -> None:
    finding = only(await cfn_lint.lint(document(TEMPLATES / "loop.yaml")), "E3002")
    assert finding.href == "https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md#E3002"
    assert finding.source == "cfn-lint"


async def test_the_buffer_is_judged_and_not_the_file(cfn_lint: CfnLint, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(BAD)
    assert not (await cfn_lint.lint(document(file, BAD.replace("Colour: grey", "BucketName: papers")))).diagnostics
    assert only(await cfn_lint.lint(document(file)), "E3002")


async def test_the_size_of_the_buffer_counts(cfn_lint: CfnLint, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(BAD)
    large = "Resources: {A: {Type: AWS::S3::Bucket}}\n" + "# padding\n" * 110_000
    finding = only(await cfn_lint.lint(document(file, large)), "E1002")
    assert f"({len(large)} bytes)" in finding.message
    assert not [d for d in (await cfn_lint.lint(document(file))).diagnostics if d.code == "E1002"]


async def test_a_buffer_without_a_file(cfn_lint: CfnLint) -> None:
    unit = Unit((Document("untitled:Untitled-1", BAD),))
    assert only(await cfn_lint.lint(unit), "E3002").uri == "untitled:Untitled-1"


async def test_nested_templates_are_found_beside_the_file(cfn_lint: CfnLint) -> None:
    file = TEMPLATES / "nested" / "parent.yaml"
    codes = {d.code for d in (await cfn_lint.lint(document(file, read(file).replace("Cird", "Cidr")))).diagnostics}
    assert codes == {"W3002"}


async def test_many_at_once(cfn_lint: CfnLint) -> None:
    units = [document(TEMPLATES / name) for name in NAMES] * 2
    results = await asyncio.gather(*(cfn_lint.lint(unit) for unit in units))
    assert results[: len(NAMES)] == results[len(NAMES) :]
    assert {d.uri for r, u in zip(results, units, strict=True) for d in r.diagnostics if d.uri != u.main.uri} == set()


async def test_a_pool_judges_alike(cfn_lint: CfnLint) -> None:
    pool = CfnLint(workers=2)
    try:
        units = [document(TEMPLATES / name) for name in NAMES]
        assert await asyncio.gather(*(pool.lint(u) for u in units)) == [await cfn_lint.lint(u) for u in units]
    finally:
        await pool.close()


async def test_five_megabytes_are_bounded(tmp_path: Path, home: Path) -> None:
    items = {f"R{n}": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": [{"Key": "k", "Value": "v" * 60}] * 3}}
             for n in range(20_000)}  # fmt: skip
    text = json.dumps({"Resources": items})
    assert len(text) > 5_000_000
    linter = CfnLint(timeout=5.0)
    try:
        result = await linter.lint(document(tmp_path / "large.json", text))
        assert result.not_run == "it gave no answer within 5 s and was restarted"
        assert only(await linter.lint(document(TEMPLATES / "loop.yaml")), "E3002")
    finally:
        await linter.close()
