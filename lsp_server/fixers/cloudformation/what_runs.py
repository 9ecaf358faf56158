"""What a function of Lambda runs, as far as its code or its neighbours tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic, Path
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.schema_files import runtime_lifecycle
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import referred
from lsp_server.fixers.cloudformation.edits import add_section, delete, insert
from lsp_server.fixers.cloudformation.fitting import fresh_name
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.runtimes import inline_code, is_python
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref

_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_PYTHON = re.compile(r"(?m)^(?:async\s+)?def\s+(\w+)\s*\(\s*\w+\s*,\s*\w+\s*\)")
_NODE = re.compile(r"(?m)\bexports\.(\w+)\s*=|^export\s+(?:const|async\s+function|function)\s+(\w+)")


def add_what_runs(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Add the handler and the runtime: as the code says, as all other functions have it, or from new parameters."""
    site = Site(context, diagnostic)
    path = site.path[: site.path.index("Properties") + 1] if "Properties" in site.path else ()
    holder = site.template.node(path)
    if not path or not isinstance(holder, Mapping):
        return
    missing = [name for name in ("Handler", "Runtime") if name not in holder and f"'{name}'" in diagnostic.message]
    values: dict[str, object] = {}
    parameters: dict[str, object] = {}
    for name in missing:
        values[name] = told(site, holder, name)
        if not values[name]:
            parameter = fresh_name(site.template, f"{site.owner}{name}")
            parameters[parameter] = {"Type": "String", "Description": f"{name} of {site.owner}"}
            values[name] = ref(parameter)
    inserted = insert(site.document, site.writer, holder, values) if values else None
    added = add_section(site.document, site.writer, site.template, "Parameters", parameters) if parameters else ()
    if inserted and added is not None:
        shown = " and ".join(f"'{name}'" for name in missing)
        brought = "".join(f" and a parameter '{name}'" for name in parameters)
        yield from site.fix(f"Add {shown}{brought}", (*inserted, *added), UNSAFE)


def told(site: Site, function: Mapping, name: str) -> str:
    """The handler or runtime of a function where its code, or what all others have, tells it; else empty."""
    code = inline_code(function)
    python = _PYTHON.search(code) if code and is_python(code) else None
    node = _NODE.search(code) if code and python is None else None
    if name == "Handler":
        hit = python or node
        return f"index.{next(word for word in hit.groups() if word)}" if hit is not None else ""
    language = "python" if python is not None else "nodejs" if node is not None else ""
    if language:
        return _newest(language)
    runtimes = {runtime for path in _others(site, function) if (runtime := _runtime(site, path))}
    return runtimes.pop() if len(runtimes) == 1 and not code else ""


def _newest(language: str) -> str:
    """The runtime of a language that others are to be followed by."""
    return next((new for old, (_, new) in runtime_lifecycle().items() if old.startswith(language) and new), "")


def _others(site: Site, function: Mapping) -> list[Path]:
    functions = (r for r in site.template.resources.values() if r.type in _FUNCTIONS and r.properties is not function)
    return [("Resources", r.logical_id, "Properties") for r in functions]


def _runtime(site: Site, path: Path) -> str:
    node: Node | None = site.template.node((*path, "Runtime"))
    return node.value if isinstance(node, Scalar) and not node.tag else ""


def delete_reserved(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A variable that Lambda sets itself: one with the same value goes; another may be meant by another name."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is not None and f"'{entry.name}' is a reserved" in diagnostic.message:
        same = referred(entry.value) == "AWS::Region" and entry.name.endswith("_REGION")
        edits = delete(site.document, site.template, entry)
        told = "which Lambda sets itself" + ("" if same else ", to another value")
        yield from site.fix(f"Delete '{entry.name}', {told}", edits, UNSAFE if same else DISPLAY_ONLY)


FIXERS = (
    RuleFixer("cfn-lint", codes("W2533 E3678"), add_what_runs),
    RuleFixer("cfn-lint", codes("E3663"), delete_reserved),
)
