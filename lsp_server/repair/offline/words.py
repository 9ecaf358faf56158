"""The words of an intent: what they are made of, which were understood, and which were not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lsp_server.repair.offline.kinds import KINDS
from lsp_server.repair.offline.stems import joined, stem, words_of

_QUOTED = re.compile(r"\"([^\"\n]{1,80})\"|'([^'\n]{1,80})'|`([^`\n]{1,80})`|“([^”\n]{1,80})”")
_TOKEN = re.compile(r"\x00\d+|[\x01\x02]|[a-z0-9]+(?:[._:/@-]+[a-z0-9*]+)*", re.IGNORECASE)
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_AMOUNT = re.compile(r"^(\d+)([GMT]i?B)$", re.IGNORECASE)
_EXAMPLE = re.compile(r"\((?:e\.g\.?|for example|for instance)[^()]*\)", re.IGNORECASE)
_BEGIN, _END = "\x01", "\x02"
_SENTENCES = re.compile(r"(?<=[.!?;])\s+")
_IDENTIFIER = re.compile(r"[a-z]+[A-Z]\w*|[A-Z]+[a-z]\w*|[A-Za-z]+_\w+|id", re.ASCII)
_MOST = 10
_FARTHEST = 5
NEGATIONS = frozenset({"no", "not", "without", "disable", "disabled", "non", "never"})
_LETTING = frozenset({"allow", "permit", "accept", "open", "let"})
NAMED = frozenset({"name", "named", "names", "called", "call", "naming", "titled"})
_LIST = """
    a an and the with for of in on to that which is are be by it its this as at from has have having should must can
    will we need want create creates creating make makes provision deploy deploys set up setup define add using use uses
    please resource resources template cloudformation terraform aws amazon configuration configure configured config
    able successfully new one single basic simple default defaults enabled enable enables all any other into via
    some also so only like under when where who what their them there these those you your our i my me include includes
    including appropriate proper properly ensure ensures based code hcl yaml json file stack module block following each
    generate generates provide provides provision provisions example sample script solution associated attached related
    specific necessary successfully establish establishes infrastructure required desired various multiple resource s
    launch launches accomplish add adds support supports allow allows allowing attach attaches given note e g about
    between both same within through existing named name called such own out not or if than then"""
PASSED_OVER = frozenset(_LIST.split())
"""Words that carry no meaning, in lower case."""
_MAKERS = frozenset({"aws", "amazon"})
_VERSION = re.compile(r"\d{1,2}(?:\.\d{1,3}){0,2}")
_SECONDS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86400, "week": 604800}
_MEGABYTES = {"mb": 1, "mib": 1, "gb": 1024, "gib": 1024}


@dataclass
class Token:
    """One word of the intent, and in which sentence it is. `used` tells that it has been understood as something.

    What stands in parentheses behind `e.g.` is an `example`.
    """

    text: str
    quoted: bool = False
    used: bool = False
    sentence: int = 0
    example: bool = False

    @cached_property
    def stem(self) -> str:
        """The word without its endings."""
        return "" if self.quoted else stem(self.text)


@dataclass
class Words:
    """An intent as tokens. Reading something out of it marks the tokens as understood."""

    text: str
    tokens: list[Token] = field(default_factory=list)

    def __post_init__(self) -> None:
        quotes: list[str] = []
        counted = 0

        def keep(match: re.Match[str]) -> str:
            quotes.append(next(group for group in match.groups() if group))
            return f" \x00{len(quotes) - 1} "

        plain = re.sub(r"[\x00-\x02]", " ", self.text)
        whole = _EXAMPLE.sub(lambda m: f" {_BEGIN} {m[0]} {_END} ", _QUOTED.sub(keep, joined(plain)))
        example = False
        for number, sentence in enumerate(_SENTENCES.split(whole)):
            for found in _TOKEN.findall(sentence):
                if found in (_BEGIN, _END):
                    example = found == _BEGIN
                    continue
                size = len(self.tokens)
                if found.startswith("\x00"):
                    self.tokens.append(Token(quotes[int(found[1:])], quoted=True))
                elif any(kind.fullmatch(found.lower()) for kind in KINDS.values()) or re.search(r"::|_", found):
                    self.tokens.append(Token(found))
                else:
                    parts = re.split(r"[/:@-]|\.(?!\d)", found)
                    self.tokens += [Token(piece) for part in parts for piece in _AMOUNT.sub(r"\1 \2", part).split()]
                for token in self.tokens[size:]:
                    token.example = example
            for token in self.tokens[counted:]:
                token.sentence = number
            counted = len(self.tokens)

    def find(self, phrase: Sequence[str], *, unused: bool = False, start: int = 0) -> int:
        """Where the stems of `phrase` stand one behind the other, or -1."""
        size = len(phrase)
        for at in range(start, len(self.tokens) - size + 1):
            here = self.tokens[at : at + size]
            if all(t.stem == s for t, s in zip(here, phrase, strict=True)) and not (
                unused and any(t.used for t in here)
            ):
                return at
        return -1

    def use(self, at: int, size: int) -> None:
        """Mark tokens as understood."""
        for token in self.tokens[at : at + size]:
            token.used = True

    def says(self, phrase: str) -> bool:
        """Whether a phrase stands in the intent; its words then are understood."""
        stems = words_of(phrase)
        at = self.find(stems)
        if at >= 0:
            self.use(at, len(stems))
        return at >= 0

    def says_several(self, phrases: Sequence[Sequence[str]]) -> bool:
        """Whether one of the phrases stands in the intent in the plural."""
        for phrase in phrases:
            at = self.find(phrase)
            while at >= 0:
                if self.tokens[at + len(phrase) - 1].text.lower().endswith("s"):
                    return True
                at = self.find(phrase, start=at + 1)
        return False

    def has_all(self, stems: Sequence[str]) -> list[int]:
        """Where all the stems stand, in any order, within a few words of each other; empty where one is missing."""
        for first in (i for i, token in enumerate(self.tokens) if stems and token.stem == stems[0]):
            places = [first]
            for one in stems[1:]:
                near = [i for i, t in enumerate(self.tokens) if t.stem == one and i not in places]
                places += sorted(near, key=lambda i: abs(i - first))[:1]
            if len(places) == len(stems) and max(places) - min(places) <= len(places) + 2:
                return places
        return []

    def denied(self, at: int, against: Collection[str] = ()) -> bool:
        """Whether what stands at a token is said not to be: `no`, `without`, `disabled` close before it.

        `against` are the stems of verbs that deny all that they are about: `blocks HTTP and SSH`. Those are understood.
        """
        if any(token.text.lower() in NEGATIONS for token in self.tokens[max(0, at - 2) : at]):
            return True
        before = (t for t in reversed(self.tokens[:at]) if t.sentence == self.tokens[at].sentence)
        verb = next((token for token in before if token.stem in against or token.stem in _LETTING), None)
        if not against or verb is None or verb.stem in _LETTING:
            return False
        verb.used = True
        return True

    def kind(self, kind: str) -> list[str]:
        """All values of a kind (`cidr`, `instance`, `email` …), in order; understood."""
        found = []
        for token in self.tokens:
            if KINDS[kind].fullmatch(token.text if token.quoted else token.text.lower()):
                token.used = True
                found.append(token.text)
        return found

    def version_near(self, phrases: Sequence[str], reach: int = 4, among: Sequence[str] | None = None) -> str:
        """The version said beside one of the phrases: `PostgreSQL 15`, `5.7 MySQL`; empty where there is none.

        One that is not `among` those that there are is not understood.
        """
        for phrase in phrases:
            at = self.find(words_of(phrase))
            if at < 0:
                continue
            near = sorted(range(max(0, at - 2), min(len(self.tokens), at + reach + 1)), key=lambda i: abs(i - at))
            for i in near:
                token = self.tokens[i]
                if token.used or not _VERSION.fullmatch(token.text) or self._unit(i) in {**_SECONDS, **_MEGABYTES}:
                    continue
                if among is not None and token.text not in among:
                    continue
                after = at + len(words_of(phrase))
                if "." in token.text or i == after or self.tokens[i - 1].stem == stem("version"):
                    self.use(at, after - at)
                    token.used = True
                    if [t.text for t in self.tokens[i + 1 : i + 2]] == ["x"]:  # `20.x`
                        self.use(i + 1, 1)
                    return token.text
        return ""

    def number_near(self, at: int, *, unit: str = "", reach: int = 4) -> int | None:
        """The number that goes with the word at `at`, turned into `unit` (`seconds` or `megabytes`) if one is said."""
        factors = {"seconds": _SECONDS, "megabytes": _MEGABYTES}.get(unit, {})
        best: tuple[tuple[bool, int], int] | None = None
        for i in range(max(0, at - reach), min(len(self.tokens), at + reach + 1)):
            token = self.tokens[i]
            if token.text.isdigit() and len(token.text) < 10 and not token.used:
                # A number with the fitting unit goes before one that is nearer.
                rank = (bool(factors) and self._unit(i) not in factors, abs(i - at))
                best = min(best, (rank, i)) if best else (rank, i)
        if best is None:
            return None
        found = best[1]
        self.tokens[found].used = True
        if self._unit(found) in {**_SECONDS, **_MEGABYTES}:
            self.tokens[found + 1].used = True
        return int(self.tokens[found].text) * factors.get(self._unit(found), 1)

    def _unit(self, number: int) -> str:
        following = self.tokens[number + 1].text.lower() if number + 1 < len(self.tokens) else ""
        return following.rstrip("s")

    def before(self, at: int) -> str:
        """The word before a token, in lower case; empty where there is none."""
        return self.tokens[at - 1].text.lower() if at > 0 else ""

    def before_name(self, at: int) -> str:
        """The word before a token and the names of who makes it: `for` in `for AWS Lambda`."""
        while at > 0 and self.before(at) in _MAKERS:
            at -= 1
        return self.before(at)

    def count_before(self, at: int, size: int) -> int:
        """How many things are asked for by the plural of `size` words at `at`: `three`, `3`; 1 where it is not said."""
        if not self.tokens[at + size - 1].text.lower().endswith("s"):
            return 1
        for back, token in enumerate(reversed(self.tokens[max(0, at - _FARTHEST) : at])):
            text = token.text.lower()
            said = COUNTS.get(text, int(text) if text.isdecimal() and back < 2 else 0)
            if 1 < said <= _MOST and not token.used:
                token.used = True
                return said
            # farther off it counts what only adjectives and values stand before: `five small (t3.nano) instances`
            ends = text.endswith("s") and not token.text[:-1].isupper()  # another plural, which has the number
            if ends or (back and (text in PASSED_OVER or token.sentence != self.tokens[at].sentence)):
                break
        return 1

    def release_number(self, at: int) -> None:
        """Let the number that was counted before a token be read as something else."""
        for token in self.tokens[max(0, at - 2) : at]:
            if token.text.isdecimal() or token.text.lower() in COUNTS:
                token.used = False

    def name_near(self, at: int, end: int, reach: int = 10) -> str:
        """The name said for the thing at `at`, before `end`: in quotes or behind `named`; empty where there is none."""
        for i in range(at, min(end, at + reach)):
            token = self.tokens[i]
            named = i > 0 and self.tokens[i - 1].text.lower() in NAMED
            if token.quoted and re.fullmatch(r"[\w./ -]+" if named else r"[\w./-]+", token.text):
                if not token.used:
                    token.used = True
                    return token.text
                if i + 2 < len(self.tokens) and self.tokens[i + 2].quoted:
                    continue  # `"logs" and "data"`: the first has its name
                return ""
            if token.text.lower() in NAMED and i + 1 < len(self.tokens) and not self.tokens[i + 1].quoted:
                following = self.tokens[i + 1]
                if (
                    following.text.lower() not in PASSED_OVER
                    and not following.used
                    and re.search(r"[_\d]|^\w+$", following.text)
                ):
                    following.used = True
                    return following.text
        return ""

    def identifier(self, at: int) -> str:
        """The token at a place where it looks like a name in a program, as `orderId` does; else empty."""
        token = self.tokens[at] if at < len(self.tokens) else Token("")
        if token.used or not _IDENTIFIER.fullmatch(token.text):
            return ""
        token.used = True
        return token.text

    def left(self) -> tuple[str, ...]:
        """The words that nothing was made of, without those that carry no meaning."""
        return tuple(
            dict.fromkeys(
                token.text
                for token in self.tokens
                if not token.used and token.text.lower() not in PASSED_OVER and token.text
            )
        )
