"""Inserts the whole resource of every type into a template, with the defaults of its places to type, and lints it.

    python -m benchmarks.snippets                 all types
    python -m benchmarks.snippets --every 20      every twentieth
    python -m benchmarks.snippets --findings      what is found, by type

In an otherwise empty template, where nothing can be referred to.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

from cfnlint.config import ConfigMixIn
from cfnlint.decode.decode import decode_str
from cfnlint.rules import Rules
from cfnlint.runner import Runner, run_template_by_data

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.complete_types import REMAINING, WHOLE, whole_resource
from lsp_server.dialects.cloudformation.context import place_at
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.server.completion import plain

REGION = "us-east-1"
YAML = "Resources:\n  New:\n    Type: $0\n"
SAM = "Transform: AWS::Serverless-2016-10-31\n" + YAML


@dataclass(frozen=True)
class Inserted:
    """A template with a whole resource in it, and the detail of the completion."""

    resource_type: str
    text: str
    detail: str

    @property
    def remaining(self) -> str:
        """What the completion says has to be filled in."""
        return self.detail.partition(REMAINING)[2]


@dataclass(frozen=True)
class Finding:
    """What cfn-lint says of it."""

    rule: str
    path: str
    message: str


def inserted(resource_type: str, around: str = "", name: str = "t.yaml") -> Inserted | None:
    """The template `around`, with a whole resource at its `$0`; None where none is offered."""
    text = around or (SAM if resource_type.startswith("AWS::Serverless::") else YAML)
    document = Document(f"file:///{name}", text.replace("$0", ""))
    template, offset = parse_template(document), text.index("$0")
    place = place_at(template, offset)
    if place is None:
        return None
    for one in whole_resource(Request(template, offset, place, schemas()), resource_type):
        whole = document.text[: one.replace.start] + plain(one.text) + document.text[one.replace.end :]
        return Inserted(resource_type, whole, one.detail)
    return None


@lru_cache(maxsize=1)
def _linter() -> tuple[ConfigMixIn, Rules]:
    """The configuration and the rules, which take longer to load than a template to lint."""
    config = ConfigMixIn(regions=[REGION])
    return config, Runner(config).rules


def findings(text: str) -> list[Finding]:
    """What cfn-lint finds in a template."""
    template, found = decode_str(text)
    if not found and template is not None:
        found = list(run_template_by_data(template, *_linter()))
    return [Finding(one.rule.id, "/".join(map(str, getattr(one, "path", ()))), str(one.message)) for one in found]


def linted(resource_type: str) -> tuple[Inserted | None, list[Finding]]:
    """A whole resource and what is found in it."""
    whole = inserted(resource_type)
    return whole, findings(whole.text) if whole is not None else []


def _show(results: Sequence[tuple[Inserted | None, list[Finding]]], *, every_finding: bool) -> None:
    offered = [(whole, found) for whole, found in results if whole is not None]
    clean = [whole for whole, found in offered if not found]
    errors = [whole for whole, found in offered if any(one.rule.startswith("E") for one in found)]
    told = [whole for whole, found in offered if found and whole.detail != WHOLE]
    rules = Counter(rule for _, found in offered for rule in {one.rule for one in found})
    counts = {
        "types": len(results),
        "offered": len(offered),
        "clean": len(clean),
        "with an error": len(errors),
        "not clean, and says why": len(told),
        "types by rule": dict(rules.most_common()),
    }
    print(json.dumps(counts, indent=2))
    for whole, found in offered if every_finding else ():
        for one in found:
            print(whole.resource_type, one.rule, one.path, one.message, sep="\t")


def main(arguments: Sequence[str]) -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--findings", action="store_true")
    options = parser.parse_args(arguments)
    with ProcessPoolExecutor(options.processes) as pool:
        results = list(pool.map(linted, schemas().types[:: options.every], chunksize=20))
    _show(results, every_finding=options.findings)


if __name__ == "__main__":
    main(sys.argv[1:])
