"""Plots drawn with the kit's shapes: values on linear or logarithmic scales, in a frame of any size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from _plots import label
from unrolled.fonts import NAME
from unrolled.geometry import Frame, Point
from unrolled.shapes.plots import Line, Polyline, Region
from unrolled.shapes.shape import Shape

TICK, TO_NUMBER, UNDER = 5, 10, 16


@dataclass(frozen=True)
class Scale:
    """Two values, between which an axis runs; a logarithmic one has equal steps for equal ratios."""

    low: float
    high: float
    is_log: bool = False

    def share(self, value: float) -> float:
        """Return how far along the axis a value is, from 0 to 1."""
        low, high, at = (
            (log(each) for each in (self.low, self.high, value)) if self.is_log else (self.low, self.high, value)
        )
        return (at - low) / (high - low)


@dataclass(frozen=True)
class Plot:
    """A frame with a scale across it and one up it."""

    frame: Frame
    across: Scale
    up: Scale

    def at(self, x: float, y: float) -> Point:
        """Return the place of two values."""
        return Point(
            self.frame.left + self.across.share(x) * self.frame.width,
            self.frame.bottom - self.up.share(y) * self.frame.height,
        )

    def lines(self, ticks: Mapping[float, str], name: str = "up") -> Iterator[Shape]:
        """Draw a hairline for each tick of the scale up, and its text before it."""
        for number, (value, said) in enumerate(ticks.items(), start=1):
            start, to = self.at(self.across.low, value), self.at(self.across.high, value)
            yield Line(name=f"{name}-{number}", role="hair", start=start, to=to, round_ends=False)
            yield label(f"{name}-{number}-text", said, Point(start.x - TO_NUMBER, start.y), anchor="end")

    def ticks(self, ticks: Mapping[float, str], strong: Iterable[float] = ()) -> Iterator[Shape]:
        """Draw the axis along the bottom with its ticks, and their texts below it."""
        frame, bold = self.frame, {*strong}
        ends = Point(frame.left, frame.bottom), Point(frame.right, frame.bottom)
        yield Line(name="across", start=ends[0], to=ends[1], round_ends=False)
        for number, (value, said) in enumerate(ticks.items(), start=1):
            start = self.at(value, self.up.low)
            yield Line(name=f"across-{number}", start=start, to=Point(start.x, start.y + TICK), round_ends=False)
            role, style = ("ink", NAME.bold()) if value in bold else ("muted", NAME)
            yield label(f"across-{number}-text", said, Point(start.x, start.y + UNDER), role, style)

    def curve(self, name: str, points: Sequence[tuple[float, float]], role: str, width: float = 2.25) -> Polyline:
        """Draw a line through points."""
        return Polyline(name=name, role=role, points=tuple(self.at(*each) for each in points), width=width)

    def between(
        self, name: str, one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]], fill: str
    ) -> Region:
        """Fill the area between two lines."""
        corners = tuple(self.at(*each) for each in (*one, *reversed(other)))
        return Region(name=name, corners=corners, fill=fill)
