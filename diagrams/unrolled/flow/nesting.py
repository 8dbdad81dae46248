"""Nested layout: rows and columns of things within things, sized to their contents, with space for arrows between them.

A `Nested` describes what is beside or above what. `lay` gives everything a position, and `lay_narrow` lays out the same
description in the other direction, down instead of across, where space is limited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal, Protocol

from ..errors import PictureError
from ..fonts import NAME, width
from ..geometry import Frame, Point
from ..shapes.arrows import CLEAR
from ..shapes.shape import Shape
from .pathfinding import OVER_ARROW, End, FoundPath, find_paths

ARROW_LENGTH = 36
"""From rim to rim if an arrow crosses the gap: the arrow's length plus clearance at both ends."""
EVEN, NOTE_OVER, NOTE_BESIDE = 14, 7, 12
"""The gap between two things, and between a thing and a note above, below or beside it."""
BESIDE_TEXT = 16
"""How much longer an arrow is than the text above it, at each end."""
HEAD_GAP, ROW_GAP = 8, 4
"""The gap between the headings above the columns of a grid, and between those before its rows."""
NOWHERE = Point(0, 0)

Direction = Literal["across", "down"]
Alignment = Literal["start", "middle", "end"]


class Content(Protocol):
    """What a leaf draws once it has a position, and everything the layout needs to know about it."""

    @property
    def kind(self) -> str:
        """The prefix of its name in the picture, which a number completes."""

    @property
    def word(self) -> str | None:
        """The word whose background colour it uses."""

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw it at its position; `fills` maps words to background colours."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""

    @property
    def is_note(self) -> bool:
        """Whether it is only a note, which arrows and neighbours ignore when aligning."""

    @property
    def is_arrow(self) -> bool:
        """Whether it is an arrow between its neighbours, and so needs no gap."""

    @property
    def overhangs(self) -> bool:
        """Whether it may be wider than the column it heads."""

    def turned(self) -> Content:
        """Return its form for a line that now runs down; by default, itself."""

    @property
    def cell(self) -> tuple[float, float]:
        """The width and height of its cells, if it has any."""

    def with_cells(self, across: float | None, down: float | None) -> Content:
        """Enlarge its cells to at least this size, to fit headings above its columns or before its rows."""


@dataclass(frozen=True)
class InLine:
    """One after another, evenly spaced if `even`, and aligned at one side."""

    direction: Direction
    align: Alignment = "middle"
    is_even: bool = False


@dataclass(frozen=True)
class Heads:
    """A grid, then this many headings above its columns, then the headings before its rows."""

    grid: Content
    columns: int


@dataclass(frozen=True, eq=False)
class Nested:
    """A leaf with its content, or an ordered group, with arrows between any of its members."""

    content: Content | None = None
    inside: tuple[Nested, ...] = ()
    order: InLine | Heads = InLine("across")
    connectors: tuple[Connector, ...] = ()
    core: Nested | None = None
    """The member that neighbours align with and arrows connect to; by default, everything but notes."""

    @property
    def is_note(self) -> bool:
        """Whether it is only a note."""
        return self.content is not None and self.content.is_note

    @property
    def is_arrow(self) -> bool:
        """Whether it is an arrow between its neighbours."""
        return self.content is not None and self.content.is_arrow

    def everything(self) -> Iterator[Nested]:
        """Iterate over it and everything inside it, in order."""
        yield self
        for member in self.inside:
            yield from member.everything()


@dataclass(frozen=True, eq=False)
class Connector:
    """An arrow from one thing to another, at any level."""

    one: Nested
    other: Nested
    text: str = ""
    role: str = "flow"
    step: int | None = None


@dataclass(frozen=True)
class Layout:
    """All contents with their positions, in order, and the paths of the arrows."""

    leaves: tuple[tuple[Content, Frame], ...]
    paths: tuple[tuple[Connector, FoundPath], ...]


