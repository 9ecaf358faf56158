"""Secrets by what they look like: keys and tokens of known issuers, keys in PEM, passwords in URLs, and what is random.

The shapes are those that the issuers document. detect-secrets 1.5 was measured for this on a planted secret of each of
66 kinds: it finds 20 of them so that they can be replaced (of a GitHub token it tells the prefix, of a private key the
first line), what is random between quotes only, and brings four packages that make requests, 20 MB and 0.4 s.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Iterator

_PEM = r"-----BEGIN[ ]{0}-----.*?(?:-----END[ ]{0}-----|\Z)".format(r"[A-Z0-9 ]*PRIVATE[ ]KEY(?:[ ]BLOCK)?")

# Words of which one is near each secret of a kind, so that most texts are not looked through, and the kind.
_KINDS = tuple(
    (words.split(), re.compile(pattern, re.DOTALL))
    for words, pattern in (
        ("PRIVATE", _PEM),
        ("LS0tLS1CRUdJTi", r"LS0tLS1CRUdJTi[\w+/]{16,}={0,2}"),  # the same in base64
        ("AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Za-z]{40,}"),
        ("AKIA ASIA ABIA ACCA", r"(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])"),
        ("ecret", r"(?i:secret_?access_?key)[\"'\\]{0,2}[\s:=]{1,4}[\"'\\]{0,2}(?P<inner>[A-Za-z0-9/+]{40})(?![\w/+])"),
        ("ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"\b(?:gh[pousr]_\w{30,}|github_pat_\w{30,})"),
        ("glpat- gldt- glrt- glptt- glcbt- glsoat- GR13", r"\b(?:gl(?:pat|dt|rt|ptt|cbt|soat)-|GR1348941)[\w.-]{16,}"),
        ("xox xapp-", r"\b(?:xox[abeoprs]|xapp)-[\w-]{10,}"),
        ("hooks.slack.com", r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[\w/-]+"),
        ("discord", r"(?<=/api/webhooks/)\d{15,}/[\w-]{20,}"),
        ("webhook.office.com logic.azure.com", r"(?<=/webhookb2/)[\w@/-]{20,}|(?<=/workflows/)[0-9a-f]{20,}[^\s\"']*"),
        ("sk_ rk_ whsec_", r"\b(?:[rs]k_(?:live|test)_\w{16,}|whsec_[\w+/=]{16,})"),
        ("sq0", r"\bsq0[a-z]{3}-[\w-]{22,}"),
        ("sk-", r"\bsk-(?:[a-z]{2,8}-)*[\w-]{16,}"),
        ("AIza GOCSPX- ya29.", r"\b(?:AIza[\w-]{35}|GOCSPX-[\w-]{20,}|ya29\.[\w.-]{20,})"),
        ("npm_ pypi- dckr_", r"\b(?:npm_[A-Za-z0-9]{30,}|pypi-[\w-]{40,}|dckr_(?:pat|oat)_[\w-]{20,})"),
        ("SG. key- -us", r"\b(?:SG\.[\w-]{16,}\.[\w-]{16,}|key-[0-9a-f]{32}\b|[0-9a-f]{32}-us\d{1,2}\b)"),
        ("SK AC", r"\b(?:SK|AC)[0-9a-f]{32}\b"),
        ("hvs. hvb. hvr. atlasv1", r"\bhv[sbr]\.[\w-]{20,}|\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}"),
        ("eyJ", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?"),
        ("AccountKey= SharedAccessKey= sig=", r"(?:(?<=AccountKey=)|(?<=SharedAccessKey=)|(?<=[?&]sig=))[\w%+/=]{20,}"),
        ("8Q~ 7Q~", r"(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{31,34}"),
        ("dop_ doo_ dor_ v1.0-", r"\b(?:do[por]_v1_[0-9a-f]{40,}|v1\.0-[0-9a-f]{24}-[0-9a-f]{100,})"),
        ("shp dapi", r"\b(?:shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|dapi[0-9a-f]{32})"),
        ("hf_ lin_api_ glsa_", r"\b(?:hf|lin_api|glsa)_\w{30,}"),
        ("glc_ sntry", r"\b(?:glc|sntry[su])_[\w+/=]{30,}"),
        ("NRA HRKU- AKC", r"\b(?:NRA[AK]-[A-Z0-9]{27}|HRKU-[\w-]{30,}|AKC[A-Za-z0-9]{50,})"),
        ("dp. pdus+", r"\b(?:dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,}|pdus\+[\w+-]{16,})"),
        (".", r"(?<![\w.-])[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])"),
        (":AA", r"(?<![\w:])\d{8,10}:AA[\w-]{32,}"),
        ("earer asic SSWS", r"(?<=(?:earer|Basic|basic|.SSWS)[ ])(?=[\w.+/=~-]*[0-9A-Z])[\w.+/=~-]{12,}"),
        ("://", r"(?<=://)[^\s/:@\"'$\{\}]*:(?P<inner>[^\s/@\"'$\{\}]+)(?=@)|(?<=://)(?P<user>[\w-]{20,})(?=@)"),
    )
)  # fmt: skip

_TOKEN = re.compile(r"(?<![\w+/=.%-])[\w+/-]{20,}={0,2}(?![\w+/=.%-])")
_BASE64 = re.compile(r"(?<![\w+/=-])(?:[A-Za-z0-9+/]{4}){3,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?(?![\w+/=-])")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_HEX_SIZES = frozenset({32, 40, 48, 56, 64, 96, 128})
# What is random and public: digests, fingerprints, versions. It stands right before the value, or is what holds it.
_PUBLIC = re.compile(
    r"(?:sha-?\d*|md5|h1|zh|ref|hash\w*|\w*digest|\w*thumb_?print\w*|\w*fingerprint\w*|check_?sum|etag|commit|revision|version_?id"
    r"|canonical_?(?:user_?)?ids?|certificate\w*|\w*public\w*|etag)[\"']?\s{0,8}[:=/@-]\s{0,8}[\[(]?\s{0,8}[\"']?$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_LONGEST_PART = 2.6  # on average: what is random falls into parts of 2 characters, CamelCase into words of 4
_LEAST_PARTS = 0.28
_LEAST_BITS = 3.6  # for each character
_LARGEST_BASE64 = 40_000


def shaped(text: str) -> Iterator[str]:
    """What looks like a secret wherever it stands; some more than once."""
    for words, pattern in _KINDS:
        if any(word in text for word in words):
            for match in pattern.finditer(text):
                named = match.groupdict()
                yield named.get("inner") or named.get("user") or match[0]
    for match in _TOKEN.finditer(text):
        if random_looking(match[0]) and not _PUBLIC.search(text, max(0, match.start() - 40), match.start()):
            yield match[0]


def random_looking(word: str) -> bool:
    """Whether a word of 20 characters or more was drawn by lot, by its entropy and by the parts it falls into."""
    body = word.rstrip("=")
    if _HEX.fullmatch(body):
        return len(body) in _HEX_SIZES and _bits(body) > 3.0
    if len(body) < 24 or not re.search(r"\d.*\d", body) or not re.search("[A-Za-z]", body):
        return False
    if re.fullmatch(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", body):
        return False  # a UUID names something
    if _bits(body) < _LEAST_BITS:
        return False
    parts = _PARTS.findall(body)
    if re.search("[a-z]", body) and re.search("[A-Z]", body):
        return sum(map(len, parts)) / len(parts) <= _LONGEST_PART
    # letters of one case: names are joined by hyphens, and have few numbers in them
    return body.isalnum() and sum(map(str.isdigit, body)) >= 5 and len(parts) / len(body) >= _LEAST_PARTS


def encoded(text: str) -> Iterator[tuple[str, str]]:
    """Each word in base64 that stands for text, with that text."""
    for match in _BASE64.finditer(text):
        word = match[0]
        if len(word) > _LARGEST_BASE64 or (word.isalpha() and word.islower()):
            continue
        try:
            said = base64.b64decode(word, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if all(c.isprintable() or c in "\r\n\t" for c in said):
            yield word, said


def _bits(word: str) -> float:
    """The entropy of a word, in bits for each character."""
    size = len(word)
    return -sum(n / size * math.log2(n / size) for n in Counter(word).values())
