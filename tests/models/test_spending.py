"""What requests cost is kept for the day, for all processes, and stops what would cost more than is allowed."""

import asyncio
import contextlib
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.core.user_folders import states
from lsp_server.models.anthropic import AnthropicModel
from lsp_server.models.base import Message, ModelRequest, ModelUnavailable, PromptPart, Usage
from lsp_server.models.recording import RecordingModel
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from lsp_server.models.spending import LimitedModel, Limits, Spending

DAY = dt.date(2026, 11, 28)
ONE = Usage(1, 100, 20, 50, 30, 0.5)
REQUEST = ModelRequest((PromptPart("rules", "Be brief."),), (Message("user", "Fix it " * 100),), {}, 100, 60)


def on(day: dt.date, folder: Path) -> Spending:
    return Spending(folder, lambda: day)


def test_all_processes_count_and_a_new_day_begins_at_nothing(tmp_path):
    days = [DAY]
    first, second = Spending(tmp_path, lambda: days[-1]), on(DAY, tmp_path)
    first.add(ONE)
    assert (first.today(), second.today()) == (ONE, ONE)
    second.add(ONE)
    second.add(Usage(1, 1, 1, estimated=True))
    assert first.today() == second.today() == ONE + ONE + Usage(1, 1, 1, estimated=True)
    days.append(DAY + dt.timedelta(days=1))
    assert first.today() == Usage()
    first.add(ONE)
    newest, oldest = first.days()
    assert (newest.date, newest.usage, len(newest.sessions)) == (days[-1], ONE, 1)
    assert (oldest.date, oldest.usage, len(oldest.sessions)) == (DAY, second.today(), 2)


def test_several_processes_write_at_once(tmp_path):
    script = (
        "import datetime, sys; from pathlib import Path\n"
        "from lsp_server.models.base import Usage\nfrom lsp_server.models.spending import Spending\n"
        f"spending = Spending(Path(sys.argv[1]), lambda: datetime.date({DAY.year}, {DAY.month}, {DAY.day}))\n"
        "for _ in range(200): spending.add(Usage(1, 10, 1, cost=0.25)); spending.today()\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, tmp_path]) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert on(DAY, tmp_path).today() == Usage(600, 6000, 600, cost=150.0)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\n\n",
        b'{"requests": 1, "inputTok',
        b"\xff\xfe\x00",
        b"[1, 2]\n",
        b'{"cost": -5, "requests": 1}\n',
        b"null\n",
    ],
)
def test_a_damaged_file_is_no_error(tmp_path, damage):
    spending = on(DAY, tmp_path)
    spending.add(ONE)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes() + damage)
    assert spending.today() == ONE
    spending.add(ONE)
    assert spending.today() == on(DAY, tmp_path).today() == ONE + ONE


def test_a_file_that_vanishes_does_not_lift_the_limit(tmp_path):
    spending = on(DAY, tmp_path)
    spending.add(ONE)
    assert spending.today() == ONE
    (path,) = tmp_path.iterdir()
    path.unlink()
    assert spending.today() == ONE
    path.write_bytes(b"")
    assert spending.today() == ONE


def test_where_nothing_can_be_written_it_counts_for_the_process(tmp_path):
    (tmp_path / "file").write_text("")
    spending = on(DAY, tmp_path / "file" / "below")
    spending.add(ONE)
    spending.add(ONE)
    assert spending.today() == ONE + ONE
    assert spending.days() == []


def test_old_days_are_forgotten(tmp_path):
    on(DAY - dt.timedelta(days=91), tmp_path).add(ONE)
    on(DAY - dt.timedelta(days=90), tmp_path).add(ONE)
    (tmp_path / "notes.jsonl").write_text("mine")
    on(DAY, tmp_path).add(ONE)
    assert [day.date for day in on(DAY, tmp_path).days()] == [DAY, DAY - dt.timedelta(days=90)]
    assert (tmp_path / "notes.jsonl").exists()


