"""A string that is written in another way is the same string: the real `terraform` says so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import apply_edits
from lsp_server.refactorings.base import Refactoring, Selection
from lsp_server.refactorings.terraform.heredocs import rewrite

STRINGS = [
    r'"one\ntwo\n"',
    r'"one\ntwo"',
    r'"  one\n    two\n"',
    r'"  one\n\n two\n\n"',
    r'"\n\none\n"',
    r'"one\n  \ntwo\n"',
    r'"\ttab\n two ${upper("x")} \\n $${no} %%{no}\n"',
    r'"${upper("x")}\n  \"quoted\"\n"',
    r'"  ${upper("x")}\n    ${upper("y")}  \n"',
    r'"😀\nEOT\nEOF\n"',
    r'"a\n\n\n"',
    r'"\n \n"',
]


def changed(text: str, at: int) -> str:
    document = Document("file:///no/such/module/main.tf", text)
    (found,) = rewrite(Selection(Unit((document,)), document, Span(at, at)))
    assert isinstance(found, Refactoring)
    after = document.with_text(apply_edits(text, tuple(found.edits() or ())))
    assert not [reason for reason in found.differences(Unit((document,)), Unit((after,))) if reason]
    return after.text


@pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no terraform")
def test_a_heredoc_is_the_string_that_it_was(tmp_path: Path) -> None:
    declared, same = "", []
    for number, written in enumerate(STRINGS):
        there = changed(f"locals {{\n  b{number} = {written}\n}}\n", 14)
        back = changed(there, 14).replace(f"b{number} =", f"c{number} =")
        assert "<<" in there
        assert "<<" not in back
        declared += f"locals {{\n  a{number} = {written}\n}}\n{there}{back}"
        same.append(f"local.a{number} == local.b{number} && local.a{number} == local.c{number}")
    (tmp_path / "main.tf").write_text(f"{declared}locals {{\n  same = [{', '.join(same)}]\n}}\n", "utf-8")
    asked = subprocess.run(
        ["terraform", "console"],
        cwd=tmp_path,
        input="jsonencode(local.same)",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "CHECKPOINT_DISABLE": "1"},
    )
    assert asked.returncode == 0, asked.stderr
    assert json.loads(json.loads(asked.stdout)) == [True] * len(STRINGS)
