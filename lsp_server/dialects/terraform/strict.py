"""python-hcl2 as the strict second reader: what is generated has to be HCL for a reader that recovers from nothing."""

from __future__ import annotations

import re

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
