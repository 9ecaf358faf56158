"""The folder that outside programs are shown: complete where it counts, and never left behind for good."""

import os
import tempfile
import time

import pytest

from lsp_server.linters import overlay


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """A folder of its own for temporary files."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    overlay.sweep.cache_clear()
    yield folder
    overlay.sweep.cache_clear()


def test_what_the_texts_speak_of_is_there_in_a_folder_with_very_much_in_it(tmp_path, scratch):
    user = tmp_path / "user"
    user.mkdir()
    for number in range(2100):
        (user / f"a{number:05}.txt").touch()
    (user / "zebra.json").write_text("{}")
    with overlay.overlay(user, {"main.tf": 'output "o" {\n  value = file("zebra.json")\n}\n'}) as shown:
        assert (shown / "zebra.json").read_text() == "{}"
        assert len(list(shown.iterdir())) == 2001
    assert list(scratch.iterdir()) == []


def test_folders_that_a_killed_process_left_are_swept_and_nothing_else(tmp_path, scratch):
    user = tmp_path / "user"
    user.mkdir()
    (user / "kept.tf").write_text("")
    old = time.time() - 2 * 3600
    for name in (f"{overlay.PREFIX}old", f"{overlay.PREFIX}new", "lintel-other", "other"):
        (scratch / name / "module").mkdir(parents=True)
        (scratch / name / "module" / "link").symlink_to(user)
    (scratch / f"{overlay.PREFIX}link").symlink_to(user)
    for name in (f"{overlay.PREFIX}old", "lintel-other", "other"):
        os.utime(scratch / name, (old, old))
    overlay.sweep()
    left = {p.name for p in scratch.iterdir()}
    assert left == {f"{overlay.PREFIX}new", f"{overlay.PREFIX}link", "lintel-other", "other"}
    assert (user / "kept.tf").exists()
