"""FigureError and its subclasses; how a failure is reported; the summary.

FigureError
├── SettingsError       an invalid FIGURES_* setting
├── AddressError        a URL of no figure, or of two
├── CodeError           the code for a figure is missing, or two figures have the same URL
├── ArgumentError       an image's attribute that its script doesn't accept
└── RenderError         the script didn't draw

In the child, besides a script's own exceptions, and reported as a RenderError:
NothingDrawnError       it ended without a figure, or returned something else
RefusedError            it did something that the guard forbids
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAID_LINES = 5
SAID_LETTERS = 300
"""How much of a script's output is reported with a failure: its last lines, each shortened."""
PRINTED_LINES = 40
"""The same for what it printed while it drew."""

_TAIL_BYTES = 16_384
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class FigureError(Exception):
    """An error, as lines for the author: the first says what is wrong, the others where and what to do."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))


class SettingsError(FigureError):
    """A FIGURES_* setting with an invalid value."""


class AddressError(FigureError):
    """A URL that belongs to no figure, or to two."""


class CodeError(FigureError):
    """The code for a figure is missing or wrong, or two figures have the same URL."""


class ArgumentError(FigureError):
    """An image's attribute that its script doesn't accept, or not with this value."""


class RenderError(FigureError):
    """The script didn't draw. `block` and `block_line` are set if the error is in the code it was given."""

    def __init__(self, *lines: str, block: str | None = None, block_line: int | None = None) -> None:
        super().__init__(*lines)
        self.block = block
        self.block_line = block_line


class NothingDrawnError(Exception):
    """A script that ended without a figure, or returned something else; `line` is the cause in the script."""

    def __init__(self, message: str, line: int = 0, advice: str = "fix the script, then build again") -> None:
        super().__init__(message)
        self.line = line
        self.advice = advice


class RefusedError(Exception):
    """Something that a script may not do unless it declares it.

    Not an OSError, because scripts and libraries ignore those.
    """

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


@dataclass(frozen=True)
class Summary:
    """How many figures a build drew, found fresh, and failed on."""

    drawn: int
    fresh: int
    failed: int

    def __str__(self) -> str:
        return f"figures: {self.drawn} drawn, {self.fresh} fresh, {self.failed} failed"


_said: set[str] = set()


def say_once(text: str) -> None:
    """Print a note once, no matter how often figures are drawn. Unlike a log message, it can't fail the build."""
    if text not in _said:
        _said.add(text)
        print(readable(text), file=sys.stderr, flush=True)


def entry(place: str, address: str, problem: FigureError) -> str:
    """Format one failure: the article's line, then what is wrong and what to do, indented."""
    return f"{place}: {address}\n" + "\n".join(f"    {line}".rstrip() for line in str(problem).splitlines())


def readable(text: str) -> str:
    """Escape what UTF-8 can't encode: a file name, or a script's output, may contain any bytes."""
    return _SURROGATE.sub(lambda match: ascii(match[0])[1:-1].replace("\\udc", "\\x"), text)


def all_readable(data: Any) -> Any:
    """Make each text in lists and mappings readable."""
    if isinstance(data, str):
        return readable(data)
    if isinstance(data, Mapping):
        return {name: all_readable(value) for name, value in data.items()}
    return list(map(all_readable, data)) if isinstance(data, list | tuple) else data


def counted(number: int, thing: str) -> str:
    """Return a number with a noun, in the plural if needed."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def last_lines(text: str, most: int = SAID_LINES, *, once: bool = True) -> list[str]:
    """Return the last lines of a text, `once` or as often as they occur, without empty ones and control characters."""
    lines = [cleaned for line in text.splitlines() if (cleaned := _CONTROL.sub("", line).rstrip())]
    kept = (list(dict.fromkeys(lines)) if once else lines)[-most:]
    return [line if len(line) <= SAID_LETTERS else f"{line[:SAID_LETTERS]}…" for line in kept]


def tail(path: Path) -> str:
    """Read the end of a file, because a script may have printed more than fits in memory."""
    try:
        if not path.is_file():  # opening a pipe in its place would block
            return ""
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
