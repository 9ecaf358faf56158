"""The linter: whole modules in milliseconds, because a block that did not change is not judged again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from lsp_server.core.caches import with_both
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.bundles import Bundle
from lsp_server.dialects.terraform.children import interfaces
from lsp_server.dialects.terraform.functions import functions
from lsp_server.dialects.terraform.inference import Types
from lsp_server.dialects.terraform.json_lowered import lowered
from lsp_server.dialects.terraform.module import Module, module_of
from lsp_server.dialects.terraform.nearness import near
from lsp_server.dialects.terraform.resolve import Resolver
from lsp_server.dialects.terraform.schema import Choice, ProviderSchemas, schema_for, typed
from lsp_server.dialects.terraform.test_files import test_file
from lsp_server.linters.base import LintResult
from lsp_server.linters.installed_schemas import InstalledSchemas
from lsp_server.linters.terraform_check import (
    calls,
    core_check,
    duplicates,
    json_check,
    module_call,
    operands,
    overriding,
    test_check,
)
from lsp_server.linters.terraform_check.addresses import check_addresses, check_imports, check_moves
from lsp_server.linters.terraform_check.calls import unguarded
from lsp_server.linters.terraform_check.conditions import check_conditions
from lsp_server.linters.terraform_check.deprecated import check_deprecated
from lsp_server.linters.terraform_check.evaluation import check_evaluation
from lsp_server.linters.terraform_check.finding import NAME, Finding, did_you_mean
from lsp_server.linters.terraform_check.flow import check_flow
from lsp_server.linters.terraform_check.literal_calls import check_literal_call
from lsp_server.linters.terraform_check.names import check_references
from lsp_server.linters.terraform_check.outdated import check_outdated
from lsp_server.linters.terraform_check.provider_word import check_provider_word
from lsp_server.linters.terraform_check.recovered_flow import hidden_outputs
from lsp_server.linters.terraform_check.schema_check import BlockCheck
from lsp_server.linters.terraform_check.settings import check_provider, check_settings
from lsp_server.linters.terraform_check.static import check_static
from lsp_server.linters.terraform_check.surroundings import Surroundings, while_it_holds
from lsp_server.linters.terraform_check.unused import check_unused
from lsp_server.linters.terraform_check.values import check_values

_LARGEST = 3_000_000  # a second or two; no person has written such a module
_SLICE = 0.004  # seconds of work between which others have their turn
_TURN = 0.0005  # seconds: a timer, so that all that has arrived is answered, not one step of it

_EARLY = frozenset({"source", "version", "prevent_destroy"})
ONLY_OPENTOFU = frozenset({"base64gunzip", "cidrcontains", "urldecode"})


class TerraformCheck:
    """Everything that `terraform validate` finds from schema and references, on texts that may be half-typed."""

    name = NAME
    language = Language.TERRAFORM
    incremental = True

    def __init__(self, *, opentofu: bool = False, schemas: InstalledSchemas | None = None) -> None:
        """`opentofu`: modules are judged as OpenTofu's even where nothing in them says so.

        `schemas` know which installed providers could not be asked for theirs.
        """
        self._opentofu = opentofu
        self._schemas = schemas

    async def lint(self, unit: Unit) -> LintResult:
        """Judge a module. It takes milliseconds, hence no process of its own; what is asked meanwhile goes first."""
        size = sum(len(document.text) for document in unit)
        if size > _LARGEST:
            return LintResult(not_run=f"the module has {size / 1e6:.1f} million characters, more than it reads")
        notes = self._schemas.notes(unit) if self._schemas is not None else ()
        found: list[Diagnostic] = []
        began = time.monotonic()
        module = module_of(unit)
        opentofu = self._opentofu or module.is_opentofu
        for some in _in_steps(module):
            found += [d for d in some if not opentofu or not _passes_opentofu(d)]
            if time.monotonic() - began >= _SLICE:
                await asyncio.sleep(_TURN)
                began = time.monotonic()
        return LintResult(tuple(found), notes=notes)

    async def close(self) -> None:
        """Nothing to end."""


def check_module(module: Module) -> Iterator[Diagnostic]:
    """All findings in a module, in no order that matters."""
    for found in _in_steps(module):
        yield from (d for d in found if not module.is_opentofu or not _passes_opentofu(d))


def _passes_opentofu(diagnostic: Diagnostic) -> bool:
    """Whether OpenTofu lets it pass: it evaluates variables and locals first, and has more functions, and its name."""
    name = diagnostic.data.get("name")
    if diagnostic.data.get("of_terraform"):
        return True
    match diagnostic.code:
        case "reference-not-allowed":
            return name in _EARLY
        case "unknown-function":
            return name in ONLY_OPENTOFU
        case "undeclared-reference":
            return diagnostic.data.get("address") == ("tofu", "workspace")
    return False


def _in_steps(module: Module) -> Iterator[list[Diagnostic]]:
    """The findings of one piece after the other, then those of the whole."""
    schemas = schema_for(module)
    around = Surroundings(module, schemas)
    completed = overriding.completed(module)
    for uri, tree in module.trees.items():
        document = module.unit[uri]
        for placed in tree.placed:
            found = _of_piece(placed, document, around)
            left = overriding.without(found, placed.piece, completed, document) if completed else found
            yield [finding.diagnostic(document, placed.start) for finding in left]
    for uri in module.tests:
        yield from _of_tests(module, uri, around.resolver)
    for uri, tree in module.json.items():
        document = module.unit[uri]
        yield [finding.diagnostic(document, 0) for finding in json_check.check_syntax(document)]
        for placed in lowered(tree, schemas).placed:
            found = json_check.in_json(_of_piece(placed, document, around), placed.piece)
            left = overriding.without(found, placed.piece, completed, document) if completed else found
            yield [finding.diagnostic(document, placed.start) for finding in left]
    for whole in (
        duplicates.duplicates,
        duplicates.without_base,
        duplicates.cycles,
        check_flow,
        hidden_outputs,
        check_moves,
        check_imports,
        check_unused,
    ):
        yield [finding.diagnostic(module.unit[uri], start) for uri, start, finding in whole(module)]


class _State:
    """What a module and a test file declare, as a key for caches: one object for equal signatures.

    `test` is the latest module with this signature, and the test file; in all of them everything resolves alike.
    """

    test: test_check.Tested

    def __init__(self, signature: tuple[object, ...]) -> None:
        self.signature = signature


@lru_cache(maxsize=16)
def _state(signature: tuple[object, ...]) -> _State:
    return _State(signature)


def _of_piece(placed: t.Placed, document: Document, around: Surroundings) -> Iterator[Finding]:
    piece = placed.piece
    yield from _shape(piece, around.schemas)
    yield from _meaning(piece, around)
    yield from calls.check_files(piece, document.uri)


def _of_tests(module: Module, uri: str, resolver: Resolver) -> Iterator[list[Diagnostic]]:
    document, test, schemas = module.unit[uri], test_file(module, uri), resolver.schemas
    local_types = tuple((name, resolver.local_type(name)) for name in module.locals)
    declared = (module.signature, local_types, tuple(interfaces(module.unit).items()))
    runs = tuple(test.runs.values())
    known = tuple((r.name, r.module.unit if r.module and r.module is not module else None) for r in runs)
    unknown = tuple(r.name for r in runs if r.module is None)
    variables = (test.variables, *(r.variables for r in runs))
    here = _state((declared, tuple(module.outputs), known, unknown, variables))
    here.test = test_check.Tested(module, test)
    for placed in module.tests[uri].placed:
        found = (*test_check.shape(placed.piece, schemas), *_tested(placed.piece, here))
        found = (*found, *calls.check_files(placed.piece, uri))
        yield [finding.diagnostic(document, placed.start) for finding in found]
    again = test_check.duplicates(module.tests[uri])
    yield [finding.diagnostic(document, start) for start, finding in again]


@with_both
def _tested(piece: t.Piece, state: _State) -> tuple[Finding, ...]:
    """What the module and the other runs decide about a piece of a test file."""
    return tuple(test_check.meaning(piece, state.test))


# -- what a block's own text decides


@with_both
def _shape(piece: t.Piece, schemas: ProviderSchemas) -> tuple[Finding, ...]:
    """Syntax, labels, and what the schemas say of arguments and blocks."""
    found = [
        Finding("syntax", p.span, p.summary, p.detail, {"name": "", "kind": "syntax", "missing": p.missing})
        for p in piece.problems
    ]
    found += core_check.check_file_body(piece.body)
    for block in piece.body.blocks:
        found += _block_shape(block, schemas)
        found += check_deprecated(piece, block)
        found += check_outdated(block, schemas)
    return tuple(found)


def _block_shape(block: t.Block, schemas: ProviderSchemas) -> Iterator[Finding]:
    yield from check_static(block)
    yield from check_conditions(block)
    yield from check_addresses(block)
    match block.type:
        case "resource" | "data" | "ephemeral" if len(block.labels) > 1:
            yield from _typed(block, block.type, schemas)
        case "locals":
            for inner in block.body.blocks:
                summary = f'Unexpected "{inner.type}" block'
                facts = {"name": inner.type, "kind": "block", "path": (), "candidates": []}
                yield Finding("unsupported-block", inner.type_span, summary, "Blocks are not allowed here.", facts)
        case "provider" if block.labels:
            yield from check_provider(block)
            choice = schemas.provider(block.labels[0].text)
            yield from _judged(choice, lambda bundle: _configured(block, bundle)) if choice else ()
        case "check":
            yield from BlockCheck({"block": block.type}).check(block, core_schema.TOP_LEVEL["check"])
            for data in block.body.blocks_of("data"):
                if len(data.labels) > 1:
                    yield from _typed(data, "data", schemas)
                    yield from _repeated(data)
        case kind if kind in core_schema.TOP_LEVEL and kind != "module":
            yield from check_settings(block) if kind == "terraform" else ()
            yield from BlockCheck({"block": kind}).check(block, core_schema.TOP_LEVEL[kind])


def _repeated(data: t.Block) -> Iterator[Finding]:
    """Findings for the repetition of a data source in a `check` block."""
    for attribute in data.body.attributes:
        if attribute.name in {"count", "for_each"}:
            detail = 'The "count" and "for_each" meta-arguments are not supported within nested data blocks.'
            facts = {"name": attribute.name, "kind": "argument", "path": (), "candidates": []}
            summary = f'Invalid "{attribute.name}" attribute'
            yield Finding("unsupported-argument", attribute.name_span, summary, detail, facts)


def _typed(block: t.Block, kind: str, schemas: ProviderSchemas) -> Iterator[Finding]:
    """A resource or data source, judged by every bundled version that the project may mean."""
    type_name = block.labels[0].text
    choice = schemas.choice_of(block)
    if choice is None or (kind == "ephemeral" and not choice.bundle.ephemeral_types):
        yield from check_provider_word(block, schemas)
        return
    yield from _judged(choice, lambda bundle: _by_bundle(block, kind, type_name, bundle))


def _judged(choice: Choice, judge: Callable[[Bundle], Iterable[Finding]]) -> list[Finding]:
    """What the preferred version says; a warning where the project may have another that says otherwise."""
    found = list(judge(choice.bundle))
    if not choice.exact:
        why = f"(The project's provider version is not bundled; this was judged by {choice.title}.)"
        return [finding.weakened(why) for finding in found]
    for other in choice.others if found else ():
        accepted = {f.key for f in found} - {f.key for f in judge(other)}
        meta = other.meta
        why = f"(So says {choice.title}, the newest; {meta.provider} {meta.version} accepts it.)"
        found = [finding.weakened(why) if finding.key in accepted else finding for finding in found]
    return found


def _configured(block: t.Block, bundle: Bundle) -> Iterator[Finding]:
    """A provider's configuration, judged by one version."""
    schema = core_schema.joined(bundle.config(), core_schema.PROVIDER_META)
    yield from BlockCheck({"provider": block.labels[0].text}).check(block, schema)


