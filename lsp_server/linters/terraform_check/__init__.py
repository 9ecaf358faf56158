"""Lintel's own check of Terraform: schema and references, on every keystroke."""

from lsp_server.linters.terraform_check.linter import TerraformCheck

__all__ = ["TerraformCheck"]
