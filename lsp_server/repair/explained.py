"""Why a run came to nothing, in a sentence for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.analysis import Analysis
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.file_names import takes_blocks
from lsp_server.repair.outcome import Attempt
from lsp_server.repair.proposer import IntentTask

MOST_WORDS = 20_000
"""Code points of a request that are read: four times what fills a page."""
_SHOWN = 300


def refused_wish(words: str) -> str:
    """Why nobody is asked to write what the words say; empty where somebody may be."""
    if not any(map(str.isalnum, words)):
        return "The request says nothing: tell in words what should be there, such as “a queue with encryption”."
    if len(words) > MOST_WORDS:
        return f"The request is {len(words):,} characters long; at most {MOST_WORDS:,} are read. Tell it in fewer."
    return ""


def unbegun(before: Analysis, intent: IntentTask) -> str:
    """Why nobody is asked to do what is wanted of a text that was judged so; empty where somebody may be."""
    name = before.unit[intent.uri].name
    if before.language is Language.TERRAFORM and not takes_blocks(name):
        return f"Terraform is written into .tf files, and {name} is none."
    if not before.ran:
        return "; ".join(map(str, before.not_run)) + ". Nothing is shown that was not verified."
    return refused_wish(intent.words)


def unjudged(analysis: Analysis) -> str:
    """Why a verdict tells nothing of what was written: cfn-lint judges nothing of a template that it cannot read.

    Terraform's blocks are judged one by one. Empty where the verdict holds.
    """
    stopped = next((d for d in analysis.diagnostics if d.syntax), None)
    if analysis.language is not Language.CLOUDFORMATION or stopped is None:
        return ""
    said = " ".join(stopped.message.split())
    return f"the template cannot be read ({stopped.code} {said}), so nothing in it can be verified"


def unchanged(attempts: Sequence[Attempt]) -> str:
    """Why what was selected is as it was, by what was tried."""
    if not (why := unusable(attempts)):
        return "Nothing was changed: nobody had anything to propose."
    return f"{why} Nothing was changed."


def unfulfilled(attempts: Sequence[Attempt]) -> str:
    """Why nothing was written, by what was tried."""
    if not (why := unusable(attempts)):
        return (
            "Nothing was written: no resource is known by the words of the request. Name what should be there, "
            "such as “an S3 bucket” or “aws_sqs_queue”."
        )
    return f"{why} Nothing was written."


def unusable(attempts: Sequence[Attempt]) -> str:
    """That the answers which a model gave could not be used, and what was wrong with the last; empty without any."""
    tried = [attempt for attempt in attempts if attempt.proposer != "fixers" and not attempt.accepted]
    if not tried:
        return ""
    why = _brief(tried[-1].feedback)
    if len(tried) == 1:
        return f"The answer could not be used: {why}."
    return f"None of {len(tried)} answers could be used. The last one: {why}."


def came_back(feedback: str) -> str:
    """That two answers, one after the other, came to the same findings; `feedback` says to which."""
    return f"The same findings came back: {_brief(feedback)}."


def _brief(feedback: str) -> str:
    why = " ".join(feedback.split()).split(" of the form {")[0]
    return (why if len(why) <= _SHOWN else why[:_SHOWN].rsplit(" ", 1)[0] + " …").rstrip(".")
