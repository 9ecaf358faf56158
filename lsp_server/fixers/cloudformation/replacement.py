"""A fix that changes what is only set at creation says that it replaces the resource, and is never safe.

What CloudFormation would have refused has never been deployed: nothing is lost where that is put right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document
from lsp_server.core.edit import EditConflict, apply_edits
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.cloudformation.evaluation import Data, Environment, evaluate
from lsp_server.dialects.cloudformation.parameter_types import attribute, default_of, type_of
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import Resource, Template, parse_template
from lsp_server.dialects.cloudformation.tree import Entry
from lsp_server.dialects.cloudformation.updates import Pattern, Update, decisive, place_of
from lsp_server.dialects.service import RefusedError
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.cloudformation.alone import alone
from lsp_server.fixers.cloudformation.reading import data_of
from lsp_server.fixers.cloudformation.vocabulary import property_path

_REFUSED = re.compile(r"E[13]\d{3}")
_DEPLOYED = re.compile(r"E1029|E3025|E3062|E36(?:17|2[018]|35|4[0-7]|5[23]|67|7[025]|9[0145])|E3710")
"""Errors with which a resource may have been made: a variable outside of a Sub (E1029) is plain text to CloudFormation,
and what is offered no more was offered once. What the other rules about functions and resources find is refused.
"""
_OF_A_VALUE = re.compile(r"E1\d{3}|E30(?:0[23]|12|3[0-47])")
"""Rules of which each is about one value or key; the others are about what does not go together."""
_PARTITION = re.compile(r"\barn:(aws[a-z-]*):")


def with_warning(context: FixContext, fix: Fix) -> Fix:
    """The fix, or the same one with the warning, which is not safe."""
    document, edits = context.document, [edit for edit in fix.edits if edit.uri == context.document.uri]
    if fix.same or not edits or any(finding.syntax for finding in fix.clears) or not parse_template(document).readable:
        return fix
    try:
        after = document.with_text(apply_edits(document.text, edits))
    except EditConflict:
        return fix
    found = replaced(document, after, context.diagnostics, fix.clears)
    if not found:
        return fix
    trust = fix.applicability.least(Applicability.UNSAFE)
    return replace(fix, title=f"{fix.title}, which {warning(found)}", applicability=trust)


def warning(found: Mapping[str, Update]) -> str:
    """What happens to the resources `found`, in words."""
    surely = [name for name, update in found.items() if update is Update.REPLACEMENT]
    names = surely or list(found)
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{'replaces' if surely else 'in some cases replaces'} the resource '{names[0]}'{more}"


def replaced(
    before: Document, after: Document, findings: Collection[Diagnostic] = (), cleared: Iterable[Diagnostic] = ()
) -> dict[str, Update]:
    """The resources of a template that have to be replaced after a change, by logical id.

    `findings` are those in `before`; those of them that are `cleared` tell what the change is about.
    """
    change = _Change(before, *(alone(before, after) or (before, after)), findings, cleared)
    found: dict[str, Update] = {}
    for logical_id, own in change.before.resources.items():
        other = change.after.resources.get(logical_id)
        if other is not None and (update := change.update(own, other)) is not None:
            found[logical_id] = update
    return found


class _Change:
    """Two states of a template, or of what has changed in it, and what the linter said of the first; see `replaced`."""

    def __init__(
        self,
        whole: Document,
        before: Document,
        after: Document,
        findings: Collection[Diagnostic],
        cleared: Iterable[Diagnostic],
    ) -> None:
        self.before, self.after = parse_template(before), parse_template(after)
        self._wrong = [found for found in cleared if found.severity is Severity.ERROR and len(found.path) > 1]
        self._cleared = frozenset(filter(_is_refusal, self._wrong))
        self._findings = findings
        self._whole = whole
        self._names = frozenset(self._changed_names())

    def update(self, own: Resource, other: Resource) -> Update | None:
        """How far the resource has to be replaced; None where it stays."""
        text = _text(self.before, own.entry)
        if text == _text(self.after, other.entry) and not any(name in text for name in self._names):
            return None
        schema = schemas().get(own.type)
        places = decisive(schema) if schema is not None and own.type == other.type else {}
        if not places or own.properties is None:
            return None
        try:
            old, new = (evaluate(data_of(one.properties), Environment(self._given)) for one in (own, other))
        except RefusedError:
            return None
        changed = [update for place, update in places.items() if self._differs(own, old, new, place)]
        return Update.REPLACEMENT if Update.REPLACEMENT in changed else next(iter(changed), None)

    def _differs(self, own: Resource, old: object, new: object, place: Pattern) -> bool:
        was, becomes = list(_at(old, place)), list(_at(new, place))
        if was == becomes and not any(_mentions(value, self._names) for value in was):
            return False
        return not self._was_refused(own, place, stays=bool(was and becomes))

    @cached_property
    def _given(self) -> Data:
        """What stands for names: the partition that is written out, and the defaults of parameters that are new."""
        written = _PARTITION.search(self._whole.text)
        added = {
            name: default
            for name, entry in self.after.parameters.items()
            if name not in self.before.parameters and (default := default_of(entry)) is not None
        }
        return {"AWS::Partition": written[1] if written else "aws", **added}

    def _was_refused(self, own: Resource, place: Pattern, *, stays: bool) -> bool:
        """Whether the linter said that a value is none, or that one may not be, or be missing, in what it stands in.

        `stays`: there is a value before and after.
        """
        for finding in self._findings:
            if finding.path[:2] != ("Resources", own.logical_id) or not _is_refusal(finding):
                continue
            found = place_of(property_path(finding.path))
            if found and found[: len(place)] == place:
                return True
            alone = stays and _OF_A_VALUE.fullmatch(finding.code)
            if not alone and finding in self._cleared and place[: len(found) - 1] == found[:-1]:
                return True
        return False

    def _changed_names(self) -> Iterator[str]:
        """Parameters with another default and mappings with other values, which resources may look up."""
        wrong = {found.path[1] for found in self._wrong if found.path[:1] in (("Parameters",), ("Mappings",))}
        for name, entry in self.before.parameters.items():
            other = self.after.parameters.get(name)
            if other is not None and name not in wrong and _default(entry) not in (None, _default(other)):
                yield name
        for name, entry in self.before.mappings.items():
            other = self.after.mappings.get(name)
            if other is not None and name not in wrong and _text(self.before, entry) != _text(self.after, other):
                yield name


def _is_refusal(finding: Diagnostic) -> bool:
    if finding.severity is not Severity.ERROR or finding.source != "cfn-lint":
        return False
    return _REFUSED.fullmatch(finding.code) is not None and not _DEPLOYED.fullmatch(finding.code)


def _default(parameter: Entry) -> object:
    """What Ref gives by default; where that is not sure, the type and what is written; None where there is no default.

    The type says whether what is written is looked up elsewhere.
    """
    known, written = default_of(parameter), attribute(parameter, "Default")
    return known if known is not None or written is None else (type_of(parameter), written.value)


def _text(template: Template, entry: Entry) -> str:
    return template.document.slice(entry.span)


def _at(value: object, place: Pattern) -> Iterator[object]:
    """The parts of a value at a place, in all branches and items."""
    if not place:
        yield value
        return
    first, rest = place[0], place[1:]
    match value:
        case [*items]:
            inside = [(item, rest if first == "*" else place) for item in items]
        case {"Fn::If": [_, *branches]}:
            inside = [(branch, place) for branch in branches]
        case {**entries} if first == "*":
            inside = [(item, rest) for item in entries.values()]
        case {**entries} if first in entries:
            inside = [(entries[first], rest)]
        case _:
            return
    for item, further in inside:
        yield from _at(item, further)


def _mentions(value: object, names: frozenset[str]) -> bool:
    """Whether a value looks one of the names up."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            named = inner[0] if key == "Fn::FindInMap" and isinstance(inner, list) and inner else inner
            if (key in ("Ref", "Fn::FindInMap") and named in names) or _mentions(inner, names):
                return True
        return False
    return isinstance(value, list) and any(_mentions(item, names) for item in value)
