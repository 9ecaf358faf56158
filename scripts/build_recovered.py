"""Builds what CloudFormation's schemas tell of the arguments of the AWS provider: allowed words, and what replaces.

    python scripts/build_recovered.py [--check]

The AWS provider's own schema has neither. Its resource types and arguments are matched with CloudFormation's by their
names, and only where enough of the names agree. It reads the schemas of the installed cfn-lint and the bundles; the
same of both give the same bytes. `--check` builds anew and compares.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, schemas
from lsp_server.dialects.cloudformation.updates import Update, update_of
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema
from lsp_server.dialects.terraform.bundles import Bundle, bundled, open_bundle
from lsp_server.dialects.terraform.recovered import PATH, pack

_EVERYWHERE = frozenset({"Name", "Description", "Tags"})
_AT_LEAST = 2  # names that the two have in common, where those that everything has are left out
_MOST_WORDS = 80
_DEEPEST = 5
_ENOUGH = 0.4  # of the properties that CloudFormation's type has, where only the resource's name is the same
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z]|\d|\b|_)|[A-Z]?[a-z]+|[A-Z]+|\d+")
_OPEN = re.compile(r"[\w.:/+ -]+")

IRREGULAR: Mapping[str, str] = {
    "aws_alb": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "aws_ami": "",
    "aws_api_gateway_integration": "AWS::ApiGateway::Method",
    "aws_cloudwatch_event_bus": "AWS::Events::EventBus",
    "aws_cloudwatch_event_rule": "AWS::Events::Rule",
    "aws_cloudwatch_log_group": "AWS::Logs::LogGroup",
    "aws_cloudwatch_log_metric_filter": "AWS::Logs::MetricFilter",
    "aws_cloudwatch_log_stream": "AWS::Logs::LogStream",
    "aws_cloudwatch_log_subscription_filter": "AWS::Logs::SubscriptionFilter",
    "aws_cloudwatch_metric_alarm": "AWS::CloudWatch::Alarm",
    "aws_codestarconnections_connection": "AWS::CodeStarConnections::Connection",
    "aws_db_instance": "AWS::RDS::DBInstance",
    "aws_db_option_group": "AWS::RDS::OptionGroup",
    "aws_db_parameter_group": "AWS::RDS::DBParameterGroup",
    "aws_db_proxy": "AWS::RDS::DBProxy",
    "aws_db_subnet_group": "AWS::RDS::DBSubnetGroup",
    "aws_docdb_cluster": "AWS::DocDB::DBCluster",
    "aws_docdb_cluster_instance": "AWS::DocDB::DBInstance",
    "aws_ebs_volume": "AWS::EC2::Volume",
    "aws_eip": "AWS::EC2::EIP",
    "aws_elb": "AWS::ElasticLoadBalancing::LoadBalancer",
    "aws_elasticache_cluster": "AWS::ElastiCache::CacheCluster",
    "aws_glue_catalog_database": "AWS::Glue::Database",
    "aws_iam_policy": "AWS::IAM::ManagedPolicy",
    "aws_kinesis_firehose_delivery_stream": "AWS::KinesisFirehose::DeliveryStream",
    "aws_lb": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "aws_lb_listener": "AWS::ElasticLoadBalancingV2::Listener",
    "aws_lb_listener_rule": "AWS::ElasticLoadBalancingV2::ListenerRule",
    "aws_lb_target_group": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "aws_autoscaling_group": "AWS::AutoScaling::AutoScalingGroup",
    "aws_msk_cluster": "AWS::MSK::Cluster",
    "aws_neptune_cluster": "AWS::Neptune::DBCluster",
    "aws_neptune_cluster_instance": "AWS::Neptune::DBInstance",
    "aws_rds_cluster": "AWS::RDS::DBCluster",
    "aws_rds_cluster_instance": "AWS::RDS::DBInstance",
    "aws_route53_record": "AWS::Route53::RecordSet",
    "aws_route53_zone": "AWS::Route53::HostedZone",
    "aws_sfn_activity": "AWS::StepFunctions::Activity",
    "aws_sfn_state_machine": "AWS::StepFunctions::StateMachine",
    "aws_spot_instance_request": "AWS::EC2::Instance",
    "aws_vpc_endpoint": "AWS::EC2::VPCEndpoint",
}
"""The types that are called otherwise; empty for none."""
SAME: Mapping[str, Mapping[str, str]] = {
    "aws_s3_bucket": {"bucket_name": "bucket"},
    "aws_db_instance": {"db_instance_class": "instance_class", "db_instance_identifier": "identifier"},
    "aws_rds_cluster_instance": {"db_instance_class": "instance_class"},
}
"""The arguments that are called otherwise."""


def snake(name: str) -> str:
    """A property's name as Terraform writes names."""
    plain = re.sub(r"([A-Z]+)s(?=[A-Z]|$)", lambda m: m[1].capitalize() + "s", name)  # CidrIPs
    return "_".join(word.lower() for word in _WORD.findall(plain))


def letters(name: str) -> str:
    """A name without what parts its words."""
    return name.replace("_", "").replace("::", "").lower()


