"""One warm cfn-lint worker for each test module that wants one: starting it is what takes long."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Unit
from lsp_server.linters.base import LintResult
from lsp_server.linters.cfn_lint import CfnLint

TEMPLATES = Path(__file__).parent / "cfn_lint_templates"


def read(path: Path) -> str:
    """A file as an editor has it: nothing is made of its line endings."""
    return path.read_bytes().decode("utf-8")


def document(where: Path, text: str | None = None) -> Unit:
    """The unit of one file, or of a buffer that is not saved."""
    return Unit((Document(where.as_uri(), read(where) if text is None else text),))


def only(result: LintResult, code: str) -> Diagnostic:
    """The one finding of a rule."""
    found = [d for d in result.diagnostics if d.code == code]
    assert len(found) == 1, (code, [(d.code, d.message) for d in result.diagnostics], result.not_run)
    return found[0]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home folder without configuration, in the place of the developer's own."""
    folder = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    patch.setenv("HOME", str(folder))
    patch.setenv("USERPROFILE", str(folder))
    patch.delenv("AWS_REGION", raising=False)
    patch.delenv("AWS_DEFAULT_REGION", raising=False)
    yield folder
    patch.undo()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cfn_lint(home: Path) -> AsyncIterator[CfnLint]:
    """cfn-lint with no workspace: configuration comes from the template's own folder."""
    linter = CfnLint()
    yield linter
    await linter.close()
