"""Schemas that providers tell of themselves: the real terraform starts one that stands in an initialised folder."""

import asyncio
import os
import shutil
import stat
import time
from pathlib import Path

import pytest

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform import installed
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.linters import bundle_cache
from lsp_server.linters.installed_schemas import InstalledSchemas
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_validate import TerraformValidate, find_program
from lsp_server.sources import read_beside
from tests.demo_provider import JOIN, SHELF
from tests.initialised import ADDRESS, REQUIRED, initialised, real, terraform

SHELVES = REQUIRED + 'resource "demo_shelf" "a" {\n  name  = "x"\n  depth = 1\n}\n'


@pytest.fixture(autouse=True)
def nothing_is_known(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    installed.forget()
    yield
    installed.forget()


def schemas(**options):
    return InstalledSchemas(find_program, **options)


def cached():
    return sorted(bundle_cache.folder().glob("*")) if bundle_cache.folder().exists() else []


def choice(unit):
    return schema_for(module_of(unit)).provider("demo")


@real
async def test_an_installed_provider_tells_its_schema_once(tmp_path):
    place = initialised(tmp_path)
    unit, before, arrived = place.unit(), place.files(), []
    assert choice(unit) is None
    asking = schemas()
    assert not asking.recall(unit)
    await asking.ask(unit, lambda one: arrived.append(one.title))
    assert (arrived, asking.used(unit), place.starts) == (["acme/demo 1.2.3"], ("acme/demo 1.2.3",), ["good"])
    found = choice(unit)
    assert (found.title, found.exact, found.told_by_provider) == ("demo 1.2.3", True, True)
    shelf = found.bundle.resource("demo_shelf")
    assert (shelf, found.bundle.data_source("demo_shelf")) == (SHELF, SHELF)
    assert dict(found.bundle.functions) == {"join": JOIN}
    assert place.files() == before
    installed.forget()  # as in another process
    again = schemas()
    assert again.recall(unit)
    assert not again.missing(unit)
    assert choice(unit).bundle.resource("demo_shelf") == SHELF
    assert place.starts == ["good"]


@real
async def test_both_judges_judge_by_it(tmp_path):
    place = initialised(tmp_path)
    text = SHELVES + 'output "o" {\n  value = provider::demo::join("a")\n}\n'
    text += 'output "p" {\n  value = provider::demo::joyn("a", "b")\n}\n'
    unit, right = place.unit(text), place.unit(REQUIRED + 'output "o" {\n  value = provider::demo::join("a", "b")\n}\n')
    await schemas().ask(unit)
    own = (await TerraformCheck().lint(unit)).diagnostics
    assert [(d.code, d.severity) for d in own] == [
        ("unsupported-argument", Severity.ERROR),
        ("function-arguments", Severity.ERROR),
        ("unknown-function", Severity.ERROR),
    ]
    found = await TerraformValidate().lint(unit)
    assert ("unsupported-argument", Severity.ERROR) in [(d.code, d.severity) for d in found.diagnostics]
    assert not found.notes
    for linter in (TerraformCheck(), TerraformValidate()):
        assert not (await linter.lint(right)).diagnostics


@real
@pytest.mark.parametrize("behaviour", ["crash", "rubbish"])
async def test_a_provider_that_fails_is_asked_once_and_told(tmp_path, behaviour):
    place = initialised(tmp_path, behaviour)
    unit, asking = place.unit(SHELVES), schemas()
    await asking.ask(unit)
    starts = place.starts  # terraform itself may try again
    assert starts
    await asking.ask(unit)
    assert (place.starts, asking.missing(unit), cached()) == (starts, [], [])
    result = await TerraformCheck(schemas=asking).lint(unit)
    assert not result.diagnostics
    assert "the installed provider acme/demo 1.2.3 does not tell its schema: " in result.notes[0]
    assert ADDRESS in result.notes[0]


@real
async def test_what_hangs_is_ended_with_who_asks(tmp_path):
    connected: asyncio.Queue[asyncio.StreamReader] = asyncio.Queue()
    server = await asyncio.start_server(lambda reader, _: connected.put_nowait(reader), "127.0.0.1", 0)
    async with server:
        place = initialised(tmp_path, "hang", port=server.sockets[0].getsockname()[1])
        asking = asyncio.ensure_future(schemas().ask(place.unit()))
        provider = await connected.get()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await provider.read() == b""  # its process is gone
        slow = schemas(seconds=0.2)
        await slow.ask(place.unit())
        assert slow.notes(place.unit()) == (
            "the installed provider acme/demo 1.2.3 does not tell its schema: no answer within 0.2 s",
        )


@real
async def test_where_nothing_is_trusted_nothing_is_run(tmp_path):
    place = initialised(tmp_path)
    unit, wary = place.unit(), schemas(trusted=False)
    await wary.ask(unit)
    assert (wary.missing(unit), wary.notes(unit), place.starts) == ([], (), [])
    await schemas().ask(unit)
    installed.forget()
    assert wary.recall(unit)  # what somebody has asked before is read, not run
    assert place.starts == ["good"]


@real
async def test_a_package_that_is_not_the_locked_one_is_not_started(tmp_path):
    place = initialised(tmp_path)
    program = next(p for p in (tmp_path / "mirror").rglob("*") if p.is_file())
    program.write_text(program.read_text() + "# changed\n")
    asking = schemas()
    await asking.ask(place.unit())
    assert place.starts == []
    assert "does not match any of the checksums" in asking.notes(place.unit())[0]
    program.write_text(program.read_text().removesuffix("# changed\n"))  # as when `terraform init` was still at it
    await asking.ask(place.unit())
    assert asking.used(place.unit())


@real
async def test_what_is_not_installed_is_not_asked(tmp_path):
    place = initialised(tmp_path)
    unit, asking = place.unit(), schemas()
    assert asking.missing(unit)
    shutil.rmtree(place.folder / ".terraform")
    assert not asking.missing(unit)
    shutil.rmtree(place.folder)
    assert not asking.missing(unit)
    await asking.ask(unit)
    assert (asking.notes(unit), place.starts) == ((), [])


def lock(address, version, hashes='["h1:x"]'):
    return f'provider "{address}" {{\n  version = "{version}"\n  hashes = {hashes}\n}}\n'


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (lock(ADDRESS, "1.2.3"), True),
        (lock("example.com/acme/demo", "1.2.3"), True),
        (lock(ADDRESS, "1.2.3", "[]"), False),  # it could be anything
        (lock("registry.terraform.io/hashicorp/aws", "6.66.0"), False),  # bundled in that very version
        (lock("registry.opentofu.org/hashicorp/aws", "6.66.0"), False),
        (lock("registry.terraform.io/hashicorp/aws", "6.65.0"), True),
        (lock("registry.terraform.io/../demo", "1.2.3"), False),
        (lock(ADDRESS, ".."), False),
        (lock("demo", "1.2.3"), False),
        ("provider {", False),
    ],
)
def test_which_locked_providers_are_asked(tmp_path, text, asked):
    (tmp_path / ".terraform.lock.hcl").write_text(text)
    for address in (
        ADDRESS, "example.com/acme/demo", "registry.terraform.io/hashicorp/aws", "registry.opentofu.org/hashicorp/aws"
    ):  # fmt: skip
        for version in ("1.2.3", "6.66.0", "6.65.0"):
            package = tmp_path / ".terraform" / "providers" / address / version / "any_os"
            package.mkdir(parents=True)
            (package / "terraform-provider").touch()
    main = Document((tmp_path / "main.tf").as_uri(), REQUIRED)
    unit = Unit((main,), beside=(Document((tmp_path / ".terraform.lock.hcl").as_uri(), text),))
    assert bool(InstalledSchemas(lambda _: "terraform").missing(unit)) == asked
    assert not InstalledSchemas(lambda _: None).missing(unit)  # no terraform


