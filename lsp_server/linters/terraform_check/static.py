"""Judges what has to be written out, since Terraform reads it before it evaluates anything."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.nearness import near
from lsp_server.linters.terraform_check.core_check import check_constant
from lsp_server.linters.terraform_check.finding import Finding

_DEPENDING = frozenset({"resource", "data", "ephemeral", "module", "output"})
_LIST = "A static list expression is required."
_REFERENCE = (
    "A single static variable reference is required: only attribute access and indexing with constant keys. No "
    "calculations, function calls, template expressions, etc are allowed here."
)
_GONE = frozenset({"chef", "habitat", "puppet", "salt-masterless"})
_OF_DESTROYED = frozenset({"self", "path", "terraform", "count", "each"})


def check_static(block: t.Block) -> Iterator[Finding]:
    """Findings for `depends_on`, `lifecycle` and provisioners of a block at the top of a file."""
    depends = block.body.attribute("depends_on")
    if depends and block.type in _DEPENDING:
        yield from _list(depends.value, "depends_on")
        for item in items(depends.value):
            yield from not_static(item, "depends_on")
            yield from _whole(item)
    provider = block.body.attribute("provider")
    if provider and block.type in {"resource", "data", "ephemeral", "import"}:
        yield from _provider(provider.value)
    for lifecycle in block.body.blocks_of("lifecycle") if block.type == "resource" else ():
        yield from _lifecycle(lifecycle)
    for provisioner in block.body.blocks_of("provisioner") if block.type == "resource" else ():
        yield from _provisioner(provisioner)


def items(value: t.Expression) -> tuple[t.Expression, ...]:
    """The items of a list that is written out."""
    return value.items if isinstance(value, t.TupleExpression) else ()


def invalid(code: str, span: Span, summary: str, detail: str, name: str, kind: str = "value") -> Finding:
    """A finding that needs no other facts than a name."""
    return Finding(code, span, summary, detail, {"name": name, "kind": kind})


def _list(value: t.Expression, name: str) -> Iterator[Finding]:
    if not isinstance(value, t.TupleExpression | t.Broken):
        yield invalid("invalid-expression", value.span, "Invalid expression", _LIST, name)


def not_static(value: t.Expression, name: str) -> Iterator[Finding]:
    """A finding for a value that is no reference; one in quotes is another rule's."""
    quoted = isinstance(value, t.Template) and value.text is not None
    if not quoted and not isinstance(value, t.Traversal | t.Broken):
        yield invalid("invalid-expression", value.span, "Invalid expression", _REFERENCE, name)


def reference_wanted(value: t.Expression, name: str) -> Iterator[Finding]:
    """A finding for a value that is no reference, in quotes or not."""
    if not isinstance(value, t.Traversal | t.Broken):
        yield invalid("invalid-expression", value.span, "Invalid expression", _REFERENCE, name)


def _whole(value: t.Expression) -> Iterator[Finding]:
    if not isinstance(value, t.Traversal) or value.root in {"module", "each", "count", "self", "path", "terraform"}:
        return
    whole = 3 if value.root in {"data", "ephemeral", "resource"} else 2
    rest = value.parts[whole:]
    if rest and (value.root in {"var", "local"} or rest[0].kind == "attr" or len(rest) > 1):
        detail = "References in depends_on must be to a whole object (resource, etc), not to an attribute of an object."
        yield invalid("invalid-expression", rest[0].span, "Invalid depends_on reference", detail, rest[0].name)


def _provider(value: t.Expression) -> Iterator[Finding]:
    if isinstance(value, t.Traversal) and (len(value.names) > 2 or value.parts[-1].kind == "splat"):
        detail = (
            "The provider argument requires a provider type name, optionally followed by a period and then a "
            "configuration alias."
        )
        summary = "Invalid provider configuration reference"
        yield invalid("invalid-reference", value.span, summary, detail, ".".join(value.names), "reference")


