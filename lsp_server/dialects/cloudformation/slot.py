"""What a place of a template is to the schemas: whose property or attribute, or which argument of which function."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from functools import cached_property

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.cloudformation.applies import Written
from lsp_server.dialects.cloudformation.calls import (
    EXTENSIONS,
    FOR_EACH,
    allowed_at,
    allowed_in,
    arguments,
    is_function,
)
from lsp_server.dialects.cloudformation.language import globals_of, part
from lsp_server.dialects.cloudformation.policy_words import SAM_POLICIES
from lsp_server.dialects.cloudformation.possible import keys_at, value_at
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, Schemas
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar

_BRANCHES = (1, 2)  # of Fn::If; 0 is its condition
_BODY = 2  # of Fn::ForEach
_PARTS = {"Parameters": "Parameter", "Outputs": "Output", "Rules": "Rule"}
_POLICIES = frozenset(
    (
        *("PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy", "ResourcePolicy", "InlinePolicy", "Policy"),
        *("AccessPolicies", "AccessPolicy", "RepositoryPolicyText", "PolicyText", "FileSystemPolicy", "BucketPolicy"),
    )
)
_DEFINITIONS = {
    ("AWS::StepFunctions::StateMachine", "Definition"): "StateMachine",
    ("AWS::Serverless::StateMachine", "Definition"): "StateMachine",
    ("AWS::SSM::Document", "Content"): "Document",
}


@dataclass(frozen=True)
class Slot:
    """A place, seen from a cursor at `offset`.

    `schema` describes what stands at the path `top` of the template, `below` leads on from there to the place.
    `function` is the innermost function that the place is an argument of, `argument` the way into it and `given` the
    place of the function itself. `body` leads to the resource, parameter or other entry the place is in.
    """

    template: Template
    schemas: Schemas
    offset: int
    path: Path
    schema: ResourceSchema | None = None
    top: Path = ()
    below: Path = ()
    body: Path = ()
    resource_type: str = ""
    function: str = ""
    argument: Path = ()
    given: Slot | None = None

    @cached_property
    def written(self) -> Written:
        """What is written where the schema begins."""
        return Written(self.template.node(self.top), self.offset)

    @cached_property
    def keys(self) -> MappingOf[str, Property]:
        """The keys that an object at the place may have, those that it has among them."""
        return keys_at(self.schema, self.below, self.written) if self.schema is not None else {}

    @cached_property
    def value(self) -> Property | None:
        """What may stand at the place; None where nothing is known."""
        if self.schema is None:
            return None
        return value_at(self.schema, self.below, self.written) if self.below else _whole(self.schema)

    @cached_property
    def wanted(self) -> Property | None:
        """What a reference at the place has to give: for one in a function, what the function has to."""
        outer = self.given.wanted if self.given is not None else None
        match self.function, self.argument:
            case ("Ref" | "Fn::GetAtt" | "Fn::FindInMap" | "Fn::Transform", _):
                return outer
            case ("", _) if len(self.below) == 2 and SAM_POLICIES.get(str(self.below[0])) == self.below[1]:
                return Property(str(self.below[1]), ("string",))
            case ("Fn::Sub", () | (0,)):
                return Property("", ("string",))
            case ("Fn::Select", (1,)) if outer is not None:
                return Property(outer.name, ("array",), item_types=outer.types, item_format=outer.format)
            case ("Fn::Select", (1, int())):
                return outer
        return self.value

    @property
    def extended(self) -> bool:
        """Whether the template has the transform with the newer functions."""
        return EXTENSIONS in self.template.transforms

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """The functions that may stand at the place."""
        if self.function:
            return allowed_in(self.schema, self.below) if self.schema is not None else ()
        return allowed_at(_without_loops(self.path), extended=self.extended)


def _whole(schema: ResourceSchema) -> Property:
    kinds = schema.raw.get("type")
    return Property("", tuple(kinds) if isinstance(kinds, list) else (str(kinds),) if kinds else ())


def slot_at(template: Template, path: Path, schemas: Schemas, offset: int = -1) -> Slot:
    """What the place at a path is, which may have short functions as steps; `offset` is the cursor's."""
    base, *calls = _split(path)
    slot = _base(template, base, schemas, offset)
    steps = base
    for function, *argument in calls:
        name = FOR_EACH if str(function).startswith(FOR_EACH) else str(function)
        steps = (*steps, function, *argument)
        schema = arguments(name, extended=slot.extended, rules=path[:1] == ("Rules",))
        slot = Slot(
            template,
            schemas,
            offset,
            steps,
            schema,
            steps[: len(steps) - len(argument)],
            tuple(argument),
            slot.body,
            slot.resource_type,
            name,
            tuple(argument),
            slot,
        )
    return slot


