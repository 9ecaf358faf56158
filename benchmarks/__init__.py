"""Measures of speed and memory; see CONTRIBUTING.md."""
