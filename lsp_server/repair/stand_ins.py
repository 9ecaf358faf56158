"""Where an answer may write what stands for a secret: where the secret stood, and nowhere else.

Whoever wrote the document may ask a model to copy a password into an output, a tag or an address. The linters would not
mind; so an answer that moves a secret is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from lsp_server.models.redaction import Redaction, letters
from lsp_server.models.secrets import called_secret

_AROUND = re.compile(r"[,;{}\[\]\n]")
_KEY = re.compile(r"""([\w.-]+)\\*["']?\s*(?:=|:(?!//))""")
_HEADER = re.compile(r"""^(?:-\s+)?(.*?)\s*(?:[:={|>&]|<<|$)""")
_PLAIN = re.compile(r"""[\s"'\\]+""")
_COMMENT = re.compile(r"\s(?:#|//).*$")
_HEREDOC = re.compile(r"<<[-~]?(\w+)[ \t]*\r?\n")
_NAME = "lintelsecret"
_SLIP = 2

Place = tuple[tuple[str, ...], str, str]
"""What holds a stand-in (the keys and blocks around it), its own key, and what is written around it."""


def misplaced(redaction: Redaction, text: str, before: str, *, wished: str = "") -> str:
    """A sentence on a stand-in in `text` that does not stand where it stood in `before`, both with stand-ins; or empty.

    A key may be spelled right, and a value that is called a secret may move within its block. What is only in the
    words `wished` may be written once, as the value of something that is called a secret.
    """
    if made_up := redaction.unknown(text):
        return f"{made_up[0]} stands for no secret; use only the stand-ins that are in the text"
    exact = redaction.stand_ins
    if letters(exact.sub("", text)).count(_NAME) > letters(exact.sub("", before)).count(_NAME):
        return "write words that stand for secrets exactly as they are in the text, in one piece"
    old, new = _places(exact, before), _places(exact, text)
    for mark, places in new.items():
        left = list(old.get(mark, ()))
        if not left and mark in wished and len(places) == 1 and _is_secret(mark, places[0]):
            continue
        for place in sorted(places, key=lambda p: p not in left):
            same = next((known for known in left if _same(mark, known, place)), None)
            if same is None:
                return (
                    f"{mark} stands for a secret and may stand only where it stood before, with the same words around "
                    "it; it is not to be copied or moved"
                )
            left.remove(same)
    return ""


def _places(exact: re.Pattern[str], text: str) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for match in exact.finditer(text):
        found.setdefault(match[0], []).append(_place(text, match.start(), match.end()))
    return found


def _place(text: str, start: int, end: int) -> Place:
    line = text.rfind("\n", 0, start) + 1
    ahead = [m.end() for m in _AROUND.finditer(text, line, start)]
    behind = _AROUND.search(text, end)
    piece = text[ahead[-1] if ahead else line : behind.start() if behind else len(text)]
    keys = _KEY.findall(text[line:start])
    inline = tuple(keys[:-1]) if ahead else ()
    own = keys[-1] if keys else ""
    return (*_above(text, line), *inline), own, _PLAIN.sub("", _COMMENT.sub("", piece)).strip("-")


def _above(text: str, line: int) -> Iterator[str]:
    """What the lines around a line begin with, outermost first: those before it that are less and less indented.

    What stands in a heredoc is indented as it likes; around it is the line that opens it.
    """
    if (opening := _heredoc_of(text, line)) is not None:
        start = text.rfind("\n", 0, opening) + 1
        yield from _above(text, start)
        yield _PLAIN.sub("", text[start:opening])
    depth = _depth(text[line:].split("\n", 1)[0])
    found: list[str] = []
    first = 0 if opening is None else text.find("\n", opening) + 1
    for above in reversed(text[first:line].split("\n")[:-1]):
        own = _depth(above)
        if above.strip() and own < depth and not above.strip().startswith(("#", "//", "}", "]", ")")):
            depth = own
            header = _HEADER.match(above.strip())
            found.append(_PLAIN.sub(" ", header[1] if header else above.strip()).strip())
    yield from reversed(found)


def _heredoc_of(text: str, line: int) -> int | None:
    """Where the heredoc is opened that a line stands in."""
    found = None
    for match in _HEREDOC.finditer(text, 0, line):
        end = re.compile(rf"^[ \t]*{match[1]}\b", re.MULTILINE).search(text, match.end())
        if match.end() <= line and (end is None or end.start() >= line):
            found = match.start()
    return found


def _depth(line: str) -> int:
    expanded = line.expandtabs(2)
    return len(expanded) - len(expanded.lstrip())


def _same(mark: str, old: Place, new: Place) -> bool:
    """Whether a stand-in stands where it stood, if names around it that were misspelled are taken for the same."""
    if old == new:
        return True
    (holders, key, words), (new_holders, new_key, new_words) = old, new
    holders, new_holders = _whatever_type(holders), _whatever_type(new_holders)
    if len(holders) == len(new_holders) and all(map(_alike, holders, new_holders)):
        return words == new_words or (_alike(key, new_key) and _value(words, key) == _value(new_words, new_key))
    return holders[:1] == new_holders[:1] and _is_secret(mark, new) and _value(words, key) == mark


def _whatever_type(holders: tuple[str, ...]) -> tuple[str, ...]:
    """What holds a stand-in, without the type of a resource of Terraform, which may be what was wrong."""
    match [part for holder in holders[:3] for part in holder.split()]:
        case [("resource" | "data") as kind, _, name, *_]:
            return (kind, name, *holders[1 if " " in holders[0] else 3 :])
    return holders


def _value(words: str, key: str) -> str:
    """What is written behind a key."""
    return words.removeprefix(key).lstrip(":= ") if key else words


def _alike(one: str, other: str) -> bool:
    plain, like = (re.sub(r"[\W_]", "", word).lower() for word in (one, other))
    if called_secret(one) and called_secret(other):
        return True
    return plain == like or (len(plain) > 3 and OSA.distance(plain, like, score_cutoff=_SLIP) <= _SLIP)


def _is_secret(mark: str, place: Place) -> bool:
    """Whether a stand-in is all of the value of something that is called a secret."""
    holders, key, words = place
    shown = {"output", "outputs", "tags", "description", "metadata"}
    around = {part.lower() for holder in holders for part in re.findall(r"[A-Za-z]+", holder)}
    return called_secret(key) and _value(words, key) == mark and not (shown & around)
