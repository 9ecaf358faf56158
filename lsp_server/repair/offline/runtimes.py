"""The runtime of a Lambda function as people say it: `Python 3.12`, `Node.js 20.x`, `nodejs20.x`."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.repair.offline.words import Words

_LANGUAGES = {
    "python": (("python",), "python{}"),
    "node": (("nodejs", "node.js", "node js", "node"), "nodejs{}.x"),
    "java": (("java",), "java{}"),
    "ruby": (("ruby",), "ruby{}"),
    "dotnet": (("dotnet", ".net"), "dotnet{}"),
}


def runtime_said(words: Words, languages: Sequence[str]) -> str:
    """The runtime that is said, if it is one of those languages and Lambda has it; empty otherwise."""
    known = [runtime for runtime in _known() if runtime.startswith(tuple(languages))]
    texts = [token.text.lower() for token in words.tokens]
    for at, text in enumerate(texts):
        size = 1 + (texts[at + 1 : at + 2] == ["x"])
        if text[-1:].isdigit() and ".".join(texts[at : at + size]) in known:
            words.use(at, size)
            return ".".join(texts[at : at + size])
    for language in languages:
        phrases, written = _LANGUAGES[language]
        said = words.version_near(phrases, reach=3, among=[v for v in _versions(written) if written.format(v) in known])
        if said:
            return written.format(said)
    return ""


def _versions(written: str) -> list[str]:
    """All versions of a language that Lambda has or had."""
    before, after = written.split("{}")
    return [r.removeprefix(before).removesuffix(after) for r in _known() if r.startswith(before) and r.endswith(after)]


def _known() -> list[str]:
    schema = schemas().get("AWS::Lambda::Function")
    runtime = schema.property_at(["Runtime"]) if schema is not None else None
    return [str(value) for value in runtime.enum] if runtime is not None else []
