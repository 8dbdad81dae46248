"""Errors and warnings as file, line, what is wrong and what to do: from the log, or from an exception."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ..messages import ContentError, typed_here

PLACE = re.compile(r"(?P<file>[^\s:][^:\n]*?)(?::(?P<line>[0-9]{1,9}))?: (?P<said>.*)")
COULD_NOT = "Could not process "
AROUND = 2
"""How many lines of a file are shown before and after the reported one."""

IN_A_PREVIEW = {"fix the script, then build again": "fix the script", ", then build again": ", then save again"}
"""Replacements for the advice of a build, because saving is enough here."""

LONGEST = 400
"""How much of a line is shown: it may contain a whole picture."""


@dataclass(frozen=True)
class Problem:
    """One error or warning: its place, its subject, what is wrong and what to do, with the lines of the file."""

    level: str
    place: str
    about: str
    said: str
    details: Sequence[str] = ()
    file: str = ""
    line: int = 0
    excerpt: Sequence[tuple[int, str]] = ()


def problem(level: str, text: str) -> Problem:
    """Parse an entry of the report: `file:line: what`, then indented lines with details."""
    for words, instead in IN_A_PREVIEW.items():
        text = text.replace(words, instead)
    head, *more = text.splitlines() or [""]
    details = [line.removeprefix("    ").rstrip() for line in more]
    head_match = PLACE.fullmatch(head)
    named = head_match if head_match and file_named(head_match["file"]) else None
    place = head[: named.start("said") - 2] if named else ""
    about, message = "", named["said"] if named else head
    if details and (
        " " not in message or message.startswith(COULD_NOT)
    ):  # a URL: the next line says what is wrong with it
        about, message, *details = "" if message.startswith(COULD_NOT) else message, *details
    # The innermost place is the one to fix: a script's line, rather than that of the article with the figure.
    for match in (*(PLACE.fullmatch(line.strip()) for line in (message, *details)), named):
        if match and match["line"] and (path := file_named(match["file"])):
            line = int(match["line"])
            excerpt = excerpt_of(path, line)
            quoted_lines = [text.strip() for number, text in excerpt if number == line]
            rest = [detail for detail in details if detail.strip() not in quoted_lines]
            return Problem(level, place, about, message, rest, str(path), line, excerpt)
    return Problem(level, place, about, message, details)


def shown(path: str) -> str:
    """Return a path as the author would write it."""
    return str(Path(path).relative_to(Path.cwd())) if Path(path).is_relative_to(Path.cwd()) else path


def excerpt_of(path: Path, line: int) -> list[tuple[int, str]]:
    """Return some lines of a file, numbered."""
    try:
        lines = path.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []
    first = max(1, line - AROUND)
    return [(number, text[:LONGEST]) for number, text in enumerate(lines[first - 1 : line + AROUND], start=first)]


def file_named(named: str) -> Path | None:
    """Return the file that a message names; None if it doesn't exist, or can't."""
    try:
        path = Path.cwd() / named
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def file_in(text: str) -> str:
    """Find the file that a message of Pelican's names, other than at its start."""
    return next((word for word in re.split(r"[\s,:'\"]+", text) if "/" in word and file_named(word)), "")


ADVICE: Mapping[str, str | Callable[[], str]] = {
    "specify a path containing the content": partial(
        typed_here,
        "new",
        make='the content folder is missing. Write your first article: make new TITLE="My first article"',
        otherwise='the content folder is missing. Write your first article: unrolled article "My first article"',
    ),
    "Failed to overwrite": "two files have the same URL: give one of them another Slug:",
    "Permission denied": "check who owns the folder, and who may write to it",
}
"""What to do, by a phrase in the message of an exception without a line of the author's."""

BETWEEN = ("building", "live", "private.py", "reading")
"""Our code between Pelican and what it calls: it is never the cause of an exception that passes through it."""
OURS = tuple(str(Path(__file__).parents[1] / name) for name in BETWEEN)
INSTALLED = tuple({sys.prefix, sys.base_prefix, "<"})


def of_exception(raised: BaseException) -> Problem:
    """Convert the exception that stopped a build to a problem."""
    return problem("error", text_of(raised))


