"""The net: lines beside and between all that stands in a scene, on which the best way round corners is found."""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import count, pairwise
from typing import NamedTuple

from ..geometry import Point
from ..shapes.arrows import HEAD_LENGTH
from .ends import DIRECTIONS, OPPOSITE, End
from .ground import Ground, distance


class Care(NamedTuple):
    """What a way keeps from things and from its own bends."""

    pad: float
    """How near it may pass what it does not join."""
    beside: float
    """How far from a rim it goes along it."""
    stub: float
    """How far it runs straight at its start, before any bend."""
    head_stub: float
    """How far it runs straight at its end, after any bend."""


EASY = HEAD_LENGTH + 9.5
CARES = (Care(6, 14, 10, EASY), Care(3, 7, 3, EASY), Care(1, 7, 3, HEAD_LENGTH + 0.25))
"""With room all around; where that finds no way, out of a gap that no link has widened; and last into one."""
BEND_TOLL = 40.0
"""What is as bad as so many pixels of way: a bend."""
JOG, JOG_TOLL = 14, 80.0
"""A way does not bend twice within so many pixels."""
AROUND = (12, 24)
"""How far outside of everything there are further lines."""
ARRIVED = "arrived"
State = tuple[int, int, str]
"""A crossing of two lines of the net, and the direction in which a way goes on from it."""


class Net:
    """Lines beside and between all that stands there, and the cheapest way along them."""

    def __init__(self, one: End, other: End, ground: Ground, care: Care) -> None:
        self._one, self._other, self._ground, self._care = one, other, ground, care
        self._tolls: dict[State, float | None] = {}
        """What each stretch costs; None where something stands in it."""
        self._starts = {side: _stub(one, side, care.stub) for side in DIRECTIONS}
        self._goals = {side: _stub(other, side, care.head_stub) for side in DIRECTIONS}
        stubs = [*self._starts.values(), *self._goals.values()]
        frames = [wall.grown(care.beside - care.pad) for wall in ground.walls]
        self._xs = _lines([x for frame in frames for x in (frame.left, frame.right)], [stub.x for stub in stubs])
        self._ys = _lines([y for frame in frames for y in (frame.top, frame.bottom)], [stub.y for stub in stubs])

    def ways(self) -> list[tuple[float, tuple[Point, ...]]]:
        """Search by the A* algorithm, from all sides of the first end to all sides of the other."""
        tickets, done = count(), set[State]()
        queue: list[tuple[float, int, float, State, tuple[Point, ...]]] = []
        for side, stub in self._starts.items():
            port = self._one.port(side)
            if self._ground.is_free(port, stub):
                first = self._state(stub, side)
                length = self._care.stub
                heappush(queue, (length + self._at_least(stub), next(tickets), length, first, (port, stub)))
        while queue:
            _, _, cost, state, points = heappop(queue)
            if state[2] == ARRIVED:
                return [(cost, _cornered(points))]
            if state not in done:
                done.add(state)
                jog = JOG_TOLL if _run(points) < JOG else 0
                for toll, after, point in (*self._arriving(state), *self._steps(state)):
                    if after not in done:
                        toll += jog if after[2] not in (state[2], ARRIVED) else 0
                        whole, ahead = cost + toll, 0 if after[2] == ARRIVED else self._at_least(point)
                        heappush(queue, (whole + ahead, next(tickets), whole, after, (*points, point)))
        return []

    def _at_least(self, point: Point) -> float:
        """What is still to go, at least."""
        return self._care.head_stub + min(distance(point, goal) for goal in self._goals.values())

    def _steps(self, state: State) -> Iterator[tuple[float, State, Point]]:
        """Go on to the next line, straight or round a corner."""
        column, row, heading = state
        here = Point(self._xs[column], self._ys[row])
        for direction, (x, y) in DIRECTIONS.items():
            if direction == OPPOSITE[heading] or not self._has(column + x, row + y):
                continue
            there = Point(self._xs[column + x], self._ys[row + y])
            stretch = (column, row, direction)
            if stretch not in self._tolls:
                free = self._ground.is_free(here, there)
                self._tolls[stretch] = distance(here, there) + self._ground.toll(here, there) if free else None
            toll = self._tolls[stretch]
            if toll is not None:
                turn = BEND_TOLL if direction != heading else 0
                yield toll + turn, (column + x, row + y, direction), there

    def _arriving(self, state: State) -> Iterator[tuple[float, State, Point]]:
        """From the point before a side of the other end, go in."""
        here = Point(self._xs[state[0]], self._ys[state[1]])
        for side, stub in self._goals.items():
            port = self._other.port(side)
            if stub == here and state[2] != side and self._ground.is_free(stub, port):
                turn = BEND_TOLL if state[2] != OPPOSITE[side] else 0
                yield self._care.head_stub + turn + self._ground.toll(stub, port), (*state[:2], ARRIVED), port

    def _has(self, column: int, row: int) -> bool:
        return 0 <= column < len(self._xs) and 0 <= row < len(self._ys)

    def _state(self, point: Point, heading: str) -> State:
        return self._xs.index(point.x), self._ys.index(point.y), heading


def _stub(end: End, side: str, length: float) -> Point:
    port, (x, y) = end.port(side), DIRECTIONS[side]
    return Point(port.x + x * length, port.y + y * length)


def _run(points: Sequence[Point]) -> float:
    """How far a way has gone straight on."""
    here, before = points[-1], points[-2]
    along_x = here.y == before.y
    run = 0.0
    for one, other in pairwise(reversed(points)):
        if (one.y == other.y) != along_x:
            break
        run += distance(one, other)
    return run


def _lines(edges: Sequence[float], others: Sequence[float]) -> list[float]:
    """The lines along edges, half way between those that leave room for it, and through other places."""
    low, high = min(edges), max(edges)
    ordered = sorted({*edges, *(low - away for away in AROUND), *(high + away for away in AROUND)})
    halves = [(one + other) / 2 for one, other in pairwise(ordered) if other - one > CARES[0].beside]
    return sorted({*ordered, *halves, *others})


def _cornered(points: Sequence[Point]) -> tuple[Point, ...]:
    """Leave out the points at which a way goes straight on."""
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        straight_on = (before.x == here.x == after.x) or (before.y == here.y == after.y)
        if not straight_on:
            kept.append(here)
    return (*kept, points[-1])
