"""What is recovered from CloudFormation's schemas: what it tells, how it is matched, and that it never judges."""

import sys
from pathlib import Path

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.terraform import recovered
from lsp_server.dialects.terraform.bundles import bundled, open_bundle
from lsp_server.dialects.terraform.parse import parse
from lsp_server.dialects.terraform.recovered import NOTHING, PATH, of_type, pack, place, types
from lsp_server.dialects.terraform.tree import Block
from lsp_server.linters.terraform_check import TerraformCheck

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

import build_recovered


@pytest.mark.parametrize(
    ("resource_type", "path", "word", "replaces"),
    [
        ("aws_lambda_function", ("package_type",), "Image", True),
        ("aws_lambda_function", ("tracing_config", "mode"), "PassThrough", False),
        ("aws_ecs_service", ("launch_type",), "FARGATE", False),
        ("aws_cloudwatch_metric_alarm", ("treat_missing_data",), "notBreaching", False),
        ("aws_subnet", ("cidr_block",), "", True),
        ("aws_s3_bucket", ("bucket",), "", True),
        ("aws_sqs_queue", ("name",), "", True),
        ("aws_sqs_queue", ("delay_seconds",), "", False),
    ],
)
def test_what_is_told(resource_type, path, word, replaces):
    told = recovered.recovered(resource_type, path)
    assert told.replaces is replaces
    assert word in told.words if word else not told.words


def test_the_arguments_of_which_the_words_are_known():
    told = {(n, path.rpartition(PATH)[2]) for n in types() for path, its in of_type(n).items() if its.words}
    assert set(recovered.worded()) == told


def test_nothing_is_told_of_what_is_not_known():
    assert recovered.recovered("aws_no_such_thing", ("x",)) is NOTHING
    assert recovered.recovered("aws_subnet", ("no", "such")) is NOTHING


def test_every_argument_is_one_of_the_providers():
    """Settable, and of a type that its words fit."""
    bundles = [open_bundle(path) for path in bundled() if path.name.startswith("aws-")]
    for name in types():
        blocks = [block for bundle in bundles if (block := bundle.resource(name)) is not None]
        assert blocks
        for path, its in of_type(name).items():
            *around, last = path.split(PATH)
            found = [attribute for block in blocks if (attribute := argument(block, around, last)) is not None]
            assert any(attribute.settable for attribute in found)
            assert not its.words or all(attribute.type.innermost.kind == "string" for attribute in found)


def argument(block, around, last):
    for step in around:
        nested = block.blocks.get(step)
        if nested is None:
            return None
        block = nested.block
    return block.attributes.get(last)


def test_a_file_tells_what_was_packed(tmp_path, monkeypatch):
    path = tmp_path / "some.recovered"
    monkeypatch.setattr(recovered, "_FILE", path)
    for cached in (recovered._lines, of_type):
        monkeypatch.setattr(recovered, cached.__name__, cached.__wrapped__)
    path.write_bytes(pack({"aws_x": {"a/b": (("y", "z"), False), "c": ((), True)}, "aws_w": {"d": (("v",), True)}}))
    assert recovered.of_type("aws_x") == {"a/b": (("y", "z"), False), "c": ((), True)}
    assert recovered.of_type("aws_w") == {"d": (("v",), True)}
    path.write_bytes(b"no xz")
    assert recovered.of_type("aws_x") == {}
    path.unlink()
    assert recovered.of_type("aws_x") == {}


def test_the_path_of_an_argument_in_a_dynamic_block_is_that_of_another():
    text = 'resource "a" "b" {\n  dynamic "c" {\n    content {\n      d {\n        e = 1\n      }\n    }\n  }\n}\n'
    path: tuple[Block, ...] = parse(text).path_at(text.index("e ="))
    assert place(path, "e") == ("c", "d", "e")


async def test_it_never_judges(monkeypatch):
    """Words that are told to be wrong are nobody's error: with and without it the same is found."""
    text = "".join(nonsense(name, number) for number, name in enumerate(types()))
    unit = Unit((Document("untitled:/m/main.tf", text),))
    told = await TerraformCheck().lint(unit)
    monkeypatch.setattr(recovered, "recovered", lambda *_: NOTHING)
    monkeypatch.setattr(recovered, "of_type", lambda *_: {})
    later = Unit((Document("untitled:/n/main.tf", text + "\n"),))
    untold = await TerraformCheck().lint(later)
    assert [(d.span, d.code, d.severity) for d in told.diagnostics] == [
        (d.span, d.code, d.severity) for d in untold.diagnostics
    ]
    assert not [d for d in told.diagnostics if "nonsense" in d.message]
    assert told.diagnostics  # required arguments are missing: it was judged


def nonsense(name, number):
    """A resource of which every argument at its top has a word that nothing takes."""
    arguments = "".join(
        f'  {path} = "nonsense"\n' for path, its in of_type(name).items() if its.words and PATH not in path
    )
    return f'resource "{name}" "a{number}" {{\n{arguments}}}\n'


def newest():
    return open_bundle([path for path in bundled() if path.name.startswith("aws-")][-1])


@pytest.mark.parametrize(
    ("name", "plain"),
    [("CidrIPs", "cidr_ips"), ("KMSKeyId", "kms_key_id"), ("DBInstanceClass", "db_instance_class"), ("Name", "name")],
)
def test_names_as_terraform_writes_them(name, plain):
    assert build_recovered.snake(name) == plain


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("aws_lambda_function", "AWS::Lambda::Function", True),
        ("aws_subnet", "AWS::EC2::Subnet", True),
        ("aws_instance", "AWS::Connect::Instance", False),
        ("aws_db_instance", "AWS::SSO::Instance", False),
    ],
)
def test_types_are_matched_where_their_properties_agree(ours, theirs, same):
    block, schema = newest().resource(ours), schemas().get(theirs)
    assert block is not None
    assert schema is not None
    assert (build_recovered.agreement(ours, block, schema) >= build_recovered._ENOUGH) is same


def test_what_is_built_of_a_type_is_what_ships():
    block, schema = newest().resource("aws_ecr_repository"), schemas().get("AWS::ECR::Repository")
    built = {at: (words, replaces) for at, words, replaces in build_recovered.told("aws_ecr_repository", block, schema)}
    assert {at: its for at, its in built.items() if any(its)} == of_type("aws_ecr_repository")
