"""Builds the schema bundles of Terraform providers from npm and PyPI packages.

    python scripts/build_terraform_schemas.py [PACKAGE …] [--into FOLDER] [--check]

A PACKAGE is `@scope/name@version` of npm or `name==version` of PyPI; without any, all of `terraform_packages.py` are
built. `npm pack` or `pip download` fetches one; its hash is checked against the one kept there, or for a new package
against the one that is told, which is printed, to be kept. The same package gives the same bytes (with the same
liblzma): `--check` builds anew and compares with what is in FOLDER.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

from cdktf_schema import ProviderSource, provider_schema
from cdktf_source import folders
from terraform_packages import PACKAGES, WITHOUT_TEXTS, notice

from lsp_server.dialects.terraform.bundle_writer import pack
from lsp_server.dialects.terraform.bundles import Bundle, ProviderMeta

SCHEMAS = Path(__file__).resolve().parent.parent / "lsp_server" / "dialects" / "terraform" / "schemas"
LICENCE = "MPL-2.0"


class PackageError(Exception):
    """A package cannot be fetched or read, or is not what its hash says; the sentence names it."""


def is_pypi(package: str) -> bool:
    """Whether a package is one of PyPI."""
    return "==" in package


def run(package: str, command: list[str]) -> str:
    """What a package manager says that fetches a package. Raises PackageError."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise PackageError(f"{command[0]} cannot be started: {error.strerror}") from error
    if ended.returncode:
        raise PackageError(f"{' '.join(command[:2])} {package}: {ended.stderr.strip()[-500:]}")
    return ended.stdout


def fetch(package: str, folder: Path) -> Path:
    """The packed package, its hash checked. Raises PackageError."""
    if is_pypi(package):
        run(package, ["pip", "download", package, "--no-deps", "--only-binary", ":all:", "--dest", str(folder)])
        path = next(folder.iterdir())
        check_hash(package, path.read_bytes())
        return path
    told_by_npm = run(package, ["npm", "pack", package, "--json", "--pack-destination", str(folder)])
    try:
        told = json.loads(told_by_npm)[0]
        path = folder / str(told["filename"]).replace("@", "").replace("/", "-")
        integrity, packed = str(told["integrity"]), path.read_bytes()
    except (ValueError, LookupError, TypeError, OSError) as error:
        raise PackageError(f"npm pack {package} did not say what it fetched: {error!r}") from error
    check_hash(package, packed, integrity)
    return path


def check_hash(package: str, packed: bytes, told: str = "") -> None:
    """Compare with the hash kept for the package, else with one that was told. Raises PackageError."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    known = PACKAGES.get(package) or told
    if known and found not in known.split():
        raise PackageError(f"{package} is not what its hash says: it has {found}")
    if package not in PACKAGES:
        print(f"{package} is new; keep its hash in PACKAGES: {found}")


def unwrapped(package: str, path: Path) -> io.BytesIO:
    """The npm package; one of PyPI carries it within. Raises PackageError."""
    if not is_pypi(package):
        return io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        inner = [name for name in archive.namelist() if name.endswith(".jsii.tgz")]
        if len(inner) != 1:
            raise PackageError(f"{package} carries no npm package")
        return io.BytesIO(archive.read(inner[0]))


def check_manifest(package: str, packed: io.BytesIO) -> None:
    """See that a packed package is the one asked for, under the licence that bundles state. Raises PackageError."""
    with tarfile.open(fileobj=packed, mode="r:gz") as archive:
        stream = archive.extractfile("package/package.json")
        manifest: dict[str, Any] = json.load(stream) if stream else {}
    packed.seek(0)
    named = f"{manifest.get('name')}@{manifest.get('version')}"
    wanted = package
    if is_pypi(package):  # `cdktn-provider-x` of PyPI is `@cdktn/provider-x` of npm
        name, _, number = package.partition("==")
        wanted = f"@{name.replace('-', '/', 1)}@{number}"
    if named != wanted:
        raise PackageError(f"{package} says it is {named}")
    if manifest.get("license") != LICENCE:
        raise PackageError(f"{package} is under {manifest.get('license')}, not under {LICENCE}")


def read(package: str, path: Path) -> ProviderSource:
    """What a packed package tells of its provider. Raises PackageError."""
    try:
        archive = unwrapped(package, path)
        check_manifest(package, archive)
        found = provider_schema(folders(archive))
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        EOFError,
        zlib.error,
        binascii.Error,
        ValueError,
        LookupError,
    ) as error:
        raise PackageError(f"{package} cannot be read: {error!r}") from error
    if not found.provider:
        raise PackageError(f"{package} holds no provider")
    return found


def packed(meta: ProviderMeta, found: ProviderSource) -> bytes:
    """The bundle of what was read."""
    texts = meta.origin.partition(":")[2] not in WITHOUT_TEXTS
    return pack(meta, found.config, found.resources, found.data, found.ephemeral, texts=texts)


def build(package: str, into: Path) -> tuple[Path, ProviderSource]:
    """Write the bundle of one package; gives its path and what was read. Raises PackageError."""
    with tempfile.TemporaryDirectory() as folder:
        found = read(package, fetch(package, Path(folder)))
    origin = f"{'pypi' if is_pypi(package) else 'npm'}:{package}"
    meta = ProviderMeta(found.provider, found.version, found.source, LICENCE, origin)
    path = into / f"{found.provider}-{found.version.partition('.')[0]}.bundle"
    partly = path.with_suffix(".partly")
    partly.write_bytes(packed(meta, found))
    partly.replace(path)
    return path, found


def write_beside(folder: Path) -> None:
    """Write the words of all bundles of a folder beside them, one a line, and the notice."""
    bundles = {path.name: Bundle(path) for path in sorted(folder.glob("*.bundle"))}
    words = frozenset[str]().union(*(bundle.words() for bundle in bundles.values()))
    (folder / "words.txt").write_text("".join(f"{word}\n" for word in sorted(words)), "ascii")
    (folder / "NOTICE").write_text(notice({name: b.meta for name, b in bundles.items() if b.meta.origin}), "utf-8")


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
        write_beside(arguments.into)
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
        f"sources, {len(found.ephemeral)} ephemeral resources, {path.stat().st_size} bytes; "
        f"not known: {dict(found.notes) or 'nothing'}"
    )


if __name__ == "__main__":
    sys.exit(main())
