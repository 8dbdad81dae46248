"""Charts for the guides, drawn with the kit: parts about the origin, to be put above or beside one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from unrolled.arrays import Array
from unrolled.floor.charts import apart
from unrolled.fonts import NAME, NUMBER, Style, width
from unrolled.geometry import Frame, Point
from unrolled.shapes.plots import Line, Polyline, Region, Spread, Tile
from unrolled.shapes.shape import Shape, Shapes, moved
from unrolled.shapes.text import Label

VALUE = NUMBER.sized(13)
HALF_VALUE = 5
"""Half the height of a number."""
TICK, TO_TICK, UNDER, OVER = 5, 10, 16, 20
"""The length of a tick, and how far texts are from the axes: on its left, below it, and the name above it."""
ACROSS_UNDER, BEYOND, TO_END = 36, 11, 9
"""From the axis to its name, from the end of a bar to its number, and from the end of a line to its name."""
NAMES_APART, LEAD = 16, 12
"""Between names at the ends of lines, and how much further those are that a line leads to."""
LEAST_BAR = 3
"""Where a bar would be lower than this, only its number is drawn, above zero."""


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


def say(
    name: str, said: str, x: float, y: float, anchor: str = "middle", style: Style = NAME, role: str = "ink"
) -> Label:
    """Write a text at a place."""
    return Label(name=name, role=role, text=said, at=Point(x, y), style=style, anchor=anchor)


class Scale(NamedTuple):
    """The values at the ends of an axis; a logarithmic one has equal steps for equal ratios."""

    low: float
    high: float
    is_log: bool = False

    def share(self, value: float) -> float:
        """Return how far along the axis a value is, from 0 to 1."""
        if self.is_log:
            return log(max(value, self.low) / self.low) / log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Plot:
    """A frame with a scale across it and one up it."""

    frame: Frame
    across: Scale
    up: Scale

    @classmethod
    def units(cls, across: float = 1, up: float = 1) -> Plot:
        """Return a plot with zero at the origin, and one this many pixels from there."""
        return cls(Frame(0, -up, across, up), Scale(0, 1), Scale(0, 1))

    def x(self, value: float) -> float:
        """Return how far right a value is."""
        return self.frame.left + self.across.share(value) * self.frame.width

    def y(self, value: float) -> float:
        """Return how far down a value is."""
        return self.frame.bottom - self.up.share(value) * self.frame.height

    def at(self, x: float, y: float) -> Point:
        """Return the place of two values."""
        return Point(self.x(x), self.y(y))

    def bar(self, x: float, value: float, wide: float) -> Frame:
        """Return the frame of an upright bar from zero, this wide."""
        top, bottom = sorted((self.y(value), self.y(0)))
        return Frame(self.x(x) - wide / 2, top, wide, max(bottom - top, 1e-6))

    def lying(self, value: float, y: float, high: float) -> Frame:
        """Return the frame of a bar from zero to the right, this high, whose middle is so many pixels down."""
        left, right = sorted((self.x(value), self.x(0)))
        return Frame(left, y - high / 2, max(right - left, 1e-6), high)

    def level(self, name: str, value: float, role: str = "hair", **more: Any) -> Line:
        """Draw a line across the plot."""
        start, to = Point(self.frame.left, self.y(value)), Point(self.frame.right, self.y(value))
        return Line(name=name, role=role, start=start, to=to, **more)

    def axes(
        self,
        name: str,
        x_ticks: Mapping[float, str],
        y_ticks: Mapping[float, str],
        *,
        across: str = "",
        up: str = "",
        strong: Iterable[float] = (),
    ) -> list[Shape]:
        """Draw a hairline and a text for each tick up, the axis along the bottom with its ticks, and their names."""
        frame, bold = self.frame, {*strong}
        left = frame.left - TO_TICK
        shapes: list[Shape] = []
        for value, said in y_ticks.items():
            if value != self.up.low:
                shapes.append(self.level(f"{name}-level-{value}", value))
            shapes.append(say(f"{name}-level-{value}-name", said, left, self.y(value), "end", VALUE, "muted"))
        shapes.append(self.level(f"{name}-bottom", self.up.low, "rule", round_ends=False))
        for value, said in x_ticks.items():
            x, is_long = self.x(value), value == self.across.high and not said[-1].isdigit()
            ends = Point(x, frame.bottom), Point(x, frame.bottom + TICK)
            style, role = (VALUE.bold(), "ink") if value in bold else (VALUE, "muted")
            anchor = "end" if is_long else "middle"
            shapes.append(Line(name=f"{name}-tick-{value}-line", start=ends[0], to=ends[1], round_ends=False))
            shapes.append(say(f"{name}-tick-{value}", said, x, frame.bottom + UNDER, anchor, style, role))
        if up:
            start = left - max(width(said, VALUE) for said in y_ticks.values())
            shapes.append(say(f"{name}-up", up, start, frame.top - OVER, "start", role="muted"))
        if across:
            y = frame.bottom + ACROSS_UNDER
            shapes.append(say(f"{name}-across", across, frame.right, y, "end", role="muted"))
        return shapes

    def line(self, name: str, points: Iterable[tuple[float, float]], role: str, **more: Any) -> Polyline:
        """Draw a line through points."""
        return Polyline(
            name=name, role=role, points=tuple(self.at(*each) for each in points), **{"width": 2.25, **more}
        )

    def between(
        self, name: str, one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]], fill: str
    ) -> Region:
        """Fill the area between two lines."""
        corners = tuple(self.at(*each) for each in (*one, *reversed(other)))
        return Region(name=name, corners=corners, fill=fill)

    def curves(self, name: str, x: Sequence[float], curves: Sequence[Curve]) -> list[Shape]:
        """Draw the area of all runs of each curve, and its median, as far as that stays in the plot."""
        shapes: list[Shape] = []
        ends = {curve.name: _until(float(y) <= self.up.low for y in curve.median) for curve in curves}
        for curve in curves:
            if len(curve.runs) > 1:
                high, low = (
                    [self.at(*each) for each in zip(x, map(float, edge), strict=True)][: ends[curve.name]]
                    for edge in (curve.runs.max(axis=0), curve.runs.min(axis=0))
                )
                area = (*high, *reversed(low))
                shapes.append(Spread(name=f"{name}-{curve.name}-runs", role=curve.role, points=area))
        for curve in curves:
            points = [*zip(x, map(float, curve.median), strict=True)][: ends[curve.name]]
            shapes.append(self.line(f"{name}-{curve.name}", points, curve.role, width=curve.width, dashes=curve.dashes))
        return shapes

    def runs(self, name: str, x: Sequence[float], curves: Sequence[Curve]) -> list[Shape]:
        """Draw each run of each curve as a thin line, and over all of them the medians as thick ones."""
        thin = [
            self.line(f"{name}-{curve.name}-run-{number}", zip(x, map(float, run), strict=True), curve.role, width=0.75)
            for curve in curves
            if len(curve.runs) > 1
            for number, run in enumerate(curve.runs, start=1)
        ]
        return [*thin, *self.curves(name, x, [it._replace(values=it.median, width=3) for it in curves])]

    def names(self, name: str, curves: Sequence[Curve], ends: Mapping[str, str] | None = None) -> list[Shape]:
        """Write each curve's name after its end, and what it ends at; those too close are moved apart and led to."""
        shapes: list[Shape] = []
        found = [self.y(float(curve.median[-1])) for curve in curves]
        places = apart(found, NAMES_APART)
        led = [abs(y - end) > 1 for y, end in zip(places, found, strict=True)]
        x = self.frame.right + TO_END + LEAD * any(led)
        for curve, end, y, is_led in zip(curves, found, places, led, strict=True):
            said = f"{curve.name} {(ends or {}).get(curve.name, '')}".strip()
            if is_led:
                start, to = Point(self.frame.right + 3, end), Point(x - 4, y)
                shapes.append(Line(name=f"{name}-{curve.name}-lead", role=curve.role, start=start, to=to))
            shapes.append(say(f"{name}-{curve.name}-name", said, x, y, "start", NAME.bold(), curve.role))
        return shapes