def lay(thing: Nested) -> Layout:
    """Give everything a position.

    Raises:
        PictureError: an end of an arrow is walled in.

    """
    return _layout(_sized(thing, ()))


def lay_narrow(thing: Nested, room: float) -> Layout | None:
    """Change the direction of as many lines as needed to fit a width in pixels, outermost first; None if that fails.

    A row that is too wide becomes a column. Things stacked in it turn with it if they fit and stay clear of its arrows:
    what was below a core is then beside it. Rows aligned in columns become columns side by side. If some part can't be
    that narrow, nothing else is turned to be narrower than it. A layout without space for its arrows is rejected.
    """
    natural = _sized(thing, ())
    if natural.width <= room:
        return None
    narrow = _sized(thing, frozenset(_too_wide(natural, room)))
    if narrow.width >= natural.width:
        return None
    if narrow.width > room:
        alternative = _sized(thing, frozenset(_too_wide(natural, narrow.width)))
        narrow = alternative if alternative.width <= narrow.width else narrow
    try:
        return _layout(narrow)
    except PictureError:  # an arrow has no path here, although it has one in the layout the author sees
        return None


def _layout(sized: Sized) -> Layout:
    """Record all positions and route the arrows."""
    placed = list(sized.all_inside())
    leaves = tuple((member.content, member.frame(at)) for member, at in placed if member.content is not None)
    ends = []
    for member, at in placed:
        if member.thing.connectors:
            named = {end for connector in member.thing.connectors for end in (connector.one, connector.other)}
            end_of = {inner.thing: inner.end(where) for inner, where in member.all_inside(at) if inner.thing in named}
            ends += [
                (connector, end_of[connector.one], end_of[connector.other]) for connector in member.thing.connectors
            ]
    paths = find_paths([frame for _, frame in leaves], [(start, end, connector.text) for connector, start, end in ends])
    return Layout(leaves, tuple((connector, path) for (connector, _, _), path in zip(ends, paths, strict=True)))


@dataclass(frozen=True)
class Even:
    """The even spacing of a line, which may have to match that of another line."""

    pitch: float
    is_down: bool
    align: Alignment
    is_shared: bool = False


@dataclass(frozen=True, eq=False)
class Sized:
    """A thing of known size, with the positions of everything inside relative to its upper left corner."""

    thing: Nested
    width: float
    height: float
    rim: Frame
    """The frame that arrows connect to and neighbours align with."""
    content: Content | None = None
    inside: tuple[tuple[Sized, Point], ...] = ()
    even: Even | None = None
    """The even spacing, if it has one."""
    is_turned: bool = False
    """Whether it is a line whose direction was changed."""

    def all_inside(self, at: Point = NOWHERE) -> Iterator[tuple[Sized, Point]]:
        """Iterate over it and everything inside it, with positions."""
        yield self, at
        for member, place in self.inside:
            yield from member.all_inside(at.moved(place))

    def frame(self, at: Point) -> Frame:
        """Return the frame it covers at a position."""
        return Frame(at.x, at.y, self.width, self.height)

    def rim_at(self, at: Point) -> Frame:
        """Return its rim at a position."""
        return Frame(at.x + self.rim.left, at.y + self.rim.top, self.rim.width, self.rim.height)

    def end(self, at: Point = NOWHERE) -> End:
        """Return the end for arrows that connect to it."""
        rim = self.rim_at(at)
        leaves = (member.frame(place) for member, place in self.all_inside(at) if member.content is not None)
        return End(rim, self.frame(at), tuple(leaf for leaf in leaves if not rim.meets(leaf)))

    def along(self, is_down: bool) -> tuple[float, float, float]:
        """Measure the space before its rim, the rim, and the space after it."""
        if is_down:
            return self.rim.top, self.rim.height, self.height - self.rim.bottom
        return self.rim.left, self.rim.width, self.width - self.rim.right

    def line_up(self, align: Alignment, is_down: bool) -> float:
        """Compute the alignment offset of each thing in a line from the line's edge."""
        if align == "middle" and self.even and self.even.is_shared:  # its first and last thing may extend differently
            (first, start), (last, end) = self.inside[0], self.inside[-1]
            ends = first.rim_at(start), last.rim_at(end)
            return sum(rim.middle if is_down else rim.centre for rim in ends) / 2
        if is_down:
            return {"start": self.rim.left, "middle": self.rim.middle, "end": self.rim.right}[align]
        return {"start": self.rim.top, "middle": self.rim.centre, "end": self.rim.bottom}[align]


