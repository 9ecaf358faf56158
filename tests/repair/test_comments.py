"""Comments that an answer dropped are put back, whatever else it changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit, edit_unit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.repair.comments import with_comments_kept
from lsp_server.repair.proposer import Proposal

URI = "file:///nowhere/template.yaml"
DIALECT = CloudFormation()


def proposed(before: str, after: str) -> tuple[Unit, Proposal]:
    unit = Unit((Document(URI, before),))
    edit = Edit(URI, Span(0, len(before)), after)
    return unit, Proposal("model", "Change it", (edit,), Applicability.UNSAFE)


def kept(before: str, after: str) -> str | None:
    unit, proposal = proposed(before, after)
    result = with_comments_kept(unit, DIALECT, proposal)
    return None if result is None else edit_unit(unit, result.edits).main.text


LINES = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()).map(
        lambda b: dict(zip("owdc", b, strict=True))
    ),
    min_size=1,
    max_size=8,
)


@given(LINES, st.sampled_from(["\n", "\r\n"]))
def test_all_comments_are_there_and_nothing_else_is_touched(lines: list[dict[str, bool]], newline: str) -> None:
    """Each line has a comment of its own (`o`) or one above (`w`), which is dropped (`d`), and may change (`c`)."""
    before, after, ideal = ["Metadata:"], ["Metadata:"], ["Metadata:"]
    for number, line in enumerate(lines):
        above, behind = [f"  # above {number}"] * line["w"], f" # behind {number}" * line["o"]
        old, new = f"  Key{number}: old{number}", f"  Key{number}: {'new' if line['c'] else 'old'}{number}"
        before += [*above, old + behind]
        ideal += [*above, new + behind]
        after += [new] if line["d"] else [*above, new + behind]
    texts = [newline.join([*part, ""]) for part in (before, after, ideal)]
    dropped = any(line["d"] and (line["o"] or line["w"]) for line in lines)
    assert kept(texts[0], texts[1]) == (texts[2] if dropped and texts[2] != texts[0] else None)


def test_a_comment_whose_line_is_gone_has_no_place() -> None:
    before = "Metadata:\n  A: 1 # why\n  B: 2\n"
    assert kept(before, "Metadata:\n  B: 2\n") is None


def test_what_is_to_go_goes() -> None:
    unit, proposal = proposed("Metadata:\n  A: 1 # why\n", "Metadata:\n  A: 2\n")
    assert with_comments_kept(unit, DIALECT, proposal, frozenset({("#", "why")})) is None
