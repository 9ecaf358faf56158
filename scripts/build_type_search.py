"""Builds what the search for resource types goes by: the words of the documentation, and what goes with what.

    python scripts/build_type_search.py [--packages FOLDER] [--check]

The words are from the documentation in the packages of Pulumi, which are bridged from the Terraform providers, and from
CloudFormation's schemas in the installed cfn-lint. What goes with a type is what stands beside it in the examples, and
what its arguments refer to: `role_arn` is known from the examples to be given an `aws_iam_role`. CloudFormation has the
same things under other names. The packages are those of `build_deprecations.py`, the newest of each provider. The
same packages, bundles and cfn-lint give the same bytes. `--check` builds anew and compares.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import build_recovered
from build_deprecations import _MIXED, PACKAGES, Package, PackageError, fetch, matched
from pulumi_examples import Example, documented, place, read_example
from pulumi_source import read

from lsp_server.dialects.cloudformation.schema import ResourceSchema, schemas
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.bundles import Bundle, bundled, open_bundle
from lsp_server.dialects.terraform.versions import version
from lsp_server.repair.offline.stems import stem
from lsp_server.repair.search.known import FOLDER, SUFFIX, Known, pack
from lsp_server.repair.search.terms import STOP, plain_words

_MOST_WORDS = 45
_MOST_TEXT = 700  # characters
_MOST_WITH = 30
_LEAST = 6  # percent
_FEW = 4  # examples that a share is taken to have been seen in besides, without the other
_REQUIRED, _OPTIONAL = 0.95, 0.2  # how often a resource refers to what an argument is for
_SEEN, _SURE = 3, 0.6  # times, and of all times, that an argument refers to one type
_DEEPEST = 4
_ENDING = re.compile(r"_?(?:[Ii]ds?|[Nn]ames?|[Aa]rns?)$")
_LINK = re.compile(r"https?://\S+|\]\([^)]*\)")

ALSO: Mapping[str, str] = {
    "aws_cloudwatch_event_target": "AWS::Events::Rule",
    "aws_cloudwatch_event_connection": "AWS::Events::Connection",
    "aws_cloudwatch_event_api_destination": "AWS::Events::ApiDestination",
    "aws_iam_role_policy": "AWS::IAM::Policy",
    "aws_kms_alias": "AWS::KMS::Alias",
    "aws_route_table_association": "AWS::EC2::SubnetRouteTableAssociation",
    "aws_sns_topic_subscription": "AWS::SNS::Subscription",
    "aws_vpc_security_group_egress_rule": "AWS::EC2::SecurityGroupEgress",
    "aws_vpc_security_group_ingress_rule": "AWS::EC2::SecurityGroupIngress",
}
"""The types that CloudFormation has in another shape, and that `build_recovered` therefore leaves alone."""


@dataclass
class Told:
    """What a provider's package tells: a text for each type, the examples, what each argument refers to."""

    texts: dict[str, str] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)

    def arguments(self) -> dict[str, str]:
        """The type that an argument of that name refers to, where it is nearly always the same one."""
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        for example in self.examples:
            for use in example.uses:
                seen[use.argument][use.of] += 1
        found = {}
        for name, counts in seen.items():
            of, times = min(counts.items(), key=lambda item: (-item[1], item[0]))
            alike = {stem(w) for w in name.split("_")} & {stem(w) for w in of.split("_")}
            if times >= _SEEN and times > _SURE * counts.total() and alike:
                found[name] = of
        return found


