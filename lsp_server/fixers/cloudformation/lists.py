"""One value where a list is due, or a list of one where a value is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.cloudformation.schema import STACKS
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence, Style
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import called, meaning, whole_call
from lsp_server.fixers.cloudformation.edits import Edits, after_colon, column, end_of, line_end
from lsp_server.fixers.cloudformation.rules import FUNCTIONS, SCHEMA, codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import properties_at, property_of

_KEYWORDS = ("", "type", "cfnLint", "tagging", "ref", "fn_getatt", "fn_sub")
_ITEMS = re.compile(r"[^\s,;\"'\[\]{}]+(?:[ ]*,[ ]*[^\s,;\"'\[\]{}]+)+")
_VARIABLE = re.compile(r"\$\{[^}]*\}")


def enlist(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Make a list of what stands there alone, or of the words that commas part; or take what is alone out of a list."""
    site = Site(context, diagnostic)
    types = site.facts("types")
    if site.node is None or not types or site.keyword not in _KEYWORDS or len(site.path) < 3:
        return
    argument = site.of_argument
    node = site.node if argument else whole_call(site.node)
    if isinstance(node, Sequence):
        bare = not node.tag or (argument and node.flow and not any(item.tag for item in node.items))
        if "array" not in types and len(node.items) == 1 and bare and _suits(site, node.items[0], types):
            yield from site.fix("Take the value out of the list", _only_item(site, node), SAFE)
    elif "array" in types and (_joined(site) if argument else site.path[-2:-1] != ("Fn::Select",)):
        yield from _listed(site, node)


def _joined(site: Site) -> bool:
    """Whether the list is what Join is to put together, behind a delimiter: in other functions it is not one item."""
    holder = site.template.node(site.path[:-1])
    first, *others = holder.items if isinstance(holder, Sequence) else (None,)
    plain = isinstance(first, Scalar) and not re.search(r"\w", first.value)
    return site.path[-2:] == ("Fn::Join", 1) and len(others) == 1 and plain


def _listed(site: Site, node: Node) -> Iterator[Fix]:
    if isinstance(node, Scalar) and not node.tag:
        text = node.value.strip()
        words = [word.strip() for word in text.split(",")]
        if _ITEMS.fullmatch(text) and "\n" not in node.raw:
            edits = (Edit(site.document.uri, node.span, site.writer.flow(words)),)
            yield from site.fix(f"Make it a list of {len(words)}", edits, UNSAFE)
        if node.data is None or not text or text[0] in "[{" or "\n" in text:
            return
        yield from site.fix("Make it a list of one", _as_list(site, node), UNSAFE if len(words) > 1 else SAFE)
    elif (trust := _trust(site, node)) is not None:
        yield from site.fix("Make it a list of one", _as_list(site, node), trust)


def _trust(site: Site, node: Node) -> Applicability | None:
    """How sure it is that a mapping or a call is one item and no list in other words; None where it hardly is."""
    name, argument = called(node)
    if not name and isinstance(node, Mapping):
        known = properties_at(site.template, (*site.path, 0))
        return SAFE if not known or any(entry.name in known for entry in node.entries) else None
    if not name or name == "Fn::GetAtt":
        return UNSAFE if _of_nested_stack(site, node) else SAFE
    if not isinstance(argument, Scalar):
        return None
    if name == "Fn::Sub":
        told = _VARIABLE.sub("", argument.value)
        return None if "," in told else SAFE if told.strip() else UNSAFE
    if name != "Ref":
        return None
    return _trust_in_parameter(site, argument.value)


def _of_nested_stack(site: Site, node: Node) -> bool:
    """Whether an attribute is an output of a nested stack: a string, in which several values have commas between."""
    match meaning(node):
        case (_, (str(target), *_)):
            resource = site.template.resources.get(target)
            return resource is not None and resource.type in STACKS
    return False