def _lifecycle(block: t.Block) -> Iterator[Finding]:
    for attribute in block.body.attributes:
        value = attribute.value
        match attribute.name:
            case "prevent_destroy" | "create_before_destroy":
                yield from check_constant(value, attribute.name)
            case "ignore_changes" if not (isinstance(value, t.Traversal) and value.names == ("all",)):
                yield from _list(value, attribute.name)
                for item in items(value):
                    yield from not_static(item, attribute.name)
                yield from _wildcard(value)
            case "replace_triggered_by":
                yield from _list(value, attribute.name)
                for item in items(value):
                    yield from _trigger(item)


def _wildcard(value: t.Expression) -> Iterator[Finding]:
    for item in items(value):
        if isinstance(item, t.Template) and item.text == "*":
            detail = (
                'The ["*"] form of ignore_changes wildcard was deprecated and is now invalid. Use "ignore_changes = '
                'all" to ignore changes to all attributes.'
            )
            yield invalid("invalid-expression", item.span, "Invalid ignore_changes wildcard", detail, "*")


def _trigger(value: t.Expression) -> Iterator[Finding]:
    if isinstance(value, t.Traversal) and value.root in {"var", "local", "data", "module", "each", "count", "self"}:
        summary = "Invalid reference in replace_triggered_by expression"
        detail = "Only resources, count.index, and each.key may be used in replace_triggered_by."
        yield invalid("invalid-expression", value.span, summary, detail, value.root)
    elif not isinstance(value, t.Traversal | t.Broken | t.Access):
        summary = "Invalid replace_triggered_by expression"
        detail = "Missing resource reference in replace_triggered_by expression."
        yield invalid("invalid-expression", value.span, summary, detail, "replace_triggered_by")


def _provisioner(block: t.Block) -> Iterator[Finding]:
    if len(block.labels) != 1:
        return
    label = block.labels[0]
    if label.text in _GONE:
        detail = f'The "{label.text}" provisioner was deprecated in Terraform 0.13.4 and has been removed.'
        summary = f'The "{label.text}" provisioner has been removed'
        yield invalid("unknown-provisioner", block.header_span, summary, detail, label.text, "provisioner")
    elif label.text not in core_schema.PROVISIONERS:
        known = list(core_schema.PROVISIONERS)
        detail = f'This configuration requires provisioner plugin "{label.text}", which is not part of Terraform.'
        data = {"name": label.text, "kind": "provisioner", "candidates": near(label.text, known) or known}
        summary = "Missing required provisioner plugin"
        yield Finding("unknown-provisioner", label.span, summary, detail, data, weaker=True)
    for name, words in (("when", "create or destroy"), ("on_failure", "continue or fail")):
        given = block.body.attribute(name)
        if given:
            yield from _keyword(given, words)
    when = block.body.attribute("when")
    if when and isinstance(when.value, t.Traversal) and when.value.names == ("destroy",):
        yield from _destroyed(block)


def _keyword(given: t.Attribute, words: str) -> Iterator[Finding]:
    value = given.value
    if isinstance(value, t.Broken):
        return
    quoted = value.text if isinstance(value, t.Template) else None
    word = value.names[0] if isinstance(value, t.Traversal) and len(value.parts) == 1 else quoted
    if word not in words.split(" or "):
        detail = f'The "{given.name}" argument requires one of the following keywords: {words}.'
        data = {"name": given.name, "kind": "value", "candidates": words.split(" or ")}
        yield Finding("invalid-value", value.span, f'Invalid "{given.name}" keyword', detail, data)


def _destroyed(block: t.Block) -> Iterator[Finding]:
    allowed = _OF_DESTROYED | t.loop_names(block.body)
    for expression in t.expressions(block.body):
        if not isinstance(expression, t.Traversal) or expression.root in allowed or len(expression.parts) < 2:
            continue
        detail = (
            "Destroy-time provisioners and their connection configurations may only reference attributes of the "
            "related resource, via 'self', 'count.index', or 'each.key'."
        )
        summary = "Invalid reference from destroy provisioner"
        yield invalid("invalid-reference", expression.span, summary, detail, expression.root, "reference")