def _sized(thing: Nested, turned: Collection[Nested]) -> Sized:
    if thing.content is not None:
        return _leaf(thing, thing.content.turned() if thing in turned else thing.content)
    inside = [_sized(member, turned) for member in thing.inside]
    if isinstance(thing.order, Heads):
        return _headed(thing, inside, thing.order)
    is_down = (thing.order.direction == "down") != (thing in turned)
    if is_down and thing not in turned:
        inside = _side_by_side(inside, thing.connectors)
    laid = _line(thing, thing.order, inside, thing.connectors, is_down)
    return replace(laid, is_turned=True) if thing in turned and len(inside) > 1 else laid


def _leaf(thing: Nested, content: Content) -> Sized:
    across, down = content.size
    return Sized(thing, across, down, Frame(0, 0, across, down), content)


def _headed(thing: Nested, inside: Sequence[Sized], heads: Heads) -> Sized:
    """Place headings above the columns and before the rows of a grid, whose cells are enlarged to fit."""
    columns, rows = inside[1 : 1 + heads.columns], inside[1 + heads.columns :]
    wide = max((head.width for head in columns), default=0) + HEAD_GAP if columns else None
    if len(columns) > 1 and all(head.thing.content and head.thing.content.overhangs for head in columns):
        wide = max((head.width + next_head.width) / 2 for head, next_head in pairwise(columns)) + HEAD_GAP
    tall = max((head.height + ROW_GAP for head in rows), default=None)
    content = heads.grid.with_cells(wide, tall)
    across, down = content.cell
    grid = thing.inside[0]
    placed = [(_leaf(grid, content), NOWHERE)]
    for place, head in enumerate(columns):
        placed.append((head, Point((place + 0.5) * across - head.width / 2, -HEAD_GAP - head.height)))
    for place, head in enumerate(rows):
        placed.append((head, Point(-HEAD_GAP - head.width, (place + 0.5) * down - head.height / 2)))
    return _group(thing, placed, grid)


def _line(
    thing: Nested, order: InLine, inside: Sequence[Sized], connectors: Sequence[Connector], is_down: bool
) -> Sized:
    """Place things in a line, from left to right or from top to bottom.

    If a line that was vertical becomes horizontal, things that led up lead to the right.
    """
    inside = _in_columns(inside, is_down)
    spans = _spans(inside, connectors)
    leads_up = sum(start > end for start, end, _ in spans) > len(spans) / 2
    is_reversed = order.direction == "down" and not is_down and leads_up
    if is_reversed:
        inside = inside[::-1]
        spans = [(len(inside) - 1 - start, len(inside) - 1 - end, text) for start, end, text in spans]
    steps = _distances(inside, spans, is_down)
    align = "start" if order.align == "end" and is_down != (order.direction == "down") else order.align
    if order.is_even:
        halves = [member.along(is_down)[1] / 2 for member in inside]
        pitches = (step - half + next_half for step, half, next_half in zip(steps, halves, halves[1:], strict=False))
        return _even(thing, inside, Even(max(pitches, default=0), is_down, align))
    placed, at = [], 0.0
    for member, step in zip(inside, [*steps, 0], strict=True):
        placed.append((member, _place(at - member.along(is_down)[0], -member.line_up(align, is_down), is_down)))
        at += step
    return _group(thing, placed[::-1] if is_reversed else placed, thing.core)


