"""Nesting: things in lines within things, each as large as what stands in it, with room for the arrows between them.

A `Nested` says what stands beside or above what. `lay` gives everything a place, and `lay_narrow` lays the
same description the other way, down instead of across, where there is less room.
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
"""From rim to rim, where an arrow leads over a gap: its length and what it keeps clear at both ends."""
EVEN, NOTE_OVER, NOTE_BESIDE = 14, 7, 12
"""Between two things; between a thing and a note over, under or beside it."""
BESIDE_TEXT = 16
"""How much longer an arrow is than the text over it, at both ends."""
HEAD_GAP, ROW_GAP = 8, 4
"""Between the things over the columns of a grid, and between those before its rows."""
NOWHERE = Point(0, 0)

Direction = Literal["across", "down"]
Alignment = Literal["start", "middle", "end"]


class Content(Protocol):
    """What a leaf draws once it has a place, and all that its place depends on."""

    @property
    def kind(self) -> str:
        """What it is called in the picture, with a number of its own."""

    @property
    def word(self) -> str | None:
        """The word whose ground it has."""

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw it in its place; `fills` gives each word its ground."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""

    @property
    def is_note(self) -> bool:
        """Whether it only says what others are: neither arrows nor neighbours line up with it."""

    @property
    def is_arrow(self) -> bool:
        """Whether it leads from its neighbour to the next, and so needs no gap."""

    @property
    def overhangs(self) -> bool:
        """Whether it may be wider than the column that it stands over."""

    def turned(self) -> Content:
        """Answer what stands in its place in a line that is laid the other way; often itself."""

    @property
    def cell(self) -> tuple[float, float]:
        """The width and the height of each of its cells, if it has some."""

    def with_cells(self, across: float | None, down: float | None) -> Content:
        """Make its cells at least so large, where something stands over its columns, or before its rows."""


@dataclass(frozen=True)
class InLine:
    """One after the other, in equal steps if it is even, lined up at a side of them."""

    direction: Direction
    align: Alignment = "middle"
    is_even: bool = False


@dataclass(frozen=True)
class Heads:
    """A grid, then so many things over its columns, then others before its rows."""

    grid: Content
    columns: int


@dataclass(frozen=True, eq=False)
class Nested:
    """A leaf with its content, or things in an order, with arrows between any that stand in it."""

    content: Content | None = None
    inside: tuple[Nested, ...] = ()
    order: InLine | Heads = InLine("across")
    connectors: tuple[Connector, ...] = ()
    core: Nested | None = None
    """The one inside that neighbours line up with and arrows meet; by default all but the notes."""

    @property
    def is_note(self) -> bool:
        """Tell whether it only says what others are."""
        return self.content is not None and self.content.is_note

    @property
    def is_arrow(self) -> bool:
        """Tell whether it leads from its neighbour to the next."""
        return self.content is not None and self.content.is_arrow

    def everything(self) -> Iterator[Nested]:
        """Go through it and all that stands in it, in the order in which it was said."""
        yield self
        for one in self.inside:
            yield from one.everything()


@dataclass(frozen=True, eq=False)
class Connector:
    """An arrow from one thing to another, wherever they stand."""

    one: Nested
    other: Nested
    text: str = ""
    role: str = "flow"
    step: int | None = None


@dataclass(frozen=True)
class Layout:
    """All contents in their places, in the order in which they were said, and the arrows on their ways."""

    leaves: tuple[tuple[Content, Frame], ...]
    paths: tuple[tuple[Connector, FoundPath], ...]


def lay(thing: Nested) -> Layout:
    """Give everything a place.

    Raises:
        PictureError: An end of an arrow is walled in.

    """
    return _layout(_sized(thing, ()))


def lay_narrow(thing: Nested, room: float) -> Layout | None:
    """Lay as much of it the other way as has to be for a width in pixels, the outermost first; None if nothing is won.

    A line across that is too wide runs down. Things above one another in it turn with it, if that fits and keeps them
    out of the way of its arrows: what stood under a core stands beside it. Rows in columns become columns side by side.
    Where something cannot be as narrow as that, nothing else is turned to be narrower than it. Without room for its
    arrows it is not laid so.
    """
    natural = _sized(thing, ())
    if natural.width <= room:
        return None
    narrow = _sized(thing, frozenset(_too_wide(natural, room)))
    if narrow.width >= natural.width:
        return None
    if narrow.width > room:
        other = _sized(thing, frozenset(_too_wide(natural, narrow.width)))
        narrow = other if other.width <= narrow.width else narrow
    try:
        return _layout(narrow)
    except PictureError:  # an arrow has no way here, and has one in the form that the author sees
        return None


def _layout(whole: Sized) -> Layout:
    """Take down where everything stands, and lead the arrows."""
    placed = list(whole.all_inside())
    leaves = tuple((one.content, one.frame(at)) for one, at in placed if one.content is not None)
    ends = []
    for one, at in placed:
        if one.thing.connectors:
            named = {end for each in one.thing.connectors for end in (each.one, each.other)}
            found = {each.thing: each.end(where) for each, where in one.all_inside(at) if each.thing in named}
            ends += [(each, found[each.one], found[each.other]) for each in one.thing.connectors]
    paths = find_paths([frame for _, frame in leaves], [(one, other, each.text) for each, one, other in ends])
    return Layout(leaves, tuple((each, path) for (each, _, _), path in zip(ends, paths, strict=True)))


@dataclass(frozen=True)
class Even:
    """The equal steps of a line, which may have to be those of another line."""

    pitch: float
    is_down: bool
    align: Alignment
    is_shared: bool = False


@dataclass(frozen=True, eq=False)
class Sized:
    """A thing whose size is known, and where in it everything stands, seen from its upper left corner."""

    thing: Nested
    width: float
    height: float
    rim: Frame
    """What arrows meet and neighbours line up with."""
    content: Content | None = None
    inside: tuple[tuple[Sized, Point], ...] = ()
    even: Even | None = None
    """Its steps, if they are equal."""
    is_turned: bool = False
    """Whether it is a line that is laid the other way."""

    def all_inside(self, at: Point = NOWHERE) -> Iterator[tuple[Sized, Point]]:
        """Go through it and all that stands in it, with the place of each."""
        yield self, at
        for one, place in self.inside:
            yield from one.all_inside(at.moved(place))

    def frame(self, at: Point) -> Frame:
        """Tell what it covers in its place."""
        return Frame(at.x, at.y, self.width, self.height)

    def rim_at(self, at: Point) -> Frame:
        """Tell where its rim is."""
        return Frame(at.x + self.rim.left, at.y + self.rim.top, self.rim.width, self.rim.height)

    def end(self, at: Point = NOWHERE) -> End:
        """Tell where arrows meet it."""
        rim = self.rim_at(at)
        leaves = (one.frame(place) for one, place in self.all_inside(at) if one.content is not None)
        return End(rim, self.frame(at), tuple(leaf for leaf in leaves if not rim.meets(leaf)))

    def along(self, is_down: bool) -> tuple[float, float, float]:
        """Measure what it takes before its rim, from one end of the rim to the other, and after it."""
        if is_down:
            return self.rim.top, self.rim.height, self.height - self.rim.bottom
        return self.rim.left, self.rim.width, self.width - self.rim.right

    def line_up(self, align: Alignment, is_down: bool) -> float:
        """Measure how far from its edge a line of things that runs down, or across, has what lines up."""
        if align == "middle" and self.even and self.even.is_shared:  # its first and last may reach differently far
            (first, start), (last, end) = self.inside[0], self.inside[-1]
            ends = first.rim_at(start), last.rim_at(end)
            return sum(rim.middle if is_down else rim.centre for rim in ends) / 2
        if is_down:
            return {"start": self.rim.left, "middle": self.rim.middle, "end": self.rim.right}[align]
        return {"start": self.rim.top, "middle": self.rim.centre, "end": self.rim.bottom}[align]


def _sized(thing: Nested, turned: Collection[Nested]) -> Sized:
    if thing.content is not None:
        return _leaf(thing, thing.content.turned() if thing in turned else thing.content)
    inside = [_sized(one, turned) for one in thing.inside]
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
    """Stand things over the columns and before the rows of a grid, whose cells have room for them."""
    columns, rows = inside[1 : 1 + heads.columns], inside[1 + heads.columns :]
    wide = max((one.width for one in columns), default=0) + HEAD_GAP if columns else None
    if len(columns) > 1 and all(one.thing.content and one.thing.content.overhangs for one in columns):
        wide = max((one.width + other.width) / 2 for one, other in pairwise(columns)) + HEAD_GAP
    tall = max((one.height + ROW_GAP for one in rows), default=None)
    content = heads.grid.with_cells(wide, tall)
    across, down = content.cell
    grid = thing.inside[0]
    placed = [(_leaf(grid, content), NOWHERE)]
    for place, one in enumerate(columns):
        placed.append((one, Point((place + 0.5) * across - one.width / 2, -HEAD_GAP - one.height)))
    for place, one in enumerate(rows):
        placed.append((one, Point(-HEAD_GAP - one.width, (place + 0.5) * down - one.height / 2)))
    return _group(thing, placed, grid)


def _line(
    thing: Nested, order: InLine, inside: Sequence[Sized], connectors: Sequence[Connector], is_down: bool
) -> Sized:
    """Stand things one after the other, from left to right or from the top down.

    Laid across instead of down, what led up leads to the right.
    """
    inside = _in_columns(inside, is_down)
    spans = _spans(inside, connectors)
    leads_up = sum(one > other for one, other, _ in spans) > len(spans) / 2
    is_reversed = order.direction == "down" and not is_down and leads_up
    if is_reversed:
        inside = inside[::-1]
        spans = [(len(inside) - 1 - one, len(inside) - 1 - other, text) for one, other, text in spans]
    steps = _distances(inside, spans, is_down)
    align = "start" if order.align == "end" and is_down != (order.direction == "down") else order.align
    if order.is_even:
        halves = [one.along(is_down)[1] / 2 for one in inside]
        pitches = (step - one + other for step, one, other in zip(steps, halves, halves[1:], strict=False))
        return _even(thing, inside, Even(max(pitches, default=0), is_down, align))
    placed, at = [], 0.0
    for one, step in zip(inside, [*steps, 0], strict=True):
        placed.append((one, _place(at - one.along(is_down)[0], -one.line_up(align, is_down), is_down)))
        at += step
    return _group(thing, placed[::-1] if is_reversed else placed, thing.core)


def _even(thing: Nested, inside: Sequence[Sized], even: Even) -> Sized:
    """Stand things in equal steps, each by the middle of its rim."""
    placed = []
    for step, one in enumerate(inside):
        main = step * even.pitch - (one.rim.centre if even.is_down else one.rim.middle)
        placed.append((one, _place(main, -one.line_up(even.align, even.is_down), even.is_down)))
    return replace(_group(thing, placed, thing.core), even=even)


def _place(main: float, aside: float, is_down: bool) -> Point:
    return Point(aside, main) if is_down else Point(main, aside)


def _in_columns(inside: Sequence[Sized], is_down: bool) -> list[Sized]:
    """Give even lines of equally many things the same steps, where they stand along one another, in columns."""
    pitches: dict[int, list[float]] = {}
    for one in inside:
        if one.even and one.even.is_down != is_down and len(one.inside) > 1:
            pitches.setdefault(len(one.inside), []).append(one.even.pitch)
    found = []
    for one in inside:
        shared = pitches.get(len(one.inside), []) if one.even and one.even.is_down != is_down else []
        if one.even and len(shared) > 1:
            even = replace(one.even, pitch=max(shared), is_shared=True)
            one = _even(one.thing, [each for each, _ in one.inside], even)
        found.append(one)
    return found


def _side_by_side(inside: Sequence[Sized], connectors: Sequence[Connector]) -> list[Sized]:
    """Stand rows of equally many things that now run down side by side, instead of one after the other."""
    found: list[Sized] = []
    for _, run in groupby(inside, key=lambda one: len(one.inside) if one.even and one.even.is_down else one):
        columns = list(run)
        if len(columns) > 1:
            both = Nested(inside=tuple(one.thing for one in columns), order=InLine("down"))
            held = set(both.everything())
            joined = [each for each in connectors if each.one in held and each.other in held]
            columns = [_line(both, InLine("down"), columns, joined, is_down=False)]
        found += columns
    return found


def _spans(inside: Sequence[Sized], connectors: Sequence[Connector]) -> list[tuple[int, int, str]]:
    """Tell from which place in a line to which each arrow leads, and what is said at it."""
    if not connectors:
        return []
    places = {each: place for place, one in enumerate(inside) for each in one.thing.everything()}
    return [(places[each.one], places[each.other], each.text) for each in connectors]


def _distances(inside: Sequence[Sized], spans: Sequence[tuple[int, int, str]], is_down: bool) -> list[float]:
    """How far each thing's rim begins after that of the one before; arrows between neighbours are equally long."""
    reaches = [one.along(is_down) for one in inside]
    gaps, crossed = [], []
    for place, (one, other) in enumerate(pairwise(inside)):
        texts = [text for first, last, text in spans if min(first, last) <= place < max(first, last)]
        between = reaches[place][2] + _gap(one, other, is_down) + reaches[place + 1][0]
        gaps.append(max(between, _for_arrows(one, other, texts, is_down)) if texts else between)
        crossed.append(bool(texts))
    longest = max((gap for gap, is_crossed in zip(gaps, crossed, strict=True) if is_crossed), default=0)
    return [
        rim + (longest if is_crossed else gap)
        for (_, rim, _), gap, is_crossed in zip(reaches, gaps, crossed, strict=False)
    ]


