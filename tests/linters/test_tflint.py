"""tflint's JSON, and what becomes of it; the real program where it is installed."""

import json
import shutil
import stat

import pytest

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.linters.tflint import Tflint


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


@pytest.mark.skipif(not shutil.which("tflint"), reason="tflint is not on PATH")
async def test_the_real_one(tmp_path):
    (tmp_path / "main.tf").write_text("")
    unit = Unit((Document((tmp_path / "main.tf").as_uri(), 'variable "unused" {}\n'),))
    found = (await Tflint().lint(unit)).diagnostics
    assert "terraform_unused_declarations" in {d.code for d in found}
