"""Text: labels, phrases, words of the sentence, lines of code and signs, and the texts of any shape in a language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from re import finditer
from typing import Any, NamedTuple

from ..fonts import CODE, NAME, WORD, Style, width
from ..geometry import Frame, Point, rounded, straight
from ..i18n import Language, Translatable
from ..numbers import Number
from .shape import Area, Mark, Shape, Stroke, Text, centred


@dataclass(frozen=True, kw_only=True)
class Label(Shape):
    """One line of text, its capitals centred on a point, in the colour of its role."""

    text: str
    at: Point
    style: Style = NAME
    anchor: str = "middle"

    def marks(self) -> Sequence[Mark]:
        """The text alone."""
        return [centred(self.text, self.at.x, self.at.y, self.style, self.role, self.anchor)]


class Run(NamedTuple):
    """A stretch of a phrase, and the token of its colour."""

    text: str
    token: str = "ink"


@dataclass(frozen=True, kw_only=True)
class Phrase(Shape):
    """Runs of text side by side, their capitals centred on a height; `anchor` says which end is at the point."""

    runs: tuple[Run, ...]
    at: Point
    style: Style = NAME
    anchor: str = "start"

    def marks(self) -> Sequence[Mark]:
        """The runs; blanks at their ends are left out, since a browser would drop them."""
        whole = phrase_width(self.runs, self.style)
        x = self.at.x - {"start": 0, "middle": whole / 2, "end": whole}[self.anchor]
        marks: list[Mark] = []
        for text, token in self.runs:
            blank = len(text) - len(text.lstrip())
            start = x + width(text[:blank], self.style)
            marks.append(centred(text.strip(), start, self.at.y, self.style, token, "start"))
            x += width(text, self.style)
        return marks


def phrase_width(runs: Sequence[Run], style: Style) -> float:
    """Measure runs side by side."""
    return sum(width(run.text, style) for run in runs)


def broken(clauses: Sequence[tuple[Run, ...]], room: float | None, style: Style) -> Iterator[tuple[Run, ...]]:
    """Put as many clauses into each line as there is room for."""
    line: tuple[Run, ...] = ()
    for clause in clauses:
        if line and room is not None and phrase_width((*line, *clause), style) > room:
            yield line
            line = ()
        line = (*line, *clause)
    yield line


WORD_HEIGHT = 30
WORD_PADDING = 8
WORD_LEAST_WIDTH = 54
WORD_RADIUS = 3


@dataclass(frozen=True, kw_only=True)
class Word(Shape):
    """A token in the colour of its word; solid ink with paper letters where it turns the others."""

    text: str
    frame: Frame
    fill: str | None = None
    style: Style = WORD
    again: tuple[int, ...] = ()
    """The other steps that are about it as well, as where a sentence is read from both ends."""

    def marks(self) -> Sequence[Mark]:
        """Ground, where it has one, and letters, on one baseline for every word of the same frame."""
        baseline = self.frame.centre + 0.24 * self.style.size + 1.5
        letters = "paper" if self.fill == "ink" else "ink"
        text = Text(self.text, Point(self.frame.middle, baseline), self.style, letters)
        return [Area(rounded(self.frame, WORD_RADIUS), self.fill), text] if self.fill else [text]


def word_width(text: str, style: Style = WORD, padding: float = WORD_PADDING, least: float = WORD_LEAST_WIDTH) -> float:
    """Measure a word with the padding of its ground."""
    return max(least, width(text, style) + 2 * padding)


UNDERLINE = 9.5
"""From the middle of a line of 16 px to the middle of its 2 px underline."""


@dataclass(frozen=True)
class CodeSpan:
    """An argument in the lines: which line, from which character to which, and its role."""

    line: int
    start: int
    end: int
    role: str
    argument: str


@dataclass(frozen=True, kw_only=True)
class CodeLine(Shape):
    """Lines of code, the first one's left end and middle at a point."""

    lines: tuple[str, ...]
    spots: tuple[CodeSpan, ...]
    at: Point
    style: Style = CODE
    leading: float = 24

    @property
    def char(self) -> float:
        """How wide each character is."""
        return width("0", self.style)

    def place(self, spot: CodeSpan) -> Point:
        """Find the middle of an argument."""
        return Point(self.at.x + (spot.start + spot.end) / 2 * self.char, self.at.y + spot.line * self.leading)

    def marks(self) -> Sequence[Mark]:
        """The code, then an underline for each argument."""
        marks: list[Mark] = []
        for row, line in enumerate(self.lines):
            spots = sorted((spot for spot in self.spots if spot.line == row), key=lambda spot: spot.start)
            at = 0
            for spot in spots:
                marks += self._run(row, at, spot.start, "ink")
                marks += self._run(row, spot.start, spot.end, spot.role)
                at = spot.end
            marks += self._run(row, at, len(line), "ink")
        return [*marks, *map(self._underline, self.spots)]

    def _run(self, row: int, start: int, end: int, token: str) -> list[Mark]:
        """Set characters in one colour; blanks are left out, since a browser would drop them at an end."""
        y = self.at.y + row * self.leading
        return [
            centred(found[0], self.at.x + (start + found.start()) * self.char, y, self.style, token, "start")
            for found in finditer(r"\S+(?: \S+)*", self.lines[row][start:end])
        ]

    def _underline(self, spot: CodeSpan) -> Stroke:
        middle, half = self.place(spot), (spot.end - spot.start) / 2 * self.char
        y = middle.y + UNDERLINE * self.style.size / CODE.size
        line = straight(Point(middle.x - half, y), Point(middle.x + half, y))
        return Stroke(line, spot.role, 2, round_ends=False)


