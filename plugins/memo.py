"""What functions of plain values have returned, remembered for as long as each build of a process asks for it again.

A preview builds the site with every save, and most of it is what it was. What is remembered is handed out again and
again, so nobody may change it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pelican import signals

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_memos: list[_Memo] = []


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


def begin(_pelican: Any) -> None:
    """Begin a build: forget what the last one has not asked for."""
    for memo in _memos:
        memo.now, memo.before = {}, memo.now


signals.get_generators.connect(begin)
