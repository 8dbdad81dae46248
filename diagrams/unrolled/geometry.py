"""Points, frames and paths, in CSS pixels; y runs down, as on a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Self

BEND = 0.5523
"""How far a cubic's handles reach along a quarter circle of radius 1."""


@dataclass(frozen=True)
class Point:
    """A place on the page."""

    x: float
    y: float

    def towards(self, other: "Point", length: float) -> "Point":
        """Go so many pixels along the straight line to another point."""
        share = length / hypot(other.x - self.x, other.y - self.y)
        return Point(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)

    def moved(self, by: "Point") -> "Point":
        """Go so far right and so far down."""
        return Point(self.x + by.x, self.y + by.y)

    def between(self, other: "Point", share: float) -> "Point":
        """Go a share of the way to another point."""
        return Point(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)


@dataclass(frozen=True)
class Frame:
    """An upright rectangle."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def about(cls, x: float, y: float, width: float, height: float) -> Self:
        """Put a frame around its centre."""
        return cls(x - width / 2, y - height / 2, width, height)

    @classmethod
    def between(cls, left: float, top: float, right: float, bottom: float) -> Self:
        """Span a frame from edge to edge."""
        return cls(left, top, right - left, bottom - top)

    @classmethod
    def around(cls, frames: Iterable["Frame"]) -> Self:
        """Find the smallest frame that holds all of these."""
        edges = [(one.left, one.top, one.left + one.width, one.top + one.height) for one in frames]
        lefts, tops, rights, bottoms = zip(*edges, strict=True)
        return cls.between(min(lefts), min(tops), max(rights), max(bottoms))

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """The x half way across."""
        return self.left + self.width / 2

    @property
    def centre(self) -> float:
        """The y half way down."""
        return self.top + self.height / 2

    @property
    def midpoint(self) -> Point:
        """The point half way across and half way down."""
        return Point(self.middle, self.centre)

    def way_to(self, other: "Frame") -> Point:
        """Measure how far right and how far down its upper left corner is moved to be that of another frame."""
        return Point(other.left - self.left, other.top - self.top)

    def grown(self, by: float) -> "Frame":
        """Move every edge outwards."""
        return Frame(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)

    def holds(self, other: "Frame", slack: float = 0) -> bool:
        """Return whether another frame lies wholly inside, but for some slack."""
        outer = self.grown(slack)
        sideways = outer.left <= other.left and other.right <= outer.right
        return sideways and outer.top <= other.top and other.bottom <= outer.bottom

    def meets(self, other: "Frame") -> bool:
        """Return whether two frames share more than an edge."""
        sideways = self.left < other.right and other.left < self.right
        return sideways and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True)
class Path:
    """A line on the page: a start, then straight pieces (one point) and cubic ones (three points)."""

    start: Point
    pieces: tuple[tuple[Point, ...], ...]
    closed: bool = False

    @property
    def points(self) -> tuple[Point, ...]:
        """Every point, handles too."""
        return (self.start, *(point for piece in self.pieces for point in piece))

    @cached_property
    def frame(self) -> Frame:
        """A frame that holds the path (for a curve, its handles)."""
        points = self.points
        across, down = [point.x for point in points], [point.y for point in points]
        return Frame.between(min(across), min(down), max(across), max(down))

    def moved(self, by: Point) -> "Path":
        """Put the path so far to the right and so far down."""
        pieces = tuple(tuple(point.moved(by) for point in piece) for piece in self.pieces)
        return Path(self.start.moved(by), pieces, self.closed)


@dataclass(frozen=True)
class Cubic:
    """A cubic curve: two ends, and the handles that draw it towards themselves."""

    start: Point
    handles: tuple[Point, Point]
    end: Point

    @property
    def path(self) -> Path:
        """The curve as a path."""
        return Path(self.start, ((*self.handles, self.end),))

    def at(self, share: float) -> Point:
        """Go a share of the way, from 0 to 1, in the curve's own measure."""
        a, (b, c), d = self.start, self.handles, self.end
        other = 1 - share
        of_a, of_b, of_c, of_d = other**3, 3 * other**2 * share, 3 * other * share**2, share**3
        return Point(
            of_a * a.x + of_b * b.x + of_c * c.x + of_d * d.x,
            of_a * a.y + of_b * b.y + of_c * c.y + of_d * d.y,
        )

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Points along it, close enough to stand for it."""
        return tuple(self.at(place / SAMPLES) for place in range(SAMPLES + 1))

    @cached_property
    def around(self) -> Frame:
        """The smallest frame around it, without its handles."""
        across, down = [point.x for point in self.points], [point.y for point in self.points]
        return Frame.between(min(across), min(down), max(across), max(down))

    def inside(self, frame: Frame) -> list[int]:
        """List those of its points, by their numbers, that are inside a frame."""
        return [
            place
            for place, point in enumerate(self.points)
            if frame.left < point.x < frame.right and frame.top < point.y < frame.bottom
        ]

    def part(self, start: float, end: float) -> "Cubic":
        """Cut a stretch out of it, by de Casteljau."""
        first = self._halves(end)[0]
        return first._halves(start / end if end else 0)[1]

    def ending(self, end: Point) -> "Cubic":
        """Let it end elsewhere, with the same handles."""
        return Cubic(self.start, self.handles, end)

    def _halves(self, share: float) -> tuple["Cubic", "Cubic"]:
        a, (b, c), d = self.start, self.handles, self.end
        ab, bc, cd = a.between(b, share), b.between(c, share), c.between(d, share)
        abc, bcd = ab.between(bc, share), bc.between(cd, share)
        middle = abc.between(bcd, share)
        return Cubic(a, (ab, abc), middle), Cubic(middle, (bcd, cd), d)

    def moved(self, by: Point) -> "Cubic":
        """Put it so far to the right and so far down."""
        return Cubic(self.start.moved(by), (self.handles[0].moved(by), self.handles[1].moved(by)), self.end.moved(by))


SAMPLES = 64


def straight(*points: Point, closed: bool = False) -> Path:
    """Join points by straight lines."""
    return Path(points[0], tuple((point,) for point in points[1:]), closed)


def bent(points: Sequence[Point], radius: float) -> Path:
    """Join points by straight lines, rounding every corner; a corner with less room has a smaller radius."""
    pieces: list[tuple[Point, ...]] = []
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(hypot(corner.x - end.x, corner.y - end.y) / 2 for end in (before, after))
        reach = min(radius, room)
        if reach <= 0:  # two points fell together: there is no corner
            continue
        first, last = corner.towards(before, reach), corner.towards(after, reach)
        handles = first.towards(corner, reach * BEND), last.towards(corner, reach * BEND)
        pieces += [(first,), (*handles, last)]
    pieces.append((points[-1],))
    return Path(points[0], tuple(pieces))


def rounded(frame: Frame, radius: float, *, at_left: bool = True, at_right: bool = True) -> Path:
    """Draw a frame with round corners, or with those of one side only."""
    r = min(radius, frame.width / 2, frame.height / 2)
    q, p = r if at_right else 0, r if at_left else 0
    right_in, left_in = q * (1 - BEND), p * (1 - BEND)
    left, top, right, bottom = frame.left, frame.top, frame.right, frame.bottom
    corner_pieces = (
        (Point(right - q, top),),
        (Point(right - right_in, top), Point(right, top + right_in), Point(right, top + q)),
        (Point(right, bottom - q),),
        (Point(right, bottom - right_in), Point(right - right_in, bottom), Point(right - q, bottom)),
        (Point(left + p, bottom),),
        (Point(left + left_in, bottom), Point(left, bottom - left_in), Point(left, bottom - p)),
        (Point(left, top + p),),
        (Point(left, top + left_in), Point(left + left_in, top), Point(left + p, top)),
    )
    return Path(Point(left + p, top), corner_pieces, closed=True)


def cornered(frame: Frame, radii: Sequence[float]) -> Path:
    """Draw a frame whose corners, from the upper left one clockwise, each have a radius of their own."""
    corners = [
        (Point(frame.left, frame.top), (0, 1)),
        (Point(frame.right, frame.top), (-1, 0)),
        (Point(frame.right, frame.bottom), (0, -1)),
        (Point(frame.left, frame.bottom), (1, 0)),
    ]
    pieces: list[tuple[Point, ...]] = []
    for (corner, (x, y)), radius in zip(corners, radii, strict=True):
        # It is reached along one edge, from (x, y) of it, and left along the next, a quarter turn on.
        before = Point(corner.x + x * radius, corner.y + y * radius)
        after = Point(corner.x + y * radius, corner.y - x * radius)
        reach = 1 - BEND
        handles = (
            Point(corner.x + x * radius * reach, corner.y + y * radius * reach),
            Point(corner.x + y * radius * reach, corner.y - x * radius * reach),
        )
        pieces += [(before,), (*handles, after)] if radius else [(corner,)]
    start = pieces[0][0]
    return Path(start, tuple(pieces[1:]), closed=True)
