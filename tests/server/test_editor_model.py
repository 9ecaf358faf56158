"""The editor's own model over the protocol: a client plays the editor, with everything that can go wrong there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.server.editor import CAPABILITIES, PATIENCE, Editor, plain
from tests.server.test_runs import CANCELLED, GOOD, MODIFIED, REPAIRED, TEMPLATE, WISH, document
from tests.server.test_runs import whole as whole_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

LENDING = attrs.evolve(CAPABILITIES, experimental={"lintel": {"version": 1, "model": True}})
ANSWER = json.dumps({"edits": [{"region": "Resources/Queue", "new_text": GOOD}], "note": "five seconds"})
EXPLAINED = {"cause": "`DelaySeconds` takes a number.", "consequence": "", "remedy": "Write one."}
REFUSED, UNKNOWN = -32803, -32601

Play = Callable[["Lender", dict[str, Any]], Awaitable[Any]]


class Lender:
    """The side of the editor that lends a model: answers `lintel/model` as `play` says, and keeps what was asked."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.asked: list[dict[str, Any]] = []
        self.withdrawn: list[str] = []
        self.play: Play = whole
        self._changed = asyncio.Condition()

        async def answer(params: Any) -> Any:
            return await self._answer(params)

        editor.client.feature("lintel/model")(answer)

    async def _answer(self, params: Any) -> Any:
        asked = plain(params)
        async with self._changed:
            self.asked.append(asked)
            self._changed.notify_all()
        try:
            return await self.play(self, asked)
        except asyncio.CancelledError:
            async with self._changed:
                self.withdrawn.append(asked["partialResultToken"])
                self._changed.notify_all()
            raise

    def piece(self, asked: dict[str, Any], text: str) -> None:
        self.editor.client.progress(types.ProgressParams(asked["partialResultToken"], text))

    async def until(self, holds: Callable[[Lender], bool]) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: holds(self)), PATIENCE)

    async def tell(self, *models: str, allowed: bool = True) -> None:
        self.editor.client.protocol.notify("lintel/models", {"models": list(models), "allowed": allowed})
        await self.editor.ask("lintel/trace", {})  # answered behind it


async def whole(lender: Lender, asked: dict[str, Any]) -> Any:
    for at in range(0, len(ANSWER), 20):
        lender.piece(asked, ANSWER[at : at + 20])
    return {"text": ANSWER, "model": "gpt-x", "inputTokens": 1234, "outputTokens": 56}


async def uncounted(lender: Lender, asked: dict[str, Any]) -> Any:
    return {"text": ANSWER}


async def silent(lender: Lender, asked: dict[str, Any]) -> Any:
    await asyncio.Event().wait()


async def half(lender: Lender, asked: dict[str, Any]) -> Any:
    lender.piece(asked, ANSWER[:30])
    await asyncio.Event().wait()


def refusing(reason: str, message: str, *, after: str = "", code: int = REFUSED) -> Play:
    async def play(lender: Lender, asked: dict[str, Any]) -> Any:
        if after:
            lender.piece(asked, after)
        raise JsonRpcException(message, code, {"reason": reason} if reason else None)

    return play


def answering(result: Any) -> Play:
    async def play(lender: Lender, asked: dict[str, Any]) -> Any:
        return result

    return play


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lender(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lender]:
    """An editor that lends its model; each test says with `lends` what it does."""
    editor = Editor()
    lender = Lender(editor)
    await editor.start(tmp_path_factory.mktemp("workspace"), capabilities=LENDING)
    yield lender
    await editor.stop()


async def lends(lender: Lender, play: Play, **settings: Any) -> Editor:
    lender.play = play
    lender.asked.clear()
    lender.withdrawn.clear()
    await lender.editor.configure({"model": {"provider": "editor", **settings}})
    await lender.tell("any")
    return lender.editor


def requests(editor: Editor) -> int:
    """How many requests the session has made so far."""
    said = [plain(p) for m, p in editor.heard if m == "lintel/status"]
    return int(said[-1]["session"]["requests"]) if said else 0


