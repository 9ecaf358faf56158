"""What a linter found, in one form for all linters."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from lsp_server.core.document import Span

Path = tuple[str | int, ...]


class Severity(enum.IntEnum):
    """How bad a finding is; smaller is worse, as in the language server protocol."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4
    """Worth a word where it stands, and nothing that has to be mended: a text with hints alone is clean."""

    @property
    def label(self) -> str:
        """The word used in JSON output: error, warning, information or hint."""
        return self.name.lower()


class Tag(enum.Enum):
    """How an editor shows what is found: faded out, or struck through."""

    UNNECESSARY = "unnecessary"
    DEPRECATED = "deprecated"


@dataclass(frozen=True)
class Diagnostic:
    """One finding of one linter in one document.

    `source` is the linter's name (`cfn-lint`, `terraform-check`, `terraform-validate`, `tflint`), `code` its rule.
    `path` is where in the template's data the finding lies, where the linter says so (keys and indices).
    `data` holds the structured facts that fixers and prompts use (the unknown name, the resource type, allowed
    values …), so that no message text has to be read. In it, `mistake` is a key that two linters give to the same
    mistake, `place` another such key that moves along with the text (a word, and how many code points before the span
    the mistake begins), `hides` marks a finding behind which others may stay unseen, `alone` one that tells nothing of
    the name it lies below, `late` one of a linter that stops early.
    `tag` tells an editor how to show it. `href` is the rule's documentation. `syntax` marks a text that could not be
    read. `rule` is what the linter says of the rule itself. `help` is what Lintel has to say besides the message (near
    names, where something belongs, what fits); neither makes a finding another.
    """

    uri: str
    span: Span
    severity: Severity
    source: str
    code: str
    message: str
    path: Path = ()
    href: str = ""
    syntax: bool = False
    data: Mapping[str, object] = field(default_factory=dict, hash=False, compare=False)
    help: str = field(default="", hash=False, compare=False)
    rule: str = field(default="", hash=False, compare=False)
    tag: Tag | None = None

    @property
    def kind(self) -> tuple[str, str]:
        """What stays the same when the text around moves: source and code."""
        return self.source, self.code
