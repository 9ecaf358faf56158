"""Resource types, alone and as a whole resource with its required parts."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.cloudformation.skeleton import skeleton
from lsp_server.dialects.cloudformation.tree import Mapping

_WHOLE = 12  # so few types are also offered as a whole resource: each needs its schema read
_COMMON = """
S3::Bucket EC2::Instance EC2::VPC EC2::Subnet EC2::SecurityGroup Lambda::Function IAM::Role IAM::Policy DynamoDB::Table
SQS::Queue SNS::Topic RDS::DBInstance Logs::LogGroup KMS::Key ECS::Cluster ECS::Service ECS::TaskDefinition Events::Rule
ApiGateway::RestApi ApiGatewayV2::Api CloudFront::Distribution SecretsManager::Secret StepFunctions::StateMachine
Serverless::Function Serverless::Api
"""
_FIRST = frozenset(f"AWS::{name}" for name in _COMMON.split())


def resource_types(request: Request) -> Iterator[Completion]:
    """The types that hold what is typed, in any case; those one needs most often come first."""
    typed = request.place.typed.lower()
    names = [name for name in request.schemas.types if typed in name.lower()]
    if not names:
        names = [name for name in request.schemas.types if _subsequence(typed, name.lower())]
    for name in names:
        starts = name.lower().startswith(typed) if typed else True
        rank = (20 if starts else 40) - (5 if name in _FIRST else 0)
        yield request.value(name, CompletionKind.RESOURCE_TYPE, key=f"type:{name}", rank=rank)
    if len(names) <= _WHOLE and _bare(request):
        for name in names:
            yield from whole_resource(request, name)


def _subsequence(typed: str, name: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in typed)


def _bare(request: Request) -> bool:
    """Whether the resource has nothing but its type yet, in block notation."""
    body = request.template.node(request.place.path[:2])
    alone = not isinstance(body, Mapping) or {entry.name for entry in body.entries} <= {"Type"}
    return alone and not request.place.flow and not request.place.quote


def whole_resource(request: Request, name: str) -> Iterator[Completion]:
    """The type together with the required properties below it, as a snippet."""
    schema = request.schemas.get(name)
    own = str(request.place.path[1])
    body = skeleton(request.template, request.schemas, schema, request.place.column, own) if schema else ""
    if body:
        newline = request.template.document.newline
        text = name + newline + body
        label = f"{name} with required properties"
        yield Completion(
            label,
            CompletionKind.SNIPPET,
            request.place.word,
            text,
            "whole resource",
            snippet=True,
            rank=45,
            key=f"type:{name}",
        )