def tell(package: Package, wheel: Path, bundle: Bundle) -> Told:
    """What a package tells of the resource types of a bundle."""
    bridged = list(read(wheel))
    by_place = {place(bridged[n].token): name for n, name in matched(bundle, bridged).items() if not bridged[n].data}
    prefix = "|".join(sorted({name.partition("_")[0] for name in bundle.resource_types}))
    shown = re.compile(rf"(?:{prefix})_[a-z0-9_]+$")
    letters = {name.partition("_")[2].replace("_", ""): name for name in bundle.resource_types}
    for one in bridged:  # what has few arguments is not matched by them
        module, name = place(one.token)
        if not one.data and (module, name) not in by_place and module + name.lower() in letters:
            by_place[module, name] = letters[module + name.lower()]

    def written(name: str) -> str:
        found = shown.search(name)
        return found[0] if found and found[0] in bundle.resource_types else ""

    told = Told()
    imported = package.name.removeprefix("pulumi-")
    for page in documented(wheel):
        if own := by_place.get(place(page.token)):
            told.texts.setdefault(own, page.text)
            for code in page.examples:
                example = read_example(code, imported, lambda m, n: by_place.get((m, n), ""), written)
                if example is not None and example.types:
                    told.examples.append(example)
    return told


def described(text: str) -> tuple[str, ...]:
    """The words of a text, each once, without those that tell nothing."""
    found: dict[str, str] = {}
    for word in plain_words(_LINK.sub(" ", text)[:_MOST_TEXT]):
        if stem(word) not in STOP:
            found.setdefault(stem(word), word)
    return tuple(found.values())[:_MOST_WORDS]


class Beside:
    """What stands beside what in examples, each a set of types."""

    def __init__(self, examples: Iterable[set[str]]) -> None:
        self.counts: Counter[str] = Counter()
        self._both: dict[str, Counter[str]] = defaultdict(Counter)
        for types in examples:
            for one in types:
                self.counts[one] += 1
                self._both[one].update(types - {one})

    def shares(self, name: str, refers: Mapping[str, bool]) -> dict[str, int]:
        """How often, in percent, each other type goes with one; `refers` tells what it refers to, True if it must."""
        found = {other: both / (self.counts[name] + _FEW) for other, both in self._both[name].items()}
        for other, required in refers.items():
            found[other] = 1 - (1 - found.get(other, 0)) * (1 - (_REQUIRED if required else _OPTIONAL))
        shares = {other: round(100 * share) for other, share in found.items() if other != name}
        ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        return {other: share for other, share in ranked[:_MOST_WITH] if share >= _LEAST}


def of_terraform(told: Told, bundle: Bundle) -> dict[str, Known]:
    """What is known of each resource type of a bundle."""
    arguments = told.arguments()
    beside = Beside(example.types for example in told.examples)
    known = {}
    for name in bundle.resource_types:
        block = bundle.resource(name)
        refers = _referred(block, arguments) if block is not None else {}
        for argument, attribute in block.attributes.items() if block is not None else ():
            if attribute.required and (of := _relative(name, argument, bundle.resource_types)):
                refers[of] = True
        words = described(told.texts.get(name, ""))
        known[name] = Known(beside.counts[name], words, beside.shares(name, refers))
    return known


def _relative(name: str, argument: str, types: Container[str]) -> str:
    """The type of the same family that an argument is called after: `table_name` in `aws_dynamodb_tag`."""
    thing = _ENDING.sub("", argument)
    words = name.split("_")
    for length in range(len(words), 1, -1):
        of = "_".join((*words[:length], thing))
        if thing != argument and of in types and of != name:
            return of
    return ""


def _referred(block: BlockSchema, arguments: Mapping[str, str]) -> dict[str, bool]:
    found: dict[str, bool] = {}

    def look(inner: BlockSchema, *, required: bool, depth: int) -> None:
        for name, attribute in inner.attributes.items():
            if attribute.settable and name in arguments:
                of = arguments[name]
                found[of] = found.get(of, False) or (required and attribute.required)
        for nested in inner.blocks.values() if depth else ():
            look(nested.block, required=required and nested.min > 0, depth=depth - 1)

    look(block, required=True, depth=_DEEPEST - 1)
    return found


