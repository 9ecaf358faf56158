"""Which types an intent is about: the best first, with what goes with them, and nothing raises whatever is said."""

import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.terraform.bundles import bundled, open_bundle
from lsp_server.repair.offline.words import Words
from lsp_server.repair.search import known
from lsp_server.repair.search.known import Known, companions, known_types, pack
from lsp_server.repair.search.ranking import MOST, candidates, standing_out
from lsp_server.repair.search.terms import name_terms, terms_of

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from build_type_search import Beside, Told, _relative, described
from pulumi_examples import Example, Use, place, read_example

CASES = msgspec.yaml.decode((Path(__file__).parent / "intents.yaml").read_bytes())
CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM
PIECES = ["role", "policy", "table", "of", "the", "S3", "EC2", "_", "::", "DB"]
NAMES = {CLOUDFORMATION: "t.yaml", TERRAFORM: "main.tf"}


def unit(language, text=""):
    return Unit((Document(f"file:///project/{NAMES[language]}", text),))


def found(intent, language, text=""):
    return [one.type for one in candidates(intent, unit(language, text), language)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["intent"])
def test_what_an_intent_is_about(case):
    types = found(case["intent"], Language(case["language"]), case.get("before", ""))
    first = case.get("first", [])
    assert types[: len(first)] == first
    assert set(case.get("among", [])) <= {*types}
    assert len(types) == len({*types}) <= MOST


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("intent", ["", "🪣", "\x00", "a " * 5000])
def test_where_nothing_is_said_nothing_is_found_by_name(intent, language):
    assert not any(one.named for one in candidates(intent, unit(language), language))


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_words_are_ranked_the_same_each_time(intent):
    for language in Language:
        best = candidates(intent, unit(language), language)
        assert best == candidates(intent, unit(language), language)
        order = [(not one.named, -one.score) for one in best]
        assert order == sorted(order)


@pytest.mark.parametrize(
    ("intent", "language", "expected", "left"),
    [
        ("a budget of 100 dollars for costs", TERRAFORM, [("aws_budgets_budget", 1)], "100"),
        ("a budget of 100 dollars for costs", CLOUDFORMATION, [("AWS::Budgets::Budget", 1)], "100"),
        ("a search domain", TERRAFORM, [], "domain"),  # of which there are several
        ("please help", TERRAFORM, [], "help"),
        ("an S3 bucket", TERRAFORM, [], ""),  # which is named
    ],
)
def test_the_one_type_that_stands_out(intent, language, expected, left):
    words = Words(intent)
    assert standing_out(words, unit(language), language) == expected
    assert left in " ".join(words.left())
    assert not expected or "budget" not in words.left()


# -- terms -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "known", "expected"),
    [
        (["DynamoDB"], (), [(0, "dynamodb"), (0, "dynamo"), (0, "db")]),
        (["Secrets", "Manager"], {"secretsmanager"}, [(0, "secret"), (0, "secretsmanager"), (1, "manager")]),
        (["Secrets", "Manager"], (), [(0, "secret"), (1, "manager")]),
        ([], (), []),
    ],
)
def test_terms(words, known, expected):
    assert list(terms_of(words, known)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("aws_db_subnet_group", ("db", "subnet", "group")),
        ("AWS::DynamoDB::Table", ("dynamodb", "tabl")),
        ("AWS::EC2::NatGateway", ("ec2", "nat", "gateway")),
        ("Alexa::ASK::Skill", ("ask", "skill")),
        ("aws", ()),
        ("::", ("",)),
    ],
)
def test_terms_of_a_name(name, expected):
    assert name_terms(name) == expected


# -- what is shipped ---------------------------------------------------------------------------------------------------


def test_a_file_tells_what_was_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(known, "FOLDER", tmp_path)
    types = {"aws_b": Known(0, (), {}), "aws_a": Known(3, ("two", "words"), {"aws_b": 40})}
    (tmp_path / "aws.types").write_bytes(pack(types))
    assert known_types(["aws_a", "aws_b", "aws_c", "other_d"], TERRAFORM) == types


def test_a_file_that_cannot_be_read_tells_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(known, "FOLDER", tmp_path)
    (tmp_path / "aws.types").write_bytes(b"broken")
    assert known_types(["aws_a"], TERRAFORM) == {}