def _gap(one: Sized, other: Sized, is_down: bool) -> float:
    """The room between a thing and the next, where no arrow leads over it; what was a row stands together."""
    if one.thing.is_arrow or other.thing.is_arrow:
        return 0
    if one.thing.is_note or other.thing.is_note:
        return NOTE_OVER if is_down else NOTE_BESIDE
    return 2 * EVEN if is_down and (one.is_turned or other.is_turned) else EVEN


def _for_arrows(one: Sized, other: Sized, texts: Sequence[str], is_down: bool) -> float:
    """The room that arrows need from rim to rim, with what is said at them, and with notes that they do not touch."""
    before, after = one.end(), other.end()
    if is_down:
        notes = before.port("down").y - one.rim.bottom + other.rim.top - after.port("up").y
        return ARROW_LENGTH + notes + (OVER_ARROW if any(texts) else 0)
    notes = before.port("right").x - one.rim.right + other.rim.left - after.port("left").x
    return notes + max([ARROW_LENGTH, *(width(text, NAME) + 2 * BESIDE_TEXT - 2 * CLEAR for text in texts if text)])


def _group(thing: Nested, placed: Sequence[tuple[Sized, Point]], core: Nested | None) -> Sized:
    """Make one of several in their places; its rim is that of its core, or of all but the notes."""
    whole = Frame.around(one.frame(at) for one, at in placed)
    inside = tuple((one, Point(at.x - whole.left, at.y - whole.top)) for one, at in placed)
    wanted = [(one, at) for one, at in inside if one.thing is core]
    if core is not None and not wanted:  # it stands in one of columns that are side by side
        wanted = [(one, at) for one, at in inside if core in one.thing.inside]
    wanted = wanted or [(one, at) for one, at in inside if not one.thing.is_note] or list(inside)
    rim = Frame.around(one.rim_at(at) for one, at in wanted)
    return Sized(thing, whole.width, whole.height, rim, inside=inside)


