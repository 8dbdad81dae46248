"""Counts errors and warnings; the report; the exit code."""

from __future__ import annotations

import atexit
import errno
import logging
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from pelican import signals
from pelican.log import DEFAULT_LOG_HANDLER

from .figures.report import readable
from .files import from_root
from .front_matter import end_of
from .messages import ContentError, typed_here

ADVICE: Mapping[str, str | Callable[[], str]] = {
    "is not a valid date": "use this format: Date: 2026-11-25 08:30",
    "codec can't decode": "save the file as UTF-8",
    "could not find information about 'title'": "start the file with a line such as Title: My title",
    "could not find information about 'date'": "add a line to the header, such as Date: 2026-11-25 08:30",
    "Duplicate definition of": "write it only once",
    "Unknown status": "the status can be published, draft, hidden or skip",
    "skipping url replacement": partial(
        typed_here,
        "check-content",
        make="to see the article and the line, run `make check-content`",
        otherwise="to see the article and the line, run `unrolled check`",
    ),
    "Could not listen on port": partial(
        typed_here,
        "serve",
        make="another program uses it. Choose another port: make serve PORT=8001",
        otherwise="another program uses it. Choose another port: pelican --listen --port 8001",
    ),
}
"""What to do, by a phrase in a reader's message."""

IN_NOTEBOOKS: Mapping[str, str | Callable[[], str]] = {
    "could not find information about 'title'": "begin its first cell with a line such as Title: My title",
    "could not find information about 'date'": "add a line to its first cell, such as Date: 2026-11-25 08:30",
}
"""The same for an article that is a notebook."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
PLACED = re.compile(r"\S+:\d+: ")


class BuildFailedError(Exception):
    """Ends the process with exit code 1, after everything that can be written is written."""

    exitcode = 1


class Report(logging.Handler):
    """Collects warnings and errors while the site is built, and prints them once, at the end."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.fails_at = logging.ERROR
        self.annotates = False
        """Whether each entry is repeated as an annotation, as it is in every run on GitHub."""
        self._content = Path()
        self._output = Path()
        self._told: list[tuple[int, str]] = []
        self._has_raised = False

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record for the report."""
        if is_reported(record):
            self._told.append((min(record.levelno, logging.ERROR), self.text(record)))

    def configure(self, pelican: Any) -> None:
        """Read STRICT, `error` or `warning`: the lowest level at which a build fails."""
        self._content, self._output = (Path(pelican.settings[name]) for name in ("PATH", "OUTPUT_PATH"))
        level = pelican.settings.get("STRICT", "error")
        if level not in ("error", "warning"):
            message = f"STRICT is {level!r}, but must be 'error' or 'warning'"
            print(message, file=sys.stderr)  # Pelican doesn't show its own message about this exception
            raise BuildFailedError(message)
        self.fails_at = logging.WARNING if level == "warning" else logging.ERROR

    def close_build(self, _pelican: Any) -> None:
        """Print the report; raise if the build failed, but only once per process, because `pelican -r` would loop."""
        failed = any(level >= self.fails_at for level, _ in self._told)
        self.print()
        if failed and not self._has_raised:
            self._has_raised = True
            raise BuildFailedError

    def print(self) -> None:
        """Print what was collected since the last call, errors first."""
        entries, self._told = self._told, []
        for level, title in ((logging.ERROR, "error"), (logging.WARNING, "warning")):
            texts = sorted({text for entry_level, text in entries if entry_level == level}, key=_by_number)
            if texts:
                count = f"{len(texts)} {title}{'s' * (len(texts) > 1)}"
                _say(f"\n{count}:\n", *texts, stream=sys.stderr)
                if self.annotates or "GITHUB_ACTIONS" in os.environ:
                    _say(*(annotation(title, text) for text in texts), stream=sys.stdout)

    def text(self, record: logging.LogRecord) -> str:
        """Format a record for the report: where, what, and what to do; this never raises.

        An exception in a log handler would end Pelican's run.
        """
        try:
            return self._placed(record)
        except Exception:  # of any kind: the site matters more than the place of a message
            return record.getMessage()

    def _placed(self, record: logging.LogRecord) -> str:
        message = record.getMessage().strip().replace(f"{Path.cwd()}/", "")
        # Pelican logs from its `except` without passing the exception, unless it is in debug mode. Plugins, whose names
        # are below Pelican's if they are installed, say what they mean.
        is_of_pelican = record.name.startswith("pelican") and not record.name.startswith("pelican.plugins")
        handled = sys.exc_info() if is_of_pelican else (None, None, None)
        problem = (record.exc_info or handled)[1]
        if isinstance(problem, OSError) and _has_no_room(record):
            place = from_root(problem.filename or self._output, Path.cwd())
            return f"can't write {place}: {problem.strerror}\n    free some disk space, then build again"
        # A message isn't a path, and may be too long for one: Path.is_file would raise.
        article = next(filter(os.path.isfile, self._paths(record)), None)
        if problem is None:
            first = f"{_place(article, message)}: {message}" if article and not PLACED.match(message) else message
            return "\n".join([first, *(f"    {line}" for line in _advice(message, article))])
        reason = "\n".join(f"    {line}" for line in [str(problem), *_advice(str(problem), article)])
        return f"{_place(article, problem)}: {message}\n{reason}" if article else f"{message}\n{reason}"

    def _paths(self, record: logging.LogRecord) -> list[Path]:
        """Return the files that a record is about: from paths, or from Pelican's contents."""
        arguments = record.args if isinstance(record.args, tuple) else ()
        paths = [getattr(argument, "source_path", argument) for argument in arguments]
        return [self._content / path for path in paths if isinstance(path, str)]


