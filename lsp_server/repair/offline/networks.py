"""Address ranges of subnets that lie in their network and apart from each other."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

_RANGE = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}\b")
_USUAL = ipaddress.IPv4Network("10.0.0.0/16")


def networks(text: str) -> Iterator[ipaddress.IPv4Network]:
    """The address ranges that stand in a text, but for that of all addresses."""
    for found in _RANGE.findall(text):
        try:
            network = ipaddress.IPv4Network(found)
        except ValueError:
            continue
        if network.prefixlen:
            yield network


def free_range(within: str, taken: str) -> str:
    """A range in the network `within` that overlaps none that stands in `taken` and lies in it; the last otherwise."""
    whole = next(networks(within), _USUAL)
    used = [n for n in networks(taken) if n.subnet_of(whole) and n != whole]
    size = min(max(24, whole.prefixlen + 2), 28)
    if size <= whole.prefixlen:
        return str(whole)
    found = whole
    for number, candidate in enumerate(whole.subnets(new_prefix=size)):
        found = candidate
        if not any(candidate.overlaps(n) for n in used) or number > 1000:
            break
    return str(found)