def _by_bundle(block: t.Block, kind: str, type_name: str, bundle: Bundle) -> Iterator[Finding]:
    schema = typed(bundle, kind, type_name)
    if schema is None:
        yield _unknown_type(block, kind, type_name, bundle)
        return
    meta = core_schema.RESOURCE_META if kind == "resource" else core_schema.DATA_META
    facts = {"resource_type": type_name, "block": kind, "resource_name": block.labels[1].text}
    check = BlockCheck(facts, resource=kind == "resource")
    yield from check.check(block, core_schema.joined(schema, meta))


def _unknown_type(block: t.Block, kind: str, type_name: str, bundle: Bundle) -> Finding:
    data = kind == "data"
    types = {"data": bundle.data_types, "ephemeral": bundle.ephemeral_types}.get(kind, bundle.resource_types)
    elsewhere = type_name in (bundle.data_types if kind == "resource" else bundle.resource_types)
    candidates = near(type_name, list(types))
    source = bundle.meta.source.partition("/")[2]
    what = {"data": "data source", "ephemeral": "ephemeral resource"}.get(kind, "resource type")
    detail = f'The provider {source} does not support {what} "{type_name}".' + did_you_mean(type_name, candidates)
    if elsewhere:
        detail += f" There is a {'data source' if kind == 'resource' else 'managed resource'} of that type."
    facts = {
        "name": type_name, "kind": kind, "resource_type": type_name, "candidates": candidates, "elsewhere": elsewhere,
    }  # fmt: skip
    code = "unknown-data-source" if data else "unknown-resource-type"
    return Finding(code, block.labels[0].span, f"Invalid {what}", detail, facts)


