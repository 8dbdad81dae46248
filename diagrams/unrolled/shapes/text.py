"""Text: labels, phrases, words, lines of code and signs, and translating the text of any shape."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from re import finditer
from typing import Any, Literal, NamedTuple

from ..fonts import CODE, NAME, WORD, Style, width
from ..geometry import Frame, Point, rounded, straight
from ..i18n import Language, Number, Translatable
from ..palette import NEUTRAL
from .shape import DASHES, Area, Mark, Shape, Stroke, Text, centred


@dataclass(frozen=True, kw_only=True)
class Label(Shape):
    """One line of text, vertically centred on a point by its capitals, in the colour of its role."""

    text: str
    at: Point
    style: Style = NAME
    anchor: str = "middle"

    def marks(self) -> Sequence[Mark]:
        """Draw the text."""
        return [centred(self.text, self.at.x, self.at.y, self.style, self.role, self.anchor)]


class Run(NamedTuple):
    """Part of a phrase, and the token of its colour."""

    text: str
    token: str = "ink"


@dataclass(frozen=True, kw_only=True)
class Phrase(Shape):
    """Runs of text next to each other, vertically centred by their capitals; `anchor` is the end at the point."""

    runs: tuple[Run, ...]
    at: Point
    style: Style = NAME
    anchor: str = "start"

    def marks(self) -> Sequence[Mark]:
        """Draw the runs, without spaces at their ends, which a browser would drop."""
        full_width = phrase_width(self.runs, self.style)
        x = self.at.x - {"start": 0, "middle": full_width / 2, "end": full_width}[self.anchor]
        marks: list[Mark] = []
        for text, token in self.runs:
            blank = len(text) - len(text.lstrip())
            start = x + width(text[:blank], self.style)
            stripped = text if text == text.strip() else text.strip()  # a number remembers where it comes from
            marks.append(centred(stripped, start, self.at.y, self.style, token, "start"))
            x += width(text, self.style)
        return marks


def phrase_width(runs: Sequence[Run], style: Style) -> float:
    """Return the total width of runs."""
    return sum(width(run.text, style) for run in runs)


def broken(clauses: Sequence[tuple[Run, ...]], room: float | None, style: Style) -> Iterator[tuple[Run, ...]]:
    """Fill each line with as many clauses as fit."""
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
WORD_RADIUS, WORD_RIM = 3, 2


@dataclass(frozen=True, kw_only=True)
class Word(Shape):
    """A token on the background of its word; solid ink has light letters, and a marker such as `[PAD]` an outline."""

    text: str
    frame: Frame
    fill: str | None = None
    style: Style = WORD
    again: tuple[int, ...] = ()
    """Other steps it belongs to, for example if a sentence is read from both ends."""
    rim: Literal["solid", "dashed"] | None = None
    """Its outline: solid for a word that was put in, dashed for one that is wrong."""

    def marks(self) -> Sequence[Mark]:
        """Draw the background, if any, and the letters, on the same baseline for all words with the same frame."""
        baseline = self.frame.centre + 0.24 * self.style.size + 1.5
        letters = "paper" if self.fill == "ink" else "ink"
        text = Text(self.text, Point(self.frame.middle, baseline), self.style, letters)
        outline = rounded(self.frame, WORD_RADIUS)
        ground: list[Mark] = [Area(outline, self.fill)] if self.fill else []
        if self.rim:
            dashes = DASHES if self.rim == "dashed" else None
            ground.append(Stroke(outline, "ink", WORD_RIM, dashes=dashes, round_ends=False))
        elif self.fill == NEUTRAL:
            ground.append(Stroke(rounded(self.frame.grown(-0.5), WORD_RADIUS), "rule", 1, round_ends=False))
        return [*ground, text]


def word_width(text: str, style: Style = WORD, padding: float = WORD_PADDING, least: float = WORD_LEAST_WIDTH) -> float:
    """Return the width of a word with its padding."""
    return max(least, width(text, style) + 2 * padding)


UNDERLINE = 9.5
"""From the middle of a 16 px line of text to the middle of its 2 px underline."""


@dataclass(frozen=True)
class CodeSpan:
    """An argument in the code: its line, its first and last character, and its role."""

    line: int
    start: int
    end: int
    role: str
    argument: str


@dataclass(frozen=True, kw_only=True)
class CodeLine(Shape):
    """Lines of code, with the left end and middle of the first line at a point."""

    lines: tuple[str, ...]
    spots: tuple[CodeSpan, ...]
    at: Point
    style: Style = CODE
    leading: float = 24

    @property
    def char(self) -> float:
        """The width of a character."""
        return width("0", self.style)

    def place(self, spot: CodeSpan) -> Point:
        """Return the centre of an argument."""
        return Point(self.at.x + (spot.start + spot.end) / 2 * self.char, self.at.y + spot.line * self.leading)

    def marks(self) -> Sequence[Mark]:
        """Draw the code, then an underline for each argument."""
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
        """Set characters in one colour, without spaces at the ends, which a browser would drop."""
        y = self.at.y + row * self.leading
        return [
            centred(match[0], self.at.x + (start + match.start()) * self.char, y, self.style, token, "start")
            for match in finditer(r"\S+(?: \S+)*", self.lines[row][start:end])
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
    """A triangle and its word, centred together on a point."""

    meaning: str
    text: str
    """The word for the meaning."""
    at: Point

    def marks(self) -> Sequence[Mark]:
        """Draw the triangle, then the word."""
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
    """Return the width of a triangle and its word."""
    return SIGN_SIDE + SIGN_GAP + width(text, SIGN_STYLE)


READ = frozenset({"text", "second", "cells", "rows", "runs", "shape"})
"""The fields of a shape that hold visible text, or shapes that do."""


def spoken(shape: Shape, language: Language) -> Shape:
    """Replace every word that a shape shows, at any depth, without changing its type or position."""
    return replace(
        shape,
        **{
            shape_field.name: _said(getattr(shape, shape_field.name), language)
            for shape_field in fields(shape)
            if shape_field.name in READ
        },
    )


def _said(value: Any, language: Language) -> Any:
    match value:
        case Shape():
            return spoken(value, language)
        case Translatable():
            return value.said_in(language)
        case Number():
            return value.said_in(language)
        case str():
            return language.text(value)
        case Run():
            return value._replace(text=_said(value.text, language))
        case tuple():
            return tuple(_said(member, language) for member in value)
        case _:
            return value