class Record(logging.LogRecord):
    """A record whose message can always be formatted, by Pelican's own filters and handlers too.

    Python's raises if the arguments don't fit the message, or can't be converted to text.
    """

    def __init__(
        self, name: str, level: int, pathname: str, lineno: int, msg: object, *more: Any, **named: Any
    ) -> None:
        # Pelican looks up a message among those it has shown, and not everything is hashable.
        super().__init__(name, level, pathname, lineno, msg if isinstance(msg, str) else _text(msg), *more, **named)

    def getMessage(self) -> str:  # noqa: N802  (its name in Python)
        """Return the message with its arguments; if they don't fit, the original with the arguments after it."""
        try:
            message = super().getMessage()
        except Exception:
            arguments = self.args.values() if isinstance(self.args, dict) else self.args or ()
            message = " ".join([_text(self.msg), *map(_text, arguments)])
        return readable(message)


def _text(thing: object) -> str:
    for writer in (str, repr):
        with suppress(Exception):
            return writer(thing)
    return f"<{type(thing).__name__}>"


def _say(*lines: str, stream: TextIO) -> None:
    """Print lines, escaping characters that the stream lacks; if the stream is closed, do nothing."""
    with suppress(OSError, ValueError):
        text = readable("\n".join(lines))
        encoding = stream.encoding or "utf-8"
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)


def _place(article: Path, problem: object) -> str:
    """Return the article, with the line of the bad character or text, or the header line that the problem quotes."""
    file = from_root(article, Path.cwd())
    if isinstance(problem, ContentError) and (line_number := problem.line or _line_of(problem, article)):
        return f"{file}:{line_number}"
    if isinstance(problem, UnicodeDecodeError):
        return f"{file}:{problem.object[: problem.start].count(10) + 1}"
    quoted = re.findall(r"'([^']+)'", str(problem))
    lines = article.read_text("utf-8-sig", errors="replace").splitlines()
    end = end_of(lines)
    for number, line in enumerate(lines, start=1):
        if number >= end and not line.strip():
            break
        if line.partition(":")[2].strip(" \"'") in quoted:
            return f"{file}:{number}"
    return f"{file}:1"


def _line_of(problem: ContentError, article: Path) -> int:
    """Return the line of a header or a text; 1 if it isn't found, and 0 if neither is known."""
    from .figures.markdown import Reading  # only a failed build needs it

    reading = Reading("", article)
    if problem.header:
        return reading.line_of_field(problem.header)
    if not problem.written:
        return 0
    # Of several lines, the longest one is the least ambiguous
    longest = max((line.strip() for line in problem.written.splitlines()), key=len)
    fence = ""
    for number, line in reading.prose:
        sign = re.match(r"[ >]*(`{3,}|~{3,})", line)
        if fence:
            fence = "" if sign and sign[1].startswith(fence) else fence
        elif sign:
            fence = sign[1]
        elif longest in line:
            return number
    return reading.line_in_header(longest)


def annotation(kind: str, text: str) -> str:
    """Format an entry so that GitHub shows it at the line that it names (its "workflow commands")."""
    place = re.match(r"(?P<file>[^\s:]+)(?::(?P<line>\d+))?: ", text)
    where = f" file={place['file']},line={place['line'] or 1}" if place else ""
    escaped = text.replace("%", "%25").replace("\n", "%0A")
    return f"::{kind}{where}::{escaped}"


def _advice(problem: str, article: Path | None) -> list[str]:
    all_advice = {**ADVICE, **(IN_NOTEBOOKS if article and article.suffix == ".ipynb" else {})}
    return [advice() if callable(advice) else advice for sign, advice in all_advice.items() if sign in problem]


def _by_number(text: str) -> list[tuple[int, str]]:
    """Sort line 9 before line 10, comparing lengths first: Python can't convert numbers with thousands of digits."""
    words_and_numbers = re.split(r"([0-9]+)", text)
    numbers = [number.lstrip("0") for number in words_and_numbers[1::2]]
    sorted_by = [(0, word) for word in words_and_numbers]
    sorted_by[1::2] = [(len(number), number) for number in numbers]
    return sorted_by


def is_reported(record: logging.LogRecord) -> bool:
    """Return whether the report prints a record at its end: warnings and errors, but not what stops Pelican at once.

    A full disk stops it, too, but the remedy isn't in Pelican's code.
    """
    is_for_end = logging.WARNING <= record.levelno <= logging.ERROR or _has_no_room(record)
    return is_for_end and not is_our_own(record)


def _has_no_room(record: logging.LogRecord) -> bool:
    problem = record.exc_info[1] if record.exc_info else None
    return record.levelno == logging.CRITICAL and isinstance(problem, OSError) and problem.errno in NO_ROOM


def is_our_own(record: logging.LogRecord) -> bool:
    """Return whether a record is Pelican's message about our own exception, which has already been reported."""
    arguments = record.args if isinstance(record.args, tuple) else ()
    return any(type(argument) is BuildFailedError for argument in arguments) or bool(
        record.exc_info and record.exc_info[0] is BuildFailedError
    )


report = Report()
# On import, not in register(): Pelican imports all plugins first, and logs which ones it can't load.
logging.setLogRecordFactory(Record)
logging.getLogger().addHandler(report)
atexit.register(report.print)


def is_left_to_pelican(record: logging.LogRecord) -> bool:
    """Return whether Pelican's own handler should show a record at once."""
    return not is_reported(record) and not is_our_own(record)


def register() -> None:
    """Take over warnings and errors from Pelican's handler. List this plugin first."""
    DEFAULT_LOG_HANDLER.addFilter(is_left_to_pelican)
    signals.initialized.connect(report.configure)
    signals.finalized.connect(report.close_build)
