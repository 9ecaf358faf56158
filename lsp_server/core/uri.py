"""Which file a uri names, in all the ways in which editors write one."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit


def path_of(uri: str) -> Path | None:
    """The file that a `file:` uri names; None for any other uri."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    host = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
    drive = parts.path.replace("%3A", ":").replace("%3a", ":")  # some editors quote the colon of a drive
    return Path(host + _path(drive))


def _path(quoted: str) -> str:
    if sys.platform == "win32":
        from urllib.request import url2pathname  # which imports all that speaks HTTP

        return url2pathname(quoted)
    return unquote(quoted)
