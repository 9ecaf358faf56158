"""The one place that names concrete classes and wires them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

from lsp_server.analysis import Toolchain
from lsp_server.core.by_need import ByNeed
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.detection import is_template
from lsp_server.dialects.later import Later
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.engine import Engine, no_reviewer
from lsp_server.fixers import terraform
from lsp_server.fixers.base import Adviser, FixerTable, Grounder
from lsp_server.fixers.terraform import replacement as module_replacement
from lsp_server.linters.base import Linter
from lsp_server.linters.cfn_lint import CfnLint
from lsp_server.linters.installed_schemas import InstalledSchemas
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_validate import TerraformValidate, find_program, is_opentofu
from lsp_server.linters.tflint import Tflint
from lsp_server.models.anthropic import FAST_MODEL, AnthropicModel
from lsp_server.models.base import Model, Purpose
from lsp_server.models.editor import Editor, EditorModel
from lsp_server.models.endpoints import Network, bedrock, bedrock_name, vertex
from lsp_server.models.recorded import RecordedModel
from lsp_server.models.recording import Exchange, RecordingModel
from lsp_server.models.spending import LimitedModel, Limits, Spending
from lsp_server.refactorings.base import RefactoringTable
from lsp_server.refactorings.terraform import REFACTORERS
from lsp_server.repair.explainer import Explainer
from lsp_server.repair.ledger import Budget
from lsp_server.repair.proposer import Proposer
from lsp_server.repair.reviewer import Reviewer
from lsp_server.settings import LINTER_NAMES, ModelSettings, Settings


def build_engine(
    settings: Settings,
    *,
    key: str | None = None,
    roots: Iterable[Path] = (),
    workers: int = 1,
    trusted: bool = True,
    editor: Editor | None = None,
    listener: Callable[[Exchange], None] = lambda _: None,
) -> Engine:
    """Wire an engine. Nothing is started: child processes and connections come with the first use.

    `key` is the Anthropic key, if there is one; `roots` are the folders where a linter's configuration is looked up
    beside the document's own; `workers` is how many templates may be linted at once; where the workspace is not
    `trusted`, no linter runs a program or a rule that it brings; `editor` is the one that lends its model, if any does;
    `listener` is told each exchange with a model when it ends.
    """
    provider = settings.model.provider
    if provider == "auto":
        lent = editor is not None and editor.has_models
        provider = "anthropic" if key else "editor" if lent else "offline"
    asked = _model(provider, settings, key, editor)
    spending = Spending()
    model = _recorded(asked, settings, spending, listener) if asked is not None else None
    schemas = _schemas(settings, trusted)
    regions = settings.cfn_lint.regions
    advisers: Mapping[Language, Adviser] = ByNeed({Language.CLOUDFORMATION: lambda: _templates().advise})
    return Engine(
        dialects=(Later(Language.CLOUDFORMATION, is_template, lambda: _templates().dialect(regions)), Terraform()),
        toolchain=Toolchain(tuple(_linters(settings, tuple(roots), workers, trusted, schemas))),
        fixers=ByNeed(
            {
                Language.CLOUDFORMATION: lambda: _templates().fixers(),
                Language.TERRAFORM: lambda: FixerTable(terraform.FIXERS, module_replacement.with_warning),
            }
        ),
        advisers=advisers,
        grounders=ByNeed(
            {
                Language.CLOUDFORMATION: lambda: _templates().grounds,
                Language.TERRAFORM: _module_grounds,
            }
        ),
        refactorings=ByNeed(
            {
                Language.CLOUDFORMATION: lambda: _templates().refactorings(regions),
                Language.TERRAFORM: lambda: RefactoringTable(REFACTORERS),
            }
        ),
        proposers=_proposers(provider, model, settings, editor, advisers),
        reviewer=_reviewer(model, settings),
        explainer=_explainer(model, settings),
        model_name=provider,
        budget=_budget(settings.model),
        model=model,
        spending=spending,
        schemas=schemas,
    )


def _budget(limits: ModelSettings) -> Budget:
    return Budget(limits.max_attempts, limits.max_tokens, limits.timeout, limits.max_cost)


def _templates() -> ModuleType:
    from lsp_server import of_templates  # 10 MB and 0.2 s that an editor of modules need not have

    return of_templates


def _module_grounds() -> Grounder:
    from lsp_server.fixers.terraform.grounds import grounds  # with what hover needs: not before it is asked for

    return grounds


def _others() -> ModuleType:
    from lsp_server import of_proposers  # they speak both languages

    return of_proposers


def _schemas(settings: Settings, trusted: bool) -> InstalledSchemas | None:
    if not settings.terraform.installed_schemas:
        return None
    path = settings.terraform.path
    return InstalledSchemas(lambda name: find_program(path or name), trusted=trusted)


def _model(provider: str, settings: Settings, key: str | None, editor: Editor | None) -> Model | None:
    chosen = settings.model
    if provider in ("anthropic", "bedrock", "vertex"):
        # Another endpoint need not have the model that is quick at Anthropic.
        quick = FAST_MODEL if not chosen.base_url and chosen.name.startswith("claude-") else ""
        others = {
            Purpose.GHOST_TEXT: chosen.fast or quick,
            Purpose.STALLED: chosen.strong,
            Purpose.REVIEW: chosen.strong,
        }
        name, make = chosen.name, None
        if provider == "bedrock":
            name, others = bedrock_name(name), {purpose: bedrock_name(other) for purpose, other in others.items()}
            make = bedrock(chosen.region)
        elif provider == "vertex":
            make = vertex(chosen.region)
        return AnthropicModel(
            (key or "") if make is None else "",
            name,
            others=others,
            base_url=chosen.base_url,
            max_retries=chosen.retries,
            network=Network(chosen.proxy, chosen.ca_file),
            make=make,
            name=provider,
        )
    if provider == "recorded":
        return RecordedModel(Path(chosen.recording).expanduser() if chosen.recording else None)
    if provider == "editor":
        return EditorModel(editor, chosen.editor_model)
    return None


def _recorded(
    model: Model, settings: Settings, spending: Spending, listener: Callable[[Exchange], None]
) -> RecordingModel:
    """The model, asked within the limits of a day, with each request kept and its cost written down."""

    def heard(exchange: Exchange) -> None:
        if exchange.body:
            spending.add(exchange.usage)
        listener(exchange)

    limits = Limits(settings.model.daily_limit, settings.model.daily_tokens)
    limited: Model = LimitedModel(model, spending, limits, settings.model.at_once)
    if settings.model.recording and not isinstance(model, RecordedModel):
        limited = RecordedModel(Path(settings.model.recording).expanduser(), limited)
    return RecordingModel(limited, listener=heard)


def _proposers(
    provider: str,
    model: RecordingModel | None,
    settings: Settings,
    editor: Editor | None,
    advisers: Mapping[Language, Adviser],
) -> Callable[[Purpose], Sequence[Proposer]]:
    """Return what makes a run's proposers; where the model cannot be asked, the offline one stands in."""

    def proposers(purpose: Purpose) -> Sequence[Proposer]:
        if provider == "none":
            return []
        # An editor asks a person whether its model may be asked: never while they type.
        unasked = provider == "editor" and purpose is Purpose.GHOST_TEXT and not (editor and editor.allowed)
        if model is None or unasked:
            return [_others().offline_proposer()]
        return [*_others().model_proposers(model, purpose, settings, advisers), _others().offline_proposer()]

    return proposers


