"""What is broken, with file, line and excerpt, from what was logged and what was raised."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PLACE = re.compile(r"(?P<file>[^\s:][^:\n]*?)(?::(?P<line>\d+))?: (?P<said>.*)")
COULD_NOT = "Could not process "
AROUND = 2
"""How many lines of a file are shown before and after the one that is told."""

LONGEST = 400
"""How much of a line is shown: one may hold a whole picture."""

ADVICE = {
    "specify a path containing the content": 'there is no folder of articles: begin with make new TITLE="My first"',
    "Failed to overwrite": "two sources have one address: give one of them another slug",
    "Permission denied": "see who owns the folder, and who may write into it",
}
"""What to do, by a sign in the message of an exception that names no line of the author's."""

OURS = str(Path(__file__).parent)
INSTALLED = tuple({sys.prefix, sys.base_prefix, "<"})


@dataclass(frozen=True)
class Problem:
    """One error or warning: where it was found, in what, what is wrong and what to do, with the lines of the file."""

    level: str
    place: str
    about: str
    said: str
    details: Sequence[str] = ()
    file: str = ""
    line: int = 0
    excerpt: Sequence[tuple[int, str]] = ()


class Collected(logging.Handler):
    """Collects what is logged while a site is built. `text` tells a record as the report of a build would."""

    def __init__(self, text: Callable[[logging.LogRecord], str | None]) -> None:
        super().__init__(logging.WARNING)
        self._text = text
        self._told: set[tuple[str, str]] = set()
        self.count = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything in: the report of a build, in whose place this one is, silences all other handlers."""
        return True

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, with the author's own line if an exception is told of."""
        text = self._text(record)
        if text is None:
            return
        self.count += 1
        found = PLACE.match(text)
        if not (found and _path(found["file"])):
            raised = (record.exc_info or (None, None))[1]
            places = own_frames(raised) if raised else []
            place = places[-1] if places else _file_in(text)
            text = f"{place}: {text}" if place else text
        self._told.add(("error" if record.levelno >= logging.ERROR else "warning", text))

    def taken(self) -> list[Problem]:
        """Return what was collected since the last time, errors first."""
        told, self._told = self._told, set()
        return [problem(level, text) for level, text in sorted(told)]


def problem(level: str, text: str) -> Problem:
    """Read an entry of the report: `file:line: what`, then indented lines that say more."""
    head, *more = text.splitlines() or [""]
    details = [line.removeprefix("    ").rstrip() for line in more]
    found = PLACE.fullmatch(head)
    named = found if found and _path(found["file"]) else None
    place = head[: named.start("said") - 2] if named else ""
    about, said = "", named["said"] if named else head
    if details and (" " not in said or said.startswith(COULD_NOT)):  # an address: what is wrong with it comes next
        about, said, *details = "" if said.startswith(COULD_NOT) else said, *details
    # The innermost place is the one to mend: a script's line, rather than the article's that asked for the figure.
    for match in (*(PLACE.fullmatch(line.strip()) for line in (said, *details)), named):
        if match and match["line"] and (path := _path(match["file"])):
            line = int(match["line"])
            excerpt = excerpt_of(path, line)
            known = [text.strip() for number, text in excerpt if number == line]
            others = [detail for detail in details if detail.strip() not in known]
            return Problem(level, place, about, said, others, str(path), line, excerpt)
    return Problem(level, place, about, said, details)


def of_exception(raised: BaseException) -> Problem:
    """Tell what stopped a build, by the author's own lines."""
    if isinstance(raised, SystemExit):
        unsaid = f"something ended the build by sys.exit({raised.code})"
        return problem("error", raised.code if isinstance(raised.code, str) else unsaid)
    said = f"{type(raised).__name__}: {raised}".strip()
    places = own_frames(raised)
    if isinstance(raised, SyntaxError) and raised.filename:
        said = f"{type(raised).__name__}: {raised.msg}"
        places = [f"{shown(raised.filename)}:{raised.lineno}"]
    elif getattr(raised, "filename", None) and getattr(raised, "lineno", None):  # a template that cannot be read
        places = [f"{shown(raised.filename)}:{raised.lineno}"]  # type: ignore[attr-defined]
    at = f"{places[-1]}: " if places else ""
    called = [f"    called from {place}" for place in places[-2:-1]]
    known = [advice for sign, advice in ADVICE.items() if sign in said]
    advice = next(iter(known), "mend it, and save: the site is built again")
    return problem("error", "\n".join([at + said, *called, f"    {advice}"]))


def own_frames(raised: BaseException) -> list[str]:
    """Name the lines of the project, its templates among them, that an exception came through."""
    frames = traceback.extract_tb(raised.__traceback__)
    places = [f"{shown(frame.filename)}:{frame.lineno}" for frame in frames if _is_own(frame.filename)]
    return list(dict.fromkeys(places))


def shown(path: str) -> str:
    """Name a path as the author would."""
    return str(Path(path).relative_to(Path.cwd())) if Path(path).is_relative_to(Path.cwd()) else path


def excerpt_of(path: Path, line: int) -> list[tuple[int, str]]:
    """Return some lines of a file, numbered."""
    try:
        lines = path.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []
    first = max(1, line - AROUND)
    return [(number, text[:LONGEST]) for number, text in enumerate(lines[first - 1 : line + AROUND], start=first)]


def _is_own(file: str) -> bool:
    return not file.startswith((*INSTALLED, OURS)) and Path(file).is_file()


def _path(named: str) -> Path | None:
    path = Path.cwd() / named
    return path if path.is_file() else None


def _file_in(text: str) -> str:
    """Find the file that a message of Pelican's names, if not at its beginning."""
    return next((word for word in re.split(r"[\s,:'\"]+", text) if "/" in word and _path(word)), "")
