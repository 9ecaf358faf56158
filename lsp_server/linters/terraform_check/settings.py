"""Judges `terraform` blocks and the configurations of providers: what they require, by which name, and where from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.versions import Constraint
from lsp_server.linters.terraform_check.core_check import check_constant
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.static import invalid

_NAME = re.compile(r"[^\W\d][\w-]*\Z")
_PART = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z_-]*[0-9A-Za-z])?\Z")
_HOST = re.compile(r"[\w.-]+(?::\d+)?\Z")
_KEYS = frozenset({"source", "version", "configuration_aliases"})
_CODE = "invalid-requirement"


def check_settings(block: t.Block) -> Iterator[Finding]:
    """Findings for a `terraform` block."""
    required = block.body.attribute("required_version")
    if required:
        yield from check_constant(required.value, "required_version")
    for inner in block.body.blocks_of("required_providers"):
        for nested in inner.body.blocks:
            summary = f'Unexpected "{nested.type}" block'
            yield invalid("unsupported-block", nested.type_span, summary, "Blocks are not allowed here.", nested.type)
        for attribute in inner.body.attributes:
            yield from _requirement(attribute)
    backends, clouds = block.body.blocks_of("backend"), block.body.blocks_of("cloud")
    if backends and clouds:
        detail = "A module may declare either one 'cloud' block OR one 'backend' block configuring a state backend."
        summary = "Both a backend and cloud configuration are present"
        yield invalid("duplicate", backends[0].header_span, summary, detail, "", "block")


def _requirement(attribute: t.Attribute) -> Iterator[Finding]:
    name, value = attribute.name, attribute.value
    if name != name.lower():
        detail = f'Provider names must be normalized. Replace "{name}" with "{name.lower()}" to fix this error.'
        yield invalid(_CODE, attribute.name_span, "Invalid provider local name", detail, name, "name")
    if isinstance(value, t.Template):
        yield from _version(value)
    elif isinstance(value, t.ObjectExpression):
        for item in value.items:
            yield from _item(item)
    elif not isinstance(value, t.Broken):
        detail = "required_providers entries must be strings or objects."
        yield invalid(_CODE, value.span, "Invalid required_providers object", detail, name)


def _item(item: t.ObjectItem) -> Iterator[Finding]:
    name, value = item.name, item.value
    if name not in _KEYS:
        detail = (
            'required_providers objects can only contain "version", "source" and "configuration_aliases" attributes. '
            'To configure a provider, use a "provider" block.'
        )
        yield invalid(_CODE, item.key.span, "Invalid required_providers object", detail, name or "", "argument")
    elif isinstance(value, t.Template) and value.text is not None:
        yield from _version(value) if name == "version" else _source(value, value.text)
    elif name != "configuration_aliases" and not isinstance(value, t.Broken):
        yield from check_constant(value, name or "")


def _version(value: t.Template) -> Iterator[Finding]:
    text = value.text
    if text is not None and not Constraint.parse(text).valid:
        detail = "This string does not use correct version constraint syntax."
        yield invalid("invalid-version", value.span, "Invalid version constraint", detail, text)


def _source(value: t.Template, text: str) -> Iterator[Finding]:
    parts = text.split("/")
    wrong = len(parts) > 3 or not all(_PART.match(part) for part in parts[-2:])
    if wrong or (len(parts) == 3 and not _HOST.match(parts[0])):
        detail = f'"{text}" is no address of a provider: it is written [HOSTNAME/]NAMESPACE/TYPE.'
        summary = "Invalid provider source string" if len(parts) > 3 else "Invalid provider namespace"
        yield invalid(_CODE, value.span, summary, detail, text)


def check_provider(block: t.Block) -> Iterator[Finding]:
    """Findings for the alias of a provider's configuration."""
    alias = block.body.attribute("alias")
    if alias is None:
        return
    yield from check_constant(alias.value, "alias")
    text = alias.value.text if isinstance(alias.value, t.Template) else None
    if text is not None and not _NAME.match(text):
        detail = (
            "An alias must be a valid name. A name must start with a letter or underscore and may contain only "
            "letters, digits, underscores, and dashes."
        )
        yield invalid("invalid-value", alias.value.span, "Invalid provider configuration alias", detail, text)
