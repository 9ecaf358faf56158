"""What identifies a resource, and its ARN, as outputs of the stack."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, schemas
from lsp_server.dialects.cloudformation.tree import Scalar
from lsp_server.fixers.cloudformation.edits import add_section
from lsp_server.fixers.cloudformation.values import Call, get_att, ref, sub
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.naming import fresh
from lsp_server.refactorings.cloudformation.spot import Spot, spot_of

_ON_NAME = 3  # steps to what stands beside the type


def add_output(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on a resource's logical id or type, for Ref and for the ARN, each with and without an export."""
    spot = spot_of(selection)
    resource = spot.resource
    schema = schemas().get(resource.type) if resource is not None and spot.on_head else None
    if resource is None or schema is None or (len(spot.path) == _ON_NAME and spot.path[-1] != "Type"):
        return
    for function, known, value in _values(schema, resource.logical_id):
        name = fresh(_name(schema, resource.logical_id, known), spot.template.outputs)
        for exported in (False, True):
            body: dict[str, object] = {"Description": f"{known} of {resource.logical_id}"}
            condition = resource.body.get("Condition") if resource.body is not None else None
            if isinstance(condition, Scalar):
                body["Condition"] = condition.value
            body["Value"] = value
            if exported:
                body["Export"] = {"Name": sub(f"${{AWS::StackName}}-{name}")}
            title = f"Add output '{name}' ({function}){', exported' if exported else ''}"
            key = f"output.{function}{'.export' if exported else ''}"
            compared = Comparison(ignoring=frozenset({("Outputs", name)}))
            yield Refactoring(key, title, Kind.REWRITE, partial(_edits, spot, name, body), compared)


def _values(schema: ResourceSchema, logical_id: str) -> Iterator[tuple[str, str, Call]]:
    identifier: Property | None = schema.ref
    yield "Ref", identifier.name if identifier is not None else "Ref", ref(logical_id)
    gives_arn = identifier is not None and identifier.name.endswith("Arn")
    if "Arn" in schema.attributes and not gives_arn:
        yield "Arn", "Arn", get_att(logical_id, "Arn")


def _name(schema: ResourceSchema, logical_id: str, known: str) -> str:
    """`PageBucketName` for the name of the bucket `PageBucket`."""
    noun = schema.name.rpartition("::")[2]
    rest = known.removeprefix(noun) if logical_id.endswith(noun) else known
    return f"{logical_id}{rest}" if rest.isalnum() else f"{logical_id}Ref"


def _edits(spot: Spot, name: str, body: dict[str, object]) -> tuple[Edit, ...] | None:
    return add_section(spot.document, spot.writer, spot.template, "Outputs", {name: body})


REFACTORERS = (Refactorer("outputs", frozenset({Kind.REWRITE}), add_output),)
