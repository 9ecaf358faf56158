"""Intrinsic functions that are not needed, missing, or without their argument."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.references import sub_names
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence, Style
from lsp_server.dialects.cloudformation.vocabulary import PSEUDO_PARAMETERS
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, after_colon, column, end_of, replace, says_something
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import quoted, ref

_DEEP = re.compile(r"[|>][-+]?\d")  # the text of a block that is so many spaces deeper than its key
_VARIABLE = re.compile(r"\$\{([\w.:]+)\}")
_SET = r"(?m)^(?:.*[;&\s])?{0}=|\b(?:for|read(?: -\w+)*) {0}\b"  # a script's own variable


def drop_sub(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A Sub without variables is the string itself."""
    site = Site(context, diagnostic)
    node = site.node
    string = _alone(node) if isinstance(node, Sequence) else node
    if node is not None and isinstance(string, Scalar) and "${" not in string.value:
        edits = _unwrapped(site, node, string)
        yield from site.fix("Take away the Sub, which has no variables", edits, SAFE, same=True)


def sub_of_one(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A Sub with a list of one, the string, lacks variables: the string alone is what the short form takes."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Sequence) or len(node.items) != 1 or site.path[-1:] != ("Fn::Sub",):
        return
    string = _alone(node)
    if string is None:
        return
    if "${" not in string.value:
        edits = _unwrapped(site, node, string)
    else:
        lead = " " if node.tag and not node.flow else ""
        start = node.tag_span.end if lead else node.span.start
        gone = Span(start, string.span.start), Span(string.span.end, max(end_of(site.document, node), string.span.end))
        edits = _without(site, gone, lead)
    yield from site.fix("Give Sub the string alone", edits, SAFE, same=True)


def _without(site: Site, gone: tuple[Span, Span], lead: str) -> Edits | None:
    """Take away what stands before and behind a string, where no comment goes with it."""
    if any(says_something(site.document, span) for span in gone):
        return None
    uri = site.document.uri
    return (Edit(uri, gone[0], lead), *([Edit(uri, gone[1], "")] if gone[1].start < gone[1].end else ()))


def _alone(node: Sequence) -> Scalar | None:
    """The string of a Sub in its long form, where no variables stand beside it.

    A block's text is as deep as it was written, which means the same below another key unless a number tells how deep.
    """
    first, *others = node.items or (None,)
    if any(not isinstance(other, Mapping) or other.entries for other in others):
        return None
    if not isinstance(first, Scalar) or first.tag or _DEEP.match(first.raw):
        return None
    return first


def _unwrapped(site: Site, node: Node, string: Scalar) -> Edits | None:
    """Put the string in the place of the whole function."""
    document = site.document
    whole: Node | None = node if node.tag else _holder(node)
    if whole is None:
        return None
    start, lead, end = whole.full_span.start, "", string.span.end
    if isinstance(whole.parent, Entry) and isinstance(whole, Mapping) and not whole.flow and not site.writer.json:
        start, lead = after_colon(document, whole.parent, start), " "
    if isinstance(node, Sequence) or (isinstance(whole, Mapping) and (whole.flow or site.writer.json)):
        end = max(end, end_of(document, whole))
    edits = _without(site, (Span(start, string.span.start), Span(string.span.end, end)), lead)
    if edits and string.style is Style.PLAIN and not _string(string):
        edits += replace(document, string.span, quoted(string.value, '"'))
    return edits


def _holder(node: Node) -> Mapping | None:
    """The mapping of a function in its long form, whose only entry's value the node is."""
    holder = node.parent.parent if isinstance(node.parent, Entry) else None
    return holder if isinstance(holder, Mapping) and len(holder.entries) == 1 else None


def _string(node: Scalar) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][\w ./-]*", node.raw)) and node.raw.lower() not in (
        *("true", "false", "yes", "no", "on", "off", "null", "y", "n"),
    )


