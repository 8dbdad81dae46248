"""FigureError and its kinds; how a failure is told; the summary.

FigureError
├── SettingsError       a FIGURES_* setting that cannot be
├── AddressError        an address that names no figure, or two things at once
├── CodeError           the code that a figure is drawn from is missing, or one address stands for two figures
├── ArgumentError       an image's attribute that its script does not take so
└── RenderError         the script did not draw

In the child, beside what a script itself may raise, and told as a RenderError:
NothingDrawnError       it ran to its end without a figure, or returned something else
RefusedError            it did what the guard refuses
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SAID_LINES = 5
SAID_LETTERS = 300
"""How much of what a script printed is told: its last lines, and of each the beginning."""

_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class FigureError(Exception):
    """What is wrong, as lines for the author: the first says it, the others say where and what to do."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))


class SettingsError(FigureError):
    """A FIGURES_* setting that cannot be."""


class AddressError(FigureError):
    """An address that names no figure, or two things at once."""


class CodeError(FigureError):
    """The code that a figure is drawn from is missing or wrong, or one address stands for two figures."""


class ArgumentError(FigureError):
    """An image's attribute that its script does not take, or not so."""


class RenderError(FigureError):
    """The script did not draw. `block` and `block_line` are told where the code it was given is to blame."""

    def __init__(self, *lines: str, block: str | None = None, block_line: int | None = None) -> None:
        super().__init__(*lines)
        self.block = block
        self.block_line = block_line


class NothingDrawnError(Exception):
    """A script that ran to its end without a figure, or returned something else; `line` is where the script says so."""

    def __init__(self, said: str, line: int = 0, advice: str = "fix the script, then build again") -> None:
        super().__init__(said)
        self.line = line
        self.advice = advice


class RefusedError(Exception):
    """What a script may not do unless it says so. Not an OSError: scripts, and libraries, pass over those."""

    def __init__(self, said: str, advice: str) -> None:
        super().__init__(said)
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
    """Say once, however often figures are drawn, what costs no figure, only time: it fails no build, as a log might."""
    if text not in _said:
        _said.add(text)
        print(readable(text), file=sys.stderr, flush=True)


def entry(place: str, address: str, problem: FigureError) -> str:
    """Tell one failure: the article's line that asked, then what is wrong and what to do, indented."""
    return f"{place}: {address}\n" + "\n".join(f"    {line}".rstrip() for line in str(problem).splitlines())


def readable(text: str) -> str:
    """Write what UTF-8 has no letter for as its number: a file's name, or what a script prints, may be any bytes."""
    return _SURROGATE.sub(lambda found: ascii(found[0])[1:-1].replace("\\udc", "\\x"), text)


def all_readable(told: Any) -> Any:
    """Make each text readable in what is told as lists and mappings."""
    if isinstance(told, str):
        return readable(told)
    if isinstance(told, Mapping):
        return {name: all_readable(value) for name, value in told.items()}
    return list(map(all_readable, told)) if isinstance(told, list | tuple) else told


def counted(number: int, thing: str) -> str:
    """Write a number of things."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def last_lines(text: str) -> list[str]:
    """Return the last lines of a text, each once, without empty ones, colours and what cannot be printed."""
    lines = [_CONTROL.sub("", line).rstrip() for line in text.splitlines()]
    told = list(dict.fromkeys(line for line in lines if line))[-SAID_LINES:]
    return [line if len(line) <= SAID_LETTERS else f"{line[:SAID_LETTERS]}…" for line in told]
