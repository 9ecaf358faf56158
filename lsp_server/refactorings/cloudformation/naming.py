"""Names for what is new in a template."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import count

_MANY = ((r"ies$", "y"), (r"(ss|x|ch|sh)es$", r"\1"), (r"(?<![s])s$", ""))


def fresh(wanted: str, *taken: Container[str]) -> str:
    """`wanted`, or that with a number, so that none of `taken` has it."""
    names = (wanted if number == 1 else f"{wanted}{number}" for number in count(1))
    return next(name for name in names if not any(name in names_ for names_ in taken))


def one_of(many: str) -> str:
    """The name of one of many: `SubnetId` of `SubnetIds`."""
    return next((re.sub(end, one, many) for end, one in _MANY if re.search(end, many)), many)


def camel(text: str) -> str:
    """`CostCenter` of `cost-center`: the words of a text as a name."""
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text))
