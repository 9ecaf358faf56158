"""Gives a circle of dependencies a place: terraform names what is in it, and says neither file nor line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform.tree import Tree
from lsp_server.linters.terraform_stand_in import STAND_IN

Raw = Mapping[str, Any]
Address = tuple[str, ...]
_CYCLE = "Cycle: "
_INDEX = re.compile(r"\[[^\]]*\]|\s.*")
_KINDS = ("resource", "data", "locals", "module")


def is_circle(raw: Raw) -> bool:
    """Whether one of terraform's findings is a circle that has no place."""
    return not raw.get("range") and str(raw.get("summary", "")).startswith(_CYCLE)


def located(raw: Raw, trees: Mapping[str, Tree]) -> Raw:
    """A circle at the declaration of its first member; `trees` by file name."""
    summary = str(raw.get("summary", ""))
    names = summary.removeprefix(_CYCLE).split(", ")
    members = {_address(name) for name in names}
    found = [place for name, tree in trees.items() for place in _places(name, tree, members)]
    if not found:
        return raw
    _, name, span, text = min(found)
    start, end = (len(text[:at].encode("utf-8", "surrogatepass")) for at in span)
    line = Document("", text).position(span.start).line + 1
    place = {"filename": name, "start": {"byte": start, "line": line}, "end": {"byte": end, "line": line}}
    shown = dict.fromkeys(n.partition(" ")[0] for n in names if not n.endswith(STAND_IN))
    return {**raw, "summary": "Cycle", "detail": ", ".join(shown), "range": place}


def _address(name: str) -> Address:
    """`data.a.b`, `module.m.var.x (expand)`, `a.b[0]` as type and labels of a block, or `locals` and a name."""
    parts = tuple(_INDEX.sub("", name).split("."))
    if parts[0] == "local":
        return ("locals", *parts[1:2])
    return parts[:2] if parts[0] == "module" else parts[:3] if parts[0] == "data" else ("resource", *parts[:2])


def _places(name: str, tree: Tree, members: set[Address]) -> Iterator[tuple[int, str, Span, str]]:
    text = "".join(placed.piece.text for placed in tree.placed)
    for block in tree.blocks:
        if block.type == "locals":
            spans = [a.name_span for a in block.body.attributes if ("locals", a.name) in members]
        else:
            spans = [block.header_span] if block.address in members and block.type in _KINDS else []
        yield from ((_KINDS.index(block.type), name, span, text) for span in spans)
