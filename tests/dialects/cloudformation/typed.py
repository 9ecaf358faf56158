"""Insertions that are typed into a template character by character, and the places where that is done."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from tests.dialects.cloudformation.composed import json_text, yaml_text
from tests.dialects.cloudformation.notations import CURSOR, as_json, load, marked_key

CASES = Path(__file__).parent / "cases"
PLACES = 20
CLOSERS = {'"': '"', "'": "'", "{": "}", "[": "]"}


@dataclass(frozen=True)
class Typing:
    """An entry of a section, as far as it is typed, in a template; at its end `expected` is offered."""

    title: str
    name: str
    template: str
    section: str
    entry: str
    expected: str

    @property
    def places(self):
        """Offsets between the entries of the section, spread evenly."""
        found = _boundaries(self.template, self.section, json_=self.name.endswith("json"))
        step = max(1.0, len(found) / PLACES)
        return [found[int(number * step)] for number in range(min(PLACES, len(found)))]

    def states(self, place, *, closing=False):
        """The text and the cursor after each character; with `closing`, as an editor that closes brackets has it.

        How a line is indented comes at once, as from an editor.
        """
        before, after = self.template[:place], self.template[place:]
        typed = closers = ""
        for char in self.entry:
            if closing and closers.startswith(char):
                closers = closers[1:]
            elif closing and char in CLOSERS and (char in "{[" or typed[-1:] in ' {[(:,!"'):
                closers = CLOSERS[char] + closers
            typed += char
            if not _indents(typed, self.entry):
                yield before + typed + closers + "\n" + after, len(before + typed)


def _indents(typed, entry):
    """Whether what is typed ends in an indentation that is not all there."""
    line = typed[typed.rfind("\n") + 1 :]
    return not line.strip() and entry[len(typed) : len(typed) + 1] == " "


def _boundaries(text, section, *, json_):
    if json_:
        head = re.search(rf'^  "{section}": \{{\n', text, re.MULTILINE)
        end = re.compile(r"^  \}", re.MULTILINE).search(text, head.end())
        return [m.start() for m in re.compile(r'^    "', re.MULTILINE).finditer(text, head.end(), end.start())]
    head = re.search(rf"^{section}:\n", text, re.MULTILINE)
    end = re.compile(r"^\w", re.MULTILINE).search(text, head.end())
    stop = end.start() if end else len(text)
    return [m.start() for m in re.compile(r"^  \w", re.MULTILINE).finditer(text, head.end(), stop)] + [stop]


def _read(name):
    for block in (CASES / name).read_text(encoding="utf-8").split("=== ")[1:]:
        title, _, rest = block.partition("\n")
        entry, _, expected = rest.partition("\n--- expect\n")
        section, kind = title.partition(":")[0].split(" ")
        yield title, section, kind, entry, expected.strip()


def _in_json(entry, kind):
    """The entry in JSON of many lines, up to the cursor."""
    text = marked_key(entry) if kind == "key" else re.sub(r"!(\w+)\$0", r"{Fn::\1$0: ''}", entry)
    closed = _closed(text)
    written = json.dumps(as_json(load(closed.replace("$0", CURSOR))), indent=2, ensure_ascii=False)
    return written[1 : written.index(CURSOR)].lstrip("\n").replace("\n", "\n  ").replace('  "', '    "', 1)


def _closed(text):
    """An entry whose last line ends in open brackets and quotes, with them closed."""
    line = text[text.rfind("\n", 0, text.index("$0")) + 1 :]
    opened = []
    for char in line.partition("#")[0]:
        if opened and char == opened[-1]:
            opened.pop()
        elif char in CLOSERS and not (opened and opened[-1] in "\"'"):
            opened.append(CLOSERS[char])
    return text + "".join(reversed(opened))


def typings():
    """All of them, in YAML, JSON and SAM. Where something else is due in JSON, the case says `in JSON:`."""
    plain, sam, braces = yaml_text(), yaml_text(serverless=True), json_text()
    for title, section, kind, entry, expectations in _read("typing.txt"):
        expected, _, in_json = expectations.partition("\nin JSON: ")
        block = "".join(f"  {line}\n" for line in entry.split("\n"))[:-1]
        one = Typing(f"yaml {title}", "t.yaml", plain, section, block[: block.index("$0")], expected)
        yield one
        yield replace(one, title=f"sam {title}", template=sam)
        written, expected = _in_json(entry, kind), in_json or expected
        yield replace(one, title=f"json {title}", name="t.json", template=braces, entry=written, expected=expected)
    for title, section, _kind, entry, expected in _read("typing-sam.txt"):
        block = "".join(f"  {line}\n" for line in entry.split("\n"))[:-1]
        yield Typing(f"sam {title}", "t.yaml", sam, section, block[: block.index("$0")], expected)
