"""Secrets planted everywhere are in no request as it goes over the wire, and come back where they stood."""

from __future__ import annotations

import base64
import json
import re
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit, edit_unit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.base import Language
from lsp_server.models.base import ModelError
from lsp_server.repair.explanation import Explanation
from lsp_server.repair.outcome import Attempt
from lsp_server.repair.proposer import IntentTask, Proposal, Task
from tests.repair.wire import KEY, Wire, shown, strings

ALNUM = string.ascii_letters + string.digits
FOLDER = "file:///nowhere/"


def drawn(alphabet: str, size: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=size, max_size=size)


def mixed(size: int) -> st.SearchStrategy[str]:
    """What a generator of keys gives: characters of all kinds, often another than before."""
    return drawn(ALNUM, size - 6).map(lambda text: f"x9{text[: size // 2]}A4z{text[size // 2 :]}7"[:size])


ISSUED = st.one_of(
    drawn(string.ascii_uppercase + "234567", 16).map("AKIA{}".format),
    mixed(36).map("ghp_{}".format),
    mixed(20).map("glpat-{}".format),
    mixed(24).map("sk_live_{}".format),
    mixed(32).map("whsec_{}".format),
    mixed(40).map("sk-ant-api03-{}".format),
    mixed(35).map("AIza{}".format),
    mixed(36).map("npm_{}".format),
    mixed(24).map("xoxb-1234567890-{}".format),
    mixed(24).map("hvs.{}".format),
    mixed(33).map("1234567890:AA{}".format),
    mixed(30).map("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.{}".format),
    st.binary(min_size=20, max_size=20).map(lambda raw: "x" + base64.b85encode(raw).hex()[:63]).filter(
        lambda text: len(set(text)) > 9
    ).map(lambda text: "shpat_" + (text.encode().hex() * 2)[:32]),
)  # fmt: skip

# Known by the name beside them alone; with what has to be escaped in one language or another.
PASSWORDS = st.text(ALNUM + "!%*+.:~-_\"\\'é€&/", min_size=6, max_size=20).map(lambda text: f"Q7{text}9z")


@dataclass
class Planting:
    """A task with a secret in it. `texts` are the forms of the secret that may stand in no request."""

    task: Task
    forms: tuple[str, ...]


def finding(document: Document, wrong: str, message: str, **data: object) -> Diagnostic:
    at = document.text.index(wrong)
    span = Span(at, at + len(wrong))
    return Diagnostic(document.uri, span, Severity.ERROR, "judge", "E1", message, data=data)


def told(documents: tuple[Document, ...], language: Language, message: str, fact: str, title: str) -> Task:
    """A task about the misspelled name of the first document, with a failed attempt behind it."""
    unit = Unit(documents)
    found = (finding(unit.main, "buckt", message, allowed=[fact, "bucket"], near=fact),)
    start = unit.main.text.index("buckt")
    edits = (Edit(unit.main.uri, Span(start, start), f"{fact}\n"),)
    attempt = Attempt("anthropic", title, edits, None, False, f"it would introduce E2 {message}", 0.1)
    return Task(Analysis(unit, language, found, ("judge",), ()), found, (attempt,))


