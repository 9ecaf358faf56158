"""Runs in the worker: keeps cfn-lint's validation errors beside its matches, and reads the facts out of both."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cfnlint.jsonschema import ValidationError
from cfnlint.match import Match
from cfnlint.rules.jsonschema.Base import BaseJsonSchema

from lsp_server.linters.cfn_lint_messages import Facts, read_message

_ERROR = "lintel_error"
_ENUMS = frozenset(["enum", "enumCaseInsensitive"])
# What has an unknown name is not looked into, nor is the value of a reference to nothing; E0002 is a rule that gave up.
_HIDING = frozenset(["E0002", "E1001", "E3001", "E3006"])
_HIDING_HERE = frozenset(["E3002", "E1010", "E1019", "E1020"])  # within the resource, and of what it refers to
_OF_NOTHING = frozenset(["E1019", "E1020"])  # references
_GAVE_UP = "raised while validating"  # a rule that failed, and all others with it
_NOT_TRANSFORMED = "E0001"  # nothing else was looked at
_LARGEST = 400  # values and names in one fact; past that it is left out
_BOUND = re.compile(
    r"(exclusive)?(min|max)(imum|Length|Items|UniqueItems|Properties|Contains)|multipleOf", re.IGNORECASE
)


def keep_errors() -> None:
    """From now on every match that comes from a schema remembers its ValidationError; nothing else changes."""
    convert = BaseJsonSchema._convert_validation_errors_to_matches

    def converting(rule: BaseJsonSchema, path: Sequence[str], error: ValidationError) -> Any:
        matches = convert(rule, path, error)
        if matches:
            setattr(matches[0], _ERROR, error)  # cfn-lint copies a rule match's attributes to the Match
        return matches

    BaseJsonSchema._convert_validation_errors_to_matches = converting


def facts(match: Match, template: object) -> Facts:
    """Everything known about a match, by the keys of cfn_lint_messages; plain data, no node of cfn-lint's."""
    error: ValidationError | None = getattr(match, _ERROR, None)
    found = _resource(getattr(match, "path", None), template)
    if error is not None:
        found |= _schema_facts(error)
    told = read_message(match.message)
    if _lower(told.get("allowed")) != _lower(found.get("allowed")) and told.get("allowed"):
        found.pop("allowed", None)  # the words of a rule of cfn-lint's own, and not what its schema asks for
    if any("resources/aws::" in value for value in _lower(found.get("allowed"))):
        del found["allowed"]
    found = told | found if found.get("validator") in _ENUMS else found | told  # its message may be in lower case
    if match.rule.id in _HIDING or _GAVE_UP in match.message:
        found["hides"] = True
    elif match.rule.id in _HIDING_HERE:
        found["hides"] = "here"
    elif found.get("validator") == "type" and {"object", "array"} & set(_strings(found.get("types"))):
        found["hides"] = "inside"
    if match.rule.id == _NOT_TRANSFORMED:
        found["hides"] = "all"
    if found.get("missing") or found.get("one_of") or (match.rule.id in _OF_NOTHING and found.get("allowed")):
        found["alone"] = True
    if not found.get("name") and match.rule.id in {"W2001", "W7001", "W8001"}:
        path = getattr(match, "path", None) or [""]
        found["name"] = str(path[-1])
    return found


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _lower(values: object) -> list[str]:
    return [str(value).lower() for value in values] if isinstance(values, list) else []


def _resource(path: object, template: object) -> Facts:
    if not isinstance(path, list) or len(path) < 2 or path[0] != "Resources" or not isinstance(template, dict):
        return {}
    found: Facts = {"logical_id": str(path[1])}
    resources = template.get("Resources")
    resource = resources.get(path[1]) if isinstance(resources, dict) else None
    kind = resource.get("Type") if isinstance(resource, dict) else None
    if isinstance(kind, str):
        found["resource_type"] = str(kind)
    return found


def _schema_facts(error: ValidationError) -> Facts:
    found: Facts = {}
    keyword, value, schema = error.validator, error.validator_value, error.schema
    if isinstance(keyword, str):
        found["validator"] = keyword
    if error.schema_path:
        found["schema_path"] = [part if isinstance(part, int) else str(part) for part in error.schema_path]
    _instance_facts(found, keyword, error.instance)
    if keyword == "additionalProperties" and error.path:
        found["property"] = str(error.path[-1])
        if isinstance(schema, dict) and isinstance(schema.get("properties"), dict):
            found["properties"] = sorted(map(str, schema["properties"]))
    found |= _expected(keyword, value)
    return found


def _expected(keyword: object, value: object) -> Facts:
    """What the schema's `keyword` wanted."""
    if keyword in {"requiredXor", "requiredOr"} and isinstance(value, list):
        return {"one_of": [str(name) for name in value]}
    if keyword == "type" and isinstance(value, (str, list)):
        return {"types": [value] if isinstance(value, str) else [str(kind) for kind in value]}
    if keyword in _ENUMS and isinstance(value, list):
        return {} if _keywords(value) else {"allowed": plain(value)}
    if keyword == "const":
        return {"allowed": [plain(value)]}
    found: Facts = {}
    if keyword in {"pattern", "format"} and isinstance(value, str):
        found[str(keyword)] = value
    elif isinstance(keyword, str) and _BOUND.fullmatch(keyword) and isinstance(value, (int, float)):
        found["limit"] = value
    return found


def _keywords(value: list[object]) -> bool:
    """Whether it is the places that a rule is about, which some rules of cfn-lint give instead of the values."""
    return bool(value) and all(isinstance(one, str) and one.startswith("Resources/") for one in value)


def _instance_facts(found: Facts, keyword: object, instance: object) -> None:
    if isinstance(instance, Mapping) and keyword in {
        "required",
        "requiredXor",
        "requiredOr",
        "dependentRequired",
        "dependentExcluded",
        "additionalProperties",
        "tagging",
    }:
        found["present"] = [str(name) for name in instance]
    elif type(instance).__name__ != "Unset" and _small(instance):
        found["instance"] = plain(instance)


def _small(value: object, budget: int = _LARGEST) -> bool:
    return _size(value, budget) <= budget


def _size(value: object, budget: int) -> int:
    if budget < 0:
        return 1
    if isinstance(value, str):
        return 1 + len(value) // 20
    parts: Sequence[object] = ()
    if isinstance(value, Mapping):
        parts = [*value.values(), *value]
    elif isinstance(value, list):
        parts = value
    total = 1
    for part in parts:
        total += _size(part, budget - total)
        if total > budget:
            break
    return total


def plain(value: object) -> object:
    """`value` without cfn-lint's node classes: only what msgpack knows."""
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return int(value) if value.bit_length() < 64 else str(value)  # msgpack has no larger ones
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)
