"""What the console shows of parameters (`AWS::CloudFormation::Interface`), kept in step with those that there are."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence

INTERFACE = "AWS::CloudFormation::Interface"


def mentions(template: Template, name: str) -> Iterator[Node | Entry]:
    """The items of groups that name a parameter (the whole group where it is the only one), and its label."""
    groups = template.node(("Metadata", INTERFACE, "ParameterGroups"))
    for group in groups.items if isinstance(groups, Sequence) else ():
        listed = group.get("Parameters") if isinstance(group, Mapping) else None
        items = listed.items if isinstance(listed, Sequence) else ()
        named = [item for item in items if isinstance(item, Scalar) and item.value == name]
        yield from [group] if named and len(named) == len(items) else named
    labels = template.node(("Metadata", INTERFACE, "ParameterLabels"))
    label = labels.entry(name) if isinstance(labels, Mapping) else None
    if label is not None:
        yield label
