"""Where a node stands: in which resource, below which properties, in loops or out of them."""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.cloudformation.references import LOOP
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar


@dataclass(frozen=True)
class ResourcePlace:
    """A resource's type, and the way from its body to a node in it, past the loops on the way."""

    logical_id: str
    type: str
    path: Path

    @property
    def properties(self) -> Path | None:
        """The way below the properties; None where the node is not in them."""
        return self.path[1:] if self.path[:1] == ("Properties",) else None


def resource_place(template: Template, path: Path) -> ResourcePlace | None:
    """The place that a path leads to; None where it is in no resource. SAM's `Globals` hold properties of a type."""
    if path[:1] == ("Globals",) and len(path) > 2:
        return ResourcePlace("", f"AWS::Serverless::{path[1]}", ("Properties", *without_loops(path[2:])))
    if path[:1] != ("Resources",):
        return None
    at = 1
    while at < len(path) and str(path[at]).startswith(LOOP):
        at += 2
    if at >= len(path):
        return None
    body = template.node(path[: at + 1])
    kind = body.get("Type") if isinstance(body, Mapping) else None
    name = kind.value if isinstance(kind, Scalar) else ""
    return ResourcePlace(str(path[at]), name, without_loops(path[at + 1 :]))


def without_loops(path: Path) -> Path:
    """A path without the steps into the bodies of loops."""
    steps: list[str | int] = []
    rest = iter(path)
    for step in rest:
        if isinstance(step, str) and step.startswith(LOOP):
            next(rest, None)
        else:
            steps.append(step)
    return tuple(steps)
