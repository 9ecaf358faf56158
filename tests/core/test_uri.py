"""A uri and the file it names."""

import os
from pathlib import Path

import pytest

from lsp_server.core.uri import path_of


@pytest.mark.parametrize(
    "name", ["a.tf", "a b.tf", "50%20off.tf", "a%41.tf", "é😀.tf", "a#b?c.tf", "c:d.tf", "[x]&;=+.tf"]
)
def test_a_path_comes_back_from_its_uri(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert path_of(path.as_uri()) == path


@pytest.mark.skipif(os.name != "posix", reason="paths of Windows are others")
@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.tf", Path("/a/b.tf")),
        ("file://localhost/a/b.tf", Path("/a/b.tf")),
        ("file:///c%3A/b.tf", Path("/c:/b.tf")),
        ("file:///a/%2541.tf", Path("/a/%41.tf")),
        ("untitled:Untitled-1", None),
        ("git:/a/b.tf?ref", None),
        ("", None),
    ],
)
def test_ways_of_writing(uri: str, path: Path | None) -> None:
    assert path_of(uri) == path
