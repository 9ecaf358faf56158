"""Secrets never leave the machine: they are replaced before a prompt is built, and put back in the answer.

Two ways to find one: what it looks like (a key of a known issuer, a private key, a password in a URL) and what it is
called (`MasterUserPassword: …`, `db_password = "…"`, the default of a parameter that is not echoed).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from json import dumps

_WORDS = (
    r"[a-z]*pass(?:_?word|wd|phrase|code)s?|(?:db|pg|sql|user|admin|root)?pass|pwd|secrets?|secret_?string|secret_?binary|token|(?:api|access|secret|private|account"
    r"|auth|encryption|signing|license|master|shared|ssh|host)_?key|credentials?|connection_?string|auth|psk|pin_?code"
)
_NAMED = re.compile(rf"(?:^|[^a-z])(?:{_WORDS})(?:_?value)?_?\d*$")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# What it looks like. The group is what is hidden.
_KNOWN = re.compile(
    r"""
    (?P<pem>-----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY(?:[ ]BLOCK)?-----.*?
        (?:-----END[ ][A-Z ]*PRIVATE[ ]KEY(?:[ ]BLOCK)?-----|\Z))
    | (?P<aws>(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9]))
    | (?P<aws_secret>(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[0-9])
        [A-Za-z0-9+]+/[A-Za-z0-9/+]{20,39}(?<=[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=]))
    | (?P<github>\b(?:gh[pousr]_\w{30,}|github_pat_\w{30,}))
    | (?P<gitlab>\bgl(?:pat|dt|rt|ptt|cbt)-[\w-]{16,})
    | (?P<slack>\bxox[abeoprs]-[\w-]{10,}|https://hooks\.slack\.com/services/[\w/]+)
    | (?P<stripe>\b[rs]k_(?:live|test)_\w{16,})
    | (?P<model>\bsk-(?:ant-|proj-|svcacct-)?[\w-]{16,})
    | (?P<google>\bAIza[\w-]{35})
    | (?P<npm>\bnpm_[A-Za-z0-9]{30,})
    | (?P<pypi>\bpypi-[\w-]{40,})
    | (?P<sendgrid>\bSG\.[\w-]{16,}\.[\w-]{16,})
    | (?P<twilio>\b(?:SK|AC)[0-9a-f]{32}\b)
    | (?P<hashicorp>\bhv[sbr]\.[\w-]{20,}|\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,})
    | (?P<jwt>\beyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?)
    | (?P<azure>(?<=AccountKey=)[\w+/=]{20,}|(?<=SharedAccessKey=)[\w+/=]{20,}|(?<=[?&]sig=)[\w%+/=]{20,})
    | (?P<bearer>(?<=[Bb]earer[ ])[\w.+/=~-]{12,})
    | (?P<url>(?<=://)[^\s/:@"'$\{\}]*:(?P<inner>[^\s/@"'$\{\}]+)(?=@))
    """,
    re.VERBOSE | re.DOTALL,
)

_QUOTED = r"""(?:"(?P<double>(?:[^"\\\n]|\\.)*)"|'(?P<single>(?:[^'\n]|'')*)'|(?P<bare>"""
_VALUE = _QUOTED + r"""[^\s"'#,{}\[\]&*!|>%@`](?:[^\n#]|(?<=\S)\#)*))"""
_ARGUMENT = _QUOTED + r"""[^\s"'-]\S*))"""
_ASSIGNED = re.compile(
    rf"""(?<![\w.-])(?P<key>[A-Za-z_][\w.-]{{0,80}})\\?["']?[ \t]*(?::[ \t]+|:(?=["'])|=[ \t]*)\\?{_VALUE}"""
)
_ESCAPED = re.compile(r"""\\"(?P<key>[A-Za-z_][\w.-]{0,80})\\"[ \t]*:[ \t]*\\"(?P<value>(?:[^"\\]|\\\\.)*)\\\"""")
_BELOW = re.compile(
    r"^(?P<indent>[ ]*)(?:-[ ]+)?[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"']?[ ]*:(?P<rest>[^\n]*)\n", re.MULTILINE
)
_HEREDOC = re.compile(
    r"(?<!\w)(?P<key>[A-Za-z_]\w{0,80})[ \t]*=[ \t]*<<-?(?P<mark>\w+)\r?\n(?P<body>.*?)^[ \t]*(?P=mark)\b", re.M | re.S
)
_PAIR = re.compile(
    r"""["']?\b[Nn]ame["']?[ ]*[:=][ ]*["']?(?P<key>[\w.-]{1,80})["']?[ ]*,?\s{0,80}"""
    rf"""["']?\b[Vv]alue["']?[ ]*[:=][ ]*{_VALUE}"""
)
_LIST = re.compile(
    r"""(?<![\w.-])(?P<key>[A-Za-z_][\w.-]{0,80})["']?[ \t]{0,8}[:=][ \t]{0,8}\[(?P<body>[^\[\]]{0,2000})\]"""
)
_WRAPPED = re.compile(
    r"""(?<![\w.-])(?P<key>[A-Za-z_][\w.-]{0,80})[ \t]{0,8}=[ \t]{0,8}(?:(?:(?:non)?sensitive|trimspace|chomp"""
    r"""|tostring|base64encode|base64gzip|bcrypt)\(\s{0,20}){1,3}"(?P<value>(?:[^"\\\n]|\\.)*)\""""
)
_FLAG = re.compile(rf"""(?<!-)--?(?P<key>[A-Za-z][\w-]{{0,80}})[ =]{_ARGUMENT}""")
_OPENED = re.compile(
    r"""^(?P<indent>[ \t]*)(?:variable[ \t]+)?["']?(?P<key>[\w-]+)["']?[ \t]*(?::|\{|=[ \t]*\{)[ \t]*[{]?[ \t]*\r?$""",
    re.MULTILINE,
)
_FLOW = re.compile(r"""(?<![\w-])(?P<key>[\w-]{1,80})["']?[ \t]{0,8}[:=]?[ \t]{0,8}\{(?P<body>[^{}]{0,2000})\}""")
_DEFAULT = re.compile(rf"""\b[Dd]efault["']?[ \t]*[:=][ \t]*{_VALUE}""")
_UNSEEN = re.compile(r"""(?:NoEcho["']?\s*:\s*["']?[Tt]rue|sensitive\s*=\s*true)""")

