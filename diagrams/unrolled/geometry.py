"""Points, frames and paths in CSS pixels; y points down, as on a web page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Self

BEND = 0.5523
"""The handle length of a cubic Bézier that approximates a quarter circle of radius 1."""


@dataclass(frozen=True)
class Point:
    """A position on the page."""

    x: float
    y: float

    def towards(self, other: "Point", length: float) -> "Point":
        """Move this many pixels along the straight line to another point."""
        share = length / hypot(other.x - self.x, other.y - self.y)
        return Point(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)

    def moved(self, by: "Point") -> "Point":
        """Move right and down by these distances."""
        return Point(self.x + by.x, self.y + by.y)

    def between(self, other: "Point", share: float) -> "Point":
        """Interpolate towards another point; 0 is here, 1 is there."""
        return Point(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)


@dataclass(frozen=True)
class Frame:
    """An axis-aligned rectangle."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def about(cls, x: float, y: float, width: float, height: float) -> Self:
        """Create a frame from its centre."""
        return cls(x - width / 2, y - height / 2, width, height)

    @classmethod
    def between(cls, left: float, top: float, right: float, bottom: float) -> Self:
        """Create a frame from its edges."""
        return cls(left, top, right - left, bottom - top)

    @classmethod
    def around(cls, frames: Iterable["Frame"]) -> Self:
        """Return the smallest frame that contains all of these."""
        edges = [(one.left, one.top, one.left + one.width, one.top + one.height) for one in frames]
        lefts, tops, rights, bottoms = zip(*edges, strict=True)
        return cls.between(min(lefts), min(tops), max(rights), max(bottoms))

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """The x coordinate of the centre."""
        return self.left + self.width / 2

    @property
    def centre(self) -> float:
        """The y coordinate of the centre."""
        return self.top + self.height / 2

    @property
    def midpoint(self) -> Point:
        """The centre point."""
        return Point(self.middle, self.centre)

    def way_to(self, other: "Frame") -> Point:
        """Return the offset (right, down) from this frame's upper left corner to another's."""
        return Point(other.left - self.left, other.top - self.top)

    def grown(self, by: float) -> "Frame":
        """Move every edge outwards."""
        return Frame(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)

    def holds(self, other: "Frame", slack: float = 0) -> bool:
        """Return whether another frame lies entirely inside, within a tolerance."""
        outer = self.grown(slack)
        sideways = outer.left <= other.left and other.right <= outer.right
        return sideways and outer.top <= other.top and other.bottom <= outer.bottom

    def meets(self, other: "Frame") -> bool:
        """Return whether two frames overlap by more than a shared edge."""
        sideways = self.left < other.right and other.left < self.right
        return sideways and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True)
class Path:
    """A path on the page: a start point, then straight segments (one point) and cubic ones (three points)."""

    start: Point
    pieces: tuple[tuple[Point, ...], ...]
    closed: bool = False

    @property
    def points(self) -> tuple[Point, ...]:
        """Every point, including handles."""
        return (self.start, *(point for piece in self.pieces for point in piece))

    @cached_property
    def frame(self) -> Frame:
        """A frame that contains the path (for curves, their handles)."""
        points = self.points
        across, down = [point.x for point in points], [point.y for point in points]
        return Frame.between(min(across), min(down), max(across), max(down))

    def moved(self, by: Point) -> "Path":
        """Move the path right and down by these distances."""
        pieces = tuple(tuple(point.moved(by) for point in piece) for piece in self.pieces)
        return Path(self.start.moved(by), pieces, self.closed)

    def inset(self, by: float) -> "Path":
        """Move each half of a path towards the other by this distance: a smaller rectangle with the same corners."""
        x, y = self.frame.middle, self.frame.centre

        def inwards(point: Point) -> Point:
            return Point(point.x - by * _sign(point.x - x), point.y - by * _sign(point.y - y))

        pieces = tuple(tuple(inwards(point) for point in piece) for piece in self.pieces)
        return Path(inwards(self.start), pieces, self.closed)


def _sign(value: float) -> int:
    return 0 if abs(value) < 1e-6 else 1 if value > 0 else -1  # a circle has points on its middle


