"""Judges the blocks that are Terraform's own: labels, names, variables, repetition, versions, module sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.constraints import NoConstraint, constraint
from lsp_server.dialects.terraform.inference import Types
from lsp_server.dialects.terraform.types import Type
from lsp_server.dialects.terraform.versions import Constraint
from lsp_server.linters.terraform_check.finding import Finding, did_you_mean, near

_IDENTIFIER = re.compile(r"[^\W\d][\w-]*$")
_RESERVED = frozenset({"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"})
_REGISTRY = re.compile(r"([\w.-]+/)?[a-zA-Z0-9_-]+/[a-zA-Z0-9_-]+/[a-z0-9]+(//.*)?$")
_REMOTE = re.compile(r"(git::|hg::|s3::|gcs::|https?://|git@|github\.com/|bitbucket\.org/|[\w.-]+\.(zip|tgz|tar\.gz))")
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
    expected: Type | None = None
    given = block.body.attribute("type")
    if given:
        try:
            expected = constraint(given.value)
        except NoConstraint as wrong:
            yield _no_constraint(given, wrong)
    default = block.body.attribute("default")
    if default:
        yield from check_constant(default.value, "default")
        found = types.mismatch(default.value, expected) if expected else None
        if found:
            detail = f"This default value is not compatible with the variable's type constraint: {found.required}."
            data = {"name": "default", "kind": "value", "expected": str(expected)}
            yield Finding("wrong-type", found.span, "Invalid default value for variable", detail, data)


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
    for expression in t.expressions(_without_keys(value)):
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
    if each and (unsuitable := _unsuitable(each.value, types)):
        detail = (
            'The given "for_each" argument value is unsuitable: the "for_each" argument must be a map, or set of '
            f"strings, and you have provided a value of type {unsuitable}."
        )
        data = {"name": "for_each", "kind": "value", "given": unsuitable}
        yield Finding("invalid-for-each", each.value.span, "Invalid for_each argument", detail, data)


def _unsuitable(value: t.Expression, types: Types) -> str:
    if isinstance(value, t.TupleExpression):
        return "tuple"
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
    if text is None or text.startswith(("./", "../", "/")) or _REMOTE.match(text) or _REGISTRY.match(text):
        return
    if text in {".", ".."}:
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
