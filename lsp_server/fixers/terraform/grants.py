"""The grants of a bucket as the access control policy of its own resource, which names the owner, too."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.core.document import Document
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Module
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.reshape import UnclearError

_OWNER = "aws_canonical_user_id"


def policy(document: Document, module: Module, blocks: Sequence[t.Attribute | t.Block]) -> tuple[str, str]:
    """The block that says what several `grant` blocks do, and the data source that it needs, if any is new.

    A grant has one permission now. Raises UnclearError.
    """
    name = next((found[1] for found in module.data if found[0] == _OWNER and not module.data[found].repeated), "")
    lines = ["access_control_policy {"]
    for block in blocks:
        lines += _grants(document, block)
    lines += ["owner {", f"id = data.{_OWNER}.{name or 'current'}.id", "}", "}"]
    return "\n".join(f"  {line}" for line in lines), "" if name else f'data "{_OWNER}" "current" {{}}'


def _grants(document: Document, block: t.Attribute | t.Block) -> list[str]:
    if not isinstance(block, t.Block) or block.type == "dynamic" or block.broken or block.body.blocks:
        raise UnclearError
    if any(token.kind == "comment" for token in scanner.tokens(document.slice(block.inner_span))):
        raise UnclearError  # it would stand at one of several grants
    given = block.body.attribute("permissions")
    items = given.value.items if given is not None and isinstance(given.value, t.TupleExpression) else ()
    if not items:
        raise UnclearError
    pad = layout.inner_indent(document, block)
    who = [layout.reindent(document.slice(a.span), pad, "") for a in block.body.attributes if a is not given]
    lines: list[str] = []
    for item in items:
        lines += ["grant {", "grantee {", *who, "}", f"permission = {document.slice(item.span)}", "}", ""]
    return lines