def _even(thing: Nested, inside: Sequence[Sized], even: Even) -> Sized:
    """Place things evenly, by the centres of their rims."""
    placed = []
    for step, member in enumerate(inside):
        main = step * even.pitch - (member.rim.centre if even.is_down else member.rim.middle)
        placed.append((member, _place(main, -member.line_up(even.align, even.is_down), even.is_down)))
    return replace(_group(thing, placed, thing.core), even=even)


def _place(main: float, aside: float, is_down: bool) -> Point:
    return Point(aside, main) if is_down else Point(main, aside)


def _in_columns(inside: Sequence[Sized], is_down: bool) -> list[Sized]:
    """Align parallel lines with equally many evenly spaced things in columns."""
    pitches: dict[int, list[float]] = {}
    for line in inside:
        if line.even and line.even.is_down != is_down and len(line.inside) > 1:
            pitches.setdefault(len(line.inside), []).append(line.even.pitch)
    lines = []
    for line in inside:
        shared = pitches.get(len(line.inside), []) if line.even and line.even.is_down != is_down else []
        if line.even and len(shared) > 1:
            even = replace(line.even, pitch=max(shared), is_shared=True)
            line = _even(line.thing, [member for member, _ in line.inside], even)
        lines.append(line)
    return lines


def _side_by_side(inside: Sequence[Sized], connectors: Sequence[Connector]) -> list[Sized]:
    """Place rows with equally many things, which now run down, side by side instead of one after another."""
    lines: list[Sized] = []
    for _, run in groupby(inside, key=lambda line: len(line.inside) if line.even and line.even.is_down else line):
        columns = list(run)
        if len(columns) > 1:
            both = Nested(inside=tuple(line.thing for line in columns), order=InLine("down"))
            held = set(both.everything())
            joined = [connector for connector in connectors if connector.one in held and connector.other in held]
            columns = [_line(both, InLine("down"), columns, joined, is_down=False)]
        lines += columns
    return lines


def _spans(inside: Sequence[Sized], connectors: Sequence[Connector]) -> list[tuple[int, int, str]]:
    """List which positions in a line each arrow connects, and its text."""
    if not connectors:
        return []
    places = {thing: place for place, member in enumerate(inside) for thing in member.thing.everything()}
    return [(places[connector.one], places[connector.other], connector.text) for connector in connectors]


def _distances(inside: Sequence[Sized], spans: Sequence[tuple[int, int, str]], is_down: bool) -> list[float]:
    """Compute the distance between the rims of consecutive things; arrows between neighbours are equally long."""
    reaches = [member.along(is_down) for member in inside]
    gaps, crossed = [], []
    for place, (earlier, later) in enumerate(pairwise(inside)):
        texts = [text for first, last, text in spans if min(first, last) <= place < max(first, last)]
        between = reaches[place][2] + _gap(earlier, later, is_down) + reaches[place + 1][0]
        gaps.append(max(between, _for_arrows(earlier, later, texts, is_down)) if texts else between)
        crossed.append(bool(texts))
    longest = max((gap for gap, is_crossed in zip(gaps, crossed, strict=True) if is_crossed), default=0)
    return [
        rim + (longest if is_crossed else gap)
        for (_, rim, _), gap, is_crossed in zip(reaches, gaps, crossed, strict=False)
    ]


def _gap(earlier: Sized, later: Sized, is_down: bool) -> float:
    """Compute the gap to the next thing if no arrow crosses it; what used to be a row stays close together."""
    if earlier.thing.is_arrow or later.thing.is_arrow:
        return 0
    if earlier.thing.is_note or later.thing.is_note:
        return NOTE_OVER if is_down else NOTE_BESIDE
    return 2 * EVEN if is_down and (earlier.is_turned or later.is_turned) else EVEN


