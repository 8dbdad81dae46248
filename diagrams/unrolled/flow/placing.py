"""Placing a flow: items on a track are kept apart along main, and simultaneous ones along cross."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice, pairwise, permutations, product
from typing import NamedTuple, TypeVar

from ..fonts import width
from ..geometry import Frame, Point
from ..shapes.arrows import STEPS_BEFORE, STEPS_LINE, STEPS_OFFSET, Arrow
from ..shapes.cells import RIM, Vector
from ..shapes.shape import Shape
from ..shapes.text import Label, Phrase, Word
from .axis import Axis, Span
from .description import Band, Caption, Draw, Flow, Item, Link, Wire

Key = TypeVar("Key", float, str)
Place = tuple[float, float]
"""Main and cross."""
RAIL_ROOM = STEPS_BEFORE + STEPS_LINE
"""The space for the timeline next to words down the page."""
AROUND, AROUND_ROOM = 14, 22
"""The distance of a detour from the items it goes around, and the space it takes."""
LEADING = 16
"""The line spacing of titles and labels."""
TITLE_OVER, TITLE_HEIGHT = 11, 6
"""From a band to the centre of the nearest line of its title, and from there to the edge of the line."""
LABEL_GAP = 14
"""The gap between an item and its label."""
BESIDE_BAND = 8
"""The gap between a band and a title before it, down the page."""
INSET = 2
"""How far inside the corner of a band its title starts."""
SLACK = 2
"""Items this close in time must not overlap."""
WIRE_TO_SLOTS = 36
"""The space along cross for a wire that also leads to other slots."""
LOOP, LOOPS_APART, CROSSING = 32, 22, 14
"""From an item to the innermost wire of a loop, from there to the next, and beyond the last for wires that cross it."""
NAME_OVER, NAME_RIGHT = 12, 10
"""From a wire to the centre of a name above it, and to the start of a name beside it."""
ORIGIN = Point(0, 0)
NAMES = (Label, Phrase)
"""Texts next to an item: they count when keeping items apart, but not where a track or wire ends."""
LONG = 1000
"""So long that an item between two slots gets only the length it needs."""


@dataclass(frozen=True)
class Extent:
    """How far an item extends from its reference point."""

    main: Span
    """For an item that spans slots: beyond its first and last slot."""
    solid: Span
    """Along cross, without names."""
    inside: Span = (0, 0)
    """The least extent of a band behind it, along cross: the same, or names if there is nothing else."""
    parts: tuple[tuple[Span, Span], ...] = ()
    """Along main and cross: everything but the names, and each name separately."""
    least: float = 0
    """The least distance between the slots it spans."""
    drawn: tuple[Shape, ...] = ()
    """The shapes of the item, as measured."""

    @property
    def cross(self) -> Span:
        """Along cross, with names."""
        spans = [cross for _, cross in self.parts] or [self.solid]
        return min(low for low, _ in spans), max(high for _, high in spans)


class Footprint(NamedTuple):
    """A time interval, the extent at that time from the track's line, and other tracks it covers."""

    start: float
    end: float
    low: float
    high: float
    over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Title:
    """The lines of a band's title, and their side and end of the band."""

    lines: tuple[tuple[Caption, ...], ...]
    end: str = "start"
    outside: bool = False
    """Whether it is before or after the band in time, instead of above it."""
    beyond: float = 0
    """The distance before the band, past whatever leaves it there."""
    under: bool = False
    """Whether it is below the band, because wires take the space above."""

    @cached_property
    def size(self) -> tuple[float, float]:
        """Its width and height on the page."""
        return max(map(line_width, self.lines)), 2 * TITLE_HEIGHT + LEADING * (len(self.lines) - 1)


