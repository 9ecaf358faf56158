"""Judges the check of intents by programs that do what was asked: what it misses in them was never asked for.

    python -m benchmarks.intent_check TASKS.jsonl [--misses]

TASKS is a file of JSON lines with a `prompt` and a `reference` each. Printed are the wishes that were read, the share
that the references meet, and the share of them that is noticed when one of the blocks it is about is taken away.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import Edit, edit_unit
from lsp_server.dialects.base import Language
from lsp_server.repair.regions import all_regions
from lsp_server.repair.wishes import unmet, wishes

TERRAFORM = Language.TERRAFORM


def unit_of(text: str) -> Unit:
    """A module of one file."""
    return Unit((Document("file:///benchmark/main.tf", text),))


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args(arguments)
    counts: Counter[str] = Counter()
    for line in options.tasks.read_text(encoding="utf-8").splitlines():
        task = json.loads(line)
        empty, right = unit_of(""), unit_of(task["reference"])
        asked = wishes(task["prompt"], empty, TERRAFORM)
        missed = unmet(asked, empty, right, TERRAFORM)
        counts.update(tasks=1, wishes=len(asked), missed=len(missed), whole=not missed)
        counts.update({f"{wish.code} asked": 1 for wish in asked} and Counter(f"{w.code} asked" for w in asked))
        counts.update(f"{wish.code} missed" for wish in missed)
        for wish in missed if options.misses else ():
            print(f"{task['id']:4} {wish.words}: {wish.hint}    {task['prompt'][:160]!r}")
        for wish in (w for w in asked if w.code == "missing-resource" and w not in missed):
            own = [r for r in all_regions(right, TERRAFORM) if r.type in wish.types]
            without = edit_unit(right, tuple(Edit(r.uri, r.span, "") for r in own))
            counts.update(taken=1, noticed=wish in unmet(asked, empty, without, TERRAFORM))
    for name, count in sorted(counts.items()):
        print(f"{name:28} {count}")
    print(f"{'wishes met by references':28} {100 * (1 - counts['missed'] / max(1, counts['wishes'])):.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
