"""What is told about a name: what it stands for, how it is declared, where it is used."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Unit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.children import called, interface_of, source_of
from lsp_server.dialects.terraform.constraints import variable_type
from lsp_server.dialects.terraform.inference import Types
from lsp_server.dialects.terraform.module import Declaration, Module, is_variables_file, module_of
from lsp_server.dialects.terraform.providers import of_declaration
from lsp_server.dialects.terraform.resolve import Resolver
from lsp_server.dialects.terraform.schema import Choice, ProviderSchemas, schema_for, typed
from lsp_server.dialects.terraform.service import names
from lsp_server.dialects.terraform.service.about_schema import joined, of_type, used_with_page
from lsp_server.dialects.terraform.service.definition import declaring, node_of
from lsp_server.dialects.terraform.service.excerpt import excerpt, short
from lsp_server.dialects.terraform.service.names import How, Place, Space
from lsp_server.dialects.terraform.service.new_names import binder_of

_USES = 8  # lines that are listed
_INPUTS = 25  # of a module call that are listed
_KINDS = {Space.RESOURCE: "resource", Space.DATA: "data", Space.EPHEMERAL: "ephemeral", Space.ACTION: "action"}


def about_name(unit: Unit, place: Place) -> str:
    """What the name at a place stands for; empty where nothing declares it."""
    if place.name.space is Space.BOUND:
        return _bound(place)
    if place.name.space is Space.PROVIDER and len(place.name.path) == 1 and not place.name.of:
        known = any(one.declares or one.mention.how is How.PROVIDER for one in names.places_of(unit, place))
        return about_provider(unit, place.name.text) if known else ""
    places = names.places_of(unit, place)
    found = declaring(place, places)
    if not found:
        return ""
    home = Unit(called(unit).get(place.name.of[0], ())) if place.name.of else unit
    parts = list(_declared(home, found[0]))
    if place.mention.how is not How.DECLARED and place.name.space not in (Space.VARIABLE, Space.OUTPUT):
        span, _ = node_of(found[0])
        parts.append(excerpt(found[0].document, span))
    return joined(*parts, "" if place.name.of else _uses(place, places))


def _declared(unit: Unit, place: Place) -> Iterator[str]:
    """What a module declares at a place."""
    module = module_of(unit)
    name = place.name
    match name.space:
        case Space.VARIABLE if name.text in module.variables:
            yield from _variable(unit, module.variables[name.text])
        case Space.LOCAL if name.text in module.locals:
            kind = Resolver(module, schema_for(module)).local_type(name.text)
            yield f"**local.{name.text}** · local value{f' · `{kind.written}`' if kind else ''}"
        case Space.OUTPUT if name.text in module.outputs:
            yield from _output(unit, module, module.outputs[name.text])
        case Space.MODULE if name.text in module.module_calls:
            yield from _call(unit, module.module_calls[name.text])
        case Space.RESOURCE | Space.DATA | Space.EPHEMERAL | Space.ACTION:
            yield from _object(module, place)
        case _:
            yield f"**{name.address}** · {name.space.value}"


def _variable(unit: Unit, variable: Declaration) -> Iterator[str]:
    kind = variable_type(variable)
    yield f"**var.{variable.name[0]}** · variable{f' · `{kind.written}`' if kind else ''}"
    yield _text(variable, "description")
    default = variable.argument("default")
    if default is None:
        yield "Required"
    elif _is_true(variable, "sensitive"):
        yield "Sensitive: plans and messages hide its value."
    else:
        yield f"Default: {_written(unit, variable, default)}"
    if default is None and _is_true(variable, "sensitive"):
        yield "Sensitive: plans and messages hide its value."
    if not _is_true(variable, "sensitive"):
        yield from _given(unit, variable.name[0])
    yield from _conditions(variable)


def _given(unit: Unit, name: str) -> Iterator[str]:
    """The values that variables files give."""
    for document in unit:
        for placed in names.tree_of(document).placed if is_variables_file(document) else ():
            attribute = placed.piece.body.attribute(name)
            if attribute is not None:
                yield f"In `{document.name}`: {short(document, attribute.value.span.shifted(placed.start))}"


def _conditions(variable: Declaration) -> Iterator[str]:
    node = variable.declared.node
    for validation in node.body.blocks_of("validation") if isinstance(node, t.Block) else ():
        message = validation.body.attribute("error_message")
        if message is not None and isinstance(message.value, t.Template) and message.value.text:
            yield f"Condition: {message.value.text}"


def _output(unit: Unit, module: Module, output: Declaration) -> Iterator[str]:
    value = output.argument("value")
    kind = Types(Resolver(module, schema_for(module))).of(value.value) if value is not None else None
    yield f"**output.{output.name[0]}** · output{f' · `{kind.written}`' if kind else ''}"
    yield _text(output, "description")
    if _is_true(output, "sensitive"):
        yield "Sensitive: the command line hides its value."
    if value is not None:
        yield f"Value: {_written(unit, output, value)}"


def _call(unit: Unit, call: Declaration) -> Iterator[str]:
    node = call.declared.node
    source = source_of(node) if isinstance(node, t.Block) else None
    repeated = f" · with `{call.repeated}`" if call.repeated else ""
    yield f"**module.{call.name[0]}** · module call{repeated}"
    version = _text(call, "version")
    if source:
        yield f"Source: `{source}`{f' · version `{version}`' if version else ''}"
    documents = called(unit).get(call.name[0], ())
    interface = interface_of(documents) if documents else None
    if interface is not None:
        lines = [f"- `{i.name}`: `{i.type.written}`{' · required' if i.required else ''}" for i in interface.inputs]
        more = ["- …"] if len(lines) > _INPUTS else []
        yield "\n".join(["Variables:\n", *lines[:_INPUTS], *more]) if lines else ""
        outputs = [f"`{name}`" for name in interface.outputs[:_INPUTS]]
        yield f"Outputs: {', '.join(outputs)}{' …' if len(interface.outputs) > _INPUTS else ''}" if outputs else ""


def _object(module: Module, place: Place) -> Iterator[str]:
    """A resource or the like: its type, and how many there are."""
    name, kind = place.name, _KINDS[place.name.space]
    schemas = schema_for(module)
    table = {"resource": module.resources, "data": module.data, "ephemeral": module.ephemeral}.get(kind, {})
    declaration = table.get(name.path)
    provider = of_declaration(declaration) if declaration is not None else ""
    choice, schema = type_of(schemas, kind, name.path[0], provider)
    repeated = declaration.repeated if declaration is not None else ""
    yield f"**{name.address}** · {name.space.value}{f' · with `{repeated}`' if repeated else ''}"
    if choice is not None and schema is not None:
        yield used_with_page(module, choice, kind, name.path[0])


def type_of(
    schemas: ProviderSchemas, kind: str, name: str, provider: str = ""
) -> tuple[Choice | None, BlockSchema | None]:
    """Whose schema speaks of a type, and what it says; `provider` is the local name that a meta-argument gives."""
    choice = schemas.provider_of(name, provider) if kind in {"resource", "data", "ephemeral"} else None
    return choice, typed(choice.bundle, kind, name) if choice else None


def about_type(unit: Unit, kind: str, name: str, provider: str = "") -> str:
    """What a resource type is; `provider` is the local name that a meta-argument gives."""
    module = module_of(unit)
    return of_type(module, *type_of(schema_for(module), kind, name, provider), kind, name)


def about_provider(unit: Unit, local: str) -> str:
    """What a module says of a provider by its local name, and whose schema counts."""
    module = module_of(unit)
    requirement = module.required_providers.get(local)
    choice = schema_for(module).provider(local)
    head = f"**{local}** · provider"
    if requirement is not None and requirement.source:
        head += f" `{requirement.source}`"
    asked = f"Version: `{requirement.version}`" if requirement is not None and requirement.version else ""
    if choice is None:
        return joined(head, asked, "No schema of it is known here.")
    return joined(head, asked, used_with_page(module, choice, "", ""))


def _bound(place: Place) -> str:
    """What a name of a `for`, a directive or a `dynamic` block stands for."""
    name, found = place.name, binder_of(place, place.name)
    if found is None:
        return ""
    through = short(place.document, found.through.shifted(place.start))
    if found.is_block:
        return f"**{name.text}** · iterator of this block: `{name.text}.key`, `{name.text}.value`, of {through}"
    what = "key or index" if found.is_key else "element"
    return f"**{name.text}** · {what} of {through}"


# -- what is written


def _text(declaration: Declaration, name: str) -> str:
    given = declaration.argument(name)
    return (given.value.text or "").strip() if given is not None and isinstance(given.value, t.Template) else ""


def _is_true(declaration: Declaration, name: str) -> bool:
    given = declaration.argument(name)
    return given is not None and isinstance(given.value, t.Literal) and given.value.value is True


def _written(unit: Unit, declaration: Declaration, argument: t.Attribute) -> str:
    """The value of an argument; of one in an override file no place is known, so that nothing is shown."""
    node = declaration.declared.node
    own = isinstance(node, t.Block) and node.body.attribute(argument.name) is argument
    document = unit.get(declaration.uri) if own else None
    return short(document, argument.value.span.shifted(declaration.placed.start)) if document is not None else "…"


def _uses(place: Place, places: list[Place]) -> str:
    """Where else a name is used, by file and line."""
    found: dict[str, list[str]] = {}
    total = 0
    for one in places:
        if one.declares or one.span == place.span:
            continue
        total += 1
        line = str(one.document.position(one.span.start).line + 1)
        lines = found.setdefault(one.document.name, [])
        if line not in lines and sum(map(len, found.values())) < _USES:
            lines.append(line)
    told = [f"{file} {', '.join(lines)}" for file, lines in found.items() if lines]
    shown = sum(map(len, found.values()))
    more = " …" if total > shown >= _USES else ""
    return f"Used in {' · '.join(told)}{more}" if told else ""
