"""The real terraform, on texts that are not on disk, with no init and no network."""

import asyncio
import os
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform.bundle_writer import pack
from lsp_server.dialects.terraform.bundles import Bundle, ProviderMeta
from lsp_server.dialects.terraform.parse import parse
from lsp_server.dialects.terraform.schema import AttributeSchema, BlockSchema, Choice, NestedBlock, ProviderSchemas
from lsp_server.dialects.terraform.types import BOOL, NUMBER, STRING, Type
from lsp_server.linters import schema_provider
from lsp_server.linters.terraform_copy import Rewritten
from lsp_server.linters.terraform_uses import names_accessed
from lsp_server.linters.terraform_validate import TerraformValidate

SHELF = BlockSchema(
    {
        "id": AttributeSchema(STRING, computed=True),
        "name": AttributeSchema(STRING, required=True),
        "note": AttributeSchema(STRING, optional=True),
        "sturdy": AttributeSchema(BOOL, optional=True),
        "colours": AttributeSchema(Type("set", STRING), optional=True),
    },
    {"board": NestedBlock("list", BlockSchema({"width": AttributeSchema(NUMBER, required=True)}), max=1)},
)
GATE = BlockSchema(
    {"name": AttributeSchema(STRING, required=True)},
    {"rule": NestedBlock("set", BlockSchema({}, {"statement": NestedBlock("list", BlockSchema(opaque=True), min=1)}))},
)
OLD_SHELF = BlockSchema(
    {
        "name": AttributeSchema(STRING, required=True),
        "depth": AttributeSchema(NUMBER, optional=True),
        "keeper": AttributeSchema(STRING, required=True),
    },
)
CONFIG = BlockSchema({"region": AttributeSchema(STRING, optional=True)})


def bundle(version, **resources):
    meta = ProviderMeta("aws", version, "registry.terraform.io/hashicorp/aws", "", "")
    return Bundle(pack(meta, CONFIG, resources, {}))


NEW, OLD = bundle("2.0.0", aws_shelf=SHELF, aws_gate=GATE), bundle("1.0.0", aws_shelf=OLD_SHELF)
EXACT = Choice(NEW, exact=True)
real = pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")


def linter(choice=EXACT, **options):
    return TerraformValidate(schemas=lambda module: ProviderSchemas((("aws", choice),)), **options)


def unit(folder="/no/such/folder", **files):
    name = next(iter(files), None)
    assert name
    return Unit(tuple(Document(f"file://{folder}/{n.replace('_tf', '.tf')}", text) for n, text in files.items()))


async def judge(folder="/no/such/folder", choice=EXACT, **files):
    module = unit(folder, **files)
    result = await linter(choice).lint(module)
    assert not result.not_run
    return result, [(d.code, module[d.uri].slice(d.span)) for d in result.diagnostics]


@real
async def test_spans_are_code_points_in_the_document_they_are_in():
    _, found = await judge(
        main_tf='resource "aws_shelf" "a" {\n  name = "é👩‍👩‍👧" # 🌲\n  notte = 1\n}\n',
        other_tf='\ufeffresource "aws_shelf" "b" {\r\n  name = "👍🏽${var.nope}"\r\n}\r\n',
    )
    assert sorted(found) == [("undeclared-reference", "var.nope"), ("unsupported-argument", "notte")]


@real
async def test_facts_for_fixers_and_merges():
    result, _ = await judge(main_tf='resource "aws_shelf" "a" {\n  notte = 1\n}\n')
    by_code = {d.code: d for d in result.diagnostics}
    assert by_code["unsupported-argument"].data["name"] == "notte"
    assert by_code["missing-required-argument"].data["name"] == "name"
    assert by_code["unsupported-argument"].data["mistake"][1:] == (1, "unsupported-argument", "notte")


