"""A whole resource, inserted with the defaults of its places to type: it parses, and says of itself what is missing."""

import json
import re

import pytest
from cfnlint.api import lint

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.complete_types import whole_resource
from lsp_server.dialects.cloudformation.context import place_at
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.server.completion import plain

SCHEMAS = schemas()
NEW = {
    "block.yaml": "Resources:\n  New:\n    Type: $0\n  After:\n    Type: AWS::SNS::Topic\n",
    "quoted.yaml": "Resources:\r\n    New:\r\n        Type: '$0'\r\n    After:\r\n        Type: AWS::SNS::Topic\r\n",
    "lines.json": '{\n\t"Resources": {\n\t\t"New": {\n\t\t\t"Type": "$0",\n\t\t}\n\t}\n}\n',
    "line.json": '{"Resources": {"New": {"Type": $0}, "After": {"Type": "AWS::SNS::Topic"}}}',
}
EVERY_TENTH = SCHEMAS.types[::10]
LINTED = [
    "AWS::DynamoDB::GlobalTable",
    "AWS::EC2::VPCPeeringConnection",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::Route53::RecordSet",
    "AWS::Serverless::Function",
    "AWS::SNS::Topic",
    "AWS::WAFv2::WebACL",
]
_MISSING = re.compile(r"'(\w+)' is a required property")


def inserted(kind, name):
    """The text with the whole resource in it; None where none is offered."""
    text = NEW[name]
    document = Document(f"file:///{name}", text.replace("$0", ""))
    template, offset = parse_template(document), text.index("$0")
    request = Request(template, offset, place_at(template, offset), SCHEMAS)
    for one in whole_resource(request, kind):
        return document.text[: one.replace.start] + plain(one.text) + document.text[one.replace.end :]
    return None


def writable(kind):
    return any(not one.read_only for one in SCHEMAS.get(kind).properties_at(()).values())


@pytest.mark.parametrize("name", NEW)
def test_it_parses_and_has_what_is_required(name):
    offered = 0
    for kind in EVERY_TENTH:
        text = inserted(kind, name)
        assert (text is not None) == writable(kind), kind
        if text is None:
            continue
        offered += 1
        template = parse_template(Document(f"file:///{name}", text))
        assert template.syntax == (), (kind, text)
        assert name.endswith(".yaml") or json.loads(text)
        assert "After" in template.resources or name == "lines.json"
        assert template.resources["New"].type == kind
        properties = template.resources["New"].properties
        required = {
            one for one in SCHEMAS.get(kind).required_at(()) if not SCHEMAS.get(kind).property_at((one,)).read_only
        }
        assert required <= {entry.name for entry in properties.entries} if required else True
    assert offered > 100


@pytest.mark.parametrize("name", ["block.yaml", "line.json"])
def test_findings_are_about_places_to_type_only(name):
    """What cfn-lint finds is about a default that stands for a value, or a value that is not there yet."""
    for kind in LINTED:
        text = inserted(kind, name)
        template = parse_template(Document(f"file:///{name}", text))
        for finding in lint(text, regions=["us-east-1"]):
            node = template.node(tuple(finding.path))
            missing = _MISSING.search(finding.message)
            empty = isinstance(node, Mapping) and not node.entries
            unfilled = missing is not None and f"{missing[1]}:\n" in text
            assert finding.rule.id[0] != "E" or node is None or isinstance(node, Scalar) or empty or unfilled, finding
