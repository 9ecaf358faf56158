"""Secrets never leave the machine: they are replaced before a prompt is built, and put back in the answer."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from lsp_server.models.secret_shapes import encoded
from lsp_server.models.secrets import secrets_in

_MARK = "LINTEL-SECRET-"
_SHORT = 6
_LEAST = 3
_WORD = re.compile(r"(?=.{1,19}\Z)[A-Za-z]+(?:[ _-][A-Za-z]+)*")  # keys are longer, and may be of letters alone
_ACCOUNT = re.compile(r"(?<![\w.])\d{12}(?![\w.])")


class Redaction:
    """The secrets of one run and what stands for each. Equal secrets have equal stand-ins throughout.

    `texts` is all that will be shown, as far as it is known: no stand-in reads like anything in it. `names` are called
    secrets, and `values` are some, by those who know. `accounts`: the ids of AWS accounts are hidden, too.
    """

    def __init__(
        self,
        texts: Iterable[str] = (),
        *,
        names: Iterable[str] = (),
        values: Iterable[str] = (),
        accounts: bool = False,
    ) -> None:
        shown = tuple(texts)
        self._names = frozenset(names)
        self._accounts = accounts
        self._learned: list[str] = []
        self._marks: dict[str, str] = {}
        """What is hidden, and its stand-in; an empty one for a way to write a secret that was not met yet."""
        self._mark = _MARK
        self._choose_mark(shown)
        for value in values:
            if len(value.strip()) >= _LEAST:
                self._add(value)
        self.learn(*shown)

    def learn(self, *texts: str) -> None:
        """Find the secrets in these texts, so that they are hidden in all others, too."""
        if not self._secrets:
            self._choose_mark(texts)
        for text in texts:
            if any(text in known for known in self._learned):
                continue
            self._learned.append(text)
            for secret in self._found(text):
                self._add(secret)

    def hide(self, text: str) -> str:
        """`text` with a stand-in for each secret that was learned or is in it."""
        self.learn(text)
        return self.replace(text)

    def replace(self, text: str) -> str:
        """`text` with a stand-in for each secret that was learned. To replace them twice changes nothing."""
        present = sorted((secret for secret in self._marks if secret in text), key=len, reverse=True)
        if not present:
            return text
        # One pass, longest first; stand-ins come before all, so that no part of one is taken for a secret.
        pattern = "|".join([rf"{self._mark}\d+", *map(_anywhere, present)])
        return re.sub(pattern, lambda found: self._stand_in(found[0]), text)

    def restore(self, text: str) -> str:
        """`text` with every stand-in turned back."""
        secrets = self._secrets
        return self.stand_ins.sub(lambda found: secrets.get(found[0], found[0]), text)

    def covered(self, text: str) -> str:
        """`text` for a person to read: what a stand-in stands for is not told."""
        return self.stand_ins.sub("(a secret)", text)

    def unknown(self, text: str) -> tuple[str, ...]:
        """Stand-ins in `text` that stand for nothing: somebody made them up."""
        return tuple(dict.fromkeys(mark for mark in self.stand_ins.findall(text) if mark not in self._secrets))

    @property
    def stand_ins(self) -> re.Pattern[str]:
        """What a stand-in looks like."""
        return re.compile(rf"{self._mark}\d+")

    @property
    def _secrets(self) -> dict[str, str]:
        return {mark: secret for secret, mark in self._marks.items() if mark}

    def _choose_mark(self, texts: Iterable[str]) -> None:
        """Have stand-ins that none of the texts holds, in any spelling."""
        said = [letters(text) for text in texts]
        while any(letters(self._mark) in text for text in said):
            self._mark = f"X{self._mark}"

    def _found(self, text: str) -> Iterator[str]:
        yield from secrets_in(text, self._names)
        for word, said in encoded(text):
            if any(True for _ in secrets_in(said, self._names)) or any(s in said for s in self._marks if len(s) > 3):
                yield word
        if self._accounts:
            yield from _ACCOUNT.findall(text)

    def _add(self, secret: str) -> None:
        if not secret.strip() or secret.startswith(self._mark) or self._marks.get(secret):
            return
        self._marks[secret] = self._next()
        for form in _forms(secret):
            self._marks.setdefault(form, "")

    def _next(self) -> str:
        return f"{self._mark}{sum(map(bool, self._marks.values())) + 1}"

    def _stand_in(self, found: str) -> str:
        if found in self._marks and not self._marks[found]:
            self._marks[found] = self._next()
        return self._marks.get(found, found)


def letters(text: str) -> str:
    """The letters of a text alone, in lower case: a stand-in that was taken apart is found among them."""
    return "".join(filter(str.isalpha, text)).lower()


def _forms(secret: str) -> Iterator[str]:
    """The other ways in which linters, languages and addresses write a secret."""
    if len(secret) < _SHORT:
        return
    plain = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), secret)
    for said in dict.fromkeys((secret, plain, secret.replace("''", "'"))):
        escaped = json.dumps(said, ensure_ascii=False)[1:-1]
        forms = (
            said,
            escaped,
            json.dumps(said)[1:-1],
            json.dumps(escaped, ensure_ascii=False)[1:-1],
            repr(said)[1:-1],
            said.replace("'", "''"),
            quote(said, safe=""),
            base64.b64encode(said.encode("utf-8", "replace")).decode(),
        )
        yield from (form for form in forms if form != secret and len(form) >= _SHORT)


def _anywhere(secret: str) -> str:
    """A short secret may be part of other words by chance, and a plain word be a name; others are hidden anywhere."""
    pattern = re.escape(secret)
    if len(secret) >= _SHORT and not _WORD.fullmatch(secret):
        return pattern
    named = r"""(?!["']?[ \t]*=|["']?:\s)""" if _WORD.fullmatch(secret) else ""
    return rf"(?<![\w-]){pattern}(?![\w-]){named}"
