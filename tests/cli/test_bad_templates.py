"""Templates that nobody would want to meet: what can be read of them is judged and mended, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Lintel

WRONG = "  Other: # keep\n    Type: AWS::SQS::Queue\n    Properties:\n      DelaySecond: 5 # 😀\n"
RIGHT = WRONG.replace("DelaySecond:", "DelaySeconds:")
CUSTOM = (
    "    Type: Custom::Thing\n    Properties:\n      ServiceToken: arn:aws:lambda:us-east-1:123456789012:function:f\n"
)


CHECK, FIX = ["check"], ["fix", "--unsafe", "--model", "none"]


def block(depth: int) -> str:
    """A property nested that deep, a line for each level."""
    lines = [f"{' ' * (6 + 2 * level)}Level{level}:" for level in range(depth)]
    return "\n".join([*lines, f"{' ' * (6 + 2 * depth)}End: 1", ""])


MENDED = {
    "nested_in_blocks.yaml": f"Resources:\n  Deep:\n{CUSTOM}{block(100)}{WRONG}",
    "nested_in_braces.yaml": f"Resources:\n  Deep:\n{CUSTOM}      Top: {'{a: ' * 100}1{'}' * 100}\n{WRONG}",
    "nobody_knows_the_type.yaml": f"Resources:\n  Own:\n{CUSTOM}      Whatever: {{a: [1, {{b: !Ref Other}}]}}\n{WRONG}",
    "module.yaml": f"Resources:\n  Own:\n    Type: My::Own::Thing::MODULE\n    Properties: {{Size: 1}}\n{WRONG}",
    "aliases.yaml": f"Metadata:\n  one: &one [1]\n  two: &two [*one, *one]\n  more: [*two, *two]\nResources:\n{WRONG}",
    "in_comments_for_jinja.yaml": f"Resources:\n  # {{% if more %}}\n{WRONG}  # {{% endif %}}\n",
}
"""One mistake each, which is mended; everything else stays."""

LEFT = {
    "an_alias_of_itself.yaml": "Resources:\n  Queue: &queue\n    Type: AWS::SQS::Queue\n    Metadata: *queue\n" + WRONG,
    "aliases_without_end.yaml": "Metadata:\n  l0: &l0 [x]\n"
    + "".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 9))
    + f"Resources:\n{WRONG}",
    "begins_with_jinja.yaml": '{% set name = "jobs" %}\nResources:\n' + WRONG + '      QueueName: "{{ name }}-q"\n',
    "jinja_around_a_resource.yaml": "Resources:\n{% for q in queues %}\n  Queue{{ q }}:\n    Type: AWS::SQS::Queue\n"
    f"    Properties:\n      DelaySeconds: {{{{ delay }}}}\n{{% endfor %}}\n{WRONG}",
    "jinja.json": '{"Resources": {\n{% for q in x %}\n  "A": {"Type": "AWS::SQS::Queue"},\n{% endfor %}\n'
    '  "B": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySecond": {{ x }} }}\n}}\n',
}
"""What cfn-lint cannot read, and nobody can say what was meant: one finding, and not a letter is changed."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all of them."""
    made = tmp_path / "templates"
    made.mkdir()
    for name, text in (MENDED | LEFT).items():
        (made / name).write_text(text)
    return made


def test_what_can_be_mended_is_mended_and_the_rest_stays(lintel: Lintel, folder: Path) -> None:
    ran = lintel("check", "--output-format", "json", folder)
    assert ran.code == 1, ran.err
    found = sorted((Path(d["filename"]).name, d["code"]) for d in ran.json if d["severity"] == "error")
    assert found == sorted([*((name, "E3002") for name in MENDED), *((name, "E0000") for name in LEFT)])
    ran = lintel("fix", "--unsafe", "--model", "none", folder)
    assert ran.code == 1, ran.err
    assert "Traceback" not in ran.err
    texts = {name: (folder / name).read_text() for name in MENDED | LEFT}
    assert texts == {name: text.replace(WRONG, RIGHT) for name, text in MENDED.items()} | LEFT


@pytest.mark.parametrize(
    ("command", "content", "told"),
    [
        (FIX, "ignore_checks: W\n", "Expected array"),  # what the linter says is told by each command the same way
        (CHECK, "regions: [atlantis]\n", "atlantis"),
        (CHECK, "ignore_checks: [W1\n", ".cfnlintrc"),
    ],
)
def test_a_configuration_that_is_wrong_is_told_once(
    lintel: Lintel, tmp_path: Path, command: list[str], content: str, told: str
) -> None:
    (tmp_path / ".cfnlintrc").write_text(content)
    templates = [tmp_path / f"{name}.yaml" for name in ("one", "other")]
    for template in templates:
        template.write_text(f"Resources:\n{WRONG}")
    ran = lintel(*command, tmp_path)
    assert ran.code == 2
    assert ran.err.count(told) == 1, ran.err
    assert ran.err.count("cfn-lint not run") == 1
    assert "Traceback" not in ran.err
    assert {template.read_text() for template in templates} == {f"Resources:\n{WRONG}"}
