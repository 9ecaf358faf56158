"""The seam to a language model: one streaming request, and what may go wrong with it."""

from __future__ import annotations

import enum
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

_CHARACTERS = 3.5  # in a token, as code has it


class Purpose(enum.Enum):
    """What a request is made for, which decides which model answers it.

    GHOST_TEXT is asked for while a person types: it has to be quick, and nobody may be asked anything for it. STALLED
    is a request made again in another way, after answers that led nowhere. REVIEW asks whether what was written does
    what was asked for. EXPLAIN asks what a finding means in the very text.
    """

    GHOST_TEXT = "ghost text"
    GENERATE = "generate"
    REPAIR = "repair"
    STALLED = "stalled"
    REVIEW = "review"
    EXPLAIN = "explain"


@dataclass(frozen=True)
class PromptPart:
    """A piece of the system prompt. `stable` parts come first and are cached by the provider."""

    title: str
    text: str
    stable: bool = False


@dataclass(frozen=True)
class Message:
    """One turn: `role` is user or assistant."""

    role: str
    text: str


@dataclass(frozen=True)
class ModelRequest:
    """Everything that is sent. `answer_schema` is the JSON schema the answer has to fit; `max_tokens` caps it."""

    system: tuple[PromptPart, ...]
    messages: tuple[Message, ...]
    answer_schema: Mapping[str, object]
    max_tokens: int
    timeout: float
    purpose: Purpose = Purpose.REPAIR


@dataclass(frozen=True)
class Usage:
    """Tokens of one or several requests, and what they cost in US dollars (0 where it is not known).

    `estimated`: some of the tokens are, because whoever answered does not tell them.
    """

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost: float = 0.0
    estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.cost + other.cost,
            self.estimated or other.estimated,
        )

    @property
    def tokens_in(self) -> int:
        """All tokens that were sent, whether the provider had them in its cache or not."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def tokens(self) -> int:
        """All tokens, in and out."""
        return self.tokens_in + self.output_tokens

    def __str__(self) -> str:
        """For example `3 requests · 12,400 tokens in (63 % from the cache) · 830 out · $0.05`."""
        cached = f" ({self.cache_read_tokens / self.tokens_in:.0%} from the cache)" if self.cache_read_tokens else ""
        parts = [
            f"{self.requests} request{'' if self.requests == 1 else 's'}",
            f"{'about ' if self.estimated else ''}{self.tokens_in:,} tokens in{cached.replace('%', ' %')}",
            f"{self.output_tokens:,} out",
        ]
        if self.cost:
            parts.append(f"${self.cost:.2f}" if self.cost >= 0.01 else "<$0.01")
        return " · ".join(parts)


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens. Cache writes are those that live five minutes."""

    input: float
    output: float
    cache_write: float
    cache_read: float

    def of(self, usage: Usage) -> float:
        """What the tokens of `usage` cost, in US dollars."""
        return (
            usage.input_tokens * self.input
            + usage.output_tokens * self.output
            + usage.cache_write_tokens * self.cache_write
            + usage.cache_read_tokens * self.cache_read
        ) / 1e6


def estimated_tokens(text: str) -> int:
    """About how many tokens a text is."""
    return round(len(text) / _CHARACTERS)


def estimated_input(request: ModelRequest) -> int:
    """About how many tokens a request sends."""
    texts = [part.text for part in request.system] + [message.text for message in request.messages]
    return sum(map(estimated_tokens, texts))


@dataclass(frozen=True)
class Sent:
    """The request, as the JSON body that goes over the wire, yielded before it does. Never holds a key."""

    body: str


@dataclass(frozen=True)
class TextDelta:
    """A piece of the answer (JSON text) as it arrives."""

    text: str


@dataclass(frozen=True)
class Finished:
    """The end of an answer: all its text, why it ended (`end_turn`, `tool_use`, `max_tokens`, `refusal`), its usage."""

    text: str
    stop_reason: str
    usage: Usage


ModelEvent = Sent | TextDelta | Finished


class ModelError(Exception):
    """A request failed. `str()` is a sentence for a person; `retry` tells whether asking again later may help.

    `about` names the part of the request that was refused, where that is known. `usage` is what it has used all the
    same.
    """

    def __init__(self, message: str, *, retry: bool = False, about: str = "", usage: Usage | None = None) -> None:
        super().__init__(message)
        self.retry = retry
        self.about = about
        self.usage = usage or Usage()


class CutShort(Exception):
    """Thrown into a stream by whoever reads it, to end it there; `str()` says why. The connection closes at once."""


class ModelUnavailable(ModelError):
    """There is no use in asking again in this session as it is: no key, a wrong key, no network."""


class Model(Protocol):
    """One provider. `name` is the word of the command line."""

    name: str

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Send `request` and yield the answer as it arrives; the last event is Finished.

        A model that sends something yields Sent first.

        Raises ModelError. Cancelling the task closes the connection at once and is never translated.
        """

    async def close(self) -> None:
        """Close connections. Idempotent."""


@runtime_checkable
class Counting(Protocol):
    """A model of which it is known before it is asked what that comes to."""

    async def count(self, request: ModelRequest) -> int:
        """How many tokens `request` would send; about, where the provider does not tell. Raises nothing."""

    def price(self, request: ModelRequest) -> Price | None:
        """What a token of `request` and of its answer costs; None where that is not known."""


async def counted(model: Model, request: ModelRequest) -> int:
    """How many tokens `request` would send to `model`, as exactly as can be known."""
    return await model.count(request) if isinstance(model, Counting) else estimated_input(request)


def priced(model: Model, request: ModelRequest) -> Price | None:
    """What a token costs where `model` answers `request`; None where that is not known."""
    return model.price(request) if isinstance(model, Counting) else None
