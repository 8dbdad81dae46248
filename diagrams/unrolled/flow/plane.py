"""A scatter plot of labelled points, with regions, lines and axes: its layout and its shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from math import ceil, cos, floor, hypot, log10, sin, tau

import numpy as np

from ..arrays import Array
from ..fonts import BLOCK_SECOND, NAME, NUMBER, WORD, Style, width
from ..geometry import Frame, Point
from ..i18n import text_of
from ..layout import wrapped
from ..shapes.arrows import Arrow, Disc
from ..shapes.plots import Line, Marker, Region, Ring, Specks
from ..shapes.shape import Shape
from ..shapes.text import Label, Word
from .description import Caption
from .labels import PlacedLabel, Wanted, edges, ends, labels_at, lines_cross_frames

FEW_WORDS, MANY_WORDS = WORD.sized(15), WORD.sized(13)
LABEL_PADDING = 4
RING_RADIUS, CLEAR_OF_RING = 8, 12
WIDE, WIDER, NARROW = 440, 640, 268
"""The width of the plane: for a few points, for many, and on phones."""
FEW, FEW_NARROW, MANY = 16, 8, 60
INSET, INSET_NARROW = 46, 34
"""The distance between points and the sides of the plane."""
LEAST_WIDTH, LEAST_HEIGHT, HIGH, HIGHER, HIGH_NARROW = 320, 150, 500, 620, 460
AXIS_ROOM = 34
"""The space for tick labels to the left of the plane."""
MOST_TICKS = 5
NEAR_ZERO = 1e-9
SCALE_ALIKE = 200
"""Pixels per unit if all points coincide."""
MARGIN, FAR = 44, 4000
OUTSIDE = 40
"""How far labels may extend outside the plane if there is space."""
CLEAR_OF_DOT = 6
TICK, TICK_LABEL_GAP, NAME_GAP = 4, 8, 17
NOTE_UNDER, NOTE_LINE = 20, 17
AROUND, AROUND_NARROW, LEAST_AROUND = 13, 10, 7
"""How far a region extends around its points, and the least distance."""
TITLE, TITLE_HEIGHT, TITLE_GAP = NAME.bold(), 16, 3
LEDGE = 40
"""How far from its region a name is tried inside the plane before it may go outside."""
CORNERS = 24
"""The number of corners of the polygons that approximate the circles at the ends of a region."""
FAINT = 3.5
"""The diameter of dots without names."""
NO_LENGTH = 2 * CLEAR_OF_DOT + 10
"""If two points are closer than this, there is no space for an arrow."""


@dataclass(frozen=True, eq=False)
class PlanePoint:
    """A point in the plane and its name, on a background if it has a fill."""

    name: str
    text: str
    place: tuple[float, float]
    """In data coordinates, across and up."""
    role: str = "ink"
    fill: str | None = None
    is_ring: bool = False
    """Whether it is an open ring, for a position where something would be."""
    mark: str = "disc"
    """Its marker: one of `shapes.plots.MARKS`."""


@dataclass(frozen=True, eq=False)
class PlaneLine:
    """A line or an arrow from one point to another."""

    name: str
    one: PlanePoint
    other: PlanePoint
    is_arrow: bool = False
    is_light: bool = False
    """Whether it only accompanies others that matter more."""


@dataclass(frozen=True, eq=False)
class PlaneRegion:
    """A named group of points on a background; without a fill, it has a dashed outline."""

    name: str
    text: str
    points: tuple[PlanePoint, ...]
    fill: str | None
    is_listed: bool = False
    """Whether the names of its points are listed below its own, for example because they are too close for labels."""


@dataclass(frozen=True)
class Plane:
    """The content of a plane, without page coordinates."""

    points: tuple[PlanePoint, ...]
    lines: tuple[PlaneLine, ...]
    """Lines, then arrows, in drawing order."""
    axes: tuple[str, str] | None
    """The axis labels; None if the axes have no meaning of their own."""
    notes: tuple[Caption, ...] = ()
    """Notes below the plane, each on its own lines."""
    regions: tuple[PlaneRegion, ...] = ()
    faint: tuple[tuple[float, float], ...] = ()
    """Positions of others, as faint dots without names, as far as they are within the plane and under no name."""


def plane_laid(plane: Plane, *, narrow: bool = False) -> tuple[Shape, ...]:
    """Lay out a plane for a page or a phone, where axes without a meaning of their own are swapped."""
    return tuple(_PlacedPlane(plane, narrow).shapes())


@dataclass(frozen=True, eq=False)
class _PlacedPlane:
    """A plane with page coordinates. Both directions have the same scale, so that distances are true."""

    plane: Plane
    narrow: bool

    @cached_property
    def places(self) -> Array:
        """All positions, across and up (n, 2), with the longer axis vertical on a phone."""
        places = np.array([point.place for point in self.plane.points]).reshape(-1, 2)
        return places[:, ::-1] if self.narrow and self.plane.axes is None else places

    @cached_property
    def count(self) -> int:
        """The number of points, without rings."""
        return sum(not point.is_ring for point in self.plane.points)

    @property
    def fullness(self) -> float:
        """From 0 for a few points to 1 for the maximum."""
        return min(1.0, max(0, self.count - FEW) / (MANY - FEW))

    @cached_property
    def frame(self) -> Frame:
        """The plane, with its upper left corner at the origin."""
        wide = NARROW - (AXIS_ROOM if self.plane.axes else 0) if self.narrow else WIDE + (WIDER - WIDE) * self.fullness
        scale = self._scale_in(wide)
        if self.plane.axes and not self.narrow:
            wide = min(wide, max(LEAST_WIDTH, self.spread[0] * scale + 2 * self.inset))
        return Frame(0, 0, wide, max(LEAST_HEIGHT, self.spread[1] * scale + 2 * self.inset))

    @property
    def inset(self) -> float:
        """The distance between points and the sides."""
        return INSET_NARROW if self.narrow else INSET

    @cached_property
    def spread(self) -> tuple[float, float]:
        """The range of the points, across and up."""
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
        """Pixels per unit."""
        return self._scale_in(self.frame.width)

    @cached_property
    def middle(self) -> tuple[float, float]:
        """The data coordinates at the centre of the plane."""
        low, high = self.places.min(axis=0), self.places.max(axis=0)
        across, up = ((low + high) / 2).tolist()
        return across, up

    def on_page(self, across: float, up: float) -> Point:
        """Convert data coordinates to a point on the page."""
        x, y = self.middle
        return Point(self.frame.middle + (across - x) * self.scale, self.frame.centre - (up - y) * self.scale)

    @cached_property
    def at(self) -> dict[PlanePoint, Point]:
        """The page position of each point."""
        return {
            point: self.on_page(*place) for point, place in zip(self.plane.points, self.places.tolist(), strict=True)
        }

    @property
    def style(self) -> Style:
        """The font of names: smaller if there are many."""
        return FEW_WORDS if self.count <= (FEW_NARROW if self.narrow else FEW) else MANY_WORDS

    @cached_property
    def labels(self) -> dict[PlanePoint, PlacedLabel]:
        """The position of each point's name."""
        high = round(1.2 * self.style.size)
        listed = {point for region in self.plane.regions if region.is_listed for point in region.points}
        named = {point: at for point, at in self.at.items() if point not in listed}
        wanted = [
            Wanted(at, width(point.text, self.style) + LABEL_PADDING, high, CLEAR_OF_RING if point.is_ring else 6)
            for point, at in named.items()
        ]
        taken = [*self._margins, *(frame for frame, _ in self.titles.values())]
        taken += [
            Frame.about(self.at[point].x, self.at[point].y, 2 * CLEAR_OF_DOT, 2 * CLEAR_OF_DOT) for point in listed
        ]
        arrows_first = sorted(self.plane.lines, key=lambda line: not line.is_arrow)
        lines = [(self.at[line.one], self.at[line.other]) for line in arrows_first]
        bounds = self.frame if self.narrow or self.plane.axes else self.frame.grown(OUTSIDE)
        return dict(zip(named, labels_at(wanted, lines, bounds, taken), strict=True))

    @cached_property
    def grounds(self) -> dict[PlaneRegion, tuple[Point, ...]]:
        """The outline of each region's background: everything close to its points or between them.

        It extends less far where two regions would overlap.
        """
        reach = AROUND_NARROW if self.narrow else AROUND
        while True:
            hulls = {region: _hull([self.at[point] for point in region.points], reach) for region in self.plane.regions}
            if reach <= LEAST_AROUND or not any(_overlap(*pair) for pair in combinations(hulls.values(), 2)):
                return hulls
            reach -= 1

    @cached_property
    def titles(self) -> dict[PlaneRegion, tuple[Frame, str]]:
        """The position and alignment of each region's name, followed by those of its points if they are listed.

        It is beside, above or below the region, wherever there is space.
        """
        dots = [Frame.about(at.x, at.y, 2 * CLEAR_OF_DOT, 2 * CLEAR_OF_DOT) for at in self.at.values()]
        bounds = self.frame if self.narrow or self.plane.axes else self.frame.grown(OUTSIDE)
        lines = ends((self.at[line.one], self.at[line.other]) for line in self.plane.lines)
        taken: list[Frame] = [*dots, *self._margins]
        titles: dict[PlaneRegion, tuple[Frame, str]] = {}
        for region, corners in self.grounds.items():
            extent = _around(corners)
            names = [width(point.text, self.style) for point in region.points] if region.is_listed else []
            wide, high = max([width(region.text, TITLE), *names]), TITLE_HEIGHT + len(names) * self.line_height
            obstacles = [_around(outline) for neighbour, outline in self.grounds.items() if neighbour is not region]
            room = bounds.grown(0 if self.narrow else TITLE_HEIGHT)
            for off in range(0, FAR, TITLE_HEIGHT):
                level = min(max(extent.centre - high / 2, bounds.top), bounds.bottom - high)
                left = min(max(extent.middle - wide / 2, bounds.left), bounds.right - wide)
                over = Frame(left, extent.top - TITLE_GAP - off - high, wide, high), "middle"
                under = Frame(left, extent.bottom + TITLE_GAP + off, wide, high), "middle"
                right = Frame(extent.right + 2 * TITLE_GAP + off, level, wide, high), "start"
                before = Frame(extent.left - 2 * TITLE_GAP - off - wide, level, wide, high), "end"
                places = [right, before, over, under] if names else [over, under, right, before]
                free = [
                    place for place in places if not any(place[0].meets(obstacle) for obstacle in (*taken, *obstacles))
                ]
                free = [place for place in free if not lines_cross_frames(lines, edges([place[0]])).any()]
                within = [place for place in free if room.holds(place[0])]
                if within or (off > LEDGE and free):
                    titles[region] = (within or [place for place in free if place in (over, under)] or free)[0]
                    break
            else:
                titles[region] = over
            taken.append(titles[region][0])
        return titles

    @property
    def line_height(self) -> float:
        """The line spacing of listed names."""
        return round(1.25 * self.style.size)

    @property
    def _margins(self) -> list[Frame]:
        """The margins for tick labels and axis labels."""
        if not self.plane.axes:
            return []
        frame = self.frame
        return [
            Frame.between(-FAR, frame.top - MARGIN, frame.left, frame.bottom + MARGIN),
            Frame.between(frame.left, frame.bottom, frame.right, frame.bottom + MARGIN),
            Frame.between(frame.left, frame.top - MARGIN, frame.right, frame.top),
        ]

    @cached_property
    def faint(self) -> tuple[Point, ...]:
        """The page positions of faint dots within the plane and under no name."""
        places = [place[::-1] if self.narrow and not self.plane.axes else place for place in self.plane.faint]
        dots = {at: Frame.about(at.x, at.y, FAINT, FAINT) for at in (self.on_page(*place) for place in places)}
        names = [*(label.frame for label in self.labels.values()), *(frame for frame, _ in self.titles.values())]
        return tuple(at for at, dot in dots.items() if self.frame.holds(dot) and not any(map(dot.meets, names)))

    def shapes(self) -> Iterator[Shape]:
        """Draw everything in order, background first."""
        if self.plane.axes:
            yield from self._axes(*self.plane.axes)
        yield from self._notes()
        if self.plane.faint:
            yield Specks(name="others", role="rule", points=self.faint, size=FAINT)
        for region, corners in self.grounds.items():
            has_rim = region.is_listed and region.fill == "lane"  # if no name crosses it
            yield Region(name=region.name, corners=corners, fill=region.fill, has_rim=has_rim)
        for region in self.plane.regions:
            yield from self._title(region)
        for line in self.plane.lines:
            yield from self._line(line)
        for point in sorted(self.plane.points, key=lambda point: not point.is_ring):
            yield from self._point(point)

    def _axes(self, across: str, up: str) -> Iterator[Shape]:
        """Draw the two axes, along the bottom and the left."""
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
        """Choose round tick values along an axis, and format them."""
        half = (self.frame.width if axis == 0 else self.frame.height) / 2 / self.scale
        low, high = self.middle[axis] - half, self.middle[axis] + half
        step = _step(high - low)
        for number in range(ceil(low / step), floor(high / step) + 1):
            yield number * step, text_of(round(number * step, 6), _decimals(step))

    def _title(self, region: PlaneRegion) -> Iterator[Label]:
        """Draw the name of a region, followed by those of its points from top to bottom if they are listed."""
        frame, anchor = self.titles[region]
        x = {"start": frame.left, "middle": frame.middle, "end": frame.right}[anchor]
        at = Point(x, frame.top + TITLE_HEIGHT / 2)
        yield Label(name=f"{region.name}-name", role="ink", text=region.text, at=at, style=TITLE, anchor=anchor)
        points = sorted(region.points, key=lambda point: self.at[point].y) if region.is_listed else []
        for number, point in enumerate(points):
            at = Point(x, frame.top + TITLE_HEIGHT + (number + 0.5) * self.line_height)
            yield Label(name=point.name, role=point.role, text=point.text, at=at, style=self.style, anchor=anchor)

    def _notes(self) -> Iterator[Label]:
        """Draw the notes below everything: a single line centred, several left-aligned."""
        frames = [*(frame for frame, _ in self.titles.values()), *map(_around, self.grounds.values())]
        frames += [label.frame for label in self.labels.values()]
        frames += [self.frame] if self.plane.axes else []
        bottom = max([*(frame.bottom for frame in frames), *(at.y for at in (*self.at.values(), *self.faint))])
        bottom += TICK + TICK_LABEL_GAP + NAME_GAP if self.plane.axes else 0
        left = self.frame.left - (AXIS_ROOM if self.plane.axes else 0)
        lines = [
            (note, name, text) for note in self.plane.notes for name, text in _lines(note, self.frame.right - left)
        ]
        for number, (note, name, text) in enumerate(lines):
            x = self.frame.middle if len(lines) == 1 else left
            at, anchor = Point(x, bottom + NOTE_UNDER + number * NOTE_LINE), "middle" if len(lines) == 1 else "start"
            yield Label(name=name, role=note.role, text=text, at=at, style=note.style, anchor=anchor)

    def _line(self, line: PlaneLine) -> Iterator[Shape]:
        """Draw a line, or an arrow that stays clear of its points."""
        start, to = self.at[line.one], self.at[line.other]
        if not line.is_arrow:
            if start != to:
                yield Line(name=line.name, role="embedding", start=start, to=to, width=1.5)
        elif hypot(to.x - start.x, to.y - start.y) > NO_LENGTH:
            clear = RING_RADIUS + 3 if line.other.is_ring else CLEAR_OF_DOT
            points = start.towards(to, CLEAR_OF_DOT), to.towards(start, clear)
            are_told_apart = any(peer.is_light for peer in self.plane.lines)
            role = "rule" if line.is_light else "embedding" if are_told_apart else "flow"
            yield Arrow(name=f"{line.name}-arrow", points=points, role=role)

    def _point(self, point: PlanePoint) -> Iterator[Shape]:
        """Draw a point and its name, with a leader line if that is far away."""
        at, label, name = self.at[point], self.labels.get(point), point.name
        if point.is_ring:
            yield Ring(name=name, role=point.role, at=at, radius=RING_RADIUS)
        if label and label.leader:
            start = at.towards(label.leader, RING_RADIUS) if point.is_ring else at
            yield Line(name=f"{name}-leader", start=start, to=label.leader)
        if not point.is_ring:
            role = "embedding" if point.role == "ink" and point.mark in ("disc", "open") else point.role
            if point.mark == "disc":
                yield Disc(name=f"{name}-point", role=role, at=at)
            else:
                yield Marker(name=f"{name}-point", role=role, at=at, kind=point.mark)
        if label is None:
            return
        if point.fill:
            yield Word(name=name, text=point.text, frame=label.frame, fill=point.fill, style=self.style)
        else:
            name = f"{name}-name" if point.is_ring else name
            yield Label(name=name, role=point.role, text=point.text, at=label.frame.midpoint, style=self.style)