_REFERENCE = re.compile(
    r"^(?:!\w|\$\{[^}]*\}$|\{\{resolve:|(?:var|local|data|module|each|self|count|random_\w+|aws_\w+)\.|(?:true|false|null|yes|no|none"
    r"|string|number|bool|any|enabled|disabled|required|optional|seconds|minutes|hours|days)$|arn:aws|\$\w+$|\$\(|[a-z_]+\(|Fn::|Ref\b|<)",
    re.IGNORECASE,
)
# What every secret that is known by its name has near it.
_HOT = re.compile(
    r"pass|pwd|secret|token|(?:api|access|private|account|auth|encryption|signing|license|master"
    r"|shared|ssh|host)[_-]?key|credential|connection[_-]?string|auth|psk|pin[_-]?code|noecho|sensitive",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 1_500, 12_000
_MARK = "LINTEL-SECRET-"
_SHORT = 6


def called_secret(name: str) -> bool:
    """Whether a name, in any style, says that its value is a secret: `MasterUserPassword`, `api_key`."""
    words = _HUMPS.sub("_", name).lower().replace("-", "_").replace(".", "_")
    return _NAMED.search(words) is not None


def secrets_in(text: str, names: Iterable[str] = ()) -> Iterator[str]:
    """Every secret in a text of any language; some more than once. `names` are called so by those who know."""
    known = frozenset(names)
    for match in _KNOWN.finditer(text):
        yield match["inner"] or match[0]
    for near in _windows(text, known):
        yield from (value for value in _named(near, known) if _literal(value))
        yield from (line for block in _blocks(near) for line in block if _literal(line))
        yield from (value for value in _defaults(near) if _literal(value))


def _windows(text: str, names: frozenset[str]) -> Iterator[str]:
    """The parts of a text around words that secrets are called by, so that a large one costs little."""
    hot = _HOT
    if names:
        hot = re.compile(rf"{_HOT.pattern}|{'|'.join(map(re.escape, sorted(names)))}", re.IGNORECASE)
    start = end = -1
    for match in hot.finditer(text):
        first, last = _line_start(text, match.start() - _BEFORE), match.end() + _AFTER
        if first > end:
            if end > 0:
                yield text[start:end]
            start = first
        end = last
    if end > 0:
        yield text[start:end]


def _line_start(text: str, offset: int) -> int:
    """The beginning of the line of an offset, or the offset itself where the line is very long."""
    start = text.rfind("\n", max(0, offset - _BEFORE), max(0, offset)) + 1
    return start or max(0, offset)


class Redaction:
    """The secrets of one run and what stands for each. Equal secrets have equal stand-ins throughout."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(names)
        self._marks: dict[str, str] = {}
        self._mark = _MARK

    def learn(self, *texts: str) -> None:
        """Find the secrets in these texts, so that they are hidden in all others, too."""
        for text in texts:
            while self._mark in text and not self._marks:
                self._mark = f"X{self._mark}"
            for secret in secrets_in(text, self._names):
                if secret not in self._marks and not secret.startswith(self._mark):
                    self._marks[secret] = f"{self._mark}{len(self._marks) + 1}"

    def hide(self, text: str) -> str:
        """`text` with a stand-in for each secret that was learned or is in it."""
        self.learn(text)
        if not self._marks:
            return text
        # One pass, longest first, so that no stand-in is taken for a secret.
        pattern = "|".join(_anywhere(secret) for secret in sorted(self._marks, key=len, reverse=True))
        return re.sub(pattern, lambda found: self._marks[found[0]], text)

    def restore(self, text: str, *, json: bool = False) -> str:
        """`text` with every stand-in turned back; with `json` as it has to be written inside a JSON string."""

        def secret(found: re.Match[str]) -> str:
            known = self._secrets.get(found[0], found[0])
            return dumps(known, ensure_ascii=False)[1:-1] if json else known

        return self._stand_ins.sub(secret, text)

    def unknown(self, text: str) -> tuple[str, ...]:
        """Stand-ins in `text` that stand for nothing: somebody made them up."""
        return tuple(dict.fromkeys(mark for mark in self._stand_ins.findall(text) if mark not in self._secrets))

    @property
    def _stand_ins(self) -> re.Pattern[str]:
        return re.compile(rf"{self._mark}\d+")

    @property
    def _secrets(self) -> dict[str, str]:
        return {mark: secret for secret, mark in self._marks.items()}


def _anywhere(secret: str) -> str:
    """A short secret may be part of other words by chance; a longer one is hidden wherever it stands."""
    pattern = re.escape(secret)
    return pattern if len(secret) >= _SHORT else rf"(?<![\w-]){pattern}(?![\w-])"


def _literal(value: str) -> bool:
    """Whether a value could be a secret, and is not a reference or a word of the language."""
    stripped = value.strip()
    if len(stripped) < 3 or _REFERENCE.match(stripped):
        return False
    return not (stripped.isdigit() and len(stripped) < 4)


def _value(match: re.Match[str]) -> str:
    found: str = next((v for v in (match["double"], match["single"]) if v), "")
    if found or not match["bare"]:
        return found
    bare: str = match["bare"].rstrip()
    line = match.string.rfind("\n", 0, match.start()) + 1
    if re.search(r"[{\[]", match.string[line : match.start("bare")]):
        bare = re.split(r"[,}\]]", bare)[0]
    spaced = match.string[max(line, match.start("bare") - 2) : match.start("bare")] == "= "
    return "" if spaced and re.fullmatch(r"[a-z_]\w*(?:[.\[][\w.\[\]\"]*)?", bare) else bare


def _listed(text: str) -> Iterator[str]:
    """What stands in a list that is called a secret: `Passwords: [a, b]`, or in lines of their own."""
    for match in _LIST.finditer(text):
        if called_secret(match["key"]):
            yield from match["body"].split(",")
    for match in _BELOW.finditer(text):
        if called_secret(match["key"]) and not match["rest"].strip():
            for line in _lines_from(text, match.end()):
                if not line.strip().startswith("- ") or _depth(line) < len(match["indent"]):
                    break
                yield line.strip()[2:]


def _item(text: str) -> str:
    """A list's item without quotes; empty where it is a mapping."""
    item = text.strip()
    if item[:1] in {'"', "'"}:
        return item.strip(item[0])
    return "" if re.search(r":(?:\s|$)|[{}]", item) else item


def _named(text: str, names: frozenset[str]) -> Iterator[str]:
    for pattern in (_ASSIGNED, _PAIR, _FLAG):
        at = 0
        while match := pattern.search(text, at):
            # A key may begin inside of what was taken for a value: `environment: DB_PASSWORD=…`.
            at = match.end("key")
            if called_secret(match["key"]) or match["key"] in names:
                yield _value(match)
    for pattern in (_ESCAPED, _WRAPPED):
        for match in pattern.finditer(text):
            if called_secret(match["key"]):
                yield match["value"]
    yield from map(_item, _listed(text))
    for match in _HEREDOC.finditer(text):
        if called_secret(match["key"]):
            yield from (line.strip() for line in match["body"].splitlines())


def _blocks(text: str) -> Iterator[list[str]]:
    """The lines below a YAML key that is called a secret: a block scalar, or a plain one on the next line."""
    for match in _BELOW.finditer(text):
        rest = match["rest"].strip()
        if not called_secret(match["key"]) or (rest and rest[0] not in "|>"):
            continue
        lines = []
        for line in _lines_from(text, match.end()):
            if line.strip() and len(line) - len(line.lstrip(" ")) <= len(match["indent"]):
                break
            lines.append(line.strip())
        if rest or not any(re.match(r"(?:- |!|[\w:\"']+\s*:(?:\s|$)|\{|\[)", line) for line in lines[:1]):
            yield [line.strip("\"'") for line in lines]


def _defaults(text: str) -> Iterator[str]:
    """The defaults of parameters and variables that are called secrets, or are not shown."""
    for match in _FLOW.finditer(text):
        yield from _default_in(match["key"], "{" + match["body"])
    for match in _OPENED.finditer(text):
        yield from _default_in(match["key"], "\n".join(_children(text, match.end(), _depth(match["indent"]))))


def _children(text: str, at: int, indent: int) -> Iterator[str]:
    """The lines right below a key that stands at `indent` and ends at `at`, without what is deeper."""
    own = 0
    for line in islice(_lines_from(text, at), 1, 60):
        if not line.strip():
            continue
        depth = _depth(line)
        if depth <= indent:
            return
        own = own or depth
        if depth == own:
            yield re.sub(r"\{[^{}]*\}", "", line)


def _lines_from(text: str, at: int) -> Iterator[str]:
    """The lines from an offset on, one by one."""
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield text[at:end].removesuffix("\r")
        at = end + 1


def _depth(line: str) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip())


def _default_in(name: str, body: str) -> Iterator[str]:
    if called_secret(name) or _UNSEEN.search(body):
        for match in _DEFAULT.finditer(body):
            yield _value(match)
