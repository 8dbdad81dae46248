"""What went wrong in a script, told by the author's own lines (in the child)."""

from __future__ import annotations

import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .frames import Frame, Places, source, without_ours
from .report import NothingDrawnError, RefusedError
from .suggestions import advice, suggestion

CHAINED = 3
"""So many of the exceptions that led to one are told."""

_MESSAGE_LINES = 20
_MESSAGE_LETTERS = 500




def failure(problem: BaseException, job: Mapping[str, Any], beside: Sequence[str] = ()) -> dict[str, Any]:
    """Tell a failure; `beside` names files that are beside the script, and were looked for elsewhere."""
    telling = _Telling(job)
    return {
        "failure": telling.lines(problem),
        "advice": advice(problem, telling.places, beside),
        "block": getattr(problem, "block", None),
        "block_line": getattr(problem, "lineno", None),
        "misses_files": isinstance(problem, OSError),
    }


def tell_of_thread(raised: threading.ExceptHookArgs, job: Mapping[str, Any]) -> None:
    """Say on the script's own error output what ended one of its threads: the script itself goes on."""
    if raised.exc_value and not isinstance(raised.exc_value, SystemExit):
        print("in a thread:", *_Telling(job).lines(raised.exc_value), sep="\n", file=sys.stderr)


class _Telling:
    """Tells exceptions of one script."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        self.places = Places(Path(job["root"]), Path(job["diagrams"]))
        self._script = job["script"]

    def lines(self, problem: BaseException) -> list[str]:
        """Say what and where, with its notes; then the way to there, and what led to it."""
        frames = self._frames(problem)
        lines = [*self._what(problem, frames), *(f"    {note}" for note in _notes(problem))]
        lines += self.places.way(frames, lines[0])
        for head, other in _chain(problem):
            if type(other).__name__.endswith("RemoteTraceback"):  # a pool's: where it was raised, as text
                lines += self.places.way(_frames_in(str(other)), "", "in another process:")
                continue
            first, *more = self._what(other, self._frames(other))
            lines += [f"{head} {first}", *more, *(f"    {note}" for note in _notes(other))]
        return lines

    def _what(self, problem: BaseException, frames: Sequence[Frame]) -> list[str]:
        place = self.places.place(frames, self._script)
        if isinstance(problem, NothingDrawnError):
            place = Frame(self._script, problem.line)
        shown = source(place)
        if isinstance(problem, SyntaxError) and problem.filename and self.places.is_own(Frame(problem.filename, 0)):
            place = Frame(problem.filename, problem.lineno or 0)
            shown = _pointed_at(problem, place)
        said = [line[:_MESSAGE_LETTERS] for line in _said(problem).splitlines()]
        first, *more = said if len(said) <= _MESSAGE_LINES else [*said[:_MESSAGE_LINES], "…"]
        return [f"{self.places.at(place)}: {first}", *(f"    {line}" for line in more), *shown]

    def _frames(self, problem: BaseException) -> list[Frame]:
        """Return the frames from the script's first on. What is told to its author in words has the author's only."""
        summaries = traceback.extract_tb(problem.__traceback__)
        frames = without_ours([Frame(it.filename, it.lineno or 0, it.name) for it in summaries])
        if isinstance(problem, SyntaxError) and not _has(frames, self._script):
            return []  # the script's own: it was not run
        if isinstance(problem, NothingDrawnError | RefusedError) or hasattr(problem, "block"):
            return list(filter(self.places.is_own, frames))
        started = [frame.file for frame in frames].index(self._script) if _has(frames, self._script) else 0
        return frames[started:]


def _frames_in(text: str) -> list[Frame]:
    """Read frames from a traceback that was printed."""
    found = re.findall(r'^ +File "(.*)", line (\d+), in (.*)$', text, re.M)
    return without_ours([Frame(file, int(line), name) for file, line, name in found])


def _has(frames: Sequence[Frame], file: str) -> bool:
    return any(frame.file == file for frame in frames)


def _said(problem: BaseException) -> str:
    try:
        said = str(problem).strip() or "no message"
    except Exception:  # an exception of the script's own may not know how to say what it is
        said = "no message"
    if isinstance(problem, SystemExit):
        return f"called sys.exit({'' if problem.code is None else repr(problem.code)}): it says that the script failed"
    if isinstance(problem, NothingDrawnError | RefusedError) or hasattr(problem, "block"):
        return said
    if isinstance(problem, SyntaxError):
        said = problem.msg
    if isinstance(problem, KeyboardInterrupt):
        said = "the script was interrupted, or raised this itself"
    return f"{type(problem).__name__}: {said}{suggestion(problem)}"


def _notes(problem: BaseException) -> list[str]:
    return [line for note in getattr(problem, "__notes__", ()) for line in str(note).splitlines()]


def _pointed_at(problem: SyntaxError, place: Frame) -> list[str]:
    text = (problem.text or "").rstrip() or place.source
    column = (problem.offset or 0) - 1 - (len(text) - len(text.lstrip()))
    return [f"    {text.strip()}", *([f"    {' ' * column}^"] if 0 <= column <= len(text) else [])] if text else []


def _chain(problem: BaseException) -> Iterator[tuple[str, BaseException]]:
    """Yield what led to an exception, the nearest first, and the exceptions that a group of them holds."""
    if isinstance(problem, BaseExceptionGroup):
        yield from (("one of them:", other) for other in problem.exceptions[:CHAINED])
    told = {id(problem)}
    while len(told) <= CHAINED:
        cause, context = problem.__cause__, None if problem.__suppress_context__ else problem.__context__
        other = cause or context
        if other is None or id(other) in told:
            return
        yield ("because of:" if cause else "while handling:"), other
        told.add(id(other))
        problem = other
