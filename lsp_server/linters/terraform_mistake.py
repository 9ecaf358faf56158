"""The key by which two Terraform linters know that they mean the same mistake.

`terraform-check` and `terraform-validate` both put it into `Diagnostic.data["mistake"]`, and `analysis.merge` keeps
the first. It is made of what both can know: the document, the line, the kind of mistake and the name in it.
`PLACED` are the kinds that `terraform-check` and `tflint` know by the place where they begin
(`Diagnostic.data["place"]`).
"""

from __future__ import annotations

import re

PLACED = frozenset(
    {
        "deprecated-argument",
        "deprecated-index",
        "deprecated-interpolation",
        "deprecated-requirement",
        "unused-declaration",
    }
)
_QUOTED = re.compile(r'"([^"]+)"')
_CATEGORIES = (
    ("Unsupported argument", "unsupported-argument"),
    ("Unsupported block type", "unsupported-block"),
    ("Extraneous JSON object property", "unsupported-argument"),
    ("Missing required argument", "missing-required-argument"),
    ("Insufficient", "missing-required-block"),
    ("Too few", "missing-required-block"),
    ("Too many", "too-many-blocks"),
    ("Invalid resource type", "unknown-resource-type"),
    ("Invalid data source", "unknown-resource-type"),
    ("Reference to undeclared", "undeclared-reference"),
    ("Unsupported attribute", "unknown-attribute"),
    ("Incorrect attribute value type", "wrong-type"),
    ("Inappropriate value for attribute", "wrong-type"),
    ("Value for unconfigurable attribute", "computed-argument"),
    ("Invalid or unknown key", "computed-argument"),
    ("Call to unknown function", "unknown-function"),
    ("Invalid value for input variable", "wrong-type"),
    ("Cycle", "cycle"),
    ("Duplicate", "duplicate"),
    ("Attribute redefined", "duplicate"),
)
_SYNTAX = re.compile(
    r"""(?x)
    Argument\ (?:or\ block\ )?definition\ required | Extra\ characters | Unbalanced | Unclosed | Unterminated
    | Unsupported\ operator | Unexpected\ (?:end|else|comma)
    | Missing\ (?:newline|clos|open|expression|name\ after|false|item|argument\ separator
        | attribute\ (?:value|separator) | key/value)
    | Invalid\ (?:argument\ name|block\ definition|character|escape\ sequence|expression|for\ directive
        | 'for'\ expression | function\ name | legacy\ index | multi-line | number\ literal | object\ key | quot
        | single-argument | attribute\ name | template\ (?:control|directive|interpolation\ sequence))
    """
)
"""Summaries of a text that cannot be read, whatever the reason."""


def category(summary: str) -> str:
    """The kind of mistake behind terraform's summary: a code of `terraform-check`, or the summary in kebab case."""
    for start, code in _CATEGORIES:
        if summary.startswith(start):
            return code
    if _SYNTAX.match(summary):
        return "syntax"
    return re.sub(r"[^a-z0-9]+", "-", summary.lower()).strip("-")


def subject(summary: str, detail: str) -> str:
    """The name that a message of terraform's is about: the first word in quotes, in the summary or in the detail."""
    found = _QUOTED.search(summary) or _QUOTED.search(detail)
    return found[1] if found else ""


def mistake(uri: str, line: int, kind: str, name: str) -> tuple[str, int, str, str]:
    """The key. `line` is where the finding starts, from 0; `kind` a code as `category` gives it."""
    return uri, line, kind, name


def mistake_of(uri: str, line: int, summary: str, detail: str) -> tuple[str, int, str, str]:
    """The key of one diagnostic of `terraform validate`. `line` counts from 0."""
    kind = category(summary)
    return mistake(uri, line, kind, "" if kind == "syntax" else subject(summary, detail))
