"""A policy of AWS that `jsonencode` writes becomes a data source `aws_iam_policy_document`, which the provider checks.

What each key of a policy is there called: the documentation of the data source, and the reference of IAM's policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.formatting.layout import layout as laid_out
from lsp_server.dialects.terraform.types import STRING
from lsp_server.fixers.terraform.content import Scene, scene_of
from lsp_server.fixers.terraform.values import type_of
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of, uses_names
from lsp_server.refactorings.terraform.writing import free_name, leading, name_from, native

_TYPE = "aws_iam_policy_document"
_LISTS = {"Action": "actions", "NotAction": "not_actions", "Resource": "resources", "NotResource": "not_resources"}
_WHO = {"Principal": "principals", "NotPrincipal": "not_principals"}
_KINDS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
_VERSION = "2012-10-17"  # which the data source says of itself; a policy that says none is of an older one
_ASSUMED = "assume_role_policy"


class _OtherError(Exception):
    """Something that a policy may not say, or of which it is not known what it is."""


def to_data_source(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for the policy around the place, where all of it can be told."""
    spot = spot_of(selection)
    number, call = next(((n, e) for n, e in enumerate(spot.chain) if _is_policy(e)), (0, None))
    top = spot.top
    if not isinstance(call, t.Call) or number or top is None or top.type != "resource" or spot.attribute is None:
        return
    scene = scene_of(spot.unit)
    if uses_names(call, spot.scope) or spot.commented(call.span) or len(top.labels) < 2:
        return
    if scene.type_content("data", _TYPE).opaque or "&{" in spot.text(call):
        return  # the data source takes `&{x}` for a variable of a policy
    try:
        lines = list(_Writer(scene, spot.document).policy(call.args[0]))
    except _OtherError:
        return
    label = name_from(top.labels[1].text, "assume_role" if spot.attribute.name == _ASSUMED else "")
    name = free_name(label, (own for of, own in spot.module.data if of == _TYPE))
    address = top.address if len(spot.path) == 1 else ()
    yield Refactoring(
        "policy.data",
        f"Convert the policy to data source '{_TYPE}.{name}'",
        Kind.REWRITE,
        partial(_edits, spot, top, call, name, lines),
        Comparison(adds=frozenset({("data", _TYPE, name)}), ignoring=frozenset({(address, spot.attribute.name)})),
    )


def _is_policy(node: t.Expression) -> bool:
    """Whether an expression writes an object that has statements as JSON."""
    if not isinstance(node, t.Call) or node.name != "jsonencode" or len(node.args) != 1 or node.expand:
        return False
    said = node.args[0]
    return isinstance(said, t.ObjectExpression) and any(item.name == "Statement" for item in said.items)


def _edits(spot: Spot, top: t.Block, call: t.Call, name: str, lines: list[str]) -> Iterable[Edit]:
    provider = top.body.attribute("provider")
    said = [f"provider = {spot.text(provider.value)}"] if provider is not None else []
    text = _laid("\n".join([f'data "{_TYPE}" "{name}" {{', *said, *lines, "}"]))
    start = leading(spot, top).start
    uri = spot.document.uri
    above = Edit(uri, Span(start, start), f"{text}\n\n")
    return native(spot.unit, [above, Edit(uri, call.span, f"data.{_TYPE}.{name}.json")])


def _laid(text: str) -> str:
    document = Document("file:///policy.tf", f"{text}\n")
    return apply_edits(document.text, laid_out(document)).rstrip("\n")


@dataclass(frozen=True)
class _Writer:
    """Writes a policy as the data source says it. Raises _OtherError."""

    scene: Scene
    document: Document

    def policy(self, node: t.Expression) -> Iterator[str]:
        """The lines of all of it."""
        said = _items(node)
        version = said.pop("Version", None)
        text = version.text if isinstance(version, t.Template) else None
        if text is None:
            raise _OtherError
        if text != _VERSION:
            yield f'version = "{text}"'
        if (own := said.pop("Id", None)) is not None:
            yield f"policy_id = {self._string(own)}"
        stated = said.pop("Statement")
        if said:
            raise _OtherError
        statements = stated.items if isinstance(stated, t.TupleExpression) else (stated,)
        if not statements:
            raise _OtherError
        for number, statement in enumerate(statements):
            yield from ("",) if number or text != _VERSION or own is not None else ()
            yield from ("statement {", *self._statement(statement), "}")

    def _statement(self, node: t.Expression) -> Iterator[str]:
        said = _items(node)
        if "Effect" not in said:
            raise _OtherError
        for key in ("Sid", "Effect"):
            if key in said:
                yield f"{key.lower()} = {self._string(said.pop(key))}"
        for key, name in _LISTS.items():
            if key in said:
                yield f"{name} = {self._list(said.pop(key))}"
        for key, name in _WHO.items():
            if key in said:
                yield from self._principals(name, said.pop(key))
        if "Condition" in said:
            yield from self._conditions(said.pop("Condition"))
        if said:
            raise _OtherError

    def _principals(self, name: str, node: t.Expression) -> Iterator[str]:
        if isinstance(node, t.Template) and node.text == "*":
            yield from _block(name, ('type = "*"', 'identifiers = ["*"]'))
            return
        for kind, who in _items(node).items():
            if kind not in _KINDS:
                raise _OtherError
            yield from _block(name, (f'type = "{kind}"', f"identifiers = {self._list(who)}"))

    def _conditions(self, node: t.Expression) -> Iterator[str]:
        for test, compared in _items(node).items():
            for variable, values in _items(compared).items():
                told = (f'test = "{test}"', f'variable = "{variable}"', f"values = {self._list(values, plain=True)}")
                yield from _block("condition", told)

    def _list(self, node: t.Expression, *, plain: bool = False) -> str:
        """A list of texts, be it one that stands alone; with `plain`, of numbers and truth values, too."""
        if isinstance(node, t.TupleExpression):
            if not node.items:
                raise _OtherError
            for item in node.items:
                self._string(item, plain=plain)
            return self.document.slice(node.span).replace("\r\n", "\n")
        kind = type_of(self.scene, node)
        if isinstance(node, t.Traversal) and kind is not None and kind.is_list and kind.element == STRING:
            return self.document.slice(node.span)
        return f"[{self._string(node, plain=plain)}]"

    def _string(self, node: t.Expression, *, plain: bool = False) -> str:
        written = self.document.slice(node.span)
        literal = plain and isinstance(node, t.Literal) and node.value is not None
        if literal:
            return f'"{written}"'
        if "\n" in written or type_of(self.scene, node) != STRING:
            raise _OtherError
        return written


def _block(name: str, lines: Iterable[str]) -> tuple[str, ...]:
    return ("", f"{name} {{", *lines, "}")


def _items(node: t.Expression) -> dict[str, t.Expression]:
    """The items of an object by their keys, each written out and said once."""
    if not isinstance(node, t.ObjectExpression):
        raise _OtherError
    found = {item.name: item.value for item in node.items if item.name is not None}
    if len(found) != len(node.items) or any('"' in name or "${" in name or "\\" in name for name in found):
        raise _OtherError
    return found


REFACTORERS = (Refactorer("policies", frozenset({Kind.REWRITE}), to_data_source),)
