"""Which requests an API answers, as an intent says it: `GET and POST on /items`, `/items/{id} with DELETE`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.offline.words import Words

_SAID = re.compile(
    r"\b(?P<method>GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|ANY)\b"
    r"|(?<![\w./:@$}-])(?P<path>/(?:[A-Za-z][\w-]*|\{\w+\+?\})(?:/(?:[\w-]+|\{\w+\+?\}))*)(?![\w/:]|\.\w)"
)
_ABOUT = frozenset(words_of("method endpoint route path backed proxy proxied"))
_MOST = 12
_PROXY = "{proxy+}"
_EVERY = "ANY"
_STAGES = frozenset(
    {"prod", "production", "dev", "development", "test", "testing", "staging", "live", "beta", "v1", "v2"}
)


@dataclass(frozen=True)
class Route:
    """One kind of request: its method and the parts of its path; none is the root."""

    method: str
    path: tuple[str, ...]

    @property
    def written(self) -> str:
        """For example `/items/{id}`."""
        return "/" + "/".join(self.path)

    @property
    def name(self) -> str:
        """For example `get_items_id`."""
        return "_".join([self.method.lower(), named(self.path)])


def named(path: tuple[str, ...]) -> str:
    """What a path is called: `items_id`."""
    return "_".join(re.sub(r"\W+", "", part) for part in path) or "root"


EVERYTHING = Route(_EVERY, (_PROXY,))
"""All requests, whatever their path."""


def routes_said(words: Words) -> list[Route]:
    """The requests that `words` speak of; those words are understood.

    A method belongs to the next path, or to the one before where paths are told first. A path without a method takes
    any, a method without a path is that of the root.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    waiting: list[str] = []
    last: tuple[str, ...] | None = None
    paths_first: bool | None = None
    for match in _SAID.finditer(words.text):
        paths_first = bool(match["path"]) if paths_first is None else paths_first
        if match["path"]:
            last = tuple(match["path"].strip("/").split("/"))
            found.setdefault(last, []).extend(m for m in waiting if m not in found[last])
            if not paths_first and not waiting and len(found) > 1:  # `GET on /a and /b`
                found[last] += next(reversed([methods for path, methods in found.items() if path != last]))
            waiting = []
        elif paths_first and last is not None:
            found[last].append(match["method"])
        else:
            waiting.append(match["method"])
    if waiting:
        found.setdefault(last or (), []).extend(waiting)
    _understood(words, found)
    methods = ((path, method) for path, own in found.items() for method in dict.fromkeys(own or [_EVERY]))
    return [Route(method, path) for path, method in methods][:_MOST]


def stage_said(words: Words, default: str) -> str:
    """What the stage of an API is called, `default` where it is not said."""
    for at, token in enumerate(words.tokens):
        if token.text.lower() == "stage":
            for near in (*words.tokens[max(0, at - 1) : at], *words.tokens[at + 1 : at + 3]):
                if near.text.lower() in _STAGES or (near.quoted and re.fullmatch(r"\w{1,64}", near.text)):
                    near.used = token.used = True
                    return near.text
    return default


def _understood(words: Words, found: dict[tuple[str, ...], list[str]]) -> None:
    parts = {piece for path in found for part in path for piece in re.split(r"\W+", part)}
    parts |= {method for methods in found.values() for method in methods}
    for token in words.tokens if found else ():
        token.used = token.used or token.text in parts or token.stem in _ABOUT
