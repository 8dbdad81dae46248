"""Parts of the guides' charts, each about the origin, to be put above or beside one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from math import hypot, log10
from typing import NamedTuple

import numpy as np

from unrolled.arrays import Array
from unrolled.fonts import NAME, NUMBER, Style, width
from unrolled.geometry import Frame, Point
from unrolled.shapes.plots import CurveDot, Line, Polyline, Spread, Tile
from unrolled.shapes.shape import DASHES, Shape, Shapes, moved
from unrolled.shapes.text import Label

VALUE = NUMBER.sized(13)
HALF_VALUE = 5
"""Half the height of a number."""
LEAST_BAR = 3
"""Where a bar would be lower than this, only its number is drawn, above zero."""


class Scale(NamedTuple):
    """Where values are, in pixels: 0 is at the origin, and larger values are further up, or to the right."""

    unit: float

    def up(self, value: float) -> float:
        """Return how far down a value is."""
        return -self.unit * value

    def bar(self, value: float, wide: float, x: float = 0) -> Frame:
        """Return the frame of an upright bar from 0."""
        return Frame.about(x, self.up(value) / 2, wide, max(abs(self.up(value)), 1e-6))

    def lying(self, value: float, high: float, y: float = 0) -> Frame:
        """Return the frame of a bar from 0 to the right."""
        return Frame.about(self.unit * value / 2, y, max(abs(self.unit * value), 1e-6), high)


def column(parts: Sequence[Shapes], apart: float | Sequence[float]) -> list[Shape]:
    """Put parts below one another from the origin down, without moving them sideways; the gaps can differ."""
    gaps = [*apart] if isinstance(apart, Sequence) else [apart] * (len(parts) - 1)
    placed: list[Shape] = []
    for part, gap in zip(parts, [0.0, *gaps], strict=True):
        top = Frame.around(shape.bounds for shape in part).top
        bottom = Frame.around(shape.bounds for shape in placed).bottom if placed else 0.0
        placed += at(part, 0, bottom + gap - top)
    return placed


def at(shapes: Shapes, x: float = 0, y: float = 0) -> list[Shape]:
    """Move shapes right and down."""
    return [moved(shape, Point(x, y)) for shape in shapes]


def label(name: str, said: str, at: Point, role: str = "muted", style: Style = NAME, anchor: str = "middle") -> Label:
    """Write a text at a place."""
    return Label(name=name, role=role, text=said, at=at, style=style, anchor=anchor)


def say(
    name: str, said: str, x: float, y: float, anchor: str = "middle", style: Style = NAME, role: str = "ink"
) -> Label:
    """Write a text in ink."""
    return label(name, said, Point(x, y), role, style, anchor)


def upright(name: str, value: float, said: str, scale: Scale, wide: float, x: float, gap: float = 10) -> list[Shape]:
    """Draw an upright bar from 0, filled by its sign, and its number beyond its end."""
    if is_small := abs(scale.up(value)) < LEAST_BAR:
        value = 0
    number = say(f"{name}-value", said, x, scale.up(value) + (gap if value < 0 else -gap), style=VALUE)
    if is_small:
        return [number]
    fill = "plus" if value > 0 else "minus"
    return [Tile(name=name, role="flow", fill=fill, rim=1, frame=scale.bar(value, wide, x)), number]


class Row(NamedTuple):
    """Repeated measurements with a name, and how they differ from others of that name."""

    name: str
    second: str
    values: Sequence[float]


SIGNS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
DOT, DOTS_APART = 3.6, 9.6
"""The radius of an open dot, whose outline makes it as large as a solid one; and the distance of dots that touch."""
HALF_ROW = 25


def swarm(values: Sequence[float], scale: Scale) -> list[Point]:
    """Place a dot for each value, on the row or, where it would cover another, above or below it."""
    placed: list[Point] = []
    for value in sorted(values):
        heights = (DOTS_APART * ((turn + 1) // 2) * (-1 if turn % 2 else 1) for turn in count())
        tried = (Point(scale.unit * value, y) for y in heights)
        placed.append(
            next(at for at in tried if all(hypot(at.x - dot.x, at.y - dot.y) >= 0.97 * DOTS_APART for dot in placed))
        )
    return placed


def dot_row(
    name: str, row: Row, scale: Scale, guess: float, chance: float, *, named: bool = True, above: bool = False
) -> list[Shape]:
    """Draw a dot for each run from 0 to 1, open if no better than a guess, and the row's name before or above it."""
    shapes: list[Shape] = [Line(name=f"{name}-line", role="hair", start=Point(0, 0), to=Point(scale.unit, 0))]
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = scale.unit * share
        shapes.append(Line(name=f"{name}-scale-{share}", role="hair", start=Point(x, -HALF_ROW), to=Point(x, HALF_ROW)))
    x = scale.unit * guess
    ends = Point(x, -HALF_ROW), Point(x, HALF_ROW)
    shapes.append(Line(name=f"{name}-guess", role="ink", start=ends[0], to=ends[1], width=1.25, dashes=DASHES))
    for number, (value, dot) in enumerate(zip(sorted(row.values), swarm(row.values, scale), strict=True), start=1):
        is_better, radius = value > chance, DOT
        shapes.append(CurveDot(name=f"{name}-run-{number}", at=dot, is_solid=is_better, radius=radius))
    if above:
        shapes.append(say(f"{name}-name", row.name, 0, -HALF_ROW - 12, "start", NAME.bold()))
        beside = shapes[-1].bounds.right + 8
        return shapes + [say(f"{name}-second", row.second, beside, -HALF_ROW - 12, "start", NAME, "muted")] * bool(
            row.second
        )
    if not named:
        return shapes
    rise = 8 if row.second else 0
    shapes.append(say(f"{name}-name", row.name, -20, -rise, "end", NAME.bold()))
    return shapes + [say(f"{name}-second", row.second, -20, rise, "end", NAME, "muted")] * bool(row.second)


