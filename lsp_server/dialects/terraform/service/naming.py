"""What a name of a module stands for, and the ways in which it is mentioned."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from lsp_server.core.document import Span
from lsp_server.dialects.service import Role


class Space(enum.Enum):
    """What a name names: those of one space must differ. The value is the word for a person."""

    VARIABLE = "variable"
    LOCAL = "local value"
    RESOURCE = "resource"
    DATA = "data source"
    EPHEMERAL = "ephemeral resource"
    ACTION = "action"
    MODULE = "module call"
    OUTPUT = "output"
    CHECK = "check"
    PROVIDER = "provider"
    RUN = "run"
    BOUND = "iteration variable"


PREFIXES = {
    Space.VARIABLE: "var",
    Space.LOCAL: "local",
    Space.DATA: "data",
    Space.EPHEMERAL: "ephemeral",
    Space.ACTION: "action",
    Space.MODULE: "module",
    Space.OUTPUT: "output",
    Space.CHECK: "check",
    Space.RUN: "run",
}
"""The word that expressions begin with that name something of a space."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for.

    `path` is (type, name) for resources, data sources, ephemeral resources and actions, (provider,) or
    (provider, alias) for providers, (name,) for the others. `of` are the module calls that lead to the module whose
    name it is, outermost first: empty for this module. A name that a `for`, a `dynamic` block or a directive brings
    is that of the place `scope` in its piece.
    """

    space: Space
    path: tuple[str, ...]
    of: tuple[str, ...] = ()
    scope: Span | None = None

    @property
    def text(self) -> str:
        """The name as it is written."""
        return self.path[-1]

    @property
    def address(self) -> str:
        """How expressions call it, for a person: `aws_vpc.main`, `module.a.out`, `var.x`."""
        above = [word for call in self.of for word in ("module", call)]
        prefix = PREFIXES.get(self.space) if not self.of or self.space is not Space.OUTPUT else None
        return ".".join((*above, *((prefix,) if prefix else ()), *self.path))


class How(enum.Enum):
    """In which way a name is mentioned."""

    DECLARED = "a block, an argument of `locals`, or a binder declares it"
    REFERENCE = "an expression refers to it"
    ADDRESS = "the argument of `moved`, `removed`, `import`, `target` names it"
    PROVIDER = "a `provider` argument or the like names a configuration"
    ASSIGNED = "a value is given to it: an argument of a module call, a line of a variables file"


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a name is written. Spans count from the piece's start.

    `span` is the name alone, without quotes; `whole` goes from the first word of the reference to it, as in
    `data.aws_ami.x`. `quoted` tells that it stands in a string where an expression would do (`"aws.west"`).
    """

    name: Name
    span: Span
    how: How
    whole: Span
    quoted: bool = False

    @property
    def role(self) -> Role:
        """Whether the name is declared or used here."""
        return Role.DECLARATION if self.how is How.DECLARED else Role.USE
