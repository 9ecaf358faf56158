"""Resource types, alone and as a whole resource with its required parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lsp_server.core.document import Span
from lsp_server.core.letters import has_letters
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.cloudformation.schema import ResourceSchema
from lsp_server.dialects.cloudformation.skeleton import skeleton
from lsp_server.dialects.cloudformation.snippet import Margin, Part, json_text, open_names, yaml_lines
from lsp_server.dialects.cloudformation.tree import Mapping

_WHOLE = 12  # so few types are also offered as a whole resource: each needs its schema read
_MOST = 250  # types that are shown at once
WHOLE = "whole resource"
"""The detail of a whole resource that cfn-lint has nothing to say about."""
REMAINING = "to fill in: "
"""What the detail of a whole resource ends with that is not complete yet, before the names of its properties."""
_LIFECYCLE = {
    "maintenance": ("the service gets nothing new", "since"),
    "sunset": ("the service closes", "on"),
    "shutdown": ("the service is closed", "since"),
}
_COMMON = """
S3::Bucket EC2::Instance EC2::VPC EC2::Subnet EC2::SecurityGroup Lambda::Function IAM::Role IAM::Policy DynamoDB::Table
SQS::Queue SNS::Topic RDS::DBInstance Logs::LogGroup KMS::Key ECS::Cluster ECS::Service ECS::TaskDefinition Events::Rule
ApiGateway::RestApi ApiGatewayV2::Api CloudFront::Distribution SecretsManager::Secret StepFunctions::StateMachine
Serverless::Function Serverless::Api
"""
_COMMA = re.compile(r"[ \t]*,(?=\s*(?:\}|$))")
_FIRST = frozenset(f"AWS::{name}" for name in _COMMON.split())


def resource_types(request: Request) -> Iterator[Completion]:
    """The types that hold what is typed, in any case; those one needs most often come first, and not too many."""
    typed = request.place.typed.lower()
    known = _lower_case(request.schemas.types)
    found = [(lower, name) for lower, name in known if typed in lower]
    found = found or [(lower, name) for lower, name in known if has_letters(lower, typed)]
    found.sort(key=lambda one: not one[0].startswith(typed))
    whole = len(found) <= _WHOLE
    for lower, name in found[:_MOST]:
        rank = (20 if lower.startswith(typed) else 40) - (5 if name in _FIRST else 0)
        yield request.value(name, CompletionKind.RESOURCE_TYPE, key=f"type:{name}", rank=rank, partial=not whole)
    if whole and _bare(request):
        for _, name in found:
            yield from whole_resource(request, name)


@lru_cache(1)
def _lower_case(types: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The types in small letters and as they are, those that one needs most often first."""
    return tuple((name.lower(), name) for name in sorted(types, key=lambda name: (name not in _FIRST, name)))


def _bare(request: Request) -> bool:
    """Whether the resource has nothing but its type yet, in JSON or in block notation."""
    body = request.template.node(request.place.path[:2])
    alone = not isinstance(body, Mapping) or {entry.name for entry in body.entries} <= {"Type"}
    return alone and (request.place.json or not request.place.flow)


def whole_resource(request: Request, name: str) -> Iterator[Completion]:
    """The type together with its properties below it, as a snippet: the required ones, or room for the first."""
    schema = request.schemas.get(name)
    if schema is None or all(one.read_only for one in schema.properties_at(()).values()):
        return
    parts = skeleton(request.template, request.schemas, schema, str(request.place.path[1]))
    label = f"{name} with required properties" if parts else f"{name} with properties"
    span, body = (_json if request.place.json else _yaml)(request, name, parts)
    key = f"type:{name}"
    yield Completion(label, CompletionKind.SNIPPET, span, body, _detail(schema, parts), snippet=True, rank=45, key=key)


def _detail(schema: ResourceSchema, parts: dict[str, Part]) -> str:
    """What is to be known of the resource: that its service goes out of use, what a person has to fill in."""
    told = [WHOLE]
    status, date = schema.lifecycle
    if status in _LIFECYCLE:
        what, when = _LIFECYCLE[status]
        told.append(f"{what} {when} {date}" if date else what)
    names = dict.fromkeys(open_names(parts)) if parts else ["Properties"]
    return " · ".join([*told, *([REMAINING + ", ".join(names)] if names else [])])


def _yaml(request: Request, name: str, parts: dict[str, Part]) -> tuple[Span, str]:
    indent, column = request.template.indent, request.place.column
    unit = " " * indent.step
    margin = Margin(request.template.document.newline, " " * column, unit, unit if indent.sequences else "")
    lines = yaml_lines(parts, margin, margin.lead + unit) if parts else [margin.lead + unit]
    body = margin.newline.join([f"{margin.lead}Properties:", *lines])
    quote = request.place.quote
    return request.with_quotes(), f"{quote}{name}{quote}{margin.newline}{body}$0"


def _json(request: Request, name: str, parts: dict[str, Part]) -> tuple[Span, str]:
    """The comma that may stand behind the type already is replaced as well."""
    document = request.template.document
    span = request.with_quotes()
    if comma := _COMMA.match(document.text, span.end):
        span = Span(span.start, comma.end())
    line = document.line_text(document.position(span.start).line)
    lead = line[: request.place.column]
    alone = line[len(lead) :].startswith('"Type"')
    unit = ("\t" if "\t" in lead else " ") * request.template.indent.step
    margin = Margin(document.newline if alone else "", lead, unit)
    room = f"{{{margin.newline}{lead}{unit}$0{margin.newline}{lead}}}" if alone else "{$0}"
    body = f"{json_text(parts, margin, lead)}$0" if parts else room
    between = f",{margin.newline}{lead}" if alone else ", "
    return span, f'"{name}"{between}"Properties": {body}'
