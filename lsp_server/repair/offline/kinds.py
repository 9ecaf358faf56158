"""Words that are a value of a known kind: an address range, a zone, an instance class, a policy of AWS."""

from __future__ import annotations

import re

KINDS = {
    "cidr": re.compile(r"\d+\.\d+\.\d+\.\d+/\d+"),
    "instance": re.compile(r"(?!db\.)[a-z]{1,3}\d[a-z]*\.(?:nano|micro|small|medium|large|\d*xlarge|metal)"),
    "database": re.compile(r"db\.[a-z]\d[a-z]*\.\w+"),
    "cache": re.compile(r"cache\.[a-z]\d[a-z]*\.\w+"),
    "zone": re.compile(r"(?:us|eu|ap|sa|ca|me|af|il)-[a-z]+-\d[a-f]"),
    "region": re.compile(r"(?:us|eu|ap|sa|ca|me|af|il)-[a-z]+-\d"),
    "email": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    "dax": re.compile(r"dax\.[a-z]\d[a-z]*\.\w+"),
    "url": re.compile(r"https?://\S+"),
    "policy": re.compile(
        r"(?:amazon|aws)(?!_)[a-z0-9_]*(?:policy|role|access|controller|readonly|core|agent)\w*", re.IGNORECASE
    ),
    "principal": re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.amazonaws\.com"),
    "arn": re.compile(r"arn:aws[\w-]*:\S+"),
    "ami": re.compile(r"ami-[0-9a-f]{8,17}"),
}
"""What a word of each kind looks like."""


def is_value(text: str) -> bool:
    """Whether a word is a value of a known kind: an address range, a zone, an instance class."""
    return any(kind.fullmatch(text.lower()) for kind in KINDS.values())


def is_policy(text: str) -> bool:
    """Whether a word is the name of a policy that AWS has made: `AmazonSSMManagedInstanceCore`."""
    return bool(KINDS["policy"].fullmatch(text))
