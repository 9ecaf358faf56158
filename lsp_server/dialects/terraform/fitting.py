"""Which references fit an argument: by what its name asks for, and by the type that it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.children import interfaces
from lsp_server.dialects.terraform.inference import converts
from lsp_server.dialects.terraform.module import Declaration, Module
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.types import Type

_ENDINGS = ("id", "arn", "name", "url")
_BARE = ("id", "name", "arn")
_MOST_TOGETHER = 6
_MOST_DOUBT = 3
_LEAST = 2  # letters of a name below which it tells nothing

# Arguments whose names do not tell what they take, by `type.argument` or the argument alone, for all providers.
_KNOWN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "role": (("aws_iam_role", "arn"),),
    "aws_iam_role_policy.role": (("aws_iam_role", "id"), ("aws_iam_role", "name")),
    "aws_iam_role_policy_attachment.role": (("aws_iam_role", "name"),),
    "aws_iam_instance_profile.role": (("aws_iam_role", "name"),),
    "assume_role_policy": (("data.aws_iam_policy_document", "json"),),
    "policy": (("data.aws_iam_policy_document", "json"),),
    "ami": (("data.aws_ami", "id"),),
    "image_id": (("data.aws_ami", "id"),),
    "allocation_id": (("aws_eip", "id"),),
    "gateway_id": (("aws_internet_gateway", "id"),),
    "kms_key_id": (("aws_kms_key", "arn"), ("aws_kms_key", "id")),
    "event_source_arn": (("aws_sqs_queue", "arn"), ("aws_kinesis_stream", "arn"), ("aws_dynamodb_table", "stream_arn")),
    "function_name": (("aws_lambda_function", "function_name"),),
    "aws_lambda_function.function_name": (),
    "zone_id": (("aws_route53_zone", "zone_id"), ("data.aws_route53_zone", "zone_id")),
    "availability_zones": (("data.aws_availability_zones", "names"),),
    "queue_url": (("aws_sqs_queue", "url"), ("aws_sqs_queue", "id")),
    "vpc_zone_identifier": (("aws_subnet", "id"),),
    "db_subnet_group_name": (("aws_db_subnet_group", "name"),),
    "subnet_group_name": (("aws_elasticache_subnet_group", "name"),),
    "load_balancer_arn": (("aws_lb", "arn"),),
    "location": (("azurerm_resource_group", "location"),),
    "network": (("google_compute_network", "id"),),
    "subnetwork": (("google_compute_subnetwork", "id"),),
    "service_account": (("google_service_account", "email"),),
}


@dataclass(frozen=True, slots=True)
class Fit:
    """A reference, and how sure it is that it is meant: -1 for all of a list, 0 by its whole name … 3 by one word."""

    text: str
    doubt: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A place for a value: the argument's name and type, the resource type around, and how its block is repeated.

    `own` is the address of the block around, which nothing in it may refer to.
    """

    argument: str
    kind: Type | None
    resource_type: str = ""
    own: str = ""
    repeated: str = ""


def fits(kind: Type | None, expected: Type | None) -> bool:
    """Whether values of a type may be written where another is expected; True where one of them is not known."""
    return kind is None or expected is None or converts(kind, expected)


def misfit(kind: Type | None, expected: Type | None) -> int:
    """What to add to a rank for the type of a value: nothing, a little where it has to be converted, much."""
    if kind is None or expected is None or "dynamic" in {kind.kind, expected.kind}:
        return 0
    if not fits(kind, expected):
        return 40
    return 5 if kind.primitive and kind != expected else 0


def fitting(asked: Asked, module: Module, schemas: ProviderSchemas) -> list[Fit]:
    """The references to resources, data sources and outputs that an argument asks for by its name, best first."""
    found = sorted(_by_name(asked, module, schemas), key=lambda one: one.doubt)
    if asked.kind is not None and asked.kind.is_list:
        alone = [one.text[1:-1] for one in found if one.text.startswith("[") and one.doubt == found[0].doubt]
        if 1 < len(alone) <= _MOST_TOGETHER:
            found.insert(0, Fit(f"[{', '.join(alone)}]", -1))
    return list(dict.fromkeys(found))


