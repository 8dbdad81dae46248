"""Joints: the arrows of a scene, each on its way, broken where another crosses it, its text where there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..geometry import Frame, Point
from ..shapes.arrow import BRANCH_RADIUS, Arrow
from ..shapes.label import Label
from ..shapes.shape import Shape
from .ends import End
from .ground import BREAK
from .pieces import BESIDE_ARROW, OVER_ARROW
from .routing import Ways, way

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
    ways: list[tuple[Point, ...]] = []
    texts: list[Shape] = []
    for number, joint in enumerate(joints, start=1):
        ways.append(way(joint.one, joint.other, walls, ways))
        if joint.text:
            texts.append(_label(f"link-{number}-label", joint, walls, ways))
            walls.append(texts[-1].bounds)
    for number, (joint, points) in enumerate(zip(joints, ways, strict=True), start=1):
        others = [other for other in ways if other is not points]
        *before, last = _broken(points, others)
        for place, part in enumerate(before, start=1):
            name = f"link-{number}-before-{place}"
            yield Arrow(name=name, role=joint.role, step=joint.step, points=part, head=False, radius=BRANCH_RADIUS)
        yield Arrow(name=f"link-{number}", role=joint.role, step=joint.step, points=last, radius=BRANCH_RADIUS)
    yield from texts


def _label(name: str, joint: Joint, walls: Sequence[Frame], ways: Ways) -> Label:
    """Set a text at the longest stretch that has room for it: over or under it, right or left of it."""
    stretches = sorted(pairwise(ways[-1]), key=_length, reverse=True)
    lines = [_frame(stretch) for points in ways for stretch in pairwise(points)]
    labels = [
        Label(name=name, role="muted", step=joint.step, text=joint.text, at=at, anchor=anchor)
        for stretch in stretches
        for at, anchor in _spots(*stretch)
    ]
    taken = [*walls, *lines]
    free = [label for label in labels if not any(label.bounds.grown(TEXT_ROOM).meets(frame) for frame in taken)]
    return (free or labels)[0]


def _spots(one: Point, other: Point) -> list[tuple[Point, str]]:
    x, y = (one.x + other.x) / 2, (one.y + other.y) / 2
    if one.y == other.y:
        return [(Point(x, y - OVER_ARROW), "middle"), (Point(x, y + OVER_ARROW), "middle")]
    return [(Point(x + BESIDE_ARROW, y), "start"), (Point(x - BESIDE_ARROW, y), "end")]


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
