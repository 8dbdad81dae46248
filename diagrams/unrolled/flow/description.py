"""A flow: things in slots along time and on tracks from input to output, before anything has a place on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..fonts import ROW_LABEL, Style
from ..geometry import Point
from ..shapes.shape import Shape
from .axis import Axis

Draw = Callable[[Axis, Point, float], Sequence[Shape]]
"""Draws a thing about a point, so long along main between its slots, which is 0 for a thing in one slot. The first of
its shapes is its core, which links meet and tracks line up; with no shapes it is room that is kept free."""
Slot = float | tuple[float, float]
"""A step is a whole number, what stands between steps a fraction; a pair spans from one to the other."""
Side = Literal["main-start", "main-end", "cross-start", "cross-end"]


@dataclass(frozen=True, eq=False)
class Item:
    """A thing in a slot and on a track."""

    slot: Slot
    track: str
    draw: Draw
    loose: bool = False
    """Whether the steps around it need not keep the pitch of the others."""
    ghost: bool = False
    """Whether it only takes the room of the thing, which stands on another track."""
    whole: bool = False
    """Whether links meet all that it draws, not only its core."""
    over: tuple[str, ...] = ()
    """Other tracks on which it stands as well: a gate between two of them, a text as long as all."""
    solid: bool = False
    """Whether its texts count like the rest of it where a band or a wire ends, as in a block of text."""


@dataclass(frozen=True, eq=False)
class Caption:
    """A line of a title, a label or a note: its name in the picture, its text, and the argument behind it."""

    name: str
    text: str
    role: str = "ink"
    argument: str | None = None
    style: Style = ROW_LABEL


@dataclass(frozen=True)
class Wire:
    """One line of a link: its name in the picture, its role, and the step at which it comes about."""

    name: str
    role: str = "flow"
    step: int | None = None
    head: bool = True
    belt: bool = False
    """Whether it is a conveyor belt, on which stands what it carries."""
    inside: bool = False
    """Whether it ends in the middle of the other thing, where another wire taps it."""
    argument: str | None = None
    """The argument behind it."""


@dataclass(frozen=True, eq=False)
class Link:
    """Wires side by side from a side of one thing to a side of another."""

    one: Item
    other: Item
    wires: tuple[Wire | None, ...]
    """None keeps a place free."""
    sides: tuple[Side, Side] = ("cross-end", "cross-start")
    loads: tuple[Item, ...] = ()
    """What it carries; where that lies on a wire, the wire is open, and one that goes around goes around that, too."""
    shares: tuple[float | None, float | None] = (0.5, 0.5)
    """Where on each side it ends, from 0 to 1; None where it leads straight on to the other end."""
    around: bool = False
    """Whether it goes around what stands between, at the side of the cross direction on which it begins."""
    branch: bool = False
    """Whether it branches off what comes from the same thing, in a dot, to another slot."""
    dotted: bool = False
    """Whether it stands for several in the gap of a band."""
    taps: Link | None = None
    """The link that it begins on where that passes through the first thing, in a dot if that link goes on."""
    caption: Caption | None = None
    """What it is called, over its first stretch, or right of it where that is upright; it takes no room."""
    curved: bool = False
    """Whether it leaves the link that it taps in a bend, and without a dot."""
    along: str | None = None
    """The track on whose line it runs where it has two corners, instead of half way between its ends."""
    outside: bool = False
    """Whether it begins at the edge of the band of the first thing, as where other things stand under that."""


@dataclass(frozen=True, eq=False)
class Edge:
    """A straight line between things of two tracks, whichever way it slants, from side to side."""

    one: Item
    other: Item
    name: str
    role: str = "rule"
    step: int | None = None
    width: float = 1
    opacity: float = 1
    dashes: tuple[float, float] | None = None
    fan: tuple[float, float] = (0, 0)
    """How far apart the ends of edges are at most that share a side of the one thing, and of the other."""


@dataclass(frozen=True, eq=False)
class Cone:
    """The ground of all that leads to a thing: from its middle along the first and last things of tracks before it."""

    name: str
    levels: tuple[tuple[Item, Item], ...]
    """The thing itself, twice, then the ends of each track; it reaches up to the last of them."""
    role: str
    step: int | None = None


@dataclass(frozen=True, eq=False)
class Band:
    """The ground behind things that share their weights, on one track or on several, and its title."""

    name: str
    items: tuple[Item, ...]
    title: tuple[Caption, ...] = ()
    cut: float | None = None
    """The slot at which it is open, since steps are left out there."""
    has_ground: bool = True
    flush: tuple[Item, ...] = ()
    """What stands over it, and is no wider than the band."""


@dataclass(frozen=True)
class TrackLabel:
    """What things of a track are called that have no band."""

    items: tuple[Item, ...]
    lines: tuple[Caption, ...]
    after: bool = False
    """Whether it stands after the last of them, not before the first."""


@dataclass(frozen=True)
class Rail:
    """The line of time steps along things of a track, at their outer side, with a bar for each."""

    name: str
    items: tuple[Item, ...]
    gap_after: int | None = None
    """The item, from 1, after which others are left out."""
    joined: bool = True
    """Whether a line joins its bars."""


@dataclass(frozen=True, eq=False)
class Look:
    """An arc from one thing of a track to another, or to itself, the thicker the larger its share of 1."""

    name: str
    one: Item
    other: Item
    share: float
    text: str = ""
    """Its number, which stands in the arc."""
    step: int | None = None


@dataclass(frozen=True)
class Track:
    """A track, and what it keeps from the one before beyond the usual."""

    name: str
    room: float = 0


@dataclass
class Flow:
    """All of it, in the order in which it was said: the tracks from input to output, and what is on them."""

    tracks: list[Track] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    cones: list[Cone] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    labels: list[TrackLabel] = field(default_factory=list)
    rails: list[Rail] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    """Arcs; they take no room of their own."""
    arc_rise: tuple[float, float] = (34, 36)
    """How far the handles of an arc to oneself would stand off, and how much further for each thing between."""
    notes: list[Caption] = field(default_factory=list)
    """What is said under all of it, each broken into lines."""
    apart: list[tuple[Item, Item]] = field(default_factory=list)
    """Things on different tracks that follow one another in time all the same."""
    sections: list[float] = field(default_factory=list)
    """The slots before which all that comes earlier ends, on whatever track it is."""
    slot_room: float = 0
    """What slots keep from one another beyond the usual."""
    even_slots: bool = True
    """Whether steps keep one pitch, as those of a sentence do."""
    to_scale: bool = False
    """Whether slots are places on a scale, so that 1.5 is half way between 1 and 2, whatever stands there."""

    def track(self, name: str, room: float = 0) -> str:
        """Add a track beyond the last one, if there is none of that name; answer the name."""
        if all(track.name != name for track in self.tracks):
            self.tracks.append(Track(name, room))
        return name

    def put(
        self,
        slot: Slot,
        track: str,
        draw: Draw,
        *,
        loose: bool = False,
        ghost: bool = False,
        whole: bool = False,
        over: Sequence[str] = (),
        solid: bool = False,
    ) -> Item:
        """Put a thing there."""
        self.items.append(Item(slot, track, draw, loose, ghost, whole, tuple(over), solid))
        return self.items[-1]

    def follow(self, one: Item, other: Item) -> None:
        """Keep a thing on another track after one, as if they were on the same."""
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
        caption: Caption | None = None,
        curved: bool = False,
        along: str | None = None,
        outside: bool = False,
    ) -> Link:
        """Join two things."""
        how = shares, around, branch, dotted, taps, caption, curved, along, outside
        self.links.append(Link(one, other, wires, sides, tuple(loads), *how))
        return self.links[-1]

    def edge(self, edge: Edge) -> None:
        """Join two things by a straight line."""
        self.edges.append(edge)

    def cone(self, name: str, levels: Sequence[tuple[Item, Item]], role: str, step: int | None = None) -> None:
        """Lay a ground behind all that leads to a thing."""
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
        """Lay a band behind things, as wide at least as what is `flush` with it; without ground it is only a title."""
        self.bands.append(Band(name, tuple(items), title, cut, has_ground, tuple(flush)))

    def label(self, items: Sequence[Item], *lines: Caption, after: bool = False) -> None:
        """Say what things on a track are."""
        if lines:
            self.labels.append(TrackLabel(tuple(items), lines, after))

    def rail(self, name: str, items: Sequence[Item], gap_after: int | None = None, *, joined: bool = True) -> None:
        """Draw the line of time steps along things."""
        self.rails.append(Rail(name, tuple(items), gap_after, joined))

    def look(self, name: str, one: Item, other: Item, share: float, text: str = "", step: int | None = None) -> None:
        """Draw an arc from one thing to another: back on the side of the cross direction's end, ahead on the other."""
        self.looks.append(Look(name, one, other, share, text, step))

    def note(self, note: Caption) -> None:
        """Say something under all of it."""
        self.notes.append(note)
