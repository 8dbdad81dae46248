"""Ways: how an arrow goes from one frame to another, straight or round corners, through nothing that stands there."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..geometry import Frame, Point
from ..shapes.arrows import CLEAR, HEAD_LENGTH
from .ends import DIRECTIONS, OPPOSITE, End
from .ground import Ground, distance
from .net import BEND_TOLL, CARES, Care, Net

ASIDE_TOLL = 12.0
"""What is as bad as so many pixels of way: an end that is off the middle of its side."""
SLACK = 0.01
"""What is lost in rounding."""
INSET = 8
"""How far from a corner an arrow may end."""

Ways = Sequence[Sequence[Point]]


def ways(one: End, other: End, obstacles: Sequence[Frame], taken: Ways = ()) -> Iterator[tuple[Point, ...]]:
    """Find the way with the least length, bends and crossings; after a straight one, the best with bends.

    Obstacles are all that stands there, the ends too.
    """
    own = [frame for frame in obstacles if one.room.holds(frame, SLACK) or other.room.holds(frame, SLACK)]
    for care in CARES:
        walls = [frame.grown(CLEAR - SLACK if frame in own else care.pad) for frame in obstacles]
        ground = Ground(walls, [stretch for points in taken for stretch in pairwise(points)])
        found = _with_care(one, other, ground, care)
        first = next(found, None)
        if first is not None:
            yield first
            yield from found
            return


def _with_care(one: End, other: End, ground: Ground, care: Care) -> Iterator[tuple[Point, ...]]:
    """Find the best straight way, and the best with bends, the better one first."""
    found: list[tuple[float, tuple[Point, ...]]] = [
        (toll + ground.toll(*ends), ends) for toll, ends in _straight(one, other) if ground.is_free(*ends)
    ]
    best = sorted(found, key=_cost)[:1]
    if best and best[0][0] - distance(*best[0][1]) <= BEND_TOLL:  # no way with a bend could cost less
        yield best.pop()[1]
    yield from (points for _, points in sorted([*best, *Net(one, other, ground, care).ways()], key=_cost))


def _cost(found: tuple[float, tuple[Point, ...]]) -> float:
    return found[0]


def _straight(one: End, other: End) -> Iterator[tuple[float, tuple[Point, Point]]]:
    """The straight ways between two that face each other: between their middles, or as near to them as may be."""
    for side, facing in OPPOSITE.items():
        across = side in ("up", "down")
        low = max(one.rim.left, other.rim.left) if across else max(one.rim.top, other.rim.top)
        high = min(one.rim.right, other.rim.right) if across else min(one.rim.bottom, other.rim.bottom)
        middles = [one.rim.middle, other.rim.middle] if across else [one.rim.centre, other.rim.centre]
        for at in (*middles, (low + high) / 2):
            start, end = one.port(side, at), other.port(facing, at)
            x, y = DIRECTIONS[side]
            length = (end.x - start.x) * x + (end.y - start.y) * y
            is_inside = low + min(INSET, (high - low) / 4) <= at <= high - min(INSET, (high - low) / 4)
            if is_inside and length > HEAD_LENGTH + 2:
                aside = sum(abs(at - middle) > 0.5 for middle in middles)
                yield length + ASIDE_TOLL * aside, (start, end)
