"""Builds the schema bundles of Terraform providers from npm packages.

    python scripts/build_terraform_schemas.py [NAME@VERSION …] [--into FOLDER] [--check]

Without arguments every package of PACKAGES is built. `npm pack` fetches a package; its hash is checked against the one
kept here, or for a new package against the one that the registry tells, which is printed, to be kept. The same package
gives the same bytes (with the same liblzma): `--check` builds anew and compares with what is in FOLDER.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import Any

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
    """A package cannot be fetched or read, or is not what its hash says; the sentence names it."""


def fetch(package: str, folder: Path) -> Path:
    """The packed package, its hash checked. Raises PackageError."""
    command = ["npm", "pack", package, "--json", "--pack-destination", str(folder)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise PackageError(f"npm cannot be started: {error.strerror}") from error
    if run.returncode:
        raise PackageError(f"npm pack {package}: {run.stderr.strip()[-500:]}")
    try:
        told = json.loads(run.stdout)[0]
        path = folder / str(told["filename"]).replace("@", "").replace("/", "-")
        integrity, packed = str(told["integrity"]), path.read_bytes()
    except (ValueError, LookupError, TypeError, OSError) as error:
        raise PackageError(f"npm pack {package} did not say what it fetched: {error!r}") from error
    check_hash(package, packed, integrity)
    return path


def check_hash(package: str, packed: bytes, told: str) -> None:
    """Compare with the hash kept for the package, else with the one that was told. Raises PackageError."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    if found not in (PACKAGES.get(package) or told).split():
        raise PackageError(f"{package} is not what its hash says: it has {found}")
    if package not in PACKAGES:
        print(f"{package} is new; keep its hash in PACKAGES: {found}")


def check_manifest(package: str, path: Path) -> None:
    """See that a packed package is the one asked for, under the licence that bundles state. Raises PackageError."""
    with tarfile.open(path, "r:gz") as archive:
        stream = archive.extractfile("package/package.json")
        manifest: dict[str, Any] = json.load(stream) if stream else {}
    named = f"{manifest.get('name')}@{manifest.get('version')}"
    if named != package:
        raise PackageError(f"{package} says it is {named}")
    if manifest.get("license") != LICENCE:
        raise PackageError(f"{package} is under {manifest.get('license')}, not under {LICENCE}")


def read(package: str, path: Path) -> ProviderSource:
    """What a packed package tells of its provider. Raises PackageError."""
    try:
        check_manifest(package, path)
        found = provider_schema(folders(path))
    except (tarfile.TarError, EOFError, zlib.error, binascii.Error, ValueError, LookupError) as error:
        raise PackageError(f"{package} cannot be read: {error!r}") from error
    if not found.provider:
        raise PackageError(f"{package} holds no provider")
    return found


def build(package: str, into: Path) -> tuple[Path, ProviderSource]:
    """Write the bundle of one package; gives its path and what was read. Raises PackageError."""
    with tempfile.TemporaryDirectory() as folder:
        found = read(package, fetch(package, Path(folder)))
    meta = ProviderMeta(found.provider, found.version, found.source, LICENCE, f"npm:{package}")
    path = into / f"{found.provider}-{found.version.partition('.')[0]}.bundle"
    partly = path.with_suffix(".partly")
    partly.write_bytes(pack(meta, found.config, found.resources, found.data))
    partly.replace(path)
    return path, found


def write_words(folder: Path) -> None:
    """Write the words of all bundles of a folder beside them, one a line."""
    bundles = (Bundle(path.read_bytes()) for path in folder.glob("*.bundle"))
    words = frozenset[str]().union(*(bundle.words() for bundle in bundles))
    (folder / "words.txt").write_text("".join(f"{word}\n" for word in sorted(words)), "ascii")


def main(command_line: list[str] | None = None) -> int:
    """Build what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", default=list(PACKAGES))
    parser.add_argument("--into", type=Path, default=SCHEMAS)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where FOLDER holds other bytes")
    arguments = parser.parse_args(command_line)
    try:
        if arguments.check:
            return compare(arguments.packages, arguments.into)
        for package in arguments.packages:
            report(*build(package, arguments.into))
        write_words(arguments.into)
    except (PackageError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def compare(packages: list[str], folder: Path) -> int:
    """Build in another place and compare; 0 where every bundle has the bytes of that in `folder`, else 1."""
    differ = 0
    with tempfile.TemporaryDirectory() as anew:
        for package in packages:
            built, _ = build(package, Path(anew))
            kept = folder / built.name
            same = kept.is_file() and kept.read_bytes() == built.read_bytes()
            print(f"{built.name}: {'the same bytes' if same else f'not what {package} gives'}")
            differ += not same
    return int(differ > 0)


def report(path: Path, found: ProviderSource) -> None:
    """Say what was built, and what of it is not known."""
    print(
        f"{path.name}: {found.source} {found.version}, {len(found.resources)} resources, {len(found.data)} data "
        f"sources, {path.stat().st_size} bytes; not known: {dict(found.notes) or 'nothing'}"
    )


if __name__ == "__main__":
    sys.exit(main())