def _too_wide(thing: Sized, room: float) -> Iterator[Nested]:
    """Go through the lines that are wider than there is room, as they are laid, and through what turns with them."""
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
        wide = {len(one.inside) for one, _ in thing.inside if one.even and one.width > room}
        for one, _ in thing.inside:
            is_column = one.even and len(one.inside) in wide
            yield from _turning(one, room) if is_column else _too_wide(one, room)


def _chains_as_columns(thing: Sized, room: float) -> set[Nested]:
    """Turn chains of equally many things above one another so that they are columns, if all of that fits."""
    chains = [one.thing for one, _ in thing.inside]
    lengths = {len(one.inside) if one.connectors and one.order == InLine("across") else 0 for one in chains}
    if len(chains) < 2 or len(lengths) > 1 or 0 in lengths:
        return set()
    arrows = [each for one in chains for each in one.inside if each.is_arrow]
    turned = {thing.thing, *chains, *arrows}
    return turned if _sized(thing.thing, turned).width <= room else set()


def _turning(thing: Sized, room: float) -> Iterator[Nested]:
    """Go through a line that is laid the other way, its arrows, and what turns with it, if all of that fits."""
    arrows = [one for one in thing.thing.inside if one.is_arrow]
    ends = {end for each in thing.thing.connectors for end in (each.one, each.other)}
    along = {one for one in thing.thing.inside if _turns_with_its_line(one, ends)}
    if along and _sized(thing.thing, {thing.thing, *arrows, *along}).width > room:
        along = set()
    yield from (thing.thing, *arrows, *along)
    for one, _ in thing.inside:
        if one.thing not in along:
            yield from _too_wide(one, room)


def _turns_with_its_line(thing: Nested, ends: Collection[Nested]) -> bool:
    """Tell whether things above one another bar the way of a line's arrows if the line runs down, and they stay so.

    Either its core is one of several, and the arrows lead past the others; or arrows lead to single ones of them.
    """
    if not isinstance(thing.order, InLine) or thing.order.direction != "down":
        return False
    if thing.core is not None:
        return sum(not one.is_note for one in thing.inside) > 1
    are_single = all(one.content is not None and not one.is_note and not one.is_arrow for one in thing.inside)
    return are_single and any(one in ends for one in thing.inside)
