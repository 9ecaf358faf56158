"""A named part of a document that a model may rewrite, so that it never answers with a whole file."""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit


@dataclass(frozen=True)
class Region:
    """A block of a document by its name (`Resources/Bucket`, `resource aws_s3_bucket.logs`), or a place for a new one.

    `span` begins at the block's first character, behind its indentation of `indent` columns; with `insert` what is
    inserted goes between `before` and `after`, and the span is empty but where these say again what it holds or that is
    a value of nothing (`{}`). `unit` is what lines are indented with, a column each; what is put into a section is
    `apart` where blank lines are between its entries, and `braced` where it has to be as in JSON. `declares` is what
    the text has to declare still, in the words of the dialect; `type` is the resource type, which may be corrected
    where it is not `known`. `child_indent` is how deep the content stands. What is `free` was written in this run and
    may declare anything. `removal` is how the block is taken away, where it may be: it was written in this run, or a
    person asked for that.
    """

    name: str
    uri: str
    span: Span
    indent: int = 0
    child_indent: int = 0
    insert: bool = False
    before: str = ""
    after: str = ""
    unit: str = " "
    apart: bool = False
    braced: bool = False
    declares: str = ""
    type: str = ""
    known: bool = True
    free: bool = False
    removal: tuple[Edit, ...] = ()
