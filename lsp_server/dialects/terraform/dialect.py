"""Terraform as the layers above see it."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Completion, Intent, Language, Readable
from lsp_server.dialects.service import Export
from lsp_server.dialects.terraform import intent
from lsp_server.dialects.terraform.completion import completions_at
from lsp_server.dialects.terraform.completion_docs import documentation
from lsp_server.dialects.terraform.file_names import MODULE_SUFFIXES
from lsp_server.dialects.terraform.module import declared, trees_of
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.scanner import TOP_LEVEL
from lsp_server.dialects.terraform.service.modules import ModuleService
from lsp_server.dialects.terraform.unread import unread_blocks

_NAMES = (*MODULE_SUFFIXES, ".tfvars.json")
_LANGUAGE_IDS = frozenset({"terraform", "terraform-vars", "tf", "hcl", "opentofu", "tofu", "terraform-test"})
_NOT_OURS = (".pkr.hcl", ".nomad", ".nomad.hcl", ".terraform.lock.hcl", ".tfmock.hcl", "terragrunt.hcl")


class Terraform:
    """HCL files of Terraform modules."""

    language = Language.TERRAFORM

    def __init__(self) -> None:
        self.service = ModuleService()

    def owns(self, document: Document) -> bool:
        """Whether the name or the editor's language id says Terraform; the content where there is neither."""
        name = document.name.lower()
        if name.endswith(_NAMES):
            return True
        if "." not in name and not document.language:
            return any(address[0] in TOP_LEVEL for address in self.ids(document))
        language = document.language.lower()
        if language == "hcl" and name.endswith(".hcl"):  # Vault, Consul, Terragrunt and others: none is a module's file
            return False
        return language in _LANGUAGE_IDS and not name.endswith(_NOT_OURS)

    def completions(
        self, unit: Unit, document: Document, offset: int, exports: Sequence[Export] = ()
    ) -> Sequence[Completion]:
        """What may stand at `offset`."""
        return completions_at(unit, document, offset)

    def documentation(self, completion_key: str) -> str:
        """Markdown for a completion's key."""
        return documentation(completion_key)

    def intent_at(self, document: Document, offset: int) -> Intent | None:
        """The wish that the comment at `offset` states."""
        return intent.intent_at(document, offset)

    def ids(self, document: Document) -> frozenset[tuple[str, ...]]:
        """Type and labels of every top-level block, and (`locals`, name) of every local value."""
        tree = trees_of(document)
        found = {block.address for placed in tree.placed for block in placed.piece.body.blocks}
        names = [d for placed in tree.placed for d in declared(placed.piece)]
        return frozenset(found) | {("locals", *d.name) for d in names if d.kind == "local"}

    def comments(self, document: Document) -> Sequence[str]:
        """The text of every comment, stripped, in order."""
        return [document.slice(span).strip() for span in parse_document(document).comments]

    def unread(self, document: Document) -> Sequence[Span]:
        """The pieces of the file, mostly a top-level block each, that hold a syntax error of their own."""
        return unread_blocks(document)

    def readable(self, document: Document, troubles: Sequence[Sequence[int]] = ()) -> Readable | None:
        """None: blocks are judged one by one."""
        return None
