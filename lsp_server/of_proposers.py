"""What takes part in a repair or writes what a sentence asks for, beside the fixers: loaded when it is first used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from lsp_server.dialects.base import Language
from lsp_server.fixers.base import Adviser
from lsp_server.models.base import Model, Purpose
from lsp_server.repair.explainer import Explainer
from lsp_server.repair.model_explainer import ModelExplainer
from lsp_server.repair.model_proposer import strategies
from lsp_server.repair.model_reviewer import ModelReviewer
from lsp_server.repair.offline.proposer import OfflineProposer
from lsp_server.repair.proposer import Proposer
from lsp_server.repair.reviewer import Reviewer
from lsp_server.settings import Settings


class _Told(TypedDict):
    exclude: Sequence[str]
    timeout: float
    hide_accounts: bool


def _told(settings: Settings) -> _Told:
    """What the settings say to all that asks a model."""
    return _Told(
        exclude=settings.exclude, timeout=settings.model.timeout, hide_accounts=settings.model.hide_account_ids
    )


def model_proposers(
    model: Model, purpose: Purpose, settings: Settings, advisers: Mapping[Language, Adviser]
) -> Sequence[Proposer]:
    """What asks the model in a run, one after the other."""
    return strategies(model, purpose, advisers=advisers, **_told(settings))


def model_reviewer(model: Model, settings: Settings) -> Reviewer:
    """What has the model read what was written for a request."""
    return ModelReviewer(model, **_told(settings))


def model_explainer(model: Model, settings: Settings) -> Explainer:
    """What has the model say what findings mean in their text."""
    return ModelExplainer(model, **_told(settings))


def offline_proposer() -> OfflineProposer:
    """What writes resources from schemas and words."""
    return OfflineProposer()
