"""Judges: one linter a file."""