@dataclass(frozen=True)
class Placed:
    """A flow whose slots and tracks have positions."""

    flow: Flow
    axis: Axis
    extents: dict[Item, Extent]
    slots: dict[float, float]
    tracks: dict[str, float]
    titles: dict[Band, Title]
    drawn: dict[Item, Sequence[Shape]] = field(default_factory=dict)
    outlines: dict[Item, list[Frame]] = field(default_factory=dict)
    """The frames that wires avoid, once known."""
    framed: dict[Item, list[Frame]] = field(default_factory=dict)

    def ends(self, item: Item) -> Span:
        """Return the positions of an item's slots along main."""
        return _ends(item, self.slots)

    def main(self, item: Item) -> float:
        """Return the position of an item along main."""
        first, last = self.ends(item)
        return (first + last) / 2

    def time(self, item: Item) -> Span:
        """Return an item's extent along main."""
        return _time(item, self.slots, self.extents[item])

    def shapes(self, item: Item) -> Sequence[Shape]:
        """Draw an item at its position, once."""
        if item not in self.drawn:
            first, last = self.ends(item)
            at = self.axis.point((first + last) / 2, self.tracks[item.track])
            self.drawn[item] = () if item.ghost else item.draw(self.axis, at, last - first)
            if first == last and not item.ghost:
                _measured(self.drawn[item], self.extents[item].drawn, at)
        return self.drawn[item]

    @cached_property
    def bounds(self) -> tuple[Span, Span]:
        """Return the bounds of everything along main and cross, except notes."""
        mains = [end for item in self.flow.items for end in self.time(item)]
        crosses = [
            self.tracks[item.track] + end
            for item in self.flow.items
            for _, cross in self.extents[item].parts
            for end in cross
        ]
        low = min(crosses)
        for band in self.flow.bands:
            main, cross = self.ground(band)
            mains += main
            crosses += cross
            if band in self.titles:
                beside, over = self._title(band, main, cross, low)
                mains += beside
                crosses += over
        for item in (item for rail in self.flow.rails for item in rail.items):
            off = STEPS_OFFSET + STEPS_LINE / 2 if self.axis.across else RAIL_ROOM
            crosses.append(self.tracks[item.track] + self.extents[item].solid[0] - off)
        for label in self.flow.labels:
            wide, item = max(line_width([line]) for line in label.lines), label.items[-1 if label.after else 0]
            if not self.axis.across:
                middle = self.tracks[item.track] + sum(self.extents[item].inside) / 2
                crosses += [middle - wide / 2, middle + wide / 2]
            elif label.after:
                mains.append(self.time(item)[1] + LABEL_GAP + wide)
            else:
                mains.append(self.time(item)[0] - LABEL_GAP - wide)
        return (min(mains), max(mains)), (min(crosses), max(crosses))

    def title_edge(self, band: Band, reach: float = float("inf")) -> float:
        """Return the position of a title down the page that extends this far, above its band and its neighbours."""
        (start, _), _ = self.ground(band)
        beside = [
            time[0]
            for item in self.flow.items
            if not item.ghost
            and (time := self.time(item))[0] < start < time[1]
            and self.tracks[item.track] + self.extents[item].solid[0] < reach
        ]
        return min([start, *beside])

    def _title(self, band: Band, main: Span, cross: Span, low: float) -> tuple[Span, Span]:
        """Return the extents of a title along main and cross, given those of its band; everything starts at `low`."""
        title = self.titles[band]
        wide, high = title.size
        over = TITLE_OVER - TITLE_HEIGHT + high
        if title.outside:
            gap = LABEL_GAP if self.axis.across else BESIDE_BAND
            low, high = cross if not self.axis.across else main
            beside = (low - title.beyond - gap - wide, low) if title.end == "start" else (high, high + gap + wide)
            middle = sum(cross if self.axis.across else main) / 2
            along = middle - title.size[1] / 2, middle + title.size[1] / 2
            return (beside, along) if self.axis.across else (along, beside)
        if self.axis.across:
            start = main[0] + INSET if title.end == "start" else main[1] - INSET - wide
            edge, away = (cross[0], -over) if title.under else (cross[1], over)
            return (start, start + wide), (min(edge, edge + away), max(edge, edge + away))
        edge = self.title_edge(band)
        return (edge - over, edge), (min(low, cross[1] - wide), low + wide)

    def moved(self, by: Point) -> Placed:
        """Move everything right and down by these distances."""
        main, cross = self.axis.place(by)
        slots = {slot: place + main for slot, place in self.slots.items()}
        tracks = {name: place + cross for name, place in self.tracks.items()}
        return replace(self, slots=slots, tracks=tracks, drawn={}, framed={}, outlines={})

    def core(self, item: Item) -> Frame:
        """Return the frame that links connect to."""
        return self.around(item) if item.whole else core_of(self.shapes(item)[0])

    def solids(self, item: Item) -> list[Frame]:
        """Return the frames of an item without names, out to its rims; a word on a rail extends to its bar."""
        if item not in self.framed:
            railed = self.axis.across and any(item in rail.items for rail in self.flow.rails)
            frames = []
            for shape in self.shapes(item):
                if item.solid or not isinstance(shape, NAMES):
                    frame = core_of(shape)
                    down = STEPS_OFFSET + STEPS_LINE if railed and isinstance(shape, Word) else 0
                    frames.append(Frame(frame.left, frame.top, frame.width, frame.height + down))
            self.framed[item] = frames
        return self.framed[item]

    def met(self, item: Item) -> list[Frame]:
        """Return the frames that a wire avoids: the item without names; for a text item, the text."""
        if item not in self.outlines:
            frames = self.solids(item) or [core_of(self.shapes(item)[0])]
            self.outlines[item] = [Frame.around(frames)] if item.whole else frames
        return self.outlines[item]

    def around(self, item: Item) -> Frame:
        """Return the bounding box of an item without names; for a text item, of the text."""
        return Frame.around(self.met(item))

    def railed(self, item: Item) -> Frame:
        """Return the frame that sets the length of a rail's bar: the word, if any; down the page, at least a cell."""
        words = [shape.frame for shape in self.shapes(item) if isinstance(shape, Word)]
        frame = Frame.around(words) if words else self.around(item)
        if self.axis.across:
            return frame
        return Frame.about(frame.middle, frame.centre, frame.width, max(frame.height, self.axis.cell[1]))

    def ground(self, band: Band) -> tuple[Span, Span]:
        """Return the extents of a band along main and cross."""
        return _along(band, band.items, self.slots, self.extents, self.axis), self._reach(band)

    def band(self, band: Band) -> list[Frame]:
        """Return the pieces of a band: one, or two if it is interrupted."""
        main, cross = self.ground(band)
        if band.cut is None:
            return [self.axis.frame(main, cross)]
        first, last = (_along(band, piece, self.slots, self.extents, self.axis) for piece in _pieces(band))
        return [self.axis.frame((main[0], first[1]), cross), self.axis.frame((last[0], main[1]), cross)]

    def _reach(self, band: Band) -> Span:
        """Return the extent of a band along cross; over several tracks, names of items count as well."""
        if len(_tracks_of(band, self.flow)) == 1:
            cross, (low, high) = self.tracks[band.items[0].track], _reach(self.flow, band, self.axis, self.extents)
            return cross + low, cross + high
        reaches = [(self.tracks[item.track], self.extents[item].cross) for item in band.items]
        padding = self.axis.band_padding[1]
        return (
            min(track + low for track, (low, _) in reaches) - padding,
            max(track + high for track, (_, high) in reaches) + padding,
        )