@real
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('resource "aws_shelf" "a" {\n  name = "x\n}\n', None),
        ('resource "aws_shelf" "a" {\n  name = \n}\n', None),
        ('resource "aws_shelf" "a" {\n  name = "x"\n', None),
        ('resource "aws_shelf" "a" {\n  name = "x"\n  board = { width = 1 }\n}\n', "block-as-argument"),
        ('resource "aws_shelf" "a" {\n  name = "x"\n  colours = "red"\n}\n', "wrong-type"),
        ('resource "aws_shelv" "a" {\n}\n', "unknown-resource-type"),
        ('output "o" {\n  value = aws_shelf.a.id\n}\n', "undeclared-reference"),
        ('output "o" {\n  value = file("absent.txt")\n}\n', "missing-file"),
        ('data "aws_shelf" "a" {\n}\n', "unknown-data-source"),
        ('resource "aws_shelf" "a" {\n  name = "x"\n  note {\n  }\n}\n', "argument-as-block"),
    ],
)
async def test_what_is_wrong_is_found(text, code):
    result, found = await judge(main_tf=text)
    assert found
    if code:
        assert found[0][0] == code
    assert all(d.syntax for d in result.diagnostics) == (code is None)


@real
async def test_nothing_is_written_beside_the_users_files_and_relative_paths_resolve(tmp_path):
    module = tmp_path / "stacks" / "one"
    module.mkdir(parents=True)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "note.txt").write_text("x")
    (module / "body.tpl").write_text("${name}")
    (module / "main.tf").write_text("this is not what the editor shows")
    (module / "variables.tf").write_text('variable "on_disk" {}\n')
    before = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*"))
    _, found = await judge(
        str(module),
        main_tf="""
        resource "aws_shelf" "a" {
          name = file("${path.module}/../../shared/note.txt")
          note = templatefile("body.tpl", { name = var.on_disk })
        }
        resource "aws_shelf" "b" {
          name = file("../../shared/absent.txt")
        }
        """,
    )
    assert len(found) == 1
    assert "absent.txt" in found[0][1]
    assert sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*")) == before


@real
async def test_child_modules_are_judged_by_their_variables_and_outputs(tmp_path):
    for place in ("child", ".terraform/modules/fetched"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "main.tf").write_text(
            'variable "size" {\n  type = number\n}\nresource "other_thing" "x" {}\n'
            'output "id" {\n  value = other_thing.x.id\n}\n'
        )
    (tmp_path / ".terraform/modules/modules.json").write_text(
        '{"Modules":[{"Key":"","Dir":"."},{"Key":"fetched","Dir":".terraform/modules/fetched"}]}'
    )
    result, found = await judge(
        str(tmp_path),
        main_tf="""
        module "near" {
          source = "./child"
          sise   = 1
        }
        module "fetched" {
          source  = "terraform-aws-modules/vpc/aws"
          version = "~> 5.0"
          size    = 1
        }
        module "absent" {
          source    = "git::https://example.com/x.git"
          anything  = 1
          providers = { aws = aws.other }
        }
        output "o" {
          value = [module.near.idd, module.absent.whatever[0].name, module.fetched.id]
        }
        """,
    )
    assert sorted(code for code, _ in found) == ["missing-required-argument", "unsupported-argument"]
    assert result.notes == ('module "absent" is not installed: what goes into it and comes out was not checked',)


@real
async def test_backend_cloud_and_versions_do_not_stop_it():
    _, found = await judge(
        main_tf="""terraform {
          required_version = ">= 99" # kept
          backend "s3" {
            bucket = "é"
          }
          required_providers {
            aws = {
              source  = "hashicorp/aws"
              version = "~> 99"
            }
          }
        }
        resource "aws_shelf" "a" {
          name = "é"
          nope = 1
        }
        """
    )
    assert found == [("unsupported-argument", "nope")]


