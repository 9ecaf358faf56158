"""Tells the editor what the linters found, for the buffer's version, each rule with a link to its documentation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from lsprotocol import types

from lsp_server.core.diagnostic import Diagnostic, Severity, Tag
from lsp_server.core.document import Document, Unit
from lsp_server.server.encoding import Encoding

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}

_TAGS = {
    Tag.UNNECESSARY: types.DiagnosticTag.Unnecessary,
    Tag.DEPRECATED: types.DiagnosticTag.Deprecated,
}

Send = Callable[[types.PublishDiagnosticsParams], None]


def to_lsp(diagnostic: Diagnostic, document: Document, encoding: Encoding) -> types.Diagnostic:
    """The editor's form of a finding in `document`."""
    return types.Diagnostic(
        range=encoding.range(document, diagnostic.span),
        message=f"{diagnostic.message}\n{diagnostic.help}" if diagnostic.help else diagnostic.message,
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.code or None,
        code_description=types.CodeDescription(diagnostic.href) if diagnostic.href else None,
        source=diagnostic.source,
        tags=[_TAGS[diagnostic.tag]] if diagnostic.tag else None,
    )


class Publisher:
    """Sends findings, and remembers what it sent so that nothing is sent twice and all of it can be withdrawn."""

    def __init__(self, send: Send, version: Callable[[Document], int | None]) -> None:
        self.encoding = Encoding()
        self._send, self._version = send, version
        self._sent: defaultdict[str, dict[str, types.PublishDiagnosticsParams]] = defaultdict(dict)

    def show(self, key: str, unit: Unit, diagnostics: Iterable[Diagnostic]) -> None:
        """Make `diagnostics` what is shown for the unit that `key` names."""
        found: defaultdict[str, list[types.Diagnostic]] = defaultdict(list)
        for diagnostic in diagnostics:
            document = unit.get(diagnostic.uri) or Document(diagnostic.uri, "")
            found[diagnostic.uri].append(to_lsp(diagnostic, document, self.encoding))
        sent = self._sent[key]
        versions = {document.uri: self._version(document) for document in unit}
        for uri in dict.fromkeys((*versions, *found, *sent)):
            params = types.PublishDiagnosticsParams(uri, found[uri], versions.get(uri))
            known = sent.get(uri)
            if params != known and (known is not None or params.diagnostics or params.version is not None):
                sent[uri] = params
                self._send(params)

    def clear(self, key: str) -> None:
        """Withdraw all findings of a unit."""
        for uri, params in self._sent.pop(key, {}).items():
            if params.diagnostics:
                self._send(types.PublishDiagnosticsParams(uri, []))
