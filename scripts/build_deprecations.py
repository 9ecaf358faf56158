"""Builds what the packages of Pulumi say of the providers' arguments: deprecated and why, and sensitive.

    python scripts/build_deprecations.py [--packages FOLDER] [--check]

The packages that the schemas come from have neither. Pulumi's are bridged from the same providers. A type is matched by
its name and by the names of its arguments, an argument by its name, and nothing is taken that fits more than one.
`pip download` fetches the packages, their hashes are checked; FOLDER keeps them. The same packages and bundles give the
same bytes. `--check` builds anew and compares.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pulumi_source import Bridged, Member, read
from pulumi_words import Types, generic, translated

from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.bundles import Bundle, bundled, open_bundle
from lsp_server.dialects.terraform.deprecations import SUFFIX, Entry, pack
from lsp_server.dialects.terraform.recovered import PATH
from lsp_server.dialects.terraform.versions import version

SCHEMAS = Path(__file__).resolve().parent.parent / "lsp_server" / "dialects" / "terraform" / "schemas"
LICENCE = "Apache-2.0"


class Package(NamedTuple):
    """A package of PyPI, its hash (SHA-256), and the provider and major version that it is bridged from."""

    name: str
    number: str
    provider: str
    major: int
    hash: str

    @property
    def pinned(self) -> str:
        """As `pip` takes it."""
        return f"{self.name}=={self.number}"


PACKAGES = (
    Package("pulumi-aws", "6.83.4", "aws", 5, "ec89e219a1f7f8c752e7b15e0a53a5b465c0f189da84352173f93ff88b6efa3b"),
    Package("pulumi-aws", "7.51.1", "aws", 6, "bffc7fb6ce352e9019302498571799a771f7a84234b19ff8b1710a6250b31024"),
    Package("pulumi-azure", "5.89.3", "azurerm", 3, "52598f2a868830e85315092c47c1b5c647d66e00a886d42c7bb539dd8534c340"),
    Package("pulumi-azure", "6.40.1", "azurerm", 4, "3ae3f8d78b3b31bd92d2e5e194ce100d6c99e2c6110b2edfd2cc16b890be04d7"),
    Package(
        "pulumi-azuread", "5.53.9", "azuread", 2, "dc8355142fe96141c54b2c707a9c6bc5637017b12b20e1d78bf6f1d89b1213a7"
    ),
    Package(
        "pulumi-azuread", "6.11.1", "azuread", 3, "bb3c94c0f4e6d7154b2e45398eea837218c2f716f4c3d104030825641f3b084d"
    ),
    Package(
        "pulumi-cloudflare",
        "5.49.1",
        "cloudflare",
        4,
        "c4271973a0b40dab94be738240638818f90255bc2d4812850220c0915e6084e0",
    ),
    Package(
        "pulumi-cloudflare",
        "6.23.1",
        "cloudflare",
        5,
        "74ed8e668674afcfbb1e79f7f1c95840b04b0dcfd74361adf83f1ea4359de7ce",
    ),
    Package(
        "pulumi-datadog", "5.17.0", "datadog", 4, "6c98be1208b440374346f8ef7edf6e216008ab808519c24ec4ab83b43fed17f4"
    ),
    Package("pulumi-docker", "4.11.2", "docker", 3, "7a2455e042012ed6e03ff698609546dff5c241e99be46b60908cdcec39539d56"),
    Package("pulumi-docker", "5.2.0", "docker", 4, "b5c3a32099587b9619bb18d049267b6c2eba11fe82c18b7f82c3691c5fb1d6bd"),
    Package("pulumi-gcp", "8.41.1", "google", 6, "bac9fd9beb41b4cd8264c69722b5c817c037be5a2a11dec498456227a24b757c"),
    Package("pulumi-gcp", "9.37.1", "google", 7, "883c7334bccff330e047c7adf51646cf381434fea377469e80561574bb6aa0cb"),
    Package("pulumi-gcp", "10.2.0", "google", 8, "714bcf5af7e078869884faa430944f7af6711da74538edb87a3f137fd063b1f2"),
    Package("pulumi-github", "6.15.0", "github", 6, "60d303ea3caec89a1c9b76ee1cf8096cba74951a95c7a3729782979baf1021a6"),
    Package("pulumi-random", "4.21.4", "random", 3, "bd1bc42c489a49ec0ac09910f86f030858d7e88f31d0ff81ae4425a6c65cef4e"),
    Package("pulumi-tls", "5.6.2", "tls", 4, "d36f5114f33c07101e6221162f781adc3867e6261f3d8e4a2dfb3d707b33b329"),
    Package("pulumi-vault", "7.14.0", "vault", 5, "edef39cdd7be59a54a8c1f6643dbc5baecc58b64862cbe8556004465fdd29315"),
)
_MIXED = {"google": "google-beta"}  # the package is bridged from the one, which has all that the other has

_ALIKE = 0.75  # of the names that either has, where the type is called the same
_SAME = 0.95  # where it is called otherwise
_FEW = 5
_DEEPEST = 6
_PARENT = re.compile(r"The parent resource has been deprecated: (.*)")


def plain(name: str) -> str:
    """A name in the singular, and without what parts its words: Pulumi's is plural where there may be several."""
    if name.endswith("ies"):
        name = name[:-3] + "y"
    elif name.endswith(("sses", "xes", "shes")):
        name = name[:-2]
    elif name.endswith("s") and not name.endswith("ss"):
        name = name[:-1]
    return name.replace("_", "").lower()


