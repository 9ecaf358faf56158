"""Which keys may stand where in a template: in its sections, in a resource, below `Properties`, in a policy."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.cloudformation import policy_words, vocabulary
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, schemas
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence

SECTIONS = tuple(name for name in vocabulary.SECTIONS if name != "Globals")
RESOURCE_ATTRIBUTES = tuple(vocabulary.RESOURCE_ATTRIBUTES)
_SERVERLESS_ATTRIBUTES = (*RESOURCE_ATTRIBUTES, *vocabulary.SAM_ATTRIBUTES)
PARAMETER_ATTRIBUTES = tuple(vocabulary.PARAMETER_ATTRIBUTES)
OUTPUT_ATTRIBUTES = tuple(vocabulary.OUTPUT_ATTRIBUTES)
POLICY_DOCUMENT = ("Version", "Id", "Statement")
POLICY_STATEMENT = tuple(policy_words.STATEMENT)
_POLICIES = ("PolicyDocument", "Policy", "PolicyText")
POLICY_KINDS = {
    ("CreationPolicy",): ("ResourceSignal", "AutoScalingCreationPolicy", "StartFleet"),
    ("CreationPolicy", "ResourceSignal"): ("Count", "Timeout"),
    ("CreationPolicy", "AutoScalingCreationPolicy"): ("MinSuccessfulInstancesPercent",),
    ("UpdatePolicy",): (
        "AutoScalingReplacingUpdate",
        "AutoScalingRollingUpdate",
        "AutoScalingScheduledAction",
        "CodeDeployLambdaAliasUpdate",
        "EnableVersionUpgrade",
        "UseOnlineResharding",
    ),
    ("UpdatePolicy", "AutoScalingReplacingUpdate"): ("WillReplace",),
    ("UpdatePolicy", "AutoScalingRollingUpdate"): (
        "MaxBatchSize",
        "MinActiveInstancesPercent",
        "MinInstancesInService",
        "MinSuccessfulInstancesPercent",
        "PauseTime",
        "SuspendProcesses",
        "WaitOnResourceSignals",
    ),
    ("UpdatePolicy", "AutoScalingScheduledAction"): ("IgnoreUnmodifiedGroupSizeProperties",),
}


_INTERFACE = {
    (): ("ParameterGroups", "ParameterLabels"),
    ("ParameterGroups", "*"): ("Label", "Parameters"),
    ("ParameterGroups", "*", "Label"): ("default",),
    ("ParameterLabels",): (),
}

_TRANSFORMS = ("AWS::Serverless-", "AWS::LanguageExtensions", "AWS::SecretsManager-", "AWS::CodeDeployBlueGreen")


def opaque(template: Template) -> bool:
    """Whether a macro that nobody here knows makes the template: it may bring what is not declared in the text."""
    sections = [template.root, template.section("Resources"), template.section("Parameters")]
    inner = any(isinstance(s, Mapping) and "Fn::Transform" in s.by_name for s in sections)
    whole = template.root.get("Transform") if isinstance(template.root, Mapping) else None
    if isinstance(whole, Mapping) or any(isinstance(item, Mapping) for item in getattr(whole, "items", ())):
        return True  # with parameters, as `AWS::Include` has them
    return inner or any(not transform.startswith(_TRANSFORMS) for transform in template.transforms)


def depth_of_properties(path: Path) -> int:
    """How many steps lead to a resource's body: 2, or more in a loop; 0 for a path that does not lead into one."""
    if len(path) < 2 or path[0] != "Resources":
        return 0
    loop = str(path[1]).startswith("Fn::ForEach")
    return (4 if loop and len(path) > 3 else 0) if loop else 2


def property_path(path: Path) -> Path:
    """A path below a resource's `Properties`, without intrinsic functions and the branches of `Fn::If`."""
    depth = depth_of_properties(path)
    if not depth or len(path) <= depth + 1 or path[depth] != "Properties":
        return ()
    steps: list[str | int] = []
    rest = iter(path[depth + 1 :])
    for step in rest:
        if step == "Fn::If":
            next(rest, None)
        elif isinstance(step, str) and (step == "Ref" or step.startswith("Fn::")):
            break
        else:
            steps.append(step)
    return tuple(steps)


