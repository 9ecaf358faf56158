"""The user's cache of schema bundles that installed providers have told: one file for each package, named by its key.

Files are written at once or not at all, may be written by several programs at a time, and are removed when nothing has
used them for two months.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import time
from pathlib import Path

from lsp_server.core.user_folders import caches
from lsp_server.dialects.terraform.bundles import MAGIC, Bundle, BundleError

log = logging.getLogger(__name__)

_FORM = "1"  # of what is read of a provider's answer; a new number where more of it is kept
_DAY = 24 * 3600  # seconds
_UNUSED = 60 * _DAY
_HALF_WRITTEN = 3600  # seconds after which nobody goes on writing
_SUFFIX, _PARTLY = ".bundle", ".partly"


def folder() -> Path:
    """Where the bundles are. Raises RuntimeError where the user has no home directory."""
    kind = MAGIC.decode().strip().rpartition("-")[2]
    return caches() / "lintel" / f"provider-schemas-{kind}.{_FORM}"


def load(key: str) -> Bundle | None:
    """The bundle of that key, all of it checked; None where there is none. A corrupt one is removed. Blocking."""
    try:
        path = folder() / f"{key}{_SUFFIX}"
        status = path.stat()
    except (OSError, RuntimeError):
        return None
    try:
        bundle = Bundle(path)
        bundle.check()
    except BundleError as error:
        log.warning("%s; it is made anew", error)
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    if time.time() - status.st_mtime > _DAY:
        with contextlib.suppress(OSError):
            os.utime(path)
    return bundle


def store(key: str, data: bytes) -> Bundle:
    """Keep the bytes of a bundle. Where they cannot be kept, the bundle lives as long as this process. Blocking.

    Raises BundleError where they are no bundle.
    """
    bundle = Bundle(data)
    bundle.check()
    try:
        place = folder()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = place / f"{key}{_SUFFIX}"
        handle, partly = tempfile.mkstemp(dir=place, suffix=_PARTLY)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(partly).replace(path)
        except BaseException:
            Path(partly).unlink(missing_ok=True)
            raise
        sweep(place)
        return Bundle(path)
    except (OSError, RuntimeError, BundleError) as error:
        log.warning("the schema of %s %s cannot be cached: %s", bundle.meta.source, bundle.meta.version, error)
        return bundle


def sweep(place: Path) -> None:
    """Remove what has not been used for long, and what was left half-written."""
    for path in place.iterdir():
        most = {_SUFFIX: _UNUSED, _PARTLY: _HALF_WRITTEN}.get(path.suffix)
        with contextlib.suppress(OSError):
            if most is not None and time.time() - path.stat().st_mtime > most:
                path.unlink()
