"""Which files are named in a module: what a function reads, what a program is, whatever begins at `path.module`."""

from __future__ import annotations

import posixpath
import re
from typing import TypeGuard
from urllib.parse import quote

from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.children import is_folder
from lsp_server.dialects.terraform.file_names import module_folder
from lsp_server.dialects.terraform.service.site import Site

_READING = frozenset(
    {"file", "fileexists", "templatefile", "filebase64", "filemd5", "filesha1", "filesha256", "filesha512",
     "filebase64sha256", "filebase64sha512"}
)  # fmt: skip
_FOLDERS = frozenset({("path", "module"), ("path", "root"), ("path", "cwd")})
_FILE = re.compile(r"[\w.@%+-]*(?:/[\w.@%+-]+)*\.[\w-]+")
_PROGRAMS = frozenset({"local-exec", "remote-exec", "file"})


def file_at(site: Site) -> tuple[Span, tuple[str, ...]] | None:
    """What names a file at the cursor, as a span of the document, and the uris that it may be."""
    for number, node in enumerate(site.nodes):
        if isinstance(node, t.Template) and not node.heredoc:
            path = path_of(node)
            above = site.nodes[number - 1] if number else None
            if path is not None and (names_file(node) or (reads(above) and above.args[:1] == (node,))):
                span = Span(node.span.start + 1, max(node.span.start + 1, node.span.end - 1))
                return site.span(span), (uri_of(site.document, path),)
    return _in_program(site)


def reads(node: object) -> TypeGuard[t.Call]:
    """Whether a node is a call of a function that reads the file which its first argument names."""
    return isinstance(node, t.Call) and node.name in _READING


def names_file(node: t.Template) -> bool:
    """Whether a text is a path wherever it stands: it begins with a folder of the module, or as `./x.y` does."""
    if node.parts and isinstance(node.parts[0], t.Interpolation):
        return path_of(node) is not None
    return is_folder(node.text or "") and bool(_FILE.fullmatch(node.text or ""))


def path_of(node: t.Template) -> str | None:
    """The path that a text is, from the module's folder; None where parts of it are not known."""
    parts = node.parts
    match parts[:1]:
        case (t.Interpolation(inner=t.Traversal() as inner),) if inner.names in _FOLDERS:
            rest = parts[1:]
            if len(rest) != 1 or not isinstance(rest[0], t.TextPart) or not rest[0].value.startswith("/"):
                return None
            return "." + rest[0].value
    return node.text or None


def _in_program(site: Site) -> tuple[Span, tuple[str, ...]] | None:
    """The file that a word of a provisioner's command is."""
    last = site.nodes[-1] if site.nodes else None
    if not isinstance(last, t.TextPart) or not any(
        block.type == "provisioner" and block.labels and block.labels[0].text in _PROGRAMS for block in site.blocks
    ):
        return None
    text = site.placed.piece.text
    for match in _FILE.finditer(text, *last.span):
        span = Span(*match.span())
        if span.touches(site.at):
            before = text[: span.start]
            folder = next(
                (f"${{path.{f}}}" for f in ("module", "root", "cwd") if before.endswith(f"${{path.{f}}}")), ""
            )
            path = "." + match[0] if folder else match[0]
            return site.span(span), (uri_of(site.document, path),)
    return None


def uri_of(document: Document, path: str) -> str:
    """The uri of a path that is written in a document: it counts from the module's folder, in its tests as well."""
    if path.startswith("/"):
        return f"file://{quote(path)}"
    folder = module_folder(document.uri)
    scheme, _, above = folder.partition("://")
    return f"{scheme}://{posixpath.normpath(posixpath.join(above, quote(path)))}"
