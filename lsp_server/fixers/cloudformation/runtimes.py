"""Runtimes of functions that have ended, or are written in another way than Lambda's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.cloudformation.schema_files import runtime_lifecycle
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete_elements, rewrite
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site

_PLACES = (("Code", "ZipFile"), ("InlineCode",))
_OLD_SDK = re.compile(r"""require\(\s*['"]aws-sdk['"]""")  # which the runtimes from nodejs18.x on do not bring
_CALLBACK = re.compile(r"(?:function\s*\w*\s*)?\(\s*\w+\s*,\s*\w+\s*,\s*\w+\s*\)|\bcontext\.(?:done|succeed|fail)\b")
_ENDED = re.compile(r"was deprecated on '([^']+)'")
_LAST_WITH_CALLBACKS = "nodejs22.x"


def upgrade(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Use the newest runtime of the language. Whether the code runs in it, nobody has tried."""
    site = Site(context, diagnostic)
    node, newest = site.node, str(diagnostic.data.get("suggestion") or "")
    if isinstance(node, Scalar) and not node.tag and newest and node.value in runtime_lifecycle():
        name, trust = _fitting(newest, inline_code(site.template.node(site.path[:-1])))
        title = f"Run it with '{name}', since '{node.value}' has ended"
        yield from site.fix(title, rewrite(site.document, node, name), trust)


def inline_code(properties: Node | None) -> str:
    """The code of the function with these properties, where it stands in the template; empty where it does not."""
    for place in _PLACES:
        found = properties
        for key in place:
            found = found.get(key) if isinstance(found, Mapping) else None
        scalars = found.walk() if found is not None else ()
        if text := "\n".join(node.value for node in scalars if isinstance(node, Scalar)):
            return text
    return ""


def _fitting(newest: str, code: str) -> tuple[str, Applicability]:
    """The runtime for code, and how far that is to be trusted: not where the code plainly needs an older one."""
    if newest.startswith("python"):
        return newest, UNSAFE if is_python(code) else DISPLAY_ONLY
    if newest.startswith("nodejs"):
        name = _LAST_WITH_CALLBACKS if _CALLBACK.search(code) else newest
        return name, DISPLAY_ONLY if _OLD_SDK.search(code) else UNSAFE
    return newest, UNSAFE


def is_python(code: str) -> bool:
    """Whether code is Python of today; what a Sub fills in is taken for a name."""
    try:
        ast.parse(re.sub(r"\$\{[^}]*\}", "x", code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def upgrade_parameter(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The same for what a parameter allows, where the finding is about the value that it brings.

    All findings at the place are answered at once: two values may have the same successor.
    """
    site = Site(context, diagnostic)
    name = site.node.value if isinstance(site.node, Scalar) else ""
    here = (
        d for d in context.diagnostics if (d.uri, d.path, d.code) == (diagnostic.uri, diagnostic.path, diagnostic.code)
    )
    dates = {hit[1] for d in here if (hit := _ENDED.search(d.message)) is not None}
    entry = site.template.parameters.get(name)
    body = entry.value if entry is not None else None
    if not _ENDED.search(diagnostic.message) or not isinstance(body, Mapping):
        return
    gone = {old: new for old, (date, new) in runtime_lifecycle().items() if date in dates}
    edits = list(_upgraded(site, body, gone))
    shown = ", ".join(f"'{old}'" for old in dict.fromkeys(value.value for value in _values(body)) if old in gone)
    if edits:
        yield from site.fix(f"Let '{name}' bring the newest runtime in the place of {shown}", edits, UNSAFE)


def _values(body: Mapping) -> Iterator[Scalar]:
    allowed = body.get("AllowedValues")
    for node in (body.get("Default"), *(allowed.items if isinstance(allowed, Sequence) else ())):
        if isinstance(node, Scalar):
            yield node


def _upgraded(site: Site, body: Mapping, gone: dict[str, str]) -> Iterator[Edit]:
    """A successor that is allowed already takes no second place in the list."""
    listed = {value.value for value in _values(body) if isinstance(value.parent, Sequence)}
    superfluous: list[Scalar] = []
    for value in _values(body):
        newer = gone.get(value.value, "")
        if newer and isinstance(value.parent, Sequence) and newer in listed:
            superfluous.append(value)
        elif newer:
            yield from rewrite(site.document, value, newer) or ()
            listed |= {newer} if isinstance(value.parent, Sequence) else set()
    yield from delete_elements(site.document, site.template, superfluous) or ()


FIXERS = (
    RuleFixer("cfn-lint", codes("E2531 W2531 E2533"), upgrade),
    RuleFixer("cfn-lint", codes("W1030"), upgrade_parameter),
)
