"""The protocol's types are made when they are used, and are then those that the library makes."""

import json
import subprocess
import sys

DESCRIBE = """
import inspect, json, re, attrs
from lsprotocol import types
told = {}
for name, cls in sorted(vars(types).items()):
    if isinstance(cls, type) and attrs.has(cls):
        fields = [re.sub(" at 0x[0-9a-f]+", "", repr(field)) for field in attrs.fields(cls)]
        methods = sorted(m for m in ("__eq__", "__repr__", "__lt__", "__init__") if m in vars(cls))
        told[name] = fields, str(inspect.signature(cls)), methods, cls.__hash__ is None, cls.__match_args__
print(json.dumps(told, sort_keys=True))
"""
EAGER = "from lsprotocol.converters import get_converter; get_converter()\n" + DESCRIBE
LAZY = "import lsp_server.server\n" + DESCRIBE
COUNT = """
from lsprotocol import types
from lsp_server.server.lazy_types import _Attributes
own = [vars(c)["__attrs_attrs__"] for c in vars(types).values() if isinstance(c, type) and "__attrs_attrs__" in vars(c)]
print(json.dumps([sum(isinstance(one, _Attributes) for one in own), len(own)]))
"""
SERVER = "import json; from lsp_server.server.app import build_server; build_server(lambda: None)\n"
USED = """
import json, threading
from lsp_server.server.protocol import plain_converter
from lsprotocol import types
converter = plain_converter()
class Spot(types.Position):
    def __init__(self, line):
        super().__init__(line, character=0)
made = []
make = lambda: made.append(types.Location("a", types.Range(Spot(1), Spot(2))))
threads = [threading.Thread(target=make) for _ in "1234"]
[t.start() for t in threads]
[t.join() for t in threads]
assert len(made) == 4 and all(one == made[0] for one in made)
assert made[0].range.start < made[0].range.end and repr(made[0].range.start) == "1:0", made[0]
wire = converter.unstructure(made[0])
plain = types.Range(types.Position(1, 0), types.Position(2, 0))
assert converter.structure(wire, types.Location) == types.Location("a", plain)
print(json.dumps(wire))
"""


def printed(script):
    return json.loads(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


def test_all_types_are_those_of_the_library():
    eager, lazy = printed(EAGER), printed(LAZY)
    assert len(eager) > 500
    assert lazy == eager


def test_types_that_nobody_uses_are_never_made():
    waiting, known = printed(SERVER + COUNT)
    assert known > 500
    assert waiting > 0.8 * known


def test_types_may_be_derived_from_and_first_used_by_several_threads():
    place = {"line": 1, "character": 0}
    assert printed(USED) == {"uri": "a", "range": {"start": place, "end": place | {"line": 2}}}
