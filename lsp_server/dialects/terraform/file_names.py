"""What a file is to a module, by its name alone, for Terraform and for OpenTofu."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable

HCL = (".tf", ".tofu")
JSON = (".tf.json", ".tofu.json")
TESTS = (".tftest.hcl", ".tofutest.hcl")
VALUES = (".tfvars", ".tfvars.json")
CONFIGURATION_SUFFIXES = (*HCL, *JSON)
OPENTOFU = (".tofu", ".tofu.json", ".tofutest.hcl")
MODULE_SUFFIXES = (*CONFIGURATION_SUFFIXES, *TESTS, ".tfvars")
LOCK_FILE = ".terraform.lock.hcl"
TEST_FOLDER = "tests"
"""Where `terraform test` looks for tests beside the module's own folder."""


def is_module_file(name: str) -> bool:
    """Whether a file of that name belongs to a Terraform module; hidden files (an editor's locks, say) do not."""
    return name.endswith(MODULE_SUFFIXES) and not name.startswith(".")


def takes_blocks(name: str) -> bool:
    """Whether blocks may be written into a file of that name: into JSON nothing is, and values are no blocks."""
    return not name.lower().endswith((*JSON, *VALUES))


def is_test(name: str) -> bool:
    """Whether a file of that name holds tests of a module."""
    return name.endswith(TESTS)


def module_folder(path: str) -> str:
    """The folder of the module that a file belongs to: its own, or of a test in `tests` the one above.

    `path` and what is returned have slashes; a uri will do.
    """
    folder, name = posixpath.split(path)
    above, last = posixpath.split(folder)
    return above if last == TEST_FOLDER and above and is_test(name) else folder


def shadowed(names: Collection[str]) -> frozenset[str]:
    """Those of the file names in one folder in whose place OpenTofu reads another: `main.tf` beside `main.tofu`."""
    return frozenset(name for name in names if (other := _tofu(name)) and other in names)


def _tofu(name: str) -> str:
    for terraform, tofu in ((".tf", ".tofu"), (".tf.json", ".tofu.json"), (".tftest.hcl", ".tofutest.hcl")):
        if name.endswith(terraform):
            return name.removesuffix(terraform) + tofu
    return ""


def stem(name: str) -> str:
    """The name of a configuration file without its suffix; the name itself where it is none."""
    return next((name.removesuffix(s) for s in (*JSON, *HCL) if name.endswith(s)), name)


def of_module(names: Iterable[str]) -> list[str]:
    """Those of the file names that belong to a module, sorted."""
    return sorted(name for name in names if is_module_file(name))
