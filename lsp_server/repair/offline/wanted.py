"""What of an intent is to be written: which resources, how many of each, of which variant, and what they are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lsp_server.repair.offline.kinds import is_value
from lsp_server.repair.offline.recipes import Recipe, called
from lsp_server.repair.offline.stems import stem, words_of
from lsp_server.repair.offline.words import COUNTS, NAMED, Token, Words

_OUTSIDE = frozenset({"existing", "specified", "provided", "given"})
_AT_HAND = frozenset({"default", "existent", "exist"})
_JOINED = frozenset({"and", "or"})
_BEFORE_A_NAME = NAMED | frozenset({"the", "a", "an", "is", "as", "with", "to", "and", "set", "resource", "resources"})
_OF_A_LIST = frozenset(
    {"and", "or", "both", "a", "an", "of", "pair", "different", "the", "availability", "zone", "each"}
)
_PAIRS = {"pair": 2, "multiple": 2, "several": 2, "both": 2}
_FURTHER = frozenset({"another", "second", "additional"})
_POLICY = stem("policy")
_ONES = frozenset({"one", "a", "an", "single"})
_NAME = re.compile(r"[A-Za-z][\w./-]*(?: [\w./-]+){0,2}")
_FILE = re.compile(r"/.*\.\w{1,5}$|\.(?:py|js|ts|sh|zip|jar|json|ya?ml|html?|png|jpe?g|txt|csv|log)$", re.IGNORECASE)
_REACH = 8
_MOST = 8


@dataclass(frozen=True)
class Wanted:
    """A resource to be written: its type, where in the intent it is named first, its variant, and its name if said."""

    kind: str
    at: int
    variant: str = ""
    name: str = ""


def wanted(words: Words, kinds: Sequence[tuple[str, int]], recipes: Mapping[str, Recipe]) -> list[Wanted]:
    """Return what to write for the types that `words` name: `kinds` has each as often as it was counted, and where."""
    counts = Counter(kind for kind, at in kinds if not _is_outside(words, kind, at))
    places = dict(reversed(kinds))
    names = _names(words, list(counts))
    found: list[Wanted] = []
    for kind in counts:
        recipe, at = recipes.get(kind, Recipe()), places[kind]
        called = names.get(kind, [])
        ones = _variants(words, kind, recipe)
        spots = _spoken_anew(words, kind) if recipe.apart else []
        least = max(counts[kind], 1 + _others(words, kind), len(called), _plural(words, kind, recipe), len(spots))
        if not ones:
            ones = [""] * min(least, _MOST)
        elif len(ones) == 1 and least > 1:
            ones *= least
        for number, variant in enumerate(ones):
            where = spots[number] if number < len(spots) and len(spots) > 1 else at
            found.append(Wanted(kind, where, variant, called[number] if number < len(called) else ""))
    return _settled(found, recipes)


def _settled(found: list[Wanted], recipes: Mapping[str, Recipe]) -> list[Wanted]:
    """A single thing without a variant, beside things of one, is of their first: the route table of a public subnet."""
    taken = next((w.variant for w in found if w.variant), "")
    if not taken:
        return found
    alone = Counter(w.kind for w in found)
    return [
        replace(w, variant=taken)
        if not w.variant and not w.name and alone[w.kind] == 1 and taken in recipes.get(w.kind, Recipe()).variants
        else w
        for w in found
    ]


def _is_outside(words: Words, kind: str, at: int) -> bool:
    """Whether a type is spoken of as something that is there: `an existing VPC`, `the default subnet`."""
    before = [token.text.lower() for token in words.tokens[max(0, at - 2) : at]]
    if any(word in _OUTSIDE for word in before) or any(word in _AT_HAND for word in before[-1:]):
        return True
    if before == ["e", "g"] or before[-1:] == ["eg"]:  # an example of what is meant, as in `(e.g., Lambda functions)`
        return True
    first = next((i for i in range(at, 0, -1) if not _is_of_a_list(words, i - 1)), 0)
    return 0 < first < at and words.tokens[first - 1].text.lower() in _AT_HAND | _OUTSIDE


def _is_of_a_list(words: Words, at: int) -> bool:
    """Whether a word belongs to a list of things that are all there: `in the default VPC and subnet`."""
    token = words.tokens[at]
    return token.text.lower() in _JOINED or (token.used and token.text.lower() not in _AT_HAND | _OUTSIDE)


def _head(kind: str) -> tuple[str, ...]:
    own = kind.rsplit("::", 1)[-1] if "::" in kind else kind.partition("_")[2]
    return words_of(own)


def _is_plural(token: Token) -> bool:
    return token.text.lower().endswith("s")


def _number(token: Token) -> int:
    text = token.text.lower()
    if text in _ONES:
        return 1
    return COUNTS.get(text) or _PAIRS.get(text) or (int(text) if text.isdecimal() and len(text) < 3 else 0)


# -- how many, and of which variant --------------------------------------------------------------------------------


def _others(words: Words, kind: str) -> int:
    """How many more are spoken of as `another` or `a second` one, each word counted once."""
    head = _head(kind)[-1]
    heads = (at for at, token in enumerate(words.tokens) if token.stem == head and not _is_plural(token))
    said = {t.text.lower() for at in heads for t in words.tokens[max(0, at - 2) : at]}
    return len(said & _FURTHER)


def _spoken_anew(words: Words, kind: str) -> list[int]:
    """Where one sentence speaks of things that were not yet: `a role for the queue and a role for the table`."""
    head = _head(kind)[-1]
    heads = (at for at, token in enumerate(words.tokens) if token.stem == head and not _is_plural(token))
    anew = (at for at in heads if any(_number(t) == 1 for t in words.tokens[max(0, at - 3) : at]))
    found = [at for at in anew if [t.stem for t in words.tokens[at + 1 : at + 2]] != [_POLICY]]
    return [at for at in found if words.tokens[at].sentence == words.tokens[found[0]].sentence]


def _plural(words: Words, kind: str, recipe: Recipe) -> int:
    """How many a bare plural means of things that come in numbers; 0 where it means nothing."""
    if not recipe.plural:
        return 0
    head = _head(kind)[-1]
    for at, token in enumerate(words.tokens):
        if token.stem == head and _is_plural(token) and not any(_number(t) == 1 for t in words.tokens[at - 2 : at]):
            return max(recipe.plural, _zones(words))
    return 0


def _zones(words: Words) -> int:
    """Over how many zones things are spread, as far as it is said."""
    for at, token in enumerate(words.tokens):
        if token.text.lower() in ("zones", "azs"):
            for before in words.tokens[max(0, at - 2) : at]:
                number = COUNTS.get(before.text.lower()) or (int(before.text) if before.text.isdecimal() else 0)
                if 1 < number < 5:
                    for one in words.tokens[max(0, at - 2) : at + 1]:
                        one.used = True
                    return number
    return 0


def _variants(words: Words, kind: str, recipe: Recipe) -> list[str]:
    """The variants that are spoken of, each as often as it is wanted: `two public and two private subnets`."""
    if not recipe.variants:
        return []
    head = _head(kind)[-1]
    counts: dict[str, int] = {}
    counted: set[str] = set()  # a number that is said is not raised by a plural without one
    for at, token in enumerate(words.tokens):
        if token.stem != head:
            continue
        said = dict(_said_before(words.tokens, at, recipe)) or dict(_said_after(words.tokens, at, recipe))
        if _is_plural(token) and not any(said.values()):
            each = _zones(words) or (recipe.plural if len(said) == 1 else 1)
            said = {variant: each for variant in said if variant not in counted}
        else:
            counted |= {variant for variant, number in said.items() if number}
        for variant, number in said.items():
            counts[variant] = max(counts.get(variant, 1), number)
    return [variant for variant in recipe.variants if variant in counts for _ in range(min(counts[variant], _MOST))]


def _said_before(tokens: Sequence[Token], at: int, recipe: Recipe) -> Iterator[tuple[str, int]]:
    """The variants before a word, and how many of each; 0 where it is not said."""
    waiting: list[str] = []
    for token in reversed(tokens[max(0, at - _REACH) : at]):
        text = token.text.lower()
        if text in recipe.variants:
            waiting = [*waiting, text]
        elif (number := _number(token)) and waiting:
            if text not in _ONES:
                token.used = True
            yield from ((one, number) for one in waiting)
            waiting = []
        elif text not in _OF_A_LIST and not (number or token.quoted):
            break
        token.used = token.used or text in recipe.variants
    yield from ((one, 0) for one in waiting)


def _said_after(tokens: Sequence[Token], at: int, recipe: Recipe) -> Iterator[tuple[str, int]]:
    """The variants behind a word with a number each: `three subnets, one public and two private`."""
    number = 0
    for token in tokens[at + 1 : at + _REACH]:
        text = token.text.lower()
        if text in recipe.variants and number:
            token.used = True
            yield text, number
            number = 0
        elif _number(token):
            number = _number(token)
        elif text not in _OF_A_LIST and text not in ("with", "being", "are"):
            return


# -- what they are called -------------------------------------------------------------------------------------------


def _names(words: Words, kinds: Sequence[str]) -> dict[str, list[str]]:
    """The names that stand behind the words for a type, in quotes or as identifiers; those words are understood."""
    found: dict[str, list[str]] = {}
    for at, token in enumerate(words.tokens):
        if token.used or not _is_name(token):
            continue
        kind = _kind_before(words.tokens, at, kinds)
        if kind:
            token.used = True
            found.setdefault(kind, []).append(token.text)
    return found


def _is_name(token: Token) -> bool:
    if not _NAME.fullmatch(token.text) or is_value(token.text) or _FILE.search(token.text):
        return False
    return token.quoted or "_" in token.text.strip("_")


def _kind_before(tokens: Sequence[Token], at: int, kinds: Sequence[str]) -> str:
    """The type whose name in words ends right before a token, but for `named`, `the` and names before it in a list."""
    i = at - 1
    while i >= 0 and at - i <= _REACH and (tokens[i].quoted or tokens[i].text.lower() in _BEFORE_A_NAME):
        i -= 1
    if i < 0:
        return ""
    if tokens[i].text in kinds:
        return tokens[i].text
    best = ("", 0)
    before = [stem for token in tokens[max(0, i + 1 - _REACH) : i + 1] for stem in words_of(token.text)]
    for kind in kinds:
        for phrase in called(kind):
            if len(phrase) > best[1] and tuple(before[-len(phrase) :]) == phrase:
                best = (kind, len(phrase))
        own = _head(kind)
        if tokens[i].stem != own[-1] and not (len(own) > 1 and tokens[i].text == kind):
            continue
        score, j = 0, i
        while j >= 0 and tokens[j].stem in own:
            score, j = score + 1, j - 1
        if score > best[1]:
            best = (kind, score)
    return best[0]