@real
async def test_providers_without_a_schema_are_left_out_and_the_rest_is_judged():
    result, found = await judge(
        main_tf="""
        terraform {
          required_providers {
            dog = { source = "DataDog/datadog" }
          }
        }
        provider "dog" {
          key = "x"
        }
        resource "dog_watch" "w" {
          name = aws_shelf.a.idd
          at {
            hour = dog_watch.v.at.hour
          }
          dynamic "on" {
            for_each = [1]
            content {
              day = on.value
            }
          }
          lifecycle {
            ignore_changes = [name]
          }
        }
        resource "dog_watch" "v" {
          at { hour = 1 }
        }
        resource "aws_shelf" "a" {
          name  = data.dog_food.f.brand[0].name
          colour = 1
        }
        data "dog_food" "f" {}
        """
    )
    assert ("unsupported-argument", "colour") in found
    assert not [f for f in found if "dog" in f[1] or "hour" in f[1]]
    assert result.notes == (
        "no schema of registry.terraform.io/datadog/datadog is bundled: its blocks were not checked",
    )


@real
async def test_nothing_is_said_inside_an_opaque_block():
    _, found = await judge(
        main_tf="""
        resource "aws_gate" "g" {
          name = "g"
          rule {
            statement {
              nobody { knows = 1 }
            }
          }
        }
        """
    )
    assert found == []


@real
async def test_where_several_versions_fit_only_what_is_wrong_in_all_of_them_is_said():
    both = Choice(NEW, exact=True, others=(OLD,))
    text = 'resource "aws_shelf" "a" {\n  depth = 1\n  note = "x"\n  nope = 2\n}\n'
    _, found = await judge(choice=both, main_tf=text)
    assert sorted(code for code, _ in found) == ["missing-required-argument", "unsupported-argument"]
    assert "nope" in dict(found).values()


def test_what_terraform_needs_of_a_block_that_did_not_change_is_not_worked_out_again():
    block = 'resource "aws_shelf" "a" {\n  name = var.x.deep["key"]\n}\n'
    first, second = parse(block + "locals {\n}\n"), parse(block + "locals {\n  a = 1\n}\n")
    names = [names_accessed(tree.placed[0].piece) for tree in (first, second)]
    assert names[0] == {"x", "deep", "key"}
    assert names[0] is names[1]


@real
async def test_a_schema_is_sent_once(monkeypatch):
    asked, made = [], schema_provider.finder

    def finder(schema):
        find = made(schema)
        return lambda method: asked.append(method) or find(method)

    monkeypatch.setattr(schema_provider, "finder", finder)
    await judge(main_tf='provider "aws" {}\nresource "aws_shelf" "a" {\n  name = "x"\n}\n')
    assert [method.rpartition("/")[2] for method in asked].count("GetSchema") == 1
    assert any(method.endswith("ValidateResourceTypeConfig") for method in asked)


async def test_the_environment_of_the_program(tmp_path, monkeypatch):
    monkeypatch.setenv("TF_LOG", "trace")
    shown = "$GOGC $GOMEMLIMIT $TF_LOG $TF_INPUT $CHECKPOINT_DISABLE"
    told = f"""printf '{{"diagnostics":[{{"severity":"error","summary":"%s"}}]}}' "{shown}\""""
    judge = linter(program=script(tmp_path / "terraform", told))
    result = await judge.lint(unit(main_tf=""))
    gogc, memory, *rest = result.not_run.split()
    assert (gogc, rest) == ("400", ["0", "1"])
    long = (await judge.lint(unit(main_tf="# long\n" * 20_000))).not_run.split()
    assert int(memory) == 24 << 20  # little enough to be told from no limit at all
    assert int(long[1]) > 48 << 20  # one that a large module does not live beyond


