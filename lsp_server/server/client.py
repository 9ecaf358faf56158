"""What the editor at the other end can do: what it cannot is not sent, or is done in another way."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types
from pygls.capabilities import get_capability


@dataclass(frozen=True)
class Client:
    """The abilities that features ask for. `extension` is Lintel's own: it runs commands and reads `lintel/…`.

    An editor with workspace trust says where the workspace is not `trusted`. One that `lends_model` answers
    `lintel/model`.
    """

    annotates_edits: bool = False
    applies_edits: bool = False
    code_actions: bool = False
    creates_files: bool = False
    extension: bool = False
    fold_limit: int | None = None
    lends_model: bool = False
    links_definitions: bool = False
    markdown_hover: bool = False
    markdown_signatures: bool = False
    nests_symbols: bool = False
    places_parameters: bool = False
    refreshes_hints: bool = False
    reports_progress: bool = False
    tells_settings: bool = False
    trusted: bool = True
    registers_formatting: bool = False
    registers_settings: bool = False
    resolves_actions: bool = False
    shows_documents: bool = False
    versions_edits: bool = False
    watches_files: bool = False

    @property
    def offers_runs(self) -> bool:
        """Whether a run of the loop that a person picks in a menu can come to anything."""
        return self.extension or self.applies_edits


def abilities(capabilities: types.ClientCapabilities) -> Client:
    """What a client says of itself; Lintel's extension says `experimental: {lintel: {…}}`."""

    def can(name: str) -> bool:
        return bool(get_capability(capabilities, name, False))

    def among(name: str, wanted: str) -> bool:
        return wanted in (get_capability(capabilities, name, None) or ())

    hover = "text_document.hover.content_format"
    experimental = capabilities.experimental
    lintel = experimental.get("lintel") if isinstance(experimental, dict) else None
    return Client(
        annotates_edits=can("workspace.workspace_edit.change_annotation_support"),
        applies_edits=can("workspace.apply_edit"),
        code_actions=can("text_document.code_action.code_action_literal_support"),
        creates_files=can("workspace.workspace_edit.document_changes")
        and among("workspace.workspace_edit.resource_operations", types.ResourceOperationKind.Create),
        extension=bool(lintel),
        fold_limit=get_capability(capabilities, "text_document.folding_range.range_limit", None),
        lends_model=isinstance(lintel, dict) and lintel.get("model") is True,
        links_definitions=can("text_document.definition.link_support"),
        markdown_hover=among(hover, types.MarkupKind.Markdown),
        markdown_signatures=among(
            "text_document.signature_help.signature_information.documentation_format", types.MarkupKind.Markdown
        ),
        nests_symbols=can("text_document.document_symbol.hierarchical_document_symbol_support"),
        places_parameters=can(
            "text_document.signature_help.signature_information.parameter_information.label_offset_support"
        ),
        refreshes_hints=can("workspace.inlay_hint.refresh_support"),
        reports_progress=can("window.work_done_progress"),
        tells_settings=can("workspace.configuration"),
        registers_formatting=all(
            can(f"text_document.{kind}.dynamic_registration")
            for kind in ("formatting", "range_formatting", "on_type_formatting")
        ),
        registers_settings=can("workspace.did_change_configuration.dynamic_registration"),
        resolves_actions=among("text_document.code_action.resolve_support.properties", "edit"),
        shows_documents=can("window.show_document.support"),
        trusted=not isinstance(lintel, dict) or lintel.get("trusted") is not False,
        versions_edits=can("workspace.workspace_edit.document_changes"),
        watches_files=can("workspace.did_change_watched_files.dynamic_registration"),
    )