def _split(path: Path) -> list[Path]:
    """A path cut before each function whose argument it leads into; the branches of `Fn::If` are no arguments."""
    cuts = [0]
    for number, step in enumerate(path):
        following = path[number + 1] if number + 1 < len(path) else None
        loop = isinstance(step, str) and step.startswith(FOR_EACH) and following != _BODY
        called = is_function(step) and not (step == "Fn::If" and following in _BRANCHES)
        if loop or called:
            cuts.append(number)
    return [path[a:b] for a, b in zip(cuts, [*cuts[1:], len(path)], strict=True)]


def _without_loops(path: Path) -> Path:
    """A path as it would be without loops and conditional branches."""
    steps: list[str | int] = []
    rest = iter(path)
    for step in rest:
        if isinstance(step, str) and (step.startswith(FOR_EACH) or step == "Fn::If"):
            next(rest, None)
        else:
            steps.append(step)
    return tuple(steps)


def _depth(path: Path) -> int:
    """How many steps lead to the entry of a section: 2, or two more for each loop around it."""
    depth = 2
    while len(path) >= depth and str(path[depth - 1]).startswith(FOR_EACH):
        depth += 2
    return depth


def _base(template: Template, path: Path, schemas: Schemas, offset: int) -> Slot:
    """The slot of a path that leads into no argument of a function."""
    depth = _depth(path)
    schema: ResourceSchema | None = None
    top = 0
    serverless = any(name.startswith("AWS::Serverless") for name in template.transforms)
    match path:
        case ("Resources", *_) if len(path) >= depth:
            return _in_resource(template, path, schemas, offset, depth)
        case ("Parameters" | "Outputs" | "Rules" as section, *_) if len(path) >= depth:
            schema, top = part(_PARTS[section]), depth
        case ("Metadata", *_):
            schema, top = part("Metadata"), 1
        case ("Globals", *kind):
            top = min(len(path), 2)
            schema = globals_of(str(kind[0]) if kind else "", schemas)
        case _:
            schema = part("Template", serverless=serverless)
    return Slot(template, schemas, offset, path, schema, path[:top], path[top:], path[:depth])


def _in_resource(template: Template, path: Path, schemas: Schemas, offset: int, depth: int) -> Slot:
    kind = _type(template, path[:depth])
    if len(path) == depth or path[depth] != "Properties":
        serverless = any(name.startswith("AWS::Serverless") for name in template.transforms)
        schema: ResourceSchema | None = part("Resource", kind, serverless=serverless)
        return Slot(template, schemas, offset, path, schema, path[:depth], path[depth:], path[:depth], kind)
    schema, top = schemas.get(kind) if kind else None, depth + 1
    for end in range(top + 1, len(path) + 1):
        if (inner := document_at(kind, path[top:end], schema)) is not None:
            schema, top = inner, end
            break
    return Slot(template, schemas, offset, path, schema, path[:top], path[top:], path[:depth], kind)


def _type(template: Template, body: Path) -> str:
    resource = template.resources.get(str(body[1])) if len(body) == 2 else None
    if resource is not None:
        return resource.type
    node = template.node(body)
    found = node.get("Type") if isinstance(node, Mapping) else None
    return found.value if isinstance(found, Scalar) else ""


def document_at(kind: str, below: Path, schema: ResourceSchema | None) -> ResourceSchema | None:
    """The schema of a document of another language that a property holds: a policy, a state machine; None elsewhere.

    `kind` is the resource type, `below` the path below its properties.
    """
    if not below:
        return None
    name = below[-1]
    if (kind, name) in _DEFINITIONS and len(below) == 1:
        return part(_DEFINITIONS[kind, str(name)])
    if kind.startswith("AWS::Serverless::") and below[0] == "Policies" and isinstance(name, int):
        return part("Policy", "identity")
    if name not in _POLICIES or schema is None:
        return None
    known = schema.property_at(below)
    if known is None or known.has_properties or (known.types and "object" not in known.types):
        return None
    return part("Policy", _policy_kind(kind, str(name)))


def _policy_kind(resource_type: str, name: str) -> str:
    if name == "AssumeRolePolicyDocument":
        return "trust"
    if resource_type.startswith("AWS::IAM::") or name == "InlinePolicy":
        return "identity"
    return "resource_ecr" if resource_type == "AWS::ECR::Repository" else "resource"