def program(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return str(path)


@real
@pytest.mark.parametrize(
    ("script", "why"),
    [
        ('#!/bin/sh\necho "Usage: terraform [--version]" >&2\nexit 127\n', "Usage: terraform"),
        ("#!/bin/sh\nexit 3\n", "it ended with status 3"),
        ("#!/bin/sh\necho rubbish\n", "it is no description of providers"),
        ("#!/bin/sh\necho '{\"provider_schemas\": {}}'\n", f"it says nothing of {ADDRESS}"),
        ("#!/no/such/interpreter\n", "No such file"),
    ],
)
async def test_a_terraform_that_is_too_old_or_broken_is_told(tmp_path, script, why):
    place = initialised(tmp_path)
    broken = program(tmp_path / "terraform", script)
    asking = InstalledSchemas(lambda _: broken)
    await asking.ask(place.unit())
    assert why in asking.notes(place.unit())[0]


@real
async def test_opentofu_is_asked_for_what_it_has_installed(tmp_path):
    place = initialised(tmp_path)
    for path in (place.folder / ".terraform.lock.hcl", place.folder):
        text = path.read_text().replace("registry.terraform.io", "registry.opentofu.org") if path.is_file() else ""
        if text:
            path.write_text(text)
    providers = place.folder / ".terraform" / "providers"
    (providers / "registry.terraform.io").rename(providers / "registry.opentofu.org")
    unit, called = place.unit(), tmp_path / "called"
    tofu = program(tmp_path / "tofu", f'#!/bin/sh\ntouch {called}\nexec {find_program("terraform")} "$@"\n')
    asking = InstalledSchemas(lambda name: tofu if name == "tofu" else find_program(name))
    await asking.ask(unit)
    assert called.exists()
    assert choice(unit).exact


@real
async def test_a_folder_of_its_own_for_what_is_installed_is_found(tmp_path, monkeypatch):
    place = initialised(tmp_path)
    (place.folder / ".terraform").rename(place.folder / "elsewhere")
    monkeypatch.setenv("TF_DATA_DIR", "elsewhere")
    await schemas().ask(place.unit())
    assert choice(place.unit()).exact


@real
async def test_where_nothing_can_be_cached_the_schema_counts_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    place = initialised(tmp_path)
    await schemas().ask(place.unit())
    assert choice(place.unit()).bundle.resource("demo_shelf") == SHELF


@real
@pytest.mark.parametrize("at", [3, 100, -40, -1])
async def test_a_corrupt_file_of_the_cache_is_made_anew(tmp_path, at):
    place = initialised(tmp_path)
    unit = place.unit()
    await schemas().ask(unit)
    (path,) = cached()
    whole = path.read_bytes()
    data = bytearray(whole)
    data[at] ^= 0xFF
    path.write_bytes(data)
    installed.forget()
    again = schemas()
    assert not again.recall(unit)
    await again.ask(unit)
    assert [p.read_bytes() for p in cached()] == [whole]
    path.write_bytes(whole[:-1])
    installed.forget()
    assert not schemas().recall(unit)


@real
async def test_two_may_ask_at_once(tmp_path):
    place = initialised(tmp_path)
    await asyncio.gather(schemas().ask(place.unit()), schemas().ask(place.unit()))
    installed.forget()
    assert schemas().recall(place.unit())
    assert len(cached()) == 1


@real
async def test_what_nobody_has_used_for_long_is_removed(tmp_path):
    place = initialised(tmp_path)
    bundle_cache.folder().mkdir(parents=True)
    ages = {"old.bundle": 61, "new.bundle": 59, "old.partly": 1, "new.partly": 0, "other": 90}  # days
    for name, days in ages.items():
        path = bundle_cache.folder() / name
        path.touch()
        os.utime(path, (time.time() - days * 24 * 3600,) * 2)
    await schemas().ask(place.unit())
    kept = {path.name for path in cached()}
    assert kept & ages.keys() == {"new.bundle", "new.partly", "other"}
    (path,) = (p for p in cached() if p.name not in ages)
    os.utime(path, (0, 0))
    installed.forget()
    assert schemas().recall(place.unit())
    assert path.stat().st_mtime > 0  # it is used


@real
async def test_a_module_that_an_initialised_folder_above_calls_has_its_lock_file(tmp_path):
    place = initialised(tmp_path)
    child, other = place.folder / "modules" / "child", place.folder / "modules" / "other"
    for folder in (child, other):
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(SHELVES)
    (place.folder / "main.tf").write_text(REQUIRED + 'module "c" {\n  source = "./modules/child"\n}\n')
    terraform("init", f"-plugin-dir={tmp_path / 'mirror'}", folder=place.folder)

    def unit(folder):
        return Unit((Document((folder / "main.tf").as_uri(), SHELVES),), beside=read_beside(folder))

    await schemas().ask(unit(child))
    assert [d.code for d in (await TerraformCheck().lint(unit(child))).diagnostics] == ["unsupported-argument"]
    assert not (await TerraformCheck().lint(unit(other))).diagnostics  # nobody says that it is called
    (child / ".terraform.lock.hcl").write_text("")  # its own counts, where it has one
    assert not (await TerraformCheck().lint(unit(child))).diagnostics
    (child / ".terraform.lock.hcl").unlink()
    (place.folder / ".terraform" / "modules" / "modules.json").write_text("[")
    assert not unit(child).beside