def core_of(shape: Shape) -> Frame:
    """Return the frame of a shape that links connect to: including any second rim; centred on its line for a text."""
    if isinstance(shape, Label):
        bounds, y = shape.bounds, shape.at.y
        return Frame.about(bounds.middle, y, bounds.width, 2 * max(y - bounds.top, bounds.bottom - y))
    frame: Frame = getattr(shape, "frame", None) or shape.bounds
    return frame.grown(RIM) if isinstance(shape, Vector) and shape.second_rim else frame


def _measured(shapes: Sequence[Shape], before: Sequence[Shape], at: Point) -> None:
    """Record the bounds of shapes that were measured elsewhere, since measuring takes most of the time."""
    for shape, measured in zip(shapes, before, strict=True):
        if (bounds := vars(measured).get("bounds")) is not None:
            vars(shape)["bounds"] = Frame(bounds.left + at.x, bounds.top + at.y, bounds.width, bounds.height)


def placed(flow: Flow, axis: Axis) -> Placed:
    """Give each slot and track a position."""
    loops = {link.one: link for link in flow.links if link.loops}
    extents = {item: _extent(item, axis, loops.get(item)) for item in flow.items}
    slots = _slots(flow, axis, extents)
    for item in flow.items:
        first, last = _ends(item, slots)
        if first < last and extents[item].parts:  # its length has only just been determined
            main = _beyond(item, axis, last - first)
            extents[item] = replace(extents[item], main=main, parts=((main, extents[item].solid),))
    titles = {band: _title(flow, band, axis, extents, slots) for band in flow.bands if band.title}
    tracks = _tracks(flow, axis, extents, slots, titles)
    return Placed(flow, axis, extents, slots, tracks, titles)


def line_width(captions: Iterable[Caption]) -> float:
    """Return the width of the widest caption."""
    widths = [width(caption.text, caption.style) for caption in captions]
    return sum(widths) + LABEL_GAP / 2 * (len(widths) - 1)


def loop_way(link: Link, number: int, axis: Axis, core: Frame, line: float) -> list[Place]:
    """Lead a wire around an item whose track is at `line`; the wires nearest to the top or right are innermost."""
    (start, end), (low, top), count = axis.main(core), axis.cross(core), len(link.wires)
    captions = [wire.caption for wire in link.wires if wire and wire.caption]
    beside = 0 if axis.across else max((line_width([caption]) for caption in captions), default=0)
    inside = number if axis.across else count - 1 - number
    away, clear = LOOP + inside * (LOOPS_APART + beside), axis.clear[0]
    level = line + ((count - 1) / 2 - inside) * min(axis.wire_pitch, (top - low) / count)
    corners = ((end + away, level), (end + away, top + away), (start - away, top + away), (start - away, level))
    return [(end + clear, level), *corners, (start - clear, level)]


