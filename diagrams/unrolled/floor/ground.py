"""Ground: what stands in a scene and which ways are taken, so what a new stretch of way costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import Frame, Point
from ..shapes.arrows import BRANCH_RADIUS

SHARED_TOLL, CROSSING_TOLL, NEAR_BEND_TOLL = 300.0, 60.0, 200.0
"""What is as bad as so many pixels of way: to run along another arrow, to cross one, to cross it at its bend."""
APART = 10
"""How far arrows run beside one another."""
BREAK = 4
"""Half the gap of a line that crosses another."""

Stretch = tuple[Point, Point]


@dataclass(frozen=True)
class Ground:
    """Frames that no way may enter, and the stretches of the ways that are there."""

    walls: Sequence[Frame]
    taken: Sequence[Stretch] = ()

    def is_free(self, start: Point, end: Point) -> bool:
        """Tell whether a stretch keeps out of every wall; along an edge it may run."""
        stretch = _spanned(start, end)
        return not any(_enters(stretch, wall) for wall in self.walls)

    def toll(self, start: Point, end: Point) -> float:
        """What a stretch costs for meeting others: little where it crosses one, much where it runs along one."""
        mine, upright = _spanned(start, end), start.x == end.x
        toll = 0.0
        for one, other in self.taken:
            theirs = _spanned(one, other)
            if upright == (one.x == other.x):
                toll += SHARED_TOLL if mine.grown(APART / 2).meets(theirs.grown(APART / 2)) else 0
            elif mine.grown(1).meets(theirs.grown(1)):
                at = Point(start.x, one.y) if upright else Point(one.x, start.y)
                to_bend = min(distance(at, one), distance(at, other))
                toll += CROSSING_TOLL if to_bend > BREAK + BRANCH_RADIUS else NEAR_BEND_TOLL
        return toll


def distance(one: Point, other: Point) -> float:
    """Measure the way across and down."""
    return abs(one.x - other.x) + abs(one.y - other.y)


def _spanned(one: Point, other: Point) -> Frame:
    return Frame.between(min(one.x, other.x), min(one.y, other.y), max(one.x, other.x), max(one.y, other.y))


def _enters(stretch: Frame, wall: Frame) -> bool:
    """Unlike two frames, a stretch may have no width or no height."""
    sideways = wall.left < stretch.right and stretch.left < wall.right
    return sideways and wall.top < stretch.bottom and stretch.top < wall.bottom
