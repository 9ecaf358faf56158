"""The blocks that belong to Terraform itself and not to a provider, as data."""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.dialects.terraform.block_schema import OPAQUE, AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.types import BOOL, DYNAMIC, NUMBER, STRING, Type

_STRINGS = Type("list", STRING)


def _required(kind: Type = DYNAMIC, *values: str) -> AttributeSchema:
    return AttributeSchema(kind, required=True, values=values)


def _optional(kind: Type = DYNAMIC, *values: str) -> AttributeSchema:
    return AttributeSchema(kind, optional=True, values=values)


def _any(block: BlockSchema) -> NestedBlock:
    return NestedBlock("list", block)


def _one(block: BlockSchema) -> NestedBlock:
    return NestedBlock("single", block, max=1)


_CONDITION = BlockSchema({"condition": _required(BOOL), "error_message": _required(STRING)})
_CONNECTION = BlockSchema(
    {
        "host": _optional(STRING),
        "type": _optional(STRING, "ssh", "winrm"),
        "user": _optional(STRING),
        **{
            name: _optional(STRING) for name in ("password", "timeout", "script_path", "target_platform", "private_key")
        },
        **{name: _optional(STRING) for name in ("certificate", "agent_identity", "host_key", "cacert")},
        **{
            name: _optional(STRING) for name in ("proxy_scheme", "proxy_host", "proxy_user_name", "proxy_user_password")
        },
        **{name: _optional(STRING) for name in ("bastion_host", "bastion_host_key", "bastion_user")},
        **{name: _optional(STRING) for name in ("bastion_password", "bastion_private_key", "bastion_certificate")},
        **{name: _optional(BOOL) for name in ("agent", "https", "insecure", "use_ntlm")},
        **{name: _optional(NUMBER) for name in ("port", "bastion_port", "proxy_port")},
    }
)
_PROVISIONER_META = {
    "when": _optional(DYNAMIC, "create", "destroy"),
    "on_failure": _optional(DYNAMIC, "continue", "fail"),
}
PROVISIONERS: Mapping[str, BlockSchema] = {
    "local-exec": BlockSchema(
        {
            **_PROVISIONER_META,
            "command": _required(STRING),
            "working_dir": _optional(STRING),
            "interpreter": _optional(_STRINGS),
            "environment": _optional(Type("map", STRING)),
            "quiet": _optional(BOOL),
        },
        {"connection": _one(_CONNECTION)},
    ),
    "remote-exec": BlockSchema(
        {
            **_PROVISIONER_META,
            "inline": _optional(_STRINGS),
            "script": _optional(STRING),
            "scripts": _optional(_STRINGS),
        },
        {"connection": _one(_CONNECTION)},
    ),
    "file": BlockSchema(
        {
            **_PROVISIONER_META,
            "source": _optional(STRING),
            "content": _optional(STRING),
            "destination": _required(STRING),
        },
        {"connection": _one(_CONNECTION)},
    ),
}
_OF_OPENTOFU = {"enabled": _optional(BOOL), "destroy": _optional(BOOL)}
_LIFECYCLE = BlockSchema(
    {
        "create_before_destroy": _optional(BOOL),
        "prevent_destroy": _optional(BOOL),
        **_OF_OPENTOFU,
        "ignore_changes": _optional(DYNAMIC),
        "replace_triggered_by": _optional(DYNAMIC),
    },
    {
        "precondition": _any(_CONDITION),
        "postcondition": _any(_CONDITION),
        "action_trigger": _any(OPAQUE),  # Terraform 1.14
    },
)
_DATA_LIFECYCLE = BlockSchema(_OF_OPENTOFU, {"precondition": _any(_CONDITION), "postcondition": _any(_CONDITION)})
_META = {"count": _optional(NUMBER), "for_each": _optional(), "provider": _optional(), "depends_on": _optional()}