def named(wire: Wire, caption: Caption, points: Sequence[Point], *, loops: bool) -> Label:
    """Draw the name of a wire above or beside its first segment, or the last half of a loop's far side."""
    start, end = points[:2]
    if loops:
        end = points[3]
        start = Point((points[2].x + end.x) / 2, (points[2].y + end.y) / 2)
    middle = Point((start.x + end.x) / 2, (start.y + end.y) / 2)
    is_upright = start.x == end.x
    return Label(
        name=caption.name,
        role=caption.role,
        step=wire.step,
        argument=caption.argument,
        text=caption.text,
        at=Point(middle.x + NAME_RIGHT, middle.y) if is_upright else Point(middle.x, middle.y - NAME_OVER),
        style=caption.style,
        anchor="start" if is_upright else "middle",
    )


def wire_names(captions: Sequence[Caption | None], step: int | None = None) -> Draw:
    """Name one or two wires that lead along time, in an item between their ends.

    A name is above its wire or to the right of it; of two wires, they are on the outside.
    """

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        labels = []
        for number, caption in enumerate(captions):
            if caption is None:
                continue
            off, is_left = (number - (len(captions) - 1) / 2) * axis.wire_pitch, number == 0 and len(captions) > 1
            over, beside = off + (NAME_OVER if number else -NAME_OVER), off + (-NAME_RIGHT if is_left else NAME_RIGHT)
            labels.append(
                Label(
                    name=caption.name,
                    role=caption.role,
                    step=step,
                    argument=caption.argument,
                    text=caption.text,
                    at=Point(at.x, at.y + over) if axis.across else Point(at.x + beside, at.y),
                    style=caption.style,
                    anchor="middle" if axis.across else "end" if is_left else "start",
                )
            )
        return labels

    return draw


def _around_loop(link: Link, axis: Axis, core: Frame) -> Iterator[Frame]:
    """Yield the bounds of a loop's wires and names, around an item at the origin, with room for wires that cross it."""
    for number, wire in enumerate(link.wires):
        if wire is not None:
            way = loop_way(link, number, axis, core, 0)
            points = tuple(axis.point(*place) for place in way)
            yield Arrow(name=wire.name, role=wire.role, points=points).bounds
            yield axis.frame((way[3][0], way[2][0]), (way[2][1], way[2][1] + CROSSING))
            if wire.caption is not None:
                yield named(wire, wire.caption, points, loops=True).bounds


def _extent(item: Item, axis: Axis, loop: Link | None = None) -> Extent:
    shapes = item.draw(axis, ORIGIN, 0)
    if not shapes:
        return Extent((0, 0), (0, 0))
    bounds = [core_of(shape) if isinstance(shape, Vector) else shape.bounds for shape in shapes]
    is_solid = [item.solid or not isinstance(shape, NAMES) for shape in shapes]
    if loop is not None:
        bounds += _around_loop(loop, axis, Frame.around(bounds) if item.whole else core_of(shapes[0]))
        is_solid += [True] * (len(bounds) - len(shapes))
    outline = _around(bounds)
    solids = [frame for frame, solid in zip(bounds, is_solid, strict=True) if solid]
    names = [frame for frame, solid in zip(bounds, is_solid, strict=True) if not solid]
    hull = [_around(solids) if names else outline] if solids else []
    parts = tuple((axis.main(frame), axis.cross(frame)) for frame in (*hull, *names))
    cross = axis.cross(hull[0]) if hull else (0, 0)
    inside = cross if hull else axis.cross(outline)
    extent = Extent(axis.main(outline), cross, inside, parts, drawn=tuple(shapes))
    first, last = _keys(item)
    if first < last:
        beyond, core = _beyond(item, axis, LONG), axis.main(bounds[0])
        least = max(0, (core[1] - core[0]) - (beyond[1] - beyond[0]))
        return replace(extent, main=beyond, parts=((beyond, extent.solid),), least=least)
    return extent


def _beyond(item: Item, axis: Axis, length: float) -> Span:
    """Return how far an item extends beyond the slots it spans, at this distance between them."""
    low, high = axis.main(Frame.around(shape.bounds for shape in item.draw(axis, ORIGIN, length)))
    return low + length / 2, high - length / 2


def _around(frames: Sequence[Frame]) -> Frame:
    """Return the bounding box of some frames, often just one."""
    return frames[0] if len(frames) == 1 else Frame.around(frames)


def _ends(item: Item, slots: dict[float, float]) -> Span:
    if isinstance(item.slot, tuple):
        return slots[item.slot[0]], slots[item.slot[1]]
    return slots[item.slot], slots[item.slot]


def _keys(item: Item) -> tuple[float, float]:
    return item.slot if isinstance(item.slot, tuple) else (item.slot, item.slot)


def _time(item: Item, slots: dict[float, float], extent: Extent) -> Span:
    first, last = _ends(item, slots)
    return first + extent.main[0], last + extent.main[1]


