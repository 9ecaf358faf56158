"""Inserts the whole block of every resource and data source type into a module, as it is offered, and judges it.

    python -m benchmarks.terraform_snippets                    all types of all bundles, by Lintel's own check
    python -m benchmarks.terraform_snippets --every 20         every twentieth
    python -m benchmarks.terraform_snippets --every 20 --validate    by `terraform validate` as well
    python -m benchmarks.terraform_snippets --findings         what is found, by type

The module has a network, a role and the like, to which the blocks may refer. No place to type is visited.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.bundles import bundled, open_bundle
from lsp_server.dialects.terraform.completion import completions_at
from lsp_server.dialects.terraform.module import module_of
from lsp_server.linters.terraform_check.linter import check_module
from lsp_server.linters.terraform_validate import TerraformValidate
from lsp_server.server.completion import plain

REQUIRED = """\
terraform {{
  required_providers {{
    {0} = {{
      source  = "{1}"
      version = "{2}"
    }}
  }}
}}
"""
AROUND = """
resource "aws_vpc" "net" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "inner" {
  vpc_id = aws_vpc.net.id
}
resource "aws_security_group" "web" {
  vpc_id = aws_vpc.net.id
}
resource "aws_iam_role" "runner" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_s3_bucket" "store" {
}
resource "aws_kms_key" "secret" {
}
resource "aws_instance" "many" {
  count = 2
}
data "aws_iam_policy_document" "trust" {
}
"""


@dataclass(frozen=True)
class Inserted:
    """A module with a whole block in it; `refers` tells whether it has references to what is around."""

    name: str
    text: str
    refers: bool


@dataclass(frozen=True)
class Found:
    """What a judge says of an inserted block."""

    inserted: Inserted
    judge: str
    code: str
    message: str


def inserted(kind: str, type_name: str, head: str) -> Inserted | None:
    """The module with the whole block of a type; None where none is offered."""
    before = f'{head}{kind} "{type_name}'
    document = Document("file:///snippets/main.tf", f'{before}"\n')
    offered = completions_at(Unit((document,)), document, len(before))
    whole = next((one for one in offered if one.label == f"{type_name} {{…}}"), None)
    if whole is None:
        return None
    text = document.text[: whole.replace.start] + plain(whole.text) + document.text[whole.replace.end :]
    return Inserted(f"{kind}.{type_name}", text, "${" in whole.text and "|aws_" in whole.text)


def every_type(bundle_path: Path, every: int) -> Iterator[tuple[str, str, str]]:
    """Kind and type of a bundle's blocks, and the head of a module that asks for that bundle."""
    bundle = open_bundle(bundle_path)
    meta = bundle.meta
    head = REQUIRED.format(meta.provider, meta.source.removeprefix("registry.terraform.io/"), meta.version)
    head += AROUND if meta.provider == "aws" else ""
    for kind, names in (("resource", bundle.resource_types), ("data", bundle.data_types)):
        yield from ((kind, name, head) for name in list(names)[::every])


def judged(one: Inserted) -> Iterator[Found]:
    """The errors of the own check."""
    unit = Unit((Document("file:///snippets/main.tf", one.text),))
    for diagnostic in check_module(module_of(unit)):
        if diagnostic.severity is Severity.ERROR:
            yield Found(one, "check", diagnostic.code, diagnostic.message)


async def validated(ones: Sequence[Inserted]) -> list[Found]:
    """The errors of `terraform validate`."""
    found: list[Found] = []
    validate = TerraformValidate()
    with TemporaryDirectory() as folder:
        for one in ones:
            document = Document((Path(folder) / "main.tf").as_uri(), one.text)
            result = await validate.lint(Unit((document,)))
            if result.not_run:
                sys.exit(result.not_run)
            errors = [d for d in result.diagnostics if d.severity is Severity.ERROR]
            found += [Found(one, "validate", d.code, d.message) for d in errors]
    await validate.close()
    return found


def main(arguments: Sequence[str]) -> None:
    """Print the counts of each bundle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--findings", action="store_true")
    options = parser.parse_args(arguments)
    for path in bundled():
        types = list(every_type(path, options.every))
        offered = [one for one in (inserted(*which) for which in types) if one is not None]
        found = [finding for one in offered for finding in judged(one)]
        found += asyncio.run(validated(offered)) if options.validate else []
        names = {judge: len({f.inserted.name for f in found if f.judge == judge}) for judge in ("check", "validate")}
        counts = {
            "bundle": path.stem,
            "types": len(types),
            "offered": len(offered),
            "refer to what is around": sum(one.refers for one in offered),
            "with an error of the check": names["check"],
            **({"with an error of terraform": names["validate"]} if options.validate else {}),
            "codes": dict(Counter(f"{f.judge} {f.code}" for f in found).most_common()),
        }
        print(json.dumps(counts))
        for finding in found if options.findings else ():
            print(finding.inserted.name, finding.judge, finding.code, finding.message, sep="\t")


if __name__ == "__main__":
    main(sys.argv[1:])
