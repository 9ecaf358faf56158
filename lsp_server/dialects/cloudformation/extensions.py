"""What cfn-lint knows of resource types beyond their schemas: values by region, and those that depend on others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from lsp_server.dialects.cloudformation.applies import Written, holds
from lsp_server.dialects.cloudformation.schema_files import Json, package
from lsp_server.dialects.cloudformation.tree import Scalar

_TESTED = ("if", "allOf")
_DEPRECATED = "deprecated"
_INSTANCE_TYPES: dict[str, str] = {
    "AWS::EC2::LaunchTemplate": "aws_ec2_instance/instancetype_enum.json",
    "AWS::EC2::EC2Fleet": "aws_ec2_instance/instancetype_enum.json",
    "AWS::EC2::CapacityReservationFleet": "aws_ec2_instance/instancetype_enum.json",
    "AWS::AutoScaling::LaunchConfiguration": "aws_ec2_instance/instancetype_enum.json",
    "AWS::GameLift::GameServerGroup": "aws_ec2_instance/instancetype_enum.json",
    "AWS::EMR::Cluster": "aws_emr_cluster/instancetypeconfig_instancetype_enum.json",
    "AWS::EMR::InstanceFleetConfig": "aws_emr_cluster/instancetypeconfig_instancetype_enum.json",
    "AWS::EMR::InstanceGroupConfig": "aws_emr_cluster/instancetypeconfig_instancetype_enum.json",
    "AWS::SageMaker::Cluster": "aws_sagemaker_cluster/instancetype_enum.json",
    "AWS::SageMaker::ModelPackage": "aws_sagemaker_transform/instancetype_enum.json",
    "AWS::SageMaker::InferenceExperiment": "aws_sagemaker_hosting/instancetype_enum.json",
    "AWS::SageMaker::EndpointConfig": "aws_sagemaker_hosting/instancetype_enum.json",
    "AWS::AmazonMQ::Broker": "aws_amazonmq_broker/instancetype_enum.json",
    "AWS::ElastiCache::ReplicationGroup": "aws_elasticache_cachecluster/cachenodetype_enum.json",
}
"""Types whose instance types are in a file of another name."""


class Rule(msgspec.Struct, rename={"condition": "if", "then": "then"}):
    """What follows from a condition; what that is, is read when the condition holds."""

    condition: dict[str, Any]
    then: msgspec.Raw = msgspec.Raw(b"{}")
    otherwise: msgspec.Raw = msgspec.field(default=msgspec.Raw(b"{}"), name="else")


class _Rules(msgspec.Struct, rename={"rules": "allOf"}):
    rules: list[Rule]


def _folder(resource_type: str) -> Path | None:
    root = package()
    return root / "data" / "schemas" / "extensions" / resource_type.lower().replace("::", "_") if root else None


class Extensions:
    """What follows from the properties of a resource that are written, for one type in some regions."""

    def __init__(self, resource_type: str, regions: tuple[str, ...], properties: frozenset[str]) -> None:
        self._type, self._regions, self._properties = resource_type, regions, properties
        self._latest: tuple[object, Sequence[Json]] = (None, ())

    @cached_property
    def _by_value(self) -> tuple[dict[tuple[str, str], list[Rule]], list[Rule]]:
        """The rules by the one property and value that they ask for, and the others."""
        known: dict[tuple[str, str], list[Rule]] = {}
        others: list[Rule] = []
        for rule in self._read():
            asked = rule.condition.get("properties")
            if not isinstance(asked, dict) or not asked.keys() <= self._properties:
                continue
            consts = [(name, one.get("const")) for name, one in asked.items() if isinstance(one, dict)]
            fixed = [(name, const) for name, const in consts if isinstance(const, str)]
            known.setdefault(fixed[0], []).append(rule) if fixed else others.append(rule)
        return known, others

    def _read(self) -> Iterator[Rule]:
        folder = _folder(self._type)
        for path in sorted(folder.glob("*.json")) if folder is not None and folder.is_dir() else ():
            if _DEPRECATED not in path.name:
                for region in self._regions if path.stem.endswith("_enum") else ("",):
                    yield from _rules(path.read_bytes(), region)

    @cached_property
    def _asked(self) -> frozenset[str]:
        """The properties that any rule asks for."""
        known, others = self._by_value
        rules = [*others, *(rule for rules in known.values() for rule in rules)]
        return frozenset(name for rule in rules for name in rule.condition.get("properties", ()))

    def __call__(self, written: Written) -> Sequence[Json]:
        """What else holds of the properties, as schemas."""
        asked = [(name, written.child(name)) for name in sorted(written.keys() & self._asked)]
        state = tuple((name, None if one.known is None else one.known.green.raw) for name, one in asked)
        if self._latest[0] != state:
            self._latest = state, self._told(written)
        return self._latest[1]

    def _told(self, written: Written) -> Sequence[Json]:
        known, others = self._by_value
        found = list(others)
        for name in written.keys() if known else ():
            value = written.child(name).known
            if isinstance(value, Scalar):
                found += known.get((name, value.value), known.get((name, value.value.lower()), ()))
        told: list[Json] = []
        for rule in found:
            verdict = holds(rule.condition, written, _resolve)
            if verdict is not None:
                told.append(msgspec.json.decode(rule.then if verdict else rule.otherwise, type=dict))
        return told


def _resolve(_pointer: str) -> Json | None:
    return None  # they refer to nothing


def _rules(raw: bytes, region: str) -> list[Rule]:
    """The rules in a file, or in the part of it that is about a region."""
    try:
        if region:
            raw = bytes(msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).get(region, b"{}"))
        whole = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        if "if" in whole:
            return [msgspec.json.decode(raw, type=Rule)]
        return msgspec.json.decode(raw, type=_Rules).rules if "allOf" in whole else []
    except msgspec.DecodeError:
        return []  # it holds something else


@lru_cache(maxsize=32)
def extensions(
    resource_type: str, regions: tuple[str, ...], properties: frozenset[str]
) -> Callable[[Written], Sequence[Json]]:
    """The extensions of a type, which has those properties."""
    return Extensions(resource_type, regions, properties)


def regional_values(resource_type: str, path: tuple[str, ...], regions: tuple[str, ...]) -> tuple[str, ...]:
    """The values allowed in all of some regions that cfn-lint keeps apart from the schema, as of an instance type."""
    folder = _folder(resource_type)
    if folder is None or not path:
        return ()
    file = folder / ("_".join(path).lower() + "_enum.json")
    if resource_type in _INSTANCE_TYPES and path[-1] in ("InstanceType", "HostInstanceType", "CacheNodeType"):
        file = folder.parent / _INSTANCE_TYPES[resource_type]
    first, *others = (_regional(file, region) for region in regions)
    return tuple(value for value in first if all(value in other for other in others if other))


@lru_cache(maxsize=64)
def _regional(path: Path, region: str) -> tuple[str, ...]:
    if not path.is_file():
        return ()
    found = msgspec.json.decode(path.read_bytes(), type=dict[str, msgspec.Raw]).get(region)
    whole = msgspec.json.decode(found) if found is not None else {}
    values = whole.get("enum") if isinstance(whole, dict) else None
    return tuple(str(value) for value in values) if isinstance(values, list) else ()


def outdated_values(resource_type: str, name: str) -> frozenset[str]:
    """The allowed values of a property that go out of use: runtimes, engine versions without new instances."""
    if name == "Runtime" and resource_type in _RUNTIMES:
        return _old_runtimes()
    folder = _folder(resource_type)
    path = folder / "engine_version_deprecated.json" if folder is not None and name == "EngineVersion" else None
    return _old_versions(path) if path is not None else frozenset()


_RUNTIMES = ("AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::Serverless::Function")


@lru_cache(maxsize=1)
def _old_runtimes() -> frozenset[str]:
    root = package()
    path = root / "data" / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json" if root is not None else None
    told = msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, Any]]) if path and path.is_file() else {}
    today = date.today().isoformat()
    return frozenset(name for name, one in told.items() if str(one.get("deprecated", "9")) <= today)


@lru_cache(maxsize=4)
def _old_versions(path: Path) -> frozenset[str]:
    rules = _rules(path.read_bytes(), "") if path.is_file() else []
    told = [rule.condition.get("properties", {}).get("EngineVersion", {}) for rule in rules]
    return frozenset(str(version) for one in told for version in one.get("enum", ()))
