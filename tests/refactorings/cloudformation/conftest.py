"""One warm cfn-lint for all cases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from lsp_server.analysis import Toolchain
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.linters.cfn_lint import CfnLint
from lsp_server.repair.verify import Verifier


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the templates would be, if they were saved."""
    return tmp_path_factory.mktemp("templates")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def verifier(folder: Path) -> AsyncIterator[Verifier]:
    """The real linter as the judge."""
    linter = CfnLint(roots=[folder])
    yield Verifier(CloudFormation(), Toolchain((linter,)))
    await linter.close()
