"""Which configuration holds for a template, and that nothing of one template's configuration reaches the next."""

import asyncio
import glob
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from lsp_server.linters.cfn_lint import CfnLint, worker_command
from lsp_server.linters.worker import State
from tests.linters.conftest import TEMPLATES, document, only, read

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNREAD = "Parameters:\n  Unread: {Type: String}\nResources:\n  A: {Type: AWS::S3::Bucket}\n"
NUMBER = "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: '5'}}\n"
QUEUE = "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5, Colour: grey}}\n"

RULE = '''
from cfnlint.rules import CloudFormationLintRule, RuleMatch

class Own(CloudFormationLintRule):
    id = "E9001"
    shortdesc = description = "A rule of this project"
    source_url = "https://example.com/rules/E9001"
    tags = []

    def match(self, cfn):
        {body}
        return [RuleMatch(["Resources"], "told by the project")]
'''  # fmt: skip


@pytest.fixture
def own_rule(tmp_path: Path) -> Path:
    """A project whose `.cfnlintrc` appends a rule of its own."""
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "own.py").write_text(RULE.format(body="pass"))
    (tmp_path / ".cfnlintrc").write_text("append_rules: [rules]\n")
    return tmp_path / "template.yaml"


@pytest.fixture
def home_config(home: Path) -> Iterator[Path]:
    file = home / ".cfnlintrc"
    yield file
    file.unlink(missing_ok=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workspace(home: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[CfnLint, Path]]:
    """A workspace with some templates, and a linter that has it as its root."""
    root = tmp_path_factory.mktemp("a [b]")
    for name in (".git/d.yaml", "c.yaml", "old/a/b.yaml", "old/c.yaml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(UNREAD)
    linter = CfnLint(roots=[root])
    yield linter, root
    await linter.close()


def write(file: Path, text: str) -> None:
    file.write_text(text)


async def codes(linter: CfnLint, file: Path, text: str) -> set[str]:
    result = await linter.lint(document(file, text))
    assert not result.not_run, result.not_run
    return {d.code for d in result.diagnostics}


@pytest.mark.parametrize("name", [".cfnlintrc", ".cfnlintrc.yaml", ".cfnlintrc.yml"])
async def test_the_projects_configuration_holds_at_once(cfn_lint: CfnLint, tmp_path: Path, name: str) -> None:
    file = tmp_path / "template.yaml"
    assert await codes(cfn_lint, file, UNREAD) == {"W2001"}
    (tmp_path / name).write_text("ignore_checks: [W2001]\n")
    assert await codes(cfn_lint, file, UNREAD) == set()
    (tmp_path / name).unlink()
    assert await codes(cfn_lint, file, UNREAD) == {"W2001"}


async def test_the_projects_configuration_goes_before_the_homes(
    cfn_lint: CfnLint, tmp_path: Path, home_config: Path
) -> None:
    file = tmp_path / "template.yaml"
    write(home_config, "ignore_checks: [W2001]\n")
    assert await codes(cfn_lint, file, UNREAD) == set()
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [W3005]\n")
    assert await codes(cfn_lint, file, UNREAD) == {"W2001"}


async def test_the_nearest_configuration_up_to_the_root(home: Path, tmp_path: Path) -> None:
    root, inner = tmp_path / "root", tmp_path / "root" / "team" / "templates"
    inner.mkdir(parents=True)
    roots: list[Path] = []
    linter = CfnLint(roots=lambda: roots)
    try:
        (tmp_path / ".cfnlintrc").write_text("ignore_checks: [W]\n")
        roots.append(root)
        assert await codes(linter, inner / "template.yaml", UNREAD) == {"W2001"}
        (root / ".cfnlintrc").write_text("ignore_checks: [W2001]\n")
        assert await codes(linter, inner / "template.yaml", UNREAD) == set()
        assert await codes(linter, inner / "not" / "there" / "template.yaml", UNREAD) == set()
        (root / "team" / ".cfnlintrc").write_text("ignore_checks: [E]\n")
        assert await codes(linter, inner / "template.yaml", UNREAD) == {"W2001"}
        assert await codes(linter, tmp_path / "elsewhere" / "template.yaml", UNREAD) == set()
    finally:
        await linter.close()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"ignored_checks: [W2001]\n", "Invalid configuration key 'ignored_checks' in .cfnlintrc"),
        (b"ignore_checks: W2001\n", "Invalid type for 'ignore_checks' in .cfnlintrc. Expected array"),
        (b"ignore_checks: [W2001\n", "while parsing a flow sequence"),
        (b"ignore_checks: [A]\nignore_checks: [B]\n", "Duplicate found 'ignore_checks' (line 1) (line 1)"),
        (b"regions: \xff\n", "'utf-8' codec can't decode byte 0xff"),
    ],
)
async def test_a_broken_configuration_is_told(cfn_lint: CfnLint, tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / ".cfnlintrc"
    file.write_bytes(content)
    result = await cfn_lint.lint(document(tmp_path / "template.yaml", UNREAD))
    assert result.not_run.startswith(f"{file} cannot be used: {told}")
    assert not result.diagnostics
    assert cfn_lint.state is State.READY
    file.unlink()
    assert await codes(cfn_lint, tmp_path / "template.yaml", UNREAD) == {"W2001"}


async def test_the_broken_one_of_two_is_named(cfn_lint: CfnLint, tmp_path: Path, home_config: Path) -> None:
    write(home_config, "nonsense: true\n")
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [W2001]\n")
    result = await cfn_lint.lint(document(tmp_path / "template.yaml", UNREAD))
    assert result.not_run.startswith(f"{home_config} cannot be used: ")


@pytest.mark.parametrize(
    ("pattern", "ignored"),
    [
        ("old/**", ["old/a/b.yaml", "old/c.yaml"]),
        ("**/c.yaml", ["c.yaml", "old/c.yaml"]),
        ("old/**/*.yaml", ["old/a/b.yaml", "old/c.yaml"]),
        ("old/*", ["old/c.yaml"]),
        ("old", []),
        ("./*.yaml", ["c.yaml"]),
        ("ol[cd]/../old/?.yaml", ["old/c.yaml"]),
        ("{here}/old/*/b.yaml", ["old/a/b.yaml"]),
        (".git/*", [".git/d.yaml"]),
    ],
)
async def test_ignored_templates_are_not_judged(
    home: Path, workspace: tuple[CfnLint, Path], pattern: str, ignored: list[str]
) -> None:
    linter, root = workspace
    files = [".git/d.yaml", "c.yaml", "old/a/b.yaml", "old/c.yaml"]
    pattern = pattern.replace("{here}", glob.escape(str(root)))
    (root / ".cfnlintrc").write_text(json.dumps({"ignore_templates": [pattern]}))
    assert [name for name in files if not await codes(linter, root / name, UNREAD)] == ignored
    assert [name for name in files if globbed(root, pattern, name)] == ignored


def globbed(root: Path, pattern: str, name: str) -> bool:
    """Whether cfn-lint, which lists the files, would find `name` among them."""
    listed = glob.glob(pattern, root_dir=root, recursive=True)  # noqa: PTH207 - as cfn-lint does it
    return any(os.path.normpath(root / found) == str(root / name) for found in listed)


@pytest.mark.parametrize(("setting", "region"), [((), "ca-central-1"), (("eu-north-1",), "eu-north-1")])
async def test_the_setting_of_regions_goes_first(
    home: Path, tmp_path: Path, setting: tuple[str, ...], region: str
) -> None:
    text = "Resources:\n  A: {Type: AWS::S3::Bukcet}\n"
    (tmp_path / ".cfnlintrc").write_text("regions: [us-west-2]\n")
    linter = CfnLint(roots=[tmp_path], regions=setting)
    try:
        finding = only(await linter.lint(document(tmp_path / "template.yaml", text)), "E3006")
        assert finding.message.endswith(f"'{setting[0] if setting else 'us-west-2'}'")
        text += "Metadata: {cfn-lint: {config: {regions: [ca-central-1]}}}\n"
        finding = only(await linter.lint(document(tmp_path / "template.yaml", text)), "E3006")
        assert finding.message.endswith(f"'{region}'")
    finally:
        await linter.close()


async def test_the_setting_of_ignored_rules_adds_to_the_projects(home: Path, tmp_path: Path) -> None:
    linter = CfnLint(roots=[tmp_path], ignored=["W2001"])
    both = UNREAD.replace("S3::Bucket}", "S3::Bucket, Properties: {Colour: grey}}")
    try:
        assert await codes(linter, tmp_path / "template.yaml", both) == {"E3002"}
        (tmp_path / ".cfnlintrc").write_text("ignore_checks: [E3002]\n")
        assert await codes(linter, tmp_path / "template.yaml", both) == set()
    finally:
        await linter.close()


async def test_a_region_that_is_none_is_told(cfn_lint: CfnLint, tmp_path: Path) -> None:
    (tmp_path / ".cfnlintrc").write_text("regions: [atlantis]\n")
    result = await cfn_lint.lint(document(tmp_path / "template.yaml", UNREAD))
    assert result.not_run.startswith("Regions ['atlantis'] are unsupported")


async def test_a_projects_own_rule_is_the_projects_own(cfn_lint: CfnLint, own_rule: Path, tmp_path: Path) -> None:
    plain = tmp_path.parent / f"{tmp_path.name}-plain" / "template.yaml"
    assert await codes(cfn_lint, plain, UNREAD) == {"W2001"}
    assert await codes(cfn_lint, own_rule, UNREAD) == {"W2001", "E9001"}
    assert await codes(cfn_lint, plain, UNREAD) == {"W2001"}
    finding = only(await cfn_lint.lint(document(own_rule, UNREAD)), "E9001")
    assert finding.href == "https://example.com/rules/E9001"


async def test_a_rule_that_was_changed_is_loaded_again(cfn_lint: CfnLint, own_rule: Path) -> None:
    assert "E9001" in await codes(cfn_lint, own_rule, UNREAD)
    rule = own_rule.parent / "rules" / "own.py"
    rule.write_text(RULE.format(body="pass").replace("E9001", "E9002"))
    os.utime(rule, ns=(1, 1))
    assert await codes(cfn_lint, own_rule, UNREAD) == {"W2001", "E9002"}


async def test_two_projects_whose_rules_are_equally_old(cfn_lint: CfnLint, tmp_path: Path) -> None:
    for name in ("E9001", "E9002"):
        rules = tmp_path / name / "rules"
        rules.mkdir(parents=True)
        (rules / "own.py").write_text(RULE.format(body="pass").replace("E9001", name))
        (tmp_path / name / ".cfnlintrc").write_text("append_rules: [rules]\n")
        os.utime(rules / "own.py", ns=(1, 1))
    for name in ("E9001", "E9002"):
        assert name in await codes(cfn_lint, tmp_path / name / "template.yaml", UNREAD)


async def test_rules_are_loaded_once(cfn_lint: CfnLint, own_rule: Path) -> None:
    rules, loads = own_rule.parent / "rules", own_rule.parent / "loads"
    (rules / "counted.py").write_text(f"with open({str(loads)!r}, 'a') as file:\n    file.write('+')\n")
    (rules / ".#own.py").symlink_to("nobody@nowhere:1")  # as an editor locks a file
    for _ in range(3):
        assert await codes(cfn_lint, own_rule, UNREAD) == {"W2001", "E9001"}
    assert loads.read_text() == "+"


async def test_rules_that_cannot_be_loaded_are_told(cfn_lint: CfnLint, own_rule: Path) -> None:
    (own_rule.parent / "rules" / "own.py").write_text("def (\n")
    result = await cfn_lint.lint(document(own_rule, UNREAD))
    assert result.not_run.startswith("its rules could not be loaded: invalid syntax")
    (own_rule.parent / ".cfnlintrc").write_text("append_rules: [no_such_rules]\n")
    result = await cfn_lint.lint(document(own_rule, UNREAD))
    assert result.not_run == "its rules could not be loaded: No module named 'no_such_rules'"


async def test_a_rule_that_prints_and_exits_harms_nobody(cfn_lint: CfnLint, own_rule: Path) -> None:
    (own_rule.parent / "rules" / "own.py").write_text(RULE.format(body='print("x" * 1000); raise SystemExit("enough")'))
    result = await cfn_lint.lint(document(own_rule, UNREAD))
    assert result.not_run == "it failed with SystemExit: enough"
    assert await codes(cfn_lint, TEMPLATES / "loop.yaml", read(TEMPLATES / "loop.yaml")) == {"E3002"}


async def test_a_rule_that_hangs_is_killed(own_rule: Path, home: Path) -> None:
    (own_rule.parent / "rules" / "own.py").write_text(RULE.format(body="import threading; threading.Event().wait()"))
    linter = CfnLint(timeout=5.0)
    try:
        await linter.warm()
        assert linter.state is State.READY
        result = await linter.lint(document(own_rule, UNREAD))
        assert result.not_run == "it gave no answer within 5 s and was restarted"
        assert await codes(linter, TEMPLATES / "loop.yaml", read(TEMPLATES / "loop.yaml")) == {"E3002"}
    finally:
        await linter.close()


async def test_a_rule_that_kills_the_process_is_told(cfn_lint: CfnLint, own_rule: Path) -> None:
    (own_rule.parent / "rules" / "own.py").write_text(RULE.format(body="import os; os.kill(os.getpid(), 9)"))
    result = await cfn_lint.lint(document(own_rule, UNREAD))
    assert result.not_run == "its process was killed by SIGKILL"


async def test_a_worker_killed_from_outside_is_not_noticed(cfn_lint: CfnLint, tmp_path: Path) -> None:
    await cfn_lint.warm()
    os.kill(cfn_lint.pid, signal.SIGKILL)
    assert await codes(cfn_lint, tmp_path / "template.yaml", UNREAD) == {"W2001"}


async def test_rule_settings_do_not_leak(cfn_lint: CfnLint, tmp_path: Path) -> None:
    strict = tmp_path / "strict" / "template.yaml"
    strict.parent.mkdir()
    (strict.parent / ".cfnlintrc").write_text("configure_rules: {E3012: {strict: true}}\n")
    plain = tmp_path / "template.yaml"
    for _ in range(2):
        assert await codes(cfn_lint, plain, NUMBER) == set()
        assert await codes(cfn_lint, strict, NUMBER) == {"E3012"}
    text = NUMBER + "Metadata: {cfn-lint: {config: {configure_rules: {E3012: {strict: true}}}}}\n"
    assert await codes(cfn_lint, plain, text) == {"E3012"}
    assert await codes(cfn_lint, plain, NUMBER) == set()


async def test_patched_schemas_do_not_leak(cfn_lint: CfnLint, tmp_path: Path) -> None:
    patched = tmp_path / "patched" / "template.yaml"
    patched.parent.mkdir()
    patch = [{"op": "add", "path": "/properties/Colour", "value": {"type": "string"}}]
    spec = patched.parent / "spec.json"
    spec.write_text(json.dumps({"Patches": {"AWS::SQS::Queue": patch}, "ExcludeResourceTypes": ["AWS::S3::*"]}))
    (patched.parent / ".cfnlintrc").write_text("override_spec: spec.json\n")
    for _ in range(2):
        assert await codes(cfn_lint, tmp_path / "template.yaml", QUEUE) == {"E3002"}
        assert await codes(cfn_lint, tmp_path / "template.yaml", UNREAD) == {"W2001"}
        assert await codes(cfn_lint, patched, QUEUE) == set()
        assert await codes(cfn_lint, patched, UNREAD) == {"W2001", "E3006"}


@pytest.mark.parametrize("content", [None, "{", '{"Patches": {"AWS::SQS::Queue": [{"op": "no"}]}}'])
async def test_patches_that_cannot_be_used_are_told(cfn_lint: CfnLint, tmp_path: Path, content: str | None) -> None:
    (tmp_path / ".cfnlintrc").write_text("override_spec: spec.json\n")
    if content is not None:
        (tmp_path / "spec.json").write_text(content)
    result = await cfn_lint.lint(document(tmp_path / "template.yaml", QUEUE))
    assert result.not_run.startswith("spec.json cannot be used as schemas")
    (tmp_path / ".cfnlintrc").unlink()
    assert await codes(cfn_lint, tmp_path / "template.yaml", QUEUE) == {"E3002"}


async def test_parameter_files_are_read_beside_the_configuration(cfn_lint: CfnLint, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    text = (
        "Parameters:\n  Delay: {Type: Number}\n"
        "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !Ref Delay}}\n"
    )
    parameters = tmp_path / "parameters.json"
    (tmp_path / ".cfnlintrc").write_text("parameter_files: [parameters.json]\n")
    parameters.write_text(json.dumps([{"ParameterKey": "Delay", "ParameterValue": "7"}]))
    assert await codes(cfn_lint, file, text) == set()
    parameters.write_text(json.dumps([{"ParameterKey": "Delay", "ParameterValue": "100000"}]))
    assert await codes(cfn_lint, file, text) == {"W1030"}
    parameters.write_text(json.dumps([{"ParameterKey": "Dleay", "ParameterValue": "7"}]))
    result = await cfn_lint.lint(document(file, text))
    assert {d.data["file"] for d in result.diagnostics} == {"parameters.json"}
    assert all(d.message.startswith("parameters.json: ") and d.span == (0, 0) for d in result.diagnostics)


async def test_a_missing_or_broken_cfn_lint_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cfnlint").mkdir()
    (tmp_path / "cfnlint" / "__init__.py").write_text("raise ImportError('cannot import name y from yaml')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    linter = CfnLint()
    try:
        await linter.warm()
        assert linter.state is State.BROKEN
        result = await linter.lint(document(tmp_path / "template.yaml", UNREAD))
        assert result.not_run == "ImportError: cannot import name y from yaml"
    finally:
        await linter.close()


async def test_a_frozen_program_starts_itself(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    executable, *words = worker_command()
    linter = CfnLint(command=(executable, "-m", "lsp_server", *words))
    try:
        assert await codes(linter, tmp_path / "template.yaml", UNREAD) == {"W2001"}
    finally:
        await linter.close()


async def test_modules_of_the_workspace_are_not_imported(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("yaml.py", "msgspec.py", "queue.py"):
        (tmp_path / name).write_text("raise SystemExit('imported from the workspace')\n")
    monkeypatch.chdir(tmp_path)
    linter = CfnLint(roots=[tmp_path])
    try:
        assert await codes(linter, tmp_path / "template.yaml", UNREAD) == {"W2001"}
    finally:
        await linter.close()


async def test_odd_names_of_folders(cfn_lint: CfnLint, tmp_path: Path) -> None:
    folder = tmp_path / "a [b] %20 é *"
    folder.mkdir()
    (folder / ".cfnlintrc").write_text("ignore_checks: [W2001]\n")
    assert await codes(cfn_lint, folder / "template.yaml", UNREAD) == set()


async def test_cancelled_jobs_leave_no_trace(cfn_lint: CfnLint, own_rule: Path) -> None:
    """Wherever cfn-lint is when it is stopped, the next verdict is that of a fresh worker."""
    units = [document(TEMPLATES / name) for name in ("serverless.yaml", "references.yaml", "values.yaml")]
    wanted = [await cfn_lint.lint(unit) for unit in units]
    for rounds in range(40):
        job = asyncio.create_task(cfn_lint.lint(units[rounds % 3] if rounds % 4 else document(own_rule, UNREAD)))
        await asyncio.wait([job], timeout=rounds * 0.0015)
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
        assert await cfn_lint.lint(units[rounds % 3]) == wanted[rounds % 3]
    assert cfn_lint.state is State.READY
