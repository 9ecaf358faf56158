"""Judges function calls: the name, how many arguments, their types, and files that are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.children import folder_of, is_folder, source_of
from lsp_server.dialects.terraform.functions import Function, functions
from lsp_server.dialects.terraform.inference import Types
from lsp_server.dialects.terraform.nearness import near
from lsp_server.dialects.terraform.references import TRYING
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.linters.terraform_check.finding import Finding, did_you_mean

_READS = frozenset({"file", "filebase64", "templatefile"})
_HASHES = frozenset(f"file{kind}" for kind in ("md5", "sha1", "sha256", "sha512", "base64sha256", "base64sha512"))
_SPECIAL = frozenset({"templatestring", "issensitive", "ephemeralasnull"})
_ANY = 1_000_000
_GONE = {"list": " Write tolist([ … ]).", "map": " Write tomap({ … }).", "type": " Only terraform console has it."}


def check_calls(body: t.Body, types: Types, scope: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Findings for every function call of a piece."""
    for top in body.blocks:
        for node in _values(top):
            for expression in unguarded(node):
                if isinstance(expression, t.Call):
                    yield from _check(expression, types)


def unguarded(node: Any) -> Iterator[t.Expression]:
    """Every expression in and below a node, but for those that `try` and `can` evaluate: there, any may fail."""
    todo = [node]
    while todo:
        at = todo.pop()
        if isinstance(at, t.Expression):
            yield at
        if not (isinstance(at, t.Call) and at.name in TRYING):
            todo += reversed(t.children(at))


def _values(block: t.Block) -> Iterator[t.Expression]:
    for attribute in block.body.attributes:
        if not (block.type == "variable" and attribute.name == "type"):
            yield attribute.value
    for inner in block.body.blocks:
        yield from _values(inner)


def _check(call: t.Call, types: Types) -> Iterator[Finding]:
    name = call.name.removeprefix("core::")
    if "::" in name or name in _SPECIAL:
        return
    function = functions().get(name)
    if function is None:
        candidates = near(name, list(functions()))
        detail = f'There is no function named "{name}".' + (_GONE.get(name) or did_you_mean(name, candidates))
        data = {"name": name, "kind": "function", "candidates": candidates}
        yield Finding("unknown-function", call.name_span, "Call to unknown function", detail, data)
    elif not call.expand:
        yield from _arity(call, function)
        yield from _number(call)
        yield from _types(call, function, types)


def check_provider_function(
    call: t.Call, declared: Collection[str], schemas: ProviderSchemas, types: Types
) -> Iterator[Finding]:
    """Findings for a provider's function that is not there, or whose arguments do not fit.

    `declared` are the local names of the providers; which functions there are is told by installed providers alone.
    """
    words = call.name.split("::")
    if len(words) < 3 or words[0] != "provider":
        return
    choice = schemas.provider(words[1]) if words[1] in declared else None
    known = choice.bundle.functions if choice and choice.told_by_provider else {}
    function = known.get(words[-1])
    if words[1] not in declared or (choice and choice.told_by_provider and choice.exact and function is None):
        detail = (
            f'There is no function named "{call.name}". Ensure that provider name "{words[1]}" is declared in this '
            f'module\'s required_providers block, and that this provider offers a function named "{words[-1]}".'
        )
        candidates = [f"provider::{words[1]}::{name}" for name in near(words[-1], list(known))]
        data = {"name": call.name, "kind": "function", "provider": words[1], "candidates": candidates}
        yield Finding("unknown-function", call.name_span, "Unknown provider function", detail, data)
    elif function is not None and choice and choice.exact and not call.expand:
        yield from _arity(call, function)
        yield from _types(call, function, types)


def _arity(call: t.Call, function: Function) -> Iterator[Finding]:
    given, wanted = len(call.args), len(function.parameters)
    data = {"name": function.name, "kind": "function", "expected": function.signature}
    if given < wanted:
        missing = function.parameters[given].name
        bound = "at least " if function.variadic else ""
        detail = f'Function "{function.name}" expects {bound}{wanted} argument(s). Missing value for "{missing}".'
        span = Span(call.args_span.end, call.span.end)
        yield Finding("function-arguments", span, "Not enough function arguments", detail, data)
    elif given > wanted and not function.variadic:
        detail = f'Function "{function.name}" expects only {wanted} argument(s).'
        yield Finding("function-arguments", call.args[wanted].span, "Too many function arguments", detail, data)