def in_cloudformation(types: Iterable[str], bundle: Bundle) -> dict[str, str]:
    """CloudFormation's types for the AWS provider's."""
    found = {name: schema.name for name, schema in build_recovered.matched(bundle).items()}
    found |= {name: other for name, other in build_recovered.IRREGULAR.items() if other}
    by_letters: dict[str, list[str]] = defaultdict(list)
    for name in schemas().types:
        if name.startswith("AWS::") and name.count("::") == 2:
            _, service, kind = name.split("::")
            for form in (service + kind, kind):
                by_letters[build_recovered.letters(form)].append(name)
    for name in types:
        same = set(by_letters[name.removeprefix("aws_").replace("_", "")])
        if name not in found and len(same) == 1:
            found[name] = same.pop()
    return {**found, **ALSO}


def of_cloudformation(told: Told, bundle: Bundle) -> dict[str, Known]:
    """What is known of each of CloudFormation's resource types; `told` is what AWS's package tells."""
    ours = in_cloudformation(sorted(bundle.resource_types), bundle)
    arguments = {name: ours[of] for name, of in told.arguments().items() if of in ours}
    beside = Beside({ours[name] for name in example.types if name in ours} for example in told.examples)
    others: dict[str, list[str]] = defaultdict(list)
    for name, other in sorted(ours.items()):
        others[other].append(name)
    known = {}
    for name in schemas().types:
        schema = schemas().get(name)
        if schema is not None:
            texts = [schema.description[:_MOST_TEXT], *(told.texts.get(n, "")[:300] for n in others[name])]
            words = described(" ".join(texts))
            shares = beside.shares(name, dict(_properties(schema, arguments)))
            known[name] = Known(beside.counts[name], words, shares)
    return known


def _properties(schema: ResourceSchema, arguments: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    found: dict[str, bool] = {}
    for name, known in schema.properties_at(()).items():
        of = arguments.get(build_recovered.snake(name))
        relative = "::".join((*schema.name.split("::")[:2], _ENDING.sub("", name) if known.required else ""))
        for one in {of} if of else {relative, *(other for other, _ in known.refers)}:
            if not known.read_only and one in schemas():
                found[one] = found.get(one, False) or known.required
    yield from found.items()


def newest() -> Iterator[Package]:
    """The package of the newest major version of each provider."""
    for provider in dict.fromkeys(package.provider for package in PACKAGES):
        yield max((p for p in PACKAGES if p.provider == provider), key=lambda p: p.major)


def build(packages: Sequence[tuple[Package, Path]]) -> Iterator[tuple[str, dict[str, Known]]]:
    """What is known of each provider's types, and of CloudFormation's."""
    bundles = {(b.meta.provider, version(b.meta.version)[0]): b for b in map(open_bundle, bundled())}
    for package, wheel in packages:
        bundle = bundles[_MIXED.get(package.provider, package.provider), package.major]
        told = tell(package, wheel, bundle)
        yield package.provider, of_terraform(told, bundle)
        if package.provider == "aws":
            yield "cloudformation", of_cloudformation(told, bundle)


def main(command_line: list[str] | None = None) -> int:
    """Write the files, or compare with those that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, help="a folder that keeps the packages")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the files are others")
    arguments = parser.parse_args(command_line)
    differ = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.packages or Path(scratch)
        try:
            packages = [(package, fetch(package, folder)) for package in newest()]
        except (PackageError, OSError) as error:
            print(error, file=sys.stderr)
            return 2
        for name, known in build(packages):
            path, data = FOLDER / f"{name}{SUFFIX}", pack(known)
            if arguments.check:
                same = path.is_file() and path.read_bytes() == data
                print(f"{path.name} is {'what is built' if same else 'not what is built from these packages'}")
                differ += not same
                continue
            path.write_bytes(data)
            texts, together = sum(bool(k.words) for k in known.values()), sum(bool(k.beside) for k in known.values())
            print(f"{path.name}: {len(known)} types, {texts} with words, {together} with others, {len(data)} bytes")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
