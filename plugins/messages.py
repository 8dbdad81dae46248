"""Messages: how they name our commands, and those of a run, stored as plain data and repeated later."""

from __future__ import annotations

import io
import logging
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

USUAL = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime"}
"""The attributes that every record has; others belong to its logger, such as Pelican's `limit_msg`."""


def typed_here(rule: str, *, make: str, otherwise: str) -> str:
    """Return `make` if the Makefile in this folder has the rule, else `otherwise`.

    This repository, and each site that `unrolled new` has created, is run with `make`; in any other Pelican site, the
    command `unrolled`, or Pelican's own, does the same.
    """
    try:
        makefile = Path("Makefile").read_text("utf-8", errors="replace")
    except OSError:
        return otherwise
    return (
        make if re.search(rf"^(?:[\w-]+ )*{re.escape(rule)}(?: [\w-]+)*:(?!=)", makefile, re.MULTILINE) else otherwise
    )


EXTRAS = {
    "citations": ("bibtexparser", "citeproc"),
    "cluster": ("distributed",),
    "frames": ("tinycss2",),
    "languages": ("babel",),
    "notebooks": ("nbconvert", "nbformat", "nh3", "tinycss2"),
}
"""The modules that each extra of our distribution installs, for what few sites need."""


def lacking(extra: str) -> tuple[str, str] | None:
    """Return a module of an extra that isn't installed, and what to do; None if all of them are there."""
    missing = next((module for module in EXTRAS[extra] if find_spec(module) is None), None)
    return None if missing is None else (missing, f'python -m pip install "pelican-unrolled[{extra}]"')


@contextmanager
def ends_with_its_reader() -> Iterator[None]:
    """End quietly once nobody reads what a command prints, as in `make list | head`: with the status of SIGPIPE."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python would try again, and complain
        raise SystemExit(UNREAD) from None


UNREAD = 128 + 13
"""What a shell reports of a process that was ended by SIGPIPE."""

_notes: dict[str, None] = {}


def note(console: Any, text: str, later: str = "") -> None:
    """Print a note about the site, which each build repeats while nothing changes; `later` is what it says then.

    The console is Pelican's: processes that don't use Pelican import this module, too.
    """
    _notes[later or text] = None
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def noted() -> list[str]:
    """Return the notes since the last call."""
    notes = [*_notes]
    _notes.clear()
    return notes


class ContentError(ValueError):
    """A mistake in an article or page: reports name its line there, rather than that of our code.

    Its place is a line of the file, the name of a header, or the wrong part of the text as the author wrote it.
    """

    def __init__(self, message: str, written: str = "", *, header: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.written = written
        self.header = header
        self.line = line


class Named(str):
    """The text of a message's argument, with the file that it is about, which reports look for."""

    __slots__ = ("source_path",)

    source_path: str

    def __new__(cls, text: str, source_path: str) -> Named:
        """Return the text with the file's path."""
        named = super().__new__(cls, text)
        named.source_path = source_path
        return named

    def __reduce__(self) -> tuple[type[Named], tuple[str, str]]:
        """Keep both in a pickle."""
        return Named, (str(self), self.source_path)


@dataclass(frozen=True)
class Logged:
    """A log record, in its state before any filter."""

    logger: str
    level: int
    text: Any
    arguments: Any
    path: str
    line: int
    function: str | None
    more: Mapping[str, Any] = field(default_factory=dict)

    def tell(self) -> None:
        """Log it as its logger did: levels, filters and `--fatal` work as they would have then."""
        usual = logging.getLogRecordFactory()

        def again(*_arguments: Any, **_named: Any) -> logging.LogRecord:
            logging.setLogRecordFactory(usual)  # a handler may log, too
            record = usual(self.logger, self.level, self.path, self.line, self.text, (), None, self.function)
            record.args = self.arguments
            vars(record).update(self.more)
            return record

        logging.setLogRecordFactory(again)
        try:
            logging.getLogger(self.logger).log(self.level, self.text)
        finally:
            logging.setLogRecordFactory(usual)


