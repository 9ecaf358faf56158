"""Caches that are bounded by size, or live as long as what they are about."""

import gc
import weakref

from lsp_server.core.caches import sized, while_used, with_argument, with_both


class Thing:
    pass


def test_the_latest_answers_are_kept_up_to_a_size():
    asked = []

    @sized(10, len)
    def upper(text):
        asked.append(text)
        return text.upper()

    assert [upper(text) for text in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb")][-1] == "BBBB"
    assert asked == ["aaaa", "bbbb", "cccc", "bbbb"]


def test_one_answer_is_kept_however_large():
    asked = []

    @sized(3, len)
    def length(text):
        asked.append(text)
        return len(text)

    assert [length("x" * 100) for _ in range(3)] == [100] * 3
    assert len(asked) == 1
    length("yy")
    length("x" * 100)
    assert len(asked) == 3


def test_what_is_forgotten_is_asked_again():
    asked = []
    keep = sized(10, len)(asked.append)
    keep("a")
    keep("a")
    keep.clear()
    keep("a")
    assert asked == ["a", "a"]


def test_an_answer_lives_as_long_as_somebody_holds_it():
    asked = []

    @while_used
    def thing(key):
        asked.append(key)
        return Thing()

    held = thing(1)
    assert thing(1) is held
    del held
    gc.collect()
    thing(1)
    assert asked == [1, 1]


def test_an_answer_lives_as_long_as_both_arguments():
    asked = []
    none = with_both(lambda first, second: asked.append((first, second)))
    first, second = Thing(), Thing()
    assert none(first, second) is none(first, second) is None
    assert asked.pop() == (first, second)
    assert not asked
    others = weakref.ref(second)
    del second
    gc.collect()
    assert others() is None


def test_an_answer_lives_as_long_as_its_argument():
    asked = []

    @with_argument
    def none(key):
        asked.append(id(key))

    thing = Thing()
    assert none(thing) is none(thing) is None
    assert len(asked) == 1
    del thing
    gc.collect()
    none(Thing())
    assert len(asked) == 2


def test_arguments_that_are_equal_share_an_answer():
    asked = []
    none = with_argument(asked.append)
    first, second = frozenset({1}), frozenset({1})
    none(first)
    none(second)
    assert len(asked) == 1


def test_of_two_arguments_the_second_counts_as_what_it_is():
    asked = []
    none = with_both(lambda _, second: asked.append(second))
    thing, first, second = Thing(), frozenset({1}), frozenset({1})
    for number in (first, second, first):
        none(thing, number)
    assert [any(one is each for each in asked) for one in (first, second)] == [True, True]
    assert len(asked) == 2
