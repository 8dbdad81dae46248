"""What travels when a step is played: vectors, along the wires that carry them, lead to them or lead away from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import hypot

from ..geometry import Frame, Point
from ..shapes.blocks import EQUALS, PLUS, Operator
from ..shapes.cells import Corner, Ride, Vector
from .description import Item
from .placing import Placed
from .routing import Route

Stop = tuple[int, float, Point]
"""A place on a wire: the number of its segment, the distance from the start of that, and the point."""
Stage = tuple[int, tuple[Corner, ...]]
"""A step, and the corners of a way."""
REST = 0.6
"""The share of a beat after which what a gate doesn't let through stays in its place, until it fades."""
FALL, ASIDE = 56, 12
"""How far that falls, and how far from the line that leads up to the gate, in pixels."""


def ways(routes: Sequence[Route], place: Placed) -> dict[str, tuple[Ride, ...]]:
    """Return the ways of each vector that travels, by its name.

    A vector comes along its wire when it appears; of several, each comes from the one before. The last one goes on when
    the item at the end of the wire appears, unless that is a vector too, which comes from there. Without a wire,
    vectors go to a plus between them, and one comes from the equals sign before it. What a gate doesn't let through of
    a vector falls, while the rest comes out.
    """
    comes, goes = defaultdict[str, list[Stage]](list), defaultdict[str, list[Stage]](list)
    falls = defaultdict[str, list[Ride]](list)
    for route in routes:
        link, number = route.link, route.link.wires.index(route.wire)
        points, start = _from_tapped(route, routes)
        at_start, at_end = _at_end(start, number, place), _at_end(link.other, number, place)
        loads = [_vectors(item, place).get(number) for item in link.loads]
        carried = [at_start, *loads, None if link.loops else at_end]
        stops = {vector.name: (_stop(points, vector.frame), vector) for vector in carried if vector}
        at: Stop = (0, 0, points[0])
        vector = None
        for stop, vector in sorted(stops.values(), key=lambda entry: entry[0][:2]):
            if vector is not at_start and vector.step is not None:
                comes[vector.name].append((vector.step, _corners(points, at, stop, stop)))
            at = stop
        reached = next((shape.step for shape in place.shapes(link.other)), None)
        if vector and at_end is None and reached is not None and (vector.step or 0) <= reached:
            goes[vector.name].append((reached, _corners(points, at, (len(points) - 2, 0, points[-1]), at)))
            if place.axis.across:
                into = round(points[-1].x - at[2].x, 1)
                falls[vector.name] += fall(vector, reached, into, into + vector.frame.width + ASIDE)
    for operator, step, before, after in _sums(place):
        if operator.sign == PLUS:
            for vector in (before, after):
                goes[vector.name].append(
                    (step, (_from(vector, vector.frame.midpoint, 0), _from(vector, operator.at, 1)))
                )
        elif operator.sign == EQUALS:
            comes[after.name].append((step, (_from(after, operator.at, 0), _from(after, after.frame.midpoint, 1))))
    return {name: (*_in_beats(comes[name], goes[name]), *falls[name]) for name in {**comes, **goes}}


def fall(vector: Vector, step: int, into: float, aside: float) -> Iterator[Ride]:
    """Let what a gate doesn't let through fall from the middle of that, where the vector goes in, and rest aside."""
    if vector.remainder:
        start, end = round(into + vector.frame.width / 2, 1), (round(aside, 1), FALL)
        yield Ride(step, 1, ((start, 0, 0), (*end, REST), (*end, 1)), vector.remainder)


def _in_beats(comes: Sequence[Stage], goes: Sequence[Stage]) -> Iterator[Ride]:
    """Have vectors go in the first beat and come in the second; one that does both in a step comes first."""
    for step, corners in comes:
        yield Ride(step, 0 if step in [going_step for going_step, _ in goes] else 1, corners)
    for step, corners in goes:
        yield Ride(step, 1 if step in [coming_step for coming_step, _ in comes] else 0, corners, ())


def _sums(place: Placed) -> Iterator[tuple[Operator, int, Vector, Vector]]:
    """List the operators that no wire leads to, each with its step and the vectors before and after it on its track."""
    linked = {item for link in place.flow.links for item in (link.one, link.other)}
    for track in place.tracks:
        items = sorted((item for item in place.flow.items if item.track == track), key=place.main)
        for before, item, after in zip(items, items[1:], items[2:], strict=False):
            operator = next(iter(place.shapes(item)), None)
            first, second = (_vectors(neighbour, place).get(0) for neighbour in (before, after))
            if isinstance(operator, Operator) and operator.step and item not in linked and first and second:
                yield operator, operator.step, first, second


def _from(vector: Vector, at: Point, share: float) -> Corner:
    """Return a corner at a point, from the vector's place."""
    x, y = vector.frame.middle, vector.frame.centre
    return round(at.x - x, 1), round(at.y - y, 1), share


def _vectors(item: Item, place: Placed) -> dict[int, Vector]:
    """Return the vectors of an item, but not its gates, by the number of the wire that has them."""
    return {number: shape for number, shape in enumerate(place.shapes(item)) if type(shape) is Vector}


def _at_end(item: Item, number: int, place: Placed) -> Vector | None:
    """Return the vector at an end of a wire: the only one there, or the one by the number of the wire."""
    vectors = _vectors(item, place)
    return next(iter(vectors.values())) if len(vectors) == 1 else vectors.get(number)


def _from_tapped(route: Route, routes: Sequence[Route]) -> tuple[Sequence[Point], Item]:
    """Return the points of a wire, and where it starts: if it taps another one, where that does."""
    tapped = next((candidate for candidate in routes if candidate.link is route.link.taps), None)
    if tapped is None or route.root is None:
        return route.points, route.link.one
    number = _stop(tapped.points, Frame.about(route.root.x, route.root.y, 0, 0))[0]
    return (*tapped.points[: number + 1], *route.points), tapped.link.one


def _stop(points: Sequence[Point], frame: Frame) -> Stop:
    """Return the place on a wire that is nearest to the centre of a frame."""
    x, y = frame.middle, frame.centre

    def nearest(start: Point, end: Point) -> Point:
        across, down = end.x - start.x, end.y - start.y
        share = ((x - start.x) * across + (y - start.y) * down) / (across**2 + down**2 or 1)
        return start.between(end, min(1, max(0, share)))

    places = [(number, nearest(*ends)) for number, ends in enumerate(pairwise(points))]
    number, at = min(places, key=lambda place: hypot(place[1].x - x, place[1].y - y))
    return number, _apart(points[number], at), at


def _corners(points: Sequence[Point], start: Stop, end: Stop, rest: Stop) -> tuple[Corner, ...]:
    """Return the corners between two places on a wire, from where the vector rests."""
    line = [start[2], *points[start[0] + 1 : end[0] + 1], end[2]]
    ends = (0, len(line) - 1)
    bends = [
        at
        for number, at in enumerate(line)
        if number in ends or not _is_straight(line[number - 1], at, line[number + 1])
    ]
    along = list(accumulate((_apart(*stretch) for stretch in pairwise(bends)), initial=0.0))
    x, y = rest[2].x, rest[2].y
    return tuple(
        (round(at.x - x, 1), round(at.y - y, 1), round(far / (along[-1] or 1), 3))
        for at, far in zip(bends, along, strict=True)
    )


def _apart(start: Point, end: Point) -> float:
    return hypot(end.x - start.x, end.y - start.y)


def _is_straight(before: Point, at: Point, after: Point) -> bool:
    return before.x == at.x == after.x or before.y == at.y == after.y
