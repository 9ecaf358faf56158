"""What the server has loaded when it answers `initialize`: nothing that an editor need not wait for."""

import json
import subprocess
import sys

import pytest

LATER = {  # by the first part of their names: what is loaded once the editor has been answered, or when it is needed
    "anthropic", "cfnlint", "click", "grpc", "hcl2", "http", "httpx2", "jinja2", "jsonschema", "lark",
    "networkx", "pathspec", "rapidfuzz", "regex", "rich", "sympy", "tree_sitter", "tree_sitter_hcl", "yaml",
}  # fmt: skip
OURS_LATER = ("bootstrap", "engine", "cli", "fixers")
OF_DIALECTS = {"base", "service", "terraform", "terraform.file_names"}
SCRIPT = """
import json, sys
sys.argv = ["lintel", "serve", "--stdio"]
from lsp_server.server import app
from lsp_server.__main__ import main
def serve_stdio(load_engine):
    app.build_server(load_engine)
    print(json.dumps(sorted(sys.modules)))
    sys.exit()
app.serve_stdio = serve_stdio
main()
"""


@pytest.fixture(scope="module")
def loaded():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_no_library_is_loaded_that_the_first_answer_does_not_need(loaded):
    assert sorted(LATER & {name.partition(".")[0] for name in loaded}) == []
    assert "pygls" in loaded


def test_no_dialect_is_loaded_before_the_first_answer(loaded):
    ours = [name.removeprefix("lsp_server.") for name in loaded if name.startswith("lsp_server.")]
    assert not [name for name in ours if name.partition(".")[0] in OURS_LATER]
    dialects = {name.removeprefix("dialects.") for name in ours if name.startswith("dialects.")}
    assert dialects <= OF_DIALECTS
