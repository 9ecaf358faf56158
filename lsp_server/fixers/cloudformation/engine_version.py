"""A version of a database engine from which no new instance can be made: the newest of the same release line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.schema_files import engine_versions
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import UNSAFE, Site

_PLAIN = re.compile(r"\d+(?:\.\d+)+")


def newest_of_the_line(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the newest version that differs in its last number only; another line is for a person to choose."""
    site = Site(context, diagnostic)
    body = site.node
    engine = body.get("Engine") if isinstance(body, Mapping) else None
    version = body.get("EngineVersion") if isinstance(body, Mapping) else None
    if not isinstance(engine, Scalar) or not isinstance(version, Scalar) or version.tag:
        return
    newer = _newer(engine.value.lower(), version.value)  # RDS takes `MySQL` as well
    if newer:
        title = f"Upgrade '{version.value}' to '{newer}', the newest of its line"
        yield from site.fix(title, rewrite(site.document, version, newer), UNSAFE)


def newest_of_a_line(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A line of versions, as 8.0, stands for its newest."""
    site = Site(context, diagnostic)
    version, engine = site.node, site.entry.parent.get("Engine") if site.entry is not None else None
    if site.path[-1:] != ("EngineVersion",) or not isinstance(version, Scalar) or not isinstance(engine, Scalar):
        return
    if version.tag or engine.tag or not re.fullmatch(r"\d+(?:\.\d+)*", version.value):
        return
    newest = _newest(engine.value.lower(), version.value.split("."))
    if newest:
        title = f"Write '{newest}', the newest of its line, for '{version.value}'"
        yield from site.fix(title, rewrite(site.document, version, newest), UNSAFE)


def _newest(engine: str, line: list[str]) -> str:
    """The newest version of a line that is not deprecated, or empty."""
    gone = engine_versions(engine, deprecated=True)
    alive = [v for v in engine_versions(engine) if v not in gone and _PLAIN.fullmatch(v) and v.split(".")[:-1] == line]
    return max(alive, key=_number, default="")


def _newer(engine: str, version: str) -> str:
    """The newest version of the line that is not deprecated, or empty."""
    if not _PLAIN.fullmatch(version):
        return ""
    newest = _newest(engine, version.split(".")[:-1])
    return newest if newest and _number(newest) > _number(version) else ""


def _number(version: str) -> int:
    return int(version.rsplit(".", 1)[1])


FIXERS = (
    RuleFixer("cfn-lint", codes("W3691"), newest_of_the_line),
    RuleFixer("cfn-lint", codes("E3691"), newest_of_a_line),
)