NOTE = BLOCK_SECOND
"""The font of notes below a plane."""


def _hull(points: Sequence[Point], reach: float) -> tuple[Point, ...]:
    """Return the convex hull of some points, by Andrew's monotone chain algorithm."""
    turns = [number * tau / CORNERS for number in range(CORNERS)]
    rims = sorted({(at.x + reach * cos(turn), at.y + reach * sin(turn)) for at in points for turn in turns})

    def half(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        chain: list[tuple[float, float]] = []
        for x, y in corners:
            while len(chain) > 1:
                (ax, ay), (bx, by) = chain[-2:]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                chain.pop()
            chain.append((x, y))
        return chain[:-1]

    return tuple(Point(x, y) for x, y in (*half(rims), *half(rims[::-1])))


def _overlap(region: Sequence[Point], neighbour: Sequence[Point]) -> bool:
    """Return whether two convex regions overlap: no side of either separates them."""
    for corners in (region, neighbour):
        for (ax, ay), (bx, by) in pairwise([(at.x, at.y) for at in (*corners, corners[0])]):
            reaches = [
                [(at.x - ax) * (by - ay) - (at.y - ay) * (bx - ax) for at in outline] for outline in (region, neighbour)
            ]
            if max(reaches[0]) < min(reaches[1]) or max(reaches[1]) < min(reaches[0]):
                return False
    return True


def _around(corners: Sequence[Point]) -> Frame:
    across, down = [at.x for at in corners], [at.y for at in corners]
    return Frame.between(min(across), min(down), max(across), max(down))


def _lines(note: Caption, room: float) -> Iterator[tuple[str, str]]:
    """Wrap a note into named lines, unless it fits on one."""
    lines = wrapped(note.text, note.style, room)
    for number, line in enumerate(lines, start=1):
        yield note.name if len(lines) == 1 else f"{note.name}-{number}", line


def _step(reach: float) -> float:
    """Choose 1, 2 or 5 times a power of ten as the tick distance, so that there are only a few ticks."""
    power = 10.0 ** floor(log10(reach / MOST_TICKS))
    return next(factor * power for factor in (1, 2, 5, 10) if reach / (factor * power) <= MOST_TICKS)


def _decimals(step: float) -> int:
    return max(0, -floor(log10(step) + NEAR_ZERO))
