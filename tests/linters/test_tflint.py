"""tflint's JSON, and what becomes of it; the real program where it is installed."""

import json
import stat

import pytest

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.linters.tflint import Tflint, configuration_of
from tests.judges import find_judge

REAL = find_judge("tflint")


def issue(start, end, severity="warning", filename="main.tf"):
    return {
        "rule": {"name": "terraform_naming_convention", "severity": severity, "link": "https://example.com/rule"},
        "message": "name it well",
        "range": {
            "filename": filename,
            "start": dict(zip(("line", "column"), start, strict=True)),
            "end": dict(zip(("line", "column"), end, strict=True)),
        },
        "callers": [],
    }


@pytest.fixture
def printing(tmp_path):
    """Make a program that prints `answer` if it stands beside the text `expected` in main.tf."""

    def make(answer, expected=""):
        path = tmp_path / "tflint"
        (tmp_path / "answer.json").write_text(answer)
        path.write_text(f"#!/bin/sh\ngrep -qF '{expected}' main.tf && cat '{tmp_path}/answer.json'\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return Tflint(str(path))

    return make


TEXT = 'locals {\n  a = "👩‍👩‍👧é" # e\u0301 B\n}\n'


@pytest.fixture
def unit(tmp_path):
    module = tmp_path / "module"
    module.mkdir()
    (module / "main.tf").write_text("# what is on disk")
    return Unit((Document((module / "main.tf").as_uri(), TEXT),))


async def test_places_are_counted_in_what_a_reader_sees_as_characters(printing, unit):
    answer = {"issues": [issue((2, 7), (2, 11), "error"), issue((2, 16), (2, 17), "notice")], "errors": []}
    found = (await printing(json.dumps(answer), "👩‍👩‍👧é").lint(unit)).diagnostics
    assert [unit.main.slice(d.span) for d in found] == ['"👩‍👩‍👧é"', "B"]
    assert [d.severity for d in found] == [Severity.ERROR, Severity.INFORMATION]
    assert (found[0].code, found[0].href) == ("terraform_naming_convention", "https://example.com/rule")


async def test_what_is_not_in_the_users_texts_or_past_their_end_does_no_harm(printing, unit):
    answer = {"issues": [issue((99, 99), (99, 99)), issue((1, 1), (1, 2), filename="other/main.tf")]}
    assert [d.span for d in (await printing(json.dumps(answer)).lint(unit)).diagnostics] == [(len(TEXT), len(TEXT))]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('{"issues": [], "errors": [{"message": "Plugin \\"aws\\" not found"}]}', 'Plugin "aws" not found'),
        ("panic", "panic"),
        ("", "tflint ended with status 0 and said nothing"),
    ],
)
async def test_a_program_that_cannot_judge_is_not_taken_for_clean(printing, unit, answer, reason):
    assert (await printing(answer).lint(unit)).not_run == reason


async def test_without_a_program_it_says_so(unit, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert (await Tflint().lint(unit)).not_run == "tflint is not on PATH"


@pytest.fixture
def judge():
    """Judge one file of a folder by the real tflint."""

    async def lint(path, text, **options):
        return await Tflint(REAL, **options).lint(Unit((Document(path.as_uri(), text),)))

    return lint


QUIET = 'rule "terraform_unused_declarations" {\n  enabled = false\n}\n'
real = pytest.mark.skipif(not REAL, reason="no tflint: `make judges` gets one")


@pytest.mark.parametrize(
    ("quiet", "git", "root", "counts"),
    [
        ("top/envs/prod", "", "", True),
        ("top/envs", "top", "", True),
        ("top", "top", "", True),
        ("top", "", "top", True),
        ("top", "", "", False),
        ("", "top", "", False),
        ("", "", "top", False),
        ("top", "top/envs", "", False),
    ],
)
def test_the_nearest_configuration_of_the_project_counts(quiet, git, root, counts, tmp_path, monkeypatch):
    monkeypatch.delenv("TFLINT_CONFIG_FILE", raising=False)
    (folder := tmp_path / "top/envs/prod").mkdir(parents=True)
    (tmp_path / quiet / ".tflint.hcl").write_text(QUIET)
    if git:
        (tmp_path / git / ".git").mkdir()
    found = configuration_of(folder, [tmp_path / root] if root else ())
    own = quiet == "top/envs/prod"  # tflint finds that one itself
    assert found == (tmp_path / quiet / ".tflint.hcl" if counts and not own else None)
    monkeypatch.setenv("TFLINT_CONFIG_FILE", "another")
    assert configuration_of(folder, [tmp_path]) is None


@real
async def test_the_configuration_above_is_used_with_the_values_and_plugins_it_names(tmp_path, judge):
    (folder := tmp_path / "a/b").mkdir(parents=True)
    text = 'variable "unused" {\n  type = string\n}\n'
    assert "terraform_unused_declarations" in {d.code for d in (await judge(folder / "main.tf", text)).diagnostics}
    (tmp_path / ".tflint.hcl").write_text(f'config {{\n  varfile = ["../../x.tfvars"]\n}}\n{QUIET}')
    (tmp_path / "x.tfvars").write_text('unused = "x"\n')
    result = await judge(folder / "main.tf", text, roots=[tmp_path])
    assert not result.not_run
    assert "terraform_unused_declarations" not in {d.code for d in result.diagnostics}


@real
async def test_the_editors_texts_count_those_of_values_too(tmp_path):
    (tmp_path / "main.tf").write_text("")
    (tmp_path / "x.auto.tfvars").write_text("broken = ")
    (tmp_path / "old.tf").write_text('variable "gone" {}\n')
    texts = {"main.tf": 'variable "unused" {}\n', "x.auto.tfvars": 'unused = "x"\n', "old.tf": ""}
    unit = Unit(tuple(Document((tmp_path / name).as_uri(), text) for name, text in texts.items()))
    result = await Tflint(REAL).lint(unit)
    assert not result.not_run
    found = [d for d in result.diagnostics if d.code == "terraform_unused_declarations"]
    assert [unit[d.uri].slice(d.span) for d in found] == ['variable "unused"']


@real
async def test_the_files_of_opentofu_are_judged_and_take_the_place_of_others(tmp_path):
    texts = {"main.tf": "# shadowed\nlocals {\n  a = 1\n}\n", "main.tofu": "locals {\n  b = 1\n}\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    unit = Unit(tuple(Document((tmp_path / name).as_uri(), text) for name, text in texts.items()))
    found = [d for d in (await Tflint(REAL).lint(unit)).diagnostics if d.code == "terraform_unused_declarations"]
    assert [(unit[d.uri].name, unit[d.uri].slice(d.span)) for d in found] == [("main.tofu", "b = 1")]


async def test_a_slow_one_is_told(tmp_path, unit):
    program = tmp_path / "tflint"
    program.write_text("#!/bin/sh\nexec sleep 300\n")
    program.chmod(0o755)
    assert "did not answer within 0.2 s" in (await Tflint(str(program), 0.2).lint(unit)).not_run
