"""What functions of plain values have returned, remembered for as long as each build of a process asks for it again.

A preview builds the site with every save, and most of it is what it was. What is remembered is handed out again and
again, so nobody may change it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from pelican import signals

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_memos: list[_Memo | Shelf[Any]] = []


class _Memo:
    """The answers of one function: those of this build, and those of the last one."""

    def __init__(self) -> None:
        self.now: dict[Hashable, Any] = {}
        self.before: dict[Hashable, Any] = {}
        _memos.append(self)


def remembered(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Have a function computed once for equal values; an exception is not remembered."""
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
    """Answers that take long, by the digest of all that they depend on. What a forked child has computed is sent back.

    The answers are plain data. A shelf is made once, with its module, so that a child has the same ones as its parent.
    """

    def __init__(self) -> None:
        self.now: dict[Hashable, Answer] = {}
        self.before: dict[Hashable, Answer] = {}
        self.new: dict[Hashable, Answer] = {}
        _memos.append(self)
        _shelves.append(self)

    def answer(self, digest: str, compute: Callable[[], Answer]) -> Answer:
        """Return what is known by a digest, or compute it."""
        if digest not in self.now:
            if digest not in self.before:
                self.before[digest] = self.new[digest] = compute()
            self.now[digest] = self.before[digest]
        return self.now[digest]


_shelves: list[Shelf[Any]] = []


def computed() -> Mapping[int, Mapping[Hashable, Any]]:
    """Return what has been put on shelves since this was last asked for, for `put`."""
    new = {place: shelf.new for place, shelf in enumerate(_shelves) if shelf.new}
    for shelf in _shelves:
        shelf.new = {}
    return new


def put(answers: Mapping[int, Mapping[Hashable, Any]]) -> None:
    """Put on shelves what a child has computed."""
    for place, known in answers.items():
        _shelves[place].before.update(known)


def begin(_pelican: Any) -> None:
    """Begin a build: forget what the last one has not asked for."""
    for memo in _memos:
        memo.now, memo.before = {}, memo.now
    computed()


signals.get_generators.connect(begin)
