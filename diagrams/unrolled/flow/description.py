"""The input of the layout: items in slots along time and on tracks from input to output, without coordinates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from ..fonts import ROW_LABEL, Style
from ..geometry import Point
from ..shapes.shape import Shape, Shapes, moved
from .axis import Axis

Draw = Callable[[Axis, Point, float], Sequence[Shape]]
"""Draws an item about a point, given the distance along main between its slots, which is 0 for an item in one slot. The
first shape is its core, which links connect to and tracks align; with no shapes, the item just reserves space.
"""
Slot = float | tuple[float, float]
"""Steps are integers, and positions between them fractions; a pair spans from one to the other."""
Side = Literal["main-start", "main-end", "cross-start", "cross-end"]


@dataclass(frozen=True, eq=False)
class Item:
    """An item in a slot and on a track."""

    slot: Slot
    track: str
    draw: Draw
    loose: bool = False
    """Whether neighbouring steps may deviate from the regular spacing."""
    ghost: bool = False
    """Whether it only reserves space for an item on another track."""
    whole: bool = False
    """Whether links connect to its full extent, not only its core."""
    over: tuple[str, ...] = ()
    """Further tracks it covers: a gate between two tracks, or a text as long as all of them."""
    solid: bool = False
    """Whether its texts count as part of it where bands and wires end, as in a block of text."""


@dataclass(frozen=True, eq=False)
class Caption:
    """A line of a title, label or note: the name of its shape, its text, and the argument it comes from."""

    name: str
    text: str
    role: str = "ink"
    argument: str | None = None
    style: Style = ROW_LABEL


@dataclass(frozen=True)
class Wire:
    """One line of a link: the name of its shape, its role, and the step at which it appears."""

    name: str
    role: str = "flow"
    step: int | None = None
    head: bool = True
    belt: bool = False
    """Whether it is a conveyor belt, with its load on top."""
    inside: bool = False
    """Whether it ends in the middle of the other item, where another wire taps it."""
    argument: str | None = None
    """The argument it comes from."""
    is_dashed: bool = False
    """Whether it stands for what could flow but doesn't."""
    caption: Caption | None = None
    """Its name, above its first segment, or to the right of a vertical one; takes no space, except on a loop."""


@dataclass(frozen=True, eq=False)
class Link:
    """Parallel wires from a side of one item to a side of another, or around an item from its end to its own start."""

    one: Item
    other: Item
    wires: tuple[Wire | None, ...]
    """If empty, the link just reserves space."""
    sides: tuple[Side, Side] = ("cross-end", "cross-start")
    loads: tuple[Item, ...] = ()
    """The items it carries. A wire has a gap for items that lie on it, and a detour goes around them as well."""
    shares: tuple[float | None, float | None] = (0.5, 0.5)
    """Where it ends on each side, from 0 to 1; None if it leads straight to the other end."""
    around: bool = False
    """Whether it makes a detour around items in between, on the cross side where it starts."""
    branch: bool = False
    """Whether it branches off another wire from the same item, at a dot, to another slot."""
    dotted: bool = False
    """Whether it represents several steps, in the gap of a band."""
    taps: Link | None = None
    """The link it starts on, where that passes through the first item; with a dot if that link goes on."""
    curved: bool = False
    """Whether it leaves the link it taps in a curve, without a dot."""
    along: str | None = None
    """The track it follows between its two corners, instead of running halfway between its ends or around items."""
    outside: bool = False
    """Whether it starts at the edge of the first item's band, for example because other items are below that item."""

    @property
    def loops(self) -> bool:
        """Whether it leads back to the item where it starts."""
        return self.one is self.other and self.taps is None


@dataclass(frozen=True, eq=False)
class Edge:
    """A straight line between items on two tracks, at any angle, from side to side."""

    one: Item
    other: Item
    name: str
    role: str = "rule"
    step: int | None = None
    width: float = 1
    opacity: float = 1
    dashes: tuple[float, float] | None = None
    fan: tuple[float, float] = (0, 0)
    """The largest distance between the ends of edges that share a side, at the first and at the second item."""


@dataclass(frozen=True, eq=False)
class Cone:
    """A background for all that leads to an item: from its centre along the first and last items of earlier tracks."""

    name: str
    levels: tuple[tuple[Item, Item], ...]
    """The item itself, twice, then both ends of each track; the cone extends up to the last pair."""
    role: str
    step: int | None = None


@dataclass(frozen=True, eq=False)
class Band:
    """The background behind items with shared weights, on one or more tracks, and its title."""

    name: str
    items: tuple[Item, ...]
    title: tuple[Caption, ...] = ()
    cut: float | None = None
    """The slot at which the band is interrupted, because steps are left out there."""
    has_ground: bool = True
    flush: tuple[Item, ...] = ()
    """Items above the band that fit within its width."""


@dataclass(frozen=True)
class TrackLabel:
    """A label for the items on a track without a band."""

    items: tuple[Item, ...]
    lines: tuple[Caption, ...]
    after: bool = False
    """Whether it follows the last item instead of preceding the first."""


@dataclass(frozen=True)
class Rail:
    """The timeline along the items of a track, on their outer side, with a bar for each."""

    name: str
    items: tuple[Item, ...]
    gap_after: int | None = None
    """The item, from 1, after which some are left out."""
    joined: bool = True
    """Whether a line connects the bars."""


