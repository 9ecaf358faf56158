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
    declares; `shown` says what a region declares, by its name and its first line. With `sections` declarations are told
    apart by those, and a region of another name is another declaration. `assigns` stands before a value.
    """

    language: Language
    uri: str
    linters: tuple[LinterName, ...]
    slow: tuple[LinterName, ...]
    kinds: tuple[Kind, ...]
    blocks: Callable[[Sequence[str]], Iterable[Block]]
    shown: Callable[[str, str], tuple[str, ...]]
    sections: bool
    assigns: str
    rates: Rates = Rates()


TERRAFORM = Notation(
    language=Language.TERRAFORM,
    uri="file:///benchmark/main.tf",
    linters=("terraform-check",),
    slow=("terraform-validate",),
    kinds=terraform_mistakes.KINDS,
    blocks=terraform_blocks,
    shown=lambda _, head: terraform_name(head),
    sections=False,
    assigns=" =",
)
TEMPLATES = Notation(
    language=Language.CLOUDFORMATION,
    uri="file:///benchmark/template.yaml",
    linters=("cfn-lint",),
    slow=(),
    kinds=template_mistakes.KINDS,
    blocks=template_blocks,
    shown=lambda name, _: tuple(name.split("#")[0].split("/")),
    sections=True,
    assigns=":",
    rates=Rates(mends=0.9, hard=0.2, errs=0.0005),
)