async def test_a_person_without_a_key_has_the_model_of_the_editor(lender: Lender, tmp_path: Path) -> None:
    editor = await lends(lender, whole, provider="auto", editorModel="gpt-x")
    await lender.tell()
    await editor.status(lambda s: s["model"]["name"] == "offline")
    await lender.tell("gpt-x")
    await editor.status(lambda s: s["model"]["name"] == "editor")
    before, sent_before = requests(editor), len((await editor.ask("lintel/trace", {}))["requests"])
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    result = await editor.ask("lintel/repair", document(editor, uri))
    assert (result["stop"], result["documents"][0]["text"]) == ("clean", REPAIRED)
    (asked,) = lender.asked
    assert (asked["model"], asked["byPerson"]) == ("gpt-x", True)
    assert {message["role"] for message in asked["messages"]} == {"user"}
    assert '"new_text"' in asked["messages"][0]["content"]
    (sent,) = (await editor.ask("lintel/trace", {}))["requests"][sent_before:]
    assert sent["request"]["messages"] == asked["messages"]
    assert (sent["usage"]["inputTokens"], sent["usage"]["outputTokens"]) == (1234, 56)
    status = await editor.status(lambda s: s["session"]["requests"] >= before + 1)
    assert status["session"]["estimated"] is True


async def test_a_key_comes_before_the_model_of_the_editor(lender: Lender) -> None:
    editor = await lends(lender, whole, provider="auto")
    for key, name in (("sk-ant-of-a-test", "anthropic"), (None, "editor")):
        editor.client.protocol.notify("lintel/key", {"key": key})
        await editor.status(lambda s, name=name: s["model"]["name"] == name)


async def test_tokens_that_are_not_told_are_estimated(lender: Lender, tmp_path: Path) -> None:
    editor = await lends(lender, uncounted)
    await lender.tell("any")
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    assert (await editor.ask("lintel/repair", document(editor, uri)))["stop"] == "clean"
    usage = (await editor.ask("lintel/trace", {}))["requests"][-1]["usage"]
    sent = sum(len(message["content"]) for message in lender.asked[0]["messages"])
    assert 0.2 * sent < usage["inputTokens"] < 0.4 * sent
    assert usage["outputTokens"] > 0
    assert usage["estimated"] is True


@pytest.mark.parametrize(
    ("play", "says"),
    [
        (refusing("NoPermissions", "consent was declined"), "have not allowed Lintel to use the editor's language"),
        (refusing("Blocked", "you have no premium requests left"), "you have no premium requests left."),
        (refusing("NotFound", ""), "The editor has no such language model."),
        (refusing("TooLarge", "9000 tokens, and 4000 are the most"), "9000 tokens, and 4000 are the most."),
        (refusing("Unknown", "the stream broke", after=ANSWER[:30]), "language model failed: the stream broke."),
        (refusing("", "no handler", code=UNKNOWN), "This editor lends no model."),
        (refusing("", "cancelled", code=CANCELLED), "took the request to its language model back."),
        (answering(None), "something that is not an answer"),
        (answering({"text": 5}), "something that is not an answer"),
    ],
)
async def test_what_goes_wrong_is_told_as_it_is(lender: Lender, tmp_path: Path, play: Play, says: str) -> None:
    editor = await lends(lender, play)
    await lender.tell("any")
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    result = await editor.ask("lintel/repair", document(editor, uri))
    assert result["edit"] is None
    assert says in result["message"]
    # The editor is shared: it may still have to hear what went wrong in the test before.
    await editor.status(lambda s: s["model"]["state"] == "unavailable" and says in s["model"]["reason"])


@pytest.mark.parametrize(
    ("play", "says"),
    [
        (
            answering({"text": json.dumps(EXPLAINED)}),
            "*Written by the editor's language model; nobody has verified it.",
        ),
        (refusing("NoPermissions", "consent was declined"), "have not allowed Lintel to use the editor's language"),
        (refusing("Blocked", "you have no premium requests left"), "you have no premium requests left."),
    ],
    ids=["words", "no consent", "no quota"],
)
async def test_a_problem_is_explained_or_why_not_is_told(lender: Lender, tmp_path: Path, play: Play, says: str) -> None:
    editor = await lends(lender, play)
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    params = document(editor, uri, range=whole_text(editor, uri, "rather long"))
    assert (await editor.ask("lintel/explain", params))["asks"] is True
    assert lender.asked == []
    assert says in (await editor.ask("lintel/explain", {**params, "model": True}))["added"]
    (asked,) = lender.asked
    assert asked["byPerson"] is True