def _by_name(asked: Asked, module: Module, schemas: ProviderSchemas) -> Iterator[Fit]:
    argument = asked.argument
    if len(argument) < _LEAST:
        return
    for name, interface in interfaces(module.unit).items():
        own = asked.own == f"module.{name}"
        if argument in interface.outputs and not own and not module.module_calls[name].repeated:
            yield Fit(f"module.{name}.{argument}", 1)
    known = _KNOWN.get(f"{asked.resource_type}.{argument}", _KNOWN.get(argument))
    stem, endings = _stem(argument) if known is None else ("", ())
    for (kind, type_name), declarations in module.by_type.items():
        if known is not None:
            wanted = f"data.{type_name}" if kind == "data" else type_name
            attributes = tuple(attribute for of, attribute in known if of == wanted)
            doubt = 0
        else:
            attributes = endings
            doubt = _doubt(type_name.partition("_")[2], stem)
        if not attributes or doubt > _MOST_DOUBT:
            continue
        for declaration in declarations:
            schema = schemas.block_of(declaration)
            written = (_reference(asked, declaration, schema, a) for a in attributes) if schema else ()
            text = next(filter(None, written), "")
            if text and declaration.address != asked.own:
                yield Fit(text, doubt)


def _stem(argument: str) -> tuple[str, tuple[str, ...]]:
    """What an argument's name asks for, and the attributes that may be it: `subnet_ids` wants the `id` of a subnet."""
    stem, _, last = argument.rpartition("_")
    single = last.removesuffix("s")
    if stem and single in _ENDINGS:
        return stem, (single,)
    if argument in _ENDINGS:
        return "", ()
    return argument.removesuffix("s"), _BARE


def _doubt(kind: str, stem: str) -> int:
    """How unsure it is that a name means a type, both without provider and ending; above 3 where it does not."""
    if not stem:
        return 4
    if kind == stem:
        return 0
    if kind.endswith(f"_{stem}"):
        return 1
    if stem.endswith(f"_{kind}"):
        return 2
    words = stem.rpartition("_")
    return 3 if words[0] and kind.rpartition("_")[2] == words[2] else 4


def _reference(asked: Asked, target: Declaration, schema: BlockSchema, attribute: str) -> str:
    """The reference to an attribute in the form that the argument takes; empty where it cannot be written."""
    known, wanted = schema.attributes.get(attribute), asked.kind
    if known is None:
        return ""
    if wanted is not None and wanted.is_list and not known.type.is_list:
        return _all(target, attribute) if fits(known.type, wanted.element) else ""
    instance = _instance(asked, target) if fits(known.type, wanted) else ""
    return f"{instance}.{attribute}" if instance else ""


def _all(target: Declaration, attribute: str) -> str:
    """A list of the attribute of all instances."""
    if target.repeated:
        return f"{target.address if target.repeated == 'count' else f'values({target.address})'}[*].{attribute}"
    return f"[{target.address}.{attribute}]"


def _instance(asked: Asked, target: Declaration) -> str:
    """One instance; empty where none is known by its key."""
    if not target.repeated:
        return target.address
    if target.repeated == asked.repeated:
        return f"{target.address}[{'count.index' if asked.repeated == 'count' else 'each.key'}]"
    return f"{target.address}[0]" if target.repeated == "count" else ""


def similar(name: str, argument: str) -> int:
    """How little the name of a variable or local has to do with an argument: 0 the same, 1 a part of it, 2 nothing."""
    if name == argument:
        return 0
    if len(argument) < _LEAST or len(name) < _LEAST:
        return 2
    return 1 if name.endswith(f"_{argument}") or argument.endswith(f"_{name}") else 2
