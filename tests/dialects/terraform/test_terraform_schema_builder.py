"""The builder of schema bundles, on a package of our own: `provider_source.ts` as jsii would pack it."""

import base64
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


def packed(folder):
    """An npm package with the compiled file that carries its source."""
    source_map = json.dumps({"sourcesContent": [(HERE / "provider_source.ts").read_text(encoding="utf-8")]})
    encoded = base64.b64encode(source_map.encode()).decode()
    script = f"exports.x = 1;\n//# sourceMappingURL=data:application/json;base64,{encoded}\n".encode()
    path = folder / "acme-provider-acme-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("package/lib/shelf/index.js")
        entry.size = len(script)
        archive.addfile(entry, io.BytesIO(script))
    return path


@pytest.fixture
def npm(monkeypatch):
    """An `npm pack` that packs our package, and tells the hash it is given."""

    def answer(integrity=None):
        def run(command, **_):
            path = packed(Path(command[-1]))
            digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
            told = [{"filename": path.name, "integrity": integrity or f"sha512-{digest}"}]
            return type("Run", (), {"returncode": 0, "stdout": json.dumps(told), "stderr": ""})

        monkeypatch.setattr(builder.subprocess, "run", run)

    return answer


def test_a_package_becomes_a_bundle(npm, tmp_path):
    npm()
    path, _ = builder.build("@acme/provider-acme@1.0.0", tmp_path)
    bundle = Bundle(path.read_bytes())
    assert path.name == "acme-3.bundle"
    assert (bundle.meta.version, bundle.meta.source) == ("3.1.4", "registry.terraform.io/acme/acme")
    assert bundle.meta.origin == "npm:@acme/provider-acme@1.0.0"
    assert bundle.resource("acme_shelf") == SHELF
    assert bundle.config() == BlockSchema({"region": AttributeSchema(STRING, optional=True)})


def test_a_package_with_another_hash_is_refused(npm, tmp_path):
    npm("sha512-AAAA")
    with pytest.raises(builder.PackageError, match="hash"):
        builder.build("@acme/provider-acme@1.0.0", tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_npm_refuses_is_told(monkeypatch, tmp_path):
    failed = type("Run", (), {"returncode": 1, "stdout": "", "stderr": "404 Not Found"})
    monkeypatch.setattr(builder.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(builder.PackageError, match="404"):
        builder.build("@acme/none@1.0.0", tmp_path)