def test_all_companions_are_types_that_there_are():
    terraform = {name for path in bundled() for name in open_bundle(path).resource_types}
    for language, types in ((TERRAFORM, terraform), (CLOUDFORMATION, {*schemas().types})):
        for name, its in companions(language).items():
            named = (*its.always, *its.often, *its.sometimes)
            assert {name, *named} <= types, name
            assert len(named) == len({*named}), name
            assert name not in named


@pytest.mark.parametrize("path", sorted(known.FOLDER.glob("*.types")), ids=lambda path: path.stem)
def test_each_shipped_file_can_be_read_and_is_small(path):
    assert path.stat().st_size < 100_000
    provider = path.name.removesuffix(known.SUFFIX)
    language = CLOUDFORMATION if provider == "cloudformation" else TERRAFORM
    types = schemas().types if language is CLOUDFORMATION else newest(provider).resource_types
    told = known_types(types, language)
    assert len(told) > len(types) / 2
    assert all(0 < share <= 100 for one in told.values() for share in one.beside.values())


def newest(provider):
    return [b for b in map(open_bundle, bundled()) if b.meta.provider == provider][-1]


# -- how it is built ---------------------------------------------------------------------------------------------------

CODE = """\
import pulumi_aws as aws

role = aws.iam.Role("r", name="x")
made = aws.lambda_.Function("f",
    role=role.arn,
    vpc_config={"subnet_ids": [example_aws_subnet["id"]]},
    opts = pulumi.ResourceOptions(depends_on=[role]))
other.iam.Role("no")
"""
TYPES = {("iam", "Role"): "aws_iam_role", ("lambda", "Function"): "aws_lambda_function"}


def test_an_example_tells_what_stands_beside_what():
    read = read_example(
        CODE,
        "aws",
        lambda module, name: TYPES.get((module, name), ""),
        lambda name: name[name.index("aws_") :] if "aws_" in name else "",
    )
    function = "aws_lambda_function"
    assert read.types == {"aws_iam_role", function, "aws_subnet"}
    assert read.uses == [Use(function, "role", "aws_iam_role"), Use(function, "subnet_ids", "aws_subnet")]
    assert read_example("no (python", "aws", lambda *_: "", lambda _: "") is None
    assert place("aws:lambda/function:Function") == ("lambda", "Function")


def test_what_an_argument_refers_to_is_taken_from_the_examples_where_it_is_nearly_always_the_same():
    uses = [Use("a", "role_arn", "aws_iam_role")] * 4 + [Use("a", "role_arn", "aws_iam_user")]
    uses += [Use("a", "bucket", "aws_s3_bucket")] * 2  # too few
    uses += [Use("a", "type", "aws_customer_gateway")] * 5  # has nothing to do with it
    uses += [Use("a", "table_name", "aws_dynamodb_table"), Use("a", "table_name", "aws_glue_catalog_table")] * 3
    assert Told(examples=[Example(uses=uses)]).arguments() == {"role_arn": "aws_iam_role"}


def test_shares_are_of_the_examples_and_of_what_must_be_referred_to():
    beside = Beside([{"a", "b"}] * 6 + [{"a"}] * 10 + [{"c", "d"}])
    assert beside.shares("a", {}) == {"b": 30}
    assert beside.shares("b", {"a": True, "e": False}) == {"a": 98, "e": 20}
    assert beside.shares("c", {"c": True}) == {"d": 20}


@pytest.mark.parametrize(
    ("name", "argument", "expected"),
    [
        ("aws_dynamodb_tag", "table_name", "aws_dynamodb_table"),
        ("aws_dynamodb_table", "table_name", ""),
        ("aws_dynamodb_tag", "table", ""),
        ("aws_glue_table", "table_name", ""),
    ],
)
def test_an_argument_called_after_a_type_of_the_family_refers_to_it(name, argument, expected):
    assert _relative(name, argument, {"aws_dynamodb_table", "aws_dynamodb_tag", "aws_glue_table"}) == expected


def test_a_text_is_kept_as_its_words():
    assert described("Manages the [S3 buckets](https://x.y/z) of a Bucket, see https://a.b") == (
        "Manages",
        "S3",
        "buckets",
        "see",
    )