RESOURCE_META = BlockSchema(
    _META,
    {
        "lifecycle": _one(_LIFECYCLE),
        "connection": _one(_CONNECTION),
        "provisioner": _any(BlockSchema(opaque=True, labels=("type",))),
    },
)
DATA_META = BlockSchema(_META, {"lifecycle": _one(_DATA_LIFECYCLE)})
DYNAMIC_BLOCK = BlockSchema(
    {"for_each": _required(), "iterator": _optional(), "labels": _optional()},
    {"content": NestedBlock("single", OPAQUE, 1, 1)},
)
_VARIABLE = BlockSchema(
    {
        "type": _optional(),
        "default": _optional(),
        "description": _optional(STRING),
        "sensitive": _optional(BOOL),
        "nullable": _optional(BOOL),
        "ephemeral": _optional(BOOL),
        "deprecated": _optional(STRING),
    },
    {"validation": _any(_CONDITION)},
    labels=("name",),
)
_OUTPUT = BlockSchema(
    {
        "value": _required(),
        "description": _optional(STRING),
        "sensitive": _optional(BOOL),
        "depends_on": _optional(),
        "ephemeral": _optional(BOOL),
        "deprecated": _optional(STRING),
    },
    {"precondition": _any(_CONDITION)},
    labels=("name",),
)
_TERRAFORM = BlockSchema(
    {"required_version": _optional(STRING), "experiments": _optional()},
    {
        "required_providers": NestedBlock("list", OPAQUE),
        "backend": NestedBlock("list", BlockSchema(opaque=True, labels=("type",)), max=1),
        "cloud": NestedBlock("list", OPAQUE, max=1),
        "encryption": NestedBlock("list", OPAQUE, max=1),  # OpenTofu
        "provider_meta": NestedBlock("list", BlockSchema(opaque=True, labels=("name",))),
    },
)
_MODULE = BlockSchema(
    {
        "source": _required(STRING),
        "version": _optional(STRING),
        "providers": _optional(),
        **{name: known for name, known in _META.items() if name != "provider"},
    },
    opaque=True,
    labels=("name",),
)
PROVIDER_META = BlockSchema({"alias": _optional(STRING), "version": _optional(STRING), "for_each": _optional()})
_CHECK = BlockSchema(
    {},
    {
        "data": NestedBlock("single", BlockSchema(opaque=True, labels=("type", "name")), max=1),
        "assert": NestedBlock("list", _CONDITION, min=1),
    },
    labels=("name",),
)
_IMPORT = BlockSchema(
    {
        "to": _required(),
        "id": _optional(STRING),  # or, since Terraform 1.12, its identity
        "identity": _optional(),
        "provider": _optional(),
        "for_each": _optional(),
    }
)
_REMOVED = BlockSchema(
    {"from": _required()},
    {
        "lifecycle": _one(BlockSchema({"destroy": _optional(BOOL)})),
        "provisioner": _any(BlockSchema(opaque=True, labels=("type",))),
        "connection": _one(_CONNECTION),
    },
)

TOP_LEVEL: Mapping[str, BlockSchema] = {
    "terraform": _TERRAFORM,
    "provider": BlockSchema(opaque=True, labels=("name",)),
    "variable": _VARIABLE,
    "locals": BlockSchema(opaque=True),
    "data": BlockSchema(opaque=True, labels=("type", "name")),
    "resource": BlockSchema(opaque=True, labels=("type", "name")),
    "module": _MODULE,
    "output": _OUTPUT,
    "moved": BlockSchema({"from": _required(), "to": _required()}),
    "import": _IMPORT,
    "removed": _REMOVED,
    "check": _CHECK,
    "ephemeral": BlockSchema(opaque=True, labels=("type", "name")),
    "action": BlockSchema(opaque=True, labels=("type", "name")),
}

_DURING = {"override_during": _optional(DYNAMIC, "plan", "apply")}
_OVERRIDES: Mapping[str, NestedBlock] = {
    **{
        name: _any(BlockSchema({"target": _required(), "values": _optional(), **_DURING}))
        for name in ("override_resource", "override_data")
    },
    "override_module": _any(BlockSchema({"target": _required(), "outputs": _optional(), **_DURING})),
}
_MOCK = BlockSchema({"defaults": _optional(), **_DURING}, labels=("type",))
_RUN = BlockSchema(
    {
        "command": _optional(DYNAMIC, "plan", "apply"),
        "expect_failures": _optional(),
        "providers": _optional(),
        "state_key": _optional(STRING),
        "parallel": _optional(BOOL),  # since Terraform 1.12
        "skip_cleanup": _optional(BOOL),  # since Terraform 1.14, as is `backend`
    },
    {
        "plan_options": NestedBlock(
            "list",
            BlockSchema(
                {
                    "mode": _optional(DYNAMIC, "normal", "refresh-only"),
                    "refresh": _optional(BOOL),
                    "replace": _optional(),
                    "target": _optional(),
                }
            ),
            max=1,
        ),
        "variables": NestedBlock("list", OPAQUE, max=1),
        "module": NestedBlock("list", BlockSchema({"source": _required(STRING), "version": _optional(STRING)}), max=1),
        "assert": _any(_CONDITION),
        "backend": NestedBlock("list", BlockSchema(opaque=True, labels=("type",)), max=1),
        **_OVERRIDES,
    },
    labels=("name",),
)
OF_TESTS: Mapping[str, BlockSchema] = {
    "run": _RUN,
    "variables": BlockSchema(opaque=True),
    "provider": TOP_LEVEL["provider"],
    "mock_provider": BlockSchema(
        {"alias": _optional(STRING), "source": _optional(STRING), **_DURING},
        {"mock_resource": _any(_MOCK), "mock_data": _any(_MOCK), **_OVERRIDES},
        labels=("name",),
    ),
    **{name: nested.block for name, nested in _OVERRIDES.items()},
    "test": BlockSchema({"parallel": _optional(BOOL), "skip_cleanup": _optional(BOOL)}),  # since Terraform 1.12
}
"""The blocks at the top of a `.tftest.hcl` file."""


def joined(schema: BlockSchema, meta: BlockSchema) -> BlockSchema:
    """A provider's block together with the meta-arguments; a provider's own argument of the same name counts."""
    attributes, blocks = {**meta.attributes, **schema.attributes}, {**meta.blocks, **schema.blocks}
    return BlockSchema(attributes, blocks, schema.opaque, deprecated=schema.deprecated, texts=schema.texts)


def from_object(kind: Type) -> BlockSchema:
    """An object type as the content of a block, in which everything may be left out."""
    return BlockSchema({name: AttributeSchema(field, optional=True) for name, field in kind.fields})
