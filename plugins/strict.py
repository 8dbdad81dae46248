"""Counts what was logged and what failed; the report; the exit code."""

from __future__ import annotations

import atexit
import logging
import os
import re
import sys
from pathlib import Path
from typing import Any

from pelican import signals

ADVICE = {
    "is not a valid date": "write it as in: Date: 2026-11-25 08:30",
    "codec can't decode": "save the file as UTF-8",
    "could not find information about 'title'": "begin the file with: Title: what it is called",
    "could not find information about 'date'": "add to the head of the file: Date: 2026-11-25 08:30",
    "Duplicate definition of": "write it once, on one line",
    "Unknown status": "write Status: published, or draft, hidden, skip",
    "Could not listen on port": "another server runs there: say make serve PORT=8001",
}
"""What to do, by a sign in the message of a reader."""

PLACED = re.compile(r"\S+:\d+: ")
LONGEST_PATH = 4096


class BuildFailedError(Exception):
    """Ends the process with exit code 1, after everything that can be written is written."""

    exitcode = 1


class Report(logging.Handler):
    """Collects warnings and errors while the site is built, and tells them once, at the end."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.fails_at = logging.ERROR
        self._content = Path()
        self._told: list[tuple[int, str]] = []
        self._has_raised = False

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record for the report."""
        if is_reported(record):
            self._told.append((record.levelno, self.text(record)))

    def configure(self, pelican: Any) -> None:
        """Read STRICT, `error` or `warning`: the least level at which a build fails."""
        self._content = Path(pelican.settings["PATH"])
        level = pelican.settings.get("STRICT", "error")
        if level not in ("error", "warning"):
            message = f"STRICT is {level!r}, but must be 'error' or 'warning'"
            print(message, file=sys.stderr)  # Pelican's own word on this exception is not shown
            raise BuildFailedError(message)
        self.fails_at = logging.WARNING if level == "warning" else logging.ERROR

    def close_build(self, _pelican: Any) -> None:
        """Print the report; raise if the build failed, but once a process: more would spin `pelican -r`."""
        failed = any(level >= self.fails_at for level, _ in self._told)
        self.print()
        if failed and not self._has_raised:
            self._has_raised = True
            raise BuildFailedError

    def print(self) -> None:
        """Print what was collected since the last time, errors first."""
        told, self._told = self._told, []
        for level, title in ((logging.ERROR, "error"), (logging.WARNING, "warning")):
            texts = sorted({text for known, text in told if known == level}, key=_by_number)
            if texts:
                count = f"{len(texts)} {title}{'s' * (len(texts) > 1)}"
                print(f"\n{count}:\n", *texts, sep="\n", file=sys.stderr, flush=True)
                if "GITHUB_ACTIONS" in os.environ:
                    print(*(_annotation(title, text) for text in texts), sep="\n", flush=True)

    def text(self, record: logging.LogRecord) -> str:
        """Tell a record as the report does: where, what, and what to do."""
        message = record.getMessage().strip().replace(f"{Path.cwd()}/", "")
        # Pelican logs from its `except` without handing the exception on, unless it is in debug mode.
        handled = sys.exc_info() if record.name.startswith("pelican") else (None, None, None)
        problem = (record.exc_info or handled)[1]
        article = next((path for path in self._paths(record) if path.is_file()), None)
        if problem is None:
            first = f"{_place(article, message)}: {message}" if article and not PLACED.match(message) else message
            return "\n".join([first, *(f"    {line}" for line in _advice(message))])
        reason = "\n".join(f"    {line}" for line in [str(problem), *_advice(str(problem))])
        return f"{_place(article, problem)}: {message}\n{reason}" if article else f"{message}\n{reason}"

    def _paths(self, record: logging.LogRecord) -> list[Path]:
        """Name the files of which a record tells: by their paths, or as what Pelican has read."""
        arguments = record.args if isinstance(record.args, tuple) else ()
        paths = [getattr(argument, "source_path", argument) for argument in arguments]
        return [self._content / path for path in paths if isinstance(path, str) and len(path) < LONGEST_PATH]


def _place(article: Path, problem: object) -> str:
    """Name the article, with the line of its header whose value the problem quotes, or of the letter in question."""
    shown = article.relative_to(Path.cwd()).as_posix() if article.is_relative_to(Path.cwd()) else str(article)
    if isinstance(problem, UnicodeDecodeError):
        return f"{shown}:{problem.object[: problem.start].count(10) + 1}"
    quoted = re.findall(r"'([^']+)'", str(problem))
    for number, line in enumerate(article.read_text("utf-8-sig", errors="replace").splitlines(), start=1):
        if not line.strip():
            break
        if line.partition(":")[2].strip() in quoted:
            return f"{shown}:{number}"
    return f"{shown}:1"


def _annotation(kind: str, text: str) -> str:
    """Write an entry as GitHub shows it beside the line that it names (its "workflow commands")."""
    place = re.match(r"(?P<file>[^\s:]+)(?::(?P<line>\d+))?: ", text)
    where = f" file={place['file']},line={place['line'] or 1}" if place else ""
    escaped = text.replace("%", "%25").replace("\n", "%0A")
    return f"::{kind}{where}::{escaped}"


def _advice(problem: str) -> list[str]:
    return [advice for sign, advice in ADVICE.items() if sign in problem]


def _by_number(text: str) -> list[tuple[int, str]]:
    """Sort line 9 before line 10."""
    return [(int(piece), "") if piece.isdigit() else (0, piece) for piece in re.split(r"(\d+)", text)]


def is_reported(record: logging.LogRecord) -> bool:
    """Say whether the report tells a record at its end: warnings and errors, not what stops Pelican at once."""
    return logging.WARNING <= record.levelno <= logging.ERROR and not is_our_own(record)


def is_our_own(record: logging.LogRecord) -> bool:
    """Say whether a record is Pelican's word on our own exception, whose report has been told."""
    return any(isinstance(argument, BuildFailedError) for argument in record.args or ()) or bool(
        record.exc_info and record.exc_info[0] is BuildFailedError
    )


report = Report()
# On import, not in register(): Pelican imports all plugins first, and says meanwhile which of them it cannot load.
logging.getLogger().addHandler(report)
atexit.register(report.print)


def is_left_to_pelican(record: logging.LogRecord) -> bool:
    """Say whether Pelican's own handler is to show a record at once."""
    return not is_reported(record) and not is_our_own(record)


def register() -> None:
    """Take warnings and errors over from Pelican's handlers. List this plugin first."""
    for handler in logging.getLogger().handlers:
        if handler is not report:
            handler.addFilter(is_left_to_pelican)
    signals.initialized.connect(report.configure)
    signals.finalized.connect(report.close_build)
