"""What in a template leads to files and pages."""

from __future__ import annotations

from lsp_server.dialects.cloudformation.service.files import named_in, uris_of
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.service import Link


def links(template: Template) -> tuple[Link, ...]:
    """All links, in the order of the text."""
    found = ((base, named) for base, top in template.tops for named in named_in(top))
    all_ = (
        Link(named.span.shifted(base), uris_of(template.document, named.text, named.handler)) for base, named in found
    )
    return tuple(link for link in all_ if link.uris)
