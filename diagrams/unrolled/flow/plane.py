"""Points in a plane, with names, lines between them, and axes: where all of it stands, and the shapes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, hypot, log10

import numpy as np

from ..arrays import Array
from ..fonts import BLOCK_SECOND, NUMBER, WORD, Style, width
from ..geometry import Frame, Point
from ..numbers import text_of
from ..shapes.arrows import Arrow, Disc
from ..shapes.plots import Line, Ring
from ..shapes.shape import Shape
from ..shapes.text import Label, Word
from .description import Caption
from .labels import PlacedLabel, Wanted, labels_at

FEW_WORDS, MANY_WORDS = WORD.sized(15), WORD.sized(13)
LABEL_PADDING = 4
RING_RADIUS, CLEAR_OF_RING = 8, 12
WIDE, WIDER, NARROW = 440, 640, 268
"""How wide the plane is: for a few points, for many, on a phone."""
FEW, FEW_NARROW, MANY = 16, 8, 60
INSET, INSET_NARROW = 46, 34
"""How far points stay from the plane's sides."""
LEAST_HEIGHT, HIGH, HIGHER, HIGH_NARROW = 150, 440, 620, 460
AXIS_ROOM = 34
"""Left of the plane, for the numbers along its axis."""
MOST_TICKS = 5
NEAR_ZERO = 1e-9
SCALE_ALIKE = 200
"""Pixels for 1 where all points are one."""
MARGIN, FAR = 44, 4000
OUTSIDE = 40
"""How far labels may stand outside the plane where there is room."""
CLEAR_OF_DOT = 6
TICK, TICK_LABEL_GAP, NAME_GAP = 4, 8, 17
NOTE_UNDER = 20
NO_LENGTH = 2 * CLEAR_OF_DOT + 10
"""Where two points are nearer, there is no room for an arrow."""


@dataclass(frozen=True, eq=False)
class PlanePoint:
    """A point of a plane and its name; on a ground, where it has a fill."""

    name: str
    text: str
    place: tuple[float, float]
    """In the plane's own numbers, across and up."""
    role: str = "ink"
    fill: str | None = None
    is_ring: bool = False
    """Whether it is open, as where something would be."""


@dataclass(frozen=True, eq=False)
class PlaneLine:
    """A line from one point to another, or an arrow."""

    name: str
    one: PlanePoint
    other: PlanePoint
    is_arrow: bool = False


@dataclass(frozen=True)
class Plane:
    """What a plane shows, before anything has a place on the page."""

    points: tuple[PlanePoint, ...]
    lines: tuple[PlaneLine, ...]
    """Lines, then arrows, as they are painted."""
    axes: tuple[str, str] | None
    """What the two axes are called; None where they mean nothing of their own."""
    note: Caption | None = None
    """What is said under it."""


def plane_laid(plane: Plane, *, narrow: bool = False) -> tuple[Shape, ...]:
    """Lay a plane out for a page, or for a phone, where axes that mean nothing of their own are exchanged."""
    return tuple(_PlacedPlane(plane, narrow).shapes())


