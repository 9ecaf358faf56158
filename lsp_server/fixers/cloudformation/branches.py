"""Values that hang on a condition: a branch that is never taken, a reference to what may not be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic, Path
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import is_function, referred, whole_call
from lsp_server.fixers.cloudformation.copying import copied
from lsp_server.fixers.cloudformation.edits import delete_element, insert_after
from lsp_server.fixers.cloudformation.lifting import instead, lift
from lsp_server.fixers.cloudformation.reading import NotPlainError
from lsp_server.fixers.cloudformation.references import references_at
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import UNSAFE, Site
from lsp_server.fixers.cloudformation.values import Call, ref
from lsp_server.fixers.cloudformation.vocabulary import property_of


def take_branch(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Where the condition around decides an If already, the branch that is taken stands for it."""
    site = Site(context, diagnostic)
    arguments = site.template.node(site.path[:-1])
    number = site.path[-1] if site.path else None
    if not isinstance(arguments, Sequence) or len(arguments.items) != 3 or number not in (1, 2):
        return
    outer, inner = whole_call(arguments), arguments.items[3 - int(number)]
    if referred(inner) == "AWS::NoValue":
        owner = outer.parent
        edits = delete_element(
            site.document, site.template, owner if owner is not None and not isinstance(owner, Sequence) else outer
        )
        yield from site.fix("Leave the property out, as it is whenever this is made", edits, UNSAFE, same=True)
    else:
        edits = lift(site, outer, inner)
        yield from site.fix("Write the branch that is always taken here", edits, UNSAFE, same=True)


def only_if_there(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """What refers to a resource below a condition is left out without it, or is itself below that condition."""
    site = Site(context, diagnostic)
    for target in dict.fromkeys(reference.target for reference in references_at(site)):
        condition = _condition(site, ("Resources", target))
        if condition and f"'{target}'" in diagnostic.message:
            yield from _bound(site, target, condition)
            return


def _condition(site: Site, path: Path) -> str:
    node = site.template.node((*path, "Condition"))
    return node.value if isinstance(node, Scalar) and not node.tag else ""


def _bound(site: Site, target: str, condition: str) -> Iterator[Fix]:
    section, name = site.path[:2]
    path = _value(site.path)
    node = site.template.node(path)
    if section == "Resources" and node is not None and _may_be_left_out(site, path):
        try:
            value = Call("Fn::If", [condition, copied(site.document, node), ref("AWS::NoValue")])
        except NotPlainError:
            return
        edits = instead(site, node, site.writer.flow(value))
        yield from site.fix(f"Leave it out where '{target}' is not made", edits, UNSAFE, same=True)
        return
    body = site.template.node((section, name))
    first = body.entry("Type") or body.entry("Value") if isinstance(body, Mapping) else None
    if first is not None and isinstance(body, Mapping) and "Condition" not in body:
        edits = insert_after(site.document, site.writer, first, "Condition", condition)
        yield from site.fix(f"Make '{name}' only where '{target}' is made", edits, UNSAFE, same=True)


def _value(path: Path) -> Path:
    """The path of the whole value of a property, or of a branch of the last If, in which a reference is."""
    end = next((i for i, step in enumerate(path) if isinstance(step, str) and is_function(step)), len(path))
    while path[end : end + 1] == ("Fn::If",) and len(path) > end + 2:
        rest = path[end + 2 :]
        end += 2 + next((i for i, step in enumerate(rest) if isinstance(step, str) and is_function(step)), len(rest))
    return path[:end]


def _may_be_left_out(site: Site, path: Path) -> bool:
    """Whether the property, or the item of a list that has others, is not required."""
    if isinstance(path[-1], int) and path[-2:-1] != ("Fn::If",):
        owner = site.template.node(path[:-1])
        return isinstance(owner, Sequence) and len(owner.items) > 1
    known = property_of(site.template, path)
    return known is not None and not known.required


FIXERS = (
    RuleFixer("cfn-lint", codes("W1028"), take_branch),
    RuleFixer("cfn-lint", codes("W1001"), only_if_there),
)