@dataclass(frozen=True)
class Cubic:
    """A cubic Bézier curve: two ends and two handles."""

    start: Point
    handles: tuple[Point, Point]
    end: Point

    @property
    def path(self) -> Path:
        """The curve as a path."""
        return Path(self.start, ((*self.handles, self.end),))

    def at(self, share: float) -> Point:
        """Evaluate the curve at a parameter from 0 to 1."""
        a, (b, c), d = self.start, self.handles, self.end
        other = 1 - share
        of_a, of_b, of_c, of_d = other**3, 3 * other**2 * share, 3 * other * share**2, share**3
        return Point(
            of_a * a.x + of_b * b.x + of_c * c.x + of_d * d.x,
            of_a * a.y + of_b * b.y + of_c * c.y + of_d * d.y,
        )

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Points along the curve, dense enough to approximate it."""
        return tuple(self.at(place / SAMPLES) for place in range(SAMPLES + 1))

    @cached_property
    def around(self) -> Frame:
        """The bounding box of the curve itself, without its handles."""
        across, down = [point.x for point in self.points], [point.y for point in self.points]
        return Frame.between(min(across), min(down), max(across), max(down))

    def inside(self, frame: Frame) -> list[int]:
        """List the indices of sampled points that lie inside a frame."""
        return [
            place
            for place, point in enumerate(self.points)
            if frame.left < point.x < frame.right and frame.top < point.y < frame.bottom
        ]

    def part(self, start: float, end: float) -> "Cubic":
        """Extract a segment, by de Casteljau's algorithm."""
        first = self._halves(end)[0]
        return first._halves(start / end if end else 0)[1]

    def ending(self, end: Point) -> "Cubic":
        """Change the end point and keep the handles."""
        return Cubic(self.start, self.handles, end)

    def _halves(self, share: float) -> tuple["Cubic", "Cubic"]:
        a, (b, c), d = self.start, self.handles, self.end
        ab, bc, cd = a.between(b, share), b.between(c, share), c.between(d, share)
        abc, bcd = ab.between(bc, share), bc.between(cd, share)
        middle = abc.between(bcd, share)
        return Cubic(a, (ab, abc), middle), Cubic(middle, (bcd, cd), d)

    def moved(self, by: Point) -> "Cubic":
        """Move the curve right and down by these distances."""
        return Cubic(self.start.moved(by), (self.handles[0].moved(by), self.handles[1].moved(by)), self.end.moved(by))


SAMPLES = 64


def straight(*points: Point, closed: bool = False) -> Path:
    """Connect points with straight lines."""
    return Path(points[0], tuple((point,) for point in points[1:]), closed)


def rectangle(frame: Frame) -> Path:
    """Outline a frame."""
    corners = (
        (frame.left, frame.top),
        (frame.right, frame.top),
        (frame.right, frame.bottom),
        (frame.left, frame.bottom),
    )
    return straight(*(Point(x, y) for x, y in corners), closed=True)


def bent(points: Sequence[Point], radius: float) -> Path:
    """Connect points with straight lines and rounded corners; where space is tight, the radius is smaller."""
    pieces: list[tuple[Point, ...]] = []
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(hypot(corner.x - end.x, corner.y - end.y) / 2 for end in (before, after))
        reach = min(radius, room)
        if reach <= 0:  # two points coincide, so there is no corner
            continue
        first, last = corner.towards(before, reach), corner.towards(after, reach)
        handles = first.towards(corner, reach * BEND), last.towards(corner, reach * BEND)
        pieces += [(first,), (*handles, last)]
    pieces.append((points[-1],))
    return Path(points[0], tuple(pieces))


def rounded(frame: Frame, radius: float, *, at_left: bool = True, at_right: bool = True) -> Path:
    """Outline a frame with rounded corners, on all sides or on one only."""
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
    """Outline a frame with a separate radius for each corner, clockwise from the upper left."""
    corners = [
        (Point(frame.left, frame.top), (0, 1)),
        (Point(frame.right, frame.top), (-1, 0)),
        (Point(frame.right, frame.bottom), (0, -1)),
        (Point(frame.left, frame.bottom), (1, 0)),
    ]
    pieces: list[tuple[Point, ...]] = []
    for (corner, (x, y)), radius in zip(corners, radii, strict=True):
        # Each corner is entered along one edge, from (x, y), and left along the next, a quarter turn further.
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
