"""What holds of the language service whatever the template: a rename changes a name and nothing else, ranges nest."""

from __future__ import annotations

import json
import re

from cfnlint import ManualArgs
from cfnlint.api import lint
from cfnlint.core import get_rules
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import apply_edits
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.service.templates import TemplateService
from lsp_server.dialects.service import RefusedError
from tests.dialects import answers

SERVICE = TemplateService(schemas())
RULES = get_rules([], [], [])
PARAMETERS = ("Stage", "Prefix", "AWS::Region")
RESOURCES = ("Topic", "Queue", "Function", "TopicTwo")
CONDITIONS = ("IsProd", "Often")

NAMES = re.compile("|".join([*PARAMETERS[:2], *RESOURCES, *CONDITIONS, "Sizes", "Own", "Other"]))

value = st.sampled_from(PARAMETERS + RESOURCES)
resource = st.sampled_from(RESOURCES)
condition = st.sampled_from(CONDITIONS)
word = st.sampled_from(["a", "Topic", "${!Queue}", "größer 🦉", "cfn-init --resource Queue "])


def call(name, argument):
    return {name: argument}


def own_variable(name, value_):
    return call("Fn::Sub", [f"${{{name}}} ${{Stage}} ${{Topic}}", {name: value_}])


string = st.builds(
    "".join,
    st.lists(st.one_of(word, value.map("${{{}}}".format), resource.map("${{{}.Arn}}".format)), min_size=1, max_size=4),
)
simple = st.one_of(
    value.map(lambda name: call("Ref", name)),
    resource.map(lambda name: call("Fn::GetAtt", [name, "Arn"])),
    resource.map(lambda name: call("Fn::GetAtt", f"{name}.Arn")),
    string.map(lambda text: call("Fn::Sub", text)),
    st.sampled_from(["dev", "prod"]).map(lambda key: call("Fn::FindInMap", ["Sizes", key, "Size"])),
    word,
)
expression = st.one_of(
    simple,
    st.builds(lambda c, a, b: call("Fn::If", [c, a, b]), condition, simple, simple),
    st.builds(own_variable, st.sampled_from(["Own", "Other"]), simple),
    st.lists(simple, max_size=3).map(lambda items: call("Fn::Join", ["-", items])),
)


@st.composite
def data(draw):
    """A template as data."""
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": draw(expression)}}
    queue = {"Type": "AWS::SQS::Queue", "Condition": draw(condition), "Properties": {"QueueName": draw(expression)}}
    topic["DependsOn"] = draw(st.one_of(resource, st.lists(resource, min_size=1, max_size=2)))
    serverless = draw(st.sampled_from([False, False, True]))
    function = {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": draw(expression)}}
    if serverless:
        code = {"Handler": "app.run", "Runtime": "python3.13", "CodeUri": "."}
        function = {"Type": "AWS::Serverless::Function", "Properties": {**code, "Description": draw(expression)}}
    outputs = {"Topic": {"Value": draw(expression), "Condition": draw(condition)}}
    if serverless:
        outputs["Role"] = {"Value": call("Fn::GetAtt", ["FunctionRole", "Arn"])}
    return {
        **({"Transform": "AWS::Serverless-2016-10-31"} if serverless else {"Description": "Topic"}),
        "Metadata": {"AWS::CloudFormation::Interface": {"ParameterGroups": [{"Parameters": ["Stage", "Prefix"]}]}},
        "Parameters": {"Stage": {"Type": "String", "Default": "Prefix"}, "Prefix": {"Type": "String"}},
        "Mappings": {"Sizes": {"dev": {"Size": "a"}, "prod": {"Size": "b"}}},
        "Conditions": {
            "IsProd": call("Fn::Equals", [call("Ref", "Stage"), "IsProd"]),
            "Often": call("Fn::Not", [call("Condition", "IsProd")]),
        },
        "Resources": {"Topic": topic, "TopicTwo": {"Type": "AWS::SNS::Topic"}, "Queue": queue, "Function": function},
        "Outputs": outputs,
    }


@st.composite
def yaml(draw, node, margin):
    """Data as YAML in any of the ways in which one writes it; what follows a key or a dash."""
    if isinstance(node, dict) and len(node) == 1:
        ((name, argument),) = node.items()
        if re.match("Fn::|Ref$|Condition$", name) and draw(st.booleans()):
            tag = "!" + name.removeprefix("Fn::")
            if isinstance(argument, str):
                return f" {tag} {draw(scalar(argument, margin))}"
            return f" {tag}{draw(yaml(argument, margin))}"
    if not node or (isinstance(node, (dict, list)) and draw(st.sampled_from([True, False, False]))):
        return " " + json.dumps(node, ensure_ascii=False)
    inner = margin + draw(st.sampled_from(["  ", "    "]))
    if isinstance(node, dict):
        lines = [f"\n{inner}{draw(key(name))}:{draw(yaml(below, inner))}" for name, below in node.items()]
        return draw(st.sampled_from(["", "  # Topic and Queue"])) + "".join(lines)
    if isinstance(node, list):
        return "".join(f"\n{inner}-{draw(yaml(item, inner + '  '))}" for item in node)
    return f" {draw(scalar(node, margin))}"


def key(name):
    quoted = [json.dumps(name), f"'{name}'"]
    return st.sampled_from([name, *quoted] if re.fullmatch(r"[\w:]+", name) else quoted)


def scalar(text, margin):
    forms = [json.dumps(text, ensure_ascii=False), "'" + text.replace("'", "''") + "'"]
    if re.fullmatch(r"[\w.]+(::\w+)*", text):
        forms += [text, text]
    if not text.endswith(" "):
        forms.append(f"|-\n{margin}      {text}")
    return st.sampled_from(forms)


@st.composite
def documents(draw):
    content = draw(data())
    if draw(st.booleans()):
        text = json.dumps(content, indent=draw(st.sampled_from([None, 2])), ensure_ascii=draw(st.booleans()))
        return Document("file:///t.json", text)
    text = "".join(f"{draw(key(name))}:{draw(yaml(below, ''))}\n" for name, below in content.items())
    return Document("file:///t.yaml", text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))))