class Curve(NamedTuple):
    """Measurements of one quantity along an axis, with a row for each run (runs, points)."""

    name: str
    role: str
    values: Array
    dashes: tuple[float, float] | None = None
    width: float = 2.25

    @property
    def median(self) -> Array:
        """The median of the runs at each point."""
        middle: Array = np.median(self.values, axis=0)
        return middle

    @property
    def bounds(self) -> tuple[Array, Array]:
        """The highest and the lowest of the runs at each point."""
        return self.values.max(axis=0), self.values.min(axis=0)


def in_words(value: float) -> str:
    """Format a number with two significant digits, and long ones as a multiple of a power of ten."""
    if value and not 0.001 <= value < 10_000:
        digits, power = f"{value:.1e}".split("e")
        return f"{digits} · 10{str(int(power)).translate(SIGNS)}"
    return f"{float(f'{value:.2g}'):,.4g}"


class Axes(NamedTuple):
    """Where the points of a chart are, and the ticks: what is written, by the values."""

    x: Sequence[float]
    across: Callable[[float], float]
    up: Callable[[float], float]
    """Return how far right, and how far down, a value is."""
    x_ticks: Mapping[float, str]
    y_ticks: Mapping[float, str]

    def point(self, x: float, y: float) -> Point:
        """Return where a value is."""
        return Point(self.across(x), self.up(y))

    def logarithmic(self, high: float, low: float, top: float) -> Axes:
        """Return the same chart on a logarithmic scale between these values, this high."""
        unit = high / (log10(top) - log10(low))
        return self._replace(up=lambda value: -unit * (log10(max(value, low)) - log10(low)))


def chart(name: str, axes: Axes, curves: Sequence[Curve]) -> list[Shape]:
    """Draw the scale, the area of all runs of each curve, and its median; the values of the scale are on its left."""
    left, right = axes.across(axes.x[0]), axes.across(axes.x[-1])
    shapes: list[Shape] = []
    lowest = max(axes.up(value) for value in axes.y_ticks)
    for value, said in axes.y_ticks.items():
        y = axes.up(value)
        role = "rule" if y == lowest else "hair"
        shapes.append(Line(name=f"{name}-level-{value}", role=role, start=Point(left, y), to=Point(right, y)))
        if said:
            shapes.append(say(f"{name}-level-{value}-name", said, left - 8, y, "end", VALUE, "muted"))
    for value, said in axes.x_ticks.items():
        is_long = value == axes.x[-1] and not said.isdigit()  # with the axis's name after the number
        anchor = "end" if is_long else "middle"
        shapes.append(say(f"{name}-tick-{value}", said, axes.across(value), lowest + 15, anchor, VALUE, "muted"))
    shown = {curve.name: _until(axes.up(float(y)) >= lowest for y in curve.median) for curve in curves}
    for curve in curves:
        if len(curve.values) > 1:
            ends = [[axes.point(x, float(y)) for x, y in zip(axes.x, runs, strict=True)] for runs in curve.bounds]
            highs, lows = (line[: shown[curve.name]] for line in ends)
            shapes.append(Spread(name=f"{name}-{curve.name}-runs", role=curve.role, points=(*highs, *reversed(lows))))
    for curve in curves:
        points = [axes.point(x, float(y)) for x, y in zip(axes.x, curve.median, strict=True)][: shown[curve.name]]
        shapes.append(_line(f"{name}-{curve.name}", curve, points))
    return shapes


def _line(name: str, curve: Curve, points: Sequence[Point]) -> Polyline:
    return Polyline(name=name, role=curve.role, points=tuple(points), width=curve.width, dashes=curve.dashes)


def _until(ends: Iterable[bool]) -> int | None:
    """Return how many points there are up to the first where a line leaves its chart, if it does."""
    return next((place for place, is_end in enumerate(ends, start=1) if is_end), None)


def legend(curves: Sequence[Curve], room: float) -> list[Shape]:
    """Draw the line of each curve with its name, as many side by side as there is room for."""
    shapes: list[Shape] = []
    x = y = 0.0
    for curve in curves:
        wide = 34 + width(curve.name, NAME.bold())
        if x and x + wide > room:
            x, y = 0, y + 22
        ends = Point(x, y), Point(x + 26, y)
        shapes.append(_line(f"key-{curve.name}", curve, ends))
        shapes.append(say(f"key-{curve.name}-name", curve.name, x + 34, y, "start", NAME.bold(), curve.role))
        x += wide + 26
    return shapes
