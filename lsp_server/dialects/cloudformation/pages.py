"""Where AWS documents a resource type or a property."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.dialects.cloudformation.schema import ResourceSchema
from lsp_server.dialects.cloudformation.shapes import Shapes

_REFERENCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
_SERVERLESS = "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/"


def type_page(name: str) -> str:
    """The page of a resource type; empty for one that is not of AWS."""
    steps = name.lower().split("::")
    if len(steps) != 3 or steps[0] != "aws":
        return ""
    if steps[1] == "serverless":
        return f"{_SERVERLESS}sam-resource-{steps[2]}.html"
    return f"{_REFERENCE}aws-resource-{steps[1]}-{steps[2]}.html"


def property_page(schema: ResourceSchema, path: Sequence[str | int]) -> str:
    """The place of a property on the page of the object it belongs to, else the page of the resource type."""
    page, steps = type_page(schema.name), schema.name.lower().split("::")
    name = str(path[-1]).lower() if path else ""
    if not page or not name.isalnum():
        return page
    if len(path) == 1:
        family = "sam" if steps[1] == "serverless" else f"cfn-{steps[1]}"
        return f"{page}#{family}-{steps[2]}-{name}"
    owner = _definition(schema, path[:-1]).lower()
    if steps[1] == "serverless" or not owner.isalnum():
        return page
    stem = f"{steps[1]}-{steps[2]}-{owner}"
    return f"{_REFERENCE}aws-properties-{stem}.html#cfn-{stem}-{name}"


def _definition(schema: ResourceSchema, path: Sequence[str | int]) -> str:
    """The name by which the schema defines the object at a path; empty where it has none."""
    for shape in Shapes(schema.raw).at(path):
        if isinstance(shape.get("$ref"), str):
            return str(shape["$ref"]).rpartition("/")[2]
    return ""
