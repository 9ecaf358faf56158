"""The template language itself as schemas, made of cfn-lint's own: sections, resource attributes, policies.

So a place outside a resource's properties is completed and explained in the same way as one inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from lsp_server.dialects.cloudformation import vocabulary as words
from lsp_server.dialects.cloudformation.calls import arguments
from lsp_server.dialects.cloudformation.schema import ResourceSchema, Schemas
from lsp_server.dialects.cloudformation.schema_files import Json, other_file

PREFIX = "Language::"
_SNAPSHOTS = frozenset(
    f"AWS::{name}"
    for name in (
        "DocDB::DBCluster",
        "EC2::Volume",
        "ElastiCache::CacheCluster",
        "ElastiCache::ReplicationGroup",
        "Neptune::DBCluster",
        "RDS::DBCluster",
        "RDS::DBInstance",
        "Redshift::Cluster",
    )
)
_SIGNAL: Json = {
    "type": "object",
    "properties": {
        "Count": {"type": "integer", "description": "How many signals of success there have to be."},
        "Timeout": {"type": "string", "description": "How long the signals are waited for, as `PT15M`."},
    },
}
_SUCCESSFUL: Json = {"type": "object", "properties": {"MinSuccessfulInstancesPercent": {"type": "integer"}}}
_CREATION: Mapping[str, dict[str, Json]] = {
    "AWS::AppStream::Fleet": {"StartFleet": {"type": "boolean"}},
    "AWS::AutoScaling::AutoScalingGroup": {"AutoScalingCreationPolicy": _SUCCESSFUL, "ResourceSignal": _SIGNAL},
    "AWS::CloudFormation::WaitCondition": {"ResourceSignal": _SIGNAL},
    "AWS::EC2::Instance": {"ResourceSignal": _SIGNAL},
}
_GLOBALS = ("Function", "Api", "HttpApi", "SimpleTable", "StateMachine", "LayerVersion", "WebSocketApi")


@lru_cache(maxsize=256)
def part(name: str, resource_type: str = "", *, serverless: bool = False) -> ResourceSchema:
    """A part of the language: `Template`, `Resource`, `Policy` or one of those that a file of cfn-lint describes.

    `Resource` depends on the type of the resource, and with `Template` on whether the template is one of SAM. Of a
    `Policy` it is told what it is attached to: `identity`, `resource`, `resource_ecr` or `trust`.
    """
    match name:
        case "Template":
            raw = _template(serverless=serverless)
        case "Policy":
            raw = _policy(resource_type)
        case "Resource":
            raw = _resource(resource_type, serverless=serverless)
        case "Metadata":
            raw = _joined({key: other_file("metadata", file) for key, file in _METADATA.items()})
        case "Parameter" | "Output" | "Rule":
            folder, described = _ENTRIES[name]
            raw = _entry(other_file(folder, "configuration.json"), described)
        case _:
            raw = other_file(*_FILES[name])
    if name == "Parameter":
        raw = _with(raw, Type={"type": "string", "enum": list(words.PARAMETER_TYPES)})
    return ResourceSchema(PREFIX + (f"{name}::{resource_type}" if resource_type else name), raw)


def named(name: str, known: Schemas) -> ResourceSchema | None:
    """The part of that name, as its schema has it; None where there is none."""
    kind, _, of = name.removeprefix(PREFIX).partition("::")
    if kind == "Globals":
        return globals_of("", known)
    if kind == "Fn":
        return arguments(f"Fn::{of}", extended=True, rules=False)
    known_kind = kind in (*_ENTRIES, *_FILES, "Template", "Policy", "Resource", "Metadata")
    return part(kind, of, serverless=True) if known_kind else None


_ENTRIES = {
    "Parameter": ("parameters", words.PARAMETER_ATTRIBUTES),
    "Output": ("outputs", words.OUTPUT_ATTRIBUTES),
    "Rule": ("rules", words.RULE_ATTRIBUTES),
}
_FILES = {
    "StateMachine": ("step_functions", "statemachine.json"),
    "Document": ("ssm", "document.json"),
}
_METADATA = {"AWS::CloudFormation::Interface": "interface.json", "cfn-lint": "cfn_lint.json"}


@lru_cache(maxsize=16)
def globals_of(kind: str, known: Schemas) -> ResourceSchema | None:
    """What `Globals` may say of a kind of serverless resources; without a kind, which kinds there are."""
    kinds = other_file("sam", "globals.json").get("properties")
    listed = kinds if isinstance(kinds, dict) else {}
    if not kind:
        shapes: dict[str, Json] = {name: {"type": "object"} for name in (*_GLOBALS, *listed) if name in listed}
        return ResourceSchema(f"{PREFIX}Globals", _object(shapes))
    schema = known.get(f"AWS::Serverless::{kind}")
    names = listed.get(kind, {}).get("properties", {})
    own = schema.raw.get("properties") if schema is not None else None
    if schema is None or not isinstance(own, dict):
        return None
    shapes = {name: own.get(name, shape) for name, shape in names.items()}
    return ResourceSchema(schema.name, {**schema.raw, "properties": shapes, "required": []})


def _object(properties: Mapping[str, Json]) -> Json:
    return {"type": "object", "properties": dict(properties)}


def _joined(parts: Mapping[str, Json]) -> Json:
    """An object whose properties are described by schemas that refer to parts of themselves."""
    moved = {name: _moved(raw, "#/", f"#/definitions/{name.replace('/', '~1')}/") for name, raw in parts.items()}
    return {**_object(moved), "definitions": moved}


def _described(shape: Json, text: str) -> Json:
    return {"description": text, **shape} if text else shape


def _with(raw: Json, **properties: Json) -> Json:
    """A schema with some of its properties told further."""
    own = raw.get("properties")
    known = own if isinstance(own, dict) else {}
    return {**raw, "properties": {**known, **{name: {**known.get(name, {}), **p} for name, p in properties.items()}}}


def _entry(raw: Json, described: Mapping[str, str]) -> Json:
    """The schema of each entry of a section, in the order of our own words, with what they say of it."""
    patterns = raw.get("patternProperties")
    inner: Json = next(iter(patterns.values()), {}) if isinstance(patterns, dict) else {}
    definitions = raw.get("definitions")
    if isinstance(pointer := inner.get("$ref"), str) and isinstance(definitions, dict):
        inner = definitions.get(pointer.rpartition("/")[2], {})
    listed = inner.get("properties")
    known: dict[str, Json] = listed if isinstance(listed, dict) else {}
    names = dict.fromkeys([name for name in described if name in known] + list(known))
    properties = {name: _described(known[name], described.get(name, "")) for name in names}
    return {**inner, "properties": properties, "definitions": definitions or {}}


def _template(*, serverless: bool) -> Json:
    plain: Json = {"type": "string"}
    shapes: dict[str, Json] = {name: {"type": "object"} for name in words.SECTIONS}
    shapes["AWSTemplateFormatVersion"] = {"type": "string", "enum": ["2010-09-09"]}
    shapes["Description"] = plain
    macro: Json = {**other_file("transforms", "configuration.json"), "enum": list(words.TRANSFORMS)}
    shapes["Transform"] = {**macro, "items": macro}
    if not serverless:
        del shapes["Globals"]
    raw = _object({name: _described(shape, words.SECTIONS[name]) for name, shape in shapes.items()})
    return {**raw, "required": ["Resources"]}


def _resource(kind: str, *, serverless: bool) -> Json:
    custom = kind.startswith(("Custom::", "AWS::CloudFormation::CustomResource"))
    kept = ["Delete", "Retain", *(["Snapshot"] if kind in _SNAPSHOTS else [])]
    shapes: dict[str, Json] = {
        "Type": {"type": "string"},
        "Properties": {"type": "object"},
        "Condition": {"type": "string"},
        "DependsOn": {"type": ["string", "array"], "items": {"type": "string"}},
        "DeletionPolicy": {"type": "string", "enum": [*kept, "RetainExceptOnCreate"]},
        "UpdateReplacePolicy": {"type": "string", "enum": kept},
        "Metadata": _object({"AWS::CloudFormation::Init": _init()}),
    }
    shapes["CreationPolicy"] = _object(_CREATION.get(kind, {}))
    shapes["UpdatePolicy"] = _update_policy(kind)
    if custom:
        shapes["Version"] = {"type": "string"}
    if serverless:
        shapes["Connectors"] = {"type": "object", "additionalProperties": _object({"Properties": _CONNECTOR})}
        shapes["IgnoreGlobals"] = {"type": ["string", "array"], "enum": ["*"], "items": {"type": "string"}}
    order = [name for name in words.RESOURCE_ATTRIBUTES if name in shapes]
    described = {**words.RESOURCE_ATTRIBUTES, **words.SAM_ATTRIBUTES}
    shown = {name: _described(shapes[name], described.get(name, "")) for name in dict.fromkeys([*order, *shapes])}
    definitions = [other_file("resources", file).get("definitions") for file in ("update_policy.json", "cfn_init.json")]
    merged = {name: one for part in definitions if isinstance(part, dict) for name, one in part.items()}
    return {**_object(shown), "required": ["Type"], "definitions": merged}


_CONNECTOR: Json = {
    "type": "object",
    "properties": {
        "Destination": {"type": ["object", "array"], "properties": {"Id": {"type": "string"}}},
        "Permissions": {"type": "array", "items": {"type": "string", "enum": ["Read", "Write"]}},
        "SourceReference": {"type": "object", "properties": {"Qualifier": {"type": "string"}}},
    },
    "required": ["Destination", "Permissions"],
}


def _init() -> Json:
    raw = other_file("resources", "cfn_init.json")
    return {name: value for name, value in raw.items() if name != "definitions"}


def _update_policy(kind: str) -> Json:
    """What `UpdatePolicy` may hold for a type of resource: nothing for most."""
    rules = other_file("resources", "update_policy.json").get("allOf")
    for rule in rules if isinstance(rules, list) else ():
        asked = rule.get("if", {}).get("properties", {}).get("Type", {})
        told = rule.get("then", {}).get("properties", {}).get("UpdatePolicy")
        if told and kind in (asked.get("const"), *asked.get("enum", ())):
            return dict(told)
    return {"type": "object"}


def _policy(kind: str) -> Json:
    """A policy document: whom it is attached to decides what a statement may hold."""
    common, own = other_file("iam", "policy.json"), other_file("iam", f"policy_{kind}.json")
    common, own = _moved(common, "#/", "#/definitions/policy/"), _moved(own, "policy#/", "#/definitions/policy/")
    definitions = own.get("definitions")
    whole = {**own, "definitions": {**(definitions if isinstance(definitions, dict) else {}), "policy": common}}
    return _with(whole, Version={"enum": ["2012-10-17", "2008-10-17"], "type": "string"})


def _moved(raw: Json, before: str, after: str) -> Json:
    """A schema whose references begin anew: it becomes a part of another."""

    def moved(value: object) -> object:
        if isinstance(value, dict):
            return {key: moved(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [moved(item) for item in value]
        return after + value.removeprefix(before) if isinstance(value, str) and value.startswith(before) else value

    return {key: moved(value) for key, value in raw.items()}
