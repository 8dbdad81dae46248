"""Routing wires in main and cross: straight, around corners, or around items in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..geometry import Frame, Point
from ..shapes.arrows import BRANCH_RADIUS, CLEAR, Disc
from ..shapes.gates import BELT_HEIGHT
from .axis import Span
from .description import Item, Link, Side, Wire
from .placing import AROUND, NAMES, Place, Placed, loop_way

BRANCH = 14
"""How far from an item wires to other slots branch off."""
CORNER = 8
"""How close to an item's corner a straight wire may end."""
ALIGNED = 0.5
BESIDE_TEXT = 8
"""The distance between a wire and the start or end of text."""
BESIDE_LOAD, APART = 10, 10
"""From the load of a detour to the wire, and between consecutive detours."""
PIECE = 1
"""Shorter pieces of a wire aren't drawn."""


@dataclass(frozen=True)
class Route:
    """The points of a wire on the page, in one piece, or in several if it carries a load."""

    link: Link
    wire: Wire
    pieces: tuple[tuple[Point, ...], ...]
    gaps: tuple[Point, ...] = ()
    """The gaps for wires that cross it."""
    root: Point | None = None
    """Where it taps another wire."""

    @property
    def points(self) -> tuple[Point, ...]:
        """All its points."""
        return tuple(point for piece in self.pieces for point in piece)


def routes(placed: Placed) -> list[Route]:
    """Route each wire of a flow, and open gaps in horizontal wires where others cross them."""
    all_routes = _from_forks([route for link in placed.flow.links for route in _routes(link, placed)])
    stretches = [(number, *ends) for number, route in enumerate(all_routes) for ends in _stretches(route)]
    upright = [stretch for stretch in stretches if stretch[1].x == stretch[2].x]
    sideways = [stretch for stretch in stretches if stretch[1].y == stretch[2].y]
    for number, *level in sideways:
        for crossing, *rise in upright:
            at = Point(rise[0].x, level[0].y)
            if number != crossing and _crosses(level, rise) and not _kin(all_routes[number], all_routes[crossing]):
                all_routes[number] = replace(all_routes[number], gaps=(*all_routes[number].gaps, at))
    return all_routes


def _from_forks(all_routes: Sequence[Route]) -> list[Route]:
    """Start a wire where it turns off another one from the same item that goes straight on."""
    answer = []
    for route in all_routes:
        points = route.points
        if route.link.branch and len(route.pieces) == 1:
            kin = [
                ends
                for sibling in all_routes
                if sibling is not route and _kin(route, sibling)
                for ends in _stretches(sibling)
            ]
            turns = [at for at in range(1, len(points) - 1) if any(_passes(*ends, points[at]) for ends in kin)]
            route = replace(route, pieces=(points[turns[-1] if turns else 0 :],))
        answer.append(route)
    return answer


def _passes(start: Point, end: Point, at: Point) -> bool:
    """Return whether a segment passes straight through a point."""
    if start.x == end.x == at.x:
        return min(start.y, end.y) < at.y < max(start.y, end.y)
    return start.y == end.y == at.y and min(start.x, end.x) < at.x < max(start.x, end.x)


def wire_level(placed: Placed, link: Link, number: int) -> float:
    """Return the cross of a wire that runs along main."""
    return placed.tracks[link.along or link.one.track] + _offset(placed, len(link.wires), number)


def forks(all_routes: Sequence[Route]) -> Iterator[tuple[Wire, Point]]:
    """Find where wires tap another one, or wires from the same item part: points with lines in three directions."""
    families: dict[Item, list[Route]] = {}
    for route in all_routes:
        tapped = route.link.taps
        if tapped is not None and route.root is not None:
            if not route.link.curved and not any(wire and wire.inside for wire in tapped.wires):
                yield _on_belt(route, tapped), route.root
        elif route.link.branch:
            families.setdefault(route.link.one, []).append(route)
    for family in families.values():
        stretches = [ends for route in family for ends in _stretches(route)]
        corners = {point for route in family for point in route.points[:-1]}
        for at in sorted(corners, key=lambda point: (point.x, point.y)):
            if len({way for ends in stretches for way in _ways_from(at, *ends)}) > 2:
                yield family[0].wire, at


def _on_belt(route: Route, tapped: Link) -> Wire:
    """Return the wire whose dot marks the start; on a belt, the dot belongs to the belt."""
    belt = tapped.wires[-1]
    return replace(route.wire, role=belt.role) if belt is not None and belt.belt else route.wire


def _ways_from(at: Point, first: Point, last: Point) -> Iterator[tuple[bool, bool]]:
    """Return the directions in which a segment continues from a point on it."""
    upright = first.x == last.x
    if (upright and at.x == first.x) or (not upright and at.y == first.y):
        here, ends = (at.y, (first.y, last.y)) if upright else (at.x, (first.x, last.x))
        if min(ends) <= here <= max(ends):
            yield from ((upright, end > here) for end in ends if end != here)


