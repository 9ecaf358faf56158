"""From `initialize` to `shutdown`: folders, encoding and settings in, child processes out."""

from __future__ import annotations

import logging
from typing import Any

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.exceptions import JsonRpcException

from lsp_server.server.client import abilities
from lsp_server.server.session import LintelServer
from lsp_server.server.warmth import warm

log = logging.getLogger(__name__)

SECTION = "lintel"
WATCHED = (
    "**/.cfnlintrc{,.yaml,.yml}",
    "**/*.{tf,tofu,tfvars,tf.json,tofu.json,tftest.hcl,tofutest.hcl}",
    "**/*.{yaml,yml,json,template}",
    "**/.terraform.lock.hcl",
    "**/.terraform/providers/**",
    "**/.tflint.hcl",
)
"""Files beside the open ones that change what a linter says, or what is found in the workspace."""


class Lifecycle:
    """Handles the messages that frame a session."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._first: Any = None

    def initialize(self, params: types.InitializeParams) -> None:
        """Take over what was negotiated."""
        self._server.client = abilities(params.capabilities)
        self._server.configuration.set_trusted(self._server.client.trusted)
        encoding = ServerCapabilitiesBuilder.choose_position_encoding(params.capabilities)
        self._server.set_encoding(getattr(encoding, "value", encoding))
        folders = [folder.uri for folder in params.workspace_folders or []]
        self._server.set_folders(folders or [uri for uri in [params.root_uri] if uri])
        options = params.initialization_options
        self._first = options.get(SECTION, options) if isinstance(options, dict) else None
        for tell in self._server.on_greeting:
            tell()
        self._server.greeted.set()

    def initialized(self, _: types.InitializedParams) -> None:
        """Ask for the settings, and to be told when they or the files that count change."""
        if registrations := self._registrations():
            self._server.client_register_capability(types.RegistrationParams(registrations))
        if self._server.client.tells_settings:
            self._server.spawn(self._ask())
        else:
            self._take(self._first)
        self._server.spawn(self._start())
        self._server.spawn(warm(self._server.configuration))

    async def _start(self) -> None:
        """Load the engine. Without one there is nothing to serve: that is said, and the process ends."""
        try:
            await self._server.configuration.start()
        except Exception as error:
            log.exception("the engine could not be loaded")
            message = f"Lintel cannot start, its installation is damaged: {type(error).__name__}: {error}"
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))
            self._server.broken.set()

    def _registrations(self) -> list[types.Registration]:
        found = []
        if self._server.client.registers_settings:
            section = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
            method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
            found.append(types.Registration("lintel-configuration", method, section))
        if self._server.client.watches_files:
            watchers = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(w) for w in WATCHED])
            found.append(types.Registration("lintel-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watchers))
        return found + [registration for more in self._server.registering for registration in more()]

    def configured(self, params: types.DidChangeConfigurationParams) -> None:
        """Take over changed settings: those that were sent along, or else ask for them."""
        if self._server.client.tells_settings:
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

    async def _ask(self) -> None:
        items = [types.ConfigurationItem(section=SECTION)]
        told = None
        try:
            told, *_ = await self._server.workspace_configuration_async(types.ConfigurationParams(items)) or (None,)
        except JsonRpcException as error:
            log.warning("the editor does not tell its settings: %s", error)
        finally:
            self._server.configuration.ready.set()
        self._take(self._first if told is None else told)

    def _take(self, raw: Any) -> None:
        if problem := self._server.configuration.take(raw):
            log.warning("settings: %s", problem)
            self._server.window_show_message(
                types.ShowMessageParams(types.MessageType.Warning, f"Lintel: wrong settings: {problem}")
            )
        for tell in self._server.on_settings:
            tell()


def register(server: LintelServer) -> None:
    """Register the handlers."""
    life = Lifecycle(server)
    server.on(types.INITIALIZE, life.initialize)
    server.on(types.INITIALIZED, life.initialized)
    server.on(types.SHUTDOWN, life.shutdown)
    server.on(types.WORKSPACE_DID_CHANGE_CONFIGURATION, life.configured)
    server.on(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, life.folders_changed)
    server.on("lintel/key", life.key)
