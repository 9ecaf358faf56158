"""Policy documents: actions and what they may be done to, principals, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation import policy_words as words
from lsp_server.dialects.cloudformation.fitting import Fitting
from lsp_server.dialects.cloudformation.insertions import Shape, escaped
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.cloudformation.policies import Service, capitalized, service, services
from lsp_server.dialects.cloudformation.schema import ResourceSchema
from lsp_server.dialects.cloudformation.template import Resource
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence

_MOST = 80  # actions that are shown at once: their capitals take time to find
_BUCKET_ITEMS = {"object": "/*", "index": "/index/*", "log-stream": ":*"}
_VALUE = CompletionKind.VALUE
_PLACEHOLDER = re.compile(r"\.\*|\$\{(\w+)\}")
_PSEUDO = {"Partition": "AWS::Partition", "Region": "AWS::Region", "Account": "AWS::AccountId"}


def policy_values(request: Request) -> Iterable[Completion]:
    """What may stand at a place of a policy document, or where policies or principals are named; nothing elsewhere."""
    slot = request.slot
    found: Iterable[Completion] = _named(request)
    match _steps(request):
        case ("Statement", "Action" | "NotAction"):
            found = _actions(request, trust=slot.schema is not None and slot.schema.name.endswith("::trust"))
        case ("Statement", "Resource" | "NotResource"):
            found = _arns(request)
        case ("Statement", "Principal" | "NotPrincipal"):
            found = [request.value("*", rank=30)]
        case ("Statement", "Principal" | "NotPrincipal", "Service"):
            found = (request.value(name, rank=20) for name in words.PRINCIPALS)
        case ("Statement", "Principal" | "NotPrincipal", "AWS"):
            found = _accounts(request)
        case ("Statement", "Principal" | "NotPrincipal", "Federated"):
            found = (request.value(name, rank=20) for name in words.FEDERATED)
        case ("Statement", "Condition", _, str() as key):
            found = _compared(request, key)
    return found


def _named(request: Request) -> Iterable[Completion]:
    """The policies and principals that properties of resources name."""
    slot = request.slot
    match slot.below:
        case ("ManagedPolicyArns", int()) | ("PermissionsBoundary",) if slot.resource_type:
            return _managed(request)
        case ("Principal",) if slot.resource_type == "AWS::Lambda::Permission":
            return (request.value(name, rank=20) for name in words.PRINCIPALS)
    if _in_sam_policies(request) == () or (
        slot.below == ("Policies",) and slot.resource_type.startswith("AWS::Serverless::")
    ):
        return (request.value(name.rpartition("/")[2], rank=20) for name in words.MANAGED_POLICIES)
    return ()


def policy_keys(request: Request) -> Iterable[Completion]:
    """The operators and keys of a condition, the policy templates of SAM and what they take."""
    if (below := _in_sam_policies(request)) is not None:
        yield from _templates(request, below)
    match _steps(request):
        case ("Statement", "Condition"):
            for number, name in enumerate(words.OPERATORS):
                yield request.key(name, _VALUE, Shape.MAPPING, rank=20 + min(number, 60))
        case ("Statement", "Condition", _):
            own = {key for one in _services_asked(request) for kind in one.resources.values() for key in kind.keys}
            for name in (*words.KEYS, *sorted(own.difference(words.KEYS))):
                if "${" not in name:
                    yield request.key(name, _VALUE, rank=20 if name.startswith("aws:") else 15)


def _in_sam_policies(request: Request) -> Path | None:
    """Where below an item of a serverless resource's `Policies` the place is; None elsewhere."""
    slot = request.slot
    inside = slot.resource_type.startswith("AWS::Serverless::") and slot.top[-2:-1] == ("Policies",)
    return slot.below if inside else None


def _templates(request: Request, below: Path) -> Iterator[Completion]:
    kind = CompletionKind.PROPERTY
    if not below:
        for name, parameter in words.SAM_POLICIES.items():
            yield request.key(name, kind, Shape.MAPPING, detail=parameter or "policy template of SAM", rank=40)
    elif len(below) == 1 and (taken := words.SAM_POLICIES.get(str(below[0]))):
        yield request.key(taken, kind, Shape.TEXT, rank=10, required=True)


