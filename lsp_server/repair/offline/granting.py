"""Who may do what: policies of AWS that are named and the access that is spoken of, given to the roles and policies.

What is said of one role of several stands behind it and before the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.policy_words import KNOWN_POLICIES
from lsp_server.repair.offline.access import Access, Granted, acting, assumed_by, granted, principal_of, services
from lsp_server.repair.offline.draft import Draft
from lsp_server.repair.offline.references import References
from lsp_server.repair.offline.resource import OMIT, New, arn

Make = Callable[[str, New, Mapping[str, Any]], None]
_ROLE = {Language.CLOUDFORMATION: "AWS::IAM::Role", Language.TERRAFORM: "aws_iam_role"}
_POLICY = {Language.CLOUDFORMATION: "AWS::IAM::ManagedPolicy", Language.TERRAFORM: "aws_iam_policy"}
_INLINE = {Language.CLOUDFORMATION: "AWS::IAM::Policy", Language.TERRAFORM: "aws_iam_role_policy"}
_ATTACHMENT = "aws_iam_role_policy_attachment"
_BY_NAME = "access"
_VERSION = "2012-10-17"
_REACH = 10


class Granting:
    """Gives the roles and policies of a draft what its words say. `make` writes a type for a role, with settings."""

    def __init__(self, draft: Draft, references: References, language: Language, make: Make) -> None:
        self._draft = draft
        self._references = references
        self._language = language
        self._make = make
        self._in_template = language is Language.CLOUDFORMATION
        self._roles = sorted(draft.of_type(_ROLE[language]), key=self._place)

    def grant(self) -> None:
        """Do all of it. Where there is no role and no policy, nothing is granted to anybody."""
        policy = next(iter(self._draft.of_type(_POLICY[self._language])), None)
        inline = next(iter(self._draft.of_type(_INLINE[self._language])), None)
        if not self._roles and policy is None and inline is None:
            return
        ends = [*map(self._place, self._roles[1:]), len(self._draft.words.tokens)]
        for role, end in zip(self._roles, ends, strict=False):
            self._trust(role, min(role.at + _REACH, end))
        self._attach_named()
        spoken = [*self._polled(), *self._acting(), *granted(self._draft.words, self._language, self._there())]
        spoken.sort(key=lambda one: self._number(one.at))
        for number, group in groupby(spoken, key=lambda one: self._number(one.at)):
            user = self._roles[number] if self._roles else None
            self._give(list(group), user, policy or inline)
        if policy is not None and self._roles:
            self._attach(policy, self._roles[0])

    def _place(self, role: New) -> int:
        """Where a role is spoken of; one that is written for another is spoken of where that is."""
        return next((new.at for new in self._draft.of_type(role.by)), role.at) if role.by else role.at

    def _number(self, at: int) -> int:
        """Which of the roles is meant at a place."""
        return max(sum(self._place(role) <= at for role in self._roles) - 1, 0)

    def _trust(self, role: New, end: int) -> None:
        """Let the service assume a role that it is said to be for before `end`."""
        service = principal_of(role.by) if role.by else assumed_by(self._draft.words, role.at, end)
        known = any(role.by in feature.by for feature in self._draft.recipe(role.type).features)
        if service and not known:
            key = "AssumeRolePolicyDocument" if self._in_template else "assume_role_policy"
            statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
            role.values[key] = {"Version": _VERSION, "Statement": [statement]}

    # -- policies that are there, or written apart -----------------------------------------------------------------

    def _attach_named(self) -> None:
        """Attach the policies of AWS that are named, as far as they are known."""
        words = self._draft.words
        for at, token in enumerate(words.tokens):
            path = KNOWN_POLICIES.get(token.text)
            if path is None or not self._roles or words.denied(at):
                continue
            token.used = True
            role = self._roles[self._number(at)]
            if not self._in_template:
                self._attached(role, {"policy_arn": f"arn:aws:iam::aws:policy/{path}"})
                continue
            own = role.values.setdefault("ManagedPolicyArns", [])
            value = self._draft.notation.raw(f"sub arn:${{AWS::Partition}}:iam::aws:policy/{path}")
            if value not in own:
                own.append(value)

    def _attach(self, policy: New, role: New) -> None:
        notation = self._draft.notation
        if self._in_template:
            policy.values.setdefault("Roles", [notation.reference(role.type, role.id, "")])
        else:
            self._attached(role, {"policy_arn": notation.reference(policy.type, policy.id, "arn")})

    def _attached(self, role: New, settings: Mapping[str, Any]) -> None:
        own = (other.values for other in self._draft.of_type(_ATTACHMENT))
        of_it = (v for v in own if self._draft.notation.names(role.type, role.id, repr(v.get("role"))))
        if not any(repr(settings["policy_arn"]) == repr(values.get("policy_arn")) for values in of_it):
            self._make(_ATTACHMENT, role, settings)

    # -- access that is spoken of ----------------------------------------------------------------------------------

    def _give(self, spoken: Sequence[Granted], role: New | None, policy: New | None) -> None:
        user = role or policy
        if user is None:
            return
        actions: dict[str, list[str]] = {}
        for one in spoken:
            actions.setdefault(one.access.service, []).extend(one.actions)
        access = {one.access.service: one.access for one in spoken}
        statements = [s for name in access for s in self._statements(access[name], actions[name], user)]
        document = {"Version": _VERSION, "Statement": statements}
        key = "PolicyDocument" if self._in_template else "policy"
        if policy is not None:
            policy.values[key] = document
        elif not self._in_template:
            self._make(_INLINE[self._language], user, {key: document})
        elif any(self._leads_to(one.access.kind(self._language), user) for one in spoken):
            roles = [self._draft.notation.reference(user.type, user.id, "")]
            self._make(_INLINE[self._language], user, {"PolicyName": _BY_NAME, "Roles": roles, key: document})
        else:
            user.values["Policies"] = [{"PolicyName": _BY_NAME, key: document}]

    def _leads_to(self, kind: str, role: New) -> bool:
        """Whether what is accessed needs the role itself, which then must not name it: no template has circles."""
        return any(self._references.refers(other, role) for other in self._draft.of_type(kind))

    def _polled(self) -> Iterator[Granted]:
        """What a function has to be let do that a queue calls; a template's recipe has a policy of AWS for that."""
        role = next((role for role in self._roles if role.by == "aws_lambda_function"), None)
        if role is not None and self._draft.of_type("aws_lambda_event_source_mapping"):
            queue = next(access for access in services() if access.terraform == "aws_sqs_queue")
            yield Granted(queue, tuple(queue.actions["consume"]), self._place(role))

    def _acting(self) -> Iterator[Granted]:
        """What the roles of services need for what is named by the resources that they are written for."""
        for role in self._roles:
            may = acting(role.by) if role.by else {}
            users = [user for user in self._draft.of_type(role.by) if self._references.names(user, role)]
            for access in services() if may and users else ():
                named = self._draft.of_type(access.kind(self._language))
                if access.service in may and any(self._references.names(u, other) for u in users for other in named):
                    yield Granted(access, tuple(access.actions[may[access.service]]), self._place(role))

    def _there(self) -> set[str]:
        """The types of what is or will be there."""
        kinds = {access.kind(self._language) for access in services()}
        new = {other.type for other in self._draft.resources}
        return {kind for kind in kinds if kind in new or (kind and self._draft.notation.existing(kind))}

    def _statements(self, access: Access, actions: Sequence[str], user: New) -> Iterator[dict[str, object]]:
        """A statement for all actions that are about the same."""
        about: dict[frozenset[str], list[str]] = {}
        for action in ["*"] if "*" in actions else dict.fromkeys(actions):
            about.setdefault(access.ends(action), []).append(f"{access.service}:{action}")
        for ends, named in about.items():
            yield {"Effect": "Allow", "Action": named, "Resource": self._arns(access, sorted(ends), user)}

    def _arns(self, access: Access, ends: Sequence[str], user: New) -> object:
        kind = access.kind(self._language)
        if not kind or not ends:
            return "*"
        self._draft.making.append(user)
        base = self._references.one("@maybe" if access.anywhere else "@ref", kind, arn(kind))
        self._draft.making.pop()
        if base is OMIT:
            return "*"
        found = [self._draft.notation.extended(base, end) if end else base for end in ends]
        return found if len(found) > 1 else found[0]
