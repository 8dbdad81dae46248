"""Words, vectors and text as items of a flow, each drawn about a point whichever way time runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from ..flow.axis import ACROSS, Axis
from ..flow.description import Draw, Flow
from ..flow.group import grouped
from ..fonts import CODE_NARROW, NAME, NUMBER, NUMBER_IN_TABLE, WORD, WORD_NARROW, Style, width
from ..geometry import Frame, Point
from ..i18n import gettext
from ..shapes.cells import Vector
from ..shapes.shape import Shape
from ..shapes.text import Label, Phrase, Run, Word, word_width

TABLE_CELL = (40.0, 34.0)
"""The size of a table cell with nothing beside it."""
LEAST_WORD = 48
CHIP, CHIP_HEIGHT, CHIP_PADDING, CHIP_GAP = WORD.sized(15), 22, 6, 4
ROUNDED = gettext("The numbers are rounded after the arithmetic, so the last digit may differ.")
LARGE_NUMBER = NUMBER.sized(13)


def number_style(axis: Axis) -> Style:
    """Choose the font size of numbers to fit the cells."""
    if axis.cell == TABLE_CELL:
        return NUMBER_IN_TABLE
    return NUMBER if axis.is_dense else LARGE_NUMBER


def column_width(
    words: Iterable[str], style: Style = WORD_NARROW, padding: float = 8, least: float = LEAST_WORD
) -> float:
    """Return the width of the widest word in a column."""
    return max(word_width(word, style, padding, least) for word in words)


def word(
    name: str,
    text: str,
    wide: float,
    fill: str | None = None,
    *,
    step: int | None = None,
    argument: str | None = None,
    style: Style = WORD_NARROW,
) -> Draw:
    """Draw a word as tall as a cell, in a column of this width."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        frame = Frame.about(at.x, at.y, wide, axis.cell[1])
        return [Word(name=name, step=step, argument=argument, text=text, frame=frame, fill=fill, style=style)]

    return draw


def chip_width(text: str) -> float:
    """Return the width of a small word."""
    return word_width(text, CHIP, CHIP_PADDING, least=0)


def chips(
    said: Sequence[tuple[str, str, int | None]], fills: Mapping[str, str], end: Literal["left", "middle"] = "middle"
) -> Draw:
    """Draw small words side by side, each by its name, its text and its step; what has no step stands for others."""
    flow = Flow(slot_room=CHIP_GAP - ACROSS.slot_gap)
    track = flow.track("words")

    def chip(name: str, text: str, step: int | None) -> Draw:
        wide = width(text, CHIP) if step is None else chip_width(text)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame, fill = Frame.about(at.x, at.y, wide, CHIP_HEIGHT), None if step is None else fills[text]
            return [Word(name=name, step=step, text=text, frame=frame, fill=fill, style=CHIP, argument="time_steps")]

        return draw

    items = [flow.put(slot, track, chip(*each), loose=True) for slot, each in enumerate(said, start=1)]
    return grouped(flow, ACROSS, items, end) if items else room


def vector(
    name: str,
    cells: tuple[str, ...],
    fill: str | None = None,
    *,
    role: str = "embedding",
    step: int | None = None,
    argument: str | None = None,
    winner: int | None = None,
    dashed: bool = False,
) -> Draw:
    """Draw numbers in cells."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        across, down = axis.cell
        frame, style = Frame.about(at.x, at.y, across * len(cells), down), number_style(axis)
        return [
            Vector(
                name=name,
                role=role,
                step=step,
                argument=argument,
                frame=frame,
                cells=cells,
                fill=fill,
                winner=winner,
                style=style,
                dashed=dashed,
            )
        ]

    return draw


def label(
    name: str,
    text: str,
    role: str = "muted",
    style: Style = NAME,
    *,
    begin: float | None = None,
    fall: float = 0,
    step: int | None = None,
    argument: str | None = None,
) -> Draw:
    """Draw text centred about the point, this far below it, or starting this far to the right (negative: left)."""
    anchor = "middle" if begin is None else "start"

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        place = Point(at.x + (begin or 0), at.y + fall)
        return [
            Label(name=name, role=role, step=step, argument=argument, text=text, at=place, style=style, anchor=anchor)
        ]

    return draw


def shape_of(name: str, runs: tuple[Run, ...], role: str = "ink") -> Draw:
    """Draw the shape of an array, with each length in the colour of what it counts."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        return [Phrase(name=name, role=role, runs=runs, at=at, style=CODE_NARROW, anchor="middle")]

    return draw


def room(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
    """Draw nothing, to leave space."""
    return []