@dataclass(frozen=True)
class Warned:
    """One of Python's warnings, shown once per process like any other."""

    text: str
    category: type[Warning]
    path: str
    line: int

    def tell(self) -> None:
        """Show it, unless it already was."""
        if self not in _warned:
            _warned.add(self)
            warnings.showwarning(self.text, self.category, self.path, self.line)


@dataclass(frozen=True)
class Printed:
    """Printed text."""

    text: str
    is_error: bool = False

    def tell(self) -> None:
        """Print it again."""
        print(self.text, end="", file=sys.stderr if self.is_error else sys.stdout)


Message = Logged | Warned | Printed
_warned: set[Warned] = set()


def tell(messages: Iterable[Message]) -> None:
    """Repeat messages in order."""
    for message in messages:
        message.tell()


class Hearing:
    """Records messages inside its context; afterwards, they are in `messages`.

    Log messages are also handled as usual right away. Python's warnings aren't, and neither is printed text, if it
    records that: these are in `unlogged`, for printing. Python shows a warning from one line of code once, but each
    context records it. `is_exact` is False if something was logged with an exception, whose traceback can't be kept.
    """

    def __init__(self, *, to_prints: bool = False) -> None:
        self._to_prints = to_prints
        self._records: list[tuple[logging.LogRecord, Any, Any]] = []
        self._warnings: list[Message] = []
        self._out, self._errors = io.StringIO(), io.StringIO()
        self._stack = ExitStack()
        self.messages: list[Message] = []
        self.unlogged: list[Message] = []
        self.is_exact = True

    def __enter__(self) -> Hearing:
        """Start recording."""
        self._usual: Callable[..., logging.LogRecord] = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._heard)
        self._stack.callback(logging.setLogRecordFactory, self._usual)
        # Entering this resets Python's list of warnings that it has shown.
        self._stack.enter_context(warnings.catch_warnings())
        warnings.showwarning = self._warned
        if self._to_prints:
            self._stack.enter_context(redirect_stdout(self._out))
            self._stack.enter_context(redirect_stderr(self._errors))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop recording."""
        self._stack.close()
        printed = [Printed(self._out.getvalue()), Printed(self._errors.getvalue(), is_error=True)]
        self.unlogged = [*self._warnings, *(stream for stream in printed if stream.text)]
        self.messages = [*(_logged(*record) for record in self._records), *self.unlogged]

    def _heard(self, *arguments: Any, **named: Any) -> logging.LogRecord:
        record = self._usual(*arguments, **named)
        # Pelican's filter may change the text of the record.
        self._records.append((record, record.msg, record.args))
        # Pelican logs from its `except` without passing the exception.
        handled = record.levelno >= logging.WARNING and sys.exc_info()[1]
        self.is_exact = self.is_exact and not (record.exc_info or record.stack_info or handled)
        return record

    def _warned(
        self, message: Warning | str, category: type[Warning], filename: str, lineno: int, *_more: Any, **_named: Any
    ) -> None:
        self._warnings.append(Warned(str(message), category, filename, lineno))


def _logged(record: logging.LogRecord, text: Any, arguments: Any) -> Logged:
    more = {name: plain(value) for name, value in vars(record).items() if name not in USUAL}
    place = record.pathname, record.lineno, record.funcName
    return Logged(record.name, record.levelno, plain(text), plain(arguments), *place, more)


def plain(value: Any) -> Any:
    """Return a value reduced to plain data: anything else becomes its text."""
    if value is None or type(value) in (str, int, float, bool, Named):
        return value
    if type(value) is tuple:
        return tuple(map(plain, value))
    if type(value) is dict and all(type(name) is str for name in value):
        return {name: plain(item) for name, item in value.items()}
    try:
        path, text = getattr(value, "source_path", None), str(value)
    except Exception:  # of any kind: a message must not cost a build
        return f"<{type(value).__name__}>"
    return Named(text, path) if isinstance(path, str) else text
