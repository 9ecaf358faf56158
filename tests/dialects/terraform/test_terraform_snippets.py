"""A whole block with what it requires, of which no place is filled in, is one that the judges accept."""

import shutil

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform import snippets
from lsp_server.dialects.terraform.bundles import bundled, open_bundle
from lsp_server.dialects.terraform.module import module_from
from lsp_server.dialects.terraform.providers import implied
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.dialects.terraform.supplies import supply
from lsp_server.linters.terraform_check.linter import check_module
from lsp_server.linters.terraform_validate import TerraformValidate
from lsp_server.server.completion import plain

EVERY = 40


def module(path, every):
    """A module with the snippets of a sample of a bundle's types, and that bundle's version."""
    bundle = open_bundle(path)
    asked = f'{{ source = "{bundle.meta.source}", version = "{bundle.meta.version}" }}'
    yield f"terraform {{\n  required_providers {{\n    {bundle.meta.provider} = {asked}\n  }}\n}}\n"
    local = bundle.meta.provider
    empty = module_from([])
    kinds = (("resource", bundle.resource_types, bundle.resource), ("data", bundle.data_types, bundle.data_source))
    for kind, names, block_of in kinds:
        for name in list(names)[::every]:
            stops = snippets.Stops()
            header = f'{kind} "{name}" "{stops.next("name")}"'
            text = (
                plain(snippets.block(header, block_of(name), stops, "", supply(empty, schema_for(empty), name))) + "\n"
            )
            yield text if implied(name) == bundle.meta.provider else text.replace("{", f"{{\n  provider = {local}", 1)


@pytest.mark.parametrize("path", bundled(), ids=lambda path: path.stem)
def test_the_check_accepts_the_snippets(path):
    document = Document("untitled:/m/main.tf", "".join(module(path, EVERY)))
    found = [d for d in check_module(module_from([document])) if not is_about_the_type(d)]
    assert [d.message for d in found] == []


def is_about_the_type(found):
    """Whether it hints at a type being deprecated, which is offered nevertheless."""
    return found.code == "deprecated-by-provider" and found.data["kind"] == "type"


def test_numbers_and_values_of_any_type_have_a_default():
    bundle = open_bundle(next(path for path in bundled() if path.stem == "aws-6"))
    policy = bundle.resource("aws_app_cookie_stickiness_policy")
    assert "lb_port       = ${2:0}\n" in snippets.block("x", policy, snippets.Stops(), "")


@pytest.mark.skipif(not shutil.which("terraform"), reason="needs terraform")
@pytest.mark.parametrize("path", bundled(), ids=lambda path: path.stem)
async def test_terraform_accepts_the_snippets(path, tmp_path):
    document = Document((tmp_path / "main.tf").as_uri(), "".join(module(path, 2 * EVERY)))
    validate = TerraformValidate()
    try:
        result = await validate.lint(Unit((document,)))
    finally:
        await validate.close()
    assert result.not_run == ""
    assert [found.message for found in result.diagnostics] == []