def add_sub(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A string with `${Name}` of something declared is meant to be a Sub.

    CloudFormation takes the string as it is: it may be deployed, and a script's `${NAME}` may be the script's own.
    """
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.tag or site.path[0] not in ("Resources", "Outputs", "Conditions"):
        return
    if _says_as_is(site):
        return
    declared = {*site.template.parameters, *site.template.resources, *PSEUDO_PARAMETERS}
    names = [name.partition(".")[0] for name, _ in sub_names(node.value)]
    if len(names) < node.value.count("${") or any(name not in declared for name in names):
        return
    if any(re.search(_SET.format(name), node.value) for name in names):
        return
    script = "\n" in node.value and any("::" not in name for name in names)
    if names:
        yield from site.fix("Let Sub fill in the variables", _wrapped(site, node), UNSAFE if script else SAFE)


def _says_as_is(site: Site) -> bool:
    """Whether the finding is in the description of a template, a parameter or an output, where no function may be."""
    return site.path[-1] == "Description" and "Properties" not in site.path


def name_in_brackets(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A description in which nothing is filled in names what varies in angle brackets."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.tag or not _says_as_is(site):
        return
    found = list(_VARIABLE.finditer(site.document.text, node.span.start, node.span.end))
    edits = tuple(Edit(site.document.uri, Span(*hit.span()), f"<{hit[1]}>") for hit in found)
    names = " and ".join(f"'<{name}>'" for name in dict.fromkeys(hit[1] for hit in found))
    yield from site.fix(f"Write {names}, since nothing is filled in here", edits, UNSAFE)


def _wrapped(site: Site, node: Scalar) -> Edits | None:
    uri, (start, end) = site.document.uri, node.span
    if site.writer.json:
        return (Edit(uri, Span(start, start), '{ "Fn::Sub": '), Edit(uri, Span(end, end), " }"))
    owner = node.parent
    if site.writer.short or not isinstance(owner, Entry) or owner.parent.flow or "\n" in node.raw:
        return (Edit(uri, Span(start, start), "!Sub "),)
    pad = " " * (column(site.document, owner.key.span.start) + site.writer.indent)
    colon = after_colon(site.document, owner, start)
    return (Edit(uri, Span(colon, start), f"{site.writer.newline}{pad}Fn::Sub: "),)


def empty_get_azs(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """GetAZs of nothing means GetAZs of this region, which is written as the empty string."""
    site = Site(context, diagnostic)
    if "Fn::GetAZs" not in site.path[-1:] or site.diagnostic.syntax:
        return
    node, entry = site.node, site.entry
    if isinstance(node, Scalar) and node.tag == "!GetAZs" and not node.raw:
        at = node.tag_span.end
        yield from site.fix("Ask for the zones of this region", (Edit(site.document.uri, Span(at, at), ' ""'),), SAFE)
    elif entry is not None and isinstance(node, Scalar) and not node.tag and node.data is None:
        edits: Edits = replace(site.document, node.span, '""') if node.raw else _after(site, entry)
        yield from site.fix("Ask for the zones of this region", edits, SAFE)
    elif entry is not None and entry.value is None:
        yield from site.fix("Ask for the zones of this region", _after(site, entry), SAFE)


def _after(site: Site, entry: Entry) -> Edits:
    at = after_colon(site.document, entry, len(site.document.text))
    return (Edit(site.document.uri, Span(at, at), ' ""'),)


def pseudo_as_ref(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """`AWS::Region` as a plain string is meant to be a Ref."""
    site = Site(context, diagnostic)
    node: Node | None = site.node
    if isinstance(node, Scalar) and node.value in PSEUDO_PARAMETERS and not node.tag:
        edits = replace(site.document, node.span, site.writer.flow(ref(node.value)))
        trust = UNSAFE if site.path[-1:] == ("Key",) else SAFE  # of a tag
        yield from site.fix(f"Refer to '{node.value}'", edits, trust)


_ZONES = codes("E1015 E1017 E1018 E1019 E1021 E1022 E1024 E3024 E6101 E1036")
FIXERS = (
    RuleFixer("cfn-lint", codes("W1020"), drop_sub),
    RuleFixer("cfn-lint", codes("E1019"), sub_of_one),
    RuleFixer("cfn-lint", codes("E1029"), add_sub),
    RuleFixer("cfn-lint", codes("E1029"), name_in_brackets),
    RuleFixer("cfn-lint", _ZONES, empty_get_azs),
    RuleFixer("cfn-lint", codes("W1054"), pseudo_as_ref),
)