_NUMBERS: dict[str, tuple[int, int, str]] = {
    **dict.fromkeys(("coalesce", "coalescelist", "concat", "try"), (1, _ANY, "at least one argument is required")),
    **dict.fromkeys(("max", "min"), (1, _ANY, "must pass at least one number")),
    "join": (2, _ANY, "at least one list is required"),
    "lookup": (2, 3, "lookup() takes two or three arguments"),
    "range": (1, 3, "must have one, two, or three arguments"),
    "setproduct": (2, _ANY, "at least two arguments are required"),
}


def _number(call: t.Call) -> Iterator[Finding]:
    """What a function says of the number of its arguments that its signature does not."""
    least, most, why = _NUMBERS.get(call.name.removeprefix("core::"), (0, _ANY, ""))
    signature = functions()[call.name.removeprefix("core::")]
    if not len(signature.parameters) <= len(call.args) or least <= len(call.args) <= most:
        return
    detail = f'Call to function "{call.name}" failed: {why}.'
    data = {"name": call.name, "kind": "function", "expected": signature.signature}
    yield Finding("function-arguments", call.span, "Error in function call", detail, data)


def _types(call: t.Call, function: Function, types: Types) -> Iterator[Finding]:
    names = t.loop_names(call)
    for number, value in enumerate(call.args):
        fixed = number < len(function.parameters)
        parameter = function.parameters[number] if fixed else function.variadic
        if parameter is None:
            return
        wrong = types.mismatch(value, parameter.type, names)
        if wrong:
            detail = f'Invalid value for "{parameter.name}" parameter: {wrong.required}.'
            data = {
                "name": parameter.name,
                "kind": "function",
                "function": function.name,
                "expected": str(parameter.type),
            }
            yield Finding("function-arguments", wrong.span, "Invalid function argument", detail, data)


def check_files(piece: t.Piece, uri: str) -> Iterator[Finding]:
    """Findings for files that functions read and that are not there; nothing for documents without a folder."""
    reading = _reading(piece)
    folder = _folder(uri) if reading else None
    if folder is None:
        return
    for node in reading:
        yield from _source(node, folder) if isinstance(node, t.Block) else _file(node, folder)


@with_argument
def _reading(piece: t.Piece) -> tuple[t.Block | t.Call, ...]:
    """Everything in a piece that reads a file or a folder: what is there may change at any time, the piece does not."""
    found: list[t.Block | t.Call] = []
    for block in piece.body.blocks:
        found += [block] if block.type == "module" else []
        found += block.body.blocks_of("module") if block.type == "run" else ()
        found += [
            expression
            for expression in unguarded(block)
            if isinstance(expression, t.Call) and expression.args and expression.name in _READS | _HASHES
        ]
    return tuple(found)


def _source(block: t.Block, folder: Path) -> Iterator[Finding]:
    source = source_of(block)
    given = block.body.attribute("source")
    if given and source and is_folder(source) and not _exists(folder, source):
        detail = f'There is no folder "{source}" for module "{block.labels[0].text if block.labels else ""}".'
        data = {"name": source, "kind": "folder"}
        yield Finding("missing-file", given.value.span, "Unreadable module directory", detail, data)


def _folder(uri: str) -> Path | None:
    folder = folder_of(uri)
    return Path(folder) if folder else None


def _file(call: t.Call, folder: Path) -> Iterator[Finding]:
    path = _literal_path(call.args[0])
    if path is None or _exists(folder, path):
        return
    data = {"name": path, "kind": "file", "function": call.name}
    if call.name in _HASHES:
        detail = f"while calling {call.name}(path): open {path}: no such file or directory."
        yield Finding("missing-file", call.args[0].span, "Error in function call", detail, data)
        return
    detail = (
        f'Invalid value for "path" parameter: no file exists at "{path}"; this function works only with files that are '
        "distributed as part of the configuration source code."
    )
    yield Finding("missing-file", call.args[0].span, "Invalid function argument", detail, data)


def _literal_path(value: t.Expression) -> str | None:
    if not isinstance(value, t.Template):
        return None
    parts = value.parts
    if parts and isinstance(parts[0], t.Interpolation) and isinstance(parts[0].inner, t.Traversal):
        if parts[0].inner.names not in {("path", "module"), ("path", "root"), ("path", "cwd")}:
            return None
        parts = (t.TextPart(parts[0].span, "."), *parts[1:])
    return (
        "".join(p.value for p in parts if isinstance(p, t.TextPart))
        if all(isinstance(p, t.TextPart) for p in parts)
        else None
    )


def _exists(folder: Path, path: str) -> bool:
    try:
        return (folder / Path(path).expanduser()).exists()
    except (OSError, RuntimeError, ValueError):
        return True  # it cannot be told
