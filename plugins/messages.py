"""Messages: how they name our commands, and those of a run, kept as plain data and repeated later."""

from __future__ import annotations

import io
import logging
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

USUAL = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime"}
"""The attributes that every record has; others are its logger's own, such as Pelican's `limit_msg`."""


def typed_here(rule: str, *, make: str, otherwise: str) -> str:
    """Return `make` if the Makefile in this folder has the rule, else `otherwise`.

    This repository, and each site that `unrolled new` has written, is run with `make`; in any other Pelican site the
    same is done by the command `unrolled`, or by Pelican's own.
    """
    try:
        makefile = Path("Makefile").read_text("utf-8", errors="replace")
    except OSError:
        return otherwise
    return (
        make if re.search(rf"^(?:[\w-]+ )*{re.escape(rule)}(?: [\w-]+)*:(?!=)", makefile, re.MULTILINE) else otherwise
    )


class Named(str):
    """What an argument of a message says of itself, with the file that it is about, which reports look for."""

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
    """A record of the log, as it was before any filter has seen it."""

    logger: str
    level: int
    text: Any
    arguments: Any
    path: str
    line: int
    function: str | None
    more: Mapping[str, Any] = field(default_factory=dict)

    def tell(self) -> None:
        """Log it as its logger did: levels, filters and `--fatal` do what they would have done then."""
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
    """A warning of Python's, which is told once a process, like any other."""

    text: str
    category: type[Warning]
    path: str
    line: int

    def tell(self) -> None:
        """Show it, unless it has been."""
        if self not in _warned:
            _warned.add(self)
            warnings.showwarning(self.text, self.category, self.path, self.line)


@dataclass(frozen=True)
class Printed:
    """What was printed."""

    text: str
    is_error: bool = False

    def tell(self) -> None:
        """Print it again."""
        print(self.text, end="", file=sys.stderr if self.is_error else sys.stdout)


Message = Logged | Warned | Printed
_warned: set[Warned] = set()


def tell(messages: Iterable[Message]) -> None:
    """Tell some messages in their order."""
    for message in messages:
        message.tell()


class Hearing:
    """Hears what is said while its context lasts; `messages` holds it afterwards.

    What is logged goes its usual way at once, too. Python's warnings do not, nor does what is printed, if it listens to
    that: these are in `unlogged`, to be told. Python shows a warning of one line of code once, but each context hears
    it. `is_exact` is False if something was logged together with an exception, whose traceback cannot be kept.
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
        """Begin to listen."""
        self._usual: Callable[..., logging.LogRecord] = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._heard)
        self._stack.callback(logging.setLogRecordFactory, self._usual)
        # Python forgets on entering which warnings it has shown.
        self._stack.enter_context(warnings.catch_warnings())
        warnings.showwarning = self._warned
        if self._to_prints:
            self._stack.enter_context(redirect_stdout(self._out))
            self._stack.enter_context(redirect_stderr(self._errors))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no longer."""
        self._stack.close()
        printed = [Printed(self._out.getvalue()), Printed(self._errors.getvalue(), is_error=True)]
        self.unlogged = [*self._warnings, *(it for it in printed if it.text)]
        self.messages = [*(_logged(*known) for known in self._records), *self.unlogged]

    def _heard(self, *arguments: Any, **named: Any) -> logging.LogRecord:
        record = self._usual(*arguments, **named)
        # Pelican's filter may put other words into the record.
        self._records.append((record, record.msg, record.args))
        # Pelican logs from its `except` without handing the exception on.
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
    """Return a value of which nothing but plain data is left: anything else is what it says of itself."""
    if value is None or type(value) in (str, int, float, bool, Named):
        return value
    if type(value) is tuple:
        return tuple(map(plain, value))
    if type(value) is dict and all(type(name) is str for name in value):
        return {name: plain(each) for name, each in value.items()}
    try:
        path, text = getattr(value, "source_path", None), str(value)
    except Exception:  # of any kind: a message is worth no build
        return f"<{type(value).__name__}>"
    return Named(text, path) if isinstance(path, str) else text
