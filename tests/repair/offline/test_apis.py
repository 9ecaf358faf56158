"""APIs: which requests are spoken of, and that all is written that these need to be answered."""

import re
from collections import Counter

import pytest
from cfnlint.api import lint

from lsp_server.dialects.base import Language
from lsp_server.linters.terraform_validate import TerraformValidate
from lsp_server.repair.offline.routes import routes_said, stage_said
from lsp_server.repair.offline.words import Words
from tests.repair.offline.test_offline import needs_terraform, task, written

CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM


@pytest.mark.parametrize(
    ("said", "routes"),
    [
        ("a GET method on /items", ["GET /items"]),
        ("GET and POST on /items and DELETE on /items/{id}", ["GET /items", "POST /items", "DELETE /items/{id}"]),
        ("/items with GET and POST, and /users with GET", ["GET /items", "POST /items", "GET /users"]),
        ("GET on /a and /b", ["GET /a", "GET /b"]),
        ("`/items` and `/users`", ["ANY /items", "ANY /users"]),
        ("a **POST** endpoint to add, and a **GET** endpoint to read", ["POST /", "GET /"]),
        ("GET /items, GET /items", ["GET /items"]),
        ("files of s3://bucket/items and https://x.org/items, at src/items or data/items.json", []),
        ("get the post", []),
        ("", []),
    ],
)
def test_the_requests_that_are_said(said: str, routes: list[str]) -> None:
    assert [f"{route.method} {route.written}" for route in routes_said(Words(said))] == routes


@pytest.mark.parametrize(
    ("said", "stage"), [("a dev stage", "dev"), ('a stage named "blue"', "blue"), ("a stage", "prod"), ("", "prod")]
)
def test_the_stage_that_is_said(said: str, stage: str) -> None:
    assert stage_said(Words(said), "prod") == stage


CASES = [
    (
        "a REST API with GET and POST on /items and DELETE on /items/{id} backed by a Lambda",
        "rest_api resource*2 method*3 integration*3 deployment stage",
        "RestApi Resource*2 Method*3 Deployment",
    ),
    (
        "an API Gateway in front of a Lambda function",
        "rest_api resource method integration deployment stage",
        "RestApi Resource Method Deployment",
    ),
    ("a REST API with a GET method on /health", "rest_api resource method integration deployment stage", ""),
    (
        "an HTTP API with GET /items and POST /items, and a Lambda",
        "api integration route*2 stage",
        "Api Integration Route*2 Stage",
    ),
    ("an HTTP API for a Lambda function", "api integration route stage", "Api Integration Route Stage"),
    ("a serverless API with a Lambda function", "api integration route stage", "Api Integration Route Stage"),
    (
        "a REST API with a dev stage for a Lambda function",
        "rest_api resource method integration deployment stage",
        "RestApi Resource Method Deployment Stage",
    ),
    ("a REST API", "rest_api", "RestApi"),
    ("an HTTP API", "api", "Api"),
    (
        "a REST API, an API Gateway resource, an API Gateway method, a Lambda permission and a Lambda function",
        "rest_api resource method integration deployment stage",
        "RestApi Resource Method Deployment",
    ),
]


def counted(told: str) -> Counter[str]:
    return Counter({name: int(number or 1) for name, _, number in (one.partition("*") for one in told.split())})


@pytest.mark.parametrize(("intent", "parts"), [(case[0], case[2]) for case in CASES if case[2]])
async def test_what_a_template_gets(intent: str, parts: str) -> None:
    text, _ = await written(intent, CLOUDFORMATION)
    assert Counter(re.findall(r"Type: AWS::ApiGateway(?:V2)?::(\w+)", text)) == counted(parts)
    assert ("AWS::Lambda::Permission" in text) is ("Lambda" in intent)
    assert [str(match) for match in lint(text)] == []


@needs_terraform
async def test_what_a_module_gets() -> None:
    linter, wrong = TerraformValidate("terraform"), []
    for intent, parts, _ in CASES:
        text, _ = await written(intent, TERRAFORM)
        found = re.findall(r'^resource "aws_api(?:_gateway_|gatewayv2_)(\w+)"', text, re.MULTILINE)
        assert Counter(found) == counted(parts), intent
        assert ("aws_lambda_permission" in text) is ("Lambda" in intent)
        result = await linter.lint(task("", TERRAFORM, text).unit)
        wrong += [*(d.message for d in result.diagnostics), *filter(None, [result.not_run])]
    await linter.close()
    assert wrong == []


async def test_what_no_function_answers_is_told() -> None:
    _, proposal = await written("a REST API with a GET method on /health", TERRAFORM)
    assert "answers by itself (MOCK)" in proposal.note
