"""What is a slip of the fingers, and what is another name."""

from __future__ import annotations

import pytest

from lsp_server.fixers.cloudformation.names import certain, distance, rank

SLIPS = """
bucketName BucketName
Enviroment Environment
aNme Name
ToPrt ToPort
VcpId VpcId
SecurityGroup SecurityGroups
HTTPs HTTPS
Pubilc-Read public-read
PublicSubneetTwo PublicSubnetTwo
"""
OTHERS = """
external internal
SubnetC SubnetA
InternalSubnet ExternalSubnet
SET GET
VPN VPC
InstanceIp InstanceId
MinimumSize MaximumSize
MinValue MaxValue
WebServer DbServer
AppSg ApiSg
EksCluster EcsCluster
unencrypted encrypted
GroupIngress GroupEgress
Subnet2 Subnet1
r4.large r3.large
"""


def pairs(text: str) -> list[list[str]]:
    return [line.split() for line in text.split("\n") if line]


@pytest.mark.parametrize(("written", "name"), pairs(SLIPS))
def test_slip(written: str, name: str) -> None:
    assert [match.name for match in rank(written, [name])] == [name]


@pytest.mark.parametrize(("written", "name"), pairs(OTHERS))
def test_another_name(written: str, name: str) -> None:
    assert distance(written, name) > 2
    assert distance(name, written) > 2


def test_only_the_case_differs_from_one_of_two() -> None:
    assert certain(rank("HTTPs", ["HTTP", "HTTPS"]))
    assert not certain(rank("Subnetx", ["Subnety", "Subnetz"]))
