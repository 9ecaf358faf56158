"""The editor's icons for what documents declare."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.dialects.service import SymbolKind

KINDS = {
    SymbolKind.SECTION: types.SymbolKind.Namespace.value,
    SymbolKind.RESOURCE: types.SymbolKind.Class.value,
    SymbolKind.PARAMETER: types.SymbolKind.Variable.value,
    SymbolKind.CONDITION: types.SymbolKind.Boolean.value,
    SymbolKind.MAPPING: types.SymbolKind.Enum.value,
    SymbolKind.OUTPUT: types.SymbolKind.Interface.value,
    SymbolKind.RULE: types.SymbolKind.Function.value,
    SymbolKind.PROPERTY: types.SymbolKind.Property.value,
    SymbolKind.OBJECT: types.SymbolKind.Object.value,
    SymbolKind.LIST: types.SymbolKind.Array.value,
    SymbolKind.DATA: types.SymbolKind.Struct.value,
    SymbolKind.VALUE: types.SymbolKind.Constant.value,
    SymbolKind.MODULE: types.SymbolKind.Module.value,
    SymbolKind.PROVIDER: types.SymbolKind.Package.value,
}
