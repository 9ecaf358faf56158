"""What is told about what a provider knows: types, arguments, attributes, nested blocks, and whose schema says so."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import deprecations
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.deprecations import Told
from lsp_server.dialects.terraform.module import Module
from lsp_server.dialects.terraform.pages import provider_page, type_page
from lsp_server.dialects.terraform.schema import Choice

_NOUNS = {"resource": "resource", "data": "data source", "ephemeral": "ephemeral resource"}
DEPRECATED = "**Deprecated.**"
RECOVERED = "_(Recovered from documentation: the schema does not say.)_"
NOTHING_TOLD = Told()
_WRITE_ONLY = "Write-only: it is sent to the provider, and kept neither in the state nor in a plan."
_VALUES = 40  # that are listed
_LISTED = 12  # names of required arguments


def joined(*parts: str) -> str:
    """Paragraphs of those parts that say something."""
    return "\n\n".join(part for part in parts if part)


def address_of(choice: Choice) -> str:
    """For a person: `hashicorp/aws`."""
    return choice.meta.source.partition("/")[2]


def used(module: Module, choice: Choice) -> str:
    """Which provider, in which version, and by which schema it is known."""
    address, locked = address_of(choice), module.locked.get(choice.meta.source, "")
    version = f" {locked}" if locked else ""
    fits = "" if choice.exact else ", which is not a version that the project asks for"
    told = ", as installed" if choice.told_by_provider else ""
    return f"Provider `{address}`{version} · schema of {choice.title}{told}{fits}"


def page(choice: Choice, kind: str, type_name: str) -> str:
    """A link to what the registry tells about a type; about the provider itself where `kind` is empty."""
    source, version = choice.meta.source, choice.meta.version
    found = type_page(source, version, kind, type_name) if kind else provider_page(source, version)
    return f"[Documentation]({found})" if found is not None else ""


def used_with_page(module: Module, choice: Choice, kind: str, type_name: str) -> str:
    """Whose schema speaks of a type, on one line, with the link."""
    return " · ".join(filter(None, (used(module, choice), page(choice, kind, type_name))))


def deprecation(told: Told, *, of_provider: bool) -> str:
    """That something is deprecated, and what is said of it; empty where it is not."""
    if not (told.deprecated or of_provider):
        return ""
    return " ".join(filter(None, (DEPRECATED, told.why, "" if of_provider else RECOVERED)))


def of_type(module: Module, choice: Choice | None, schema: BlockSchema | None, kind: str, name: str) -> str:
    """What a resource type is."""
    head = f"**{name}** · {_NOUNS.get(kind, kind)}"
    if choice is None:
        return head
    if schema is None:
        return joined(head, f"Not in the schema of {choice.title}.", used(module, choice))
    needed = [f"`{one}`" for one in (*schema.required, *schema.required_blocks)]
    more = " …" if len(needed) > _LISTED else ""
    return joined(
        head,
        deprecation(deprecations.told(choice, kind, name).get("", NOTHING_TOLD), of_provider=schema.deprecated),
        _described(schema),
        f"Required: {', '.join(needed[:_LISTED])}{more}" if needed else "",
        used(module, choice),
        page(choice, kind, name),
    )


def of_member(schema: BlockSchema | NestedBlock | None, name: str, told: Told = NOTHING_TOLD) -> str:
    """What an argument, attribute or nested block of a block is; empty where the schema does not name it.

    `told` is what is recovered of it.
    """
    inner = schema.block if isinstance(schema, NestedBlock) else schema
    if inner is None:
        return ""
    if name in inner.attributes:
        return joined(*_attribute(name, inner.attributes[name], told), _described(inner, name))
    if name in inner.blocks:
        return joined(*_block(name, inner.blocks[name], told), _described(inner, name))
    return ""


def _attribute(name: str, known: AttributeSchema, told: Told) -> Iterator[str]:
    words = [word for word in ("required", "optional", "computed") if getattr(known, word)]
    yield f"**{name}** · `{known.type.written}`" + (f" · {', '.join(words)}" if words else "")
    if known.values:
        more = " …" if len(known.values) > _VALUES else ""
        yield f"Allowed: {', '.join(f'`{value}`' for value in known.values[:_VALUES])}{more}"
    yield deprecation(told, of_provider=known.deprecated)
    if known.sensitive or told.sensitive:
        yield f"Sensitive: plans and messages hide it.{'' if known.sensitive else f' {RECOVERED}'}"
    yield _WRITE_ONLY if known.write_only else ""


def _block(name: str, nested: NestedBlock, told: Told) -> Iterator[str]:
    what = "block" if nested.nesting == "single" or nested.max == 1 else f"blocks ({nested.nesting})"
    yield f"**{name}** · {what}{_bounds(nested)}"
    yield deprecation(told, of_provider=nested.block.deprecated)
    needed = [f"`{one}`" for one in (*nested.block.required, *nested.block.required_blocks)]
    yield f"Required in it: {', '.join(needed[:_LISTED])}" if needed else ""


def _bounds(nested: NestedBlock) -> str:
    if nested.min and nested.min == nested.max:
        return " · required" if nested.min == 1 else f" · exactly {nested.min}"
    least = f" · at least {nested.min}" if nested.min else " · optional"
    return least + (f" · at most {nested.max}" if nested.max else "")


def _described(schema: BlockSchema, name: str = "") -> str:
    return schema.describe(name).strip()