def test_it_lies_where_the_system_keeps_state(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    Spending().add(ONE)
    assert [path.relative_to(states() / "lintel" / "usage").suffix for path in tmp_path.rglob("*.*")] == [".jsonl"]
    assert json.loads(next(tmp_path.rglob("*.jsonl")).read_text())["inputTokens"] == 100


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(), ""),
        (Limits(dollars=0.51), ""),
        (Limits(tokens=201), ""),
        (Limits(dollars=0.5), "The limit of $0.50 a day (lintel.model.dailyLimit) is reached: $0.50 spent today"),
        (Limits(5.0, 200), "The limit of 200 tokens a day (lintel.model.dailyTokens) is reached: 200 spent today"),
    ],
)
def test_a_limit_is_told_with_what_goes_on(tmp_path, limits, says):
    spending = on(DAY, tmp_path)
    spending.add(ONE)
    reached = spending.reached(limits)
    assert reached.startswith(says)
    assert bool(reached) == bool(says)
    assert not says or "fixes, completion and what Lintel writes without a model go on" in reached


async def test_at_the_limit_nothing_more_is_sent(tmp_path):
    usage = {"input_tokens": 400_000, "output_tokens": 20_000}
    async with ScriptedServer.playing(Step(text="fine", usage=usage, repeat=True)) as server:
        spending = on(DAY, tmp_path)
        inner = AnthropicModel("sk-ant-planted", base_url=server.url)
        limited = LimitedModel(inner, spending, Limits(dollars=1.5))
        model = RecordingModel(limited, listener=lambda exchange: spending.add(exchange.usage))
        for _ in range(2):
            assert [event async for event in model.stream(REQUEST)]
        with pytest.raises(ModelUnavailable, match=r"limit of \$1.50 a day .* \$2.00 spent today"):
            _ = [event async for event in model.stream(REQUEST)]
        assert len(server.requests) == 2
        assert model.exchanges[-1].usage == Usage()
        await model.close()


async def test_no_more_requests_are_under_way_at_once_than_may_be(tmp_path):
    async with ScriptedServer.playing(Step(text="fine", hold="middle", repeat=True)) as server:
        inner = AnthropicModel("sk-ant-planted", base_url=server.url)
        model = LimitedModel(inner, on(DAY, tmp_path), Limits(), at_once=2)

        async def run():
            async with contextlib.aclosing(model.stream(REQUEST)) as events:
                return [event async for event in events]

        tasks = [asyncio.create_task(run()) for _ in range(4)]
        await server.until(lambda s: sum(e.held for e in s.exchanges) == 2)
        assert len(server.exchanges) == 2
        tasks[0].cancel()
        tasks[3].cancel()
        await server.until(lambda s: len(s.exchanges) == 3 and s.exchanges[-1].held)
        assert server.open == 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await model.close()


@pytest.mark.parametrize("hold", ["headers", "middle"])
async def test_what_was_cancelled_is_counted_as_it_is_billed(tmp_path, hold):
    async with ScriptedServer.playing(Step(text="word " * 200, hold=hold)) as server:
        spending = on(DAY, tmp_path)
        inner = AnthropicModel("sk-ant-planted", "claude-sonnet-5-5", base_url=server.url)
        model = RecordingModel(inner, listener=lambda exchange: spending.add(exchange.usage))

        async def run():
            async for _ in model.stream(REQUEST):
                pass

        task = asyncio.create_task(run())
        await server.until(lambda s: any(e.held for e in s.exchanges))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        today = spending.today()
        assert (today.requests, today.estimated) == (1, True)
        assert today.input_tokens == pytest.approx(len(server.requests[0]) / 3.5, rel=0.05)
        assert (today.output_tokens > 0) <= (hold == "middle")
        assert today.cost > 0
        await model.close()


async def test_what_was_refused_costs_nothing(tmp_path):
    async with ScriptedServer.playing(Step(status=401)) as server:
        model = RecordingModel(AnthropicModel("sk-ant-planted", base_url=server.url))
        with pytest.raises(ModelUnavailable):
            _ = [event async for event in model.stream(REQUEST)]
        assert model.usage == Usage(requests=1)
        await model.close()


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (Usage(1, 10, 2), "1 request · 10 tokens in · 2 out"),
        (Usage(3, 1000, 830, 3000, 0, 0.05), "3 requests · 4,000 tokens in (75 % from the cache) · 830 out · $0.05"),
        (Usage(2, 10, 2, cost=0.001, estimated=True), "2 requests · about 10 tokens in · 2 out · <$0.01"),
    ],
)
def test_usage_in_words(usage, words):
    assert str(usage) == words
