"""Hover for editors that show no Markdown."""

from lsp_server.server.hover import plain


def test_markdown_without_its_marks() -> None:
    told = "**Name** · `x`\n\nLines 1–2:\n\n```yaml\nA:\n  B: 1\n```\n\n[Documentation](https://example.com/a_b)"
    assert plain(told) == "Name · x\n\nLines 1–2:\n\nA:\n  B: 1\n\nDocumentation: https://example.com/a_b"
