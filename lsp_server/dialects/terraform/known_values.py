"""Words that arguments take, most of AWS, for completion only: providers change them, so nothing is judged by this."""

from __future__ import annotations

from collections.abc import Mapping

_ENABLED = ("Enabled", "Disabled")
_ACLS = (
    "private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "bucket-owner-read",
    "bucket-owner-full-control", "log-delivery-write",
)  # fmt: skip
_STORAGE = ("STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "GLACIER_IR", "DEEP_ARCHIVE")
_RUNTIMES = ("python3.13", "python3.12", "nodejs22.x", "nodejs20.x", "java21", "dotnet8", "ruby3.3", "provided.al2023")

BY_TYPE: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("terraform_remote_state", "backend"): (
        "local", "s3", "azurerm", "gcs", "http", "remote", "kubernetes", "consul", "pg", "oss", "cos",
    ),
    ("aws_s3_bucket_versioning", "status"): ("Enabled", "Suspended", "Disabled"),
    ("aws_s3_bucket_acl", "acl"): _ACLS,
    ("aws_s3_bucket_ownership_controls", "object_ownership"): (
        "BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter",
    ),
    ("aws_s3_bucket_lifecycle_configuration", "status"): _ENABLED,
    ("aws_s3_bucket_lifecycle_configuration", "storage_class"): _STORAGE,
    ("aws_dynamodb_table", "billing_mode"): ("PAY_PER_REQUEST", "PROVISIONED"),
    ("aws_dynamodb_table", "type"): ("S", "N", "B"),
    ("aws_dynamodb_table", "stream_view_type"): ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"),
    ("aws_dynamodb_table", "projection_type"): ("ALL", "INCLUDE", "KEYS_ONLY"),
    ("aws_lambda_function", "runtime"): _RUNTIMES,
    ("aws_lambda_function", "package_type"): ("Zip", "Image"),
    ("aws_lambda_function", "architectures"): ("x86_64", "arm64"),
    ("aws_lambda_permission", "action"): ("lambda:InvokeFunction",),
    ("aws_kms_key", "key_usage"): ("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC"),
    ("aws_lb", "load_balancer_type"): ("application", "network", "gateway"),
    ("aws_lb_listener", "type"): ("forward", "redirect", "fixed-response"),
    ("aws_lb_target_group", "target_type"): ("instance", "ip", "lambda", "alb"),
    ("aws_ecs_service", "launch_type"): ("FARGATE", "EC2", "EXTERNAL"),
    ("aws_ecr_repository", "image_tag_mutability"): ("IMMUTABLE", "MUTABLE"),
    ("aws_iam_policy_document", "effect"): ("Allow", "Deny"),
    ("aws_api_gateway_rest_api", "types"): ("REGIONAL", "EDGE", "PRIVATE"),
    ("aws_apigatewayv2_api", "protocol_type"): ("HTTP", "WEBSOCKET"),
    ("aws_cloudwatch_metric_alarm", "statistic"): ("SampleCount", "Average", "Sum", "Minimum", "Maximum"),
    ("aws_cloudwatch_metric_alarm", "comparison_operator"): (
        "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold",
    ),
    ("aws_sns_topic_subscription", "protocol"): (
        "sqs", "lambda", "email", "email-json", "http", "https", "sms", "application", "firehose",
    ),
    ("aws_db_instance", "engine"): ("postgres", "mysql", "mariadb", "oracle-ee", "sqlserver-ex"),
    ("aws_rds_cluster", "engine"): ("aurora-postgresql", "aurora-mysql", "postgres", "mysql"),
    ("aws_ebs_volume", "type"): ("gp3", "gp2", "io1", "io2", "st1", "sc1", "standard"),
    ("aws_route53_record", "type"): ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SPF", "SRV", "TXT"),
}  # fmt: skip
BY_NAME: Mapping[str, tuple[str, ...]] = {
    "sse_algorithm": ("AES256", "aws:kms", "aws:kms:dsse"),
    "volume_type": ("gp3", "gp2", "io1", "io2", "st1", "sc1", "standard"),
    "protocol": ("tcp", "udp", "icmp", "-1"),
    "billing_mode": ("PAY_PER_REQUEST", "PROVISIONED"),
    "principal_type": ("USER", "GROUP"),
    "instance_tenancy": ("default", "dedicated"),
    "ip_address_type": ("ipv4", "dualstack"),
    "http_tokens": ("required", "optional"),
    "region": ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-2"),
}


def known_values(resource_type: str, argument: str) -> tuple[str, ...]:
    """Words that are often meant by an argument of a resource type or provider; empty where none are known."""
    by_name = BY_NAME.get(argument, ()) if resource_type.partition("_")[0] == "aws" else ()
    return BY_TYPE.get((resource_type, argument)) or by_name
