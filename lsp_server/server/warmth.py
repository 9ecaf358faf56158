"""Makes cfn-lint ready before the first template is opened, where the workspace holds one: it takes long to start."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_server.core.document import Document
from lsp_server.dialects.base import Language
from lsp_server.server.configuration import Configuration
from lsp_server.sources import glance

if TYPE_CHECKING:
    from lsp_server.engine import Engine

_ENTRIES = 3000  # of the workspace that are looked at
_FILES = 200  # of them that are opened
_BYTES = 16_000  # of each file that are read


async def warm(configuration: Configuration) -> None:
    """Once the engine is loaded, make ready for templates, if a quick look at the workspace finds one."""
    engine = await configuration.loaded()
    if await asyncio.to_thread(holds_template, configuration.roots, engine):
        await engine.toolchain.warm(Language.CLOUDFORMATION)
        await configuration.prepared(Language.CLOUDFORMATION)


def holds_template(roots: Sequence[Path], engine: Engine) -> bool:
    """Whether there is a template among the nearest files of the workspace. Blocking."""
    templates = engine.dialect(Language.CLOUDFORMATION)
    for _, path in zip(range(_FILES), glance(roots, _ENTRIES), strict=False):
        try:
            with path.open("rb") as file:
                text = file.read(_BYTES).decode("utf-8", "replace")
        except OSError:
            continue
        if templates.owns(Document(path.as_uri(), text)):
            return True
    return False
