"""The schemas of providers that stand in initialised folders, by what the lock file there says of each.

Nothing is read or started here: `linters/installed_schemas.py` fills this, and `schema_for` looks it up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lsp_server.dialects.terraform.bundles import Bundle
from lsp_server.dialects.terraform.lockfile import Locked

ORIGIN = "terraform providers schema"
"""The `origin` of a bundle that an installed provider itself has told."""

_known: dict[str, Bundle] = {}


def learn(key: str, bundle: Bundle) -> None:
    """Take over the schema of the provider that lock files name by `key` (see `Locked.key`)."""
    _known[key] = bundle


def is_known(lock: Locked) -> bool:
    """Whether the schema of a locked provider is known."""
    return lock.key in _known


def forget() -> None:
    """Forget all of them: only bundled schemas count from now on."""
    _known.clear()


def bundles(locks: Mapping[str, Locked]) -> Iterator[tuple[str, Bundle]]:
    """The address and the schema of each locked provider that is known."""
    for address, lock in locks.items():
        if (bundle := _known.get(lock.key)) is not None:
            yield address, bundle
