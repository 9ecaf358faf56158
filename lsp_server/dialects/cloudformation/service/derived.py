"""Names that a transform makes of a resource's: SAM's roles and stages, the resources of a module."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.service.names import Space, used
from lsp_server.dialects.cloudformation.template import Template


def derived_uses(template: Template, logical_id: str) -> Iterator[Span]:
    """Where the logical id begins a longer name, which is used and declared nowhere.

    `FunctionRole` is one of `Function`, where that is of SAM and no longer id is the beginning as well.
    """
    makers = {name for name, one in template.resources.items() if makes_others(one.type)}
    if logical_id not in makers:
        return
    for mention in used(template, logical_id):
        if mention.name.space is Space.VALUE and _maker(template, mention.name.text, makers) == logical_id:
            yield mention.span._replace(end=mention.span.start + len(logical_id))


def makes_others(resource_type: str) -> bool:
    """Whether resources of a type come to several."""
    return resource_type.startswith("AWS::Serverless::") or resource_type.endswith("::MODULE")


def _maker(template: Template, text: str, makers: set[str]) -> str | None:
    if text in template.resources or text in template.parameters:
        return None
    fitting = [name for name in makers if begins(text, name)]
    return max(fitting, key=len, default=None)


def begins(text: str, name: str) -> bool:
    """Whether a longer name is made of `name` and another word."""
    return text.startswith(name) and text[len(name) : len(name) + 1].isupper()
