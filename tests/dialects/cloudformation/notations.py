"""A template with a cursor, written anew in every notation: block and flow YAML, short and long functions, JSON.

The cursor is `$0`. A line of a mapping that is only a word with the cursor in it is a key that is being typed.
"""

import json
import re

import yaml

CURSOR = "\ue000"
_KEY = re.compile(r"^(\s*(?:- )*)([\w:.-]*\$0[\w:.-]*)$", re.MULTILINE)
NAMES = ["block", "long", "flow", "json", "line"]
LISTS = ("Fn::GetAtt",)


class _Loader(yaml.SafeLoader):
    """Reads short functions as long ones, and every scalar as the text it is written as."""


def _function(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    make = loader.construct_sequence if isinstance(node, yaml.SequenceNode) else loader.construct_mapping
    return {name: make(node, deep=True)}


_Loader.add_multi_constructor("!", _function)
_Loader.yaml_implicit_resolvers = {}


def load(text):
    """A template's data, short functions as long ones; all scalars are texts."""
    return yaml.load(text, _Loader)


def notations(text, *, key):
    """The name and text of each notation, with `$0` at the cursor; `key` says that a key is being typed."""
    marked = marked_key(text) if key else text
    data = load(marked.replace("$0", CURSOR))
    yield "block", "t.yaml", text
    yield "long", "t.yaml", _block(data, 0).replace(CURSOR, "$0")
    yield "flow", "t.yaml", "".join(f"{name}: {_flow(value)}\n" for name, value in data.items()).replace(CURSOR, "$0")
    for name, indent in (("json", 2), ("line", None)):
        written = json.dumps(as_json(data), indent=indent, ensure_ascii=False)
        written = re.sub(rf'("[^"\n]*{CURSOR}[^"\n]*"): ""', r"\1", written) if key else written
        yield name, "t.json", written.replace(CURSOR, "$0")


def marked_key(text):
    """The text with a colon behind the key that is being typed, so that it can be read."""
    return _KEY.sub(r"\1\2:", text, count=1)


def _typed(name, value):
    return CURSOR in name and value in (None, "")


def _block(value, depth):
    lead = "  " * depth
    lines = []
    for name, inner in value.items():
        if _typed(name, inner):
            lines.append(f"{lead}{name}\n")
        elif isinstance(inner, dict):
            lines.append(f"{lead}{name}:\n{_block(inner, depth + 1)}")
        elif isinstance(inner, list):
            lines.append(f"{lead}{name}:\n" + "".join(_item(item, depth + 1) for item in inner))
        else:
            lines.append(f"{lead}{name}: {_scalar(inner)}\n")
    return "".join(lines)


def _item(item, depth):
    lead = "  " * depth
    if isinstance(item, dict) and item:
        return f"{lead}- " + _block(item, depth + 1).lstrip(" ")
    if isinstance(item, list):
        return f"{lead}- {_flow(item)}\n"
    return f"{lead}- {_scalar(item)}\n"


def _scalar(value):
    if value == CURSOR:
        return value
    return json.dumps(value, ensure_ascii=False) if re.search(r"[${}\[\]#*&!|>'\"%@`,\n ]|: |^$", value) else value


def _flow(value):
    if isinstance(value, dict):
        return "{" + ", ".join(n if _typed(n, v) else f"{_scalar(n)}: {_flow(v)}" for n, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def as_json(value):
    """Data as a JSON template has it: GetAtt with a list."""
    if isinstance(value, dict):
        return {name: _attribute(name, as_json(inner)) for name, inner in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list) else value


def _attribute(name, value):
    return value.split(".", 1) if name in LISTS and isinstance(value, str) else value


def meant(label):
    """The labels that an expectation stands for."""
    word, _, name = label.partition(" ")
    match word:
        case "ref":
            return {f"!Ref {name}", f'{{"Ref": "{name}"}}'}
        case "att":
            target, _, attribute = name.partition(" ")
            whole = f'{{"Fn::GetAtt": ["{target}", "{attribute}"]}}'
            return {f"{target}.{attribute}", attribute, f"!GetAtt {target}.{attribute}", whole}
        case "fn":
            return {f"!{name}", f"Fn::{name}", name}
    return {label}
