"""What takes part in a repair or writes what a sentence asks for, beside the fixers: loaded when it is first used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def model_proposers(
    model: Model, purpose: Purpose, settings: Settings, advisers: Mapping[Language, Adviser]
) -> Sequence[Proposer]:
    """What asks the model in a run, one after the other."""
    return strategies(
        model,
        purpose,
        exclude=settings.exclude,
        timeout=settings.model.timeout,
        advisers=advisers,
        hide_accounts=settings.model.hide_account_ids,
    )


def model_reviewer(model: Model, settings: Settings) -> Reviewer:
    """What has the model read what was written for a request."""
    return ModelReviewer(
        model,
        exclude=settings.exclude,
        timeout=settings.model.timeout,
        hide_accounts=settings.model.hide_account_ids,
    )


def model_explainer(model: Model, settings: Settings) -> Explainer:
    """What has the model say what findings mean in their text."""
    return ModelExplainer(
        model,
        exclude=settings.exclude,
        timeout=settings.model.timeout,
        hide_accounts=settings.model.hide_account_ids,
    )


def offline_proposer() -> OfflineProposer:
    """What writes resources from schemas and words."""
    return OfflineProposer()
