"""How an outside program is run."""

import os
import select
import sys

import pytest

from lsp_server.linters.process import run

WAITS = "import os\nfirst = os.nice(0)\nwhile (now := os.nice(0)) == first and first < 10:\n    pass\nprint(now)"


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are others there")
async def test_a_program_leaves_the_processor_to_who_types(tmp_path):
    output = await run((sys.executable, "-c", WAITS), tmp_path, {}, 20.0)
    assert int(output.stdout) >= 10


LEAVES = "import subprocess as s, sys; q = s.DEVNULL; print(s.Popen({0}, stdin=q, stdout=q, stderr=q).pid)"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no groups of processes there")
async def test_what_a_program_leaves_behind_ends_with_it(tmp_path):
    os.mkfifo(tmp_path / "held")
    waits = [sys.executable, "-c", "f = open('held', 'w'); f.write('here'); f.flush(); import signal; signal.pause()"]
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(held, True)
    leaves = f"{LEAVES.format(waits)}; import os; os.read(os.open('held', os.O_RDONLY), 1)"
    try:
        output = await run((sys.executable, "-c", leaves), tmp_path, {}, 60.0)
        assert int(output.stdout) > 0
        while select.select([held], [], [], 30.0)[0] and (more := os.read(held, 9)):
            assert more
        assert select.select([held], [], [], 0)[0]  # its end: nobody holds it open for writing any more
    finally:
        os.close(held)
