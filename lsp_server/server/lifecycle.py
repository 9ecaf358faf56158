"""From `initialize` to `shutdown`: folders, encoding and settings in, child processes out."""

from __future__ import annotations

import logging
from typing import Any

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder, get_capability

from lsp_server.server.session import LintelServer

log = logging.getLogger(__name__)

SECTION = "lintel"


class Lifecycle:
    """Handles the messages that frame a session."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    def initialize(self, params: types.InitializeParams) -> None:
        """Take over what was negotiated."""
        encoding = ServerCapabilitiesBuilder.choose_position_encoding(params.capabilities)
        self._server.set_encoding(getattr(encoding, "value", encoding))
        folders = [folder.uri for folder in params.workspace_folders or []]
        self._server.set_folders(folders or [uri for uri in [params.root_uri] if uri])

    def initialized(self, _: types.InitializedParams) -> None:
        """Ask for the settings, and to be told when they change."""
        capabilities = self._server.client_capabilities
        if get_capability(capabilities, "workspace.did_change_configuration.dynamic_registration", False):
            options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
            registration = types.Registration("lintel-configuration", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
            self._server.client_register_capability(types.RegistrationParams([registration]))
        if self._can_ask():
            self._server.spawn(self._ask())
        else:
            self._server.configuration.ready.set()
        self._server.spawn(self._server.configuration.start())

    def configured(self, params: types.DidChangeConfigurationParams) -> None:
        """Take over changed settings: those that were sent along, or else ask for them."""
        if self._can_ask():
            self._server.spawn(self._ask())
        elif isinstance(params.settings, dict):
            self._take(params.settings.get(SECTION, params.settings))

    def folders_changed(self, _: types.DidChangeWorkspaceFoldersParams) -> None:
        """Take over the folders of the workspace."""
        self._server.set_folders([folder.uri for folder in self._server.workspace.folders.values()])

    def key(self, params: Any) -> None:
        """Take over the key from the editor's secret storage, or forget it. Never log it."""
        key = params.get("key") if isinstance(params, dict) else None
        self._server.configuration.set_key(key if isinstance(key, str) and key else None)

    async def shutdown(self, _: None) -> None:
        """End all work and every child process before the answer."""
        await self._server.close()

    def _can_ask(self) -> bool:
        return bool(get_capability(self._server.client_capabilities, "workspace.configuration", False))

    async def _ask(self) -> None:
        items = [types.ConfigurationItem(section=SECTION)]
        try:
            answer = await self._server.workspace_configuration_async(types.ConfigurationParams(items))
        finally:
            self._server.configuration.ready.set()
        self._take(answer[0] if answer else None)

    def _take(self, raw: Any) -> None:
        if problem := self._server.configuration.take(raw):
            log.warning("settings: %s", problem)
            self._server.window_show_message(
                types.ShowMessageParams(types.MessageType.Warning, f"Lintel: wrong settings: {problem}")
            )


def register(server: LintelServer) -> None:
    """Register the handlers."""
    life = Lifecycle(server)
    server.on(types.INITIALIZE, life.initialize)
    server.on(types.INITIALIZED, life.initialized)
    server.on(types.SHUTDOWN, life.shutdown)
    server.on(types.WORKSPACE_DID_CHANGE_CONFIGURATION, life.configured)
    server.on(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, life.folders_changed)
    server.on("lintel/key", life.key)