def text_of(raised: BaseException) -> str:
    """Format an exception as an entry of the report: the author's innermost line, the exception, what to do."""
    if isinstance(raised, SystemExit):
        return _text_of_end(raised)
    message = raised.msg if isinstance(raised, SyntaxError) else str(raised)
    places = own_places(raised)
    at = f"{places[-1]}: " if places else ""
    called = [f"    called from {place}" for place in places[-2:-1]]
    hints = [advice() if callable(advice) else advice for sign, advice in ADVICE.items() if sign in message]
    advice = next(iter(hints), "fix it and save: the site will be rebuilt")
    return "\n".join([f"{at}{type(raised).__name__}: {message}".strip(), *called, f"    {advice}"])


def own_places(raised: BaseException) -> list[str]:
    """Return the lines of the project, including templates, that an exception passed through, or that it refers to.

    There are none if the mistake isn't in the code.
    """
    if isinstance(raised, ContentError):
        return []
    if getattr(raised, "filename", None) and getattr(raised, "lineno", None):  # unreadable code, or a template
        place = f"{shown(raised.filename)}:{raised.lineno}"  # type: ignore[attr-defined]
        return [place] if _is_own(raised.filename) else []  # type: ignore[attr-defined]
    frames = traceback.extract_tb(raised.__traceback__)
    places = [f"{shown(frame.filename)}:{frame.lineno}" for frame in frames if _is_own(frame.filename)]
    return list(dict.fromkeys(places))


def _text_of_end(raised: SystemExit) -> str:
    if isinstance(raised.code, str) and raised.__cause__:  # a plugin's message about its input
        return raised.code
    places = own_places(raised)
    at = f"{places[-1]}: " if places else ""
    if isinstance(raised.code, str):
        return f"{at}{raised.code}"
    call = f"sys.exit({'' if raised.code is None else raised.code})"
    return f"{at}{call} ended the build\n    remove it, or raise an exception that says what is wrong"


def _is_own(file: str) -> bool:
    return not file.startswith((*INSTALLED, *OURS)) and Path(file).is_file()


class Collected(logging.Handler):
    """Collects log messages. `text` formats a record as in the report of a build."""

    def __init__(self, text: Callable[[logging.LogRecord], str | None]) -> None:
        super().__init__(logging.WARNING)
        self._text = text
        self._told: defaultdict[tuple[str, str], list[str]] = defaultdict(list)

    def filter(self, record: logging.LogRecord) -> bool:
        """Accept everything: the report of a build, which this replaces, silences all other handlers."""
        return True

    def emit(self, record: logging.LogRecord) -> None:
        """Store a record, with the author's own line if it is about an exception.

        An error in here must not end the build.
        """
        text = self._text(record)
        if text is None:
            return
        try:
            self._place(record, text)
        except Exception:  # of any kind: it is reported without a place
            self._told["error" if record.levelno >= logging.ERROR else "warning", text] = []

    def _place(self, record: logging.LogRecord, text: str) -> None:
        raised = _raised(record)
        places = own_places(raised) if raised else []
        level = "error" if record.levelno >= logging.ERROR else "warning"
        match = PLACE.match(text)
        if not (match and file_named(match["file"])):
            place = places[-1] if places else file_in(text)
            self._told[level, f"{place}: {text}" if place else text] = []
        # The error is in the author's own code, not in each of the articles that it should have read
        elif raised and places:
            self._told[level, text_of(raised)].append(match["file"])
        else:
            self._told[level, text] = []

    def taken(self) -> list[Problem]:
        """Return what was collected since the last call, errors first."""
        problems = [_with_articles(problem(*entry), articles) for entry, articles in sorted(self._told.items())]
        self._told.clear()
        return problems


def _raised(record: logging.LogRecord) -> BaseException | None:
    """Return the exception of a record: Pelican logs from its `except` without passing it."""
    handled = sys.exc_info() if record.name.startswith("pelican") else (None, None, None)
    return (record.exc_info or handled)[1]


def _with_articles(reported: Problem, articles: list[str]) -> Problem:
    if not articles:
        return reported
    more = f" and {len(articles) - 1} more" if len(articles) > 1 else ""
    return replace(reported, details=[*reported.details, f"{articles[0]}{more} can't be read because of this"])
