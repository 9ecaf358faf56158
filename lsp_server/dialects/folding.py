"""What folds of every language have in common: regions between two comments, and that folds never cross."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.dialects.service import Fold, FoldKind


def regions(marks: Iterable[tuple[int, bool]]) -> Iterator[Fold]:
    """The folds between marks, each the line in which a region begins (True) or ends."""
    opened: list[int] = []
    for line, opens in marks:
        if opens:
            opened.append(line)
        elif opened:
            yield Fold(opened.pop(), line, FoldKind.REGION)


def nested(found: Iterable[Fold]) -> Iterator[Fold]:
    """The folds without those that begin in the line of a longer one, or cross one that began before."""
    around: list[Fold] = []
    for fold in sorted(found, key=lambda fold: (fold.first, -fold.last)):
        while around and around[-1].last < fold.first:
            around.pop()
        if fold.last == fold.first or (around and (around[-1].first == fold.first or around[-1].last < fold.last)):
            continue
        around.append(fold)
        yield fold