def _steps(request: Request) -> Path:
    """Where in a policy document the place is, without indices; empty elsewhere."""
    schema = request.slot.schema
    if schema is None or not schema.name.startswith("Language::Policy"):
        return ()
    return tuple(step for step in request.slot.below if isinstance(step, str) and step != "Fn::If")


def _statement(request: Request) -> Node | None:
    """The statement the cursor is in."""
    slot = request.slot
    end = next(n for n, step in enumerate(slot.below) if step == "Statement") + 1
    while end < len(slot.below) and not (isinstance(slot.below[end], str) and slot.below[end] != "Fn::If"):
        end += 2 if slot.below[end] == "Fn::If" else 1
    return request.template.node((*slot.top, *slot.below[:end]))


def _written_actions(request: Request) -> list[str]:
    statement = _statement(request)
    found: list[str] = []
    for word in ("Action", "NotAction"):
        node = statement.get(word) if isinstance(statement, Mapping) else None
        items = node.items if isinstance(node, Sequence) else [node]
        found += [item.value for item in items if isinstance(item, Scalar)]
    return found


def _services_asked(request: Request) -> list[Service]:
    prefixes = dict.fromkeys(action.partition(":")[0] for action in _written_actions(request))
    return [known for prefix in prefixes if (known := service(prefix)) is not None]


def _actions(request: Request, *, trust: bool) -> Iterator[Completion]:
    prefix, colon, begun = request.place.typed.partition(":")
    there = frozenset(_written_actions(request)) - {request.place.typed}
    if trust:
        for number, name in enumerate(words.TRUST_ACTIONS):
            if name not in there:
                yield request.value(name, _VALUE, rank=10 + number)
        return
    known = service(prefix) if colon else None
    if not colon:
        yield from (request.value(f"{name}:", _VALUE, detail="service", rank=20) for name in services())
        yield request.value("*", _VALUE, rank=40)
    elif known is not None:
        yield from _of_service(request, known, prefix, begun.lower(), there)


def _of_service(
    request: Request, known: Service, prefix: str, begun: str, there: frozenset[str]
) -> Iterator[Completion]:
    names = [name for name in known.actions if name.startswith(begun)] or [n for n in known.actions if begun in n]
    for name in names[:_MOST]:
        action = f"{prefix}:{capitalized(name)}"
        if action not in there:
            yield request.value(action, _VALUE, rank=20, partial=len(names) > _MOST)
    yield request.value(f"{prefix}:*", _VALUE, rank=30)


def _arns(request: Request) -> Iterator[Completion]:
    """The ARNs of the file's resources that the statement's actions are about, and what such ARNs look like."""
    actions = [action.partition(":") for action in _written_actions(request)]
    namespaces = {name for prefix, _, _ in actions for name in words.NAMESPACES.get(prefix, (prefix,))}
    lower = {name.lower() for name in namespaces}
    kinds = {kind for prefix, _, name in actions for kind in _kinds(prefix, name)}
    for logical_id, resource in request.template.resources.items():
        if resource.type.split("::")[1:2] and resource.type.split("::")[1].lower() in lower:
            yield from _of_resource(request, resource, logical_id, kinds)
    forms = dict.fromkeys(form for prefix, _, name in actions for form in _formats(prefix, name))
    if request.whole_string:
        for form in list(forms)[:5]:
            yield _sub(request, _filled(form), rank=25, snippet=True)
    yield request.value("*", _VALUE, rank=40)


def _kinds(prefix: str, action: str) -> tuple[str, ...]:
    known = service(prefix)
    one = known.actions.get(action.lower()) if known is not None else None
    return one.resources if one is not None else ()


def _formats(prefix: str, action: str) -> tuple[str, ...]:
    known = service(prefix)
    return known.arns(action) if known is not None else ()


