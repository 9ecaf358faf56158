"""Where programs keep what they can make again, and what they have noted, by the rules of each system."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def caches() -> Path:
    """The user's folder for caches. Raises RuntimeError where there is no home directory."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def states() -> Path:
    """The user's folder for what programs note of their work. Raises RuntimeError where there is no home directory."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
