"""What the benchmarks of the loop have to know of a language: all else is the same for both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks import template_mistakes, terraform_mistakes
from benchmarks.blocks import Block, template_blocks, terraform_blocks, terraform_name
from benchmarks.mistakes import Kind
from lsp_server.dialects.base import Language
from lsp_server.settings import LinterName


@dataclass(frozen=True)
class Rates:
    """How well the simulated model does, as probabilities.

    `mends` a told mistake; one of `hard` only with `mends_hard`, unless it is told what would be right: then with
    `knows`. `mends_untold` what it was not told. Per line that it writes: `errs` (with the schema before it only the
    part `with_schema` of that), `alters` a value, `loses` a declaration. A mistake that it failed to mend it mends
    with the part `stuck` of the probability while it sees its earlier attempts' text again and nothing new.
    """

    mends: float = 0.8
    hard: float = 0.3
    mends_hard: float = 0.12
    knows: float = 0.8
    mends_untold: float = 0.1
    errs: float = 0.0018
    with_schema: float = 0.5
    alters: float = 0.006
    loses: float = 0.0006
    stuck: float = 0.8


@dataclass(frozen=True)
class Notation:
    """A language as a simulated model writes it.

    `uri` is that of a text in it; `linters` judge it, those of `slow` only on demand. `blocks` finds what a text
    declares; `shown` says what a region declares, by its name and its first line. `assigns` stands before a value.
    """

    language: Language
    uri: str
    linters: tuple[LinterName, ...]
    slow: tuple[LinterName, ...]
    kinds: tuple[Kind, ...]
    blocks: Callable[[Sequence[str]], Iterable[Block]]
    shown: Callable[[str, str], tuple[str, ...]]
    assigns: str
    rates: Rates = Rates()


TERRAFORM = Notation(
    Language.TERRAFORM,
    "file:///benchmark/main.tf",
    ("terraform-check",),
    ("terraform-validate",),
    terraform_mistakes.KINDS,
    terraform_blocks,
    lambda _, head: terraform_name(head),
    " =",
)
TEMPLATES = Notation(
    Language.CLOUDFORMATION,
    "file:///benchmark/template.yaml",
    ("cfn-lint",),
    (),
    template_mistakes.KINDS,
    template_blocks,
    lambda name, _: tuple(name.split("#")[0].split("/")),
    ":",
)
