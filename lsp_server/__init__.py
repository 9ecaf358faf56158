"""Lintel: infrastructure code that has already passed the linter when you see it."""

__version__ = "0.1.0"