async def test_without_a_program_it_says_so(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert (await linter().lint(unit(main_tf=""))).not_run == "terraform is not on PATH"
    assert (await linter(program="/no/tofu").lint(unit(main_tf=""))).not_run == "/no/tofu is not on PATH"


def script(path: Path, text: str) -> str:
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("echo 'Usage: terraform [--version]'; exit 1", "Usage: terraform [--version]"),
        ("exit 3", "terraform ended with status 3 and said nothing"),
        (
            """printf '{"diagnostics":[{"severity":"error","summary":"No disk","detail":"it is  full"}]}'""",
            "No disk: it is full",
        ),
        (
            """printf '{"diagnostics":[{"range":{"filename":"main.tf"}}]}'""",
            "terraform's output has another form than is known here (KeyError('start'))",
        ),
        (
            """printf '{"diagnostics":3}'""",
            "terraform's output has another form than is known here (TypeError(\"'int' object is not iterable\"))",
        ),
    ],
)
async def test_a_program_that_cannot_judge_is_not_taken_for_clean(tmp_path, text, reason):
    assert (await linter(program=script(tmp_path / "terraform", text)).lint(unit(main_tf=""))).not_run == reason


HANGS = 'exec 3>"$LINTEL_TEST_PIPE"\necho started >&3\nsleep 600 &\nwait\n'


@pytest.fixture
def hanging(tmp_path, monkeypatch):
    """A program that hangs and has started another; both hold the pipe open as long as they live."""
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv("LINTEL_TEST_PIPE", str(tmp_path / "pipe"))
    return script(tmp_path / "terraform", HANGS), tmp_path / "pipe"


async def test_one_that_hangs_is_ended_with_all_that_it_started(hanging):
    program, pipe = hanging
    reading = asyncio.create_task(asyncio.to_thread(pipe.read_text))  # ends when nobody holds the pipe any more
    result = await linter(program=program, seconds=0.5).lint(unit(main_tf=""))
    assert result.not_run == "terraform did not answer within 0.5 s and was ended"
    assert await reading == "started\n"


@pytest.mark.skipif(not shutil.which("setsid"), reason="setsid is not on PATH")
async def test_one_whose_child_left_the_group_is_not_waited_for(tmp_path):
    child = f'until test -e "{tmp_path}/end"; do sleep 0.1; done'
    program = script(tmp_path / "terraform", f"setsid sh -c '{child}' &\nexec sleep 600\n")
    judging = asyncio.create_task(linter(program=program, seconds=1).lint(unit(main_tf="")))
    try:
        result = await asyncio.wait_for(judging, 60)
    finally:
        (tmp_path / "end").touch()  # until then the child lives
    assert result.not_run == "terraform did not answer within 1 s and was ended"


async def test_a_cancelled_one_is_ended_at_once(hanging):
    program, pipe = hanging
    request = asyncio.create_task(linter(program=program).lint(unit(main_tf="")))
    opened = await asyncio.to_thread(pipe.open)
    with opened:
        assert await asyncio.to_thread(opened.readline) == "started\n"
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        assert await asyncio.to_thread(opened.read) == ""


async def test_one_that_is_cancelled_while_it_is_started_is_ended_with_all_that_it_started(hanging, monkeypatch):
    program, pipe = hanging
    create, created, go_on = asyncio.create_subprocess_exec, asyncio.Event(), asyncio.Event()

    async def slowly(*command, **options):
        process = await create(*command, **options)
        created.set()
        await go_on.wait()
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", slowly)
    request = asyncio.create_task(linter(program=program).lint(unit(main_tf="")))
    opened = await asyncio.to_thread(pipe.open)
    with opened:
        assert await asyncio.to_thread(opened.readline) == "started\n"
        await created.wait()
        request.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await request
        assert await asyncio.wait_for(asyncio.to_thread(opened.read), 60) == ""


@given(st.data())
def test_every_offset_of_a_copy_leads_back(data):
    text = data.draw(st.text(max_size=40))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    spans = [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    edits = tuple(Edit("u", span, data.draw(st.text(max_size=5))) for span in spans)
    copy = Rewritten(Document("u", text), edits)
    origins = [copy.origin(at) for at in range(len(copy.text) + 1)]
    assert origins == sorted(origins)
    for at, char in enumerate(copy.text):
        if not any(span.start <= origins[at] <= span.end for span in spans):
            assert text[origins[at]] == char
