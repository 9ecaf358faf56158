"""Write the bundle of `terraform.io/builtin/terraform`, the provider that is part of Terraform itself.

It is in no package: what it has is written out here, from the documentation of `terraform_data` and
`terraform_remote_state` and what `terraform providers schema -json` of 1.11 says of them.
"""

from __future__ import annotations

from pathlib import Path

from lsp_server.dialects.terraform.block_schema import EMPTY, AttributeSchema, BlockSchema
from lsp_server.dialects.terraform.bundle_writer import pack
from lsp_server.dialects.terraform.bundles import ProviderMeta
from lsp_server.dialects.terraform.types import DYNAMIC, STRING

_TARGET = Path(__file__).parents[1] / "lsp_server/dialects/terraform/schemas/terraform-1.bundle"
_META = ProviderMeta("terraform", "1.11.4", "terraform.io/builtin/terraform", "", "")
_DATA = BlockSchema(
    {
        "id": AttributeSchema(STRING, computed=True),
        "input": AttributeSchema(DYNAMIC, optional=True),
        "output": AttributeSchema(DYNAMIC, computed=True),
        "triggers_replace": AttributeSchema(DYNAMIC, optional=True),
    }
)
_REMOTE_STATE = BlockSchema(
    {
        "backend": AttributeSchema(STRING, required=True),
        "config": AttributeSchema(DYNAMIC, optional=True),
        "defaults": AttributeSchema(DYNAMIC, optional=True),
        "outputs": AttributeSchema(DYNAMIC, computed=True),
        "workspace": AttributeSchema(STRING, optional=True),
    }
)

if __name__ == "__main__":
    _TARGET.write_bytes(pack(_META, EMPTY, {"terraform_data": _DATA}, {"terraform_remote_state": _REMOTE_STATE}))
