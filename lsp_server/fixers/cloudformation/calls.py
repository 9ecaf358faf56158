"""Calls of functions, whichever of the two ways they are written in."""

from __future__ import annotations

from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence


def is_function(name: str) -> bool:
    """Whether a key is the name of a function."""
    return name == "Ref" or name.startswith("Fn::")


def called(node: Node | None) -> tuple[str, Node | None]:
    """The function that a node calls, and its argument (the node itself in the short form); an empty name for none."""
    if node is not None and node.intrinsic:
        return node.intrinsic, node
    if isinstance(node, Mapping) and len(node.entries) == 1:
        name = node.entries[0].name
        return (name if is_function(name) else ""), node.entries[0].value
    return "", None


def whole_call(node: Node) -> Node:
    """The call of the function whose argument a node is: the node itself in the short form, the mapping in the long."""
    owner = node.parent
    if not node.intrinsic and isinstance(owner, Entry) and len(owner.parent.entries) == 1 and is_function(owner.name):
        return owner.parent
    return node


def referred(node: Node | None) -> str:
    """The name in a Ref; empty for anything else."""
    function, argument = called(node)
    return argument.value if function == "Ref" and isinstance(argument, Scalar) else ""


def list_parameter(template: Template, name: str) -> bool:
    """Whether a Ref of a parameter gives a list."""
    kind = template.node(("Parameters", name, "Type"))
    written = kind.value if isinstance(kind, Scalar) else ""
    return written.startswith(("List<", "CommaDelimitedList", "AWS::SSM::Parameter::Value<List<"))


def meaning(node: Node | None) -> object:
    """What a node says, however it is written: two nodes of the same meaning have equal ones. It can be hashed."""
    node = node.resolved if node is not None else None
    function, argument = called(node)
    if function:
        inner = _plain(argument) if argument is node else meaning(argument)
        if function == "Fn::GetAtt" and isinstance(inner, str):
            inner = tuple(inner.split(".", 1))
        return function, inner
    return _plain(node)


def _plain(node: Node | None) -> object:
    if isinstance(node, Mapping):
        return frozenset((entry.name, meaning(entry.value)) for entry in node.entries)
    if isinstance(node, Sequence):
        return tuple(meaning(item) for item in node.items)
    return node.value if isinstance(node, Scalar) else None
