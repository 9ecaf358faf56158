"""What was recorded once is answered always, by the file alone."""

from dataclasses import replace

import pytest

from lsp_server.models.base import Finished, Message, ModelRequest, ModelUnavailable, PromptPart, Purpose, Sent, Usage
from lsp_server.models.recorded import RecordedModel
from lsp_server.models.recording import RecordingModel
from lsp_server.models.script import Step
from lsp_server.models.scripted import ScriptedModel

REQUEST = ModelRequest((PromptPart("rules", "Be brief."),), (Message("user", "Fix it"),), {}, 100, 10)
OTHER = replace(REQUEST, messages=(Message("user", "Fix that"),))
ANSWER = "grün 🪣 " * 20


async def ask(model, request=REQUEST):
    return [event async for event in model.stream(request)]


async def test_a_request_is_recorded_once_and_answered_always(tmp_path):
    path = tmp_path / "answers.jsonl"
    inner = ScriptedModel(Step(text=ANSWER), Step(text="more", stop_reason="max_tokens"))
    model = RecordedModel(path, inner)
    first = await ask(model)
    alike = replace(REQUEST, max_tokens=7, timeout=1, purpose=Purpose.STALLED)
    assert await ask(model, alike) == await ask(RecordedModel(path))
    assert (await ask(model, OTHER))[-1].text == "more"
    assert len(inner.requests) == 2
    again = await ask(RecordedModel(path))
    assert again[-1] == first[-1] == Finished(ANSWER, "end_turn", Usage(1, 100, 20))
    assert "".join(event.text for event in again[:-1]) == ANSWER
    assert not any(isinstance(event, Sent) for event in again)
    assert (await ask(RecordedModel(path), OTHER))[-1].stop_reason == "max_tokens"
    assert path.read_text().count("\n") == 3


async def test_an_answer_that_is_given_again_is_not_paid_again(tmp_path):
    path = tmp_path / "answers.jsonl"
    await ask(RecordedModel(path, ScriptedModel(Step(text="x"))))
    model = RecordingModel(RecordedModel(path))
    await ask(model)
    assert model.usage == Usage()
    assert model.exchanges[0].usage == Usage(1, 100, 20)


async def test_what_was_not_recorded_is_told(tmp_path):
    path = tmp_path / "answers.jsonl"
    await ask(RecordedModel(path, ScriptedModel(Step(text="x"))))
    with pytest.raises(ModelUnavailable, match=r"answers.jsonl has no answer to this request"):
        await ask(RecordedModel(path), OTHER)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "does not exist"),
        ("", "is no recording"),
        ("[]\n", "is no recording"),
        ('{"a": 1}\n', "is no recording"),
        ('{"lintelRecording": 99}\n', "another version"),
    ],
)
async def test_a_file_that_is_no_recording_is_told_and_left_alone(tmp_path, text, says):
    path = tmp_path / "answers.jsonl"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ModelUnavailable, match=says):
        await ask(RecordedModel(path))
    if text is not None:
        with pytest.raises(ModelUnavailable, match=says):
            await ask(RecordedModel(path, ScriptedModel(Step(text="x"))))
        assert path.read_text() == text


async def test_a_line_written_by_halves_costs_that_answer_alone(tmp_path):
    path = tmp_path / "answers.jsonl"
    await ask(RecordedModel(path, ScriptedModel(Step(text="x"))))
    path.write_text(path.read_text() + '{"key": "half')
    assert (await ask(RecordedModel(path)))[-1].text == "x"


async def test_an_answer_is_given_where_it_cannot_be_recorded(tmp_path):
    assert (await ask(RecordedModel(tmp_path / "no" / "file", ScriptedModel(Step(text="x")))))[-1].text == "x"


async def test_without_a_file_there_is_no_recording():
    with pytest.raises(ModelUnavailable, match="names no file"):
        await ask(RecordedModel(None))