def names(block: BlockSchema) -> frozenset[str]:
    """The names that a block may hold, but for those that each has."""
    return frozenset(plain(name) for name in (*block.attributes, *block.blocks)) - {"id", "timeout"}


def likeness(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """How many of the names that either has both have, 0 to 1."""
    return len(ours & theirs) / (len(ours | theirs) or 1)


def matched(bundle: Bundle, bridged: list[Bridged]) -> dict[int, str]:
    """The types of the bundle, by the number of what is bridged from them."""
    found: dict[int, str] = {}
    for data in (False, True):
        types = bundle.data_types if data else bundle.resource_types
        blocks = {n: b for n in types if (b := bundle.data_source(n) if data else bundle.resource(n)) is not None}
        ours = {name: names(block) for name, block in blocks.items()}
        letters = {name: plain(name.partition("_")[2]) for name in blocks}
        for number, one in enumerate(bridged):
            if one.data is data:
                best = _best(one, ours, letters)
                if best:
                    found[number] = best
    return found


def _best(one: Bridged, ours: Mapping[str, frozenset[str]], letters: Mapping[str, str]) -> str:
    theirs = frozenset(map(plain, one.members)) - {"id", "timeout"}
    called = plain(re.sub(r"V\d$", "", one.name))
    whole = called if one.module == "index" else one.module.replace("-", "") + called
    rated = []
    for name, its in ours.items():
        alike = likeness(its, theirs)
        named = 2 if letters[name] in (called, whole) else int(letters[name].endswith(called))
        if (named and alike >= _ALIKE) or (alike >= _SAME and len(its) >= _FEW):
            rated.append((alike + 0.2 * named, name))
    rated.sort(reverse=True)
    if not rated or (len(rated) > 1 and rated[0][0] - rated[1][0] < 0.05):
        return ""
    return rated[0][1]


class Built(NamedTuple):
    """What is told of a provider's types, and how much of the packages could not be placed."""

    entries: dict[tuple[str, str], list[Entry]]
    report: list[str]


class _Said(NamedTuple):
    """What one package says of a path: that it is deprecated, with a sentence or none, or that it is sensitive."""

    deprecated: bool
    why: str


def build(provider: str, packages: Sequence[tuple[Package, Path]]) -> Built:
    """What the packages of a provider say, the oldest first."""
    known: dict[tuple[str, str], dict[tuple[str, bool], dict[int, str]]] = {}
    report: list[str] = []
    of_provider = [b for b in map(open_bundle, bundled()) if b.meta.provider == _MIXED.get(provider, provider)]
    bundles = {version(b.meta.version)[0]: b for b in of_provider}
    for package, wheel in packages:
        bundle = bundles[package.major]
        bridged = list(read(wheel))
        types = matched(bundle, bridged)
        names_of = {(b.module, b.name, b.data): types[n] for n, b in enumerate(bridged) if n in types}
        words = set(bundle.words())
        asked = placed = 0
        for number, one in enumerate(bridged):
            asked += bool(one.deprecated) + sum(bool(m.deprecated) for m in one.members.values())
            name = types.get(number)
            block = bundle.data_source(name) if name and one.data else bundle.resource(name) if name else None
            if name is None or block is None:
                continue
            into = known.setdefault(("data" if one.data else "resource", name), {})
            for path, said in _told(one, block, names_of, words):
                placed += said.deprecated and PATH not in path
                into.setdefault((path, said.deprecated), {})[package.major] = said.why
        report.append(
            f"{package.pinned}: {len(types)} of {len(bridged)} types matched with "
            f"{bundle.meta.provider} {bundle.meta.version}, {placed} of {asked} deprecations at their top placed"
        )
    newest = max(package.major for package, _ in packages)
    return Built({key: list(_entries(its, newest)) for key, its in known.items() if its}, report)


def _entries(told: Mapping[tuple[str, bool], Mapping[int, str]], newest: int) -> Iterator[Entry]:
    for (path, deprecated), by_major in told.items():  # one sentence for all versions: the newest package's
        yield Entry(path, deprecated, tuple(sorted(by_major)), by_major[max(by_major)], newest in by_major)


def _told(one: Bridged, block: BlockSchema, types: Types, words: set[str]) -> Iterator[tuple[str, _Said]]:
    if one.deprecated:
        why = translated(one.deprecated, one.module, types, words, whole=True)
        if why:
            yield "", _Said(True, why)
    for member in one.members.values():
        about = _PARENT.match(member.deprecated)
        if about and (why := translated(about[1], one.module, types, words, whole=True)):
            yield "", _Said(True, why)
    yield from _members(one, one.members, block, (), types, words)
    for name in sorted(one.sensitive):
        own = _own(name, block)
        if own in block.attributes:
            yield own, _Said(False, "")


def _members(
    one: Bridged,
    members: Mapping[str, Member],
    block: BlockSchema,
    path: tuple[str, ...],
    types: Types,
    words: set[str],
) -> Iterator[tuple[str, _Said]]:
    for member in members.values():
        own = _own(member.name, block)
        if not own or own == "tags_all":
            continue
        here = (*path, own)
        if _upstream(member.deprecated) and (own in block.blocks or block.attributes[own].settable):
            why = translated(member.deprecated, one.module, types, words)
            if why or generic(member.deprecated):
                yield PATH.join(here), _Said(True, why)
        inner = one.classes.get(member.holds)
        if own in block.blocks and inner and len(here) < _DEEPEST:
            yield from _members(one, inner.members, block.blocks[own].block, here, types, words)


def _upstream(text: str) -> bool:
    """Whether the provider says so: some are Pulumi's own advice, others are about the type as a whole."""
    return bool(text) and not _PARENT.match(text) and "discouraged" not in text


def _own(name: str, block: BlockSchema) -> str:
    """What the argument or block is called in Terraform; empty where none or several may be meant."""
    if name in block.attributes or name in block.blocks:
        return name
    found = [own for own in (*block.attributes, *block.blocks) if plain(own) == plain(name)]
    return found[0] if len(found) == 1 else ""


class PackageError(Exception):
    """A package cannot be fetched, or is not what its hash says; the sentence names it."""


def fetch(package: Package, folder: Path) -> Path:
    """The packed package, its hash checked. Raises PackageError."""
    path = folder / f"{package.name.replace('-', '_')}-{package.number}-py3-none-any.whl"
    if not path.is_file():
        command = ["pip", "download", package.pinned, "--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
        try:
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            raise PackageError(f"pip cannot be started: {error.strerror}") from error
        if ended.returncode or not path.is_file():
            raise PackageError(f"pip download {package.pinned}: {ended.stderr.strip()[-500:]}")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package.hash:
        raise PackageError(f"{package.pinned} is not what its hash says: it has {found}")
    with zipfile.ZipFile(path) as archive:
        manifest = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        if f"\nLicense: {LICENCE}\n" not in archive.read(manifest).decode():
            raise PackageError(f"{package.pinned} is not under {LICENCE}")
    return path


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
            fetched = [(package, fetch(package, folder)) for package in PACKAGES]
        except (PackageError, OSError) as error:
            print(error, file=sys.stderr)
            return 2
        for provider in sorted({package.provider for package in PACKAGES}):
            built = build(provider, [pair for pair in fetched if pair[0].provider == provider])
            data, path = pack(built.entries), SCHEMAS / f"{provider}{SUFFIX}"
            if arguments.check:
                same = path.is_file() and path.read_bytes() == data
                print(f"{path.name} is {'what is built' if same else 'not what is built from these packages'}")
                differ += not same
                continue
            path.write_bytes(data)
            print("\n".join(built.report))
            said = [entry for entries in built.entries.values() for entry in entries]
            deprecated = sum(entry.deprecated for entry in said)
            print(f"{path.name}: {deprecated} deprecated, {len(said) - deprecated} sensitive, {len(data)} bytes")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
