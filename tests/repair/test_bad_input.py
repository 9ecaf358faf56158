"""The engine as it is wired, with the real cfn-lint: a template without end, and a fixer that fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from lsp_server.bootstrap import build_engine
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Unit
from lsp_server.core.fix import Fix
from lsp_server.dialects.base import Language
from lsp_server.engine import Engine
from lsp_server.fixers.base import FixContext, FixerTable, RuleFixer
from lsp_server.fixers.cloudformation import FIXERS
from lsp_server.settings import ModelSettings, Settings, TimeoutSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUEUE = "  Jobs:\n    Type: AWS::SQS::Queue # keep\n    Properties:\n      DelaySecond: 5\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    """An engine without a model, for templates in an empty folder."""
    patient = Settings(model=ModelSettings(timeout=900), timeouts=TimeoutSettings(lint=600))
    engine = build_engine(patient, roots=[tmp_path_factory.mktemp("templates")])
    yield engine
    await engine.close()


async def repaired(engine: Engine, folder: Path, text: str) -> str:
    """The template as it is after a repair with all that may be done unattended."""
    unit = Unit((Document((folder / "template.yaml").as_uri(), text),))
    before = await engine.analyze(unit, Language.CLOUDFORMATION)
    outcome = await engine.repair(before, unsafe=True, model=False)
    assert not outcome.evidence.introduced
    return outcome.unit.main.text


async def test_a_thousand_resources(engine: Engine, tmp_path: Path) -> None:
    many = "".join(f"  Handle{n}:\n    Type: AWS::CloudFormation::WaitConditionHandle\n" for n in range(1000))
    text = f"Resources:\n{many}{QUEUE}"
    assert await repaired(engine, tmp_path, text) == text.replace("DelaySecond:", "DelaySeconds:")


async def test_a_fixer_that_raises_is_left_out(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(_: FixContext, finding: Diagnostic) -> Iterable[Fix]:
        raise RecursionError(finding.code)

    def spoiling(_: FixContext, finding: Diagnostic) -> Iterable[Fix]:
        yield Fix("Write nothing", (None,), None, (finding,), "spoiling")  # type: ignore[arg-type]

    codes = frozenset({"E3002"})
    table = FixerTable([RuleFixer("cfn-lint", codes, failing), RuleFixer("cfn-lint", codes, spoiling), *FIXERS])
    with_it = replace(engine, fixers={Language.CLOUDFORMATION: table})
    text = f"Resources:\n{QUEUE}"
    assert await repaired(with_it, tmp_path, text) == text.replace("DelaySecond:", "DelaySeconds:")
    assert "a fixer for cfn-lint E3002 failed and was left out" in caplog.text
    assert "RecursionError" in caplog.text
    assert "AttributeError" in caplog.text
