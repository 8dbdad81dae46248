"""Converting a layout to shapes in drawing order: bands, rails, wires, items, then titles and labels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..fonts import width
from ..geometry import Frame, Point
from ..layout import wrapped
from ..shapes.arrows import BEND_RADIUS, BRANCH_RADIUS, CLEAR, Arrow, Disc, StepsLine, bar_before, bar_under
from ..shapes.blocks import Lane
from ..shapes.cells import Ride, Vector
from ..shapes.gates import BELT_HEIGHT, Belt
from ..shapes.plots import Line, Region
from ..shapes.shape import DASHES, Shape
from ..shapes.text import Label
from .arcs import arcs
from .axis import Axis
from .description import Band, Caption, Cone, Edge, Flow, Item, Rail, TrackLabel
from .placing import BESIDE_BAND, INSET, LABEL_GAP, LEADING, TITLE_OVER, Placed, Title, named, placed
from .routing import Route, forks, routes
from .travel import ways

NOTE_UNDER, NOTE_LEADING, NOTE_ROOM = 24, 18, 400
"""From everything else to the centre of a note's first line, the line spacing, and the least line length."""
ASIDE_WIDTH = 192
"""The width of notes in a corner: about that of a page's notes, which begin at about the same place."""
DOTS_AFTER, DOTS_BEFORE = 3, 15
"""The clearance between the pieces of a band and the dots of a wire between them, at the start and at the arrowhead."""


@dataclass(frozen=True)
class Laid:
    """A layout as shapes, and the positions of its items."""

    shapes: tuple[Shape, ...]
    placed: Placed

    @property
    def around(self) -> Frame:
        """The bounding box of all shapes."""
        return Frame.around(shape.bounds for shape in self.shapes)

    def frame(self, item: Item) -> Frame:
        """Return the core of an item."""
        return self.placed.core(item)


def laid(flow: Flow, axis: Axis) -> Laid:
    """Lay out a flow along an axis."""
    return drawn(placed(flow, axis))


def drawn(place: Placed) -> Laid:
    """Draw a flow whose slots and tracks have been placed."""
    flow, axis = place.flow, place.axis
    bands = {band: place.band(band) for band in flow.bands}
    shapes: list[Shape] = [
        Lane(name=band.name, frames=tuple(frames)) for band, frames in bands.items() if band.has_ground
    ]
    shapes += [_cone(cone, place) for cone in flow.cones]
    shapes += [_rail(rail, place) for rail in flow.rails]
    shapes += _edges(place)
    all_routes = routes(place)
    for route in all_routes:
        shapes += [_belt(route, all_routes)] if route.wire.belt else _wire(route, place)
        shapes += _name(route)
    shapes += _dots(all_routes)
    shapes += arcs(place)
    travels = ways(all_routes, place)
    for item in flow.items:
        shapes += [_travelling(shape, travels) for shape in place.shapes(item)]
    for band, frames in bands.items():
        if band.title:
            shapes += _title(place, band, place.titles[band], Frame.around(frames))
    for label in flow.labels:
        shapes += _label(place, label)
    if flow.asides:
        above = _above_asides(shapes, axis)
        for note in flow.asides:
            lines = [*_note(note, above, above.width)]
            above = Frame.around([above, *(line.bounds for line in lines)])
            shapes += lines
    for note in flow.notes:
        frame = Frame.around(shape.bounds for shape in shapes)
        shapes += _note(note, frame, max(frame.width, NOTE_ROOM) if axis.across else frame.width)
    return Laid(tuple(shapes), place)


def _travelling(shape: Shape, travels: Mapping[str, tuple[Ride, ...]]) -> Shape:
    """Add to a vector the ways along wires, which it may have to one on its own."""
    rides = travels.get(shape.name)
    return replace(shape, ways=(*shape.ways, *rides)) if isinstance(shape, Vector) and rides else shape


def _rail(rail: Rail, place: Placed) -> StepsLine:
    """Draw bars under words that run across, or in front of words that run down."""
    frames = [place.railed(item) for item in rail.items]
    if place.axis.across:
        low = max(frame.bottom for frame in frames)
        bars = [bar_under(Frame.between(frame.left, frame.top, frame.right, low)) for frame in frames]
    else:
        left = min(place.railed(item).left for any_rail in place.flow.rails for item in any_rail.items)
        bars = [bar_before(Frame.between(left, frame.top, frame.right, frame.bottom)) for frame in frames]
    return StepsLine(
        name=rail.name, bars=tuple(bars), upright=not place.axis.across, gap_after=rail.gap_after, joined=rail.joined
    )


