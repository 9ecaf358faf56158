"""What CloudFormation makes of a value for given parameters, as far as the template tells; the rest stays symbolic.

Two values that come to the same have the same meaning: a Join and the Sub that replaces it, a literal and the Ref of a
parameter of that default, a chain of conditions and the lookup in a mapping.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_VARIABLE = re.compile(r"\$\{(!?)\s*([^${}]*?)\s*\}")
_CONCATENATED = "Fn::Concatenated"  # a function of our own: strings and values, put together
NOTHING = {"Ref": "AWS::NoValue"}

Data = Mapping[str, object]


@dataclass(frozen=True)
class Environment:
    """What names stand for. `given`: parameters and pseudo parameters, as strings or lists of strings.

    A condition of `spelled_out` that another one names is put in its place.
    """

    given: Data = field(default_factory=dict)
    mappings: Data = field(default_factory=dict)
    conditions: Data = field(default_factory=dict)
    spelled_out: frozenset[str] = frozenset()
    decided: dict[str, bool | None] = field(default_factory=dict, compare=False)


def evaluate(value: object, known: Environment) -> object:
    """The value that plain data comes to. Numbers and booleans are the strings that CloudFormation takes them for."""
    if isinstance(value, list):
        return [inner for item in value if (inner := evaluate(item, known)) != NOTHING]
    if isinstance(value, Mapping):
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return _function(name, argument, known)
            if name == "Condition" and argument in known.spelled_out:
                return evaluate(known.conditions.get(str(argument)), known)
        inner = ((key, evaluate(item, known)) for key, item in value.items())
        return {key: item for key, item in inner if item != NOTHING}
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _function(name: str, argument: object, known: Environment) -> object:
    match name, argument:
        case "Ref", str() if argument in known.given:
            return known.given[argument]
        case "Fn::Sub", str():
            return _put_together(_substituted(argument, {}, known))
        case "Fn::Sub", [str() as text, dict() as variables]:
            return _put_together(_substituted(text, variables, known))
        case "Fn::If", [str() as condition, then, otherwise]:
            if (holds := condition_holds(condition, known)) is not None:
                return evaluate(then if holds else otherwise, known)
        case "Fn::GetAtt", [str() as owner, str() as attribute]:
            return {name: f"{owner}.{attribute}"}
    return _of_evaluated(name, evaluate(argument, known), known)


def _of_evaluated(name: str, argument: object, known: Environment) -> object:
    match name, argument:
        case "Fn::Join", [str() as between, list() as parts]:
            return _put_together(_joined(between, parts))
        case "Fn::FindInMap", [str(), str(), str(), *_] as steps:
            if (found := _looked_up(steps, known)) is not None:
                return found
    return {name: argument}


def _substituted(text: str, variables: Data, known: Environment) -> Iterator[object]:
    at = 0
    for hit in _VARIABLE.finditer(text):
        yield text[at : hit.start()]
        at = hit.end()
        if hit[1]:
            yield f"${{{hit[2]}}}"
        elif hit[2] in variables:
            yield evaluate(variables[hit[2]], known)
        elif "." in hit[2]:
            yield {"Fn::GetAtt": hit[2]}
        else:
            yield evaluate({"Ref": hit[2]}, known)
    yield text[at:]


def _joined(between: str, parts: list[object]) -> Iterator[object]:
    for number, part in enumerate(parts):
        if number:
            yield between
        yield part


def _put_together(parts: Iterable[object]) -> object:
    found: list[object] = []
    for part in parts:
        inner = part.get(_CONCATENATED) if isinstance(part, Mapping) else None
        for piece in inner if isinstance(inner, list) else (part,):
            if isinstance(piece, str) and found and isinstance(found[-1], str):
                found[-1] += piece
            elif piece != "":
                found.append(piece)
    return {_CONCATENATED: found} if len(found) > 1 else found[0] if found else ""


def _looked_up(steps: Sequence[object], known: Environment) -> object:
    name, first, second, *rest = steps
    at: object = known.mappings
    for key in (name, first, second):
        at = at.get(str(key)) if isinstance(at, Mapping) else None
    if at is None and rest and isinstance(rest[0], Mapping) and name in known.mappings:
        return rest[0].get("DefaultValue")
    return None if at is None else evaluate(at, Environment())


def condition_holds(name: str, known: Environment) -> bool | None:
    """Whether a condition holds; None where that is not known."""
    if name not in known.decided:
        known.decided[name] = None  # for one that is its own part
        known.decided[name] = _holds(known.conditions.get(name), known)
    return known.decided[name]


def _holds(condition: object, known: Environment) -> bool | None:
    match condition:
        case {"Condition": str() as name}:
            return condition_holds(name, known)
        case {"Fn::Equals": [one, other]}:
            sides = evaluate(one, known), evaluate(other, known)
            return sides[0] == sides[1] if all(isinstance(side, str) for side in sides) else None
        case {"Fn::Not": [inner]}:
            holds = _holds(inner, known)
            return None if holds is None else not holds
        case {"Fn::And": list() as parts}:
            return _all({_holds(part, known) for part in parts}, decisive=False)
        case {"Fn::Or": list() as parts}:
            return _all({_holds(part, known) for part in parts}, decisive=True)
    return None


def _all(found: set[bool | None], *, decisive: bool) -> bool | None:
    """And, or Or: what one part decides, the others cannot change."""
    if decisive in found:
        return decisive
    return None if None in found else not decisive
