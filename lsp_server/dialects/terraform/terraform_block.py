"""What may stand in the `terraform` block, for completion only: backends as Terraform 1.11 knows them, providers."""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.schema import Choice, ProviderSchemas
from lsp_server.dialects.terraform.types import BOOL, DYNAMIC, NUMBER, STRING, Type
from lsp_server.dialects.terraform.versions import version


def _schema(strings: str, bools: str = "", numbers: str = "", required: str = "") -> BlockSchema:
    """A schema by the names of its arguments."""
    needed = frozenset(required.split())
    attributes: dict[str, AttributeSchema] = {}
    for names, kind in ((strings, STRING), (bools, BOOL), (numbers, NUMBER)):
        for name in names.split():
            attributes[name] = AttributeSchema(kind, required=name in needed, optional=name not in needed)
    return BlockSchema(attributes)


BACKENDS: Mapping[str, BlockSchema] = {
    "azurerm": _schema(
        "storage_account_name container_name key resource_group_name subscription_id tenant_id client_id client_secret "
        "environment endpoint metadata_host sas_token access_key oidc_token client_certificate_path "
        "client_certificate_password",
        "use_oidc use_msi use_azuread_auth use_cli snapshot lookup_blob_endpoint",
        required="storage_account_name container_name key",
    ),
    "consul": _schema(
        "address path access_token scheme datacenter http_auth ca_file cert_file key_file", "gzip lock", required="path"
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
    "kubernetes": _schema(
        "secret_suffix namespace config_path config_context host token",
        "in_cluster_config insecure load_config_file",
        required="secret_suffix",
    ),
    "local": _schema("path workspace_dir"),
    "pg": _schema("conn_str schema_name", "skip_schema_creation skip_table_creation skip_index_creation"),
    "remote": BlockSchema(
        _schema("hostname organization token").attributes,
        {"workspaces": NestedBlock("single", _schema("name prefix"), 1, 1)},
    ),
    "s3": _schema(
        "bucket key region dynamodb_table kms_key_id profile acl workspace_key_prefix access_key secret_key token "
        "sse_customer_key http_proxy https_proxy no_proxy custom_ca_bundle retry_mode sts_region",
        "encrypt use_lockfile skip_credentials_validation skip_region_validation skip_requesting_account_id "
        "skip_metadata_api_check skip_s3_checksum use_path_style use_fips_endpoint use_dualstack_endpoint",
        "max_retries",
        required="bucket key region",
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
    return BlockSchema({name: AttributeSchema(_PROVIDER, optional=True) for name, _ in schemas.choices})


def provider_words(choice: Choice, field: str) -> tuple[str, ...]:
    """What `source` and `version` of a required provider are likely to be."""
    if field == "source":
        return (choice.meta.source.partition("/")[2],)
    bundles = (choice.bundle, *choice.others)
    numbers = [version(bundle.meta.version) for bundle in bundles]
    return tuple(f"~> {major}.{minor}" for major, minor, *_ in numbers) if field == "version" else ()
