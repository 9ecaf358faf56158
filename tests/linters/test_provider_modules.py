"""Modules for several clouds, judged offline by Lintel's own check and by the real terraform, with bundled schemas."""

import shutil
from pathlib import Path

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_validate import TerraformValidate

MODULES = sorted((Path(__file__).parent / "provider_modules").glob("*.tf"))
LINTERS = [
    TerraformCheck,
    pytest.param(TerraformValidate, marks=pytest.mark.skipif(not shutil.which("terraform"), reason="needs terraform")),
]


async def judged(linter, text):
    one = linter()
    try:
        result = await one.lint(Unit((Document("untitled:/m/main.tf", text),)))
    finally:
        await one.close()
    assert result.not_run == ""
    assert [note for note in result.notes if "no schema" in note] == []
    return [(found.code, found.severity.name, found.message) for found in result.diagnostics]


@pytest.mark.parametrize("linter", LINTERS)
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
async def test_nothing_is_wrong_with_a_valid_module(path, linter):
    assert await judged(linter, path.read_text("utf-8")) == []


WRONG = [
    ("azurerm", "address_space       =", "address_spaces      =", "unsupported-argument", "address_spaces"),
    ("azurerm", "  dns_prefix ", "  nodes = 1\n  dns_prefix ", "unsupported-argument", "nodes"),
    ("azurerm", "  length  = 6\n", "", "missing-required-argument", "length"),
    ("azurerm", "random_password.admin.result", "random_password.admin.value", "unknown-attribute", "value"),
    ("azurerm", '"azurerm_subnet" "app"', '"azurerm_subnett" "app"', "unknown-resource-type", "azurerm_subnett"),
    ("azurerm", "address_space       = [", "address_space = {}\n  dns_servers = [", "wrong-type", "address_space"),
    ("google", "    initialize_params {", "    initialise_params {", "unsupported-block", "initialise_params"),
    ("google", "gke.endpoint", "gke.address", "unknown-attribute", "address"),
    ("kubernetes", "    replicas = 2\n", "    replica = 2\n", "unsupported-argument", "replica"),
    ("kubernetes", 'image = docker_image.app.name', 'image = docker_image.app.tagged', "unknown-attribute", "tagged"),
    ("kubernetes", '    tag   = "issue"\n', '    tag   = ["issue"]\n', "wrong-type", "data"),
]  # fmt: skip


@pytest.mark.parametrize("linter", LINTERS)
@pytest.mark.parametrize(("module", "right", "wrong", "code", "name"), WRONG, ids=lambda value: str(value)[:24])
async def test_a_mistake_is_told(module, right, wrong, code, name, linter):
    text = (Path(__file__).parent / "provider_modules" / f"{module}.tf").read_text("utf-8")
    assert right in text
    found = await judged(linter, text.replace(right, wrong))
    assert any(c == code and severity == "ERROR" and name in message for c, severity, message in found), found


async def test_a_version_that_is_not_bundled_only_warns():
    text = MODULES[0].read_text("utf-8").replace('"~> 4.0"', '"~> 99.0"').replace("address_space  ", "adress_space  ")
    for linter in (TerraformCheck, *([TerraformValidate] if shutil.which("terraform") else [])):
        found = await judged(linter, text)
        assert {severity for _, severity, _ in found} == {"WARNING"}
        assert all("azurerm 5." in message for _, _, message in found)
