"""What the words of the language are for: blocks, meta-arguments, names such as `each.key`. Sentences of our own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

LANGUAGE = "https://developer.hashicorp.com/terraform/language"


@lru_cache(maxsize=1)
def _words() -> Mapping[str, tuple[str, str]]:
    """By `block:lifecycle`, `lifecycle:ignore_changes`, `argument:count`, `symbol:each.key`: a text and a page."""
    found = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
    return {key: (text, page) for key, (text, page) in found.items()}


def of_word(kind: str, name: str) -> str:
    """Markdown on a word, with a link: `kind` is block, argument (a meta-argument), symbol, or the block around it."""
    found = _words().get(f"{kind}:{name}")
    return f"{found[0]}\n\n[Documentation]({LANGUAGE}/{found[1]})" if found is not None else ""
