"""What the server has loaded: nothing that an editor need not wait for, and nothing that a session has no use for."""

import json
import subprocess
import sys

import pytest

LATER = {  # by the first part of their names: what is loaded once the editor has been answered, or when it is needed
    "anthropic", "cfnlint", "click", "h2", "hcl2", "http", "httpx2", "jinja2", "jsonschema", "lark",
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


MODULES_ONLY = """
import asyncio, json, sys
from lsp_server.__main__ import load_engine
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.refactorings.base import Kind, Selection
from lsp_server.settings import Settings
async def session():
    engine = load_engine()(Settings(), key="k")
    document = Document("file:///nowhere/main.tf", 'resource "null_resource" "a" {\\n  trigger = {}\\n}\\n')
    unit = Unit((document,))
    assert engine.dialect_of(Document("file:///nowhere/a.yaml", "a: 1")) is None
    dialect = engine.dialect_of(document)
    engine.prepare(dialect.language)
    assert dialect.completions(unit, document, document.text.index("trigger") + 2)
    analysis = await engine.analyze(unit, dialect.language)
    found = [engine.advised(analysis, diagnostic) for diagnostic in analysis.diagnostics]
    assert [fix async for fix in engine.quick_fixes(analysis, found)]
    list(engine.refactorings_at(Selection(unit, document, Span(0, 0)), dialect.language, list(Kind)))
    if len(sys.argv) > 1:
        engine.prepare(Language.CLOUDFORMATION)
    print(json.dumps(sorted(sys.modules)))
asyncio.run(session())
"""
FOR_OTHERS = {"anthropic", "cfnlint", "hcl2", "httpx2", "jinja2", "lark", "pydantic", "rich", "sympy", "yaml"}
OURS_FOR_OTHERS = (
    "of_templates", "of_proposers", "dialects.cloudformation", "fixers.cloudformation", "refactorings.cloudformation",
    "linters.cfn_lint_", "repair.regions", "repair.schema_facts", "repair.offline", "repair.prompt",
)  # fmt: skip
TELLS_TEMPLATES = {"dialects.cloudformation", "dialects.cloudformation.detection", "dialects.cloudformation.vocabulary"}
ASKS_CFN_LINT = {"linters.cfn_lint_job"}


def names_of_session(*arguments):
    command = [sys.executable, "-c", MODULES_ONLY, *arguments]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def only_for_others(names):
    ours = [name.removeprefix("lsp_server.") for name in names if name.startswith("lsp_server.")]
    return {name for name in ours if name.startswith(OURS_FOR_OTHERS)} - TELLS_TEMPLATES - ASKS_CFN_LINT


def test_a_session_with_modules_alone_loads_nothing_that_is_for_templates_or_models():
    names = names_of_session()
    assert sorted(FOR_OTHERS & {name.partition(".")[0] for name in names}) == []
    assert sorted(only_for_others(names)) == []


def test_what_templates_need_is_loaded_when_it_is_wanted():
    assert {"of_templates", "dialects.cloudformation.dialect"} <= only_for_others(names_of_session("with templates"))


SESSION = """
import asyncio, json, sys, threading
from lsp_server.__main__ import load_engine
from lsp_server.server.app import build_server
uri = "file:///nowhere/template.yaml"
text = "Resources:\\n  Queue:\\n    Type: AWS::SQS::Queue\\n"
halting = []
class Finder:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is threading.main_thread() and name.startswith("lsp_server."):
            halting.append(name.removeprefix("lsp_server."))
class Heard:
    def __init__(self):
        self.answers = asyncio.Queue()
    def write(self, data):
        message = json.loads(data.split(b"\\r\\n\\r\\n", 1)[1])
        if "id" in message and "method" not in message:
            self.answers.put_nowait(message["result"])
    def close(self):
        pass
async def session():
    server, heard = build_server(load_engine), Heard()
    server.protocol.set_writer(heard)
    def say(method, params, **more):
        text = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more})
        server.protocol.handle_message(json.loads(text, object_hook=server.protocol.structure_message))
    async def ask(method, **params):
        say(method, params, id=1)
        return await heard.answers.get()
    await ask("initialize", capabilities={})
    sys.meta_path.insert(0, Finder())
    say("initialized", {})
    item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
    say("textDocument/didOpen", {"textDocument": item})
    document, place = {"uri": uri, "version": 1}, {"line": 1, "character": 3}
    assert await ask("textDocument/hover", textDocument=document, position=place)
    for method, more in (
        ("generate", {"position": {"line": 3, "character": 0}, "intent": "a topic"}),
        ("change", {"range": {"start": place, "end": place}, "words": "encrypt it"}),
        ("repair", {}),
    ):
        assert (await ask(f"lintel/{method}", textDocument=document, **more))["stop"] == "clean"
    await server.close()
    print(json.dumps(sorted(set(halting))))
asyncio.run(session())
"""
QUICKLY_LOADED = {
    "linters.cfn_lint_syntax", "linters.cfn_lint_decode", "linters.cfn_lint_messages", "repair.placement",
    "repair.changing",
}  # fmt: skip


def test_the_event_loop_does_not_halt_while_much_is_loaded():
    """A cancel is answered within 100 ms, also in the first second: what takes longer to load is loaded in threads."""
    command = [sys.executable, "-c", SESSION]
    halting = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert set(halting) <= QUICKLY_LOADED
