"""Intrinsic functions: where each may stand, what its arguments may be, and which can give a value of a kind."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.cloudformation import vocabulary as words
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema
from lsp_server.dialects.cloudformation.schema_files import Json, other_file

EXTENSIONS = "AWS::LanguageExtensions"
FOR_EACH = "Fn::ForEach"
_LISTS = frozenset({"Fn::GetAZs", "Fn::Split", "Fn::Cidr"})
_ANY = frozenset({"Fn::If", "Fn::GetAtt", "Fn::FindInMap", "Fn::Select", "Fn::Transform", "Ref"})
_NUMBERS = frozenset({"Fn::Length"})
_POLICIES = ("Fn::FindInMap", "Fn::If", "Fn::Select", "Fn::Sub", "Ref")
_NO_FUNCTIONS: Path = ()


def is_function(name: object) -> bool:
    """Whether a step of a path is a function, long or short, and not a loop."""
    return isinstance(name, str) and (name == "Ref" or name.startswith("Fn::")) and not name.startswith(FOR_EACH)


def gives(function: str, known: Property | None) -> bool:
    """Whether a function can give a value that a property takes, as far as both are told by their types."""
    if known is None or not known.types or function in _ANY:
        return True
    kinds = set(known.types)
    if function in _LISTS:
        return "array" in kinds
    if function in _NUMBERS:
        return bool(kinds & {"integer", "number", "string"})
    return bool(kinds - {"array", "object"})


def allowed_at(path: Path, *, extended: bool) -> tuple[str, ...]:
    """The functions that may stand at a place that is not the argument of another; `extended`: with its transform."""
    names: Iterable[str] = ()
    match path:
        case ("Conditions", _, *_):
            names = (*words.CONDITION_FUNCTIONS,)
            names = (name for name in names if name not in ("Ref", "Fn::FindInMap"))
        case ("Rules", _, "RuleCondition", *_) | ("Rules", _, "Assertions", int(), "Assert", *_):
            names = ("Condition", *words.RULE_FUNCTIONS)
        case ("Resources", _, "DeletionPolicy" | "UpdateReplacePolicy"):
            names = _POLICIES if extended else ()
        case ("Resources", _, "Type" | "Condition" | "DependsOn" | "IgnoreGlobals", *_):
            names = ()
        case ("Outputs", _, "Export", "Name"):
            names = (name for name in words.FUNCTIONS if name != "Fn::GetStackOutput")
        case ("Resources", _, _, *_) | ("Outputs", _, "Value", *_) | ("Globals", _, _, *_):
            names = words.FUNCTIONS
    return tuple(name for name in names if extended or name not in words.EXTENSIONS)


def allowed_in(schema: ResourceSchema, path: Path) -> tuple[str, ...]:
    """The functions that may stand as, or in, an argument of another function."""
    for one in schema.certain_at(path):
        names = one.get("functions")
        if isinstance(names, list):
            return tuple(str(name) for name in names)
    return ()


@lru_cache(maxsize=64)
def arguments(function: str, *, extended: bool, rules: bool) -> ResourceSchema | None:
    """What a function takes: `extended` with its transform, `rules` inside the section of rules."""
    raw = other_file("functions", f"{function.removeprefix('Fn::').lower()}.json")
    if not raw:
        raw = words.ARGUMENTS.get(function, {})
    held = {EXTENSIONS: extended, "Rules": rules}
    return ResourceSchema(f"Language::{function}", _plain(raw, raw, held)) if raw else None


def _plain(raw: object, root: Json, held: dict[str, bool]) -> Json:
    """cfn-lint's schema of an argument as a plain one: contexts unfolded, its tests of the template decided."""
    found = _unfolded(raw, root, held)
    return found if isinstance(found, dict) else {}


def _unfolded(value: object, root: Json, held: dict[str, bool]) -> object:
    if isinstance(value, list):
        return [_unfolded(item, root, held) for item in value]
    if not isinstance(value, dict):
        return value
    context = value.get("cfnContext")
    if isinstance(context, dict):
        listed = context.get("functions")
        names = _pointed(root, listed["$ref"]) if isinstance(listed, dict) else listed
        inner = _unfolded(context.get("schema", {}), root, held)
        rest = {key: one for key, one in value.items() if key != "cfnContext"}
        return {**rest, **(inner if isinstance(inner, dict) else {}), "functions": names or []}
    if isinstance(value.get("$ref"), str):
        return _unfolded(_pointed(root, value["$ref"]), root, held)
    test = value.get("if")
    if isinstance(test, dict) and isinstance(check := test.get("dynamicValidation"), dict):
        asked = check.get("transformCheck", check.get("pathCheck"))
        chosen = _unfolded(value.get("then" if held.get(str(asked)) else "else", {}), root, held)
        rest = {key: _unfolded(one, root, held) for key, one in value.items() if key not in ("if", "then", "else")}
        return {**rest, **(chosen if isinstance(chosen, dict) else {})}
    return {key: _unfolded(inner, root, held) for key, inner in value.items()}


def _pointed(root: object, pointer: str) -> object:
    for step in pointer.removeprefix("#/").split("/"):
        inside = root.get(step) if isinstance(root, dict) else None
        root = root[int(step)] if isinstance(root, list) else inside
    return root