@dataclass(frozen=True, eq=False)
class _PlacedPlane:
    """A plane on the page; both directions have one scale, so that distances are true."""

    plane: Plane
    narrow: bool

    @cached_property
    def places(self) -> Array:
        """Every place to be shown, across and up (n, 2), with the longer axis upright on a phone."""
        places = np.array([point.place for point in self.plane.points]).reshape(-1, 2)
        return places[:, ::-1] if self.narrow and self.plane.axes is None else places

    @cached_property
    def count(self) -> int:
        """How many points there are, without rings."""
        return sum(not point.is_ring for point in self.plane.points)

    @property
    def fullness(self) -> float:
        """From 0 for a few points to 1 for as many as there may be."""
        return min(1.0, max(0, self.count - FEW) / (MANY - FEW))

    @cached_property
    def frame(self) -> Frame:
        """The plane, its upper left corner at the origin."""
        wide = NARROW - (AXIS_ROOM if self.plane.axes else 0) if self.narrow else WIDE + (WIDER - WIDE) * self.fullness
        return Frame(0, 0, wide, max(LEAST_HEIGHT, self.spread[1] * self._scale_in(wide) + 2 * self.inset))

    @property
    def inset(self) -> float:
        """How far points stay from the sides."""
        return INSET_NARROW if self.narrow else INSET

    @cached_property
    def spread(self) -> tuple[float, float]:
        """How far the points reach, across and up."""
        across, up = np.ptp(self.places, axis=0).tolist()
        return max(across, NEAR_ZERO), max(up, NEAR_ZERO)

    def _scale_in(self, wide: float) -> float:
        across, up = self.spread
        most = HIGH_NARROW if self.narrow else HIGH + (HIGHER - HIGH) * self.fullness
        if max(across, up) <= NEAR_ZERO:
            return SCALE_ALIKE
        return min((wide - 2 * self.inset) / across, (most - 2 * self.inset) / up)

    @cached_property
    def scale(self) -> float:
        """Pixels for 1."""
        return self._scale_in(self.frame.width)

    @cached_property
    def middle(self) -> tuple[float, float]:
        """The place in the middle of the plane."""
        low, high = self.places.min(axis=0), self.places.max(axis=0)
        across, up = ((low + high) / 2).tolist()
        return across, up

    def on_page(self, across: float, up: float) -> Point:
        """Find a place of the plane on the page."""
        x, y = self.middle
        return Point(self.frame.middle + (across - x) * self.scale, self.frame.centre - (up - y) * self.scale)

    @cached_property
    def at(self) -> dict[PlanePoint, Point]:
        """Where each point is on the page."""
        return {
            point: self.on_page(*place) for point, place in zip(self.plane.points, self.places.tolist(), strict=True)
        }

    @property
    def style(self) -> Style:
        """The letters of names: smaller where there are many."""
        return FEW_WORDS if self.count <= (FEW_NARROW if self.narrow else FEW) else MANY_WORDS

    @cached_property
    def labels(self) -> dict[PlanePoint, PlacedLabel]:
        """Where the name of each point stands."""
        high = round(1.2 * self.style.size)
        wanted = [
            Wanted(at, width(point.text, self.style) + LABEL_PADDING, high, CLEAR_OF_RING if point.is_ring else 6)
            for point, at in self.at.items()
        ]
        arrows_first = sorted(self.plane.lines, key=lambda line: not line.is_arrow)
        lines = [(self.at[line.one], self.at[line.other]) for line in arrows_first]
        bounds = self.frame if self.narrow or self.plane.axes else self.frame.grown(OUTSIDE)
        return dict(zip(self.at, labels_at(wanted, lines, bounds, self._margins), strict=True))

    @property
    def _margins(self) -> list[Frame]:
        """Where the axes have their numbers and names."""
        if not self.plane.axes:
            return []
        frame = self.frame
        return [
            Frame.between(-FAR, frame.top - MARGIN, frame.left, frame.bottom + MARGIN),
            Frame.between(frame.left, frame.bottom, frame.right, frame.bottom + MARGIN),
            Frame.between(frame.left, frame.top - MARGIN, frame.right, frame.top),
        ]

    def shapes(self) -> Iterator[Shape]:
        """Draw in painting order: what lies deepest first."""
        if self.plane.axes:
            yield from self._axes(*self.plane.axes)
        if self.plane.note:
            yield self._note(self.plane.note)
        for line in self.plane.lines:
            yield from self._line(line)
        for point in sorted(self.plane.points, key=lambda point: not point.is_ring):
            yield from self._point(point)

    def _axes(self, across: str, up: str) -> Iterator[Shape]:
        """The two axes, along the lower and the left side."""
        frame = self.frame
        corner = Point(frame.left, frame.bottom)
        yield Line(name="axis-1", start=corner, to=Point(frame.right, frame.bottom))
        yield Line(name="axis-2", start=corner, to=Point(frame.left, frame.top))
        for number, (value, text) in enumerate(self._ticks(0), start=1):
            x = self.on_page(value, value).x
            at = Point(x, frame.bottom + TICK + TICK_LABEL_GAP)
            yield Line(name=f"tick-1-{number}", start=Point(x, frame.bottom), to=Point(x, frame.bottom + TICK))
            yield Label(name=f"number-1-{number}", role="muted", text=text, at=at, style=NUMBER)
        for number, (value, text) in enumerate(self._ticks(1), start=1):
            y = self.on_page(value, value).y
            at = Point(frame.left - TICK - TICK_LABEL_GAP / 2, y)
            yield Line(name=f"tick-2-{number}", start=Point(frame.left, y), to=Point(frame.left - TICK, y))
            yield Label(name=f"number-2-{number}", role="muted", text=text, at=at, style=NUMBER, anchor="end")
        first = Point(frame.right, frame.bottom + TICK + TICK_LABEL_GAP + NAME_GAP)
        yield Label(name="axis-1-name", role="muted", text=across, at=first, anchor="end")
        second = Point(frame.left, frame.top - NAME_GAP)
        yield Label(name="axis-2-name", role="muted", text=up, at=second, anchor="start")

    def _ticks(self, axis: int) -> Iterator[tuple[float, str]]:
        """Choose round numbers along an axis, and print them."""
        half = (self.frame.width if axis == 0 else self.frame.height) / 2 / self.scale
        low, high = self.middle[axis] - half, self.middle[axis] + half
        step = _step(high - low)
        for number in range(ceil(low / step), floor(high / step) + 1):
            yield number * step, text_of(round(number * step, 6), _decimals(step))

    def _note(self, note: Caption) -> Label:
        """Set a note under everything."""
        bottom = max([self.frame.bottom, *(label.frame.bottom for label in self.labels.values())])
        at = Point(self.frame.middle, bottom + NOTE_UNDER)
        return Label(name=note.name, role=note.role, text=note.text, at=at, style=note.style)

    def _line(self, line: PlaneLine) -> Iterator[Shape]:
        """Draw a line, or an arrow that keeps clear of its points."""
        start, to = self.at[line.one], self.at[line.other]
        if not line.is_arrow:
            if start != to:
                yield Line(name=line.name, role="embedding", start=start, to=to, width=1.5)
        elif hypot(to.x - start.x, to.y - start.y) > NO_LENGTH:
            clear = RING_RADIUS + 3 if line.other.is_ring else CLEAR_OF_DOT
            points = start.towards(to, CLEAR_OF_DOT), to.towards(start, clear)
            yield Arrow(name=f"{line.name}-arrow", points=points)

    def _point(self, point: PlanePoint) -> Iterator[Shape]:
        """Draw a point and its name, and a line to that where it stands far off."""
        at, label, name = self.at[point], self.labels[point], point.name
        if point.is_ring:
            yield Ring(name=name, role=point.role, at=at, radius=RING_RADIUS)
        if label.leader:
            start = at.towards(label.leader, RING_RADIUS) if point.is_ring else at
            yield Line(name=f"{name}-leader", start=start, to=label.leader)
        if not point.is_ring:
            role = "embedding" if point.role == "ink" else point.role
            yield Disc(name=f"{name}-point", role=role, at=at)
        if point.fill:
            yield Word(name=name, text=point.text, frame=label.frame, fill=point.fill, style=self.style)
        else:
            name = f"{name}-name" if point.is_ring else name
            yield Label(name=name, role=point.role, text=point.text, at=label.frame.midpoint, style=self.style)


NOTE = BLOCK_SECOND
"""The letters of what is said under a plane."""


def _step(reach: float) -> float:
    """Choose 1, 2 or 5 times a power of ten, so that there are a few ticks."""
    power = 10.0 ** floor(log10(reach / MOST_TICKS))
    return next(factor * power for factor in (1, 2, 5, 10) if reach / (factor * power) <= MOST_TICKS)


def _decimals(step: float) -> int:
    return max(0, -floor(log10(step) + NEAR_ZERO))
