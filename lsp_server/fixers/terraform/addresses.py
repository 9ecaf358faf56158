"""An address of `moved`, `removed` or `import` that is in quotes, or goes on to an attribute of what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.place import fix, locate

CODES = frozenset({"invalid-address"})
_BLOCKS = frozenset({"moved", "removed", "import"})
_ADDRESS = re.compile(r"(?:module\.[\w-]+(?:\[(?:\d+|\"[^\"\\]*\")\])?\.?)*(?:(?<![\w\]])[a-z][\w-]*\.[\w-]+)?")


def fix_address(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`to = aws_instance.a.id`: the address of the resource alone."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute) or found[0].block.type not in _BLOCKS:
        return
    place, value = found[0], found[1].value
    if not isinstance(value, t.Traversal) or value.root == "module":
        return
    parts = value.parts
    at = 3 if len(parts) > 3 and parts[2].kind == "index" else 2
    if len(parts) != at + 1 or parts[at].kind != "attr" or parts[at].span != diagnostic.span:
        return
    content = place.scene.type_content("resource", value.root)
    known = content.argument(parts[at].name) is not None and not content.opaque
    edit = Edit(context.document.uri, Span(parts[at - 1].span.end, parts[at].span.end), "")
    trust = Applicability.SAFE if known else Applicability.UNSAFE
    yield fix(f"Leave `.{parts[at].name}` out", [edit], [diagnostic], "address", trust)


def unquoted(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`from = "aws_instance.a"`, which only the oldest versions of other settings take."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute) or found[0].block.type not in _BLOCKS:
        return
    item = found[1]
    text = item.value.text if isinstance(item.value, t.Template) else None
    if item.name in {"from", "to"} and text and _ADDRESS.fullmatch(text) and not text.endswith("."):
        edit = Edit(context.document.uri, item.value.span, text)
        yield fix("Write the address without quotes", [edit], [diagnostic], "address", Applicability.SAFE)
