"""What has to be there before a resource that does not name it: no public address before the gateway is attached.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
"""

from __future__ import annotations

from lsp_server.dialects.base import Language
from lsp_server.repair.offline.draft import Draft
from lsp_server.repair.offline.references import References
from lsp_server.repair.offline.resource import New

_KEY = {Language.CLOUDFORMATION: "DependsOn", Language.TERRAFORM: "depends_on"}
_INSIDE = "private"


class Ordering:
    """Has resources depend on what their recipes say comes before them (`after`)."""

    def __init__(self, draft: Draft, references: References, language: Language) -> None:
        self._draft = draft
        self._references = references
        self._in_template = language is Language.CLOUDFORMATION
        self._key = _KEY[language]

    def order(self) -> None:
        """Write all that is needed and that no reference brings about; last that which refers to most."""
        late = [new for new in self._draft.resources if self._draft.recipe(new.type).after]
        for new in sorted(late, key=lambda new: len(self._needed(new))):
            for kind in self._draft.recipe(new.type).after:
                if not self._is_inside(new):
                    self._depend(new, kind)

    def _depend(self, new: New, kind: str) -> None:
        own = self._needed(new)
        first = [other for other in self._draft.of_type(kind) if other is not new]
        # Of several those that are about the same: the policies of its own role, the gateway of its own network.
        about = [other for other in first if own & self._needed(other)] if own else first
        told = [
            self._draft.notation.address(kind, other.id)
            for other in about
            if not self._references.refers(new, other) and not self._references.refers(other, new)
        ]
        there = self._draft.notation.existing(kind)
        if not first and len(there) == 1:
            told = [self._draft.notation.address(kind, there[0])]
        if not told:
            return
        before = new.around.get(self._key, [])
        listed = [*(before if isinstance(before, list) else [before])]
        listed += [one for one in told if one not in listed]
        new.around[self._key] = listed[0] if self._in_template and len(listed) == 1 else listed

    def _needed(self, new: New) -> set[int]:
        """All that a resource refers to, if over others."""
        return {id(o) for o in self._draft.resources if o is not new and self._references.refers(new, o)}

    def _is_inside(self, new: New) -> bool:
        """Whether a resource is in a private part of the network, or leads there."""
        around = [o for o in self._draft.resources if o.variant and self._references.names(new, o)]
        return new.variant == _INSIDE or any(other.variant == _INSIDE for other in around)
