"""What a schema requires beyond a recipe: what the intent says of it, a reference, an allowed value, a parameter."""

from __future__ import annotations

from typing import Any

from lsp_server.repair.offline.access import principal_of
from lsp_server.repair.offline.catalog import Field, Path
from lsp_server.repair.offline.draft import Draft
from lsp_server.repair.offline.references import References
from lsp_server.repair.offline.resource import OMIT, New, arn
from lsp_server.repair.offline.said import Said
from lsp_server.repair.offline.stems import words_of

_DEEPEST = 5
_ROLE_ARN = words_of("RoleArn")


class Required:
    """Fills in what is required; `said` is what the intent says of properties."""

    def __init__(self, draft: Draft, references: References) -> None:
        self._draft = draft
        self._references = references
        self.said = Said(draft.words, draft.catalog, self._needed)

    def fill(self, new: New) -> None:
        """Set what the type requires and the resource does not have."""
        new.values |= self._needed(new.type, (), set(new.values), new)

    def _needed(self, kind: str, path: Path, have: set[str], new: New | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if len(path) > _DEEPEST:
            return found
        fields = self._draft.catalog.fields(kind, path)
        missing = [name for name, known in fields.items() if known.required and name not in have]
        choices = self._draft.catalog.alternatives(kind, path)
        if choices and not any(set(names) <= have | set(missing) for names in choices):
            missing += [name for name in choices[0] if name in fields and name not in have and name not in missing]
        for name in missing:
            value = self._filled(kind, (*path, name), fields[name], new)
            if value is not OMIT:
                found[name] = value
        return found

    def _filled(self, kind: str, path: Path, known: Field, new: New | None) -> object:
        said = self.said.of(kind, path, known)
        if said is not OMIT:
            return said
        if known.nested:
            inner = self._needed(kind, path, set())
            return [inner] if known.kind == "list" else inner
        value = self._references.by_name(path[-1], known)
        if value is OMIT:
            value = self._role(kind, path[-1])
        if value is OMIT:
            value = self._chosen(path[-1], known, new)
            if known.kind == "list" and not known.enum:
                return value
        return [value] if known.kind == "list" else value

    def _role(self, kind: str, name: str) -> object:
        """A role of its own for what needs one, where the service is known that has to be let assume it."""
        if words_of(name)[-2:] != _ROLE_ARN or not principal_of(kind):
            return OMIT
        role = "AWS::IAM::Role" if "::" in kind else "aws_iam_role"
        return self._references.one("@make", role, arn(role))

    def _chosen(self, name: str, known: Field, new: New | None) -> object:
        """A value where nothing was said: one of those allowed, told as such, or a parameter."""
        draft = self._draft
        if known.enum:
            draft.notes.append(f"{name} is {known.enum[0]}, the first of the allowed values")
            return known.enum[0]
        if known.kind == "bool":
            draft.notes.append(f"{name} is off, as nothing was said of it")
            return False
        if "policy" in name.lower() and known.kind in ("object", "any", "string"):
            return draft.notation.raw("policy")
        return draft.notation.parameter(name, known.kind if known.kind != "any" else "string", new.id if new else "")
