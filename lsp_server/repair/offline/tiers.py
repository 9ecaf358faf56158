"""Who may reach data: the security group of a database lets in what runs in the others, or else its network alone."""

from __future__ import annotations

from typing import Any

from lsp_server.dialects.base import Language
from lsp_server.repair.offline.draft import Draft
from lsp_server.repair.offline.references import References
from lsp_server.repair.offline.resource import New

_GROUP = {Language.CLOUDFORMATION: "AWS::EC2::SecurityGroup", Language.TERRAFORM: "aws_security_group"}
_NETWORK = {Language.CLOUDFORMATION: "AWS::EC2::VPC", Language.TERRAFORM: "aws_vpc"}
_PORTS = {
    "AWS::RDS::DBInstance": 0,
    "AWS::RDS::DBCluster": 0,
    "AWS::ElastiCache::CacheCluster": 6379,
    "AWS::ElastiCache::ReplicationGroup": 6379,
    "aws_db_instance": 0,
    "aws_rds_cluster": 0,
    "aws_elasticache_cluster": 6379,
    "aws_elasticache_replication_group": 6379,
}
_OF_ENGINES = {"postgres": 5432, "memcached": 11211}
_MYSQL = 3306


class Tiers:
    """Lets the tiers of a draft reach each other, whose security groups are `New.by` what they were written for."""

    def __init__(self, draft: Draft, references: References, language: Language) -> None:
        self._draft = draft
        self._references = references
        self._in_template = language is Language.CLOUDFORMATION
        self._language = language

    def connect(self) -> None:
        """Write what the security group of each database lets in."""
        groups = self._draft.of_type(_GROUP[self._language])
        others = [group for group in groups if group.by not in _PORTS]
        for group in groups:
            if group.by in _PORTS:
                owner = next((o for o in self._draft.of_type(group.by) if self._references.names(o, group)), None)
                port = self._port(owner) if owner is not None else 0
                if port:
                    key = "SecurityGroupIngress" if self._in_template else "ingress"
                    group.values[key] = self._rules(port, [other for other in others if other is not group])

    def _port(self, owner: New) -> int:
        engine = str(owner.values.get("Engine", owner.values.get("engine", "")))
        said = next((port for name, port in _OF_ENGINES.items() if name in engine), 0)
        return said or _PORTS[owner.type] or _MYSQL

    def _rules(self, port: int, others: list[New]) -> list[dict[str, Any]]:
        network = next(iter(self._draft.of_type(_NETWORK[self._language])), None)
        if self._in_template:
            rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
            source, whole = "SourceSecurityGroupId", {"CidrIp": self._range(network)}
            return [{**rule, source: self._id(other)} for other in others] or [{**rule, **whole}]
        rule = {"description": f"port {port}", "from_port": port, "to_port": port, "protocol": "tcp"}
        if others:
            return [{**rule, "security_groups": [self._id(other) for other in others]}]
        return [{**rule, "cidr_blocks": [self._range(network)]}]

    def _id(self, group: New) -> object:
        return self._draft.notation.reference(group.type, group.id, "GroupId" if self._in_template else "id")

    def _range(self, network: New | None) -> object:
        if network is None:
            return self._draft.notation.parameter("AllowedCidr" if self._in_template else "allowed_cidr", "string", "")
        return self._draft.notation.reference(
            network.type, network.id, "CidrBlock" if self._in_template else "cidr_block"
        )
