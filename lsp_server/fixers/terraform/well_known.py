"""Data sources that most modules declare alike: where one is, who one is, and the usual machine images."""

from __future__ import annotations

import re

PLAIN = {
    "aws_region": "", "aws_caller_identity": "", "aws_partition": "", "aws_canonical_user_id": "",
    "aws_billing_service_account": "", "aws_elb_service_account": "", "aws_default_tags": "",
    "aws_availability_zones": '  state = "available"\n',
    "azurerm_client_config": "", "azurerm_subscription": "", "google_client_config": "", "google_project": "",
    "google_client_openid_userinfo": "",
}  # fmt: skip
"""Data sources that ask for nothing but say where and who one is, with what they are declared with."""

# the accounts are those that Canonical and Debian publish, and Amazon's own alias
_IMAGES = (
    (r"ubuntu", "099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"),
    (r"debian", "136693071363", "debian-12-amd64-*"),
    (r"windows|win", "amazon", "Windows_Server-2022-English-Full-Base-*"),
    (r"ecs", "amazon", "al2023-ami-ecs-hvm-*-x86_64"),
    (r"amazon|amzn|al2|linux", "amazon", "al2023-ami-2023.*-x86_64"),
)


def body_of(type_name: str, name: str) -> str | None:
    """What a data source of that type and name is usually declared with; None where that is not known."""
    if type_name == "aws_vpc" and name == "default":
        return "  default = true\n"
    if type_name != "aws_ami":
        return PLAIN.get(type_name)
    for pattern, owner, image in _IMAGES:
        if re.search(rf"(?:^|_)(?:{pattern})", name.lower().replace("-", "_")):
            return (
                f'  most_recent = true\n  owners      = ["{owner}"]\n\n'
                f'  filter {{\n    name   = "name"\n    values = ["{image}"]\n  }}\n'
            )
    return None