def _for_arrows(earlier: Sized, later: Sized, texts: Sequence[str], is_down: bool) -> float:
    """Compute the space for arrows from rim to rim, including their texts, and clear of notes."""
    before, after = earlier.end(), later.end()
    if is_down:
        notes = before.port("down").y - earlier.rim.bottom + later.rim.top - after.port("up").y
        return ARROW_LENGTH + notes + (OVER_ARROW if any(texts) else 0)
    notes = before.port("right").x - earlier.rim.right + later.rim.left - after.port("left").x
    return notes + max([ARROW_LENGTH, *(width(text, NAME) + 2 * BESIDE_TEXT - 2 * CLEAR for text in texts if text)])


def _group(thing: Nested, placed: Sequence[tuple[Sized, Point]], core: Nested | None) -> Sized:
    """Combine several positioned things; the rim is that of the core, or of everything but notes."""
    frame = Frame.around(member.frame(at) for member, at in placed)
    inside = tuple((member, Point(at.x - frame.left, at.y - frame.top)) for member, at in placed)
    wanted = [(member, at) for member, at in inside if member.thing is core]
    if core is not None and not wanted:  # it is part of one of several parallel columns
        wanted = [(member, at) for member, at in inside if core in member.thing.inside]
    wanted = wanted or [(member, at) for member, at in inside if not member.thing.is_note] or list(inside)
    rim = Frame.around(member.rim_at(at) for member, at in wanted)
    return Sized(thing, frame.width, frame.height, rim, inside=inside)


def _too_wide(thing: Sized, room: float) -> Iterator[Nested]:
    """Iterate over lines that are wider than the space, in their current direction, and all that turns with them."""
    order = thing.thing.order
    if thing.width <= room or isinstance(order, Heads):
        return
    if thing.content is not None:
        if not thing.content.is_arrow:
            yield thing.thing
    elif order.direction == "across":
        yield from _turning(thing, room)
    elif columns := _chains_as_columns(thing, room):
        yield from columns
    else:
        wide = {len(line.inside) for line, _ in thing.inside if line.even and line.width > room}
        for line, _ in thing.inside:
            is_column = line.even and len(line.inside) in wide
            yield from _turning(line, room) if is_column else _too_wide(line, room)


def _chains_as_columns(thing: Sized, room: float) -> set[Nested]:
    """Turn stacked chains of equal length into parallel columns, if that all fits."""
    chains = [chain.thing for chain, _ in thing.inside]
    lengths = {len(chain.inside) if chain.connectors and chain.order == InLine("across") else 0 for chain in chains}
    if len(chains) < 2 or len(lengths) > 1 or 0 in lengths:
        return set()
    arrows = [member for chain in chains for member in chain.inside if member.is_arrow]
    turned = {thing.thing, *chains, *arrows}
    return turned if _sized(thing.thing, turned).width <= room else set()


def _turning(thing: Sized, room: float) -> Iterator[Nested]:
    """Iterate over a line whose direction changes, its arrows, and what turns with it, if that all fits."""
    arrows = [member for member in thing.thing.inside if member.is_arrow]
    ends = {end for connector in thing.thing.connectors for end in (connector.one, connector.other)}
    along = {member for member in thing.thing.inside if _turns_with_its_line(member, ends)}
    if along and _sized(thing.thing, {thing.thing, *arrows, *along}).width > room:
        along = set()
    yield from (thing.thing, *arrows, *along)
    for member, _ in thing.inside:
        if member.thing not in along:
            yield from _too_wide(member, room)


def _turns_with_its_line(thing: Nested, ends: Collection[Nested]) -> bool:
    """Return whether stacked things would block the arrows of their line if it ran down and they weren't turned.

    That is the case if the core is one of several and the arrows pass the others, or if arrows lead to individual
    members.
    """
    if not isinstance(thing.order, InLine) or thing.order.direction != "down":
        return False
    if thing.core is not None:
        return sum(not member.is_note for member in thing.inside) > 1
    are_single = all(
        member.content is not None and not member.is_note and not member.is_arrow for member in thing.inside
    )
    return are_single and any(member in ends for member in thing.inside)