@dataclass(frozen=True, eq=False)
class Look:
    """An arc from one item of a track to another or to itself; its thickness depends on its weight, from 0 to 1."""

    name: str
    one: Item
    other: Item
    share: float
    text: str = ""
    """The number shown on the arc."""
    step: int | None = None


@dataclass(frozen=True)
class Track:
    """A track, and the extra distance to the one before."""

    name: str
    room: float = 0


@dataclass
class Flow:
    """The full description, in the order in which it was built: tracks from input to output, and what is on them."""

    tracks: list[Track] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    cones: list[Cone] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    labels: list[TrackLabel] = field(default_factory=list)
    rails: list[Rail] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    """Arcs; they don't reserve any space."""
    arc_rise: tuple[float, float] = (34, 36)
    """The distance of the handles for an arc to the same item, and the increment for each item in between."""
    notes: list[Caption] = field(default_factory=list)
    """Notes below everything, each split into lines."""
    asides: list[Caption] = field(default_factory=list)
    """Notes in an empty corner, if there is one."""
    apart: list[tuple[Item, Item]] = field(default_factory=list)
    """Items on different tracks that must still follow one another in time."""
    sections: list[float] = field(default_factory=list)
    """Slots before which everything earlier must end, on any track."""
    slot_room: float = 0
    """Extra space between slots."""
    even_slots: bool = True
    """Whether steps are evenly spaced, as in a sentence."""
    to_scale: bool = False
    """Whether slots are positions on a scale, so that 1.5 is exactly halfway between 1 and 2."""

    def track(self, name: str, room: float = 0) -> str:
        """Add a track after the last one, unless it exists; return its name."""
        if all(track.name != name for track in self.tracks):
            self.tracks.append(Track(name, room))
        return name

    def put(
        self,
        slot: Slot,
        track: str,
        drawn: Draw | Shapes,
        *,
        loose: bool = False,
        ghost: bool = False,
        whole: bool = False,
        over: Sequence[str] = (),
        solid: bool = False,
    ) -> Item:
        """Place an item: a thing, which is moved there, or whatever a function draws there."""
        draw = drawn if callable(drawn) else partial(_moved_there, drawn)
        self.items.append(Item(slot, track, draw, loose, ghost, whole, tuple(over), solid))
        return self.items[-1]

    def follow(self, one: Item, other: Item) -> None:
        """Keep an item on another track after this one, as if they were on the same track."""
        self.apart.append((one, other))

    def link(
        self,
        one: Item,
        other: Item,
        *wires: Wire | None,
        sides: tuple[Side, Side] = ("cross-end", "cross-start"),
        loads: Sequence[Item] = (),
        shares: tuple[float | None, float | None] = (0.5, 0.5),
        around: bool = False,
        branch: bool = False,
        dotted: bool = False,
        taps: Link | None = None,
        curved: bool = False,
        along: str | None = None,
        outside: bool = False,
    ) -> Link:
        """Connect two items."""
        how = shares, around, branch, dotted, taps, curved, along, outside
        self.links.append(Link(one, other, wires, sides, tuple(loads), *how))
        return self.links[-1]

    def loop(self, item: Item, *wires: Wire) -> Link:
        """Lead wires from the end of an item back to its start, around the end of its cross direction."""
        return self.link(item, item, *wires, sides=("main-end", "main-start"))

    def way(self, one: Item, other: Item) -> tuple[Side, Side]:
        """Choose the sides for a link that needs at most one bend, by where these items are."""
        places = [track.name for track in self.tracks]
        rise = places.index(other.track) - places.index(one.track)
        if rise == 0:
            return "main-end", "main-start"
        if rise > 0:
            return "cross-end", "cross-start"
        return "cross-start", "cross-end" if one.slot == other.slot else "main-start"

    def edge(self, edge: Edge) -> None:
        """Connect two items with a straight line."""
        self.edges.append(edge)

    def cone(self, name: str, levels: Sequence[tuple[Item, Item]], role: str, step: int | None = None) -> None:
        """Draw a background behind everything that leads to an item."""
        self.cones.append(Cone(name, tuple(levels), role, step))

    def band(
        self,
        name: str,
        items: Sequence[Item],
        *title: Caption,
        cut: float | None = None,
        has_ground: bool = True,
        flush: Iterable[Item] = (),
    ) -> None:
        """Draw a band behind items, at least as wide as those `flush` with it; without a background, just a title."""
        self.bands.append(Band(name, tuple(items), title, cut, has_ground, tuple(flush)))

    def label(self, items: Sequence[Item], *lines: Caption, after: bool = False) -> None:
        """Label the items on a track."""
        if lines:
            self.labels.append(TrackLabel(tuple(items), lines, after))

    def rail(self, name: str, items: Sequence[Item], gap_after: int | None = None, *, joined: bool = True) -> None:
        """Draw the timeline along items."""
        self.rails.append(Rail(name, tuple(items), gap_after, joined))

    def look(self, name: str, one: Item, other: Item, share: float, text: str = "", step: int | None = None) -> None:
        """Draw an arc between items: backward ones at the end of the cross direction, forward ones at its start."""
        self.looks.append(Look(name, one, other, share, text, step))

    def note(self, note: Caption) -> None:
        """Add a note below everything."""
        self.notes.append(note)

    def aside(self, note: Caption) -> None:
        """Add a note in an empty corner at the end, where a page has its own notes, or else below everything."""
        self.asides.append(note)


def _moved_there(thing: Shapes, axis: Axis, at: Point, length: float) -> Sequence[Shape]:
    return [moved(shape, at) for shape in thing]
