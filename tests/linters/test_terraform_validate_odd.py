"""Modules as they are found on disks, and programs that are none: a clear verdict or none, and nothing is written."""

import asyncio
import os
import shutil
import tempfile
from dataclasses import replace

import pytest

from lsp_server.cli.workload import Workload
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.bundle_writer import pack
from lsp_server.dialects.terraform.bundles import Bundle, ProviderMeta
from lsp_server.dialects.terraform.schema import AttributeSchema, BlockSchema, Choice, ProviderSchemas
from lsp_server.dialects.terraform.types import STRING
from lsp_server.linters.terraform_validate import TerraformValidate
from lsp_server.sources import read_called

real = pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")
WRONG = 'output "wrong" {\n  value = var.nope\n}\n'
UNDECLARED = ("undeclared-reference", "var.nope")


class Known:
    """An engine as far as a workload asks one."""

    def dialect_of(self, document):
        return document and "terraform"


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def read(folder):
    """The module of a folder as the command line reads it."""
    (job,) = Workload(Known(), [str(folder)])
    return job.unit


def state(folder):
    return sorted(
        (p.relative_to(folder).as_posix(), p.lstat().st_mtime_ns, p.lstat().st_mode) for p in folder.rglob("*")
    )


async def judge(module, **options):
    result = await TerraformValidate(**options).lint(module)
    found = sorted((d.uri.rpartition("/")[2], d.code, module[d.uri].slice(d.span)) for d in result.diagnostics)
    return result, found


async def judged(folder):
    """What is found in the module of a folder, which stays as it was."""
    before = state(folder)
    result, found = await judge(read(folder))
    assert state(folder) == before
    assert result.not_run == ""
    return [(code, text) for _, code, text in found]


@real
async def test_a_module_of_very_many_files(tmp_path):
    files = {
        f"part_{n:03}.tf": f'variable "v{n}" {{}}\nlocals {{\n  l{n} = var.v{(n + 1) % 200}\n}}\n' for n in range(200)
    }
    write(tmp_path, files | {"part_117.tf": 'variable "v117" {}\n' + WRONG})
    assert await judged(tmp_path) == [UNDECLARED]


CALL = 'module "m" {{\n  source = "{}"\n  x      = 1\n  more   = 2\n}}\n'
TAKES = 'variable "x" {}\n'
CIRCLES = {
    "two that call each other": {"a/main.tf": CALL.format("../b"), "b/main.tf": TAKES + CALL.format("../a")},
    "one that calls itself": {"a/main.tf": TAKES + CALL.format("../a")},
    "one that calls itself as here": {"a/main.tf": TAKES + CALL.format("./")},
}


@real
@pytest.mark.parametrize("name", CIRCLES)
async def test_modules_that_call_in_a_circle(tmp_path, name):
    write(tmp_path, CIRCLES[name])
    assert await judged(tmp_path / "a") == [("unsupported-argument", "more")]


@real
@pytest.mark.parametrize("folder", ["root", "link"])
async def test_links_count_where_they_stand(tmp_path, folder):
    call, child = 'module "m" {\n  source = "./child"\n}\n', 'variable "x" {\n  default = 1\n}\n'
    write(tmp_path, {"root/main.tf": call, "shared/common.tf": WRONG, "children/one/main.tf": child})
    (tmp_path / "root/common.tf").symlink_to("../shared/common.tf")
    (tmp_path / "root/child").symlink_to("../children/one")
    (tmp_path / "link").symlink_to("root")
    assert await judged(tmp_path / folder) == [UNDECLARED]
    write(tmp_path, {"root/main.tf": call.replace("}", "  y = 1\n}")})
    assert await judged(tmp_path / folder) == [("unsupported-argument", "y")]


def test_the_files_of_a_called_module_that_is_a_link_are_in_the_folder_that_is_called(tmp_path):
    write(tmp_path, {"elsewhere/main.tf": "", "elsewhere/bad.tf": b"\xff"})
    (tmp_path / "root").mkdir()
    (tmp_path / "root/child").symlink_to("../elsewhere")
    main = Document((tmp_path / "root/main.tf").as_uri(), 'module "m" {\n  source = "./child"\n}\n')
    assert [d.uri for d in read_called([main])] == [
        (tmp_path / "root/child" / name).as_uri() for name in ("bad.tf", "main.tf")
    ]


@real
async def test_what_is_in_the_folder_and_is_no_file_does_not_matter(tmp_path):
    write(
        tmp_path, {"main.tf": WRONG, "data.tf/a.txt": "x", "b.tf": 'output "o" {\n  value = file("data.tf/a.txt")\n}\n'}
    )
    os.mkfifo(tmp_path / "pipe.tf")  # who reads it waits for ever
    os.mkfifo(tmp_path / "pipe.txt")
    assert await judged(tmp_path) == [UNDECLARED]


@real
async def test_a_file_that_terraform_cannot_read_is_named(tmp_path):
    write(tmp_path, {"main.tf": WRONG})
    (tmp_path / "gone.tf").symlink_to("/no/such/file")
    result, _ = await judge(read(tmp_path))
    assert "gone.tf" in result.not_run


@real
async def test_a_file_that_vanished_after_it_was_read_is_judged(tmp_path):
    module = read(write(tmp_path / "m", {"main.tf": WRONG}))
    shutil.rmtree(tmp_path / "m")
    result, found = await judge(module)
    assert (result.not_run, found) == ("", [("main.tf", *UNDECLARED)])


HEREDOCS = """locals {
  name  = "x"
  plain = <<EOT
a ${local.name} $${not} %%{not} "quotes" }
EOT
  indented = <<-EOT
    %{ if local.name != "" ~}
    é😀 ${upper("${local.name}-${lower("y")}")}
    %{ else ~}
    nothing
    %{ endif ~}
    %{ for k in ["a", "b"] ~}
      ${k}
    %{ endfor ~}
  EOT
  bad = <<-EOT
    é😀 ${var.nope}
  EOT
}
"""


