"""What goes to the cfn-lint worker and what comes back: plain values, so that neither side needs what the other has."""

from __future__ import annotations

from typing import Any

import msgspec

SYNTAX = "E0000"  # the rule of what cannot be read
_RULES_PAGE = "https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md"


def rule_page(rule: str) -> str:
    """The page that explains one of cfn-lint's own rules."""
    return f"{_RULES_PAGE}#{rule}"


class CfnLintJob(msgspec.Struct, frozen=True):
    """Judge one template.

    `text` is the buffer in UTF-8 (with surrogates as they are). `path` is the file's absolute path, empty for a buffer
    that has no file. `roots` are the folders that configuration is looked up to. `regions`, where there are any, go
    before those of template and `.cfnlintrc`; `ignored` are prefixes of rule ids on top of what they ignore. `trusted`
    says that Python which configuration names may be run.
    """

    text: bytes
    path: str
    roots: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    trusted: bool = True


class CfnLintFinding(msgspec.Struct, frozen=True):
    """One match of cfn-lint; lines and columns from 0, in code points. `data` has the keys of cfn_lint_messages.

    `yaml` tells which reader counted the lines: YAML knows more line endings than JSON and editors do. `about` is what
    the rule says of itself.
    """

    rule: str
    severity: str
    message: str
    line: int
    column: int
    end_line: int
    end_column: int
    path: tuple[str | int, ...]
    href: str
    syntax: bool
    yaml: bool
    data: dict[str, Any]
    about: str = ""