def _of_resource(request: Request, resource: Resource, name: str, kinds: set[str]) -> Iterator[Completion]:
    schema = request.schemas.get(resource.type)
    found = arn_of(schema, name) if schema is not None else None
    if found is None or not request.whole_string:
        return
    yield request.reference(found, detail=resource.type, rank=10)
    for kind, ending in _BUCKET_ITEMS.items():
        if kind in kinds:
            inner = f"{found.name}.{found.attribute}" if found.attribute else found.name
            yield _sub(request, f"${{{inner}}}{ending}", rank=11)


def arn_of(schema: ResourceSchema, name: str) -> Fitting | None:
    """The reference that gives a resource's ARN; None where there is none."""
    if schema.ref is not None and schema.ref.name.endswith("Arn"):
        return Fitting(name)
    noun = schema.name.rpartition("::")[2]
    attribute = next((one for one in ("Arn", f"{noun}Arn") if one in schema.attributes), "")
    return Fitting(name, attribute) if attribute else None


def _sub(request: Request, text: str, *, rank: int, snippet: bool = False) -> Completion:
    """`Fn::Sub` of a text; of a snippet with a place to type, where it is one."""
    plain = re.sub(r"\$\{\d+:(\w+)\}", r"\1", text)
    quoted = f'"{text}"'
    written = f'{{"Fn::Sub": {quoted}}}' if request.place.json else f"!Sub {quoted}"
    label = written.replace(text, plain)
    if snippet:
        written = (
            escaped(label[: label.index(plain)]) + _snippet(text) + escaped(label[label.index(plain) + len(plain) :])
        )
    return Completion(label, CompletionKind.REFERENCE, request.with_quotes(), written, "", snippet, rank=rank)


def _snippet(text: str) -> str:
    """A text whose `${1:…}` are places to type, and whose other marks are not."""
    parts = re.split(r"(\$\{\d+:\w+\})", text)
    return "".join(part if number % 2 else escaped(part) for number, part in enumerate(parts))


def _filled(form: str) -> str:
    """The format of an ARN with pseudo parameters in it, and a place to type for what is any text."""
    numbers = iter(range(1, 20))

    def filled(match: re.Match[str]) -> str:
        if match[1] in _PSEUDO:
            return f"${{{_PSEUDO[match[1]]}}}"
        return f"${{{next(numbers)}:{match[1] or 'name'}}}"

    return _PLACEHOLDER.sub(filled, form)


def _accounts(request: Request) -> Iterator[Completion]:
    """Whom an account is spoken of by: itself, or a role of the file."""
    if request.whole_string:
        yield _sub(request, "arn:${AWS::Partition}:iam::${AWS::AccountId}:root", rank=10)
        for name, resource in request.template.resources.items():
            if resource.type in ("AWS::IAM::Role", "AWS::IAM::User") and name != request.slot.body[-1]:
                yield request.reference(Fitting(name, "Arn"), detail=resource.type, rank=12)
    yield request.value("*", _VALUE, rank=40)


def _managed(request: Request) -> Iterator[Completion]:
    if request.whole_string:
        for number, name in enumerate(words.MANAGED_POLICIES):
            yield _sub(request, f"arn:${{AWS::Partition}}:iam::aws:policy/{name}", rank=20 + min(number, 25))


def _compared(request: Request, key: str) -> Iterator[Completion]:
    """What a key of a condition is compared with."""
    if key in words.BOOLEAN_KEYS:
        yield from (request.value(value, _VALUE, rank=10) for value in ("true", "false"))
    if not request.whole_string:
        return
    if key in ("aws:SourceAccount", "aws:PrincipalAccount", "aws:ResourceAccount"):
        yield request.reference(Fitting("AWS::AccountId"), rank=10)
    if key == "aws:SourceArn":
        for name, resource in request.template.resources.items():
            known = resource.type in _SOURCES and name != request.slot.body[-1]
            schema = request.schemas.get(resource.type) if known else None
            found = arn_of(schema, name) if schema is not None else None
            if found is not None:
                yield request.reference(found, detail=resource.type, rank=12)


_SOURCES = frozenset(
    ("AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::Events::Rule", "AWS::Lambda::Function")
)