def bar(
    name: str, plot: Plot, x: float, value: float, wide: float, said: str, style: Style = VALUE, **more: Any
) -> list[Shape]:
    """Draw an upright bar from zero, by default filled by its sign, and its number beyond its end."""
    if is_small := abs(plot.y(value) - plot.y(0)) < LEAST_BAR:
        value = 0
    beyond = plot.y(value) + (BEYOND if value < 0 else -BEYOND)
    role = "muted" if more.get("is_dashed") else "ink"
    number = say(f"{name}-value", said, plot.x(x), beyond, style=style, role=role)
    if is_small:
        return [number]
    more = {"role": "flow", "fill": "plus" if value > 0 else "minus", "rim": 1, **more}
    return [Tile(name=name, frame=plot.bar(x, value, wide), **more), number]


class Curve(NamedTuple):
    """Measurements of one quantity along an axis, with a row for each run (runs, points), or just one."""

    name: str
    role: str
    values: ArrayLike
    dashes: tuple[float, float] | None = None
    width: float = 2.25

    @property
    def runs(self) -> Array:
        """The runs as a matrix."""
        return np.atleast_2d(np.asarray(self.values, dtype=np.float64))

    @property
    def median(self) -> Array:
        """The median of the runs at each point."""
        middle: Array = np.median(self.runs, axis=0)
        return middle


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
        points = Point(x, y), Point(x + 26, y)
        shapes.append(
            Polyline(name=f"key-{curve.name}", role=curve.role, points=points, width=curve.width, dashes=curve.dashes)
        )
        shapes.append(say(f"key-{curve.name}-name", curve.name, x + 34, y, "start", NAME.bold(), curve.role))
        x += wide + 26
    return shapes


def runs_key(count: int) -> list[Shape]:
    """Draw a piece of a band with its middle line, and say what both are."""
    corners = tuple(Point(x, y) for x, y in ((0, -8), (26, -8), (26, 8), (0, 8)))
    return [
        Spread(name="runs-band", role="muted", points=corners),
        Line(name="runs-line", role="muted", start=Point(0, 0), to=Point(26, 0), width=2.25),
        say("runs-said", f"median of {count} runs, lowest to highest", 34, 0, "start", role="muted"),
    ]


def thin_key(count: int) -> Label:
    """Say what the lines of `Plot.runs` are."""
    return say("runs-said", f"thin: each of {count} runs, thick: their median", 0, 0, "start", role="muted")


SIGNS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def in_words(value: float) -> str:
    """Format a number with two significant digits, and long ones as a multiple of a power of ten."""
    if value and not 0.001 <= value < 10_000:
        digits, power = f"{value:.1e}".split("e")
        return f"{digits} · 10{str(int(power)).translate(SIGNS)}"
    return f"{float(f'{value:.2g}'):,.4g}"
