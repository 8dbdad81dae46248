"""A recurrent layer across: its blocks, and the states that ride above the arrows that hand them on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ...geometry import Frame, Point
from ...shapes.arrows import CLEAR, Arrow, Dot
from ...shapes.cells import CELL, RIM
from ...shapes.shape import Shape
from . import pieces
from .across import MOST_CELLS
from .lane_place import STATE_PITCH, LanePlace, flow_role
from .shown import Shown

NAME_UNDER_ARROW, NAME_OVER_LEAVING = 15, 10
DOTS_AFTER, DOTS_BEFORE = 3, 15
"""How far from the lane's pieces the dots of an arrow begin and end; its head wants more room."""
LEAVING_GAP = 18
"""From a lane's end to a state that leaves it."""


def lane_shapes(place: LanePlace) -> Iterator[Shape]:
    """Draw blocks and hand-overs."""
    for position in sorted(place.order):
        yield pieces.block(place.reading.blocks[position], place.block(position))
    for state in range(len(place.reading.states[0])):
        yield from _strips(place, state)
        yield from _runs(place, state)
        yield from _leaving(place, state)
    yield from _branches(place)


def _strips(place: LanePlace, state: int) -> Iterator[Shape]:
    yield from _riding(place, place.reading.states[0][state], state, place.outer())
    for before, after in pairwise(place.order):
        if abs(before - after) == 1:
            middle = (place.far(before, 0) + place.near(after, 0)) / 2
            yield from _riding(place, place.reading.states[place.reading.turn(before)][state], state, middle)


def _riding(place: LanePlace, shown: Shown, state: int, middle: float) -> Iterator[Shape]:
    across = shown.width(MOST_CELLS)
    strip = Frame(middle - across / 2, place.top + state * STATE_PITCH, across, CELL)
    yield pieces.vector(shown, strip, MOST_CELLS)
    yield from pieces.name_of(shown, Point(middle, place.line(state) + NAME_UNDER_ARROW), MOST_CELLS)


def _runs(place: LanePlace, state: int) -> Iterator[Arrow]:
    """Run from block to block; where a step is skipped, past it to the next."""
    y, reading = place.line(state), place.reading
    shown = reading.states[0][state]
    start = place.outer() - place.way * shown.width(MOST_CELLS) / 2
    dotted: tuple[Point, Point] | None = None
    for number, position in enumerate(place.order):
        before = place.order[number - 1] if number else position
        if abs(before - position) > 1:
            dotted = _dots(place, before, position, y)
        if place.skips(position) and position != place.order[-1]:
            continue
        if not (reading.handed and number == 0):
            end, head = _end(place, state, position)
            yield _run(place, shown, (Point(start, y), Point(end, y)), dotted, head)
        start, dotted = place.far(position), None
        shown = reading.states[reading.turn(position)][state]


def _run(
    place: LanePlace, shown: Shown, points: tuple[Point, Point], dotted: tuple[Point, Point] | None, head: bool
) -> Arrow:
    (low, high), y = sorted(point.x for point in points), points[0].y
    crossed = [place.block(position).middle for position in place.rising] if shown.role == "memory" else []
    return Arrow(
        name=f"{place.reading.layer}more-{shown.role}-arrow" if dotted else f"{shown.name}-arrow",
        role=flow_role(shown),
        step=None if dotted else shown.step,
        points=points,
        dotted=dotted,
        head=head,
        breaks=tuple(Point(x, y) for x in (*place.breaks, *crossed) if low + CLEAR < x < high - CLEAR),
    )


def _end(place: LanePlace, state: int, position: int) -> tuple[float, bool]:
    """Where a run ends, and whether in a head: at a block, or past one that is skipped where the state goes on."""
    if not place.skips(position):
        return place.near(position), True
    if place.reading.hands or place.leaving(state) is not None:
        return place.far(position), False
    if position in place.rising and state == len(place.reading.states[0]) - 1:
        return place.block(position).middle, False
    return place.near(position), True


def _dots(place: LanePlace, before: int, after: int, y: float) -> tuple[Point, Point]:
    """The stretch between the two pieces of a lane."""
    out, back = place.far(before, place.across.cut), place.near(after, place.across.cut)
    return Point(out + place.way * DOTS_AFTER, y), Point(back - place.way * DOTS_BEFORE, y)


def _leaving(place: LanePlace, state: int) -> Iterator[Shape]:
    """A last state that is returned stands beside the lane, at the end of its arrow."""
    shown = place.leaving(state)
    if shown is None:
        return
    y, across = place.line(state), shown.width(MOST_CELLS)
    edge = place.across.right(place.group) if place.way > 0 else place.across.left(place.group)
    inner = edge + place.way * (LEAVING_GAP + RIM)
    frame = Frame(min(inner, inner + place.way * across), y - CELL / 2, across, CELL)
    points = Point(place.far(place.reading.last), y), Point(inner - place.way * (RIM + CLEAR), y)
    low, high = sorted(point.x for point in points)
    yield Arrow(
        name=f"{shown.name}-arrow",
        role=flow_role(shown),
        step=shown.step,
        points=points,
        breaks=tuple(Point(x, y) for x in place.breaks if low + CLEAR < x < high - CLEAR),
    )
    yield pieces.vector(shown, frame, MOST_CELLS)
    yield from pieces.name_of(shown, Point(frame.middle, frame.top - RIM - NAME_OVER_LEAVING), MOST_CELLS)


def rise(place: LanePlace, position: int) -> Point | None:
    """Where what is said at a position begins to go up: at a block, or at the line that passes a skipped one."""
    frame = place.block(position)
    if not place.skips(position):
        return Point(frame.middle, frame.top - CLEAR)
    if position not in place.rising:
        return None
    return Point(frame.middle, place.line(len(place.reading.states[0]) - 1))


def _branches(place: LanePlace) -> Iterator[Shape]:
    """Dots where the state goes past a skipped step and is said there as well."""
    for position in sorted(place.rising & set(place.order)):
        point = rise(place, position)
        goes_on = position != place.order[-1] or place.reading.leaves or place.reading.hands
        if point is not None and goes_on:
            yield Dot(name=f"{place.reading.blocks[position].name}-branch", at=point)
