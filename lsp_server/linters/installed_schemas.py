"""The schemas of the providers that `terraform init` has installed beside a module, told by the providers themselves.

A provider is asked by `terraform providers schema -json` in a scratch folder that has nothing but a requirement of it,
its entry of the lock file and a link to its package: no backend, variable or module of the user's matters, nothing is
written beside the user's files, and the program itself compares the package with the hashes of the lock file before it
starts it. The answer is packed by a process of its own and cached by address, version and hashes.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from lsp_server.core.document import Unit
from lsp_server.core.uri import path_of
from lsp_server.dialects.terraform import installed
from lsp_server.dialects.terraform.bundles import Bundle, BundleError
from lsp_server.dialects.terraform.file_names import LOCK_FILE, OPENTOFU
from lsp_server.dialects.terraform.lockfile import Locked
from lsp_server.dialects.terraform.module import locks_of
from lsp_server.dialects.terraform.schema import has_bundle
from lsp_server.linters import bundle_cache, overlay
from lsp_server.linters.process import ProgramFailed, TooSlow, own_program, run
from lsp_server.linters.provider_schema_child import Job

log = logging.getLogger(__name__)

SECONDS = 120.0  # the largest provider takes a few seconds to start, and some more to be compared with its hash
_OF_OPENTOFU = "registry.opentofu.org/"
_MOST_TRIES = 3  # at a package that changes
_PARTS = 3  # of an address: host, namespace, type

FindProgram = Callable[[str], str | None]
"""From a name (`terraform`, `tofu`; empty: whichever there is) to the program."""


class _Failed(Exception):
    """A provider's schema cannot be had; `str()` says why."""


@dataclass(frozen=True)
class _Failure:
    why: str
    stamp: tuple[tuple[str, int, int], ...]
    tries: int


@dataclass(frozen=True)
class Standing:
    """A locked provider whose package stands in a folder, with the folders of its platforms by name."""

    lock: Locked
    packages: Mapping[str, Path]
    stamp: tuple[tuple[str, int, int], ...]
    """Name, time and size of each file in them: another one means that something was installed since."""

    @property
    def title(self) -> str:
        """For a person: `acme/demo 1.2.3`."""
        return title(self.lock)


def title(lock: Locked) -> str:
    """For a person: `acme/demo 1.2.3`."""
    return f"{lock.address.partition('/')[2]} {lock.version}"


class InstalledSchemas:
    """Finds, asks and remembers. `find_program` finds `terraform` or `tofu`; one provider may take `seconds`.

    Where the workspace is not `trusted` nothing is started; what the cache has is used.
    """

    def __init__(self, find_program: FindProgram, *, trusted: bool = True, seconds: float = SECONDS) -> None:
        self._find_program = find_program
        self._trusted = trusted
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._failed: dict[str, _Failure] = {}

    def recall(self, unit: Unit) -> bool:
        """Take over what the cache has for a unit; whether that was anything new. Blocking, for a few milliseconds."""
        return sum(map(self._recall, _wanted(unit))) > 0

    def missing(self, unit: Unit) -> list[Standing]:
        """The installed providers of a unit whose schemas have to be asked for. Blocking, for a few milliseconds."""
        lock = path_of(unit.beside[0].uri) if self._trusted and unit.beside else None
        if lock is None or self._program(unit, "") is None:
            return []
        found = (_standing(lock.parent, locked) for locked in _wanted(unit))
        return [one for one in found if one is not None and self._may_try(one)]

    async def ask(self, unit: Unit, arrived: Callable[[Standing], None] = lambda _: None) -> None:
        """Ask all that are missing, one after the other. `arrived` is called for each whose schema is known then.

        A provider that failed is asked again only where something else has been installed since. Never raises but
        CancelledError, and then whatever was started is killed.
        """
        async with self._turn:
            while missing := await asyncio.to_thread(self.missing, unit):
                one = missing[0]
                try:
                    bundle = await self._ask(one, self._program(unit, one.lock.address) or "")
                except (_Failed, ProgramFailed, BundleError, OSError) as error:
                    tries = self._failed[one.lock.key].tries if one.lock.key in self._failed else 0
                    self._failed[one.lock.key] = _Failure(str(error), one.stamp, tries + 1)
                    log.warning("no schema of the installed provider %s: %s", one.title, error)
                else:
                    installed.learn(one.lock.key, bundle)
                    arrived(one)

    def notes(self, unit: Unit) -> tuple[str, ...]:
        """Sentences on the installed providers of a unit that could not be asked; none costs nothing."""
        if not self._failed:
            return ()
        failed = ((lock, self._failed.get(lock.key)) for lock in locks_of(unit).values())
        return tuple(
            f"the installed provider {title(lock)} does not tell its schema: {failure.why}"
            for lock, failure in failed
            if failure is not None and not installed.is_known(lock)
        )

    def used(self, unit: Unit) -> tuple[str, ...]:
        """The installed providers by whose own schemas a unit is judged, for a person."""
        return tuple(title(lock) for lock in locks_of(unit).values() if installed.is_known(lock))

    def _may_try(self, one: Standing) -> bool:
        failure = self._failed.get(one.lock.key)
        return failure is None or (failure.stamp != one.stamp and failure.tries < _MOST_TRIES)

    def _recall(self, lock: Locked) -> bool:
        bundle = bundle_cache.load(lock.key)
        if bundle is None:
            return False
        installed.learn(lock.key, bundle)
        return True

    def _program(self, unit: Unit, address: str) -> str | None:
        """The program that asks a provider: OpenTofu for its own registry and files, where there is one."""
        tofu = address.startswith(_OF_OPENTOFU) or any(d.name.endswith(OPENTOFU) for d in unit)
        return (self._find_program("tofu") if tofu else None) or self._find_program("")

    async def _ask(self, one: Standing, program: str) -> Bundle:
        overlay.sweep()
        scratch = tempfile.TemporaryDirectory(prefix=overlay.PREFIX, ignore_cleanup_errors=True)
        with scratch as name:
            job = await asyncio.to_thread(_lay_out, Path(name), one, program, self._seconds)
            command = own_program("provider-schema", "provider_schema_child")
            try:
                output = await run((*command, f"{name}/job.json"), Path(name), _environment(name), self._seconds)
            except TooSlow as error:
                raise _Failed(f"no answer within {self._seconds:g} s") from error
            if output.status:
                raise _Failed(output.stdout.decode("utf-8", "replace").strip() or output.first_line)
            return await asyncio.to_thread(_keep, one.lock.key, Path(job.bundle))


