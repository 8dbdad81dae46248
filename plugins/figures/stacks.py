"""What Python's fault handler has written of a process that hung or crashed -> frames."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .frames import Frame, without_ours

_THREAD = re.compile(r"^(Current thread|Thread) 0x[0-9a-f]+.*:$")
_FRAME = re.compile(r'^  File "(.*)", line (\d+) in (.*)$')
_ESCAPE = re.compile(r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8}")


@dataclass(frozen=True)
class Stack:
    """Where each thread was, its outermost frame first: the one that was asked, and the others."""

    here: tuple[Frame, ...] = ()
    others: tuple[tuple[Frame, ...], ...] = ()


def read(text: str) -> Stack:
    """Read a dump; return an empty stack where there is none."""
    here: list[Frame] = []
    others: list[list[Frame]] = []
    frames: list[Frame] = []
    for line in text.splitlines():
        if thread := _THREAD.match(line):
            frames = []
            if thread[1] == "Thread":
                others.append(frames)
            else:
                here = frames
        elif found := _FRAME.match(line):
            frames.append(Frame(_plain(found[1]), int(found[2]), _plain(found[3])))
    told = [_outermost_first(one) for one in others]
    return Stack(_outermost_first(here), tuple(one for one in told if one))


def _outermost_first(frames: Iterable[Frame]) -> tuple[Frame, ...]:
    return tuple(without_ours(list(frames)[::-1]))


def _plain(text: str) -> str:
    """Undo what the fault handler does to letters beyond ASCII."""
    return _ESCAPE.sub(lambda found: chr(int(found[0][2:], 16)), text)