def matched(bundle: Bundle) -> dict[str, ResourceSchema]:
    """The resource types of a bundle, with what CloudFormation has for the same thing."""
    known = schemas()
    by_letters: dict[str, list[str]] = {}
    for name in known.types:
        _, service, resource = name.split("::")[:3] if name.count("::") == 2 else ("", "", "")
        if service and name.startswith("AWS::"):
            for form in (service + resource, resource):
                by_letters.setdefault(letters(form), []).append(name)
    found: dict[str, ResourceSchema] = {}
    for ours in sorted(bundle.resource_types):
        block = bundle.resource(ours)
        names = [IRREGULAR[ours]] if ours in IRREGULAR else by_letters.get(letters(ours.removeprefix("aws_")), [])
        candidates = [schema for name in names if name and (schema := known.get(name)) is not None]
        if block is None or not candidates:
            continue
        best = max(candidates, key=lambda schema: (agreement(ours, block, schema), schema.name))
        same = ours in IRREGULAR or letters(ours) == letters(best.name)
        if same or agreement(ours, block, best) >= _ENOUGH:
            found[ours] = best
    return found


def agreement(ours: str, block: BlockSchema, schema: ResourceSchema) -> float:
    """How much of what may be written in CloudFormation has the same name in Terraform; 0 where that is too little."""
    properties = schema.properties_at(()).items()
    settable = [name for name, its in properties if not its.read_only and name not in _EVERYWHERE]
    same = [name for name in settable if place(ours, block, schema, name)]
    return len(same) / len(settable) if len(same) >= _AT_LEAST else 0


def place(ours: str, block: BlockSchema, schema: ResourceSchema, name: str) -> str:
    """What an argument or nested block is called that is a property of CloudFormation; empty where there is none."""
    plain = snake(name)
    resource = snake(schema.name.rsplit("::", 1)[-1])
    forms = [SAME.get(ours, {}).get(plain, plain), plain.removeprefix(f"{resource}_"), plain.removesuffix("s")]
    return next((form for form in forms if form in block.attributes or form in block.blocks), "")


def told(ours: str, block: BlockSchema, schema: ResourceSchema) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """For each argument that both have: its path, the words it takes, and whether a change replaces the resource."""
    yield from _told(ours, block, schema, (), ())


def _told(
    ours: str, block: BlockSchema, schema: ResourceSchema, at: tuple[str | int, ...], path: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    if len(path) > _DEEPEST:
        return
    seen: set[str] = set()
    for name, its in schema.properties_at(at).items():
        own = place(ours, block, schema, name) if not path else _inner(block, name)
        if not own or own in seen or its.read_only:
            continue
        seen.add(own)
        here = (*path, own)
        if own in block.blocks:
            inside = (*at, name) if its.has_properties else (*at, name, 0)
            yield from _told(ours, block.blocks[own].block, schema, inside, here)
            continue
        attribute = block.attributes[own]
        if attribute.settable and _fits(attribute, its):
            replaces = update_of(schema, (*at, name)) is Update.REPLACEMENT
            yield PATH.join(here), _words(attribute, its), replaces


def _inner(block: BlockSchema, name: str) -> str:
    plain = snake(name)
    return next(
        (form for form in (plain, plain.removesuffix("s")) if form in block.attributes or form in block.blocks), ""
    )


def _fits(attribute: AttributeSchema, its: Property) -> bool:
    """Whether the two are of one kind."""
    kinds = {"string": "string", "bool": "boolean", "number": "integer", "list": "array", "set": "array"}
    wanted = kinds.get(attribute.type.kind, "")
    return not its.types or wanted in its.types or (wanted == "integer" and "number" in its.types)


def _words(attribute: AttributeSchema, its: Property) -> tuple[str, ...]:
    element = attribute.type.element if attribute.type.is_list else attribute.type
    words = its.item_enum if attribute.type.is_list else its.enum
    if element is None or element.kind != "string" or not 1 < len(words) <= _MOST_WORDS:
        return ()
    plain = [word for word in words if isinstance(word, str) and _OPEN.fullmatch(word)]
    return tuple(plain) if len(plain) == len(words) else ()


def build() -> bytes:
    """What is told of all types, of the newest bundle first."""
    found: dict[str, dict[str, tuple[tuple[str, ...], bool]]] = {}
    for path in reversed(bundled()):
        bundle = open_bundle(path)
        if bundle.meta.provider != "aws":
            continue
        for ours, schema in matched(bundle).items():
            block = bundle.resource(ours)
            if ours in found or block is None:
                continue
            arguments = {
                at: (words, replaces) for at, words, replaces in told(ours, block, schema) if words or replaces
            }
            if arguments:
                found[ours] = arguments
    return pack(found)


def main() -> int:
    """Write the file, or compare with the one that is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    path = Path(__file__).resolve().parent.parent / "lsp_server/dialects/terraform/schemas/aws.recovered"
    data = build()
    if arguments.check:
        same = path.read_bytes() == data
        print(f"{path.name} is {'what is built' if same else 'not what is built from these packages'}")
        return 0 if same else 1
    path.write_bytes(data)
    print(f"{path.name}: {len(data)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
