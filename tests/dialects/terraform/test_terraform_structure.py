"""Outline, folds, selections … of modules, by the cases in `service_cases/*.txt`: a document, and what is told of it.

`$0` is the cursor. Cases are tried with LF, with CRLF, and behind a byte order mark.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.terraform.service.modules import ModuleService
from tests.dialects import answers

CASES = Path(__file__).parent / "service_cases"
FOLDER = "file:///project/stack/"
SERVICE = ModuleService()
FORMS = pytest.mark.parametrize("form", ["plain", "crlf", "bom"])


def cases(name):
    return list(read(name))


def read(name):
    for block in (CASES / name).read_text(encoding="utf-8").split("=== ")[1:]:
        title, _, rest = block.partition("\n")
        text, _, expected = rest.partition("--- expect\n")
        names = {"json": "main.tf.json", "tfvars": "x.tfvars", "tftest": "tests/x.tftest.hcl"}
        file = next((name for word, name in names.items() if word in title), "main.tf")
        yield pytest.param(file, text, [line for line in expected.split("\n") if line.strip()], id=title)


def written(file, text, form="plain"):
    """The document of a case and its cursor."""
    if form == "crlf":
        text = text.replace("\n", "\r\n")
    if form == "bom":
        text = "\ufeff" + text
    return Document(FOLDER + file, text.replace("$0", "")), text.find("$0")


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("outlines.txt"))
def test_outlines(file, text, expected, form):
    document, _ = written(file, text, form)
    assert answers.outline(SERVICE, document) == expected


def test_names_stand_where_the_outline_says():
    text = 'variable "🦉" {\n}\n  resource "aws_vpc" "größe" { x = 1 }\n'
    for lead in ("", "\ufeff", "# one\n"):
        document = Document(FOLDER + "a.tf", lead + text)
        found = SERVICE.symbols(document)
        assert [(s.name, document.slice(span_of(document, s.name_extent))) for s in found] == [
            ("🦉", "🦉"),
            ("aws_vpc.größe", "größe"),
        ]


def span_of(document, extent):
    return Span(*(document.offset(place) for place in extent))


def test_what_did_not_change_is_the_same_object():
    text = "".join(f'variable "v{number}" {{\n  type = string\n}}\n' for number in range(5))
    before = SERVICE.symbols(Document(FOLDER + "a.tf", text))
    after = SERVICE.symbols(Document(FOLDER + "a.tf", text.replace('"v2" {', '"v2" { # more')))
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, True, False, True, True]


DECLARING = """\
variable "region" {}
locals { name = 1 }
resource "aws_vpc" "main" {}
data "aws_ami" "it" {}
module "net" { source = "./net" }
output "id" { value = 1 }
provider "aws" { alias = "west" }
resource "aws_vpc"
"""
JSON = """\
{"variable": {"region": {}}, "locals": {"name": 1}, "resource": {"aws_vpc": {"main": {}}},
 "data": {"aws_ami": {"it": {}}}, "module": {"net": {"source": "./net"}}, "output": {"id": {}},
 "provider": {"aws": {"alias": "west"}}}
"""
DECLARED = {
    ("variable", "region"): "region",
    ("local", "name"): "name",
    ("resource", "aws_vpc", "main"): "main",
    ("data", "aws_ami", "it"): "it",
    ("module", "net"): "net",
    ("output", "id"): "id",
    ("provider", "aws", "west"): "aws",
}


@pytest.mark.parametrize(("file", "text"), [("main.tf", DECLARING), ("main.tf.json", JSON)])
def test_declarations(file, text):
    document = Document(FOLDER + file, "# 🦉\n" + text if file == "main.tf" else text)
    found = SERVICE.declarations(document)
    assert {(one.detail, *one.name.split(".")): document.slice(one.span).strip('"') for one in found} == DECLARED
    for path, name in DECLARED.items():
        location = SERVICE.declaration(document, path)
        assert document.slice(location.name).strip('"') == name
        assert location.span.encloses(location.name)
        assert location.uri == document.uri
    assert SERVICE.declaration(document, ("variable", "other")) is None


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("folds.txt"))
def test_folds(file, text, expected, form):
    document, _ = written(file, text, form)
    assert answers.folds(SERVICE, document) == expected


@pytest.mark.parametrize(("file", "text", "expected"), cases("selections.txt"))
def test_selections(file, text, expected):
    document, at = written(file, text.rstrip("\n"))
    assert answers.selections(SERVICE, document, at) == expected


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("tokens.txt"))
def test_tokens(file, text, expected, form):
    document, _ = written(file, text, form)
    found = [
        (document.slice(token.span.shifted(at)), token)
        for at, part in SERVICE.tokens(document)
        for token in part.tokens
    ]
    told = [" ".join([word, token.kind.value, *(t.name.lower() for t in token.traits)]) for word, token in found]
    assert told == expected


def test_json_is_coloured_by_the_editor():
    assert SERVICE.tokens(Document(FOLDER + "a.tf.json", "{}")) is None


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("signatures.txt"))
def test_signatures(file, text, expected, form):
    document, at = written(file, text, form)
    found = SERVICE.signature(Unit((document,)), document, at)
    if expected == ["nothing"]:
        assert found is None
        return
    label = found.label
    if found.active >= 0:
        start, end = found.parameters[found.active].span
        label = f"{label[:start]}«{label[start:end]}»{label[end:]}"
    assert label == expected[0]
    texts = [found.text, *(one.text for one in found.parameters)]
    assert all(any(words in text for text in texts) for words in expected[1:])


def relative(uri):
    """A uri from the folder of the documents; of a page in a provider's version no more than the major one."""
    uri = re.sub(r"/(\d+)\.\d+\.\d+/docs", r"/\1.x/docs", uri)
    return uri.removeprefix(FOLDER) if uri.startswith((FOLDER, "http")) else uri.replace("file:///project/", "../")


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("links.txt"))
def test_links(file, text, expected, form):
    document, _ = written(file, text, form)
    found = SERVICE.links(Unit((document,)), document)
    assert [f"{document.slice(link.span)} => {relative(link.uris[0])}" for link in found] == expected


