"""Makes the protocol's classes when they are first used: of 554, a session uses a tenth, and each takes a millisecond.

`lsprotocol.types` has attrs write and compile methods for each class while it is imported, which is most of the time
and a third of the memory that a server takes until it answers `initialize`. Here attrs does it for a class when one is
made, or when its attributes are asked for. All that can be seen of a class afterwards is what attrs makes of it, but
for its having no slots: attrs would have to make another class for those.
"""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from typing import Any

import attrs

_define = attrs.define
_building = threading.RLock()


class _Attributes:
    """Stands for `__attrs_attrs__`, the mark of a class of attrs, until somebody asks for it."""

    def __init__(self, cls: type) -> None:
        self._cls = cls

    def __get__(self, instance: object, owner: type) -> Any:
        _build(self._cls)
        return self._cls.__attrs_attrs__  # type: ignore[attr-defined]  # what attrs has put in place


def _lazily(cls: type) -> type:
    """Do as `attrs.define` without arguments, later."""

    def __init__(self: Any, *values: Any, **named: Any) -> None:  # noqa: N807 - it is one until it is replaced
        _build(cls)
        cls.__init__(self, *values, **named)  # type: ignore[misc]  # as above

    cls.__init__ = __init__  # type: ignore[misc]
    cls.__attrs_attrs__ = _Attributes(cls)  # type: ignore[attr-defined]
    return cls


def _build(cls: type) -> None:
    """Have attrs make the methods of a class, once, and resolve the types of its attributes, as cattrs wants them."""
    with _building:
        if isinstance(cls.__dict__["__attrs_attrs__"], _Attributes):
            _define(cls, slots=False, init=True)
            attrs.resolve_types(cls, sys.modules["lsprotocol.types"].ALL_TYPES_MAP, {})


def load() -> None:
    """Import the protocol's types and what converts them. Where they are imported already, they stay as they are."""
    if "lsprotocol.types" in sys.modules:
        return
    attrs.define = _lazily  # type: ignore[assignment]
    try:
        import_module("lsprotocol.types")
    finally:
        attrs.define = _define
    hooks: Any = import_module("lsprotocol._hooks")
    hooks._resolved_forward_references = True  # it would ask all classes for their attributes; see _build