def _on_tracks(flow: Flow) -> dict[str, list[Item]]:
    """Return the items of each track, sorted by time."""
    items_of: dict[str, list[Item]] = {track.name: [] for track in flow.tracks}
    for item in flow.items:
        for track in (item.track, *item.over):
            items_of[track].append(item)
    return {track: sorted(items, key=_keys) for track, items in items_of.items() if items}


def _slots(flow: Flow, axis: Axis, extents: dict[Item, Extent]) -> dict[float, float]:
    """Keep items on a track apart, make the steps of each run equally long, then centre what is between steps."""
    keys = sorted({key for item in flow.items for key in _keys(item)})
    needs: dict[float, list[tuple[float, float]]] = defaultdict(list)
    """Return the distances that each slot keeps from earlier ones."""
    bands = {item: band for band in flow.bands for item in band.items}
    along = [link for link in flow.links if link.sides[1 if link.taps else 0].startswith("main")]
    joined = {(link.one, link.other) for link in along if link.one not in link.loads}
    joined |= {(end, start) for start, end in joined}
    labels = {label.items[0]: label for label in flow.labels if not label.after and axis.across}
    for earlier, later in (*_following(flow), *flow.apart):
        (_, last), (first, _) = _keys(earlier), _keys(later)
        if first > last:
            apart = extents[earlier].main[1] - extents[later].main[0]
            gap = _gap(earlier, later, bands, flow, axis)
            if (earlier, later) in joined and all(_is_on_its_line(extents[item]) for item in (earlier, later)):
                gap = max(gap, axis.least_wire)
            if later in labels:
                gap = max(gap, 2 * LABEL_GAP + max(line_width([line]) for line in labels[later].lines))
            needs[first].append((last, apart + gap))
    for band in flow.bands:
        for earlier, later, apart in _beside(band, flow, axis, extents):
            needs[_keys(later)[0]].append((_keys(earlier)[1], apart))
    for section in flow.sections:
        ends = [[item for item in items if _keys(item)[1] < section][-1:] for items in _on_tracks(flow).values()]
        begins = [[item for item in items if _keys(item)[0] >= section][:1] for items in _on_tracks(flow).values()]
        titled = [bands[item] for item in chain(*begins) if item in bands and _is_titled(flow, bands[item], axis)]
        room = max(map(_title_room, titled), default=0)
        for earlier, later in product(chain(*ends), chain(*begins)):
            gap = _gap(earlier, later, bands, flow, axis)
            gap += 0 if bands.get(later) in titled else room  # the title is above whatever is highest there
            apart = extents[earlier].main[1] - extents[later].main[0] + gap
            needs[_keys(later)[0]].append((_keys(earlier)[1], apart))
    for item in flow.items:
        first, last = _keys(item)
        if first < last:  # what is between its ends is at least as long as the item
            needs[last].append((first, extents[item].least))
    if flow.to_scale:
        pitches = [apart / (key - before) for key, distances in needs.items() for before, apart in distances]
        longest = max((extent.main[1] - extent.main[0] for extent in extents.values()), default=0)
        pitch = max(pitches, default=longest + axis.slot_gap + flow.slot_room)  # if no two share a track
        return {key: key * pitch for key in keys}
    positions = _longest(keys, needs)
    spanned = {_keys(item)[1] for item in flow.items if _keys(item)[0] < _keys(item)[1]}
    # Items that span part of a step are equally long at each step
    for offset in {round(key % 1, 3) for key in spanned} - {0}:
        alike = [(key, float(int(key))) for key in spanned if round(key % 1, 3) == offset and int(key) in positions]
        longest = max((positions[key] - positions[step] for key, step in alike), default=0)
        for key, step in alike:
            needs[key].append((step, longest))
    positions = _longest(keys, needs)
    loose = [_keys(item)[0] for item in flow.items if item.loose]
    for run in _runs(keys, loose) if flow.even_slots else []:
        pitch = max(positions[b] - positions[a] for a, b in pairwise(run))
        for a, b in pairwise(run):
            needs[b].append((a, pitch))
    positions = _longest(keys, needs)
    _centre([key for key in keys if key not in spanned and key != int(key)], needs, positions)
    return positions


def _following(flow: Flow) -> Iterator[tuple[Item, Item]]:
    """Yield neighbours on a track, and items that span slots with the first item after them."""
    for items in _on_tracks(flow).values():
        yield from pairwise(items)
        for place, item in enumerate(items):
            if isinstance(item.slot, tuple):
                after = (later for later in items[place + 1 :] if _keys(later)[0] > item.slot[1])
                yield from ((item, later) for later in islice(after, 1))


def _tracks_of(band: Band, flow: Flow) -> list[str]:
    """Return the tracks of a band, from first to last."""
    names = [track.name for track in flow.tracks]
    mine = [names.index(item.track) for item in band.items]
    return names[min(mine) : max(mine) + 1]


