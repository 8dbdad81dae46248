"""Results of functions of plain values, remembered as long as each build in a process uses them again.

A preview builds the site with every save, and most of it hasn't changed. Remembered results are returned again and
again, so nobody may change them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from pelican import signals

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_memos: list[_Memo | Shelf[Any]] = []


class _Memo:
    """The results of one function: those of this build, and those of the last one."""

    def __init__(self) -> None:
        self.now: dict[Hashable, Any] = {}
        self.before: dict[Hashable, Any] = {}
        _memos.append(self)


def remembered(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Compute a function once for equal values; exceptions aren't remembered."""
    memo = _Memo()

    @wraps(function)
    def answer(*given: Given.args, **named: Given.kwargs) -> Answer:
        key = (given, *named.items()) if named else given
        if key not in memo.now:
            memo.now[key] = memo.before[key] if key in memo.before else function(*given, **named)
        found: Answer = memo.now[key]
        return found

    return answer


class Shelf(Generic[Answer]):
    """Results that take long, by the digest of everything they depend on. Those of forked children are sent back.

    The results are plain data. A shelf is created once, with its module, so that a child has the same ones as its
    parent.
    """

    def __init__(self) -> None:
        self.now: dict[Hashable, Answer] = {}
        self.before: dict[Hashable, Answer] = {}
        self.new: dict[Hashable, Answer] = {}
        self.sent: Collection[Hashable] = ()
        _memos.append(self)
        _shelves.append(self)

    def answer(self, digest: str, compute: Callable[[], Answer]) -> Answer:
        """Return the result for a digest, computing it if necessary."""
        if digest not in self.now:
            if digest not in self.before:
                self.before[digest] = self.new[digest] = compute()
            self.now[digest] = self.before[digest]
        return self.now[digest]


_shelves: list[Shelf[Any]] = []


def computed() -> Mapping[int, Mapping[Hashable, Any]]:
    """Return the results added to shelves since the last call, for `put`."""
    new = {place: shelf.new for place, shelf in enumerate(_shelves) if shelf.new}
    for shelf in _shelves:
        shelf.sent, shelf.new = shelf.new, {}
    return new


def drop_computed() -> None:
    """Forget what `computed` has returned, in a child that has sent it and won't ask for it again."""
    for shelf in _shelves:
        for digest in shelf.sent:
            shelf.now.pop(digest, None)
            shelf.before.pop(digest, None)
        shelf.sent = ()


def put(answers: Mapping[int, Mapping[Hashable, Any]]) -> None:
    """Add the results of a child to the shelves."""
    for place, known in answers.items():
        _shelves[place].before.update(known)


def begin(_pelican: Any) -> None:
    """Start a build: forget what the last one didn't use."""
    for memo in _memos:
        memo.now, memo.before = {}, memo.now
    computed()


signals.get_generators.connect(begin)
