"""What items and cells of a table hold: texts, words, numbers, bars and lines, each about the origin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

from ..flow.axis import DENSE_CELL
from ..flow.placing import core_of
from ..flow.table import flush
from ..fonts import CODE_NARROW, NAME, NUMBER, NUMBER_IN_TABLE, WORD, WORD_NARROW, Style, width
from ..geometry import Frame, Point
from ..i18n import gettext
from ..shapes.cells import Shares, Vector
from ..shapes.plots import CurveDot, Line, Share, Spot
from ..shapes.shape import DASHES, Shape, Shapes, moved
from ..shapes.text import Label, Phrase, Run, Word, word_width

BOLD = NAME.bold()
LARGE_NUMBER = NUMBER.sized(13)
TABLE_CELL = (40.0, 34.0)
"""The size of a table cell with nothing beside it."""
LEAST_WORD = 48
CHIP, CHIP_HEIGHT, CHIP_PADDING, CHIP_GAP = WORD.sized(15), 22, 6, 4
ROUNDED = gettext("The numbers are rounded after the arithmetic, so the last digit may differ.")
ROW = 28
"""The height of words and numbers in a row."""
LARGE_CELL = 35
"""A cell this wide has space for large numbers."""
BAR = 22
"""The height of the bar for a share."""
DOT, DOTS_APART = 7, 8
"""The diameter of a dot for a measurement, and the distance of dots above one another."""
SWARM = 40
"""The height of the scale that measurements are on."""


def column_width(
    words: Iterable[str], style: Style = WORD_NARROW, padding: float = 8, least: float = LEAST_WORD
) -> float:
    """Return the width of the widest word in a column."""
    return max(word_width(word, style, padding, least) for word in words)


def text(
    words: str, role: str = "muted", style: Style = NAME, *, name: str = "", x: float = 0, y: float = 0, **more: Any
) -> Shapes:
    """Write a text about a place, or from there."""
    return [Label(name=name, role=role, text=words, at=Point(x, y), style=style, **more)]


def heading(words: str, role: str = "ink", *, name: str = "", **more: Any) -> Shapes:
    """Write what a column is called."""
    return text(words, role, BOLD, name=name, **more)


def word(
    letters: str,
    wide: float,
    fill: str | None = None,
    style: Style = WORD_NARROW,
    *,
    name: str = "",
    high: float = ROW,
    **more: Any,
) -> Shapes:
    """Write a word on its background."""
    return [Word(name=name, text=letters, frame=Frame.about(0, 0, wide, high), fill=fill, style=style, **more)]


def vector(
    printed: Sequence[str],
    cell: tuple[float, float] = (34, ROW),
    fill: str | None = None,
    role: str = "embedding",
    *,
    name: str = "",
    **more: Any,
) -> Shapes:
    """Write numbers in cells of this size."""
    frame = Frame.about(0, 0, cell[0] * len(printed), cell[1])
    more = {"style": {TABLE_CELL: NUMBER_IN_TABLE, DENSE_CELL: NUMBER}.get(cell, LARGE_NUMBER), **more}
    return [Vector(name=name, role=role, frame=frame, cells=tuple(printed), fill=fill, **more)]


def heat(
    printed: Sequence[str | None], shares: Sequence[float], size: tuple[float, float], *, name: str = ""
) -> Shapes:
    """Write shares that add up to 1 in cells, darker for larger ones; None where a mask hides them."""
    style = LARGE_NUMBER if size[0] / len(printed) >= LARGE_CELL else NUMBER
    frame = Frame.about(0, 0, *size)
    return [Shares(name=name, role="flow", frame=frame, cells=tuple(printed), heat=tuple(shares), style=style)]


def bar(share: float, number: str, length: float, role: str = "flow", *, name: str = "", **more: Any) -> Shapes:
    """Draw a share of 1, which is this long, with its number."""
    frame = Frame.about(0, 0, length, BAR)
    return [Share(name=name, role=role, frame=frame, share=share, text=number, style=NUMBER_IN_TABLE, **more)]


def rule(length: float, *, name: str = "", **more: Any) -> Shapes:
    """Draw the line above a sum."""
    half = length / 2
    return [Line(name=name, role="ink", start=Point(-half, 0), to=Point(half, 0), width=1.5, **more)]


def dot(role: str = "ink", *, name: str = "", x: float = 0, y: float = 0, is_open: bool = False) -> Shapes:
    """Draw a measurement, or an open circle for one that is told apart."""
    at = Point(x, y)
    return [
        CurveDot(name=name, role=role, at=at, radius=DOT / 2 - 0.5) if is_open else Spot(name=name, role=role, at=at)
    ]


def swarm(
    values: Sequence[float],
    ticks: Sequence[float],
    compared: float,
    length: float,
    role: str = "ink",
    *,
    name: str,
    opened: Collection[int] = (),
) -> Shapes:
    """Draw measurements as dots on a scale from the first tick to the last; those that would overlap are stacked.

    What the measurements are compared with is dashed. Those with an `opened` index are open.
    """
    low, high = ticks[0], ticks[-1]

    def across(value: float) -> float:
        return (value - low) / (high - low) * length - length / 2

    ends = Point(across(low), 0), Point(across(high), 0)
    shapes: list[Shape] = [Line(name=f"{name}-scale", role="hair", start=ends[0], to=ends[1])]
    for value in (*(tick for tick in ticks if tick != compared), compared):
        start, to = (Point(across(value), y) for y in (-SWARM / 2, SWARM / 2))
        role, thick, dashes = ("ink", 1.25, DASHES) if value == compared else ("hair", 1.0, None)
        shapes.append(Line(name=f"{name}-at-{value:g}", role=role, start=start, to=to, width=thick, dashes=dashes))
    places = [across(value) for value in values]
    for run, y in enumerate(_stacked(places, DOTS_APART)):
        shapes += dot(role, name=f"{name}-{run + 1}", x=places[run], y=y, is_open=run in opened)
    return shapes


def _stacked(places: Sequence[float], apart: float) -> list[float]:
    """Return how far below the middle each dot is, so that none touch; groups that had to move are centred again."""
    rows: dict[int, int] = {}
    groups: list[list[int]] = []
    for dot in sorted(range(len(places)), key=lambda dot: places[dot]):
        if not groups or places[dot] - places[groups[-1][-1]] >= apart:
            groups.append([])
        near = {rows[neighbour] for neighbour in groups[-1] if places[dot] - places[neighbour] < apart}
        rows[dot] = min({*range(-len(near), len(near) + 1)} - near, key=lambda row: (abs(row), row))
        groups[-1].append(dot)
    middles = {
        dot: (min(used) + max(used)) / 2
        for group in groups
        for used in [[rows[member] for member in group]]
        for dot in group
    }
    return [(rows[dot] - middles[dot]) * apart for dot in range(len(places))]


def phrase(runs: Sequence[Run], role: str = "ink", *, name: str = "") -> Shapes:
    """Write the shape of an array, with each length in the colour of what it counts."""
    return [Phrase(name=name, role=role, runs=tuple(runs), at=Point(0, 0), style=CODE_NARROW, anchor="middle")]


def over(above: Shapes, below: Shapes, apart: float) -> Shapes:
    """Put a thing above another."""
    upper, lower = (Frame.around(shape.bounds for shape in shapes) for shapes in (above, below))
    half = (upper.bottom - lower.top + apart) / 2
    ways = (above, Point(0, -half)), (below, Point(0, half))
    return [moved(shape, by) for thing, by in ways for shape in thing]


def spread(things: Iterable[Shapes], pitch: float, *, down: bool = False) -> Shapes:
    """Put things side by side or below one another, the middles this far apart."""
    listed = list(things)
    middles = [(place - (len(listed) - 1) / 2) * pitch for place in range(len(listed))]
    ways = [Point(0, off) if down else Point(off, 0) for off in middles]
    return [moved(shape, by) for by, thing in zip(ways, listed, strict=True) for shape in thing]


def beside(things: Iterable[Shapes], gap: float, align: Literal["left", "middle"] = "middle") -> Shapes:
    """Put things side by side, this far apart, from the origin on or about it."""
    listed = list(things)
    frames = [core_of(thing[0]) for thing in listed]
    left = 0.0 if align == "left" else -(sum(frame.width + gap for frame in frames) - gap) / 2
    shapes: list[Shape] = []
    for thing, frame in zip(listed, frames, strict=True):
        shapes += [moved(shape, Point(left - frame.left, 0)) for shape in thing]
        left += frame.width + gap
    return shapes


def chip_width(letters: str) -> float:
    """Return the width of a small word."""
    return word_width(letters, CHIP, CHIP_PADDING, least=0)


def chips(
    words: Iterable[tuple[str, str, int | None]],
    fills: Mapping[str, str],
    align: Literal["left", "middle"] = "middle",
) -> Shapes:
    """Put small words side by side, each by its name, its text and its step; what has no step stands for others."""

    def chip(name: str, letters: str, step: int | None) -> Shapes:
        wide, fill = (width(letters, CHIP), None) if step is None else (chip_width(letters), fills[letters])
        return word(letters, wide, fill, CHIP, name=name, high=CHIP_HEIGHT, step=step, argument="time_steps")

    return beside((chip(*entry) for entry in words), CHIP_GAP, align)


def before(thing: Shapes, label: Shapes, room: float) -> Shapes:
    """Return a text that ends this far before a thing."""
    return flush(label, thing[0].bounds.left - room, "right")
