"""Joints: the arrows of a scene, each on its way, broken where another crosses it, its text where there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..errors import PictureError
from ..geometry import Frame, Point
from ..shapes.arrows import BRANCH_RADIUS, Arrow
from ..shapes.shape import Shape
from ..shapes.text import Label
from .ends import End
from .ground import BREAK
from .pieces import BESIDE_ARROW, OVER_ARROW
from .routing import Ways, ways

TEXT_ROOM = 2
"""What a text keeps from everything."""
NEAR_END = 12
"""Lines that meet so near an end of one of them do not cross: they come together."""


@dataclass(frozen=True)
class Joint:
    """Two ends, and what the arrow between them says and means."""

    one: End
    other: End
    text: str = ""
    role: str = "flow"
    step: int | None = None


def arrows(obstacles: Sequence[Frame], joints: Sequence[Joint]) -> Iterator[Shape]:
    """Draw an arrow for each joint; none runs through an obstacle, nor through the text of another."""
    walls = list(obstacles)
    taken: list[tuple[Point, ...]] = []
    texts: list[Label] = []
    for number, joint in enumerate(joints, start=1):
        points, label = _way(f"link-{number}-label", joint, walls, taken)
        taken.append(points)
        if label is not None:
            texts.append(label)
            walls.append(label.bounds)
    for number, (joint, points) in enumerate(zip(joints, taken, strict=True), start=1):
        others = [other for other in taken if other is not points]
        *before, last = _broken(points, others)
        for place, part in enumerate(before, start=1):
            name = f"link-{number}-before-{place}"
            yield Arrow(name=name, role=joint.role, step=joint.step, points=part, head=False, radius=BRANCH_RADIUS)
        yield Arrow(name=f"link-{number}", role=joint.role, step=joint.step, points=last, radius=BRANCH_RADIUS)
    yield from texts


def _way(name: str, joint: Joint, walls: Sequence[Frame], taken: Ways) -> tuple[tuple[Point, ...], Label | None]:
    """Find the best way that has room for the joint's text, else the best."""
    best: tuple[tuple[Point, ...], Label | None] | None = None
    for points in ways(joint.one, joint.other, walls, taken):
        if not joint.text:
            return points, None
        labels = _labels(name, joint, points)
        lines = [_frame(stretch) for each in (*taken, points) for stretch in pairwise(each)]
        for label in labels:
            if not any(label.bounds.grown(TEXT_ROOM).meets(frame) for frame in (*walls, *lines)):
                return points, label
        best = best or (points, labels[0])
    if best is None:
        raise PictureError(
            "there is no way for an arrow: one of its ends is walled in; let the link join the group that holds it, "
            "or place it at the edge of that group"
        )
    return best


def _labels(name: str, joint: Joint, points: Sequence[Point]) -> list[Label]:
    """Set a text at each stretch of a way, the longest first: over or under it, right or left of it."""
    return [
        Label(name=name, role="muted", step=joint.step, text=joint.text, at=at, anchor=anchor)
        for stretch in sorted(pairwise(points), key=_length, reverse=True)
        for at, anchor in _spots(*stretch)
    ]


def _spots(one: Point, other: Point) -> Iterator[tuple[Point, str]]:
    """Half way along a stretch, else a quarter from its ends."""
    for share in (0.5, 0.25, 0.75):
        x, y = one.x + share * (other.x - one.x), one.y + share * (other.y - one.y)
        if one.y == other.y:
            yield Point(x, y - OVER_ARROW), "middle"
            yield Point(x, y + OVER_ARROW), "middle"
        else:
            yield Point(x + BESIDE_ARROW, y), "start"
            yield Point(x - BESIDE_ARROW, y), "end"


def _broken(points: Sequence[Point], others: Ways) -> list[tuple[Point, ...]]:
    """Cut a way where an upright line crosses one of its sideways stretches."""
    uprights = [stretch for other in others for stretch in pairwise(other) if stretch[0].x == stretch[1].x]
    parts = [[points[0]]]
    for start, end in pairwise(points):
        onwards = 1 if end.x > start.x else -1
        for x in sorted(_crossings(start, end, uprights), reverse=onwards < 0):
            parts[-1].append(Point(x - onwards * BREAK, start.y))
            parts.append([Point(x + onwards * BREAK, start.y)])
        parts[-1].append(end)
    return [tuple(part) for part in parts]


def _crossings(start: Point, end: Point, uprights: Sequence[tuple[Point, Point]]) -> set[float]:
    """Where upright lines cross a sideways one, well inside both."""
    if start.y != end.y:
        return set()
    left, right = sorted((start.x, end.x))
    return {
        one.x
        for one, other in uprights
        if left + NEAR_END < one.x < right - NEAR_END
        and min(one.y, other.y) + NEAR_END < start.y < max(one.y, other.y) - NEAR_END
    }


def _length(stretch: tuple[Point, Point]) -> float:
    one, other = stretch
    return abs(one.x - other.x) + abs(one.y - other.y)


def _frame(stretch: tuple[Point, Point]) -> Frame:
    (left, right), (top, bottom) = (
        sorted((ends[0], ends[1])) for ends in zip(*((p.x, p.y) for p in stretch), strict=True)
    )
    return Frame.between(left, top, right, bottom).grown(1)