def hcl(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("${", "$${").replace("%{", "%%{")


MODULE = """\
# {comment}
variable "colour" {{
  sensitive = true
  default   = "{default}"
}}

resource "aws_s3_bucket" "b" {{ # {comment}
  buckt = "logs"
  tags = {{ Note = "{neutral}" }}
  user_data = <<-EOT
    #!/bin/sh
    run --with {shell}
    export DB_PASSWORD={env}
  EOT
  policy = "{{\\"Statement\\": [{{\\"Sid\\": \\"{inner}\\", \\"token\\": \\"{token}\\"}}]}}"
  encoded  = "{encoded}"
  password = "{password}"
}}
"""

TEMPLATE = """\
# {comment}
Parameters:
  Quiet:
    Type: String
    NoEcho: true
    Default: "{default}"
Metadata:
  Note: '{neutral}'
Resources:
  Bucket:
    Type: AWS::S3::Bucket # {comment}
    Metadata:
      Said: "{neutral}"
    Properties:
      buckt: logs
      MasterUserPassword: "{password}"
      UserData:
        Fn::Base64: |
          run --with {shell}
          export DB_PASSWORD={env}
      Policy: "{{\\"Sid\\": \\"{inner}\\", \\"token\\": \\"{token}\\"}}"
      Encoded: {encoded}
"""
HOLES = ("comment", "default", "neutral", "shell", "env", "inner", "token", "encoded", "password")


def escaped(hole: str, secret: str, language: Language) -> str:
    """The secret as it has to be written in a hole of a document."""
    quoted = hcl(secret) if language is Language.TERRAFORM else json.dumps(secret, ensure_ascii=False)[1:-1]
    if hole in ("default", "password"):
        return quoted
    if hole == "encoded":
        return base64.b64encode(f"export PASSWORD={secret}\n".encode()).decode()
    return secret


def planted(language: Language, holes: dict[str, str]) -> Document:
    filled = {hole: escaped(hole, text, language) for hole, text in holes.items()}
    plain = dict.fromkeys(HOLES, "nothing")
    terraform = language is Language.TERRAFORM
    text = (MODULE if terraform else TEMPLATE).format(**{**plain, **filled})
    return Document(FOLDER + ("main.tf" if terraform else "t.yaml"), text)


LANGUAGES = st.sampled_from([Language.TERRAFORM, Language.CLOUDFORMATION])


@st.composite
def issued(draw: st.DrawFn) -> Planting:
    """A key that is known by its looks: anywhere, in what linters and models said, in names of files, in a wish."""
    language, secret = draw(LANGUAGES), draw(ISSUED)
    holes = dict.fromkeys(draw(st.sets(st.sampled_from(HOLES))) - {"default", "password"}, secret)
    main = planted(language, holes)
    if draw(st.booleans()):
        main = replace(main, text=main.text.replace("\n", "\r\n"))
    if draw(st.booleans()):
        main = replace(main, uri=FOLDER + f"of-{secret}-" + main.name)
    others = (Document(FOLDER + f"{secret}.tf", f'locals {{\n  a = ["{secret}"]\n}}\n'),)
    said = f"'{secret}' is not one of ['{secret}x', 'b'] at {secret}/b"
    task = told((main, *others[: draw(st.integers(0, 1))]), language, said, f"one:{secret}", f"Set {secret}")
    return Planting(with_wish(draw, task, f"a bucket that knows {secret}, encrypted"), (secret,))


@st.composite
def named(draw: st.DrawFn) -> Planting:
    """A password that is known by where it stands, and quoted by others in forms of their own."""
    language, secret = draw(LANGUAGES), draw(PASSWORDS)
    hole = draw(st.sampled_from(["default", "password"]))
    main = planted(language, {hole: secret})
    form = draw(st.sampled_from([str, repr, json.dumps, hcl, lambda text: f"…{text}…"]))
    said = f"{form(secret)} is too long"
    others: tuple[Document, ...] = ()
    if language is Language.TERRAFORM and draw(st.booleans()):
        assigned = draw(st.sampled_from(['colour = "{}"', 'colour = {{\n  a = "{}"\n}}', 'colour = ["x1", "{}"]']))
        others = (Document(FOLDER + "more.tfvars", assigned.format(hcl(secret)) + "\n"),)
    task = told((main, *others), language, said, form(secret), f"Set {form(secret)}")
    wish = f"a database whose password is '{secret}'" if not re.search("[\"'`]", secret) else "a database"
    forms = (secret, hcl(secret), repr(secret)[1:-1], json.dumps(secret)[1:-1])
    return Planting(with_wish(draw, task, wish), forms)


def with_wish(draw: st.DrawFn, task: Task, words: str) -> Task:
    if not draw(st.booleans()):
        return task
    main = task.unit.main
    return replace(task, intent=IntentTask(words, main.uri, len(main.text)))


many: Callable[..., Any] = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@many
@given(planting=st.one_of(issued(), named()))
def test_no_secret_goes_over_the_wire_and_each_comes_back(wire: Wire, planting: Planting) -> None:
    _, body = wire.ask(planting.task)
    for text in strings(json.loads(body)):
        for form in planting.forms:
            assert form not in text
    assert KEY not in body
    if planting.task.intent is not None:
        return
    main = planting.task.unit.main
    region = "resource aws_s3_bucket.b" if main.name.endswith(".tf") else "Resources/Bucket"
    text = shown(body, region)
    answer = {"edits": [{"region": region, "new_text": text.replace("buckt", "bucket")}], "note": "spelled right"}
    proposal, _ = wire.ask(planting.task, answer)
    assert isinstance(proposal, Proposal), proposal
    assert edit_unit(planting.task.unit, proposal.edits).main.text == main.text.replace("buckt", "bucket")


@many
@given(planting=st.one_of(issued(), named()))
def test_no_secret_goes_over_the_wire_when_what_was_written_is_reviewed(wire: Wire, planting: Planting) -> None:
    task, main = planting.task, planting.task.unit.main
    intent = task.intent or IntentTask("a bucket", main.uri, 0)
    before = task.unit.replacing([main.with_text(main.text.replace("buckt", "bucket"))])
    body = wire.review(replace(task, intent=intent), before)
    assert "buckt" in body
    for text in strings(json.loads(body)):
        for form in planting.forms:
            assert form not in text


@many
@given(planting=st.one_of(issued(), named()), data=st.data())
def test_no_secret_goes_over_the_wire_when_a_finding_is_explained(
    wire: Wire, planting: Planting, data: st.DataObject
) -> None:
    """Whatever of the texts is quoted and cut in what is known of the finding, and in titles of fixes."""
    form = data.draw(st.sampled_from(planting.forms))
    cut = data.draw(st.integers(0, 200))
    fix = Fix(f"Write '{form}' for it", (), Applicability.SAFE, (), "judge")

    def describe(analysis: Analysis, finding: Diagnostic) -> Explanation:
        text = analysis.unit.main.text
        assert text[finding.span.start : finding.span.end] == "buckt"
        quoted = " ".join(text.split())
        assert all(known not in quoted for known in planting.forms)
        return Explanation(finding, (f"Allowed: `{form}`", quoted[cut:]), f"{quoted[: len(quoted) - cut]}…", ())

    answer = {"cause": "`LINTEL-SECRET-1` is `buckt`.", "consequence": form, "remedy": f"Write {form}."}
    said, body = wire.explain(replace(planting.task, intent=None), answer, fixes=(fix,), describe=describe)
    assert "buckt" in body
    for text in (*strings(json.loads(body)), said.cause, said.consequence, said.remedy):
        for known in planting.forms:
            assert known not in text
    assert KEY not in body


DECLARED = {
    "an object as the default of a sensitive variable": """\
variable "v" {
  sensitive = true
  default = {
    one = ["quiet%1"]
    two = <<-EOT
      quiet%1
    EOT
  }
}
""",
    "a sensitive variable of a file in JSON": '{"variable": {"v": {"sensitive": true, "default": "quiet%1"}}}',
    "an argument that the provider says is sensitive": 'resource "aws_ssm_parameter" "p" { value = "quiet%1" }',
    "a sensitive input of a child module": 'module "child" {\n  source = "./child"\n  shade = "quiet%1"\n}\n',
}


@pytest.mark.parametrize("what", DECLARED)
def test_what_only_a_declaration_calls_secret(wire: Wire, what: str) -> None:
    main = Document(FOLDER + "main.tf", 'resource "aws_s3_bucket" "b" {\n  buckt = "a"\n}\n')
    other = Document(FOLDER + ("other.tf.json" if "JSON" in what else "other.tf"), DECLARED[what])
    child = Document(FOLDER + "child/main.tf", 'variable "shade" {\n  sensitive = true\n}\n')
    task = told((main, other), Language.TERRAFORM, "quiet%1 is odd", "quiet%1", "Set quiet%1")
    unit = replace(task.unit, nearby=(child,))
    _, body = wire.ask(replace(task, analysis=replace(task.analysis, unit=unit)))
    assert "quiet%1" not in body
    assert "is odd" in body


@pytest.mark.parametrize("said", ["password=Q7x", "DB_PASSWORD=abc1", "https://a:Zq9x@b"])
def test_a_short_secret_in_base64(wire: Wire, said: str) -> None:
    word = base64.b64encode(said.encode()).decode()
    task = told((planted(Language.CLOUDFORMATION, {}),), Language.CLOUDFORMATION, f"{word} is odd", "x", "y")
    assert word not in wire.ask(task)[1]


@pytest.mark.parametrize("hide", [True, False])
def test_account_ids_are_hidden_where_that_is_wished(wire: Wire, hide: bool) -> None:
    main = planted(Language.TERRAFORM, {"neutral": "arn:aws:iam::210987654321:role/x"})
    _, body = wire.ask(told((main,), Language.TERRAFORM, "no", "no", "no"), hide_accounts=hide)
    assert ("210987654321" in body) is not hide
    assert re.search("[0-9]:role/x", body)


STATE = '{"outputs": {"x": "state-text"}}'
UNREAD = {
    "terraform.tfstate": STATE,
    "terraform.tfstate.backup": STATE,
    ".terraform/modules/x/main.tf": 'locals {\n  a = "state-text"\n}\n',
    ".env": "A=state-text",
    ".env.local": "A=state-text",
    "prod.auto.tfvars": 'colour = "state-text"\nother = "state-text"',
    "prod.tfvars": 'other = "state-text"\ncolour = {}',
    "left-out/notes.tf": "# state-text",
}


@pytest.mark.parametrize("name", UNREAD)
@pytest.mark.parametrize("place", ["asked about", "beside", "nearby", "attempt"])
def test_some_files_are_never_read_into_a_request(wire: Wire, name: str, place: str) -> None:
    main, unread = planted(Language.TERRAFORM, {}), Document(FOLDER + name, UNREAD[name])
    task = told((main, unread), Language.TERRAFORM, "no", "no", "no")
    unit = task.unit
    if place == "nearby":
        unit = replace(unit, documents=(main,), nearby=(unread,), beside=(unread,))
    if place == "asked about":
        found = finding(unread, "state-text", "'state-text' is wrong", allowed=["state-text"])
        analysis = replace(task.analysis, diagnostics=(found,))
        alone = replace(task, analysis=analysis, targets=(found,), attempts=())
        assert wire.ask(alone, exclude=("left-out/",)) == (None, "")
        task = replace(task, analysis=analysis, targets=(*task.targets, found))
    if place == "attempt":
        edit = Edit(unread.uri, Span(0, 0), "state-text")
        failed = Attempt("anthropic", "Set state-text", (edit,), None, False, "state-text is no better", 0.1)
        task = replace(task, attempts=(failed,))
    _, body = wire.ask(replace(task, analysis=replace(task.analysis, unit=unit)), exclude=("left-out/",))
    assert "buckt" in body
    assert "state-text" not in body


@pytest.mark.parametrize("name", UNREAD)
@pytest.mark.parametrize("place", ["asked about", "beside", "nearby", "fix"])
def test_some_files_are_never_read_into_an_explanation(wire: Wire, name: str, place: str) -> None:
    main, unread = planted(Language.TERRAFORM, {}), Document(FOLDER + name, UNREAD[name])
    task = replace(told((main, unread), Language.TERRAFORM, "no", "no", "no"), attempts=())
    if place == "nearby":
        unit = replace(task.unit, documents=(main,), nearby=(unread,), beside=(unread,))
        task = replace(task, analysis=replace(task.analysis, unit=unit))
    if place == "asked about":
        found = finding(unread, "state-text", "'state-text' is wrong", allowed=["state-text"])
        task = replace(task, analysis=replace(task.analysis, diagnostics=(found, *task.targets)))
        with pytest.raises(ModelError, match="no model may see"):
            wire.explain(replace(task, targets=(found,)), exclude=("left-out/",))
        task = replace(task, targets=(found, *task.targets))
    edit = Edit(unread.uri, Span(0, 0), "state-text")
    fixes = (Fix("Set state-text", (edit,), Applicability.SAFE, (), "judge"),) if place == "fix" else ()

    def describe(analysis: Analysis, found: Diagnostic) -> Explanation:
        unit = analysis.unit
        seen = (*unit.documents, *unit.nearby, *unit.callers, *unit.beside)
        return Explanation(found, tuple(document.text for document in seen), "", ())

    _, body = wire.explain(task, fixes=fixes, describe=describe, exclude=("left-out/",))
    assert "buckt" in body
    assert "state-text" not in body


def test_a_variable_file_without_secrets_is_read(wire: Wire) -> None:
    values = Document(FOLDER + "prod.tfvars", 'shape = "round"\n')
    task = told((planted(Language.TERRAFORM, {}), values), Language.TERRAFORM, "no", "no", "no")
    found = finding(values, "round", "'round' is wrong")
    _, body = wire.ask(replace(task, targets=(*task.targets, found)))
    assert "'round' is wrong" in body
