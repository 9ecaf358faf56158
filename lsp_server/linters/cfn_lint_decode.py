"""Reads a template as cfn-lint's own decoder does, but without cfn-lint, which takes a second to import.

The parser is the same (PyYAML's, in C); what cfn-lint makes of its nodes, and says of them, is followed here.
"""

from __future__ import annotations

import json
import json.decoder
import json.scanner
from typing import Any, NamedTuple

import yaml
from yaml.constructor import SafeConstructor
from yaml.parser import ParserError
from yaml.scanner import ScannerError

_MAP = "tag:yaml.org,2002:map"
_MERGE = "tag:yaml.org,2002:merge"
_SHORT = ("Ref", "Condition")  # functions whose long form has no `Fn::` before it
# what is wrong with a value, not with the text: a date that is none, a key that has no place, a nesting without end
_REFUSALS = (yaml.YAMLError, ValueError, AttributeError, TypeError, OverflowError, RecursionError)
# what cfn-lint takes for a sign that the text is JSON
_MAYBE_JSON = ("found character '\\t' that cannot start any token", "found unknown escape character")
_NO_VALUE = "Expecting value"
_MORE = "Extra data"
_BAD_ESCAPE, _BAD_CHARACTER = "Invalid \\escape", "Invalid control character at"
_NO_INDEX = "slice indices must be integers or None or have an __index__ method"


class Trouble(NamedTuple):
    """Why a text cannot be read; lines and columns from 0, in code points. `by_line`: the words go on with the line.

    `yaml` tells which reader counted.
    """

    words: str
    line: int = 0
    column: int = 0
    length: int = 1
    by_line: bool = False
    yaml: bool = True

    @property
    def message(self) -> str:
        """The words of cfn-lint."""
        return f"{self.words} (line {self.line + 1})" if self.by_line else self.words


class UnreadableError(Exception):
    """A text is no template; `troubles` say why, in cfn-lint's order."""

    def __init__(self, *troubles: Trouble) -> None:
        super().__init__(troubles[0].message)
        self.troubles = troubles


class Key(NamedTuple):
    """A key as a mapping holds it, and where it stands."""

    value: Any
    line: int
    column: int


class _Marked:
    """A value that knows where it was written."""

    start_mark: Any


class _Text(_Marked, str):
    """A string."""

    __slots__ = ("start_mark",)


class _List(_Marked, list[Any]):
    """A sequence."""


class _Map(_Marked, dict[Any, Any]):
    """A mapping."""


def _marked(value: Any, node: yaml.Node) -> Any:
    value.start_mark = node.start_mark
    return value


class _Loader(yaml.CSafeLoader):
    """Refuses keys that stand twice, are null or have no hash; `keys` are those of the mapping that ended last."""

    keys: tuple[Key, ...] = ()
    merged = False

    def construct_yaml_map(self, node: yaml.MappingNode) -> Any:
        self.merged = any(key.tag == _MERGE for key, _ in node.value)
        merged = self.merged
        self.flatten_mapping(node)
        made, keys = _marked(_Map(), node), []
        doubled = Doubled()
        for key_node, value_node in node.value:
            key, value = self.construct_object(key_node), self.construct_object(value_node)
            at = key_node.start_mark
            if key is None:
                words = f"Null key {key_node.value!r} not supported"
                raise UnreadableError(Trouble(words, at.line, at.column, len(key_node.value), by_line=True))
            keys.append(Key(key, at.line, at.column))
            try:
                if not merged:
                    doubled.add(keys[-1])
                made[key] = value
            except TypeError as error:
                at, words = key.start_mark, f'Unhashable type "{key}"'
                raise UnreadableError(Trouble(words, at.line, at.column, len(key), by_line=True)) from error
        doubled.refuse()
        self.keys, self.merged = tuple(keys), merged
        return made

    def construct_yaml_str(self, node: yaml.ScalarNode) -> Any:
        return _marked(_Text(self.construct_scalar(node)), node)

    def construct_yaml_seq(self, node: yaml.SequenceNode) -> Any:
        (made,) = SafeConstructor.construct_yaml_seq(self, node)
        return _marked(_List(made), node)

    def construct_function(self, suffix: str, node: yaml.MappingNode | yaml.SequenceNode | yaml.ScalarNode) -> Any:
        """The long form of a function in its short form."""
        name = suffix if suffix in _SHORT else f"Fn::{suffix}"
        if isinstance(node, yaml.MappingNode) and name == "Fn::GetAtt":
            plain = yaml.MappingNode(_MAP, node.value, node.start_mark, node.end_mark)
            argument = self.construct_object(plain, deep=True)
        elif isinstance(node, yaml.MappingNode):
            argument = self.construct_mapping(node, deep=True)
        elif isinstance(node, yaml.SequenceNode):
            argument = self.construct_sequence(node, deep=True)
        else:
            argument = self.construct_scalar(node)
        return _marked(_Map({name: argument}), node)