# -- what the module around it decides


@while_it_holds
def _meaning(piece: t.Piece, resolver: Resolver) -> tuple[Finding, ...]:
    """References, types of values, function calls: decided by the piece and by what the module declares."""
    types = Types(resolver)
    found = list(check_references(piece, resolver))
    broken = {finding.span for finding in found}
    found += [f for f in calls.check_calls(piece.body, types) if f.span not in broken]
    found += [f for f in operands.check_operands(piece.body, types) if f.span not in broken]
    for block in piece.body.blocks:
        found += [f for f in _block_meaning(block, resolver, types) if f.span not in broken]
        found += [f for f in _evaluated(block, resolver, types) if f.span not in broken]
    return tuple(found)


def _evaluated(block: t.Block, resolver: Resolver, types: Types) -> Iterator[Finding]:
    yield from check_evaluation(block, types)
    for expression in unguarded(block):
        if not isinstance(expression, t.Call):
            continue
        if expression.name in functions():
            yield from check_literal_call(expression, types)
        elif "::" in expression.name and not resolver.partial:
            yield from calls.check_provider_function(expression, resolver.required_providers, resolver.schemas, types)


def _block_meaning(block: t.Block, resolver: Resolver, types: Types) -> Iterator[Finding]:
    schemas = resolver.schemas
    match block.type:
        case "variable":
            yield from core_check.check_variable(block, types)
            yield from check_values(block, core_schema.TOP_LEVEL["variable"], types, "")
        case "resource" | "data" | "ephemeral" if len(block.labels) > 1:
            yield from core_check.check_repetition(block, types)
            yield from _typed_values(block, schemas, types)
        case "module":
            yield from module_call.check_call(block, resolver, types)
            yield from core_check.check_repetition(block, types)
            yield from core_check.check_module_source(block)
            yield from core_check.check_version(block.body.attribute("version"))
        case "import":
            yield from check_values(block, core_schema.TOP_LEVEL["import"], types, "")
        case "check":
            yield from check_values(block, core_schema.TOP_LEVEL["check"], types, "")
        case "terraform":
            yield from core_check.check_version(block.body.attribute("required_version"))
        case "output":
            yield from check_values(block, core_schema.TOP_LEVEL["output"], types, "")
        case "provider" if block.labels:
            if choice := schemas.provider(block.labels[0].text):
                yield from _agreed(choice, lambda bundle: check_values(block, bundle.config(), types, ""))


def _typed_values(block: t.Block, schemas: ProviderSchemas, types: Types) -> Iterator[Finding]:
    type_name = block.labels[0].text
    choice = schemas.choice_of(block)
    meta = core_schema.RESOURCE_META if block.type == "resource" else core_schema.DATA_META

    def judged(bundle: Bundle) -> Iterable[Finding]:
        schema = typed(bundle, block.type, type_name)
        return check_values(block, core_schema.joined(schema, meta), types, type_name) if schema else ()

    if choice is None:
        yield from check_values(block, meta, types, type_name)
    else:
        yield from _agreed(choice, judged)


def _agreed(choice: Choice, judge: Callable[[Bundle], Iterable[Finding]]) -> list[Finding]:
    """What every version that may count says; a warning where the project's own is none of them."""
    found = list(judge(choice.bundle))
    for other in choice.others if found else ():
        kept = {finding.key for finding in judge(other)}
        found = [finding for finding in found if finding.key in kept]
    why = f"(Judged by {choice.title}; the project's own provider version is not bundled.)"
    return found if choice.exact else [finding.weakened(why) for finding in found]