def _reviewer(model: RecordingModel | None, settings: Settings) -> Callable[[], Reviewer | None]:
    if model is None or not settings.model.review:
        return no_reviewer
    return lambda: _others().model_reviewer(model, settings)


def _explainer(model: RecordingModel | None, settings: Settings) -> Callable[[], Explainer] | None:
    if model is None or not settings.model.explain:
        return None
    return lambda: _others().model_explainer(model, settings)


def _linters(
    settings: Settings, roots: tuple[Path, ...], workers: int, trusted: bool, schemas: InstalledSchemas | None
) -> Iterator[Linter]:
    wanted = settings.linters
    seconds = settings.timeouts.lint
    if "cfn-lint" in wanted:
        yield CfnLint(
            regions=settings.cfn_lint.regions,
            ignored=settings.cfn_lint.ignore,
            timeout=seconds,
            roots=roots,
            workers=workers,
            trusted=trusted,
        )
    program = find_program(settings.terraform.path)
    opentofu = program is not None and is_opentofu(program)
    if "terraform-check" in wanted:
        yield TerraformCheck(opentofu=opentofu, schemas=schemas)
    if "terraform-validate" in wanted:
        yield TerraformValidate(settings.terraform.path, seconds, workers)
    if "tflint" in wanted and (wanted != LINTER_NAMES or shutil.which("tflint")):
        yield Tflint(seconds=seconds, trusted=trusted, roots=roots, opentofu=opentofu)
