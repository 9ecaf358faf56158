"""Terraform: HCL files of one module, provider schemas, completion. Knows neither LSP nor a linter."""
