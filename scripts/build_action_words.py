"""Write the words that names of IAM actions consist of: cfn-lint knows the actions in lower case only.

They are taken from the permissions in cfn-lint's resource schemas and the operations of botocore, so run it with
`uv run --with botocore scripts/build_action_words.py`. The most frequent come first.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from lsp_server.dialects.cloudformation.schema_files import schema_folder

OUT = Path(__file__).parent.parent / "lsp_server" / "dialects" / "cloudformation" / "action_words.txt"
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PERMISSION = re.compile(r'"[a-z0-9-]+:([A-Z][A-Za-z0-9]+)"')
_SHORT = 3  # letters of a word that has to be there more than once to count


def operations() -> Iterator[str]:
    """The names of all operations that botocore knows."""
    import botocore  # type: ignore[import-not-found]

    for path in (Path(botocore.__file__).parent / "data").glob("*/*/service-2.json*"):
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield from json.loads(raw)["operations"]


def permissions() -> Iterator[str]:
    """The names of all actions in cfn-lint's schemas."""
    folder = schema_folder()
    for path in (folder / "resources").glob("*.json") if folder is not None else ():
        yield from _PERMISSION.findall(path.read_text(encoding="utf-8"))


def main() -> None:
    """Write the file."""
    cases: dict[str, Counter[str]] = defaultdict(Counter)
    for name in {*operations(), *permissions()}:
        for word in _WORD.findall(name):
            cases[word.lower()][word[:1].upper() + word[1:]] += 1
    frequent = sorted(cases.values(), key=lambda case: (-case.total(), min(case)))
    words = [case.most_common(1)[0][0] for case in frequent if case.total() > 1 or len(min(case)) > _SHORT]
    OUT.write_text("\n".join(words) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
