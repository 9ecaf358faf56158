"""The functions that Lintel knows are those of the `terraform` that it was built with, word for word."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.dialects.terraform.functions import functions, texts_of

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "scripts"))

import build_terraform_functions as builder  # noqa: E402 (the folder of scripts is no package)


def version() -> str:
    if shutil.which("terraform") is None:
        return ""
    told = subprocess.run(["terraform", "version", "-json"], capture_output=True, text=True, check=False)
    found: str = json.loads(told.stdout)["terraform_version"]
    return found


@pytest.mark.skipif(not version().startswith("1.11."), reason="the functions are those of Terraform 1.11")
def test_signatures_and_texts_are_terraforms() -> None:
    told = builder.told()
    assert builder.by_line({name: builder.signature(one) for name, one in told.items()}) == (
        builder.SIGNATURES.read_text(encoding="utf-8")
    )
    assert builder.by_line({name: builder.texts(one) for name, one in told.items()}) == (
        builder.TEXTS.read_text(encoding="utf-8")
    )


def test_each_function_has_words() -> None:
    assert [name for name in functions() if not texts_of(name).text] == []
    assert texts_of("cidrsubnet").parameters["newbits"].startswith("`newbits` is the number")
    assert texts_of("nobody") == ("", {})
