"""The one place that reads cfn-lint's message texts, and the words for the facts that go with a finding.

cfn-lint's own validation error carries most facts as values; what it has only as text is taken from the text here.
The tests of this module run the real linter, so that a reworded message is noticed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Final

KEYS: Final = {
    "validator": "str: the schema keyword or check that failed: additionalProperties, required, requiredXor, "
    "requiredOr, dependentRequired, dependentExcluded, enum, const, type, pattern, format, minimum, maxLength …, "
    "ref, fn_getatt, fn_sub, fn_if, fn_findinmap …, cfnLint (a rule's own check); unset for rules without a schema",
    "instance": "the offending value where it is a scalar or a small list or map (plain data, functions in their long "
    "form: {'Ref': 'X'}); for Ref, GetAtt and Sub the name or attribute that is unknown",
    "property": "str: the property that must not be there (unknown, excluded by another, ignored or legacy)",
    "suggestion": "str: the name that cfn-lint thinks was meant, the runtime that follows one that has ended, or the "
    "service that is to be trusted",
    "properties": "list[str]: the properties that the object may have, for an unknown one; where the schema names them",
    "missing": "list[str]: the required properties of this finding that are not there (usually one)",
    "one_of": "list[str]: properties of which exactly one (requiredXor) or at least one (requiredOr) is required",
    "other": "str: the property that requires the missing one or excludes `property`",
    "present": "list[str]: the properties that the object has, for a missing or unknown one",
    "allowed": "list: the values that may stand here: enum, const, ids for a Ref or Sub, attributes for a GetAtt",
    "types": "list[str]: the JSON schema types that may stand here: string, integer, number, boolean, array, object",
    "pattern": "str: the regular expression that the value must match",
    "format": "str: the format that the value must have, as AWS::EC2::Subnet.Id or ipv4-network",
    "limit": "int or float: the bound of minimum, maximum, minLength, maxLength, minItems, maxItems and the like",
    "name": "str: the id that the finding is about: the parameter, condition or mapping that is not used, the resource "
    "type that does not exist, the dependency that is not needed",
    "twice": "str: the key that stands twice in one place",
    "logical_id": "str: the resource that the finding lies in",
    "resource_type": "str: the type of that resource",
    "schema_path": "list[str | int]: where in the schema the failing keyword stands",
    "parent": "str: the rule of the finding that this one is a detail of (one branch of anyOf or oneOf)",
    "hides": "True: other findings may stay unseen behind this one, and show when it is gone; here: those in the same "
    "resource and in parameters; inside: only such in its own place; all: any other",
    "alone": "True: it does not tell that what it lies in has a wrong name: something is left out, or nowhere declared",
    "file": "str: the other file that the finding is really about, such as a parameter file",
}
"""Every key that `Diagnostic.data` of cfn-lint may have, and what it holds. All are optional."""

Facts = dict[str, object]

_NAME = r"'(?P<{}>[^']*)'"
_REST = r"(?: when .* is resolved.*)?$"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[dict[str, str]], Facts]], ...] = (
    (
        re.compile(rf"^{_NAME.format('missing')} is a required property"),
        lambda m: {"missing": [m["missing"]]},
    ),
    (
        re.compile(r"^(?P<missing>\[.*\]) are required properties when using " + _NAME.format("other")),
        lambda m: {"missing": _literal(m["missing"]), "other": m["other"]},
    ),
    (
        re.compile(rf"^{_NAME.format('missing')} is a dependency of {_NAME.format('other')}$"),
        lambda m: {"missing": [m["missing"]], "other": m["other"]},
    ),
    (
        re.compile(rf"^{_NAME.format('property')} should not be included with {_NAME.format('other')}$"),
        lambda m: {"property": m["property"], "other": m["other"]},
    ),
    (
        re.compile(rf"^Additional properties are not allowed \({_NAME.format('property')} was unexpected\.? ?\)?"),
        lambda m: {"property": m["property"]},
    ),
    (
        re.compile(rf"^{_NAME.format('property')} does not match any of the regexes: "),
        lambda m: {"property": m["property"]},
    ),
    (
        re.compile(rf"^{_NAME.format('property')} is (?:ignored when|a legacy property)"),
        lambda m: {"property": m["property"]},
    ),
    (
        re.compile(rf"does not match expected service principal {_NAME.format('suggestion')}"),
        lambda m: {"suggestion": m["suggestion"]},
    ),
    (
        re.compile(rf"Please consider updating to {_NAME.format('suggestion')}"),
        lambda m: {"suggestion": m["suggestion"]},
    ),
    (
        re.compile(rf"Did you mean {_NAME.format('suggestion')}\?"),
        lambda m: {"suggestion": m["suggestion"]},
    ),
    (
        re.compile(
            r"^(?P<instance>'[^']*'|\"[^\"]*\"|[\w.+-]+) is not one of (?P<allowed>\[.*?\])"
            r"(?: in \[.*\]| \(case-insensitive\))?" + _REST
        ),
        lambda m: {"instance": _literal(m["instance"]), "allowed": _literal(m["allowed"])},
    ),
    (
        re.compile(r" is not of type (?P<types>'\w+'(?:, '\w+')*)" + _REST),
        lambda m: {"types": re.findall(r"\w+", m["types"])},
    ),
    (
        re.compile(rf"^Resource type {_NAME.format('name')} (?:does not exist in|is from a service)"),
        lambda m: {"name": m["name"]},
    ),
    (
        re.compile(r"^(?:Parameter (?P<name>\S+) not used\.|Condition (?P<condition>\S+) not used)$"),
        lambda m: {"name": m["name"] or m["condition"]},
    ),
    (
        re.compile(rf"^Duplicate found {_NAME.format('twice')}"),
        lambda m: {"twice": m["twice"]},
    ),
    (
        re.compile(rf"^Mapping {_NAME.format('name')} is defined but not used$"),
        lambda m: {"name": m["name"]},
    ),
    (
        re.compile(r'^Nested stack template parameter "(?P<missing>[^"]*)" is not specified'),
        lambda m: {"missing": [m["missing"]]},
    ),
    (
        re.compile(r'^Specified parameter "(?P<property>[^"]*)" doesn\'t exist in nested stack template'),
        lambda m: {"property": m["property"]},
    ),
    (
        re.compile(rf"^{_NAME.format('name')} dependency already enforced by a "),
        lambda m: {"name": m["name"]},
    ),
)


def _literal(text: str) -> object:
    """The value that cfn-lint printed with repr; the text itself where it is none."""
    try:
        value: object = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value


def read_message(message: str) -> Facts:
    """The facts that cfn-lint tells only in its message; empty for a text that is not known."""
    if len(message) > 50_000:
        return {}
    found: Facts = {}
    for pattern, facts in _PATTERNS:
        if match := pattern.search(message):
            for key, value in facts(match.groupdict()).items():
                found.setdefault(key, value)
    if not isinstance(found.get("allowed", []), list):
        del found["allowed"]  # a list that was not printed as one
    return found
