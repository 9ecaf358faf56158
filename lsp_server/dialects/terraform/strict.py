"""python-hcl2 as the strict second reader: what is generated has to be HCL for a reader that recovers from nothing."""

from __future__ import annotations

import re

from lsp_server.dialects.terraform.parse import parse

_LINE = re.compile(r"at line (\d+)")


def read_error(text: str) -> str:
    """A sentence that says why the text is not HCL; empty where it is."""
    import hcl2  # its grammar is loaded only where something is generated
    from lark.exceptions import LarkError

    readable = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not readable.strip():
        return ""
    try:
        hcl2.loads(readable if readable.endswith("\n") else readable + "\n")
    except (LarkError, RecursionError, ValueError) as error:
        first = str(error).partition("\n")[0].strip().rstrip(".")
        where = _LINE.search(str(error))
        return f"{first[:160]}{'' if where is None or where[0] in first else f' at line {where[1]}'}"
    return ""


def error_of_change(before: str, after: str) -> str:
    """A sentence that says why a text is not HCL any more; empty where it is, or was not before either.

    It takes milliseconds for each block, so only those that `before` does not have are read, unless one is no HCL.
    """
    known = {placed.piece.text for placed in parse(before).placed}
    written = (placed.piece.text for placed in parse(after).placed)
    if not any(read_error(text) for text in written if text not in known) or read_error(before):
        return ""
    return read_error(after)
