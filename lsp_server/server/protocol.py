"""The library's protocol with documents of our own and requests answered for the text they were asked about."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import cattrs
import msgspec
from cattrs import transform_error
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer
    from pygls.protocol.json_rpc import MessageCallback, MessageHandler, MsgId


log = logging.getLogger(__name__)


def plain_converter() -> cattrs.Converter:
    """Messages of the protocol become its types; what those do not know (`lintel/…`) stays dictionaries."""
    converter = get_converter()
    for message in (JsonRPCRequestMessage, JsonRPCResponseMessage, JsonRPCNotification):
        converter.register_structure_hook(message, _plain)
    return converter


def _plain(raw: dict[str, Any], kind: type[Any]) -> Any:
    """A message as it is; `params` or `result` may be left out, and what nobody knows is nothing."""
    return kind(**{name: raw.get(name) for name in kind.__slots__ if name != "__weakref__"})


class LintelProtocol(LanguageServerProtocol):
    """Passes opened, changed and closed documents on to the features; the library keeps no copy of them."""

    def __init__(self, server: LanguageServer, converter: cattrs.Converter) -> None:
        super().__init__(server, converter)
        self.fm.add_builtin_feature(types.WORKSPACE_EXECUTE_COMMAND, self._execute_command)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """See the library, which leaves whoever waits for an answer waiting where it cannot read a message.

        A change that cannot be read leaves a text that is another than the editor's, in which each later edit would go
        wrong: the document is taken for closed. Raises JsonRpcInvalidParams for everything else that cannot be read.
        """
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            refused = JsonRpcInvalidParams(_why(error))
            method = data.get("method")
            log.warning("%s cannot be read: %s", method or "an answer", refused)
            if method == types.TEXT_DOCUMENT_DID_CHANGE and (lost := self._lost(data)) is not None:
                return lost
            if "id" in data:
                answer = self._send_response if method is not None else self._handle_response
                answer(data["id"], error=refused.to_response_error())
            raise refused from None

    def _lost(self, data: dict[str, Any]) -> types.DidCloseTextDocumentNotification | None:
        """What closes the document of a change that cannot be read, which the person is told; None for no document."""
        try:
            document = types.TextDocumentIdentifier(str(data["params"]["textDocument"]["uri"]))
        except (KeyError, TypeError):
            return None
        name = document.uri.rsplit("/", 1)[-1]
        sentence = f"Lintel could not read a change and knows the text no longer: close {name} and open it again."
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Error, sentence))
        return types.DidCloseTextDocumentNotification(types.DidCloseTextDocumentParams(document))

    def _handle_response(
        self, msg_id: MsgId, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        """See the library, which fails where nobody waits for the answer any more."""
        future = self._request_futures.get(msg_id)
        if future is not None and not future.cancelled():
            super()._handle_response(msg_id, result, error)
        else:
            self._request_futures.pop(msg_id, None)

    async def _execute_command(self, params: types.ExecuteCommandParams) -> Any:
        """Run a command, which ends when its request is cancelled; the library's own way lets it go on."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"there is no command {params.command!r}")
        return await handler(*(params.arguments or ()))

    def _send_response(
        self, msg_id: MsgId, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        """See the library; a large answer that is JSON already is sent as it is, in a tenth of the time."""
        if error is not None or not isinstance(result, msgspec.Raw) or self.writer is None:
            super()._send_response(msg_id, result, error)
            return
        self._result_types.pop(msg_id, None)
        body = msgspec.json.encode({"jsonrpc": self.VERSION, "id": msg_id, "result": result})
        self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def _execute_handler(
        self,
        msg_id: MsgId,
        handler: MessageHandler,
        callback: MessageCallback,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """See the library, which forgets requests that were answered, but no notification that was handled."""

        def ended(future: Future[Any]) -> None:
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, ended, args, kwargs)

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand on what was opened."""
        yield self._feature(types.TEXT_DOCUMENT_DID_OPEN), (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand on what was changed."""
        yield self._feature(types.TEXT_DOCUMENT_DID_CHANGE), (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand on what was closed."""
        yield self._feature(types.TEXT_DOCUMENT_DID_CLOSE), (params,), None

    def _feature(self, method: str) -> Callable[[Any], Any]:
        handler: Callable[[Any], Any] = self.fm.features[method]
        return handler


def _why(error: JsonRpcException) -> str:
    """What cannot be read in a message, without a word of it."""
    cause = error.__cause__
    return "; ".join(transform_error(cause, "message")) if cause is not None else str(error)
