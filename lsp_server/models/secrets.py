"""Secrets in a text, by what they are called and by what they look like.

Called: `MasterUserPassword: …`, `db_password = "…"`, `the password is …`, the default of what is not echoed. What they
look like is in `secret_shapes`. No parser is needed, so that texts in texts and half-typed ones are searched as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lsp_server.models.secret_shapes import shaped

_WORDS = (
    r"[a-z]*pass(?:_?word|wd|phrase|code)s?|(?:db|pg|sql|user|admin|root)?pass|pwd|secrets?|secret_?string|secret_?binary|token|(?:api|access|secret|private|account"
    r"|auth|encryption|signing|license|master|shared|ssh|host)_?key|credentials?|connection_?strings?|conn_?str|auth|psk|pin_?code"
    r"|passwort|kennwort|webhook(?:_?ur[li])?|dsn"
)
_NAMED = re.compile(rf"(?:^|[^a-z])(?:{_WORDS})(?:_?value)?_?\d*$")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

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
# In a sentence: `the password is …`. Without quotes it has to look like one.
_SAID = re.compile(
    r"""(?:\b(?:pass(?:word|phrase|code|wort)|kennwort|pwd|secret|token|api[ -]?key|pin|contraseña|mot[ ]de[ ]passe)
    |パスワード|密码)["'`]?[ :=]{0,3}
    (?:(?:is|of|to|be|was|as|set[ ]to|set|ist|lautet|auf|es|est|はは?|を|是|为)[ :=]{1,3}|(?=["'`])|(?<=[ :=は是为]))
    (?:["'`](?P<quoted>[^"'`\n]{4,200})["'`]|(?P<bare>[^\s"'`,;]{4,200}))""",
    re.IGNORECASE | re.VERBOSE,
)
_LOOKS = re.compile(r"(?=.*[A-Za-z])(?:.*\d|.*[!@#%^&*?~])")
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
    r"|string|number|bool|any|enabled|disabled|required|optional|seconds|minutes|hours|days)(?:$|\\n|[,;\s])|[\w.]+\[|arn:aws|\$\w+$|\$\(|[a-z_]+\(|Fn::|Ref\b|<)",
    re.IGNORECASE,
)
# What every secret that is known by its name has near it.
_HOT = (
    *(
        "pass",
        "pwd",
        "secret",
        "token",
        "credential",
        "conn",
        "auth",
        "psk",
        "pin_code",
        "pincode",
        "noecho",
        "sensitive",
    ),
    *("kennwort", "webhook", "dsn", "contrase", "パスワード", "密码"),
)
_KEYS = re.compile(r"(?:api|access|private|account|encryption|signing|license|master|shared|ssh|host)[ _-]?$")
_BEFORE, _AFTER = 1_500, 12_000


def called_secret(name: str) -> bool:
    """Whether a name, in any style, says that its value is a secret: `MasterUserPassword`, `api_key`."""
    words = _HUMPS.sub("_", name).lower().replace("-", "_").replace(".", "_")
    return _NAMED.search(words) is not None


def secrets_in(text: str, names: Iterable[str] = ()) -> Iterator[str]:
    """Every secret in a text of any language; some more than once. `names` are called so by those who know."""
    known = frozenset(names)
    yield from shaped(text)
    for near in _windows(text, known):
        yield from (value for value in _named(near, known) if _literal(value))
        yield from (line for block in _blocks(near) for line in block if _literal(line))
        yield from (value for value in _defaults(near) if _literal(value))


def _windows(text: str, names: frozenset[str]) -> Iterator[str]:
    """The parts of a text around words that secrets are called by, so that a large one costs little."""
    start = end = -1
    for at in _hot(text, names):
        first, last = _line_start(text, at - _BEFORE), at + _AFTER
        if first > end:
            if end > 0:
                yield text[start:end]
            start = first
        end = last
    if end > 0:
        yield text[start:end]


def _hot(text: str, names: frozenset[str]) -> list[int]:
    """Where those words stand, in order; one word after the other, which is many times quicker than all at once."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters are longer in lower case
        lower = "".join(c.lower() if c.isascii() else c for c in text)
    found = [at for word in (*_HOT, *map(str.lower, names)) for at in _all(lower, word)]
    found += [at for at in _all(lower, "key") if _KEYS.search(lower, max(0, at - 12), at)]
    return sorted(found)


def _all(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _line_start(text: str, offset: int) -> int:
    """The beginning of the line of an offset, or the offset itself where the line is very long."""
    start = text.rfind("\n", max(0, offset - _BEFORE), max(0, offset)) + 1
    return start or max(0, offset)


def _literal(value: str) -> bool:
    """Whether a value could be a secret, and is not a reference or a word of the language."""
    stripped = value.strip().rstrip(",;")
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
    yield from _said(text)
    for match in _HEREDOC.finditer(text):
        if called_secret(match["key"]):
            yield from (line.strip() for line in match["body"].splitlines())


def _said(text: str) -> Iterator[str]:
    for match in _SAID.finditer(text):
        bare = (match["bare"] or "").rstrip(".)!?")
        if match["quoted"] and " " not in match["quoted"]:
            yield match["quoted"]
        elif _LOOKS.match(bare) and not re.search(r"[=(\[{<>$]|^[\w-]+\.[\w.]+$", bare):
            yield bare


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
