"""One warm cfn-lint for all cases, and the fixers as the loop uses them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from lsp_server.linters.cfn_lint import CfnLint


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the templates would be, if they were saved."""
    return tmp_path_factory.mktemp("templates")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cfn_lint(folder: Path) -> AsyncIterator[CfnLint]:
    """The real linter, with the rules on hard-coded ARNs and on items that stand twice, which are off by default."""
    (folder / ".cfnlintrc").write_text("include_checks: [I3042, I3037]\n")
    linter = CfnLint(roots=[folder])
    yield linter
    await linter.close()