async def test_an_answer_that_is_no_json_is_refused_like_any_other(lender: Lender, tmp_path: Path) -> None:
    editor = await lends(lender, answering({"text": "I am sorry."}), maxAttempts=2)
    await lender.tell("any")
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    result = await editor.ask("lintel/repair", document(editor, uri))
    assert (result["edit"], len(lender.asked)) == (None, 2)
    assert len(lender.asked[1]["messages"]) >= len(lender.asked[0]["messages"])


async def test_a_silent_editor_is_given_up_and_told_so(lender: Lender, tmp_path: Path) -> None:
    editor = await lends(lender, silent, timeout=1)
    await lender.tell("any")
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    result = await editor.ask("lintel/repair", document(editor, uri))
    assert result["edit"] is None
    assert "did not answer in time" in result["message"] or "gave no answer within 1 s" in result["message"]
    await lender.until(lambda its: len(its.withdrawn) == 1)


@pytest.mark.parametrize("play", [silent, half])
async def test_cancelling_a_run_takes_the_request_back(lender: Lender, tmp_path: Path, play: Play) -> None:
    editor = await lends(lender, play)
    await lender.tell("any")
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    request, answer = editor.request("lintel/repair", document(editor, uri))
    await lender.until(lambda its: len(its.asked) == 1)
    editor.cancel(request)
    with pytest.raises(JsonRpcException) as failure:
        await asyncio.wait_for(answer, PATIENCE)
    assert failure.value.code == CANCELLED
    await lender.until(lambda its: its.withdrawn == [lender.asked[0]["partialResultToken"]])
    lender.piece(lender.asked[0], "too late")
    lender.play = whole
    assert (await editor.ask("lintel/repair", document(editor, uri)))["stop"] == "clean"


async def test_a_change_of_the_text_takes_the_request_back(lender: Lender, tmp_path: Path) -> None:
    editor = await lends(lender, half)
    await lender.tell("any")
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    _, answer = editor.request("lintel/repair", document(editor, uri))
    await lender.until(lambda its: len(its.asked) == 1)
    editor.replace(uri, "rather", "very")
    with pytest.raises(JsonRpcException) as failure:
        await asyncio.wait_for(answer, PATIENCE)
    assert failure.value.code == MODIFIED
    await lender.until(lambda its: len(its.withdrawn) == 1)


async def test_ghost_text_asks_the_editor_only_where_a_person_has_agreed(lender: Lender, tmp_path: Path) -> None:
    bell = {"edits": [{"region": "Resources/+", "new_text": "Bell:\n  Type: AWS::SQS::Queue"}], "note": ""}
    editor = await lends(lender, answering({"text": json.dumps(bell)}))
    await lender.tell("any", allowed=False)
    uri = editor.open(tmp_path / "template.yaml", WISH)
    await editor.ghost(uri, editor.after(uri, "shape of a queue"))
    assert lender.asked == []
    await lender.tell("any", allowed=True)
    other = editor.open(tmp_path / "other.yaml", WISH)
    (item,) = await editor.ghost(other, editor.after(other, "shape of a queue"))
    assert "Bell:" in item.insert_text
    assert [asked["byPerson"] for asked in lender.asked] == [False]


async def test_an_editor_that_lends_none_says_so(tuned: Editor, tmp_path: Path) -> None:
    editor = tuned
    await editor.configure({"model": {"provider": "editor"}})
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    result = await editor.ask("lintel/repair", document(editor, uri))
    assert "This editor lends no model" in result["message"]


async def test_an_answer_that_never_ends_is_cut_off(lender: Lender, tmp_path: Path) -> None:
    async def endless(lender: Lender, asked: dict[str, Any]) -> Any:
        for _ in range(60):
            lender.piece(asked, "a lot of words " * 100)
        await asyncio.Event().wait()

    editor = await lends(lender, endless, maxAttempts=1)
    await lender.tell("any")
    uri = editor.open(tmp_path / "template.yaml", TEMPLATE)
    result = await editor.ask("lintel/repair", document(editor, uri))
    assert result["edit"] is None
    await lender.until(lambda its: len(its.withdrawn) == 1)
