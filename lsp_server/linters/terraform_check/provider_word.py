"""Judges the provider that a type's first word names, where nothing declares it: `asw_instance` is no type of AWS.

Without a declaration Terraform looks for `hashicorp/asw` and fails at `init`. That is only told where a slip is plain:
the word is close to a provider's that is known here, and that provider has the rest of the name.
"""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.schema import Choice, ProviderSchemas
from lsp_server.linters.terraform_check.finding import Finding

_NAMES = (
    "ad archive aws awscc azuread azurerm azurestack boundary cloudinit consul dns external google googleworkspace hcp "
    "hcs helm http kubernetes local nomad null opc oraclepaas random salesforce template terraform tfcoremock tfe time "
    "tls vault vsphere waypoint"
)
_OFFICIAL = frozenset(_NAMES.split())
_MOST = 2


def check_provider_word(block: t.Block, schemas: ProviderSchemas) -> Iterator[Finding]:
    """A finding for a block whose provider nobody declares or knows and whose type is misspelled."""
    kind, type_name = block.type, block.labels[0].text
    word, underscore, rest = type_name.partition("_")
    if not underscore or word in _OFFICIAL or word in schemas.foreign or block.body.attribute("provider"):
        return
    meant = [
        f"{name}_{rest}"
        for name, choice in schemas.choices
        if OSA.distance(word.lower(), name) <= min(_MOST, len(name) // 2) and _has(choice, kind, f"{name}_{rest}")
    ]
    meant += [
        other
        for other in _astray(type_name)
        for name, choice in schemas.choices
        if other.startswith(f"{name}_") and _has(choice, kind, other)
    ]
    if meant:
        what = "data source" if kind == "data" else "resource type"
        detail = (
            f'No provider "{word}" is declared here, and Terraform would look for hashicorp/{word}. The {what} '
            f'"{type_name}" is not known. Did you mean "{meant[0]}"?'
        )
        facts = {"name": type_name, "kind": kind, "resource_type": type_name, "candidates": meant, "elsewhere": False}
        code = "unknown-data-source" if kind == "data" else "unknown-resource-type"
        summary = f"Invalid {what}"
        yield Finding(code, block.labels[0].span, summary, detail, facts)


def _astray(type_name: str) -> Iterator[str]:
    """The type with its first underscore a letter further on or back: `aw_ss3_bucket`, `awsv_pc`."""
    at = type_name.index("_")
    for first in (at - 1, at):
        if 0 <= first < len(type_name) - 1:
            pair = type_name[first : first + 2]
            yield type_name[:first] + pair[::-1] + type_name[first + 2 :]


def _has(choice: Choice, kind: str, type_name: str) -> bool:
    return any(type_name in (b.data_types if kind == "data" else b.resource_types) for b in choice.bundles)
