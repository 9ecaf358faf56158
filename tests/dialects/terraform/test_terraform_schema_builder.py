"""The builder of schema bundles, on a package of our own: `provider_source.ts` as jsii would pack it."""

import base64
import gzip
import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path

import pytest

from lsp_server.dialects.terraform.block_schema import OPAQUE, AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.bundles import Bundle
from lsp_server.dialects.terraform.types import BOOL, NUMBER, STRING, Type

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "scripts"))

import build_terraform_schemas as builder  # noqa: E402 (the folder of scripts is no package)

SHELF = BlockSchema(
    {
        "arn": AttributeSchema(STRING, computed=True),
        "colours": AttributeSchema(Type("set", STRING), optional=True),
        "name": AttributeSchema(STRING, required=True),
    },
    {
        "board": NestedBlock("list", BlockSchema({"width": AttributeSchema(NUMBER, required=True)}), 1, 1),
        "hook": NestedBlock("set", BlockSchema({"strong": AttributeSchema(BOOL, optional=True, computed=True)})),
        "rule": NestedBlock("list", OPAQUE),
    },
)


PACKAGE = "@acme/provider-acme@1.0.0"


def packed(folder, **manifest):
    """An npm package with the compiled file that carries its source."""
    told = {"name": "@acme/provider-acme", "version": "1.0.0", "license": "MPL-2.0", **manifest}
    source_map = json.dumps({"sourcesContent": [(HERE / "provider_source.ts").read_text(encoding="utf-8")]})
    encoded = base64.b64encode(source_map.encode()).decode()
    script = f"exports.x = 1;\n//# sourceMappingURL=data:application/json;base64,{encoded}\n".encode()
    path = folder / "acme-provider-acme-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (("lib/shelf/index.js", script), ("package.json", json.dumps(told).encode())):
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


@pytest.fixture
def npm(monkeypatch):
    """An `npm pack` that packs our package, and tells the hash it is given."""

    def answer(integrity=None, content=None, **manifest):
        def run(command, **_):
            path = packed(Path(command[-1]), **manifest)
            if content is not None:
                path.write_bytes(content)
            digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
            told = [{"filename": path.name, "integrity": integrity or f"sha512-{digest}"}]
            return type("Run", (), {"returncode": 0, "stdout": json.dumps(told), "stderr": ""})

        monkeypatch.setattr(builder.subprocess, "run", run)

    return answer


def test_a_package_becomes_a_bundle(npm, tmp_path):
    npm()
    path, _ = builder.build(PACKAGE, tmp_path)
    bundle = Bundle(path.read_bytes())
    assert path.name == "acme-3.bundle"
    assert (bundle.meta.version, bundle.meta.source) == ("3.1.4", "registry.terraform.io/acme/acme")
    assert bundle.meta.origin == "npm:@acme/provider-acme@1.0.0"
    assert bundle.resource("acme_shelf") == SHELF
    assert bundle.config() == BlockSchema({"region": AttributeSchema(STRING, optional=True)})


def test_a_package_with_another_hash_is_refused(npm, tmp_path):
    npm("sha512-AAAA")
    with pytest.raises(builder.PackageError, match="hash"):
        builder.build(PACKAGE, tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_npm_refuses_is_told(monkeypatch, tmp_path):
    failed = type("Run", (), {"returncode": 1, "stdout": "", "stderr": "404 Not Found"})
    monkeypatch.setattr(builder.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(builder.PackageError, match="404"):
        builder.build("@acme/none@1.0.0", tmp_path)


@pytest.mark.parametrize(
    ("manifest", "why"),
    [({"license": "BUSL-1.1"}, "under BUSL-1.1"), ({"version": "1.0.1"}, "says it is @acme/provider-acme@1.0.1")],
)
def test_a_package_that_is_not_the_one_asked_for_is_refused(npm, tmp_path, manifest, why):
    npm(**manifest)
    with pytest.raises(builder.PackageError, match=why):
        builder.build(PACKAGE, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", gzip.compress(b"no archive"), gzip.compress(b"")],
    ids=["nothing", "no archive", "packed, no archive", "packed nothing"],
)
def test_a_package_that_cannot_be_read_is_told(npm, tmp_path, content):
    npm(content=content)
    with pytest.raises(builder.PackageError, match=f"{PACKAGE} cannot be read"):
        builder.build(PACKAGE, tmp_path)


@pytest.mark.parametrize("stdout", ["", "{}", "[]", "npm notice", '[{"filename": "none.tgz", "integrity": "x"}]'])
def test_an_answer_of_npm_that_says_nothing_is_told(monkeypatch, tmp_path, stdout):
    told = type("Run", (), {"returncode": 0, "stdout": stdout, "stderr": ""})
    monkeypatch.setattr(builder.subprocess, "run", lambda *_, **__: told)
    with pytest.raises(builder.PackageError, match="did not say what it fetched"):
        builder.build(PACKAGE, tmp_path)


def test_without_npm_it_says_so(monkeypatch, tmp_path, capsys):
    def run(*_, **__):
        raise FileNotFoundError(2, "No such file or directory", "npm")

    monkeypatch.setattr(builder.subprocess, "run", run)
    assert builder.main([PACKAGE, "--into", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "npm cannot be started: No such file or directory\n"


def test_the_hash_that_is_kept_counts_more_than_the_one_that_is_told(npm, monkeypatch, tmp_path):
    npm()
    monkeypatch.setitem(builder.PACKAGES, PACKAGE, "sha512-AAAA")
    with pytest.raises(builder.PackageError, match="it has sha512-"):
        builder.build(PACKAGE, tmp_path)


def test_the_same_package_gives_the_same_bytes(npm, tmp_path, capsys):
    npm()
    command = [PACKAGE, "--into", str(tmp_path)]
    assert builder.main(command) == 0
    assert "keep its hash in PACKAGES: sha512-" in capsys.readouterr().out
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert builder.main([*command, "--check"]) == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept
    (tmp_path / "acme-3.bundle").write_bytes(b"other")
    assert builder.main([*command, "--check"]) == 1
    assert "acme-3.bundle: not what" in capsys.readouterr().out