def resource_schema(template: Template, path: Path) -> ResourceSchema | None:
    """The schema of the resource that a path leads into."""
    depth = depth_of_properties(path)
    body = template.node(path[:depth]) if depth else None
    kind = body.get("Type") if isinstance(body, Mapping) else None
    return schemas().get(kind.value) if isinstance(kind, Scalar) else None


def names_at(template: Template, path: Path) -> tuple[str, ...]:
    """The keys that may stand in the mapping at a path; empty where any may, or nobody knows."""
    depth = depth_of_properties(path)
    serverless = any(name.startswith("AWS::Serverless") for name in template.transforms)
    if not path:
        return tuple(vocabulary.SECTIONS) if serverless else SECTIONS
    if not depth:
        return _outside_resources(path)
    if len(path) == depth:
        return _SERVERLESS_ATTRIBUTES if serverless else RESOURCE_ATTRIBUTES
    if path[depth] != "Properties":
        return POLICY_KINDS.get(tuple(str(step) for step in path[depth:]), ())
    return tuple(properties_at(template, path)) or _policy_names(path)


def _outside_resources(path: Path) -> tuple[str, ...]:
    match path:
        case ("Parameters", _):
            return PARAMETER_ATTRIBUTES
        case ("Outputs", _):
            return OUTPUT_ATTRIBUTES
        case ("Outputs", _, "Export"):
            return ("Name",)
        case ("Metadata", "AWS::CloudFormation::Interface", *below):
            return _INTERFACE.get(tuple("*" if isinstance(step, int) else step for step in below), ())
    return ()


def properties_at(template: Template, path: Path) -> MappingOf[str, Property]:
    """The settable properties of the object at a path at or below `Properties`."""
    schema, depth = resource_schema(template, path), depth_of_properties(path)
    if schema is None or len(path) <= depth or path[depth] != "Properties":
        return {}
    return {name: p for name, p in schema.properties_at(property_path(path)).items() if not p.read_only}


def property_of(template: Template, path: Path) -> Property | None:
    """What the schema knows of the value at a path below `Properties`."""
    schema = resource_schema(template, path)
    below = property_path(path)
    return schema.property_at(below) if schema is not None and below else None


def _policy_names(path: Path) -> tuple[str, ...]:
    """The keys of an IAM policy, which resource schemas leave open."""
    names = [step for step in path if isinstance(step, str) and step != "Fn::If"]
    if not any(step.endswith(_POLICIES) for step in names):
        return ()
    if names[-1].endswith(_POLICIES):
        return POLICY_DOCUMENT
    if names[-2:] == ["Statement", "Condition"]:
        return policy_words.OPERATORS
    return POLICY_STATEMENT if names[-1] == "Statement" else ()


def fits(value: Node | None, known: Property | None) -> bool:
    """Whether a value is of a kind that the property takes; what cannot be told fits."""
    if value is None or known is None or not known.types or value.tag:
        return True
    if isinstance(value, Scalar):
        return bool({"string", "integer", "number", "boolean"} & set(known.types)) or value.value == ""
    if isinstance(value, Sequence):
        return "array" in known.types
    if isinstance(value, Mapping):
        if len(value.entries) == 1 and (value.entries[0].name == "Ref" or value.entries[0].name.startswith("Fn::")):
            return True
        if "object" not in known.types:
            return False
    return True


def paths_of(schema: ResourceSchema, name: str, depth: int = 3) -> Iterator[Path]:
    """Where in the objects of a schema a property of that name may stand (lists left out), shallow first."""
    level: list[Path] = [()]
    for _ in range(depth + 1):
        below: list[Path] = []
        for path in level:
            for known in schema.properties_at(path).values():
                if known.name == name and not known.read_only:
                    yield path
                if known.has_properties and "array" not in known.types:
                    below.append((*path, known.name))
        level = below
