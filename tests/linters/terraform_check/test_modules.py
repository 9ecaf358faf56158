"""Small modules, right and wrong in one way each: `modules.txt` tells what the own check says of them.

`=== title: code line, code line warning` begins one. The real terraform is the second judge: it finds fault where the
own check does, but for those that it refuses only later `(at plan)`, that are of another version or of OpenTofu
`(newer)`, or that it judges `(terraform alone)`. What is said only of a root module is `(root)`.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lsp_server.analysis import merge
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_mistake import mistake_of
from lsp_server.linters.terraform_validate import code_of

_TEXT = (Path(__file__).parent / "modules.txt").read_text("utf-8")
_HEAD = re.compile(r"^=== (.*?):(.*)\n", re.M)
_TAG = re.compile(r"\(([a-z ]+)\)")


def modules():
    parts = _HEAD.split(_TEXT)[1:]
    return {title: (expected.strip(), text) for title, expected, text in zip(*[iter(parts)] * 3, strict=True)}


MODULES = modules()
TAGS = {title: set(_TAG.findall(title)) for title in MODULES}
MAIN = "file:///no/such/folder/main.tf"
CHILD = Document("file:///no/such/folder/child/main.tf", "")


async def judged(text):
    main = Document(MAIN, text)
    result = await TerraformCheck().lint(Unit((main,), (CHILD,)))
    return [d for d in result.diagnostics if d.severity.label != "hint" and "module directory" not in d.message]


def drawn(text, found):
    lines = sorted({(text.count("\n", 0, d.span.start) + 1, d.code, d.severity.label) for d in found})
    return ", ".join(f"{code} {line}" + (f" {s}" if s != "error" else "") for line, code, s in lines)


@pytest.mark.parametrize("title", MODULES)
async def test_the_own_check_says_what_is_written_above(title):
    expected, text = MODULES[title]
    assert drawn(text, await judged(text)) == expected


async def test_none_of_them_is_clean_by_being_cut_short():
    for _, text in MODULES.values():
        for at in range(1, len(text), 11):
            await judged(text[:at])


def validate(folder):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    done = subprocess.run(
        ["terraform", "validate", "-json"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout)["diagnostics"]


def write(folder, text):
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(text)
    (folder / "child").mkdir()
    (folder / "child" / "main.tf").touch()


def manifest(folder, entries):
    listed = [{"Key": key, "Source": source, "Dir": place} for key, source, place in [("", "", "."), *entries]]
    (folder / ".terraform/modules").mkdir(parents=True, exist_ok=True)
    (folder / ".terraform/modules/modules.json").write_text(json.dumps({"Modules": listed}))


def found_by_terraform(folder, titles):
    """The findings of each module: all are children of one, which loses those at fault until none is left."""
    found = {title: [] for title in titles}
    names = {f"c{number}": title for number, title in enumerate(titles)}
    for name, title in names.items():
        write(folder / name, MODULES[title][1])
    left = dict(names)
    while left:
        (folder / "main.tf").write_text("".join(f'module "{n}" {{\n  source = "./{n}"\n}}\n' for n in left))
        children = [(f"{n}.m", "./child", f"{n}/child") for n in left]
        manifest(folder, [(n, f"./{n}", n) for n in left] + children)
        gone = set()
        for raw in validate(folder):
            at = (raw.get("range") or {}).get("filename", "").partition("/")[0]
            told = re.search(r"\bmodule\.(c\d+)\b", raw["detail"] + raw["summary"])
            at = at if at in left else told[1] if told else at
            if at in left and raw["severity"] == "error":
                found[left[at]].append(raw)
                gone.add(at)
        if not gone:
            break
        left = {name: title for name, title in left.items() if name not in gone}
    return found


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")
async def test_the_real_terraform_is_of_the_same_mind(tmp_path):
    asked = [title for title, tags in TAGS.items() if not tags & {"newer", "at plan", "root"}]
    found = found_by_terraform(tmp_path / "all", asked)
    for number, title in enumerate(t for t, tags in TAGS.items() if "root" in tags and not tags & {"newer", "at plan"}):
        write(tmp_path / str(number), MODULES[title][1])
        manifest(tmp_path / str(number), [("m", "./child", "child")])
        found[title] = [raw for raw in validate(tmp_path / str(number)) if raw["severity"] == "error"]
    other = []
    for title, raws in found.items():
        expected = MODULES[title][0]
        told = any(not part.endswith("warning") for part in expected.split(", ") if part)
        if bool(raws) != (told or "terraform alone" in TAGS[title]) and not (raws and expected):
            other.append((title, [raw["summary"] for raw in raws]))
    assert not other


def as_diagnostic(text, raw):
    """As `terraform validate`'s findings are."""
    at = raw["range"]
    span = Span(*(len(text.encode()[: at[end]["byte"]].decode()) for end in ("start", "end")))
    detail = " ".join(raw["detail"].split())
    mistake = mistake_of(MAIN, at["start"]["line"] - 1, raw["summary"], detail)
    data = {"mistake": mistake, "late": True, "summary": raw["summary"]}
    code = code_of(raw["summary"], detail)
    return Diagnostic(MAIN, span, Severity.ERROR, "terraform-validate", code, raw["summary"], data=data)


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")
async def test_a_mistake_that_both_judges_find_is_told_once(tmp_path):
    asked = [title for title, tags in TAGS.items() if not tags and MODULES[title][0]]
    twice = []
    for title, raws in found_by_terraform(tmp_path / "all", asked).items():
        text = MODULES[title][1]
        own = await judged(text)
        lines = {d.data["mistake"][1] for d in own}
        real = [as_diagnostic(text, raw) for raw in raws if raw.get("range")]
        both = merge(Unit((Document(MAIN, text),)), (*own, *real))
        twice += [(title, d.message) for d in both if d in real and text.count("\n", 0, d.span.start) in lines]
    assert twice == TOLD_TWICE


TOLD_TWICE = [("module invalid name", "Module not installed")]  # where nothing is put in its place