_Loader.add_constructor(_MAP, _Loader.construct_yaml_map)
_Loader.add_constructor("tag:yaml.org,2002:str", _Loader.construct_yaml_str)
_Loader.add_constructor("tag:yaml.org,2002:seq", _Loader.construct_yaml_seq)
_Loader.add_multi_constructor("!", _Loader.construct_function)


class Doubled:
    """Collects the keys of one mapping, and refuses those that stand twice."""

    def __init__(self) -> None:
        self._first: dict[Any, tuple[Key, int]] = {}
        self._troubles: list[Trouble] = []

    def add(self, key: Key, below: int = 0) -> None:
        """Take the next key; the lines of its piece begin at `below`.

        Raises TypeError for one that has no hash, AttributeError for a number that stands twice.
        """
        place = key, below
        first = self._first.setdefault(key.value, place)
        if first is place:
            return
        if not self._troubles:
            _ = first[0].value.start_mark  # a number has none, which cfn-lint does not expect
            self._troubles.append(_twice(*first, key))
        self._troubles.append(_twice(*place, key))

    def refuse(self) -> None:
        """Raise UnreadableError where a key stands twice."""
        if self._troubles:
            raise UnreadableError(*self._troubles)


def _twice(place: Key, below: int, key: Key) -> Trouble:
    return Trouble(f"Duplicate found {key.value!r}", below + place.line, place.column, len(key.value), by_line=True)


def parse(text: str) -> None:
    """See whether the text follows YAML's grammar: two milliseconds for 2,600 lines. Raises UnreadableError."""
    try:
        yaml.CSafeLoader(text).raw_parse()  # it makes no object of what it reads
    except (yaml.YAMLError, ValueError) as error:
        raise _unreadable(error, text) from error


class Decoded(NamedTuple):
    """What a text came to. `keys` are those of the top mapping, None where there is none or where others are merged."""

    value: Any
    keys: tuple[Key, ...] | None


def decode(text: str) -> Decoded:
    """Read a text to the end. Raises UnreadableError."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        value = None if node is None else loader.construct_document(node)
    except _REFUSALS as error:
        raise _unreadable(error, text) from error
    plain = node is not None and node.tag == _MAP and not loader.merged
    return Decoded(value, loader.keys if plain else None)


def _unreadable(error: Exception, text: str) -> UnreadableError:
    """What cfn-lint says of what PyYAML raised."""
    if not isinstance(error, ScannerError | ParserError):
        return UnreadableError(Trouble(f"Template could not be parsed: {error}", length=0))
    problem, mark = str(error.problem), error.problem_mark
    trouble = Trouble(problem, mark.line, mark.column) if mark is not None else Trouble(problem)
    if isinstance(error, ScannerError) and problem.startswith(_MAYBE_JSON):
        trouble = _as_json(text) or trouble._replace(yaml=False)
    return UnreadableError(trouble)


class _NoValueError(Exception):
    """A key of a JSON object has no value."""


def _as_json(text: str) -> Trouble | None:
    """What cfn-lint says of a text that it takes for JSON; None where it decides that it is YAML after all."""
    decoder: Any = json.JSONDecoder()
    decoder.parse_string = json.decoder.py_scanstring  # type: ignore[attr-defined] # in Python, as cfn-lint's
    decoder.parse_object = _json_object
    decoder.scan_once = json.scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]
    try:
        decoder.decode(text)
    except json.JSONDecodeError as error:
        if error.msg == _NO_VALUE:
            return None
        return _of_json(error)
    except _NoValueError:
        return Trouble(f"Tried to parse the template as JSON but got error: {_NO_INDEX}", yaml=False)
    return None


def _of_json(error: json.JSONDecodeError) -> Trouble:
    """The same in the words of Python's slower reader, which cfn-lint uses; the quick one still reads the keys."""
    words, text, at = error.msg, error.doc, error.pos
    if words == _BAD_ESCAPE:
        words, at = f"{words}: {text[at + 1 : at + 2]!r}", at + 1
    elif words == _BAD_CHARACTER:
        words, at = f"Invalid control character {text[at]!r} at", at + 1
    column = at - text.rfind("\n", 0, at) - (words == _MORE)  # cfn-lint begins a column late where it counts itself
    return Trouble(words, text.count("\n", 0, at), column, yaml=False)


def _json_object(s_and_end: tuple[str, int], strict: bool, scan: Any, *hooks: Any) -> Any:
    def value(text: str, at: int) -> Any:
        try:
            return scan(text, at)
        except StopIteration as error:
            raise _NoValueError from error

    return json.decoder.JSONObject(s_and_end, strict, value, *hooks)  # type: ignore[attr-defined]
