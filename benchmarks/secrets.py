"""How much of programs that hold no secret is hidden from a model all the same, and how long the search takes.

    python -m benchmarks.secrets PATH… [--list]

PATH is a file or a folder; of `.jsonl` files each text in each line is a program, of others the whole file. Programs of
tutorials hold passwords that are none (`mypassword`); those are counted, since nobody can tell them from real ones.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from lsp_server.models.redaction import Redaction


def texts(paths: Sequence[Path]) -> Iterator[str]:
    """All texts in files and folders; what cannot be read is passed over."""
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if not file.is_file():
                continue
            text = file.read_text(encoding="utf-8", errors="replace")
            if file.suffix == ".jsonl":
                for line in text.splitlines():
                    yield from (
                        value for value in json.loads(line).values() if isinstance(value, str) and "\n" in value
                    )
            else:
                yield text


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--list", action="store_true", help="print what was hidden, and how often")
    options = parser.parse_args(arguments)
    hidden: Counter[str] = Counter()
    number = size = touched = 0
    seconds = 0.0
    for text in texts(options.paths):
        started = time.perf_counter()
        redaction = Redaction([text])
        covered = redaction.hide(text)
        seconds += time.perf_counter() - started
        if redaction.restore(covered) != text:
            sys.exit("a text did not come back as it was")
        marks = redaction.stand_ins.findall(covered)
        hidden.update(redaction.restore(mark) for mark in marks)
        number, size, touched = number + 1, size + len(text), touched + bool(marks)
    print(f"{number} texts, {size:,} characters: something is hidden in {touched}, {len(hidden)} values in all")
    print(f"{seconds:.2f} s, {seconds / max(1, size) * 1e6:.2f} µs for each character")
    if options.list:
        for value, times in hidden.most_common():
            print(f"{times:5} {value!r}")


if __name__ == "__main__":
    main()
