"""Misspelled names in `.tf.json` files: only a word changes, which is written in JSON as it is in HCL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform.module import is_json
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.names import is_certain, is_slip, is_type_slip
from lsp_server.fixers.terraform.place import fix

CODES = frozenset(
    {
        "unsupported-argument",
        "unsupported-block",
        "unknown-resource-type",
        "unknown-data-source",
        "undeclared-reference",
        "unknown-attribute",
        "unknown-function",
        "invalid-value",
    }
)
_TYPES = frozenset({"unknown-resource-type", "unknown-data-source"})
_WORD = re.compile(r"[^\W\d][\w-]*")


def fix_name(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix | None]:
    """The known name of which the one that stands there is plainly a slip; nothing where two come into question."""
    if not is_json(context.document):
        return
    name, known = diagnostic.data.get("name"), diagnostic.data.get("candidates")
    if not isinstance(name, str) or not isinstance(known, list | tuple) or not _WORD.fullmatch(name):
        return
    likely = is_type_slip if diagnostic.code in _TYPES else is_slip
    meant = [other for other in known if isinstance(other, str) and _WORD.fullmatch(other) and likely(name, other)]
    certain = [other for other in meant if is_certain(name, other)]
    meant = certain if len(certain) == 1 else meant
    span = _only(context.document.text, diagnostic.span, name)
    if len(meant) == 1 and span is not None:
        trust = Applicability.SAFE if certain else Applicability.UNSAFE
        edit = Edit(context.document.uri, span, meant[0])
        yield fix(f"Change `{name}` to `{meant[0]}`", [edit], [diagnostic], "json_name", trust)


def _only(text: str, span: Span, name: str) -> Span | None:
    """Where the name stands in a span, as a word and once."""
    found = [m.span() for m in _WORD.finditer(text, span.start, span.end) if m[0] == name]
    return Span(*found[0]) if len(found) == 1 else None
