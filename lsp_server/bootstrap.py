"""The one place that names concrete classes and wires them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lsp_server.analysis import Toolchain
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.engine import Engine
from lsp_server.fixers.base import FixerTable
from lsp_server.models.recording import Recorder
from lsp_server.repair.loop import Budget
from lsp_server.settings import Settings


def build_engine(
    settings: Settings,
    *,
    key: str | None = None,
    roots: Iterable[Path] = (),
    workers: int = 1,
    recorder: Recorder | None = None,
) -> Engine:
    """Wire an engine. Nothing is started: child processes and connections come with the first use.

    `key` is the Anthropic key, if there is one; `roots` are the folders where a linter's configuration is looked up
    beside the document's own; `workers` is how many templates may be linted at once.
    """
    from lsp_server.fixers.cloudformation import FIXERS as cloudformation_fixers
    from lsp_server.fixers.terraform import FIXERS as terraform_fixers

    recorder = recorder or Recorder()
    provider = settings.model.provider
    if provider == "auto":
        provider = "anthropic" if key else "offline"
    return Engine(
        dialects=(CloudFormation(), Terraform()),
        toolchain=Toolchain(tuple(_linters(settings, tuple(roots), workers))),
        fixers={
            Language.CLOUDFORMATION: FixerTable(cloudformation_fixers),
            Language.TERRAFORM: FixerTable(terraform_fixers),
        },
        proposers=_proposers(settings, provider, key, recorder),
        model_name=provider,
        budget=Budget(settings.model.max_attempts, settings.model.max_tokens, settings.model.timeout),
        recorder=recorder,
    )
