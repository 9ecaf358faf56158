"""What in a template leads to files and pages."""

from __future__ import annotations

from lsp_server.dialects.cloudformation.service.files import named, uris_of
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.service import Link


def links(template: Template) -> tuple[Link, ...]:
    """All links, in the order of the text."""
    found = (Link(one.span, uris_of(template.document, one.text, one.handler)) for one in named(template))
    return tuple(sorted(link for link in set(found) if link.uris))
