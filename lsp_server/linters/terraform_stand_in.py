"""What terraform is shown in the place of a child module: its variables and outputs, and nothing inside.

So nothing has to be installed for a child module, and the providers that it needs do not matter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from lsp_server.dialects.terraform.file_names import HCL, JSON, shadowed
from lsp_server.dialects.terraform.parse import parse
from lsp_server.dialects.terraform.tree import Block, Literal

_TERRAFORM = (".tf", ".tf.json")
WORD = re.compile(r"[A-Za-z_][\w-]*\Z")
_CALL_WORDS = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})
STAND_IN = "terraform_data.stand_in"
_HEAD = 'resource "terraform_data" "stand_in" {}'
_UNKNOWN = f"{STAND_IN}.output"


def installed(folder: Path | None) -> dict[str, Path]:
    """The folders of the root's child modules that `terraform init` fetched, by name of the call."""
    if folder is None:
        return {}
    try:
        listed = json.loads((folder / ".terraform/modules/modules.json").read_bytes())["Modules"]
        return {entry["Key"]: folder / entry["Dir"] for entry in listed if entry["Key"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def texts_of(folder: Path, *, opentofu: bool = False) -> list[str]:
    """The texts of the module in `folder`, as that program reads it; empty where not all can be read as HCL."""
    try:
        files = sorted(
            path for path in folder.iterdir() if path.name.endswith((*HCL, *JSON) if opentofu else _TERRAFORM)
        )
        hidden = shadowed([path.name for path in files])
        files = [path for path in files if path.name not in hidden]
        if any(path.name.endswith(JSON) for path in files):
            return []
        return [path.read_text("utf-8-sig") for path in files]
    except (OSError, ValueError):
        return []


def interface(texts: Iterable[str]) -> str | None:
    """A module with the variables and outputs of one that has these texts; None where they cannot be read."""
    parts = [_HEAD]
    seen: set[tuple[str, ...]] = set()
    for text in texts:
        tree = parse(text)
        for block in tree.blocks:
            if block.address in seen and block.type in {"variable", "output"}:
                return None  # an override file
            seen.add(block.address)
            if block.type == "variable":
                parts.append(text[block.span.start : block.span.end])
            elif block.type == "output" and block.labels:
                flags = [f"{a.name} = true" for a in block.body.attributes if _is_true_flag(a.name, a.value)]
                parts.append(_output(block.labels[0].text, *flags))
        if tree.problems:
            return None
    return "\n".join(parts)


def _is_true_flag(name: str, value: object) -> bool:
    return name in {"sensitive", "ephemeral"} and isinstance(value, Literal) and value.value is True


def guess(calls: Iterable[Block], names: Iterable[str]) -> str:
    """A module that takes every argument of a call, made up of one block or more, and has all outputs of `names`."""
    given = dict.fromkeys(a.name for call in calls for a in call.body.attributes)
    inputs = [f'variable "{name}" {{\ndefault = null\n}}' for name in given if name not in _CALL_WORDS]
    outputs = [_output(name) for name in names if WORD.match(name)]
    return "\n".join([_HEAD, *inputs, *outputs])


def _output(name: str, *flags: str) -> str:
    return "\n".join([f'output "{name}" {{', f"value = {_UNKNOWN}", *flags, "}"])
