"""A model's words in Markdown: they are shown, tell whose they are, and do nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.models.base import Usage
from lsp_server.repair.explainer import Interpretation, inert, unsaid

MARKDOWN = {
    "a link": ("[click](https://evil.example/x)", "`[click](https://evil.example/x)`"),
    "a command": ("[run](command:lintel.fixAll)", r"\[run\](command:lintel.fixAll)"),
    "an address": ("See https://evil.example now", "See `https://evil.example` now"),
    "a mail address": ("Ask a@evil.example", "Ask `a@evil.example`"),
    "an image": ("![x](data:image/png;base64,AA)", r"!\[x\](data:image/png;base64,AA)"),
    "HTML": ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
    "structure": ("a\n\n# b\n- c\n\n---\n| d |", r"a \# b - c --- \| d \|"),
    "a block of code": ("```sh\nit is\n```", "''`sh it is `''"),
    "what cannot be seen": ("a\u202eb\u200bc\x1b[1m", r"a b c \[1m"),
    "half of a tick": ("a ` https://evil.example `b", "a ` https://evil.example `b"),
    "a tick too many": ("a ` b `c` https://evil.example", "a ` b `c' `https://evil.example`"),
}


@pytest.mark.parametrize("what", MARKDOWN)
def test_what_a_model_writes_is_shown_and_does_nothing(what: str) -> None:
    words, shown = MARKDOWN[what]
    assert inert(words) == shown


_ACTS = re.compile(r"[<\[\]*#|~&`]|//|@|www\.")
_RESTS = re.compile(r"\\.|`[^`]+`")


@given(st.text(alphabet="ab_ \\`*[]<>()!#|~&\n:/@w."))
def test_inert_words_do_nothing(words: str) -> None:
    told = inert(words)
    assert _ACTS.search(_RESTS.sub(" ", told)) is None
    assert "\n" not in told


@pytest.mark.parametrize(
    ("provider", "model", "writer"),
    [("anthropic", "claude-x", "claude-x"), ("editor", "", "the editor's language model"), ("words", "", "words")],
)
def test_who_wrote_it_is_said(provider: str, model: str, writer: str) -> None:
    told = Interpretation("a", "b", "c", provider, model, usage=Usage(1, 10, 5, estimated=True)).markdown
    assert f"*Written by {writer}; nobody has verified it. 1 request · about 10 tokens in · 5 out.*" in told


def test_a_reason_is_shown_as_it_is_and_does_nothing() -> None:
    assert unsaid("See [x](https://evil.example).") == "## In this text\n\nSee `[x](https://evil.example).`"
