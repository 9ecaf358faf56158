"""Deterministic proposers: one family of mistakes a file, each with its valid and invalid cases as data."""
