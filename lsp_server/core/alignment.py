"""Which lines of two texts differ, in time that grows with the texts and not with their square."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

_COMPARED = 250_000  # pairs of lines that are compared one by one, at the most

Change = tuple[slice, slice]


def changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """The runs of lines that differ, in order, as slices of `old` and `new`; all other lines are the same in both.

    Large texts are cut first where a line stands that is there once in both; what lies between is compared closely.
    """
    rest = [(slice(0, len(old)), slice(0, len(new)))]
    while rest:
        before, after = _trimmed(old, new, *rest.pop())
        rows, columns = before.stop - before.start, after.stop - after.start
        if not rows or not columns:
            if rows or columns:
                yield before, after
        elif rows * columns <= _COMPARED:
            yield from _compared(old, new, before, after)
        elif anchors := _anchors(old, new, before, after):
            ends = [*anchors, (before.stop, after.stop)]
            starts = [(before.start, after.start), *((i + 1, k + 1) for i, k in anchors)]
            gaps = [(slice(i, j), slice(k, m)) for (i, k), (j, m) in zip(starts, ends, strict=True)]
            rest += reversed(gaps)
        elif rows == columns:
            yield from _row_by_row(old, new, before, after)
        else:
            yield before, after


def _trimmed(old: Sequence[str], new: Sequence[str], before: slice, after: slice) -> Change:
    """The same without the lines that both share at the start and at the end."""
    i, j, k, m = before.start, before.stop, after.start, after.stop
    while i < j and k < m and old[i] == new[k]:
        i, k = i + 1, k + 1
    while i < j and k < m and old[j - 1] == new[m - 1]:
        j, m = j - 1, m - 1
    return slice(i, j), slice(k, m)


def _compared(old: Sequence[str], new: Sequence[str], before: slice, after: slice) -> Iterator[Change]:
    import difflib  # takes as long as a tenth of the server's start

    for tag, i, j, k, m in difflib.SequenceMatcher(None, old[before], new[after], autojunk=False).get_opcodes():
        if tag != "equal":
            yield slice(before.start + i, before.start + j), slice(after.start + k, after.start + m)


def _row_by_row(old: Sequence[str], new: Sequence[str], before: slice, after: slice) -> Iterator[Change]:
    shift = after.start - before.start
    for i in range(before.start, before.stop):
        if old[i] != new[i + shift]:
            yield slice(i, i + 1), slice(i + shift, i + shift + 1)


def _anchors(old: Sequence[str], new: Sequence[str], before: slice, after: slice) -> list[tuple[int, int]]:
    """The longest sequence of lines that stand once in both, in the same order, as pairs of their numbers."""
    once_old, once_new = _once(old, before), _once(new, after)
    pairs = [(i, once_new[line]) for line, i in once_old.items() if line in once_new]
    tails: list[int] = []  # patience sorting: the smallest end of an ascending sequence of each length
    last: list[int] = []
    previous: list[int] = []
    for number, (_, k) in enumerate(pairs):
        length = bisect_left(tails, k)
        previous.append(last[length - 1] if length else -1)
        tails[length : length + 1] = [k]
        last[length : length + 1] = [number]
    chosen: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = previous[number]
    return chosen[::-1]


def _once(lines: Sequence[str], within: slice) -> dict[str, int]:
    """The lines that stand once in a slice, with their number, in order."""
    counts = Counter(lines[within])
    return {lines[n]: n for n in range(within.start, within.stop) if counts[lines[n]] == 1}