def renamable(document, offset):
    """The name at an offset, if it can be changed."""
    try:
        return SERVICE.renamable(Unit((document,)), document, offset)
    except RefusedError:
        return None


def findings(text, new, old):
    """What cfn-lint finds, in words that do not depend on the order of names in a message."""
    found = lint(text.replace("\r\n", "\n"), RULES, config=ManualArgs(regions=["us-east-1"]))
    return sorted(
        (one.rule.id, one.linenumber, one.columnnumber, sorted(re.findall(r"\w+", one.message.replace(new, old))))
        for one in found
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), documents())
def test_after_a_rename_the_linter_says_the_same_and_another_one_gives_the_text_back(drawn, document):
    names = [match.start() for match in NAMES.finditer(document.text)]
    span = renamable(document, drawn.draw(st.sampled_from(names)))
    assume(span is not None)
    old = document.slice(span)
    new = "Z" + old[1:]  # as long as the old one, and nobody's
    edits = SERVICE.rename(Unit((document,)), document, span.start, new).edits
    assert all(document.slice(edit.span) == old for edit in edits)
    other = document.with_text(apply_edits(document.text, edits))
    assert findings(other.text, new, old) == findings(document.text, new, old)
    back = SERVICE.rename(Unit((other,)), other, span.start, old).edits
    assert apply_edits(other.text, back) == document.text


TEXT = """\
# what it is for
# and for whom
Parameters: &p
  Stage: {Type: String, Default: dev}
Resources:
  Fn::ForEach::Topics:
    - Name
    - [a, b]
    - "Topic${Name}":
        Type: AWS::SNS::Topic
        Properties: {DisplayName: !Sub "${Name} 🦉"}
  # region queues
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub
        - "${Own}-${Stage}"
        - Own: *p
      Tags:
        - Key: a
          Value: |
            # not a comment
            x
  # endregion
Outputs:
  Arn: {Value: !GetAtt Queue.Arn}
"""
JSON = json.dumps({"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"Tags": [{"Key": "a"}]}}}}, indent=2)
PIECES = st.sampled_from(
    ["", " ", "\n", "\r\n", "\t", '"', "'", "{", "[", "]", ":", "- ", "!", "&a", "*a", "${", "#", "🦉"]
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([TEXT, JSON]),
    st.lists(st.tuples(st.integers(0), st.integers(0, 40), PIECES), max_size=4),
    st.integers(0),
)
def test_whatever_the_text_every_answer_lies_in_it_and_ranges_nest(text, changes, at):
    text = answers.changed(text, changes)
    document = Document("file:///t.json" if text.lstrip().startswith("{") else "file:///t.yaml", text)
    unit, offset, whole = Unit((document,)), at % (len(text) + 1), Span(0, len(text))
    hover = SERVICE.hover(unit, document, offset)
    assert hover is None or (whole.encloses(hover.span) and quoted(hover.span).touches(offset))
    SERVICE.definition(unit, document, offset)
    occurrences = SERVICE.occurrences(unit, document, offset)
    assert not occurrences or any(quoted(one.span).touches(offset) for one in occurrences)
    answers.lie_in_the_text_and_nest(SERVICE, document, offset)


def quoted(span):
    """The span with the quotes that may stand around it."""
    return Span(span.start - 1, span.end + 1)