def _trust_in_parameter(site: Site, name: str) -> Applicability | None:
    """A String may bring several values with commas between; a single id is one."""
    entry = site.template.parameters.get(name)
    body = entry.value if entry is not None else None
    kind, default = (body.get(key) if isinstance(body, Mapping) else None for key in ("Type", "Default"))
    if isinstance(default, Scalar) and "," in default.value:
        return None
    one = entry is None or (isinstance(kind, Scalar) and kind.value.startswith("AWS::") and not name.endswith("s"))
    return SAFE if one else UNSAFE


def _suits(site: Site, item: Node, types: list[str]) -> bool:
    """Whether what a list holds is what is due; a map of any names is not: `[{Key: a, Value: b}]` is `{a: b}`."""
    if isinstance(item, Mapping):
        known = property_of(site.template, site.path)
        brought = called(item)[0] in ("Ref", "Fn::Sub", "Fn::GetAtt")
        return brought or ("object" in types and known is not None and known.has_properties)
    return isinstance(item, Scalar)


def _as_list(site: Site, node: Node) -> Edits | None:
    """A list of what stands there: in brackets where it is JSON or in braces, else with a dash."""
    document, owner = site.document, node.parent
    start, end = node.full_span.start, end_of(document, node)
    same_line = document.position(start).line == document.position(end).line
    holder = owner.parent if isinstance(owner, Entry) else owner
    block = not site.writer.json and isinstance(holder, Mapping | Sequence) and not holder.flow
    if not block or (isinstance(node, Mapping | Sequence) and node.flow):
        return (Edit(document.uri, Span(start, start), "["), Edit(document.uri, Span(end, end), "]"))
    if isinstance(owner, Entry):
        return _below(site, owner, node)
    return (Edit(document.uri, Span(start, start), "- "),) if same_line else None  # a branch of `Fn::If`


def _below(site: Site, owner: Entry, node: Node) -> Edits | None:
    """A dash on the line below the key, or before the mapping that stands there."""
    document, writer = site.document, site.writer
    if isinstance(node, Scalar) and node.style in (Style.LITERAL, Style.FOLDED):
        return None
    start, end = node.full_span.start, end_of(document, node)
    lines = [document.position(at).line for at in (owner.key.span.start, start, end)]
    pad = column(document, owner.key.span.start) + (writer.indent if site.template.indent.sequences else 0)
    if lines[0] == lines[1] == lines[2]:
        line = f"{writer.line(pad)}- "
        return (Edit(document.uri, Span(after_colon(document, owner, start), start), line),)
    return _dashed(site, node, pad) if isinstance(node, Mapping) and not node.tag and lines[0] != lines[1] else None


def _dashed(site: Site, node: Mapping, pad: int) -> Edits:
    """A dash before a block mapping, whose other lines move right with its first."""
    document = site.document
    first = document.position(node.span.start).line
    last = document.position(end_of(document, node)).line
    own = column(document, node.span.start)
    shift = max(0, pad + 2 - own)
    head = document.line_starts[first]
    edits = [Edit(document.uri, Span(head, node.span.start), " " * (own + shift - 2) + "- ")]
    for number in range(first + 1, last + 1):
        if document.line_text(number).strip() and shift:
            at = document.line_starts[number]
            edits.append(Edit(document.uri, Span(at, at), " " * shift))
    return tuple(edits)


def _only_item(site: Site, node: Sequence) -> Edits | None:
    """What stands in a list of one, without the list."""
    document, item = site.document, node.items[0]
    uri, inner = document.uri, Span(item.full_span.start, end_of(document, item))
    if node.flow:
        return (Edit(uri, Span(node.span.start, inner.start), ""), Edit(uri, Span(inner.end, node.span.end), ""))
    owner = node.parent
    if not isinstance(owner, Entry) or document.position(inner.start).line != document.position(inner.end).line:
        return None
    if isinstance(item, Mapping):
        return None
    at = line_end(document, owner.key.span.end)
    if "#" in document.text[owner.key.span.end : inner.start]:
        return None
    colon = after_colon(document, owner, inner.start)
    return (Edit(uri, Span(min(colon, at), inner.start), " "),)


FIXERS = (RuleFixer("cfn-lint", SCHEMA | FUNCTIONS | codes("W4005"), enlist),)
