"""What may stand in the `terraform` block, for completion only: backends as Terraform 1.11 knows them, providers."""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.schema import Choice, ProviderSchemas
from lsp_server.dialects.terraform.types import BOOL, DYNAMIC, NUMBER, STRING, Type
from lsp_server.dialects.terraform.versions import version

_STRINGS = Type("list", STRING)


def _schema(
    strings: str,
    bools: str = "",
    numbers: str = "",
    required: str = "",
    lists: str = "",
    objects: Mapping[str, Type] | None = None,
) -> BlockSchema:
    """A schema by the names of its arguments."""
    needed = frozenset(required.split())
    kinds = ((strings, STRING), (bools, BOOL), (numbers, NUMBER), (lists, _STRINGS))
    types = {name: kind for names, kind in kinds for name in names.split()} | dict(objects or {})
    return BlockSchema(
        {n: AttributeSchema(k, required=n in needed, optional=n not in needed) for n, k in types.items()}
    )


def _object(required: str, strings: str = "", lists: str = "") -> Type:
    """An object type by the names of what it has, of which only strings can be required."""
    fields = [(name, STRING) for name in f"{required} {strings}".split()]
    fields += [(name, _STRINGS) for name in lists.split()]
    return Type("object", fields=tuple(fields), may_lack=frozenset(f"{strings} {lists}".split()))


def _block(schema: BlockSchema) -> NestedBlock:
    return NestedBlock("single", schema, max=1)


BACKENDS: Mapping[str, BlockSchema] = {
    "azurerm": _schema(
        "storage_account_name container_name key resource_group_name subscription_id tenant_id client_id client_secret "
        "environment endpoint metadata_host sas_token access_key oidc_token client_certificate_path "
        "client_certificate_password client_certificate client_id_file_path client_secret_file_path msi_endpoint "
        "oidc_request_url oidc_request_token oidc_token_file_path ado_pipeline_service_connection_id",
        "use_oidc use_msi use_azuread_auth use_cli use_aks_workload_identity snapshot lookup_blob_endpoint",
        required="storage_account_name container_name key",
    ),
    "consul": _schema(
        "address path access_token scheme datacenter http_auth ca_file cert_file key_file", "gzip lock", required="path"
    ),
    "cos": BlockSchema(
        _schema(
            "bucket region key prefix secret_id secret_key security_token acl endpoint domain cam_role_name",
            "encrypt accelerate",
            required="bucket",
        ).attributes,
        {
            "assume_role": _block(
                _schema("role_arn session_name policy", "", "session_duration", "role_arn session_name")
            )
        },
    ),
    "gcs": _schema(
        "bucket prefix credentials access_token encryption_key kms_encryption_key impersonate_service_account "
        "storage_custom_endpoint",
        required="bucket",
    ),
    "http": _schema(
        "address update_method lock_address lock_method unlock_address unlock_method username password "
        "client_certificate_pem client_private_key_pem client_ca_certificate_pem",
        "skip_cert_verification",
        "retry_max retry_wait_min retry_wait_max",
        required="address",
    ),
    "kubernetes": BlockSchema(
        _schema(
            "secret_suffix namespace config_path config_context config_context_auth_info config_context_cluster host "
            "token username password client_certificate client_key cluster_ca_certificate",
            "in_cluster_config insecure load_config_file",
            required="secret_suffix",
            lists="config_paths",
            objects={"labels": Type("map", STRING)},
        ).attributes,
        {
            "exec": _block(
                _schema(
                    "api_version command",
                    required="api_version command",
                    lists="args",
                    objects={"env": Type("map", STRING)},
                )
            )
        },
    ),
    "local": _schema("path workspace_dir"),
    "oss": BlockSchema(
        _schema(
            "bucket region key prefix access_key secret_key security_token ecs_role_name endpoint sts_endpoint acl "
            "tablestore_endpoint tablestore_table tablestore_instance_name shared_credentials_file profile",
            "encrypt",
            required="bucket",
        ).attributes,
        {"assume_role": _block(_schema("role_arn session_name policy", "", "session_expiration", "role_arn"))},
    ),
    "pg": _schema("conn_str schema_name", "skip_schema_creation skip_table_creation skip_index_creation"),
    "remote": BlockSchema(
        _schema("hostname organization token").attributes,
        {"workspaces": NestedBlock("single", _schema("name prefix"), 1, 1)},
    ),
    "s3": _schema(
        "bucket key region dynamodb_table kms_key_id profile acl workspace_key_prefix access_key secret_key token "
        "sse_customer_key http_proxy https_proxy no_proxy custom_ca_bundle retry_mode sts_region "
        "ec2_metadata_service_endpoint ec2_metadata_service_endpoint_mode",
        "encrypt use_lockfile skip_credentials_validation skip_region_validation skip_requesting_account_id "
        "skip_metadata_api_check skip_s3_checksum use_path_style use_fips_endpoint use_dualstack_endpoint",
        "max_retries",
        required="bucket key region",
        lists="allowed_account_ids forbidden_account_ids shared_config_files shared_credentials_files",
        objects={
            "assume_role": _object(
                "role_arn",
                "duration external_id policy session_name source_identity",
                "policy_arns transitive_tag_keys",
            ),
            "assume_role_with_web_identity": _object(
                "role_arn", "duration policy session_name web_identity_token web_identity_token_file", "policy_arns"
            ),
            "endpoints": _object("", "dynamodb iam s3 sso sts"),
        },
    ),
}
CLOUD = BlockSchema(
    _schema("organization hostname token").attributes,
    {
        "workspaces": NestedBlock(
            "single",
            BlockSchema({**_schema("name project").attributes, "tags": AttributeSchema(DYNAMIC, optional=True)}),
            max=1,
        )
    },
)
_PROVIDER = Type(
    "object", fields=(("source", STRING), ("version", STRING), ("configuration_aliases", Type("list", DYNAMIC)))
)


def providers(schemas: ProviderSchemas) -> BlockSchema:
    """The content of `required_providers`: the providers whose schemas are known."""
    return BlockSchema(
        {name: AttributeSchema(_PROVIDER, optional=True) for name, choice in schemas.choices if not choice.built_in}
    )


def provider_words(choice: Choice, field: str) -> tuple[str, ...]:
    """What `source` and `version` of a required provider are likely to be."""
    if field == "source":
        return (choice.meta.source.partition("/")[2],)
    numbers = [version(bundle.meta.version) for bundle in choice.bundles]
    return tuple(f"~> {major}.{minor}" for major, minor, *_ in numbers) if field == "version" else ()
