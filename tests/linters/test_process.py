"""How an outside program is run."""

import sys

import pytest

from lsp_server.linters.process import run

WAITS = "import os\nfirst = os.nice(0)\nwhile (now := os.nice(0)) == first and first < 10:\n    pass\nprint(now)"


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are others there")
async def test_a_program_leaves_the_processor_to_who_types(tmp_path):
    output = await run((sys.executable, "-c", WAITS), tmp_path, {}, 20.0)
    assert int(output.stdout) >= 10
