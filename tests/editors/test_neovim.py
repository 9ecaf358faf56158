"""The server in Neovim: an editor that has no extension of ours, only what the protocol gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCENARIO = Path(__file__).with_name("scenario.lua")
LINTEL = Path(sys.executable).with_name("lintel")
NEOVIM = shutil.which("nvim")

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Outputs:
  Name:
    Value: !Ref Invoices
Resources:
  # where the invoices go
  Invoices:
    Type: AWS::S3::Bucket
    Properties:
      BucktName: invoices # as the accountants call it

  # an SQS queue
"""
MODULE = """\
locals {
  area = "eu"
}
provider "aws" {
  regoin = "${local.area}-west-1" # where we live
}

# an SNS topic
"""


@pytest.mark.skipif(NEOVIM is None, reason="nvim is not on PATH")
@pytest.mark.parametrize(("name", "text", "kept"), [("shop.yaml", TEMPLATE, 10), ("main.tf", MODULE, 8)])
def test_a_person_at_work(tmp_path: Path, name: str, text: str, kept: int) -> None:
    file = tmp_path / name
    file.write_text(text)
    environment = {**os.environ, "LINTEL": str(LINTEL), "SCENARIO_FILE": str(file), "HOME": str(tmp_path)}
    command = [str(NEOVIM), "--headless", "--clean", "-c", f"luafile {SCENARIO}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    after = file.read_text()
    misspelled = {"BucktName": "BucketName", "regoin": "region"}
    for wrong, right in misspelled.items():
        text = text.replace(wrong, right)
    assert after.startswith("".join(text.splitlines(keepends=True)[:kept]))
