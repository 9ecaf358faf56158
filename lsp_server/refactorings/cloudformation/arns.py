"""What an ARN says of partition, region and account is filled in by pseudo parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.functions import functions_around
from lsp_server.dialects.cloudformation.tree import Node, Scalar, Style
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.values import sub
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.literals import literal_of
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.replacing import put
from lsp_server.refactorings.cloudformation.spot import Spot, spot_of

_ARN = re.compile(
    r"\barn:(aws[\w-]*|\$\{AWS::Partition\}):([a-z0-9-]+):([a-z0-9-]*|\$\{[^}]*\}):(\d*|aws|\$\{[^}]*\}):"
)
_MOST = 300


@dataclass(frozen=True)
class Arn:
    """The parts of the first ARN in a text that are written out; empty ones are not, or are filled in already."""

    partition: str
    region: str
    account: str

    @property
    def given(self) -> dict[str, object]:
        """What the pseudo parameters have to be for the text to stay the same."""
        found = {"AWS::Partition": self.partition, "AWS::Region": self.region, "AWS::AccountId": self.account}
        return {name: value for name, value in found.items() if value}


def fill_in_arn(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for the ARN at the place, its partition alone or all of it, and for the partition of all ARNs."""
    spot = spot_of(selection)
    node = _text(spot, spot.value)
    arn = _arn(node.value) if node is not None else None
    if node is None or arn is None:
        return
    only = Arn(arn.partition, "", "")
    if arn.partition:
        yield _refactoring(spot, "partition", "Let the partition of the ARN be filled in", [node], only)
        others = list(_all(spot, arn.partition))
        if len(others) > 1:
            title = f"Let the partition of all {len(others)} ARNs be filled in"
            yield _refactoring(spot, "partitions", title, others, only)
    if arn.region or arn.account:
        known = arn.given
        named = [word for word in ("Partition", "Region", "AccountId") if f"AWS::{word}" in known]
        words = [{"AccountId": "account"}.get(word, word.lower()) for word in named]
        what = f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
        yield _refactoring(spot, "arn", f"Let the {what} of the ARN be those of the stack", [node], arn)


def _refactoring(spot: Spot, key: str, title: str, nodes: list[Scalar], arn: Arn) -> Refactoring:
    edits = partial(_edits, spot, nodes, arn)
    return Refactoring(f"arn.{key}", title, Kind.REWRITE, edits, Comparison((arn.given,)))


def _edits(spot: Spot, nodes: list[Scalar], arn: Arn) -> Iterable[Edit] | None:
    found: list[Edit] = []
    for node in nodes:
        text = _filled(node.value, arn)
        inside = node.tag == "!Sub" or literal_of(spot, node) is None
        made = rewrite(spot.document, node, text) if inside else put(spot.document, spot.writer, node, sub(text))
        if made is None:
            return None
        found += made
    return found


def _all(spot: Spot, partition: str) -> Iterator[Scalar]:
    """All texts with an ARN of a partition, in the order of the text."""
    seen: set[int] = set()
    for hit in list(re.finditer(rf"\barn:{re.escape(partition)}:", spot.document.text))[:_MOST]:
        node = _text(spot, spot.template.node_at(hit.start()))
        arn = _arn(node.value) if node is not None else None
        if node is not None and arn is not None and arn.partition == partition and node.span.start not in seen:
            seen.add(node.span.start)
            yield node


def _text(spot: Spot, node: Node | None) -> Scalar | None:
    """The scalar that a node is, where it is a literal that may become a Sub, or the text of one on a single line."""
    if not isinstance(node, Scalar) or node.anchor or "arn:" not in node.raw:
        return None
    function = next(functions_around(node), None)
    text = function.argument if function is not None and function.name == "Fn::Sub" else None
    first = getattr(text, "items", (text,))[:1]
    if node in first and node.tag in ("", "!Sub"):
        return None if node.style in (Style.LITERAL, Style.FOLDED) else node
    return node if literal_of(spot, node) is not None else None


def _arn(text: str) -> Arn | None:
    """What is written out in the first ARN of a text; None where nothing is."""
    hit = _ARN.search(text)
    if hit is None:
        return None
    partition, _, region, account = ("" if part.startswith("$") else part for part in hit.groups())
    account = account if account.isdigit() else ""  # `aws` owns what all accounts share
    return Arn(partition, region, account) if partition or region or account else None


def _filled(text: str, arn: Arn) -> str:
    """The text with pseudo parameters for the parts that are those of `arn`, in every ARN."""

    def fill(hit: re.Match[str]) -> str:
        partition, service, region, account = hit.groups()
        partition = "${AWS::Partition}" if arn.partition and partition == arn.partition else partition
        region = "${AWS::Region}" if arn.region and region == arn.region else region
        account = "${AWS::AccountId}" if arn.account and account == arn.account else account
        return f"arn:{partition}:{service}:{region}:{account}:"

    return _ARN.sub(fill, text)


REFACTORERS = (Refactorer("arns", frozenset({Kind.REWRITE}), fill_in_arn),)
