"""From paths to documents: what is found, what is read, and how it is written back."""

import os
from pathlib import Path

import pytest

from lsp_server.sources import (
    UnreadableError,
    find_sources,
    module_files,
    path_of,
    read_document,
    write_document,
)


def tree(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_a_folder_is_walked_honouring_gitignore(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.json", "c.template", "d.txt", "sub/e.yml", "sub/f.yaml", "gone/g.yaml", ".git/h.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / ".gitignore").write_text("gone/\nb.json\n")
    (tmp_path / "sub" / ".gitignore").write_text("/f.yaml\n")
    found = find_sources([tmp_path])
    assert [str(p.relative_to(tmp_path)) for p in found.templates] == ["a.yaml", "c.template", "sub/e.yml"]


@pytest.mark.parametrize(
    ("ignores", "named", "found"),
    [
        ({".gitignore": "out/\n"}, "infra", ["a.yaml", "keep.yaml"]),
        ({".gitignore": "*.yaml\n", "infra/.gitignore": "!keep.yaml\n"}, "infra", ["keep.yaml"]),
        ({".gitignore": "!a.yaml\n", "infra/.gitignore": "*.yaml\n!keep.yaml\n"}, "infra", ["keep.yaml"]),
        ({".gitignore": "/a.yaml\ninfra/keep.yaml\n"}, "infra", ["a.yaml", "out/b.yaml"]),
        ({".gitignore": "infra/\n*.yaml\n", "infra/.gitignore": "out\n"}, "infra", ["a.yaml", "keep.yaml"]),
        ({".gitignore": "out/\n"}, "infra/out", ["b.yaml"]),
        ({"../.gitignore": "*.yaml\n"}, "infra", ["a.yaml", "keep.yaml", "out/b.yaml"]),
    ],
)
def test_the_gitignore_files_of_the_whole_repository_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ignores: dict[str, str], named: str, found: list[str]
) -> None:
    root = tmp_path / "repository"
    for name in (".git/config", "infra/a.yaml", "infra/keep.yaml", "infra/out/b.yaml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    for name, text in ignores.items():
        (root / name).write_text(text)
    assert [p.relative_to(root / named).as_posix() for p in find_sources([root / named]).templates] == found
    monkeypatch.chdir(root)
    assert [p.relative_to(named).as_posix() for p in find_sources([Path(named)]).templates] == found
    monkeypatch.chdir(root / named)
    assert [p.as_posix() for p in find_sources([Path()]).templates] == found


def test_the_terraform_files_of_a_folder_are_one_module(tmp_path: Path) -> None:
    for name in ("main.tf", "variables.tf", "x.tfvars", "child/main.tf", ".terraform/modules/m/main.tf"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("")
    found = find_sources([tmp_path, tmp_path / "main.tf"])
    assert found.modules == [tmp_path, tmp_path / "child"]
    assert [p.name for p in module_files(tmp_path)] == ["main.tf", "variables.tf", "x.tfvars"]


def test_pipes_locks_and_links_to_nowhere_are_passed_over(tmp_path: Path) -> None:
    for name in ("a.yaml", "main.tf", ".#hidden.tf"):
        (tmp_path / name).write_text("")
    (tmp_path / ".#a.yaml").symlink_to("user@host.1234")
    (tmp_path / "gone.tf").symlink_to("nowhere")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.yaml")
    found = find_sources([tmp_path])
    assert [p.name for p in found.templates] == ["a.yaml"]
    assert [p.name for p in module_files(tmp_path)] == ["main.tf"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may give a file away")
def test_the_owner_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("a")
    os.chown(path, 12345, 54321)
    path.chmod(0o640)
    write_document(path, "a", "b")
    status = path.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (12345, 54321, 0o640)


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert find_sources([tmp_path / "nowhere.yaml"]).problems == [
        f"{tmp_path / 'nowhere.yaml'}: no such file or folder"
    ]


@pytest.mark.parametrize("text", ["\ufeffa: 1\r\nb: 😀\r\n", "", "no newline at the end", "a\rb\r"])
def test_text_is_read_and_written_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ä file.yaml"
    path.write_bytes(text.encode())
    document = read_document(path)
    assert document.text == text
    assert path_of(document.uri) == path
    write_document(path, text, text + "#")
    assert path.read_bytes() == (text + "#").encode()


@pytest.mark.parametrize("kind", ["folder", "missing", "not UTF-8"])
def test_what_cannot_be_read_is_a_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "t.yaml"
    if kind == "folder":
        path.mkdir()
    elif kind == "not UTF-8":
        path.write_bytes(b"a: \xff\xfe")
    with pytest.raises(UnreadableError, match=r"t\.yaml: .+"):
        read_document(path)


def test_a_file_that_changed_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    path = tree(tmp_path, **{"t.yaml": "new"}) / "t.yaml"
    with pytest.raises(UnreadableError, match="changed while"):
        write_document(path, "old", "repaired")
    assert path.read_text() == "new"


def test_a_vanished_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        write_document(tmp_path / "t.yaml", "old", "repaired")
    assert list(tmp_path.iterdir()) == []


def test_links_are_followed_and_the_mode_is_kept(tmp_path: Path) -> None:
    target = tree(tmp_path, **{"real__t.yaml": "old"}) / "real" / "t.yaml"
    target.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(target)
    write_document(link, "old", "repaired")
    assert link.is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("repaired", 0o640)


def test_a_file_that_may_not_be_written_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tree(tmp_path, **{"t.yaml": "old"}) / "t.yaml"
    path.chmod(0o444)
    if os.geteuid() == 0:  # root may write anything, so the system's answer is played
        monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UnreadableError, match="not writable"):
        write_document(path, "old", "repaired")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["t.yaml"]