def test_a_folder_leads_to_a_file_that_it_has():
    document = Document(FOLDER + "main.tf", 'module "a" { source = "./net" }\n')
    child = Document(FOLDER + "net/vpc.tf", "")
    (link,) = SERVICE.links(Unit((document,), (child, Document(FOLDER + "other/x.tf", ""))), document)
    assert [relative(uri) for uri in link.uris] == ["net/main.tf", "net/variables.tf", "net/outputs.tf", "net/vpc.tf"]


def test_what_a_version_asks_for_elsewhere_in_the_module_counts():
    document = Document(FOLDER + "main.tf", 'resource "aws_vpc" "a" {}\n')
    versions = 'terraform {\n  required_providers { aws = { version = "~> 5.0" } }\n}\n'
    (link,) = SERVICE.links(Unit((document, Document(FOLDER + "versions.tf", versions))), document)
    assert relative(link.uris[0]) == "https://registry.terraform.io/providers/hashicorp/aws/5.x/docs/resources/vpc"


@FORMS
@pytest.mark.parametrize(("file", "text", "expected"), cases("inlays.txt"))
def test_inlays(file, text, expected, form):
    document, _ = written(file, answers.without_hints(text), form)
    for inlay in SERVICE.inlays(Unit((document,)), document, Span(0, len(document.text))):
        assert inlay.before is inlay.label.endswith(":")
    assert answers.with_hints(SERVICE, document) == written(file, text, form)[0].text


def test_inlays_are_those_of_the_part_in_sight():
    text = 'variable "a" { default = 1 }\nlocals {\n  b = var.a\n  c = var.a\n}\n'
    document = Document(FOLDER + "main.tf", text)
    at = text.index("var.a") + 5
    found = SERVICE.inlays(Unit((document,)), document, Span(at - 3, at))
    assert [(inlay.offset, inlay.tooltip) for inlay in found] == [(at, "Default of the variable `a`")]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"variables.tf": 'variable "a" { default = 1 }'}, "= 1"),
        ({"variables.tf": 'variable "a" {}', "terraform.tfvars": "a = 2"}, "= 2"),
        ({"variables.tf": 'variable "a" {}', "prod.tfvars": "a = 2"}, None),
        ({"variables.tf": 'variable "a" { default = 1 }', "terraform.tfvars": "a = [2]"}, None),
        ({"variables.tf": 'variable "a" {}', "terraform.tfvars": "a = 2", "b.auto.tfvars": "a = 3"}, "= 3"),
        ({"variables.tf": 'variable "a" {}', "a.auto.tfvars": "a = 4", "b.auto.tfvars": "a = 5"}, "= 5"),
        ({"terraform.tfvars": "a = 2"}, None),
        ({"variables.tf": 'variable "a" { default = 1 }', "x_override.tf": 'variable "a" { default = 6 }'}, "= 6"),
    ],
)
def test_values_of_variables_are_those_of_the_module(files, expected):
    document = Document(FOLDER + "main.tf", 'output "a" { value = var.a }\n')
    others = tuple(Document(FOLDER + name, text) for name, text in files.items())
    found = SERVICE.inlays(Unit((document, *others)), document, Span(0, len(document.text)))
    assert [inlay.label for inlay in found] == ([expected] if expected else [])
