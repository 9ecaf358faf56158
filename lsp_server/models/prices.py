"""What a token costs, so that a session's spend can be shown. Without a price the cost is told as 0."""

from __future__ import annotations

import re

from lsp_server.models.base import Price

# The provider's list prices of October 2026; for Haiku 5.5 those of prompts up to 100,000 tokens, as Lintel's all are.
_PRICES = {
    "claude-fable-5-1": Price(10, 50, 12.5, 0.25),
    "claude-fable-5": Price(10, 50, 12.5, 1),
    "claude-haiku-4-5": Price(1, 5, 1.25, 0.1),
    "claude-haiku-5-5": Price(0.1, 0.5, 0.125, 0.01),
    "claude-opus-4-5": Price(5, 25, 6.25, 0.5),
    "claude-opus-4-6": Price(5, 25, 6.25, 0.5),
    "claude-opus-4-7": Price(5, 25, 6.25, 0.5),
    "claude-opus-4-8": Price(5, 25, 6.25, 0.5),
    "claude-opus-5": Price(5, 25, 6.25, 0.5),
    "claude-opus-5-5": Price(4, 20, 5, 0.2),
    "claude-sonnet-4-5": Price(3, 15, 3.75, 0.3),
    "claude-sonnet-4-6": Price(3, 15, 3.75, 0.3),
    "claude-sonnet-5": Price(2, 10, 2.5, 0.2),
    "claude-sonnet-5-5": Price(2, 10, 2.5, 0.1),
}
_DATED = re.compile(r"[-@]\d{8}(-v\d+(:\d+)?)?$")
_AT_BEDROCK = re.compile(r"^([a-z]+\.)?anthropic\.")


def price_of(model: str) -> Price | None:
    """The price of a model id, with or without its date and as clouds write it; None where it is not known."""
    return _PRICES.get(_AT_BEDROCK.sub("", _DATED.sub("", model)))