def _edges(place: Placed) -> Iterator[Shape]:
    """Draw the edges in order. Where several share a side of an item, they are sorted by their other ends."""
    ends: dict[tuple[Item, bool], list[tuple[float, Edge]]] = defaultdict(list)
    for edge in place.flow.edges:
        up = place.tracks[edge.one.track] < place.tracks[edge.other.track]
        ends[edge.one, up].append((place.main(edge.other), edge))
        ends[edge.other, not up].append((place.main(edge.one), edge))
    at: dict[tuple[Edge, Item], Point] = {}
    for (item, up), edge_ends in ends.items():
        core = place.core(item)
        (low, high), cross = place.axis.main(core), place.axis.cross(core)[1 if up else 0]
        edges = [edge for _, edge in sorted(edge_ends, key=lambda edge_end: edge_end[0])]
        most = (high - low - 2 * CLEAR) / max(1, len(edges) - 1)
        for number, edge in enumerate(edges):
            fan = min(edge.fan[0 if item is edge.one else 1], most)
            main = (low + high) / 2 + fan * (number - (len(edges) - 1) / 2)
            at[edge, item] = place.axis.point(main, cross + (CLEAR if up else -CLEAR))
    for edge in place.flow.edges:
        yield Line(
            name=edge.name,
            role=edge.role,
            step=edge.step,
            start=at[edge, edge.one],
            to=at[edge, edge.other],
            width=edge.width,
            opacity=edge.opacity,
            dashes=edge.dashes,
            round_ends=False,
        )


def _cone(cone: Cone, place: Placed) -> Region:
    """Draw a cone from the centre of the item along the outer sides of what leads to it, up to the last of that."""
    axis = place.axis
    (top, _), (foot, _) = cone.levels[0], cone.levels[-1]
    near = 1 if place.tracks[top.track] > place.tracks[foot.track] else 0
    lows, highs = [], []
    for first, last in cone.levels:
        first_core, last_core = place.core(first), place.core(last)
        span = axis.cross(first_core)
        cross = span[near] if first is foot else sum(span) / 2
        lows.append(axis.point(axis.main(first_core)[0], cross))
        highs.append(axis.point(axis.main(last_core)[1], cross))
    corners = (*lows, *reversed(highs))
    return Region(name=cone.name, role=cone.role, step=cone.step, corners=corners, fill=f"{cone.role}-fill")


def _wire(route: Route, place: Placed) -> Iterator[Arrow]:
    """Draw the arrow of a wire, after the lines leading to its loads.

    Each line appears together with what it leaves.
    """
    wire, radius = route.wire, BRANCH_RADIUS if route.link.branch or route.link.curved else BEND_RADIUS
    for number, points in enumerate(route.pieces):
        is_last = number == len(route.pieces) - 1
        yield Arrow(
            name=wire.name if is_last else f"{wire.name.removesuffix('-arrow')}-line{number + 1 if number else ''}",
            role=wire.role,
            step=wire.step if len(route.pieces) == 1 else _step(route, points[-1 if number == 0 else 0], place),
            argument=wire.argument,
            points=points,
            head=wire.head and is_last,
            dotted=_dotted(route, points, place) if route.link.dotted else None,
            radius=radius,
            breaks=tuple(gap for gap in route.gaps if _lies_on(gap, points)),
            dashes=DASHES if wire.is_dashed else None,
        )


def _name(route: Route) -> Iterator[Label]:
    """Draw the name of a wire, if it has one."""
    if route.wire.caption is not None:
        yield named(route.wire, route.wire.caption, route.points, loops=route.link.loops)


def _belt(route: Route, all_routes: Sequence[Route]) -> Belt:
    """Draw a wire that carries items on top."""
    start, end = route.points[0], route.points[-1]
    tapping = [tap.root for tap in all_routes if tap.link.taps is route.link and tap.root is not None]
    half = BELT_HEIGHT / 2
    if start.x == end.x:
        frame, taps = Frame.between(start.x - half, start.y, start.x + half, end.y), tuple(at.y for at in tapping)
    else:
        frame = Frame(min(start.x, end.x), start.y - half, abs(end.x - start.x), BELT_HEIGHT)
        taps = tuple(at.x for at in tapping)
    return Belt(name=route.wire.name, role=route.wire.role, step=route.wire.step, frame=frame, free=taps)


def _lies_on(gap: Point, points: Sequence[Point]) -> bool:
    return any(
        start.y == gap.y == end.y and min(start.x, end.x) < gap.x < max(start.x, end.x)
        for start, end in pairwise(points)
    )


def _step(route: Route, end: Point, place: Placed) -> int | None:
    """Return the step at which the item that a piece of a wire first leads to, or leaves, appears."""
    number = route.link.wires.index(route.wire)
    along = place.axis.place(end)[0]
    ways = [(abs(along - place.main(load)), load) for load in route.link.loads]
    nearest = min(ways, key=lambda way: way[0])[1]
    return place.shapes(nearest)[number].step


def _dotted(route: Route, points: Sequence[Point], place: Placed) -> tuple[Point, Point] | None:
    """Return the segment of a wire between the pieces of its band, if this piece of the wire crosses the gap."""
    axis = place.axis
    (start, cross), (end, _) = axis.place(points[0]), axis.place(points[-1])
    pieces = place.band(next(band for band in place.flow.bands if route.link.other in band.items))
    out, back = sorted(axis.main(frame)[side] for frame, side in zip(pieces, (1, 0), strict=True))
    if not min(start, end) < out < back < max(start, end):
        return None
    if start < end:
        return axis.point(out + DOTS_AFTER, cross), axis.point(back - DOTS_BEFORE, cross)
    return axis.point(back - DOTS_AFTER, cross), axis.point(out + DOTS_BEFORE, cross)


