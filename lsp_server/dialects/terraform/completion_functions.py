"""Completions that call a function: Terraform's own, and those of providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lsp_server.core.letters import has_letters
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform.context import Context
from lsp_server.dialects.terraform.fitting import fits
from lsp_server.dialects.terraform.functions import Function, Parameter, functions
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.types import DYNAMIC, STRING, Type

_PROVIDER = "provider::"
# developer.hashicorp.com/terraform/language/functions/terraform-encode_tfvars and the like
_OF_TERRAFORM = {
    "encode_tfvars": Function("encode_tfvars", (Parameter("value", DYNAMIC),), None, STRING),
    "decode_tfvars": Function("decode_tfvars", (Parameter("src", STRING),), None, DYNAMIC),
    "encode_expr": Function("encode_expr", (Parameter("expr", DYNAMIC),), None, STRING),
}


def calls(context: Context, schemas: ProviderSchemas, expected: Type | None) -> Iterator[Completion]:
    """Functions, those that give what is expected first."""
    if not context.namespace:
        for function in functions().values():
            if has_letters(function.name, context.prefix.lower()):
                rank = 30 if fits(function.returns, expected) else 60
                yield _call(context, function, rank, f"function:{function.name}")
        return
    known = provider_functions(schemas)
    if context.namespace == _PROVIDER:
        for name in known:
            yield Completion(name, CompletionKind.FUNCTION, context.word, f"{name}::", "functions of the provider")
    for function in known.get(context.namespace.removeprefix(_PROVIDER).removesuffix("::"), {}).values():
        yield _call(context, function, 30, "")


def provider_functions(schemas: ProviderSchemas) -> Mapping[str, Mapping[str, Function]]:
    """The functions of each provider that has some, by its local name."""
    found: dict[str, Mapping[str, Function]] = {"terraform": _OF_TERRAFORM}
    for name, choice in schemas.choices:
        own: Mapping[str, Function] = getattr(choice.bundle, "functions", {})
        if own:
            found[name] = own
    return found


def _call(context: Context, function: Function, rank: int, key: str) -> Completion:
    text = function.name if context.called else _snippet(function)
    return Completion(
        function.name, CompletionKind.FUNCTION, context.word, text, function.signature, not context.called, rank,
        key=key,
    )  # fmt: skip


def _snippet(function: Function) -> str:
    names = [parameter.name for parameter in function.parameters]
    if not names:
        return f"{function.name}($1)$0" if function.variadic else f"{function.name}()"
    places = ", ".join(f"${{{number}:{name}}}" for number, name in enumerate(names, 1))
    return f"{function.name}({places})$0"
