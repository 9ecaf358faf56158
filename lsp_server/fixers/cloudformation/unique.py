"""Items that stand in a list twice where each may be there once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import called, meaning
from lsp_server.fixers.cloudformation.edits import delete, delete_element, delete_elements
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import property_of


def delete_copies(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Delete what stands in the list once more."""
    site = Site(context, diagnostic)
    copies = [copy for node in _lists(site.node) for copy in _copies(node)]
    if copies:
        edits = delete_elements(site.document, site.template, copies)
        shown = "the item" if len(copies) == 1 else f"the {len(copies)} items"
        trust = DISPLAY_ONLY if diagnostic.code == "I3037" else UNSAFE  # where a list may, it may be meant
        yield from site.fix(f"Delete {shown} that the list has already", edits, trust)


def _lists(node: Node | None) -> Iterator[Sequence]:
    """The list, or those in the branches of an If."""
    name, arguments = called(node)
    if name == "Fn::If" and isinstance(arguments, Sequence):
        for branch in arguments.items[1:]:
            yield from _lists(branch)
    elif isinstance(node, Sequence) and not name:
        yield node


def _copies(node: Sequence) -> Iterator[Node]:
    seen = set()
    for item in node.items:
        said = meaning(item)
        if said in seen:
            yield item
        seen.add(said)


def delete_same_key(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Two tags of one key: the copy goes; where their values differ, a person says which one holds."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Sequence) or "unique" not in diagnostic.message:
        return
    seen: dict[str, Node] = {}
    for item in node.items:
        key = item.get("Key") if isinstance(item, Mapping) else None
        name = key.value if isinstance(key, Scalar) and not key.tag else ""
        first = seen.setdefault(name, item) if name else item
        if first is item:
            continue
        same = meaning(first) == meaning(item)
        for gone in (item,) if same else (first, item):
            edits = delete_element(site.document, site.template, gone)
            value = gone.get("Value") if isinstance(gone, Mapping) else None
            shown = "which is there already" if same else f"with the value {_shown(site, value)}"
            yield from site.fix(f"Delete the tag '{name}' {shown}", edits, UNSAFE if same else DISPLAY_ONLY)


def _shown(site: Site, value: Node | None) -> str:
    return " ".join(site.document.slice(value.full_span).split()) if value is not None else "none"


def unnamed(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Two resources of one name: without one, CloudFormation finds a name for it."""
    site = Site(context, diagnostic)
    entry = site.entry
    known = property_of(site.template, site.path)
    if entry is not None and known is not None and not known.required:
        edits = delete(site.document, site.template, entry)
        title = f"Delete '{entry.name}', so that CloudFormation names '{site.owner}'"
        yield from site.fix(title, edits, DISPLAY_ONLY)


FIXERS = (
    RuleFixer("cfn-lint", codes("E3019"), unnamed),
    RuleFixer("cfn-lint", codes("E3037 I3037"), delete_copies),
    RuleFixer("cfn-lint", codes("E3024"), delete_same_key),
)