def _offset(placed: Placed, count: int, number: int) -> float:
    """Return a wire's distance from the line of its track; the first one is topmost or leftmost."""
    offset = ((count - 1) / 2 - number) * placed.axis.wire_pitch
    return offset if placed.axis.across else -offset


def _routes(link: Link, placed: Placed) -> Iterator[Route]:
    lying = [frame for item in link.loads for frame in placed.solids(item)]
    for number, wire in enumerate(link.wires):
        if wire is None:
            continue
        way = _way(link, placed, number)
        points = [placed.axis.point(*place) for place in way]
        root = None if link.taps is None else placed.axis.point(*_root(placed, link, link.taps))
        yield Route(link, wire, tuple(map(tuple, _opened(points, lying))), root=root)


def _way(link: Link, placed: Placed, number: int) -> list[Place]:
    if link.loops:
        return loop_way(link, number, placed.axis, placed.core(link.one), placed.tracks[link.one.track])
    offset = _offset(placed, len(link.wires), number)
    if link.taps is None:
        start = _port(placed, link.one, link.sides[0], link.shares[0], offset)
    else:
        start = _root(placed, link, link.taps)
    end = _port(placed, link.other, link.sides[1], link.shares[1], offset)
    wire = link.wires[number]
    if wire is not None and wire.inside:
        end = placed.main(link.other), end[1]
    leaves, arrives = (side.split("-")[0] for side in link.sides)
    if link.taps is not None and (tapped := link.taps.wires[-1]) and tapped.belt:  # it starts clear of the belt
        away = BELT_HEIGHT / 2 + CLEAR
        start = start[0], start[1] + (away if end[1] > start[1] else -away)
    if link.shares[0] is None and link.taps is None:
        start = _onward(placed, link.one, link.sides[0], start, end)
    if link.shares[1] is None:
        end = _onward(placed, link.other, link.sides[1], end, start)
    if link.curved:
        return [(start[0] - 2 * BRANCH_RADIUS, start[1]), start, end]
    if link.outside:
        start = _edge(placed, link, start)
    if link.around:
        level = placed.tracks[link.along] if link.along else _level_around(placed, link)
        return [start, (start[0], level), (end[0], level), end]
    if leaves != arrives:
        return [start, (start[0], end[1]) if leaves == "cross" else (end[0], start[1]), end]
    is_aligned = abs(start[0] - end[0]) < ALIGNED or abs(start[1] - end[1]) < ALIGNED
    if is_aligned and not (link.along and link.sides[0] == link.sides[1]):
        return [start, (start[0], end[1])] if leaves == "cross" else [start, (end[0], start[1])]
    if leaves == "main":
        turn = (start[0] + end[0]) / 2
        return [start, (turn, start[1]), (turn, end[1]), end]
    upwards = 1 if end[1] > start[1] else -1
    level = start[1] + upwards * BRANCH if link.branch else (start[1] + end[1]) / 2
    level = placed.tracks[link.along] if link.along else level
    return [start, (start[0], level), (end[0], level), end]


def _port(placed: Placed, item: Item, side: str, share: float | None, offset: float) -> Place:
    """Return where a wire meets a side: on the track's line along main, at a fraction of the core along cross."""
    shapes, axis = placed.shapes(item), placed.axis
    along_main, along_cross = (0, 0) if isinstance(shapes[0], Disc) else axis.clear
    if isinstance(shapes[0], NAMES) and side.startswith("main") == axis.across:
        along_main = along_cross = BESIDE_TEXT
    frame = placed.core(item)
    if side.startswith("cross"):
        place = _part(axis.main(frame), share)
        edges = [axis.cross(box) for box in placed.met(item) if _spans(axis.main(box), place)]
        low, high = min(edge[0] for edge in edges), max(edge[1] for edge in edges)
        return place, high + along_cross if side == "cross-end" else low - along_cross
    level = placed.tracks[item.track] + offset
    solid = placed.met(item)
    if len(solid) > 1 or not _spans(axis.cross(frame), level):
        hull = Frame.around(solid)
        main = axis.main(hull)
        if not any(_spans(axis.cross(box), level) for box in solid):  # it is above its wire, which starts below it
            return (main[0] if side == "main-end" else main[1]), level
        frame = hull
    low, high = axis.main(frame)
    return (high + along_main if side == "main-end" else low - along_main), level


def _root(placed: Placed, link: Link, tapped: Link) -> Place:
    """Return where a link starts on the one it taps."""
    return placed.main(link.one), wire_level(placed, tapped, len(tapped.wires) - 1)


def _onward(placed: Placed, item: Item, side: Side, place: Place, target: Place) -> Place:
    """Continue a wire straight to its other end, if the side extends that far."""
    is_upright = side.startswith("main")
    low, high = (placed.axis.cross if is_upright else placed.axis.main)(placed.core(item))
    inset = min(CORNER, (high - low) / 2)
    at = min(max(target[is_upright], low + inset), high - inset)
    return (place[0], at) if is_upright else (at, place[1])


