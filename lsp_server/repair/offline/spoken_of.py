"""Types that an intent names without asking for them: who is served, what may be done to what, what is an example."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lsp_server.repair.offline.kinds import KINDS
from lsp_server.repair.offline.recipes import Recipe
from lsp_server.repair.offline.stems import stem
from lsp_server.repair.offline.words import COUNTS, PASSED_OVER, Words

_ANEW = frozenset({"a", "an"})
_EACH = frozenset({"one", "each", "every", "per"})  # of a group: `at least one instance`
_SERVED = frozenset({"for"})
_LET = frozenset({"allow", "allows", "allowing", "enable", "enables", "enabling", "let", "lets", "letting"})
_GRANTED = frozenset(map(stem, ("permission", "privilege")))
_ENGINES = frozenset({"mysql", "postgresql", "postgres", "mariadb", "aurora", "rds", "oracle", "neptune", "documentdb"})
_TO = frozenset({"to", "for", "on", "over"})
_ACTIVITIES = frozenset(
    map(stem, ("operation", "action", "management", "lifecycle", "integration", "account", "execution"))
)
_THINGS = frozenset({"resources", "services"})
_THERE = frozenset({"existing", "specified", "provided", "given", "default", "same", "specific", "certain"})
_COMPOUNDS = frozenset(map(stem, ("policy", "profile", "association", "attachment", "permission", "rule", "set")))
_DETERMINERS = frozenset({*_ANEW, *COUNTS, "one", "another", "the", "this", "each", "its", "our"})
_REACH = 3


@dataclass(frozen=True)
class Spot:
    """Where a type is named, by how many words, and how many are asked for there."""

    at: int
    size: int
    counted: int = 1

    def is_plural(self, words: Words) -> bool:
        """Whether several are named, or one of several."""
        last = words.tokens[self.at + self.size - 1].text.lower()
        return last.endswith("s") or words.before(self.at) in _EACH

    @property
    def end(self) -> int:
        """The token behind it."""
        return self.at + self.size


def not_asked_for(
    words: Words, found: Mapping[str, int], spots: Mapping[str, Sequence[Spot]], recipes: Mapping[str, Recipe]
) -> set[str]:
    """The types that are no thing of their own: `a role for Lambda`, `instances` of an Auto Scaling group."""
    first = min(found.values(), default=0)
    result = set()
    for kind, places in spots.items():
        inside = any(kind in recipes[other].includes for other in found if other in recipes)
        aside = all(_is_served(words, spot, first) or _is_aside(words, spot) for spot in places)
        if aside or (inside and all(spot.is_plural(words) for spot in places)):
            result.add(kind)
    return result


def _is_served(words: Words, spot: Spot, first: int) -> bool:
    """Whether something is for what is named, which is not the first thing that is."""
    return spot.at > first and words.before_name(spot.at) in _SERVED


def _is_aside(words: Words, spot: Spot) -> bool:
    """Whether a type is named as an example, as what may be done something to, or as who may do something."""
    token = words.tokens[spot.at]
    if token.example:
        return True
    sentence = token.sentence
    before = [t for t in words.tokens[max(0, spot.at - _REACH) : spot.at] if t.sentence == sentence]
    if any(t.text.lower() in _DETERMINERS or t.text.isdecimal() for t in before):
        return False
    after = words.tokens[spot.end : spot.end + 1]
    if after and (after[0].stem in _ACTIVITIES or after[0].text.lower() in _THINGS):
        return True
    if not words.tokens[spot.end - 1].text.lower().endswith("s"):
        return False
    earlier = range(1, spot.at)
    granted = any(
        words.tokens[i - 1].stem in _GRANTED
        and words.tokens[i].text.lower() in _TO
        and words.tokens[i].sentence == sentence
        for i in earlier
    )
    let = any(t.text.lower() in _LET for t in before) and bool(after) and after[0].text.lower() == "to"
    return granted or let


def is_of_a_database(words: Words, at: int) -> bool:
    """Whether an instance is one of a database: `PostgreSQL 15 instance`, `two small db.t3.large instances`."""
    for token in reversed(words.tokens[max(0, at - _REACH) : at]):
        text = token.text.lower()
        if text in PASSED_OVER or token.sentence != words.tokens[at].sentence:
            return False
        if text in _ENGINES or KINDS["database"].fullmatch(text):
            return True
    return False


def told_apart(words: Words, spots: Sequence[Spot], names: Sequence[Sequence[str]]) -> int:
    """How many of a type one sentence tells apart, `names` being what it is called: `an input and an output bucket`.

    A last one is one more than those that are counted: `five small instances and a large instance`.
    """
    own = {part for name in names for part in name}
    said: dict[int, set[tuple[str, ...]]] = {}
    most = 1
    for spot in spots:
        if not (what := _described(words, spot, own)):
            continue
        sentence = words.tokens[spot.at].sentence
        said.setdefault(sentence, set()).add(what)
        counted = max(
            (o.counted for o in spots if o.at < spot.at and words.tokens[o.at].sentence == sentence), default=1
        )
        last = words.tokens[max(0, spot.at - len(what) - 2)].text.lower() == "and"
        if counted > 1 and last and len(said[sentence]) == 1:
            most = max(most, counted + 1)
    return max(most, *map(len, said.values())) if said else most


def _described(words: Words, spot: Spot, own: Collection[str]) -> tuple[str, ...]:
    """What is said before a single thing that is new: `input` of `an input bucket`; empty where there is nothing."""
    following = {token.stem for token in words.tokens[spot.end : spot.end + 1]}
    if spot.is_plural(words) or following & _COMPOUNDS:
        return ()
    found: list[str] = []
    for token in reversed(words.tokens[max(0, spot.at - _REACH - 1) : spot.at]):
        text = token.text.lower()
        if token.sentence != words.tokens[spot.at].sentence or text in _THERE:
            return ()
        if text in _ANEW:
            return tuple(reversed(found))
        if token.stem in own or text in PASSED_OVER:
            return ()
        found.append(text)
    return ()