def _keep(key: str, packed: Path) -> Bundle:
    return bundle_cache.store(key, packed.read_bytes())


def _wanted(unit: Unit) -> Iterator[Locked]:
    """The locked providers whose own schema would tell more than what is known.

    One that is bundled in that very version tells nothing more; one without hashes could be anything.
    """
    for address, lock in locks_of(unit).items():
        if lock.hashes and not installed.is_known(lock) and not has_bundle(address, lock.version):
            yield lock


def _standing(folder: Path, lock: Locked) -> Standing | None:
    parts = lock.address.split("/")
    if len(parts) != _PARTS or not all(_plain(part) for part in (*parts, lock.version)):
        return None
    data = os.environ.get("TF_DATA_DIR", "")
    for place in (*([folder / data] if data else []), folder / ".terraform"):
        try:
            version = place.joinpath("providers", *parts, lock.version)
            packages = {entry.name: entry.resolve() for entry in sorted(version.iterdir()) if entry.is_dir()}
            files = [(file.name, file.stat()) for package in packages.values() for file in sorted(package.iterdir())]
        except OSError:
            continue
        if files:
            return Standing(lock, packages, tuple((name, s.st_mtime_ns, s.st_size) for name, s in files))
    return None


def _plain(part: str) -> bool:
    return bool(part) and not part.startswith(".") and not set(part) & set('/\\:*?"<>|\0')


def _lay_out(scratch: Path, one: Standing, program: str, seconds: float) -> Job:
    """Write the folder in which the provider is asked."""
    lock = one.lock
    module, data = scratch / "module", scratch / "data"
    module.mkdir()
    required = {"asked": {"source": lock.address, "version": lock.version}}
    (module / "main.tf.json").write_text(json.dumps({"terraform": {"required_providers": required}}), "utf-8")
    (module / LOCK_FILE).write_text(f"{lock.text}\n", "utf-8")
    (scratch / "empty.tfrc").touch()
    version = data.joinpath("providers", *lock.address.split("/"), lock.version)
    version.mkdir(parents=True)
    for name, package in one.packages.items():
        overlay.link(package, version / name)
    job = Job(
        str(Path(program).absolute()), str(module), lock.address, lock.version,
        str(scratch / "answer.json"), str(scratch / "packed.bundle"), seconds,
    )  # fmt: skip
    (scratch / "job.json").write_bytes(msgspec.json.encode(job))
    return job


def _environment(scratch: str) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("TF_")},
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": str(Path(scratch, "empty.tfrc")),
        "TF_DATA_DIR": str(Path(scratch, "data")),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
    }