def _edge(placed: Placed, link: Link, place: Place) -> Place:
    """Start at the edge of a band instead of at an item in it, if the band is visible there."""
    bands = [band for band in placed.flow.bands if link.one in band.items and band.has_ground]
    if not bands:
        return place
    frames = [frame for band in bands for frame in placed.band(band)]
    hull, side = Frame.around(frames), link.sides[0]
    low, high = placed.axis.main(hull) if side.startswith("main") else placed.axis.cross(hull)
    edge = high + CLEAR if side.endswith("end") else low - CLEAR
    return (edge, place[1]) if side.startswith("main") else (place[0], edge)


def _level_around(placed: Placed, link: Link) -> float:
    """Return the cross of a detour: outside an item's band, or everything on its track.

    Several wires are stacked outwards.

    Their loads lie between them and the band.
    """
    item, side = link.one, link.sides[0]
    frames = [frame for band in placed.flow.bands if item in band.items for frame in placed.band(band)] or [
        placed.around(track_item) for track_item in placed.flow.items if track_item.track == item.track
    ]
    spans = [placed.axis.cross(frame) for frame in frames]
    detours = [
        detour
        for detour in placed.flow.links
        if detour.around and (detour.one.track, detour.sides[0]) == (item.track, side)
    ]
    loads = [
        placed.axis.cross(shape.bounds) for detour in detours for load in detour.loads for shape in placed.shapes(load)
    ]
    outwards = 1 if side == "cross-end" else -1
    beyond = [outwards * end + AROUND for span in spans for end in span]
    beyond += [outwards * end + BESIDE_LOAD for span in loads for end in span]
    return outwards * (max(beyond) + _lane(placed, link, detours) * APART)


def _lane(placed: Placed, link: Link, detours: Sequence[Link]) -> int:
    """Choose the innermost lane for a detour that no parallel wire uses, first come, first served."""
    taken = {
        _lane(placed, detour, detours)
        for detour in detours[: detours.index(link)]
        if _side_by_side(placed, detour, link)
    }
    return next(lane for lane in range(len(detours)) if lane not in taken)


def _side_by_side(placed: Placed, first_link: Link, second_link: Link) -> bool:
    """Return whether wires from different items run side by side."""
    (first, last), (start, end) = (
        sorted(map(placed.main, (link.one, link.other))) for link in (first_link, second_link)
    )
    return first_link.one is not second_link.one and first <= end and start <= last


def _opened(points: Sequence[Point], frames: Iterable[Frame]) -> list[list[Point]]:
    """Open a gap in the first segment of a wire around what lies on it."""
    start, end = points[:2]
    along = Frame.between(min(start.x, end.x), min(start.y, end.y), max(start.x, end.x), max(start.y, end.y)).grown(0.5)
    upright = start.x == end.x
    lying = sorted(
        (frame.top, frame.bottom) if upright else (frame.left, frame.right) for frame in frames if frame.meets(along)
    )
    if not lying:
        return [list(points)]
    at_start, at_end = (start.y, end.y) if upright else (start.x, end.x)
    low, high = min(at_start, at_end), max(at_start, at_end)
    edges = [low]
    for first, last in _joined(lying, 2 * CLEAR):
        edges += [first - CLEAR, last + CLEAR]
    edges.append(high)
    spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > PIECE]
    ways = [
        [Point(start.x, a), Point(start.x, b)] if upright else [Point(a, start.y), Point(b, start.y)] for a, b in spans
    ]
    if at_start > at_end:
        ways = [list(reversed(way)) for way in reversed(ways)]
    if len(points) > 2 and ways:
        ways[-1] += list(points[2:])
    return ways or [list(points)]


def _joined(spans: Sequence[Span], gap: float) -> list[Span]:
    """Merge spans that are almost adjacent."""
    merged: list[Span] = []
    for low, high in spans:
        if merged and low - merged[-1][1] <= gap:
            merged[-1] = merged[-1][0], max(merged[-1][1], high)
        else:
            merged.append((low, high))
    return merged


def _stretches(route: Route) -> Iterator[tuple[Point, Point]]:
    for piece in route.pieces:
        yield from pairwise(piece)


def _crosses(level: Sequence[Point], rise: Sequence[Point]) -> bool:
    """Return whether a vertical segment passes through a horizontal one, not just up to it."""
    left, right = sorted(point.x for point in level)
    top, bottom = sorted(point.y for point in rise)
    return left + CLEAR < rise[0].x < right - CLEAR and top + 1 < level[0].y < bottom - 1


def _kin(route: Route, sibling: Route) -> bool:
    """Return whether wires come from the same item, and may therefore coincide."""
    return route.link.branch and sibling.link.branch and route.link.one is sibling.link.one


def _part(span: Span, share: float | None) -> float:
    return span[0] + (span[1] - span[0]) * (0.5 if share is None else share)


def _spans(span: Span, level: float) -> bool:
    return span[0] <= level <= span[1]
