"""A restored object is as good as new."""

import functools
import io
import itertools
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.reading.renewal import Renewable, UnrenewableError
from tests.sampling import sampled

EVERYBODYS: list[str] = []


class Slotted:
    __slots__ = ("__hidden", "full", "void")

    def __init__(self) -> None:
        self.full, self.__hidden = 1, [1]

    def change(self) -> None:
        self.void, self.full = 1, 2
        self.__hidden.append(2)

    def told(self) -> Any:
        return self.full, hasattr(self, "void"), self.__hidden


class Named(str):
    """A str with a mark."""


class Listing(list[int]):
    """A list with a mark that can't be cleared."""

    mark = 0

    def clear(self) -> None:
        raise AssertionError


def counting() -> tuple[Any, Any]:
    """Return functions with a shared variable."""
    count = 0
    seen: set[int] = set()

    def more() -> None:
        nonlocal count
        count += 1
        seen.add(count)

    return more, lambda: (count, sorted(seen))


class Whole:
    """Contains everything that objects of extensions contain."""

    def __init__(self) -> None:
        self.itself = self
        self.numbers, self.pairs, self.either = [1, [2]], {"a": {"b": 1}}, {1, 2}
        self.ordered = OrderedDict(a=1, b=2)
        self.named, self.listed, self.by_default = Named("a"), Listing([1]), defaultdict(list, a=[1])
        self.counted, self.queue, self.slotted = Counter("ab"), deque([1, 2], maxlen=3), Slotted()
        self.more, self.count = counting()
        self.bound = functools.partial(self.numbers[1].append, 3)  # type: ignore[union-attr]
        self.everybodys = EVERYBODYS

    def change(self, which: int) -> None:
        changes = [
            lambda: self.numbers[1].append(4),  # type: ignore[union-attr]
            lambda: self.numbers.clear(),
            lambda: self.pairs["a"].update(c=1),
            lambda: self.pairs.pop("a"),
            lambda: self.either.update((3, 4)),
            lambda: self.ordered.move_to_end("a"),
            lambda: self.ordered.popitem(),
            lambda: setattr(self.named, "mark", 1),
            lambda: self.listed.append(2),
            lambda: setattr(self.listed, "mark", 2),
            lambda: self.by_default["b"].append(2),
            lambda: self.counted.update("b"),
            lambda: self.queue.append(4),
            lambda: self.slotted.change(),
            lambda: self.more(),
            lambda: self.bound(),
            lambda: setattr(self, "extra", 1),
            lambda: delattr(self, "itself"),
        ]
        changes[which % len(changes)]()

    def told(self) -> Any:
        return repr([
            self.itself is self, self.numbers, self.pairs, self.either, self.ordered, self.named, vars(self.named),
            self.listed, vars(self.listed), self.by_default, self.counted, self.queue, self.slotted.told(),
            self.count(), sorted(vars(self)),
        ])  # fmt: skip


@given(st.lists(st.lists(st.integers(0, 17), max_size=8), max_size=5))
@sampled(300)
def test_every_change_is_undone(rounds: list[list[int]]) -> None:
    """In any order, any number of times; the same object is returned each time."""
    kept = Renewable(Whole)
    made = kept.renewed()
    for changes in rounds:
        for which in changes:
            try:
                made.change(which)
            except (AttributeError, KeyError, IndexError, TypeError):  # it is already gone
                continue
        assert kept.renewed() is made
        assert made.told() == Whole().told()


def test_what_others_share_is_left_alone() -> None:
    """It wouldn't be new for another object either."""
    kept = Renewable(Whole)
    kept.renewed().everybodys.append("said")
    assert kept.renewed().everybodys == ["said"]
    EVERYBODYS.clear()


@pytest.mark.parametrize("make", [itertools.count, lambda: iter([1]), TreeBuilder, lambda: Element("a"), io.StringIO])
def test_what_cannot_be_restored_is_reported(make: Any) -> None:
    """An object of a C library, wherever it is."""
    with pytest.raises(UnrenewableError, match=type(make()).__name__):
        Renewable(lambda: {"a": [make()]})