def _beside(band: Band, flow: Flow, axis: Axis, extents: dict[Item, Extent]) -> Iterator[tuple[Item, Item, float]]:
    """Yield distances that keep items before and after a band with several tracks clear of everything on it."""
    tracks = set(_tracks_of(band, flow))
    if len(tracks) == 1:
        return
    gap = axis.slot_gap + flow.slot_room + axis.band_padding[0]
    outside = [item for item in flow.items if item not in band.items and tracks & {item.track, *item.over}]
    for outsider in outside:
        for item in band.items:
            earlier, later = (outsider, item) if _keys(outsider)[0] < _keys(item)[0] else (item, outsider)
            if _keys(later)[0] > _keys(earlier)[1]:
                yield earlier, later, extents[earlier].main[1] + gap - extents[later].main[0]


def _gap(earlier: Item, later: Item, bands: dict[Item, Band], flow: Flow, axis: Axis) -> float:
    """Return the distance between consecutive items on a track: greater if a band starts or ends between them."""
    gap, before, after = axis.slot_gap + flow.slot_room, bands.get(earlier), bands.get(later)
    if before is after:
        cut = before is not None and before.cut is not None and _keys(earlier)[1] < before.cut < _keys(later)[0]
        return gap + (2 * axis.band_padding[0] if cut else 0)
    gap += axis.band_padding[0] * sum(band is not None for band in (before, after))
    gap += axis.between_bands if before and after else 0
    if after and _is_titled(flow, after, axis):
        gap += _title_room(after) - axis.slot_gap
    return gap


def _is_titled(flow: Flow, band: Band, axis: Axis) -> bool:
    """Return whether a title takes space above a band down the page."""
    return not axis.across and bool(band.title) and not _stands_alone(flow, band)


def _title_room(band: Band) -> float:
    return TITLE_OVER + TITLE_HEIGHT + LEADING * len(band.title)


def _is_on_its_line(extent: Extent) -> bool:
    """Return whether an item lies on its track's line."""
    return extent.solid[0] <= 0 <= extent.solid[1]


def _stands_alone(flow: Flow, band: Band) -> bool:
    """Return whether a band has one item and nothing next to it, so that its title can go there."""
    reads = any(link.other in band.items and link.sides[1].startswith("cross") for link in flow.links)
    return len(band.items) == 1 and band.has_ground and not reads


def _runs(keys: Sequence[float], loose: Sequence[float]) -> list[list[float]]:
    """Split the steps into runs without anything loose in between."""
    runs: list[list[float]] = [[]]
    for key in keys:
        if key == int(key):
            last = runs[-1][-1] if runs[-1] else key
            if key - last > 1 or any(last <= loose_key <= key for loose_key in loose):
                runs.append([])
            runs[-1].append(key)
    return [run for run in runs if len(run) > 1]


def _centre(
    keys: Sequence[float], needs: dict[float, list[tuple[float, float]]], positions: dict[float, float]
) -> None:
    """Centre what is between steps in its space; if there is nothing next to it, put it halfway between the steps."""
    after: dict[float, list[tuple[float, float]]] = defaultdict(list)
    for key, befores in needs.items():
        for before, need in befores:
            after[before].append((key, need))
    for _ in range(4 if len(keys) > 1 else 1):
        for key in keys:
            low = max((positions[a] + need for a, need in needs[key]), default=None)
            high = min((positions[b] - need for b, need in after[key]), default=None)
            ends = [end for end in (low, high) if end is not None]
            if not ends:
                before = max((neighbour for neighbour in positions if neighbour < key), default=key)
                ends = [
                    positions[before],
                    positions[min((neighbour for neighbour in positions if neighbour > key), default=key)],
                ]
            positions[key] = sum(ends) / len(ends)


def _title(flow: Flow, band: Band, axis: Axis, extents: dict[Item, Extent], slots: dict[float, float]) -> Title:
    """Put a title on one line if it fits next to the wires that leave the band, otherwise on several."""
    stacked = Title(tuple((caption,) for caption in band.title))
    if not axis.across:
        return replace(stacked, outside=_stands_alone(flow, band))
    ends = [end for link in flow.links for end in zip((link.one, link.other), link.sides, strict=True)]
    rising = [
        place for item, side in ends if item in band.items and side == "cross-end" for place in _ends(item, slots)
    ]
    reach = _along(band, band.items, slots, extents, axis)
    low, high = reach[0] + INSET, reach[1] - INSET
    rooms = {"start": min(rising, default=high) - low - TITLE_OVER, "end": high - max(rising, default=low) - TITLE_OVER}
    if any(link.around and link.one in band.items and link.sides[0] == "cross-end" for link in flow.links):
        del rooms["end"]  # a detour takes that space
    for lines in ((band.title,), stacked.lines):
        for end, room in rooms.items():
            if max(map(line_width, lines)) <= room:
                return Title(lines, end)
        if _is_lowest(flow, band) and line_width(band.title) <= high - low:
            return Title((band.title,), under=True)
    track = band.items[0].track
    neighbours = [item for item in flow.items if item.track == track and item not in band.items]
    before = [(item, time[0]) for item in neighbours if (time := _time(item, slots, extents[item]))[1] < low]
    banded = {item for other_band in flow.bands for item in other_band.items}
    if any(item in banded for item, _ in before):
        return Title(stacked.lines, "end", outside=True)
    beyond = max((low - INSET - start for _, start in before), default=0)
    return Title(stacked.lines, outside=True, beyond=beyond)


