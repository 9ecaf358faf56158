"""Warm workers: hung, dead, cancelled and broken children, and a parent that goes away."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from lsp_server.linters.worker import JobFailed, Pool, State, Worker, WorkerBroken, WorkerDied, WorkerHung

COMMAND = (sys.executable, str(Path(__file__).with_name("odd_worker.py")))
ROOT = str(Path(__file__).parents[2])


def worker(**options: object) -> Worker:
    environment = {"PYTHONPATH": ROOT, **options.pop("environment", {})}
    return Worker(COMMAND, environment=environment, **options)


@pytest_asyncio.fixture
async def odd() -> AsyncIterator[Worker]:
    made = worker()
    yield made
    await made.close()


async def ask(odd: Worker, order: str, value: object = None, seconds: float = 20.0) -> object:
    return await odd.call((order, value), object, seconds)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - another process sets it
        await asyncio.sleep(0)


async def busy(odd: Worker) -> None:
    """Until a job was given to the worker."""
    await until(lambda: odd.state is State.BUSY)


async def test_jobs_are_answered_by_one_warm_process(odd: Worker) -> None:
    assert odd.state is State.COLD
    await odd.warm()
    assert odd.state is State.READY
    pid = odd.pid
    assert await ask(odd, "echo", {"a": [1, "😀", None]}) == {"a": [1, "😀", None]}
    assert await ask(odd, "pid") == pid
    assert await ask(odd, "echo", "x" * 3_000_000) == "x" * 3_000_000


async def test_jobs_are_done_in_the_order_of_asking(odd: Worker) -> None:
    assert await asyncio.gather(*(ask(odd, "echo", n) for n in range(50))) == list(range(50))


@pytest.mark.parametrize(
    ("order", "value", "told"),
    [
        ("refuse", "the moon is wrong", "the moon is wrong"),
        ("raise", "no such key", "it failed with ValueError: no such key"),
        ("exit", 3, "it failed with SystemExit: 3"),
        ("memory", None, "it ran out of memory"),
    ],
)
async def test_a_job_that_fails_leaves_the_worker_warm(odd: Worker, order: str, value: object, told: str) -> None:
    pid = await ask(odd, "pid")
    with pytest.raises(JobFailed) as failure:
        await ask(odd, order, value)
    assert str(failure.value) == told
    assert await ask(odd, "pid") == pid


async def test_stray_prints_do_not_corrupt_the_answers(odd: Worker) -> None:
    assert await ask(odd, "say", "\x00\x00\x00\x05hello") == b""
    assert await ask(odd, "echo", 1) == 1


async def test_a_worker_that_hangs_is_killed_and_restarted(odd: Worker) -> None:
    pid = await ask(odd, "pid")
    with pytest.raises(WorkerHung, match=r"^it gave no answer within 0\.2 s and was restarted$"):
        await ask(odd, "hang", seconds=0.2)
    assert await ask(odd, "pid") not in {None, pid}


async def test_a_worker_that_dies_is_restarted_for_the_same_job(odd: Worker, tmp_path: Path) -> None:
    bullet = tmp_path / "bullet"
    bullet.touch()
    assert await ask(odd, "die once", str(bullet)) == "second try"


async def test_a_worker_that_dies_twice_is_told(odd: Worker) -> None:
    with pytest.raises(WorkerDied, match=r"^its process was killed by SIGKILL$"):
        await ask(odd, "die")
    assert odd.state is State.COLD
    assert await ask(odd, "echo", 1) == 1


async def test_last_words_are_part_of_the_reason(odd: Worker) -> None:
    with pytest.raises(WorkerDied, match=r"^its process ended with code 4: out of luck$"):
        await ask(odd, "last words", "first line\nout of luck")


async def test_a_worker_killed_while_idle_is_restarted_unsaid(odd: Worker) -> None:
    pid = await ask(odd, "pid")
    os.kill(pid, signal.SIGKILL)
    assert await ask(odd, "pid") != pid


async def test_a_cancelled_job_is_left_and_the_process_kept(odd: Worker) -> None:
    pid = await ask(odd, "pid")
    for _ in range(20):
        job = asyncio.create_task(ask(odd, "spin"))
        await busy(odd)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert await ask(odd, "echo", "next") == "next"
    assert await ask(odd, "pid") == pid


async def test_a_cancelled_job_that_does_not_end_costs_the_process(tmp_path: Path) -> None:
    odd = worker(grace=0.05)
    try:
        pid = await ask(odd, "pid")
        job = asyncio.create_task(ask(odd, "hang", str(tmp_path / "begun")))
        await until((tmp_path / "begun").exists)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert await ask(odd, "pid") != pid
    finally:
        await odd.close()


async def test_a_job_cancelled_while_it_waits_is_never_begun(odd: Worker) -> None:
    first = asyncio.create_task(ask(odd, "spin"))
    await busy(odd)
    second = asyncio.create_task(ask(odd, "die"))
    third = asyncio.create_task(ask(odd, "echo", 3))
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    assert await third == 3


async def test_a_start_that_is_cancelled_is_used_by_the_next(odd: Worker) -> None:
    first = asyncio.create_task(odd.warm())
    await until(lambda: odd.state is State.STARTING)
    pid = odd.pid
    first.cancel()
    assert await ask(odd, "pid") == pid


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ("raise", "ImportError: no module named cfnlint"),
        ("die", "its process ended with code 7: Killed by nobody"),
        ("hang", "it was not ready within 0.5 s"),
    ],
)
async def test_a_worker_that_cannot_start_is_told_and_not_tried_at_every_key(start: str, told: str) -> None:
    odd = worker(environment={"ODD_START": start}, start_timeout=0.5 if start == "hang" else 20.0, retry=1000.0)
    try:
        for _ in range(3):
            with pytest.raises(WorkerBroken) as failure:
                await ask(odd, "echo")
            assert str(failure.value) == told
            assert odd.state is State.BROKEN
            assert odd.pid is None
    finally:
        await odd.close()


async def test_a_worker_that_could_not_start_is_tried_again_later() -> None:
    environment = {"PYTHONPATH": ROOT, "ODD_START": "raise"}
    odd = Worker(COMMAND, environment=environment, retry=0.0)
    try:
        with pytest.raises(WorkerBroken):
            await odd.warm()
        environment["ODD_START"] = ""
        assert await ask(odd, "echo", 1) == 1
        assert odd.state is State.READY
    finally:
        await odd.close()


async def test_a_program_that_is_not_there() -> None:
    odd = Worker(["no-such-program"])
    with pytest.raises(WorkerBroken, match=r"^it could not be started: "):
        await ask(odd, "echo")
    await odd.close()


async def test_close_ends_the_process_and_the_job() -> None:
    odd = worker()
    job = asyncio.create_task(ask(odd, "hang"))
    await busy(odd)
    pid = odd.pid
    await odd.close()
    await odd.close()
    with pytest.raises(WorkerBroken):
        await job
    assert odd.state is State.CLOSED
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="holds a process with a named pipe")
async def test_close_does_not_wait_for_what_the_process_has_started(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "end")
    odd = worker()
    orphan = await ask(odd, "orphan", str(tmp_path / "end"))
    await odd.close()
    os.kill(orphan, 0)
    with (tmp_path / "end").open("w"):
        pass


async def test_close_while_the_process_starts() -> None:
    odd = worker()
    job = asyncio.create_task(ask(odd, "echo"))
    await asyncio.sleep(0)
    await odd.close()
    with pytest.raises(WorkerBroken):
        await job
    assert odd.pid is None


def test_an_event_loop_that_ends_takes_the_process_with_it() -> None:
    async def forget() -> int:
        odd = worker()
        return await ask(odd, "pid")

    pid = asyncio.run(forget())
    with pytest.raises(ChildProcessError):  # dead, and seen off
        os.waitpid(pid, 0)


async def test_a_pool_works_at_the_same_time() -> None:
    pool = Pool([worker(), worker()])
    try:
        stuck = asyncio.create_task(pool.call(("spin", None), object, 20.0))
        await busy(pool.workers[0])
        assert await asyncio.gather(*(pool.call(("echo", n), object, 20.0) for n in range(5))) == list(range(5))
        stuck.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stuck
        assert pool.workers[1].pid is not None
    finally:
        await pool.close()


async def test_a_quiet_pool_starts_one_process() -> None:
    pool = Pool([worker(), worker()])
    try:
        for n in range(3):
            assert await pool.call(("echo", n), object, 20.0) == n
        assert [one.state for one in pool.workers] == [State.READY, State.COLD]
    finally:
        await pool.close()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a grandchild, which only Linux can")
@pytest.mark.parametrize("order", ["spin", "hang"])
def test_the_child_dies_with_its_parent(order: str) -> None:
    program = f"""
import asyncio, os, sys
from lsp_server.linters.worker import Worker
async def main():
    odd = Worker({COMMAND!r})
    print(await odd.call(("pid", None), int, 20.0), flush=True)
    asyncio.create_task(odd.call(({order!r}, None), object, 60.0))
    while odd.state.value != "busy":
        await asyncio.sleep(0)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""
    environment = {**os.environ, "PYTHONPATH": ROOT}
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], env=environment, stdin=pipe, stdout=pipe) as parent:
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.stdin.close()
        assert parent.wait(timeout=60) == -signal.SIGKILL
    gone, _, _ = select.select([child], [], [], 30.0)
    os.close(child)
    assert gone