def _dots(all_routes: Sequence[Route]) -> Iterator[Disc]:
    names: Counter[str] = Counter()
    for wire, at in forks(all_routes):
        name = f"{wire.name.removesuffix('-arrow')}-branch"
        names[name] += 1
        number = f"-{names[name]}" if names[name] > 1 else ""
        yield Disc(name=f"{name}{number}", at=at, step=wire.step, role=wire.role)


def _title(place: Placed, band: Band, title: Title, frame: Frame) -> Iterator[Label]:
    """Draw a title above a band, at one end, or below or beside it if wires take the space. Down the page, at the left.

    If two bands are side by side down the page, each title is above its own: from its left edge, or from the outer edge
    if titles are longer than the bands.
    """
    if title.outside:
        gap = LABEL_GAP if place.axis.across else BESIDE_BAND
        if title.end == "start":
            yield from _lines(title.lines, Point(frame.left - title.beyond - gap, frame.centre), "end")
        else:
            yield from _lines(title.lines, Point(frame.right + gap, frame.centre), "start")
    elif not place.axis.across:
        solid = [place.around(item) for item in place.flow.items if place.solids(item)]
        extent = Frame.around(solid)
        neighbours = [
            (neighbour, Frame.around(place.band(neighbour))) for neighbour in place.flow.bands if neighbour is not band
        ]
        beside = [pair for pair in neighbours if pair[1].top < frame.bottom and frame.top < pair[1].bottom]
        alone = not beside
        fit = all(
            place.titles[titled_band].size[0] <= at.width
            for titled_band, at in [(band, frame), *beside]
            if titled_band in place.titles
        )
        if not alone and frame.middle > extent.middle and not fit:
            yield from _lines(title.lines, Point(frame.right, frame.top - TITLE_OVER), "end", up=True)
        else:
            left = extent.left if alone else frame.left
            top = place.title_edge(band, left + title.size[0])
            yield from _lines(title.lines, Point(left, top - TITLE_OVER), "start", up=True)
    else:
        x = frame.left + INSET if title.end == "start" else frame.right - INSET
        y = frame.bottom + TITLE_OVER if title.under else frame.top - TITLE_OVER
        yield from _lines(title.lines, Point(x, y), title.end, up=True)


def _label(place: Placed, label: TrackLabel) -> Iterator[Label]:
    """Draw a label before or after the items of a track; down the page, above the first one."""
    stacked = [(line,) for line in label.lines]
    item = label.items[-1 if label.after else 0]
    first = place.around(item)
    if place.axis.across and label.after:
        yield from _lines(stacked, Point(first.right + LABEL_GAP, place.core(item).centre), "start")
    elif place.axis.across:
        yield from _lines(stacked, Point(first.left - LABEL_GAP, place.core(item).centre), "end")
    else:
        yield from _lines(stacked, Point(first.middle, first.top - TITLE_OVER), "middle", up=True)


def _above_asides(shapes: Sequence[Shape], axis: Axis) -> Frame:
    """Return what asides are below: what is above an empty corner of a wide drawing, or else everything."""
    frames = [shape.bounds for shape in shapes]
    around = Frame.around(frames)
    left = around.right - ASIDE_WIDTH
    bottom = max(frame.bottom for frame in frames if frame.right > left)
    if axis.across and around.width >= 3 * ASIDE_WIDTH and bottom + NOTE_UNDER <= around.bottom:
        return Frame.between(left, around.top, around.right, bottom)
    inside = Frame.around(shape.bounds for shape in shapes if not isinstance(shape, Lane))
    right = max(inside.right, inside.left + NOTE_ROOM) if axis.across else inside.right
    return Frame.between(inside.left, around.top, right, around.bottom)


def _note(note: Caption, frame: Frame, room: float) -> Iterator[Label]:
    """Draw a note below a frame, wrapped to some width."""
    for number, line in enumerate(wrapped(note.text, note.style, room)):
        at = Point(frame.left, frame.bottom + NOTE_UNDER + number * NOTE_LEADING)
        yield Label(name=f"{note.name}-{number}", role=note.role, text=line, at=at, style=note.style, anchor="start")


def _lines(lines: Sequence[Sequence[Caption]], at: Point, anchor: str, *, up: bool = False) -> Iterator[Label]:
    """Draw lines of captions, with the last one at a given height or all centred about it."""
    for number, line in enumerate(lines):
        over = len(lines) - 1 - number if up else (len(lines) - 1) / 2 - number
        x = at.x
        captions = reversed(line) if anchor == "end" else line
        for caption in captions:
            label = Label(
                name=caption.name,
                role=caption.role,
                argument=caption.argument,
                text=caption.text,
                at=Point(x, at.y - over * LEADING),
                style=caption.style,
                anchor=anchor,
            )
            yield label
            shift = width(caption.text, caption.style) + LABEL_GAP / 2
            x += -shift if anchor == "end" else shift