def _is_lowest(flow: Flow, band: Band) -> bool:
    """Return whether there is nothing below a band, and no wire leads there."""
    lowest = next(track.name for track in flow.tracks if any(item.track == track.name for item in flow.items))
    ends = [end for link in flow.links for end in zip((link.one, link.other), link.sides, strict=True)]
    return {item.track for item in band.items} == {lowest} and not any(
        item in band.items and side == "cross-start" for item, side in ends
    )


def _tracks(
    flow: Flow, axis: Axis, extents: dict[Item, Extent], slots: dict[float, float], titles: dict[Band, Title]
) -> dict[str, float]:
    """Keep simultaneous items on different tracks apart; a band counts as a whole."""
    things: dict[str, list[Footprint]] = defaultdict(list)
    boxes: dict[str, list[Footprint]] = defaultdict(list)
    for item in flow.items:
        first, last = _ends(item, slots)
        parts = extents[item].parts
        things[item.track] += [Footprint(first + main[0], last + main[1], *cross, item.over) for main, cross in parts]
    # A track stays in order as a whole, except for names, which may overlap others
    for name, several in _by_section(flow):
        items = [item for item in several if not item.over]
        if not items:
            continue
        times = [end for item in items for end in _time(item, slots, extents[item])]
        solids = [extents[item].solid for item in items]
        boxes[name].append(
            Footprint(min(times), max(times), min(low for low, _ in solids), max(high for _, high in solids))
        )
    for band in flow.bands:
        name, time = band.items[0].track, _along(band, band.items, slots, extents, axis)
        if len(ends := _tracks_of(band, flow)) > 1:
            boxes[ends[0]].append(Footprint(*time, *_edge(band, ends[0], extents, axis, outwards=-1)))
            boxes[ends[-1]].append(Footprint(*time, *_edge(band, ends[-1], extents, axis, outwards=1)))
            continue
        reach = _reach(flow, band, axis, extents)
        boxes[name].append(Footprint(*time, *_with_wires(flow, band, reach)))
        if axis.across and band in titles:
            things[name].append(_title_box(titles[band], time, reach))
    for rail in flow.rails if not axis.across else ():
        times = [end for item in rail.items for end in _time(item, slots, extents[item])]
        low = min(extents[item].solid[0] for item in rail.items)
        things[rail.items[0].track].append(Footprint(min(times), max(times), low - RAIL_ROOM, low))
    if axis.across:
        for label in flow.labels:
            item = label.items[-1 if label.after else 0]
            time = _time(item, slots, extents[item])
            half = LEADING * (len(label.lines) - 1) / 2 + TITLE_HEIGHT
            wide = max(line_width([line]) for line in label.lines)
            middle = sum(extents[item].solid) / 2
            start = time[1] + LABEL_GAP if label.after else time[0] - LABEL_GAP - wide
            things[item.track].append(Footprint(start, start + wide, middle - half, middle + half))
    names = [track.name for track in flow.tracks]
    needs: dict[str, list[tuple[str, float]]] = defaultdict(list)
    reaches: dict[Item, Span] = {}
    for band in flow.bands:
        if len(_tracks_of(band, flow)) == 1:
            reaches |= dict.fromkeys(band.items, _reach(flow, band, axis, extents))
    for link in flow.links:  # leave space for a wire that goes up to an item, even one at another time
        if link.sides == ("cross-end", "cross-start") and names.index(link.one.track) < names.index(link.other.track):
            low = min(reaches.get(link.other, extents[link.other].solid)[0], extents[link.other].solid[0])
            high = max(reaches.get(link.one, extents[link.one].solid)[1], extents[link.one].solid[1])
            needs[link.other.track].append(
                (link.one.track, high + (WIRE_TO_SLOTS if link.branch else axis.track_gap) - low)
            )
    for number, name in enumerate(names):
        room = axis.track_gap
        for below in reversed(names[:number]):
            room += flow.tracks[names.index(below) + 1].room
            apart = [
                lower.high - upper.low
                for kind in (things, boxes)
                for lower in kind[below]
                for upper in kind[name]
                if lower.start < upper.end + SLACK and upper.start < lower.end + SLACK
                if name not in lower.over and below not in upper.over
            ]
            if apart:
                needs[name].append((below, max(apart) + room))
    for first_band, second_band in permutations(titles, 2) if not axis.across else ():
        (track, above), (track_beside, beside) = (
            (band.items[0].track, _along(band, band.items, slots, extents, axis)) for band in (first_band, second_band)
        )
        if names.index(track) < names.index(track_beside) and above[0] < beside[1] and beside[0] < above[1]:
            (left, _), (_, right) = (_reach(flow, band, axis, extents) for band in (first_band, second_band))
            both = titles[first_band].size[0] + LABEL_GAP + titles[second_band].size[0]
            needs[track_beside].append((track, left + both - right))
    # Sections down the page are flush on the left, even if they have no tracks in common.
    edges = {
        name: -min(box.low for box in footprints) for name, footprints in boxes.items() if footprints and flow.sections
    }
    return _longest(names, needs, edges)


