"""What is said otherwise of a `.tf.json` file: whether it is JSON at all, and how Terraform words its findings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NoReturn

from lsp_server.core.caches import sized, with_argument
from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.static import invalid

_KEPT = 1_000_000  # characters
_UNKNOWN = frozenset({"Unsupported argument", "Unsupported block type"})
_OF_HCL = frozenset({"quoted-reference", "deprecated-interpolation"})
_MISSING = frozenset({"missing-required-argument", "missing-required-block"})


def check_syntax(document: Document) -> Iterator[Finding]:
    """The first place at which the text is no JSON."""
    yield from _problems(document.text)


@sized(_KEPT, len)
def _problems(text: str) -> tuple[Finding, ...]:
    readable = " " + text[1:] if text.startswith("\ufeff") else text
    facts = {"name": "", "kind": "syntax", "missing": ""}
    try:
        found = json.loads(readable, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        at = min(error.pos, max(0, len(text) - 1))
        span = Span(at, min(at + 1, len(text)))
        return (Finding("syntax", span, "Invalid JSON", f"{error.msg}.", facts),)
    except _NoNumberError as error:
        at = max(0, text.find(str(error)))
        span = Span(at, at + len(str(error)))
        return (Finding("syntax", span, "Invalid JSON", f"{error} is no number.", facts),)
    except (RecursionError, ValueError):
        return (Finding("syntax", Span(0, min(1, len(text))), "Invalid JSON", "It is nested too deeply.", facts),)
    if isinstance(found, dict) or (isinstance(found, list) and all(isinstance(item, dict) for item in found)):
        return ()
    detail = "A JSON object is required, or a list of them."
    return (Finding("syntax", Span(0, len(text)), "Invalid JSON", detail, facts),)


class _NoNumberError(ValueError):
    """`NaN` or `Infinity`, which Python takes for numbers."""


def _refuse(word: str) -> NoReturn:
    raise _NoNumberError(word)


def in_json(findings: Iterable[Finding], piece: t.Piece) -> Iterator[Finding]:
    """The findings of a piece as Terraform words them for JSON, without those that only HCL can have."""
    yield from _twice(piece)
    for finding in findings:
        if finding.code in _OF_HCL:
            continue
        if finding.summary in _UNKNOWN:
            yield _unknown(finding)
        elif finding.code in _MISSING:
            yield _at_end(finding, piece)
        elif finding.code in {"unknown-resource-type", "unknown-data-source"} and _is_elsewhere(finding, piece):
            yield replace(finding, data={**finding.data, "candidates": []})
        else:
            yield finding


@with_argument
def _twice(piece: t.Piece) -> tuple[Finding, ...]:
    """Keys that an object has twice; of a block's own another rule speaks."""
    found = []
    for one in t.expressions(piece.body):
        seen: set[str] = set()
        for item in one.items if isinstance(one, t.ObjectExpression) else ():
            if item.name in seen:
                detail = f'An attribute named "{item.name}" was already defined in this object.'
                found.append(invalid("duplicate", item.key.span, "Duplicate object attribute", detail, item.name))
            seen |= {item.name} if item.name is not None else set()
    return tuple(found)


def _unknown(finding: Finding) -> Finding:
    name = finding.data.get("name", "")
    _, mark, meant = finding.detail.partition(" Did you mean ")
    meant = "" if "to define" in meant else mark + meant
    detail = f'No argument or block type is named "{name}".{meant}'
    return replace(finding, summary="Extraneous JSON object property", detail=detail)


def _at_end(finding: Finding, piece: t.Piece) -> Finding:
    """What is missing is told by Terraform where the object ends."""
    blocks = [b for b in _blocks(piece.body) if b.header_span == finding.span]
    end = blocks[-1].close.start if blocks else finding.span.end
    return replace(finding, data={**finding.data, "told_at": end})


def _blocks(body: t.Body) -> Iterator[t.Block]:
    for block in body.blocks:
        yield block
        yield from _blocks(block.body)


def _is_elsewhere(finding: Finding, piece: t.Piece) -> bool:
    """Whether the type's key is not in this piece: to change what stands in the finding's place would be wrong."""
    return any(
        label.elsewhere and label.span == finding.span for block in _blocks(piece.body) for label in block.labels
    )
