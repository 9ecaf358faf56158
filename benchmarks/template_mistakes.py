"""The mistakes that language models make in CloudFormation templates.

The shares of findings in first drafts of a large model are known: undefined reference 17 %, unknown property 17 %,
password in plain text 12 %, placeholder ids 8 %, a security group's name for its id 7 %, unknown attribute 7 %, missing
property 5 %, legacy property 5 %, unknown type 4 %, unused parameter 4 %, hard-coded zone 3 %, one of two retention
policies 3 %, Sub 2 %, cycles 2 %. They name neither values nor types; what cfn-lint told models in the feedback of
DPIaC-Eval (281 findings) does: missing property 16 %, value that is not allowed 11 %, needless DependsOn 10 %, unknown
type 8 %, wrong type 4 %. A share here is about the mean of both. Nobody counted what cannot be read: its share is that
of Terraform's drafts. Of one kind (unknown property, reference, wrong type), what it is divided into is assumed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.blocks import Block, template_blocks
from benchmarks.mistakes import Kind, Lines, Make, at_a_line, gone, misspelt, one_of, other_word, replaced

_KEY = r"^\s+(?:- )?([A-Z]\w{3,}):(?:\s|$)"
_CHOSEN = (
    "SSEAlgorithm|BillingMode|KeyType|AttributeType|Effect|Status|InstanceTenancy|Protocol|VolumeType|Engine|Runtime"
    "|AuthorizationType|StreamViewType|ProjectionType|LoggingLevel|IntegrationHttpMethod|HttpMethod|TargetType|Scheme"
    "|ComparisonOperator|Statistic|LaunchType|NetworkMode"
)
_NEEDED = (
    "VpcId|CidrBlock|Role|RoleArn|Handler|Code|Principal|Action|FunctionName|PolicyName|PolicyDocument|Protocol"
    "|Endpoint|AttributeType|AttributeName|KeyType|IpProtocol|GroupDescription|ServiceToken|Engine|RouteTableId"
    "|HttpMethod|RestApiId|Status|SSEAlgorithm|Version|Effect|Name|Type|TargetArn|EventPattern|Cluster"
)
_INVENTED = tuple(
    f"\\1{words}\n\\g<0>"
    for words in (
        "Enabled: true",
        "EnableLogging: true",
        "ResourceName: default",
        "Environment: dev",
        "RetentionInDays: 30",
        "EncryptionEnabled: true",
    )
)
_UNUSED = tuple(
    f"\\g<0>\n  {name}:\n    Type: String\n    Default: dev"
    for name in ("EnvironmentName", "ProjectName", "OwnerEmail")
)
_PASSWORDS = (r"\1: Password123!", r"\1: changeme123", r"\1: MySecurePassword1")
_IDS = {"VpcId": "vpc", "SubnetId": "subnet", "ImageId": "ami", "GroupId": "sg", "SecurityGroupId": "sg"}


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _resources(lines: Lines) -> Iterator[Block]:
    return (block for block in template_blocks(lines) if block.name[0] == "Resources")


def _child(lines: Lines, block: Block, key: str) -> int | None:
    """The line of a key of a resource."""
    indents = [len(_indent(line)) for line in lines[block.start + 1 : block.end] if line.strip()]
    keys = (
        n for n in range(block.start + 1, block.end) if re.match(rf" {{{min(indents, default=1)}}}{key}:", lines[n])
    )
    return next(keys, None)


def _properties(lines: Lines) -> Iterable[int]:
    """The lines below `Properties` of the resources."""
    for block in _resources(lines):
        head = _child(lines, block, "Properties")
        for number in range(head + 1, block.end) if head is not None else ():
            if lines[number].strip() and len(_indent(lines[number])) <= len(_indent(lines[head or 0])):
                break
            yield number


def _name(rng: random.Random, word: str) -> str:
    return misspelt(rng, word, "Name")


def _type(rng: random.Random, word: str) -> str:
    return misspelt(rng, word, "Configuration")


def _value(rng: random.Random, word: str) -> str:
    others = {word.lower(), word.upper(), f"{word}s", word.replace("_", "-"), f"{word}_DEFAULT"} - {word}
    return rng.choice(sorted(others))


def _attribute(rng: random.Random, word: str) -> str:
    return rng.choice(sorted({"Id", "Name", "ARN", "Url", f"{word}s"} - {word}))


def _no_value(rng: random.Random, _: str) -> str:
    return rng.choice(('"enabled"', '"default"'))


def _placeholder(_: random.Random, __: str, match: re.Match[str]) -> Sequence[str]:
    return [f"{match[1]}{match[2]}: {_IDS[match[2]]}-xxxxxxxx"]


def _left_out(rng: random.Random, lines: Lines) -> Lines | None:
    """Without a declaration that something else refers to."""
    blocks = list(template_blocks(lines))
    sections = [block.name[0] for block in blocks]
    text = "\n".join(lines)
    found = [
        block
        for block in blocks
        if block.name[0] != "Outputs"
        and sections.count(block.name[0]) > 1
        and len(re.findall(rf"\b{block.name[1]}\b", text)) > 1
    ]
    if not found:
        return None
    chosen = rng.choice(found)
    return lines[: chosen.start] + lines[chosen.end :]


def _at_the_wrong_level(rng: random.Random, lines: Lines) -> Lines | None:
    """With a property beside `Properties`."""
    found = [
        (block, head, number)
        for block in _resources(lines)
        if (head := _child(lines, block, "Properties")) is not None
        for number in range(head + 2, block.end)
        if re.match(rf"{_indent(lines[head + 1])}[A-Z]\w+: [^|>&\s]", lines[number])
    ]
    if not found:
        return None
    block, head, number = rng.choice(found)
    moved = _indent(lines[head]) + lines[number].lstrip()
    return lines[:number] + lines[number + 1 : block.end] + [moved] + lines[block.end :]


def _legacy(rng: random.Random, lines: Lines) -> Lines | None:
    buckets = [
        block for block in _resources(lines) if re.search(r"AWS::S3::Bucket\b(?!Policy)", lines[block.start + 1])
    ]
    heads = [head for block in buckets if (head := _child(lines, block, "Properties")) is not None]
    if not heads:
        return None
    head = rng.choice(heads)
    return replaced(lines, head, lines[head], f"{_indent(lines[head + 1])}AccessControl: Private")


def _dependency(*, back: bool) -> Make:
    """With a `DependsOn` of what is referred to already or, with `back`, of what refers to it: a cycle."""

    def make(rng: random.Random, lines: Lines) -> Lines | None:
        blocks = [block for block in _resources(lines) if _child(lines, block, "DependsOn") is None]
        pairs = [
            (other, block) if back else (block, other)
            for block in blocks
            for other in blocks
            if other is not block
            and any(re.search(rf"!(?:Ref|GetAtt) {other.name[1]}\b", line) for line in lines[block.start : block.end])
        ]
        if not pairs:
            return None
        block, needed = rng.choice(pairs)
        head = lines[block.start + 1]
        return replaced(lines, block.start + 1, head, f"{_indent(head)}DependsOn: {needed.name[1]}")

    return make


def _tags_as_map(rng: random.Random, lines: Lines) -> Lines | None:
    found = [n for n, line in enumerate(lines[:-2]) if re.match(r"\s+Tags:\s*$", line) and _tag(lines, n + 1)]
    if not found:
        return None
    start = end = rng.choice(found)
    new = [lines[start]]
    while tag := _tag(lines, end + 1):
        new.append(f"{_indent(lines[start])}  {tag[1]}: {tag[2]}")
        end += 2
    return lines[:start] + new + lines[end + 1 :]


def _tag(lines: Lines, number: int) -> re.Match[str] | None:
    return re.match(r"\s+- Key: (\S.*)\n\s+Value: (\S.*)$", "\n".join(lines[number : number + 2]))


KINDS = (
    Kind("reference misspelt", 0.06, at_a_line(r"!Ref ['\"]?([A-Za-z]\w{3,})", other_word(_name))),
    Kind("resource of GetAtt misspelt", 0.03, at_a_line(r"!GetAtt ['\"]?([A-Za-z]\w{3,})\.", other_word(_name))),
    Kind("declaration left out", 0.06, _left_out),
    Kind("property misspelt", 0.05, at_a_line(_KEY, other_word(_name), _properties)),
    Kind("property invented", 0.07, at_a_line(r"^(\s+)[A-Z]\w+:.*$", one_of(*_INVENTED), _properties)),
    Kind("property at the wrong level", 0.03, _at_the_wrong_level),
    Kind("property missing", 0.1, at_a_line(rf"^\s+(?:{_NEEDED}): [^|>\s].*$", gone, _properties)),
    Kind("value not allowed", 0.06, at_a_line(rf"^\s+(?:- )?(?:{_CHOSEN}): ['\"]?([A-Za-z]\w+)", other_word(_value))),
    Kind("wrong type", 0.03, at_a_line(r": (true|false|\d+)\s*$", other_word(_no_value), _properties)),
    Kind(
        "list for a value", 0.01, at_a_line(r"^(\s+[A-Z]\w+: )(!Ref \w+|'[^']+')\s*$", one_of(r"\1[\2]"), _properties)
    ),
    Kind("tags as a map", 0.02, _tags_as_map),
    Kind("unknown type", 0.06, at_a_line(r"^\s+Type: ['\"]?AWS::\w+::(\w{4,})['\"]?\s*$", other_word(_type))),
    Kind("unknown attribute", 0.07, at_a_line(r"!GetAtt ['\"]?\w+\.([A-Z]\w+)", other_word(_attribute))),
    Kind("name for an id", 0.05, at_a_line(r"!GetAtt (['\"]?)(\w+)\.GroupId\1", one_of(r"!Ref \2"), _properties)),
    Kind("password in plain text", 0.08, at_a_line(r"^(\s+\w*Password): \S.*$", one_of(*_PASSWORDS), _properties)),
    Kind("placeholder", 0.06, at_a_line(rf"^(\s+(?:- )?)({'|'.join(_IDS)}): \S.*$", _placeholder, _properties)),
    Kind("legacy property", 0.05, _legacy),
    Kind("parameter not used", 0.03, at_a_line(r"^Parameters:\s*$", one_of(*_UNUSED))),
    Kind("hard-coded zone", 0.02, at_a_line(r"^(\s+AvailabilityZone): \S.*$", one_of(r"\1: us-east-1a"), _properties)),
    Kind(
        "one of two policies",
        0.03,
        at_a_line(r"^(\s+)Type: ['\"]?AWS::.*$", one_of("\\g<0>\n\\1DeletionPolicy: Retain")),
    ),
    Kind("Sub left out", 0.02, at_a_line(r"!Sub (['\"].*\$\{)", one_of(r"\1"))),
    Kind(
        "Sub for nothing",
        0.02,
        at_a_line(r"^(\s+[A-Z]\w+: )(['\"]?[A-Za-z][\w -]*['\"]?)$", one_of(r"\1!Sub \2"), _properties),
    ),
    Kind("DependsOn for nothing", 0.05, _dependency(back=False)),
    Kind("cycle", 0.02, _dependency(back=True)),
    Kind("indentation", 0.03, at_a_line(r"^(\s+)[A-Z]\w+:", one_of(r" \g<0>"), _properties)),
    Kind("quote not closed", 0.02, at_a_line(r"^(.*: ['\"].*)['\"]\s*$", one_of(r"\1"))),
    Kind("colon left out", 0.01, at_a_line(r"^(\s+[A-Z]\w+): ", one_of(r"\1 "), _properties)),
)
