"""An answer that cannot be used is not waited for, and how it was cut into pieces makes no difference."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.models.anthropic import AnthropicModel
from lsp_server.models.recording import RecordingModel
from lsp_server.models.redaction import Redaction
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from lsp_server.repair.candidate import Candidate, Guard, Refused
from lsp_server.repair.model_proposer import ModelProposer
from lsp_server.repair.proposer import Proposal, Refusal
from lsp_server.repair.regions import all_regions
from lsp_server.repair.regions_cloudformation import new_entry
from lsp_server.repair.streaming import Reading, read_candidate
from tests.repair.test_candidate import GOOD, REGIONS, TEMPLATE, UNIT
from tests.repair.test_model_proposer import FIXED, task

SECRET = TEMPLATE.replace("BuckName: x ", "Password: hunter2hunter2 ")
TOPIC = "Topic:\n    Type: AWS::SNS::Topic\n    DependsOn: Bucket"
KEPT = {"region": "Resources/Bucket", "new_text": GOOD}
OTHER = {"region": "Resources/Topic", "new_text": TOPIC}
HEAD = '{"edits": ['


def edit(text: str, region: str = "Resources/Bucket") -> str:
    return json.dumps({"region": region, "new_text": text})


BAD = {
    "a region that is not there": (HEAD + edit(GOOD, "Resources/Queue"), "there is no region"),
    "a region twice": (HEAD + edit(GOOD) + "," + edit(GOOD), "twice"),
    "empty": (HEAD + edit(" \n"), "empty"),
    "a placeholder": (HEAD + edit(GOOD.replace(": x", ": <your-bucket>")), "placeholder"),
    "something else": (HEAD + edit(GOOD.replace("Bucket:", "Other:", 1)), "begin with"),
    "a made-up stand-in": (HEAD + edit(GOOD + "\n      # LINTEL-SECRET-7"), "stands for no secret"),
    "half a character": (HEAD + edit(GOOD + "\ud83d"), "half of a character"),
    "no text": (HEAD + '{"region": "Resources/Bucket"}', "both strings"),
    "no object": (HEAD + '"Resources/Bucket"', "both strings"),
    "behind a good one": (HEAD + edit("Name:\n  Type: String", "Parameters/+") + "," + edit(""), "empty"),
    "words without end": (" ".join(map(str, range(3_000))), "does not begin with a JSON object"),
    "braces without end": ("{" * 2_000, "does not begin with a JSON object"),
    "circles": (HEAD + '{"region": "Resources/Bucket", "new_text": "' + r"Bucket:\n  Type: X\n" * 600, "repeats"),
    "blank space without end": (HEAD + " " * 10_000, "repeats"),
    "an answer without end": (
        HEAD + '{"region": "Resources/Bucket", "new_text": "' + r"\n".join(f"T{n}: {{}}" for n in range(9_000)),
        "far more than the regions allow",
    ),
}


def come(text: str, size: int) -> tuple[Candidate | str, int]:
    """What comes of an answer in pieces of `size`, and how much of it was read by then."""
    reading, read = Reading(UNIT, REGIONS), 0
    try:
        for at in range(0, len(text), size):
            read = min(len(text), at + size)
            reading.feed(text[at : at + size])
        return reading.finish(), read
    except Refused as refused:
        return str(refused), read


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("size", [1, 7, 4_096])
def test_what_cannot_be_used_is_refused_before_its_end(name: str, size: int) -> None:
    begun, says = BAD[name]
    found, read = come(begun + '], "note": "' + "and so on " * 20_000, size)
    assert isinstance(found, str)
    assert says in found
    assert read <= len(begun) + size + 1_024


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    HEAD,
                    "]",
                    "}",
                    "{",
                    '"',
                    "\\",
                    ",",
                    ":",
                    "[",
                    '"note": "',
                    '"edits": ',
                    "null",
                    "-1.5e3",
                    "\n",
                    "```",
                ),
                *('{"this": 1}', "{the file}", '{"edits": []}', '], "note": "done"}', '"edits": [1], ', '\\"', "\\u00"),
                *(
                    json.dumps(KEPT),
                    json.dumps(OTHER),
                    edit(""),
                    edit(GOOD, "nowhere"),
                    edit(GOOD, "\u0050arameters/+"),
                ),
                json.dumps({"edits": [KEPT], "note": "a"}),
                json.dumps({"edits": [OTHER, KEPT], "note": "😀"}, indent=2),
                json.dumps({"note": "first", "edits": [KEPT]}),
                json.dumps({"edits": [{**KEPT, "new_text": ""}]})[:-1],
                json.dumps({"sketch": {"edits": [{"region": "none", "new_text": ""}]}, "edits": [OTHER]}),
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=12,
).map("".join)


@given(PIECES, st.integers(1, 60))
@example('{"edits": [' + edit("") + '] oops {"edits": [' + edit(GOOD) + "]}", 3)
@example('{"a": "{' + json.dumps({"edits": [KEPT]}), 5)
@example('{"\\u0065dits": [' + edit(GOOD) + '], "edits": [' + edit("") + "]}", 2)
def test_the_pieces_make_no_difference(text: str, size: int) -> None:
    whole, _ = come(text, max(1, len(text)))
    assert come(text, size)[0] == whole
    with contextlib.suppress(Refused):
        assert read_candidate(text, UNIT, REGIONS) == whole


@given(
    st.permutations([KEPT, OTHER]), st.text(alphabet=st.characters(exclude_characters="{"), max_size=99), st.booleans()
)
def test_json_is_read_as_a_reader_of_whole_json_reads_it(edits: list[dict[str, str]], around: str, late: bool) -> None:
    data = {"note": "n", "edits": edits} if late else {"edits": edits, "note": "n"}
    candidate = read_candidate(f"{around}{json.dumps(data)}{around}{json.dumps({'edits': 0})}", UNIT, REGIONS)
    assert [region.name for region in candidate.regions] == [one["region"] for one in edits]
    assert candidate.note == "n"


def test_a_draft_that_breaks_off_does_not_count() -> None:
    good = json.dumps({"edits": [KEPT], "note": ""})
    assert read_candidate(f"{HEAD}{edit(GOOD)}, oh no. Again: {good}", UNIT, REGIONS).regions[0].name == KEPT["region"]


def test_a_secret_that_moves_is_refused_as_it_comes() -> None:
    document = Document("file:///t.yaml", SECRET)
    unit = Unit((document,))
    redaction = Redaction([SECRET])
    mark = redaction.hide(SECRET).split("Password: ")[1].split()[0]
    regions = (*all_regions(unit, Language.CLOUDFORMATION), new_entry(document, "Parameters"))
    reading = Reading(unit, [r for r in regions if r], guard=Guard(redaction))
    with pytest.raises(Refused, match="may stand only where it stood before"):
        reading.feed(HEAD + edit(f"Shown:\n  Type: String\n  Default: {mark}", "Parameters/+"))


@pytest.mark.parametrize("name", BAD)
async def test_the_connection_is_closed_at_once_and_the_usage_estimated(name: str) -> None:
    begun, says = BAD[name]
    step = Step(text=begun + " " * 4_096 + "x" * (len(begun) + 8_192), hold="middle", chunk=512)
    async with ScriptedServer.playing(step) as server:
        model = RecordingModel(AnthropicModel("k", "claude-sonnet-5-5", base_url=server.url, max_retries=0))
        try:
            refusal = await ModelProposer(model).propose(task())
            await server.until(lambda s: s.open == 0)
        finally:
            await model.close()
    assert isinstance(refusal, Refusal)
    assert says in refusal.feedback
    assert server.exchanges[0].closed_by_client
    assert refusal.usage.estimated
    assert refusal.usage.cost > 0
    (kept,) = model.exchanges
    assert (kept.failure, kept.usage) == (f"cut short: {refusal.feedback}", refusal.usage)
    assert "about " in str(refusal.usage)


async def test_who_goes_on_behind_the_answer_is_not_waited_for() -> None:
    text = json.dumps({"edits": [{"region": "Resources/Bucket", "new_text": FIXED}], "note": "done"})
    step = Step(text=text + " And now, " * 1_000, hold="middle")
    async with ScriptedServer.playing(step) as server:
        model = AnthropicModel("k", "claude-sonnet-5-5", base_url=server.url, max_retries=0)
        proposal = await ModelProposer(model).propose(task())
        await server.until(lambda s: s.open == 0)
        await model.close()
    assert isinstance(proposal, Proposal)
    assert (proposal.note, proposal.usage.estimated) == ("done", True)
    assert server.exchanges[0].closed_by_client
