"""CloudFormation as a dialect: what the layers above ask for, answered by the modules beside this one."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Completion, Intent, Language, Readable
from lsp_server.dialects.cloudformation.comments import comments
from lsp_server.dialects.cloudformation.completion import completions
from lsp_server.dialects.cloudformation.detection import is_template
from lsp_server.dialects.cloudformation.documentation import documentation
from lsp_server.dialects.cloudformation.intent import intent_at
from lsp_server.dialects.cloudformation.readable import readable
from lsp_server.dialects.cloudformation.schema import DEFAULT_REGIONS, schemas
from lsp_server.dialects.cloudformation.service.templates import TemplateService
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.tree import Mapping
from lsp_server.dialects.cloudformation.unread import unread_blocks
from lsp_server.dialects.service import Export

_DECLARING = ("Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs")


class CloudFormation:
    """Templates in YAML and JSON, with SAM. `regions` are those in which all that is offered has to be there."""

    language = Language.CLOUDFORMATION

    def __init__(self, regions: tuple[str, ...] = ()) -> None:
        self._regions = regions or DEFAULT_REGIONS
        self.service = TemplateService(schemas(self._regions))

    def owns(self, document: Document) -> bool:
        """Whether the document is a template, by its content."""
        return is_template(document)

    def completions(
        self, unit: Unit, document: Document, offset: int, exports: Sequence[Export] = ()
    ) -> Sequence[Completion]:
        """What may stand at `offset`; a template stands for itself, whatever else is in `unit`."""
        return completions(document, offset, schemas(self._regions), exports)

    def documentation(self, completion_key: str) -> str:
        """Markdown for a completion's `key`; empty where there is none."""
        return documentation(completion_key, schemas(self._regions))

    def intent_at(self, document: Document, offset: int) -> Intent | None:
        """The intent that the comment at `offset` states, if it states one."""
        return intent_at(document, offset)

    def ids(self, document: Document) -> frozenset[tuple[str, ...]]:
        """Section and name of everything the template declares, in a section that stands there twice, too."""
        root = parse_template(document).root
        sections = [one for one in root.entries if one.name in _DECLARING] if isinstance(root, Mapping) else []
        return frozenset(
            (section.name, entry.name)
            for section in sections
            if section.value is not None and isinstance(mapping := section.value.resolved, Mapping)
            for entry in mapping.entries
            if entry.name != "<<"
        )

    def comments(self, document: Document) -> Sequence[str]:
        """The text of every comment, stripped, in order; JSON has none."""
        template = parse_template(document)
        return comments(template) if template.format == "yaml" else ()

    def unread(self, document: Document) -> Sequence[Span]:
        """The sections, and entries of sections, that hold a syntax error of their own."""
        return unread_blocks(document)

    def readable(self, document: Document, troubles: Sequence[Sequence[int]] = ()) -> Readable | None:
        """The template with its broken blocks cut down to name and type, or with its JSON completed."""
        return readable(document, troubles)