SIGN_SIDE, SIGN_HEIGHT, SIGN_GAP = 10.5, 9.5, 7
SIGN_STYLE = NAME.bold()
POSITIVE, NEGATIVE = "positive", "negative"


@dataclass(frozen=True, kw_only=True)
class Sign(Shape):
    """A triangle and the word for it, together centred on a point."""

    meaning: str
    text: str
    """The word for the meaning."""
    at: Point

    def marks(self) -> Sequence[Mark]:
        """The triangle, then the word."""
        left = self.at.x - sign_width(self.text) / 2
        text = centred(self.text, left + SIGN_SIDE + SIGN_GAP, self.at.y, SIGN_STYLE, anchor="start")
        upward = self.meaning == POSITIVE
        base, tip = (SIGN_HEIGHT / 2, -SIGN_HEIGHT / 2) if upward else (-SIGN_HEIGHT / 2, SIGN_HEIGHT / 2)
        corners = (
            Point(left, self.at.y + base),
            Point(left + SIGN_SIDE / 2, self.at.y + tip),
            Point(left + SIGN_SIDE, self.at.y + base),
        )
        triangle = straight(*corners, closed=True)
        solid: list[Mark] = [] if upward else [Area(triangle, "ink")]
        return [*solid, Stroke(triangle, "ink"), text]


def sign_width(text: str) -> float:
    """Measure a triangle and its word."""
    return SIGN_SIDE + SIGN_GAP + width(text, SIGN_STYLE)


READ = frozenset({"text", "second", "cells", "rows", "runs", "shape"})
"""The fields of a shape that a reader sees as text, or that hold a shape which has some."""


def spoken(shape: Shape, language: Language) -> Shape:
    """Change every word that a shape shows, wherever it holds it; the shape stays what it is, where it is."""
    return replace(
        shape, **{one.name: _said(getattr(shape, one.name), language) for one in fields(shape) if one.name in READ}
    )


def _said(value: Any, language: Language) -> Any:
    match value:
        case Shape():
            return spoken(value, language)
        case Translatable():
            return value.said_in(language)
        case Number():
            return Number(language.text(value))
        case str():
            return language.text(value)
        case Run():
            return value._replace(text=_said(value.text, language))
        case tuple():
            return tuple(_said(one, language) for one in value)
        case _:
            return value
