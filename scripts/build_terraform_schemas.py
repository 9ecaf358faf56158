"""Builds the schema bundles of Terraform providers from npm packages.

    python scripts/build_terraform_schemas.py [NAME@VERSION …] [--into FOLDER]

Without arguments every package of PACKAGES is built. `npm pack` fetches a package; its hash is checked against the one
kept here, or for a new package against the one that the registry tells. The same package gives the same bytes.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from cdktf_schema import ProviderSource, provider_schema
from cdktf_source import folders

from lsp_server.dialects.terraform.bundles import Bundle, ProviderMeta, pack

SCHEMAS = Path(__file__).resolve().parent.parent / "lsp_server" / "dialects" / "terraform" / "schemas"
LICENCE = "MPL-2.0"
PACKAGES = {
    "@cdktf/provider-aws@19.65.1": (
        "sha512-pUvO9fYAgyc4MreWOZWkzz/lalxOvIAS2YEvBjIadJVqCUEiNN5EDWu5ofBp9Y1k+ncHzl3K6oPgBeYQYJz5kw=="
    ),
    "@cdktn/provider-aws@25.7.0": (
        "sha512-E/nhu0yVZE4mXMgIPuI8tEFt1BExLkA7ARjihdG+/HmfDfzLr+OEF3dkFRvI6glRt30lrrBWQLwXqCJBxcmyUg=="
    ),
}


class PackageError(Exception):
    """A package cannot be fetched, or is not what its hash says."""


def fetch(package: str, folder: Path) -> Path:
    """The packed package, its hash checked. Raises PackageError."""
    command = ["npm", "pack", package, "--json", "--pack-destination", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise PackageError(f"npm pack {package}: {run.stderr.strip()[-500:]}")
    told = json.loads(run.stdout)[0]
    path = folder / str(told["filename"]).replace("@", "").replace("/", "-")
    expected = PACKAGES.get(package) or told["integrity"]
    algorithm, _, digest = str(expected).partition("-")
    if base64.b64encode(hashlib.new(algorithm, path.read_bytes()).digest()).decode() != digest:
        raise PackageError(f"{package} is not what its hash says")
    return path


def build(package: str, into: Path) -> tuple[Path, ProviderSource]:
    """Write the bundle of one package; gives its path and what was read. Raises PackageError."""
    with tempfile.TemporaryDirectory() as folder:
        found = provider_schema(folders(fetch(package, Path(folder))))
    if not found.provider:
        raise PackageError(f"{package} holds no provider")
    meta = ProviderMeta(found.provider, found.version, found.source, LICENCE, f"npm:{package}")
    path = into / f"{found.provider}-{found.version.partition('.')[0]}.bundle"
    path.write_bytes(pack(meta, found.config, found.resources, found.data))
    return path, found


def write_words(folder: Path) -> None:
    """Write the words of all bundles of a folder beside them, one a line."""
    bundles = (Bundle(path.read_bytes()) for path in folder.glob("*.bundle"))
    words = frozenset[str]().union(*(bundle.words() for bundle in bundles))
    (folder / "words.txt").write_text("".join(f"{word}\n" for word in sorted(words)), "ascii")


def main() -> int:
    """Build what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", default=list(PACKAGES))
    parser.add_argument("--into", type=Path, default=SCHEMAS)
    arguments = parser.parse_args()
    for package in arguments.packages:
        try:
            path, found = build(package, arguments.into)
        except PackageError as error:
            print(error, file=sys.stderr)
            return 2
        size = path.stat().st_size
        print(
            f"{path.name}: {found.source} {found.version}, {len(found.resources)} resources, {len(found.data)} data "
            f"sources, {size} bytes; not known: {dict(found.notes) or 'nothing'}"
        )
    write_words(arguments.into)
    return 0


if __name__ == "__main__":
    sys.exit(main())
