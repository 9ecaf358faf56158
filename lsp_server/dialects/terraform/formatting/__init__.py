"""The canonical layout of HCL: what `terraform fmt` makes of a text, worked out without it and in milliseconds."""
