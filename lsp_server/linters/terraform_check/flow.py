"""Follows what is sensitive or ephemeral through a module, as far as that is certain.

A value is marked as a whole where Terraform would hide all of it; a list or an object that only holds marked values is
not, and what takes it apart may get rid of the mark.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.module import Declaration, Module
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.static import invalid

_FREE = {
    "sensitive": frozenset({"nonsensitive", "issensitive", "type", "can"}),
    "ephemeral": frozenset({"ephemeralasnull", "issensitive", "type", "can"}),
}
_DEEPEST = 20


class Marks:
    """Which expressions of a module are `sensitive`, or `ephemeral`: `flag` is the one."""

    def __init__(self, module: Module, flag: str) -> None:
        self._module, self._flag = module, flag
        self._locals: dict[str, tuple[bool, bool]] = {}
        self._asked: list[str] = []
        self.any = flag == "sensitive" or bool(module.ephemeral) or any(map(self._flagged, module.variables.values()))

    def of(self, value: t.Expression) -> bool:
        """Whether an output of that value would show something marked."""
        return self.any and any(self._both(value))

    def whole(self, value: t.Expression) -> bool:
        """Whether all of a value is marked."""
        return self.any and self._both(value)[0]

    def _both(self, value: t.Expression) -> tuple[bool, bool]:
        """Whether a value is marked as a whole, and whether it certainly holds something that is."""
        match value:
            case t.Parenthesis(inner=inner) | t.Interpolation(inner=inner):
                found = self._both(inner)
            case t.Traversal():
                found = self._traversal(value)
            case t.Conditional(condition=condition, yes=yes, no=no):
                both = [self._both(branch) for branch in (yes, no)]
                found = self._both(condition)[0] or all(w for w, _ in both), all(any(b) for b in both)
            case t.TupleExpression(items=items):
                found = False, any(any(self._both(item)) for item in items)
            case t.ObjectExpression(items=pairs):
                found = False, any(any(self._both(pair.value)) for pair in pairs)
            case t.Call():
                found = self._call(value), False
            case _:
                found = any(self._both(part)[0] for part in _parts(value)), False
        return found

    def _call(self, call: t.Call) -> bool:
        name = call.name.removeprefix("core::")
        if name in _FREE[self._flag] or "::" in name:
            return False
        certain = call.args[:2] if name == "lookup" else call.args  # the third only counts where nothing is found
        return name == self._flag or (name != "try" and any(self._both(a)[0] for a in certain))

    def _traversal(self, value: t.Traversal) -> tuple[bool, bool]:
        names = value.names
        if names[:1] == ("var",) and len(names) > 1:
            declared = self._module.variables.get(names[1])
            return (declared is not None and self._flagged(declared)), False
        if names[:1] == ("local",) and len(names) > 1:
            return self._local(names[1], value.parts[2:])
        return names[:1] == (self._flag,), False  # an ephemeral resource

    def _local(self, name: str, parts: tuple[t.Part, ...]) -> tuple[bool, bool]:
        if not parts and name in self._locals:
            return self._locals[name]
        first, declared = not parts, self._module.locals.get(name)
        inner = declared.value if declared else None
        if inner is None or name in self._asked or len(self._asked) > _DEEPEST:
            return False, False
        self._asked.append(name)
        try:
            while parts and isinstance(inner, t.ObjectExpression) and parts[0].kind == "attr":
                inner = next((item.value for item in inner.items if item.name == parts[0].name), None)
                parts = parts[1:]
                if inner is None:
                    return False, False
            whole, inside = self._both(inner)
        finally:
            self._asked.pop()
        found = whole, inside and not parts
        if first:
            self._locals[name] = found
        return found

    def _flagged(self, declaration: Declaration) -> bool:
        given = declaration.argument(self._flag)
        return given is not None and isinstance(given.value, t.Literal) and given.value.value is True


def _parts(value: t.Expression) -> tuple[t.Expression, ...]:
    """Those parts of a value of which one that is marked marks the whole."""
    match value:
        case t.Template(parts=parts):
            return tuple(part for part in parts if isinstance(part, t.Interpolation))
        case t.Binary(left=left, right=right):
            return left, right
        case t.Unary(operand=inner) | t.Access(source=inner) | t.ForExpression(collection=inner):
            return (inner,)
    return ()


Placed = tuple[str, int, Finding]
"""A finding with its document's uri and the offset that its span counts from."""


def check_flow(module: Module) -> Iterator[Placed]:
    """Findings for outputs that show what is hidden, for what repeats by it, and for ephemeral values that are kept."""
    sensitive, ephemeral = Marks(module, "sensitive"), Marks(module, "ephemeral")
    for output in module.outputs.values():
        value = output.argument("value")
        if value is not None and sensitive.any and sensitive.of(value.value) and not output.argument("sensitive"):
            yield _placed(output, _shown(output, is_root=bool(module.providers)))
        if value is not None and ephemeral.of(value.value) and not output.argument("ephemeral"):
            detail = (
                "This output value is not declared as returning an ephemeral value, so it cannot be set to a result "
                "derived from an ephemeral value."
            )
            span, summary = value.value.span, "Ephemeral value not allowed"
            yield _placed(output, invalid("ephemeral-value", span, summary, detail, ""))
    for table in (module.resources, module.data, module.module_calls):
        for declaration in table.values():
            yield from _repeated(declaration, sensitive)
    schemas = schema_for(module)
    for resource in module.resources.values() if ephemeral.any else ():
        schema = schemas.block_of(resource)
        if schema is not None and not schema.opaque:
            yield from _kept(resource, schema, ephemeral)


def _placed(declaration: Declaration, finding: Finding) -> Placed:
    return declaration.uri, declaration.placed.start, finding


def _shown(output: Declaration, *, is_root: bool) -> Finding:
    node = output.declared.node
    span = node.header_span if isinstance(node, t.Block) else node.span
    detail = (
        "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Terraform "
        "requires that any root module output containing sensitive data be explicitly marked as sensitive, to confirm "
        "your intent. If you do intend to export this data, add sensitive = true."
    )
    data = {"name": "", "kind": "output", "output": output.name[0]}
    return Finding("sensitive-output", span, "Output refers to sensitive values", detail, data, weaker=not is_root)


def _repeated(declaration: Declaration, sensitive: Marks) -> Iterator[Placed]:
    node = declaration.declared.node
    given = node.body.attribute("for_each") if isinstance(node, t.Block) else None
    if given is not None and sensitive.whole(given.value):
        detail = (
            "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, "
            "the sensitive value could be exposed as a resource instance key."
        )
        summary = "Invalid for_each argument"
        yield _placed(declaration, invalid("invalid-for-each", given.value.span, summary, detail, ""))


def _kept(resource: Declaration, schema: BlockSchema, ephemeral: Marks) -> Iterator[Placed]:
    node = resource.declared.node
    for attribute in node.body.attributes if isinstance(node, t.Block) else ():
        known = schema.attributes.get(attribute.name)
        if known is None or known.write_only or attribute.name.endswith("_wo") or not ephemeral.of(attribute.value):
            continue  # not all schemas say what is only written; the ending does
        detail = (
            f'Ephemeral values are not valid for "{attribute.name}", because it is not a write-only attribute and must '
            "be persisted to state."
        )
        span, summary = attribute.value.span, "Invalid use of ephemeral value"
        yield _placed(resource, invalid("ephemeral-value", span, summary, detail, attribute.name))