def _edge(band: Band, track: str, extents: dict[Item, Extent], axis: Axis, *, outwards: int) -> Span:
    """Return the extent of a band's first or last track along cross, including names and padding on the outside."""
    mine = [extents[item] for item in band.items if item.track == track]
    padding = axis.band_padding[1]
    if outwards < 0:
        return min(extent.cross[0] for extent in mine) - padding, max(extent.solid[1] for extent in mine)
    return min(extent.solid[0] for extent in mine), max(extent.cross[1] for extent in mine) + padding


def _by_section(flow: Flow) -> Iterator[tuple[str, list[Item]]]:
    """Yield the items of each track, section by section."""
    edges = [float("-inf"), *flow.sections, float("inf")]
    for name, items in _on_tracks(flow).items():
        for low, high in pairwise(edges):
            if in_section := [item for item in items if low <= _keys(item)[0] < high]:
                yield name, in_section


def _title_box(title: Title, time: Span, reach: Span) -> Footprint:
    wide, high = title.size
    if title.outside:
        middle = sum(reach) / 2
        start = time[0] - title.beyond - LABEL_GAP - wide if title.end == "start" else time[1] + LABEL_GAP
        return Footprint(start, start + wide, middle - high / 2, middle + high / 2)
    over = reach[1] + TITLE_OVER - TITLE_HEIGHT
    if title.under:
        over = reach[0] - TITLE_OVER + TITLE_HEIGHT - high
    start = time[0] + INSET if title.end == "start" else time[1] - INSET - wide
    return Footprint(start, start + wide, over, over + high)


def _along(
    band: Band, items: Sequence[Item], slots: dict[float, float], extents: dict[Item, Extent], axis: Axis
) -> Span:
    """Return the extent of a band along main behind some of its items, and below those flush with all of it."""
    padding = axis.band_padding[0]
    times = [end for item in items for end in _time(item, slots, extents[item])]
    ends = [min(times) - padding, max(times) + padding]
    if len(items) == len(band.items):
        for item in band.flush:
            (first, last), (low, high) = _ends(item, slots), extents[item].parts[0][0]
            ends += [first + low, last + high]
    return min(ends), max(ends)


def _pieces(band: Band) -> list[list[Item]]:
    if band.cut is None:
        return [list(band.items)]
    before = [item for item in band.items if _keys(item)[1] < band.cut]
    return [before, [item for item in band.items if item not in before]]


def _reach(flow: Flow, band: Band, axis: Axis, extents: dict[Item, Extent]) -> Span:
    """Return the extent of a band along cross from its track's line, equal for the whole track, including detours."""
    track = band.items[0].track
    alike = [peer for peer in flow.bands if peer.items[0].track == track and peer.has_ground == band.has_ground]
    solids = [extents[item].inside for peer in alike for item in peer.items]
    padding = axis.band_padding[1]
    return min(low for low, _ in solids) - padding, max(high for _, high in solids) + padding


def _with_wires(flow: Flow, band: Band, reach: Span) -> Span:
    """Return the extent of a band including detours around it, except those with a load between them and the band."""
    around = [link for link in flow.links if link.around and link.one in band.items]
    sides = {link.sides[0] for link in around if not link.loads}
    low, high = reach
    return low - AROUND_ROOM * ("cross-start" in sides), high + AROUND_ROOM * ("cross-end" in sides)


def _longest(
    keys: Sequence[Key], needs: dict[Key, list[tuple[Key, float]]], starts: Mapping[Key, float] | None = None
) -> dict[Key, float]:
    """Assign each key the smallest position that is far enough from all earlier ones, or its start without these."""
    positions: dict[Key, float] = {}
    for key in keys:
        start = starts.get(key, 0) if starts else 0
        positions[key] = max((positions[before] + need for before, need in needs[key]), default=start)
    return positions
