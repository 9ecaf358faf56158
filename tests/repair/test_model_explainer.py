"""What a model says of a finding: told under what is known, apart from it, and only as far as its names are real."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from lsp_server.bootstrap import build_engine
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.engine import Engine
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer
from lsp_server.models.spending import Spending
from lsp_server.settings import ModelSettings, Settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

MODULE = """\
variable "pass" {
  sensitive = true
  default   = "hunter2x9Q"
}

resource "aws_s3_bucket" "logs" {
  bucket_prefx = "x"
}

resource "aws_sns_topic" "news" {
  name         = "quiet"
  display_name = var.pass
}
"""
TEMPLATE = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties:\n      DelaySecond: 5\n"
SAID = {
    "cause": "`bucket_prefx` is a slip of the pen for `bucket_prefix` of `aws_s3_bucket.logs`.",
    "consequence": "`terraform plan` ends with an error.",
    "remedy": "Write `bucket_prefix`.",
}
OF_TEMPLATE = {
    "cause": "`AWS::SQS::Queue` has no `DelaySecond`.",
    "consequence": "The stack ends in `ROLLBACK_COMPLETE`.",
    "remedy": "Write `DelaySeconds`, or take it out of the `Properties` of `Jobs`.",
}


@dataclass(frozen=True)
class Asked:
    """What is shown, and the requests on the wire."""

    told: str
    bodies: list[dict[str, Any]]

    @property
    def prompt(self) -> str:
        return str(self.bodies[0]["messages"][0]["content"])


async def ask(
    server: ScriptedServer,
    answer: Any,
    *documents: Document,
    text: str = MODULE,
    name: str = "main.tf",
    most: int = 1,
    at: str = "",
    exclude: tuple[str, ...] = (),
    **options: Any,
) -> Asked:
    server.script.replace([answer if isinstance(answer, Step) else Step(answer=answer)])
    before = len(server.exchanges)
    model = ModelSettings(**{"provider": "anthropic", "base_url": server.url, "retries": 0, **options})
    engine = build_engine(Settings(linters=("terraform-check", "cfn-lint"), model=model, exclude=exclude), key="k")
    try:
        told = await interpreted(engine, Unit((Document(f"file:///nowhere/{name}", text), *documents)), most, at)
    finally:
        await engine.close()
    return Asked(told, [json.loads(exchange.body) for exchange in server.exchanges[before:]])


async def interpreted(engine: Engine, unit: Unit, most: int = 1, at: str = "") -> str:
    """What is shown of the first findings, or of one `at` these words."""
    dialect = engine.dialect_of(unit.main)
    assert dialect is not None
    analysis = await engine.analyze(unit, dialect.language)
    if at:
        span = Span(unit.main.text.index(at), unit.main.text.index(at) + len(at))
        finding = Diagnostic(unit.main.uri, span, Severity.ERROR, "judge", "E1", "it is odd")
        analysis = replace(analysis, diagnostics=(finding,))
    found = analysis.of(unit.main.uri)[:most]
    assert found
    fixes = {finding: [fix async for fix in engine.quick_fixes(analysis, [finding])] for finding in found}
    return await engine.interpreted(analysis, [engine.explained(analysis, one, fixes[one]) for one in found])


async def test_a_model_says_what_a_finding_means_here(server: ScriptedServer) -> None:
    asked = await ask(server, SAID)
    assert asked.told == (
        "## In this text\n\n"
        "*Written by claude-sonnet-5-5; nobody has verified it. 1 request · 100 tokens in · 20 out · \\<$0.01.*\n\n"
        f"**Why it is found.** {SAID['cause']}\n\n"
        f"**What would come of it.** {SAID['consequence']}\n\n"
        f"**What to change.** {SAID['remedy']}"
    )
    (body,) = asked.bodies
    assert body["max_tokens"] == 600
    assert body["output_config"]["format"]["schema"]["required"] == ["cause", "consequence", "remedy"]
    (rules,) = body["system"]
    assert rules["cache_control"]
    assert "at plan or apply" in rules["text"]


async def test_it_is_told_what_the_person_is_told_and_the_place_alone(server: ScriptedServer) -> None:
    prompt = (await ask(server, SAID)).prompt
    for known in (
        'Region "resource aws_s3_bucket.logs" of main.tf',
        '    7 |   bucket_prefx = "x"',
        "resource aws_sns_topic.news",
        "main.tf:7 error unsupported-argument: ",
        "The rule: A block has an argument that its schema does not know.",
        "docs/resources/s3_bucket",
        "- Change `bucket_prefx` to `bucket_prefix` (safe)",
        "Allowed here: `acceleration_status`,",
        "**bucket_prefix** · `string`",
    ):
        assert known in prompt
    assert "quiet" not in prompt
    assert "hunter2x9Q" not in prompt


async def test_a_finding_of_a_template_is_explained(server: ScriptedServer) -> None:
    asked = await ask(server, OF_TEMPLATE, text=TEMPLATE, name="t.yaml")
    assert all(words in asked.told for words in OF_TEMPLATE.values())
    assert "when the stack is deployed" in asked.bodies[0]["system"][0]["text"]
    assert "The time in seconds for which the delivery" in asked.prompt


async def test_several_findings_are_one_request_and_no_more_than_a_few(server: ScriptedServer) -> None:
    text = "".join(f'resource "aws_s3_bucket" "b{n}" {{\n  bucket_prefx = "x"\n}}\n' for n in range(7))
    asked = await ask(server, {**SAID, "cause": "`b0` and `b4`."}, text=text, most=7)
    assert len(asked.bodies) == 1
    assert asked.prompt.count("error unsupported-argument") == 5
    assert "It was asked about the first findings, and not about the last 2." in asked.told


INVENTED = {
    "an argument": ("remedy", "Write `bucket_prefixes`."),
    "a type": ("cause", "It was an `aws_s3_bucket_prefix` once."),
    "a name without ticks": ("remedy", "Use aws_s3_bucket_prefix instead."),
    "a command": ("remedy", "Run `rm -rf node_modules`."),
    "a file": ("consequence", "`/etc/shadow` is read."),
    "a stand-in": ("cause", "`LINTEL-SECRET-7` is not known."),
}
TITLES = {"cause": "Why it is found", "consequence": "What would come of it", "remedy": "What to change"}


@pytest.mark.parametrize("what", INVENTED)
async def test_what_names_something_invented_is_left_out(server: ScriptedServer, what: str) -> None:
    part, words = INVENTED[what]
    told = (await ask(server, {**SAID, part: words})).told
    assert words not in told
    assert f"**{TITLES[part]}.**" not in told
    assert told.endswith(f"Left out, for naming what is nowhere in this text or its schema: “{TITLES[part]}”.")
    assert all(SAID[other] in told for other in SAID if other != part)


async def test_names_of_schemas_the_language_and_other_files_are_real(server: ScriptedServer) -> None:
    other = Document("file:///nowhere/other.tf", 'resource "aws_sqs_queue" "jobs" {\n}\n')
    words = (
        "See `acceleration_status`, `arn`, `jsonencode`, `depends_on`, `aws_sqs_queue.jobs` and `aws_sns_topic.news`."
    )
    told = (await ask(server, {**SAID, "remedy": words}, other)).told
    assert words in told


async def test_names_of_files_that_no_model_may_see_are_none(server: ScriptedServer) -> None:
    other = Document("file:///nowhere/left-out/other.tf", 'variable "quiet_one" {\n}\n')
    answer = {**SAID, "remedy": "Use `quiet_one`."}
    asked = await ask(server, answer, other, exclude=("left-out",))
    assert "quiet_one" not in asked.prompt
    assert "quiet_one" not in asked.told


async def test_what_is_in_a_file_that_no_model_may_see_is_explained_by_none(server: ScriptedServer) -> None:
    asked = await ask(server, SAID, exclude=("main.tf",))
    assert asked.bodies == []
    assert "This is in a file that no model may see (lintel.exclude)." in asked.told


async def test_what_is_known_is_worked_out_of_what_may_be_seen(server: ScriptedServer) -> None:
    text = 'output "o" {\n  value = var.quiet_on\n}\n'
    shown = Document("file:///nowhere/other.tf", 'variable "quiet_one" {\n}\n')
    hidden = Document("file:///nowhere/left-out/other.tf", shown.text)
    assert "Declared in this module: `var.quiet_one`." in (await ask(server, SAID, shown, text=text)).prompt
    left_out = await ask(server, SAID, hidden, text=text, exclude=("left-out",))
    assert "Nothing of that kind is declared in this module." in left_out.prompt


async def test_a_secret_that_is_quoted_and_cut_is_in_no_request(server: ScriptedServer) -> None:
    secret = "ghp_" + "x9A4zQ7b" * 4 + "Qr5t"
    text = f'variable "late" {{\n  default = "{"so it is said " * 4} {secret}"\n}}\n'  # of which hover shows a part
    text = f'resource "aws_sqs_queue" "jobs" {{\n  delay_seconds = var.late\n}}\n\n{text}'
    asked = await ask(server, SAID, text=text, at="late")
    assert "Default: `" in asked.prompt
    assert secret[:12] not in asked.prompt


async def test_secrets_come_back_covered(server: ScriptedServer) -> None:
    text = MODULE.replace('bucket_prefx = "x"', 'bucket_prefx = "hunter2x9Q"')
    said = {**SAID, "cause": "`LINTEL-SECRET-1` stands here.", "remedy": "Take LINTEL-SECRET-1 and hunter2x9Q out."}
    asked = await ask(server, said, text=text)
    assert "LINTEL-SECRET-1" in asked.prompt
    assert "**Why it is found.** `(a secret)` stands here." in asked.told
    assert "**What to change.** Take (a secret) and (a secret) out." in asked.told


async def test_what_is_said_at_length_is_cut(server: ScriptedServer) -> None:
    told = (await ask(server, {**SAID, "cause": "word " * 2_000})).told
    assert len(told) < 1_200
    assert "word …\n" in told


ANSWERS = {
    "words around it": Step(text=f"Here you are:\n{json.dumps(SAID)}\nAnything else?"),
    "a fence around it": Step(text=f"```json\n{json.dumps(SAID)}\n```"),
    "more than was asked for": Step(answer={**SAID, "edits": [{"region": "x", "new_text": "y"}]}),
}


@pytest.mark.parametrize("what", ANSWERS)
async def test_an_answer_is_found_among_words(server: ScriptedServer, what: str) -> None:
    told = (await ask(server, ANSWERS[what])).told
    assert SAID["remedy"] in told
    assert "edits" not in told


FAILED = {
    "words alone": (Step(text="It looks good to me."), "The answer could not be read."),
    "another form": (Step(answer={"cause": ["x"], "consequence": "", "remedy": ""}), "The answer could not be read."),
    "a part too few": (Step(answer={"cause": "x"}), "The answer could not be read."),
    "no key": (Step(status=401, message="invalid x-api-key"), "does not accept the API key (401): invalid x-api-key."),
    "overloaded": (Step(status=529), "is overloaded (529). Try again in a minute."),
}


@pytest.mark.parametrize("what", FAILED)
async def test_a_failure_is_a_sentence_in_the_same_place(server: ScriptedServer, what: str) -> None:
    step, says = FAILED[what]
    told = (await ask(server, step)).told
    assert told.startswith("## In this text\n\nNo model tells more: ")
    assert told.endswith(says)
    assert len(told.splitlines()) == 3


async def test_that_there_is_nothing_to_say_is_said(server: ScriptedServer) -> None:
    told = (await ask(server, dict.fromkeys(SAID, " "))).told
    assert told.endswith("It has nothing to say of this.")


async def test_a_request_is_within_the_budget_of_a_run(server: ScriptedServer) -> None:
    asked = await ask(server, SAID, max_tokens=1_000)
    assert not any("stream" in body for body in asked.bodies)
    assert "No model tells more: The next request would cost about" in asked.told
    asked = await ask(server, SAID, max_cost=0.000_001)
    assert not any("stream" in body for body in asked.bodies)
    assert "and $0.000 are left" in asked.told


async def test_a_request_is_within_the_limit_of_the_day_and_counted(server: ScriptedServer) -> None:
    spent = Spending().today().requests
    await ask(server, SAID)
    assert Spending().today().requests == spent + 1
    asked = await ask(server, SAID, daily_tokens=1)
    assert asked.bodies == []
    assert "The limit of 1 tokens a day (lintel.model.dailyTokens) is reached" in asked.told


@pytest.mark.parametrize(
    ("options", "asks"),
    [
        ({}, True),
        ({"explain": False}, False),
        ({"provider": "offline"}, False),
        ({"provider": "none"}, False),
        ({"provider": "editor"}, True),
    ],
    ids=str,
)
async def test_a_model_is_asked_where_there_is_one_and_it_is_wished(options: dict[str, Any], asks: bool) -> None:
    model = ModelSettings(**{"provider": "anthropic", **options})
    engine = build_engine(Settings(linters=("terraform-check",), model=model), key="k")
    assert (engine.explainer is not None) is asks
    if not asks:
        assert await interpreted(engine, Unit((Document("file:///nowhere/main.tf", MODULE),))) == ""
    await engine.close()
