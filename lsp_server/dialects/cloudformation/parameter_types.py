"""What a parameter's Ref gives when nobody says otherwise."""

from __future__ import annotations

from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar, Sequence


def attribute(parameter: Entry, name: str) -> Scalar | None:
    """What a parameter's declaration says of one attribute, where that is a scalar."""
    body = parameter.value.resolved if parameter.value is not None else None
    found = body.get(name) if isinstance(body, Mapping) else None
    return found if isinstance(found, Scalar) else None


def type_of(parameter: Entry) -> str:
    """A parameter's type; empty where it is not written."""
    written = attribute(parameter, "Type")
    return written.value if written is not None else ""


def is_list(written: str) -> bool:
    """Whether Ref of a parameter of that type is a list."""
    return written == "CommaDelimitedList" or written.startswith("List<")


def default_of(parameter: Entry) -> str | list[str] | None:
    """What Ref gives by default; None where there is no default, or where it is not sure what is made of it.

    It may name a parameter elsewhere, or be a number or a boolean that is read as another text.
    """
    default, written = attribute(parameter, "Default"), type_of(parameter)
    if default is None or default.tag or not default.is_as_written or written.startswith("AWS::SSM::Parameter::Value<"):
        return None
    if not is_list(written):
        return default.value
    return [part.strip() for part in default.value.split(",")] if default.value else []


def attribute_values(parameter: Entry, name: str) -> list[str]:
    """The strings in a list of a parameter's declaration; empty where it has none, or one that is not plain."""
    body = parameter.value.resolved if parameter.value is not None else None
    found = body.get(name) if isinstance(body, Mapping) else None
    items = found.items if isinstance(found, Sequence) else ()
    values = [item.value for item in items if isinstance(item, Scalar) and not item.tag]
    return values if len(values) == len(items) else []
