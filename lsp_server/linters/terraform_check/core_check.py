"""Judges the blocks that are Terraform's own: labels, names, variables, repetition, versions, module sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.children import is_source
from lsp_server.dialects.terraform.constraints import NoConstraint, constraint
from lsp_server.dialects.terraform.inference import Types
from lsp_server.dialects.terraform.nearness import near
from lsp_server.dialects.terraform.types import Type
from lsp_server.dialects.terraform.versions import Constraint
from lsp_server.linters.terraform_check.finding import Finding, did_you_mean

_IDENTIFIER = re.compile(r"[^\W\d][\w-]*$")
_RESERVED = frozenset({"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"})
_NAMED = frozenset({"resource", "data", "ephemeral", "variable", "output", "module", "run"})
_TYPE_WORDS = ("string", "number", "bool", "list", "set", "map", "object", "tuple", "any")


def check_file_body(body: t.Body, blocks: Mapping[str, BlockSchema] = core_schema.TOP_LEVEL) -> Iterator[Finding]:
    """Findings for what stands at the top level of a file, where `blocks` may stand."""
    for attribute in body.attributes:
        detail = f'An argument named "{attribute.name}" is not expected here.'
        data = {"name": attribute.name, "kind": "argument", "path": (), "candidates": []}
        yield Finding("unsupported-argument", attribute.name_span, "Unsupported argument", detail, data)
    for block in body.blocks:
        schema = blocks.get(block.type)
        if schema is None:
            candidates = near(block.type, list(blocks))
            detail = f'Blocks of type "{block.type}" are not expected here.' + did_you_mean(block.type, candidates)
            data = {"name": block.type, "kind": "block", "path": (), "candidates": candidates}
            yield Finding("unsupported-block", block.type_span, "Unsupported block type", detail, data)
        else:
            yield from _labels(block, schema.labels)
            yield from _identified(block)


def _identified(block: t.Block) -> Iterator[Finding]:
    """An import needs an id or, since Terraform 1.12, an identity."""
    given = {attribute.name for attribute in block.body.attributes}
    if block.type == "import" and not block.broken and not given & {"id", "identity"}:
        detail = 'The argument "id" is required, but no definition was found.'
        data = {"name": "id", "kind": "argument", "path": (), "expected": "string"}
        yield Finding("missing-required-argument", block.header_span, "Missing required argument", detail, data)


def _labels(block: t.Block, expected: tuple[str, ...]) -> Iterator[Finding]:
    kind, given = block.type, len(block.labels)
    data = {"name": kind, "kind": "label", "expected": expected}
    if given < len(expected) and not block.broken:
        detail = f"All {kind} blocks must have {len(expected)} labels ({', '.join(expected)})."
        yield Finding("invalid-labels", block.header_span, f"Missing {expected[given]} for {kind}", detail, data)
    elif given > len(expected):
        wanted = f"Only {len(expected)} labels ({', '.join(expected)}) are" if expected else "No labels are"
        detail = f"{wanted} expected for {kind} blocks."
        yield Finding("invalid-labels", block.labels[len(expected)].span, f"Extraneous label for {kind}", detail, data)
    elif given and kind in _NAMED and not _IDENTIFIER.match(block.labels[-1].text) and not block.broken:
        detail = (
            "A name must start with a letter or underscore and may contain only letters, digits, underscores, "
            "and dashes."
        )
        label = block.labels[-1]
        yield Finding("invalid-labels", label.span, f"Invalid {kind} name", detail, {**data, "name": label.text})


def check_variable(block: t.Block, types: Types) -> Iterator[Finding]:
    """Findings in a variable: its name, its type and whether the default fits it."""
    if block.labels and block.labels[0].text in _RESERVED:
        label = block.labels[0]
        detail = f'The variable name "{label.text}" is reserved due to its special meaning inside module blocks.'
        yield Finding(
            "invalid-labels", label.span, "Invalid variable name", detail, {"name": label.text, "kind": "label"}
        )
    for name in ("description", "sensitive", "nullable", "ephemeral"):
        constant = block.body.attribute(name)
        yield from check_constant(constant.value, name) if constant else ()
    expected: Type | None = None
    given = block.body.attribute("type")
    if given:
        try:
            expected = constraint(given.value)
        except NoConstraint as wrong:
            yield _no_constraint(given, wrong)
        yield from _optional(given.value, types, inside=False)
    default = block.body.attribute("default")
    nullable = block.body.attribute("nullable")
    if default and nullable and _is(default.value, None) and _is(nullable.value, False):
        detail = "A null default value is not valid when nullable=false."
        data = {"name": "default", "kind": "value"}
        yield Finding("wrong-type", default.value.span, "Invalid default value for variable", detail, data)
    if default:
        yield from check_constant(default.value, "default")
        found = types.mismatch(default.value, expected) if expected else None
        if found:
            detail = f"This default value is not compatible with the variable's type constraint: {found.required}."
            data = {"name": "default", "kind": "value", "expected": str(expected)}
            yield Finding("wrong-type", found.span, "Invalid default value for variable", detail, data)


def _optional(value: t.Expression, types: Types, *, inside: bool) -> Iterator[Finding]:
    """Findings for `optional`: where it stands (`inside` an object's attribute), and whether its default fits."""
    if not isinstance(value, t.Call):
        return
    if value.name == "object" and len(value.args) == 1 and isinstance(value.args[0], t.ObjectExpression):
        for item in value.args[0].items:
            yield from _optional(item.value, types, inside=True)
        return
    if value.name == "optional":
        data = {"name": "optional", "kind": "type", "candidates": []}
        summary = "Invalid type specification"
        if not inside:
            detail = 'Keyword "optional" is valid only as a modifier for object type attributes.'
            yield Finding("invalid-type-constraint", value.span, summary, detail, data)
        elif len(value.args) > 2:
            detail = (
                "Optional attribute modifier expects at most two arguments: the attribute type, and a default value."
            )
            yield Finding("invalid-type-constraint", value.span, summary, detail, data)
        elif len(value.args) == 2:
            yield from _optional_default(value, types)
    for argument in value.args[:1]:
        yield from _optional(argument, types, inside=False)


def _optional_default(call: t.Call, types: Types) -> Iterator[Finding]:
    try:
        expected = constraint(call.args[0])
    except NoConstraint:
        return
    if wrong := types.mismatch(call.args[1], expected):
        detail = f"This default value is not compatible with the attribute's type constraint: {wrong.required}."
        data = {"name": "optional", "kind": "value", "expected": str(expected)}
        yield Finding("wrong-type", wrong.span, "Invalid default value for optional attribute", detail, data)


def _is(value: t.Expression, wanted: object) -> bool:
    return isinstance(value, t.Literal) and value.value is wanted


def _no_constraint(given: t.Attribute, wrong: NoConstraint) -> Finding:
    text = given.value.text if isinstance(given.value, t.Template) else None
    if text is not None:
        detail = (
            "Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is now "
            f'deprecated and will be removed in a future version of Terraform. Remove the quotes around "{text}".'
        )
        data = {"name": text, "kind": "quoted-type", "candidates": list(_TYPE_WORDS)}
        return Finding("invalid-type-constraint", given.value.span, "Invalid quoted type constraints", detail, data)
    candidates = near(wrong.name, _TYPE_WORDS)
    data = {"name": wrong.name, "kind": "type", "candidates": candidates}
    detail = str(wrong) + did_you_mean(wrong.name, candidates)
    return Finding("invalid-type-constraint", wrong.span, "Invalid type specification", detail, data)


def check_constant(value: t.Expression, name: str) -> Iterator[Finding]:
    """Findings for references and calls where only a constant may stand."""
    own = t.loop_names(value)
    for expression in t.expressions(_without_keys(value)):
        if isinstance(expression, t.Traversal) and expression.root in own:
            continue
        if isinstance(expression, t.Traversal):
            data = {"name": name, "kind": "reference"}
            yield Finding(
                "reference-not-allowed",
                expression.span,
                "Variables not allowed",
                "Variables may not be used here.",
                data,
            )
            return
        if isinstance(expression, t.Call):
            data = {"name": name, "kind": "call"}
            yield Finding(
                "reference-not-allowed",
                expression.span,
                "Function calls not allowed",
                "Functions may not be called here.",
                data,
            )
            return


def _without_keys(value: t.Expression) -> t.Expression:
    if isinstance(value, t.ObjectExpression):
        return t.TupleExpression(value.span, tuple(_without_keys(item.value) for item in value.items))
    if isinstance(value, t.TupleExpression):
        return t.TupleExpression(value.span, tuple(_without_keys(item) for item in value.items))
    return value


def check_repetition(block: t.Block, types: Types) -> Iterator[Finding]:
    """Findings for `count` and `for_each`."""
    count, each = block.body.attribute("count"), block.body.attribute("for_each")
    if count and each:
        detail = 'The "count" and "for_each" meta-arguments are mutually-exclusive, only one should be used.'
        data = {"name": "for_each", "kind": "argument"}
        yield Finding("invalid-for-each", each.name_span, 'Invalid combination of "count" and "for_each"', detail, data)
    if count:
        yield from _count(count.value)
    if each and _is(each.value, None):
        detail = (
            'The given "for_each" argument value is unsuitable: the given "for_each" argument value is null. A map, '
            "or set of strings is allowed."
        )
        data = {"name": "for_each", "kind": "value"}
        yield Finding("invalid-for-each", each.value.span, "Invalid for_each argument", detail, data)
    elif each and (inside := _of_set(each.value)):
        detail = (
            'The given "for_each" argument value is unsuitable: "for_each" supports maps and sets of strings, but you '
            f"have provided a set containing type {inside}."
        )
        data = {"name": "for_each", "kind": "value", "given": f"set of {inside}"}
        yield Finding("invalid-for-each", each.value.span, "Invalid for_each set argument", detail, data)
    elif each and (unsuitable := _unsuitable(each.value, types)):
        detail = (
            'The given "for_each" argument value is unsuitable: the "for_each" argument must be a map, or set of '
            f"strings, and you have provided a value of type {unsuitable}."
        )
        data = {"name": "for_each", "kind": "value", "given": unsuitable}
        yield Finding("invalid-for-each", each.value.span, "Invalid for_each argument", detail, data)


def _count(value: t.Expression) -> Iterator[Finding]:
    negative = isinstance(value, t.Unary) and value.operator == "-"
    inner = value.operand if isinstance(value, t.Unary) else value
    number = inner.value if isinstance(inner, t.Literal) else ""
    if number is None and not negative:
        detail = 'The given "count" argument value is null. An integer is required.'
    elif isinstance(number, bool) or not isinstance(number, int | float):
        return
    elif number != int(number):
        detail = 'The given "count" argument value is unsuitable: value must be a whole number.'
    elif negative and number:
        detail = 'The given "count" argument value is unsuitable: must be greater than or equal to zero.'
    else:
        return
    data = {"name": "count", "kind": "value"}
    yield Finding("invalid-count", value.span, "Invalid count argument", detail, data)


def _of_set(value: t.Expression) -> str:
    """What `toset` of a list that is written out holds, where that is no text."""
    if not (isinstance(value, t.Call) and value.name == "toset" and len(value.args) == 1):
        return ""
    items = value.args[0].items if isinstance(value.args[0], t.TupleExpression) else ()
    if items and all(isinstance(item, t.ObjectExpression) for item in items):
        return "object"
    numbers = all(isinstance(i, t.Literal) and isinstance(i.value, int | float) for i in items)
    return "number" if items and numbers and not any(_is(i, True) or _is(i, False) for i in items) else ""


def _unsuitable(value: t.Expression, types: Types) -> str:
    if isinstance(value, t.TupleExpression) or (isinstance(value, t.ForExpression) and not value.makes_object):
        return "tuple"
    if isinstance(value, t.Call) and value.name == "keys" and not value.expand:
        return "list of string"
    known = types.of(value)
    return str(known) if known and (known.primitive or known.kind == "list") and known.kind != "dynamic" else ""


def check_version(attribute: t.Attribute | None) -> Iterator[Finding]:
    """Findings for a version constraint that cannot be read."""
    text = attribute.value.text if attribute and isinstance(attribute.value, t.Template) else None
    if attribute and text is not None and not Constraint.parse(text).valid:
        detail = "This string does not use correct version constraint syntax."
        data = {"name": text, "kind": "value"}
        yield Finding("invalid-version", attribute.value.span, "Invalid version constraint", detail, data)


def check_module_source(block: t.Block) -> Iterator[Finding]:
    """Findings for a module's source address."""
    source = block.body.attribute("source")
    if source is None:
        return
    yield from check_constant(source.value, "source")
    text = source.value.text if isinstance(source.value, t.Template) else None
    if text is not None and text.startswith(("./", "../")) and block.body.attribute("version"):
        detail = (
            f'Failed to parse module registry address: can\'t use local directory "{text}" as a module '
            'registry address. Terraform assumed one because of "version", which is for registry modules.'
        )
        data = {"name": text, "kind": "value"}
        summary = "Invalid registry module source address"
        yield Finding("invalid-module-source", source.value.span, summary, detail, data)
    if text is None or is_source(text):
        return
    detail = (
        f'Terraform failed to determine your intended installation method for remote module package "{text}". If you '
        f'intended this as a path relative to the current module, use "./{text}" instead.'
    )
    yield Finding(
        "invalid-module-source",
        source.value.span,
        "Invalid module source address",
        detail,
        {"name": text, "kind": "value"},
    )