@real
@pytest.mark.parametrize("change", ["plain", "crlf", "bom", "crlf and bom", "tabs"])
async def test_heredocs_in_every_encoding(tmp_path, change):
    text = HEREDOCS.replace("    ", "\t") if change == "tabs" else HEREDOCS
    text = text.replace("\n", "\r\n") if "crlf" in change else text
    write(tmp_path, {"main.tf": ("\ufeff" if "bom" in change else "") + text})
    assert await judged(tmp_path) == [UNDECLARED]


LOCKS = {
    "of a version that nobody has": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "99.0.0"\n}\n',
    "that is cut off": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = ',
    "that is no lock file": "\x00 {{{ <<EOT",
    "without a version": 'provider "registry.terraform.io/hashicorp/aws" {\n  hashes = []\n}\n',
    "of what is no version": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "newest"\n}\n',
}


@real
@pytest.mark.parametrize("name", LOCKS)
async def test_a_lock_file(tmp_path, name):
    module = read(
        write(tmp_path, {"main.tf": 'resource "aws_vpc" "v" {\n  nope = 1\n}\n', ".terraform.lock.hcl": LOCKS[name]})
    )
    module = replace(module, beside=(Document((tmp_path / ".terraform.lock.hcl").as_uri(), LOCKS[name]),))
    result, found = await judge(module)
    assert (result.not_run, found) == ("", [("main.tf", "unsupported-argument", "nope")])


def damaged(where):
    meta = ProviderMeta("aws", "1.0.0", "registry.terraform.io/hashicorp/aws", "", "")
    shelf = BlockSchema({"name": AttributeSchema(STRING, required=True)})
    packed = bytearray(pack(meta, BlockSchema(), {"aws_shelf": shelf, "aws_case": shelf}, {}))
    at = packed.index(b"\n", packed.index(b"\n") + 1) + 1 if where == "head" else -1
    packed[at] ^= 0xFF
    return Bundle(bytes(packed))


@real
@pytest.mark.parametrize("where", ["head", "records"])
async def test_nothing_is_wrong_by_a_damaged_schema(where):
    schemas = ProviderSchemas((("aws", Choice(damaged(where), exact=True)),))
    text = 'provider "aws" {\n  region = "x"\n}\nresource "aws_shelf" "s" {\n  nam = 1\n}\n' + WRONG
    module = Unit((Document("file:///no/such/folder/main.tf", text),))
    result, found = await judge(module, schemas=lambda module: schemas)
    assert (result.not_run, found) == ("", [("main.tf", *UNDECLARED)])


MODULE = Unit((Document("file:///no/such/folder/main.tf", WRONG),))


def program(path, text):
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("#!/bin/sh\nkill -SEGV $$\n", "terraform was killed by SIGSEGV and said nothing"),
        ("#!/bin/sh\nprintf '\\377\\376\\000'; exit 1\n", "\ufffd\ufffd\0"),
        ("#!/bin/sh\necho 'panic: runtime error' >&2; exit 2\n", "panic: runtime error"),
        (
            "#!/bin/sh\necho 'flag provided but not defined: -json' >&2; exit 1\n",
            "flag provided but not defined: -json",
        ),
        ("#!/bin/sh\necho '[]'\n", "[]"),
        ("#!/bin/sh\necho null\n", "null"),
        ("#!/bin/sh\nprintf '{\"diagnostics\": [null]}'\n", "terraform's output has another form than is known here"),
        ("#!/no/such/interpreter\n", "cannot be started"),
        ("\x00\x01\x02", "cannot be started: Exec format error"),
    ],
)
async def test_a_program_that_cannot_judge_says_why(tmp_path, text, reason):
    result, _ = await judge(MODULE, program=program(tmp_path / "terraform", text))
    assert reason in result.not_run
    assert result.diagnostics == ()


async def test_what_is_no_program_is_not_looked_for_on_the_path(tmp_path):
    (tmp_path / "terraform").write_text("#!/bin/sh\n")
    for named in (tmp_path, tmp_path / "terraform"):
        result, _ = await judge(MODULE, program=str(named))
        assert result.not_run == f"{named} is no program that may be run"
        assert not result.absent


async def test_output_without_end_is_cut_off_in_time(tmp_path):
    endless = program(tmp_path / "terraform", "#!/bin/sh\necho $$ > \"$0.pid\"\nexec yes '{'\n")
    result, _ = await judge(MODULE, program=endless, seconds=1)
    assert result.not_run == "terraform did not answer within 1 s and was ended"
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "terraform.pid").read_text()), 0)


async def test_without_a_place_for_temporary_files_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    result, _ = await judge(MODULE, program=program(tmp_path / "terraform", "#!/bin/sh\n"))
    assert "No such file or directory" in result.not_run


@real
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_may_not_be_written(tmp_path):
    write(tmp_path, {"main.tf": WRONG})
    tmp_path.chmod(0o555)
    try:
        assert await judged(tmp_path) == [UNDECLARED]
    finally:
        tmp_path.chmod(0o755)


@real
async def test_many_at_once_do_not_meet(tmp_path):
    modules = [
        replace(MODULE, documents=(Document(MODULE.main.uri, WRONG.replace("nope", f"n{n}")),)) for n in range(4)
    ]
    linter = TerraformValidate()
    results = await asyncio.gather(*(linter.lint(module) for module in modules))
    assert [module[d.uri].slice(d.span) for module, r in zip(modules, results, strict=True) for d in r.diagnostics] == [
        f"var.n{n}" for n in range(4)
    ]
