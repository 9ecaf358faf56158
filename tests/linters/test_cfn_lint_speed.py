"""What the worker remembers of cfn-lint's own making is the same thing again, and never another."""

import subprocess
import sys

PROGRAM = """
from dataclasses import fields
from lsp_server.linters.cfn_lint_speed import remember
remember()
from cfnlint.jsonschema import CfnTemplateValidator
from cfnlint.jsonschema.validators import fields as remembered

base = CfnTemplateValidator(schema={})
own = lambda *arguments: ()
first = base.extend(validators={"type": own})
assert base.extend(validators={"type": own}) is first
assert base.extend(validators={"type": lambda *arguments: ()}) is not first
assert base.extend(validators={"enum": own}) is not first
lean = base.function_filter.evolve(add_cfn_lint_keyword=False)
assert base.extend(validators={"type": own}, function_filter=lean) is not first
assert first(schema={"type": "x"}).schema == {"type": "x"}
assert first(schema={}).validators["type"] is own
assert remembered(first) == fields(first) and remembered(first) is remembered(first)

from itertools import product
from cfnlint.match import Match
from cfnlint.rules import CloudFormationLintRule
from cfnlint.runner.template import runner

rule, other = CloudFormationLintRule(), CloudFormationLintRule()
other.id = "E1"
choices = ["m", "n"], ["f", None], [rule, other], [1, 2], [1, 2], [1, 2], [1, 2], [None, "p"]
names = "message", "filename", "rule", "linenumber", "columnnumber", "linenumberend", "columnnumberend", "parent_id"
different = [Match(**dict(zip(names, values))) for values in product(*choices)]
same = [Match(**dict(zip(names, values))) for values in product(*choices)]
assert list(runner._dedup(different + same)) == different
"""


def test_only_the_same_is_remembered() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
