"""How well YAML can be read after an edit: where it gives up, and what it took for something else than was written."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TypeVar

import yaml

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.fixers.cloudformation.slips_yaml import indent_of, lines_of, script_lines, scripts_in

T = TypeVar("T")
Search = Generator[None, None, T]
"""Work that stops now and then so that something else may be done meanwhile; it returns what it comes to."""

_STRUCTURE = re.compile(r"^[ ]*(?:-|[\"']?[\w:.${}/-]+[\"']?[ ]*[:=;](?:\s|$))")
_LOOKS_LIKE_A_KEY = re.compile(r"[A-Z]\w*(?:[ ]*[:=;]| \S+$)")
_PROSE = 3  # words from which a line is one of running text
_ABOVE, _BELOW = 30, 12  # lines around the one where YAML gives up that are read first
_EVENTS = 400  # of YAML's reader that are taken at a time: about a millisecond


@dataclass(frozen=True)
class Reading:
    """`stop` is the line at which YAML gives up, None where it does not.

    `swallowed` counts lines that look like keys, items or words of their own and were read as part of a text, and keys
    that stand twice; `odd` the lines that are indented otherwise than the document is, and keys without a value.
    """

    stop: int | None
    swallowed: int = 0
    odd: int = 0


def stop_of(text: str) -> Search[int | None]:
    """The line (from 0) at which YAML gives up a text, None where it reads all of it."""
    anchors, documents = set[str](), 0
    try:
        for number, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
            if number % _EVENTS == _EVENTS - 1:
                yield
            documents += isinstance(event, yaml.DocumentStartEvent)
            dangles = isinstance(event, yaml.AliasEvent) and event.anchor not in anchors
            if event.start_mark is not None and (dangles or documents > 1):
                return event.start_mark.line
            anchors.add(getattr(event, "anchor", None) or "")
    except (yaml.YAMLError, ValueError) as error:
        return _line(error)
    return None


def _line(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return int(mark.line) if mark is not None else 0


def _read(text: str) -> tuple[int | None, yaml.Node | None]:
    """The line at which YAML gives up a short text, or None and what it read."""
    try:
        return None, yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _line(error), None


class Reader:
    """Reads a document after edits; where it can, only the lines around the place at which YAML gave up."""

    def __init__(self, document: Document, stop: int) -> None:
        self.document = document
        self.stop = stop
        self.lines = 0
        """How many lines were read so far: what the search has cost."""
        self._lines = lines_of(document)
        self._step, self._sequences = _habit(document)
        self._head, self._span = self._piece(stop)
        before = _read(self._head + document.slice(self._span))[0]
        self._shift = document.position(self._span.start).line - self._head.count("\n")
        self._useful = before is not None and before + self._shift == stop

    def _piece(self, stop: int) -> tuple[str, Span]:
        """The line of the section, and the text from an entry above to another entry below."""
        document = self.document
        depths = [99 if not line.strip() or line.lstrip()[0] == "#" else indent_of(line) for line in self._lines]
        section = next((n for n in range(max(0, min(stop, len(depths) - 1) - _ABOVE), -1, -1) if depths[n] == 0), 0)
        entry = next((d for d in depths[section + 1 :] if d != 99), 0)
        starts = [n for n, depth in enumerate(depths) if n > section and depth <= entry]
        first = max((n for n in starts if n <= stop - _ABOVE), default=section + 1)
        last = next((n for n in starts if n > stop + _BELOW), len(depths))
        end = document.line_starts[last] if last < len(depths) else len(document.text)
        head = self._lines[section].removeprefix("\ufeff") + "\n"
        return head, Span(min(document.line_starts[min(first, len(depths) - 1)], end), end)

    def after(self, edits: tuple[Edit, ...]) -> tuple[str, int]:
        """The text around the place after the edits, the whole where a piece does not tell; and its first line."""
        own = self._span.start
        if self._useful and all(own <= e.span.start and e.span.end <= self._span.end for e in edits):
            moved = [Edit(e.uri, Span(e.span.start - own, e.span.end - own), e.text) for e in edits]
            return self._head + apply_edits(self.document.slice(self._span), moved), self._shift
        return apply_edits(self.document.text, edits), 0

    def reading(self, edits: tuple[Edit, ...]) -> Reading:
        """What comes of the edits around the place."""
        text, shift = self.after(edits)
        self.lines += text.count("\n")
        stop, root = _read(text)
        if stop is not None:
            return Reading(stop + shift)
        lines = text.split("\n")
        near = range(max(0, self.stop - shift - _ABOVE), min(len(lines), self.stop - shift + _BELOW))
        nodes = list(_nodes(root, near))
        swallowed = _swallowed(nodes, lines) + _doubled(nodes, self._edited(edits, shift))
        odd = _empty(nodes) + sum(_odd(lines, near, self._step, sequences=self._sequences))
        return Reading(None, swallowed, odd)

    def _edited(self, edits: tuple[Edit, ...], shift: int) -> range:
        """The lines from the first edit to the last, less `shift`; all of them where edits bring or take lines."""
        if any("\n" in edit.text + self.document.slice(edit.span) for edit in edits):
            return range(len(self._lines))
        numbers = [self.document.position(edit.span.start).line - shift for edit in edits]
        return range(min(numbers, default=0), max(numbers, default=-1) + 1)


def _habit(document: Document) -> tuple[int, bool]:
    """How far the document indents, and whether items stand deeper than their key: as it mostly does."""
    steps: Counter[int] = Counter()
    items: Counter[bool] = Counter()
    scripts, lines = script_lines(document), lines_of(document)
    written = [line for n, line in enumerate(lines) if n not in scripts and line.strip() and line.lstrip()[0] != "#"]
    for above, line in itertools.pairwise(written):
        step = indent_of(line) - indent_of(above)
        if above.rstrip().endswith(":") and not above.lstrip().startswith("- "):
            if line.lstrip().startswith("- "):
                items[step > 0] += 1
            elif step > 0:
                steps[step] += 1
    return max(steps, key=lambda n: steps[n], default=2), items[True] >= items[False]


def _nodes(root: yaml.Node | None, near: range) -> Iterator[yaml.Node]:
    """The nodes that reach into the lines `near`, each once."""
    seen, waiting = set[int](), [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        if id(node) in seen or node.end_mark.line < near.start or node.start_mark.line >= near.stop:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _swallowed(nodes: list[yaml.Node], lines: list[str]) -> int:
    count = 0
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            below = (v for k, v in node.value if isinstance(v, yaml.ScalarNode) and v.start_mark.line > k.end_mark.line)
            count += sum(not v.style and bool(_LOOKS_LIKE_A_KEY.match(v.value)) for v in below)
        if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">"):
            continue
        first = lines[node.start_mark.line][node.start_mark.column :]
        rest = lines[node.start_mark.line + 1 : node.end_mark.line + (node.end_mark.column > 0)]
        prose = len(first.split()) >= _PROSE or first[:1] in ("'", '"')
        count += sum(not prose or bool(_STRUCTURE.match(line)) for line in rest if line.strip())
    return count


def _doubled(nodes: list[yaml.Node], edited: range) -> int:
    """How many keys stand twice because of the edits: what followed one of them went to another."""
    count = 0
    for node in nodes:
        seen: dict[str, int] = {}
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            line = key.start_mark.line
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                count += key.value in seen and seen[key.value] < edited.stop and edited.start <= line
                seen[key.value] = line
    return count


def _empty(nodes: list[yaml.Node]) -> int:
    """How many keys have no value, and how many items are nothing."""
    parts = [part for node in nodes if isinstance(node, yaml.SequenceNode) for part in node.value]
    parts += [value for node in nodes if isinstance(node, yaml.MappingNode) for _, value in node.value]
    plain = (part for part in parts if isinstance(part, yaml.ScalarNode) and not part.style)
    return sum(not part.value and not part.tag.startswith("!") for part in plain)  # `!GetAZs` may stand alone


def _odd(lines: list[str], near: range, step: int, *, sequences: bool) -> Iterator[int]:
    """For each line, whether it stands deeper or less deep below the one it belongs to than the document has it."""
    above: list[tuple[int, str]] = []
    scripts = scripts_in(lines)
    for number in near:
        line = lines[number]
        if not line.strip() or line.lstrip().startswith("#") or number in scripts:
            continue
        depth = indent_of(line)
        while above and above[-1][0] > depth:
            above.pop()
        dash = line[depth : depth + 1] == "-"
        if above and above[-1][0] == depth and dash and above[-1][1][depth : depth + 1] != "-":
            yield int(sequences)
        elif above and above[-1][0] < depth:
            steps = (step, 2, 2 + step) if above[-1][1].lstrip().startswith("- ") else (step,)
            yield int(depth - above[-1][0] not in steps)
        above = [one for one in above if one[0] < depth]
        above.append((depth, line))
