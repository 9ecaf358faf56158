"""A text that a property takes where nothing of the template fits: its name, or what its schema lets through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lsp_server.dialects.cloudformation.patterns import example, matches
from lsp_server.dialects.cloudformation.schema import Property
from lsp_server.dialects.cloudformation.schema_files import Json

_ACCOUNT = "123456789012"
_BY_FORMAT = {
    "AWS::ACM::Certificate.Arn": f"arn:aws:acm:us-east-1:{_ACCOUNT}:certificate/name",
    "AWS::EC2::Image.Id": "ami-0123456789abcdef0",
    "AWS::EC2::SecurityGroup.Id": "sg-0123456789abcdef0",
    "AWS::EC2::Subnet.Id": "subnet-0123456789abcdef0",
    "AWS::EC2::VPC.Id": "vpc-0123456789abcdef0",
    "AWS::IAM::Role.Arn": f"arn:aws:iam::{_ACCOUNT}:role/name",
    "AWS::KMS::Alias.AliasName": "alias/name",
    "AWS::KMS::Key.Arn": f"arn:aws:kms:us-east-1:{_ACCOUNT}:key/01234567-0123-0123-0123-0123456789ab",
    "AWS::KMS::Key.Id": "01234567-0123-0123-0123-0123456789ab",
    "AWS::Lambda::Function.Arn": f"arn:aws:lambda:us-east-1:{_ACCOUNT}:function:name",
    "AWS::S3::Bucket.Name": "bucket-name",
    "AWS::SNS::Topic.Arn": f"arn:aws:sns:us-east-1:{_ACCOUNT}:name",
    "date-time": "2030-01-01T00:00:00Z",
    "ipv4-network": "10.0.0.0/16",
    "ipv6-network": "2001:db8::/32",
    "uri": "https://example.com",
}
_COMMON = (
    *(_ACCOUNT, "us-east-1", "10.0.0.0/16", "10.0.0.1", "https://example.com", "name@example.com", "example.com"),
    *(_BY_FORMAT["AWS::IAM::Role.Arn"], "1.0", "1.0.0", "name"),
)
_FILLED = 40  # letters of a name that is made longer


def sample(known: Property, shapes: Sequence[Json]) -> str:
    """The most telling text that all of the `shapes` let through; the property's name where none is found."""
    patterns = list(dict.fromkeys([known.pattern, *(str(one["pattern"]) for one in shapes if "pattern" in one)]))
    limits = known.min_length or 0, known.max_length
    for text in _candidates(known, patterns):
        if _fits(text, limits, patterns):
            return text
    return known.name


def _candidates(known: Property, patterns: Iterable[str]) -> Iterator[str]:
    formats = [_BY_FORMAT[one] for one in sorted(known.formats) if one in _BY_FORMAT]
    yield from formats
    if formats:
        return
    if known.name.endswith(("Role", "RoleArn")):
        yield _BY_FORMAT["AWS::IAM::Role.Arn"]
    yield from (known.name, known.name.lower())
    yield from (text for text in _COMMON if known.pattern)
    shortest = known.min_length or 0
    for least in dict.fromkeys((0, shortest)):
        yield from (text for pattern in patterns if pattern and (text := example(pattern, least)) is not None)
    yield (known.name * (shortest // max(1, len(known.name)) + 1))[: max(shortest, known.max_length or _FILLED)]
    yield known.name[: known.max_length]


def _fits(text: str, limits: tuple[int, int | None], patterns: Iterable[str]) -> bool:
    least, most = limits
    return least <= len(text) <= (len(text) if most is None else most) and all(
        matches(pattern, text) for pattern in patterns if pattern
    )
