"""Errors in a script, by the author's own lines: exceptions, warnings, and where it was when it was stopped."""

from __future__ import annotations

import contextlib
import errno
import io
import linecache
import os
import re
import sys
import sysconfig
import threading
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..report import NothingDrawnError, RefusedError

BLOCK = re.compile(r"<article's block (\d+)>")
"""The file name in the frames of an article's blocks: with the block's number among those that `draw` was given."""

AT_MOST = 12
"""How many frames are reported; of more, the middle ones are left out."""

_OURS = f"{Path(__file__).parents[1]}{os.sep}"
_LIBRARIES = [sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib", "platstdlib")]


@dataclass(frozen=True)
class Frame:
    """A line that was running, in a function."""

    file: str
    line: int
    name: str = ""

    @property
    def source(self) -> str:
        """The text of the line; empty if it can't be read."""
        return linecache.getline(self.file, self.line).strip()


@dataclass(frozen=True)
class Places:
    """How places in a project are named: its root, and the folder of its diagram scripts."""

    root: Path
    diagrams: Path

    def shown(self, file: str) -> str:
        """Return a file's path from the project's root, or from the folder of libraries that contains it."""
        for folder in (*_LIBRARIES, str(self.root)):
            if Path(file).is_relative_to(folder):
                return Path(file).relative_to(folder).as_posix()
        return file

    def is_own(self, frame: Frame) -> bool:
        """Return whether the author wrote this: it is in the project, and not in a package next to the scripts."""
        path = Path(frame.file)
        if not path.is_relative_to(self.root) or any(path.is_relative_to(folder) for folder in _LIBRARIES):
            return False
        inside = [folder for folder in path.parents if folder != self.diagrams and folder.is_relative_to(self.diagrams)]
        return not any((folder / "__init__.py").is_file() for folder in inside)

    def place(self, frames: Sequence[Frame], script: str) -> Frame:
        """Return the author's innermost line; the script without a line if there is none."""
        return next((frame for frame in reversed(frames) if self.is_own(frame)), Frame(script, 0))

    def at(self, frame: Frame) -> str:
        """Return a frame's file and line."""
        return f"{self.shown(frame.file)}:{frame.line}" if frame.line else self.shown(frame.file)

    def way(self, frames: Sequence[Frame], place: str, head: str = "called from:") -> list[str]:
        """List frames, outermost first, a line each; nothing if the only one is the place that was already reported.

        In a deep recursion, the middle frames are left out; in a library's own frames, all but the last.
        """
        if len(frames) == 1 and place.startswith(f"{self.at(frames[0])}:"):
            return []
        before = half = AT_MOST // 2 if any(map(self.is_own, frames)) else 0
        lines = [self._line(frame) for frame in frames]
        if len(lines) > AT_MOST:
            half = AT_MOST // 2
            lines = [*lines[:before], f"… {len(lines) - before - half} more …", *lines[-half:]]
        return [head, *(f"    {line}" for line in lines)] if lines else []

    def _line(self, frame: Frame) -> str:
        return f"{self.at(frame)} in {frame.name}" + (f": {frame.source}" if frame.source else "")


def without_ours(frames: Sequence[Frame]) -> list[Frame]:
    """Leave out the engine's own frames, and Python's import system's."""
    return [frame for frame in frames if not frame.file.startswith((_OURS, "<frozen "))]


def source(frame: Frame) -> list[str]:
    """Return a frame's line of source, indented; nothing if it can't be read."""
    return [f"    {frame.source}"] if frame.source else []


_THREAD = re.compile(r"^(Current thread|Thread) 0x[0-9a-f]+.*:$")
_FRAME = re.compile(r'^  File "(.*)", line (\d+) in (.*)$')
_ESCAPE = re.compile(r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8}")


@dataclass(frozen=True)
class Stack:
    """Where each thread was, its outermost frame first: the requested one, and the others."""

    here: tuple[Frame, ...] = ()
    others: tuple[tuple[Frame, ...], ...] = ()


def stack_in(text: str) -> Stack:
    """Parse a dump; return an empty stack if there is none."""
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
        elif match := _FRAME.match(line):
            frames.append(Frame(_plain(match[1]), int(match[2]), _plain(match[3])))
    stacks = [_outermost_first(frames) for frames in others]
    return Stack(_outermost_first(here), tuple(stack for stack in stacks if stack))


def _outermost_first(frames: Iterable[Frame]) -> tuple[Frame, ...]:
    return tuple(without_ours(list(frames)[::-1]))


def _plain(text: str) -> str:
    """Undo the fault handler's escaping of non-ASCII characters."""
    return _ESCAPE.sub(lambda match: chr(int(match[0][2:], 16)), text)


def advice(problem: BaseException, script: str, places: Places, beside: Sequence[str]) -> str:
    """Suggest what to try."""
    if getattr(problem, "block", None):
        return "fix the code above the image"
    # In the kit, whose scripts the author only calls
    if hasattr(problem, "block") and not places.is_own(Frame(script, 0)):
        return "fix the attributes between the image's braces"
    if hasattr(problem, "advice"):
        return str(problem.advice)
    if isinstance(problem, ModuleNotFoundError):
        listed = "; pyproject.toml lists what the site needs" if (places.root / "pyproject.toml").is_file() else ""
        return f"install {problem.name}, or fix the name{listed}"
    if beside:
        return f"paths start from the project's root: write {', '.join(map(places.shown, beside))}"
    if isinstance(problem, OSError) and problem.errno == errno.EFBIG:
        return "make it write, or print, less than 1 GB to one file"
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return "free some disk space, then build again"
    if isinstance(problem, FileNotFoundError):
        return _near(problem, places) or "fix the file or its name; paths start from the project's root"
    if isinstance(problem, UnicodeDecodeError):
        return f"name the file's encoding, for example encoding='latin-1', or save it as {problem.encoding}"
    if isinstance(problem, OSError):
        return "fix the file or its name; paths start from the project's root"
    if isinstance(problem, MemoryError):
        return "use less memory at a time"
    if isinstance(problem, RecursionError):
        return "look for a function that keeps calling itself"
    return "fix the script, then build again"


def suggestion(problem: BaseException) -> str:
    """Return Python's own suggestion after a message: "Did you mean …?"."""
    if not isinstance(problem, NameError | AttributeError | ImportError):
        return ""
    with contextlib.redirect_stderr(io.StringIO()) as printed:
        sys.__excepthook__(type(problem), problem, None)
    lines = [line for line in printed.getvalue().splitlines() if line.startswith(type(problem).__name__)]
    _, _, more = (lines[-1] if lines else "").partition(str(problem))
    return more


def _near(problem: FileNotFoundError, places: Places) -> str:
    """Suggest names similar to a missing one: a file's, or a folder's in its path."""
    if not isinstance(problem.filename, str) or problem.filename2:
        return ""
    missing = places.root / problem.filename
    while not missing.parent.is_dir():
        missing = missing.parent
    near = get_close_matches(missing.name, [path.name for path in missing.parent.iterdir()])
    paths = [places.shown(str(missing.with_name(name))) for name in near]
    return f"{places.shown(str(missing))} doesn't exist; did you mean {' or '.join(paths)}?" if near else ""


CHAINED = 3
"""How many exceptions that led to another one are reported."""

_MESSAGE_LINES = 20
_MESSAGE_LETTERS = 500


def failure(problem: BaseException, job: Mapping[str, Any], beside: Sequence[str] = ()) -> dict[str, Any]:
    """Report a failure; `beside` lists files that are next to the script, but were looked for elsewhere."""
    telling = _Formatter(job)
    return {
        "failure": telling.lines(problem),
        "advice": advice(problem, job["script"], telling.places, beside),
        "block": getattr(problem, "block", None),
        "block_line": getattr(problem, "lineno", None),
        "misses_files": isinstance(problem, OSError),
    }


def report_thread(raised: threading.ExceptHookArgs, job: Mapping[str, Any]) -> None:
    """Print the exception that ended one of the script's threads to its own stderr; the script itself continues."""
    if raised.exc_value and not isinstance(raised.exc_value, SystemExit):
        print("in a thread:", *_Formatter(job).lines(raised.exc_value), sep="\n", file=sys.stderr)


class _Formatter:
    """Formats the exceptions of one script."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        self.places = Places(Path(job["root"]), Path(job["diagrams"]))
        self._script = job["script"]

    def lines(self, problem: BaseException) -> list[str]:
        """Return what happened and where, with its notes; then the call stack, and the causes."""
        frames = self._frames(problem)
        lines = [*self._what(problem, frames), *(f"    {note}" for note in _notes(problem))]
        lines += self.places.way(frames, lines[0])
        for head, cause in _chain(problem):
            # A pool's: the traceback of the other process, as text
            if type(cause).__name__.endswith("RemoteTraceback"):
                lines += self.places.way(_frames_in(str(cause)), "", "in another process:")
                continue
            first, *more = self._what(cause, self._frames(cause))
            lines += [f"{head} {first}", *more, *(f"    {note}" for note in _notes(cause))]
        return lines

    def _what(self, problem: BaseException, frames: Sequence[Frame]) -> list[str]:
        place = self.places.place(frames, self._script)
        if isinstance(problem, NothingDrawnError):
            place = Frame(self._script, problem.line)
        excerpt = source(place)
        if isinstance(problem, SyntaxError) and problem.filename and self.places.is_own(Frame(problem.filename, 0)):
            place = Frame(problem.filename, problem.lineno or 0)
            excerpt = _pointed_at(problem, place)
        lines = [line[:_MESSAGE_LETTERS] for line in _said(problem).splitlines()]
        first, *more = lines if len(lines) <= _MESSAGE_LINES else [*lines[:_MESSAGE_LINES], "…"]
        return [f"{self.places.at(place)}: {first}", *(f"    {line}" for line in more), *excerpt]

    def _frames(self, problem: BaseException) -> list[Frame]:
        """Return the frames starting at the script's first; for a message to authors, only the author's own."""
        summaries = traceback.extract_tb(problem.__traceback__)
        frames = without_ours([Frame(summary.filename, summary.lineno or 0, summary.name) for summary in summaries])
        if isinstance(problem, SyntaxError) and not _has(frames, self._script):
            return []  # the script's own: it never ran
        if isinstance(problem, NothingDrawnError | RefusedError) or hasattr(problem, "block"):
            return list(filter(self.places.is_own, frames))
        started = [frame.file for frame in frames].index(self._script) if _has(frames, self._script) else 0
        return frames[started:]


def _frames_in(text: str) -> list[Frame]:
    """Parse the frames of a printed traceback."""
    matches = re.findall(r'^ +File "(.*)", line (\d+), in (.*)$', text, re.M)
    return without_ours([Frame(file, int(line), name) for file, line, name in matches])


def _has(frames: Sequence[Frame], file: str) -> bool:
    return any(frame.file == file for frame in frames)


def _said(problem: BaseException) -> str:
    try:
        message = str(problem).strip() or "no message"
    except Exception:  # an exception of the script's own may fail to format its message
        message = "no message"
    if isinstance(problem, SystemExit):
        return f"called sys.exit({'' if problem.code is None else repr(problem.code)}), which reports a failure"
    if isinstance(problem, NothingDrawnError | RefusedError) or hasattr(problem, "block"):
        return message
    if isinstance(problem, SyntaxError):
        message = problem.msg
    if isinstance(problem, KeyboardInterrupt):
        message = "the script was interrupted, or raised this exception itself"
    return f"{type(problem).__name__}: {message}{suggestion(problem)}"


def _notes(problem: BaseException) -> list[str]:
    return [line for note in getattr(problem, "__notes__", ()) for line in str(note).splitlines()]


def _pointed_at(problem: SyntaxError, place: Frame) -> list[str]:
    text = (problem.text or "").rstrip() or place.source
    column = (problem.offset or 0) - 1 - (len(text) - len(text.lstrip()))
    return [f"    {text.strip()}", *([f"    {' ' * column}^"] if 0 <= column <= len(text) else [])] if text else []


def _chain(problem: BaseException) -> Iterator[tuple[str, BaseException]]:
    """Yield the causes of an exception, the nearest first, and the members of an exception group.

    One that refers to the article's code has no others that its author can use.
    """
    if getattr(problem, "block", None):
        return
    if isinstance(problem, BaseExceptionGroup):
        yield from (("one of them:", member) for member in problem.exceptions[:CHAINED])
    visited = {id(problem)}
    while len(visited) <= CHAINED:
        cause, context = problem.__cause__, None if problem.__suppress_context__ else problem.__context__
        next_problem = cause or context
        if next_problem is None or id(next_problem) in visited:
            return
        yield ("caused by:" if cause else "while handling:"), next_problem
        visited.add(id(next_problem))
        problem = next_problem


# For figures that our style has laid out, if a library such as seaborn lays them out itself: nothing is wrong.
_OUR_LAYOUT = "The figure layout has changed to tight"


class Warned:
    """Collects Python's warnings, unless the script does so itself."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        self._places = Places(Path(job["root"]), Path(job["diagrams"]))
        self._script = job["script"]
        self._lines: dict[str, None] = {}
        warnings.showwarning = self._show
        warnings.filterwarnings("ignore", _OUR_LAYOUT)

    def told(self) -> list[str]:
        """Return a line for each warning."""
        return list(self._lines)

    def _show(self, message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        stack = [
            Frame(summary.filename, summary.lineno or 0, summary.name)
            for summary in traceback.extract_stack(sys._getframe(1))
        ]
        place = self._places.at(self._places.place(stack, self._script))
        self._lines[f"{place}: {category.__name__}: {' '.join(str(message).split())}"] = None
