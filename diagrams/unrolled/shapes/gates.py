"""Gates that open as far as their values say, the conveyor belt that carries a memory, and named chips for vectors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import acos, ceil, pi, sqrt, tan

from ..fonts import NAME, Style, width
from ..geometry import Frame, Path, Point, cornered, rounded, straight
from ..palette import ink
from .cells import ROUND_ENDS, Vector, between
from .shape import Area, Mark, Shape, Stroke, centred

OPENING, FOOT = 40, 25
"""The height of a gate, and of the row of numbers below it."""
RAIL, SLATS_APART = 3.0, 6.0
"""The height of the rail at the end of a shutter, which a gate at 1.00 still shows, and the distance of its slats."""
FLOW_OVER_FLOOR = 12
"""How far above its floor the flow meets a gate."""
STEM, HANDLE_WIDTH, HANDLE_LINE = 8, 18, 3
HANDLE = STEM + HANDLE_LINE / 2
"""How far a handle sticks out above its gate."""
BOARD_SHARE = 0.5
"""The fraction of its space that a board blocks."""


@dataclass(frozen=True, kw_only=True)
class Shutter(Vector):
    """A gate with a shutter in each cell that is open as far as its number says; its handle identifies it as a tap."""

    passing: str
    """The role of what passes through, whose fill shows in the openings."""
    shares: tuple[float | None, ...]
    """How far each cell is open, from 0 to 1; None if numbers are left out."""

    @cached_property
    def bounds(self) -> Frame:
        """The bounds including the outline and the handle."""
        rim = self.frame.grown(0.75)
        return Frame.between(rim.left, self.frame.top - HANDLE, rim.right, rim.bottom)

    @property
    def opening(self) -> Frame:
        """The area in which the shutters move."""
        return Frame(self.frame.left, self.frame.top, self.frame.width, self.frame.height - FOOT)

    @property
    def numbers(self) -> Frame:
        """The row of numbers."""
        return Frame(self.frame.left, self.opening.bottom, self.frame.width, FOOT)

    def marks(self) -> Sequence[Mark]:
        """Draw what passes through, shutters, foot, handle, lines, outline and numbers."""
        outline, floor = rounded(self.frame, ROUND_ENDS), self.opening.bottom
        foot = cornered(self.numbers, (0, 0, ROUND_ENDS, ROUND_ENDS))
        return [
            Area(outline, ink(self.passing).opening),
            *self._shut(),
            Area(foot, "block"),
            *handle(self.frame),
            *(Stroke(line, "ink", round_ends=False) for line in between(self.frame, len(self.cells))),
            Stroke(straight(Point(self.frame.left, floor), Point(self.frame.right, floor)), "ink", round_ends=False),
            Stroke(outline, "ink", round_ends=False),
            *figures(self.cells, self.numbers, self.style),
        ]

    def _shut(self) -> Iterator[Mark]:
        """Draw the shutters, from the top of the frame down; none if numbers are left out."""
        for cell, share, ends in _columns(self.opening, self.shares):
            if share is None:
                yield Area(rounded(cell, 0), "block")
                continue
            height = max(RAIL, cell.height * (1 - min(1, max(0, share))))
            shut = Frame(cell.left, cell.top, cell.width, height)
            yield Area(_cap(shut, *ends), "shutter")
            yield from _slats(shut)
            yield Area(_cap(shut, *ends) if height == RAIL else _rail(shut, *ends), "ink")


@dataclass(frozen=True, kw_only=True)
class Board(Shutter):
    """A board in each cell between two openings: the upper one as large as its number, the lower one the rest.

    The numbers are at the top; below the frame there is space for a `Foot` with the remainders.
    """

    @property
    def opening(self) -> Frame:
        """The area in which the boards move."""
        return Frame(self.frame.left, self.numbers.bottom, self.frame.width, self.frame.height - FOOT)

    @property
    def numbers(self) -> Frame:
        """The row of numbers."""
        return Frame(self.frame.left, self.frame.top, self.frame.width, FOOT)

    def marks(self) -> Sequence[Mark]:
        """Draw what passes through, boards, head, handle, lines, outline and numbers."""
        frame, ceiling = self.frame, self.opening.top
        outline = cornered(frame, (ROUND_ENDS, ROUND_ENDS, 0, 0))
        head = cornered(self.numbers, (ROUND_ENDS, ROUND_ENDS, 0, 0))
        return [
            Area(outline, ink(self.passing).opening),
            *self._shut(),
            Area(head, "block"),
            *handle(frame),
            *(Stroke(line, "rule", 2, round_ends=False) for line in between(self.opening, len(self.cells))),
            *(Stroke(line, "ink", round_ends=False) for line in between(self.numbers, len(self.cells))),
            Stroke(straight(Point(frame.left, ceiling), Point(frame.right, ceiling)), "ink", round_ends=False),
            Stroke(outline, "ink", round_ends=False),
            *figures(self.cells, self.numbers, self.style),
        ]

    def _shut(self) -> Iterator[Mark]:
        for cell, share, _ in _columns(self.opening, self.shares):
            if share is None:
                yield Area(rounded(cell, 0), "block")
                continue
            height = BOARD_SHARE * cell.height
            top = cell.top + (cell.height - height) * min(1, max(0, share))
            board = Frame(cell.left, top, cell.width, height)
            yield Area(rounded(board, 0), "shutter")
            yield from _slats(board)
            for edge in (board.top, board.bottom - RAIL):
                yield Area(rounded(Frame(board.left, edge, board.width, RAIL), 0), "ink")


@dataclass(frozen=True, kw_only=True)
class Foot(Vector):
    """The numbers below a board: how far it is open at the bottom."""

    def marks(self) -> Sequence[Mark]:
        """Draw the background, lines, outline and numbers."""
        outline = cornered(self.frame, (0, 0, ROUND_ENDS, ROUND_ENDS))
        lines = (*between(self.frame, len(self.cells)), outline)
        return [
            Area(outline, "block"),
            *(Stroke(line, "ink", round_ends=False) for line in lines),
            *figures(self.cells, self.frame, self.style),
        ]


def handle(frame: Frame) -> list[Mark]:
    """Draw the tap handle of a frame."""
    x, y = frame.middle, frame.top - STEM
    half = (HANDLE_WIDTH - HANDLE_LINE) / 2
    stem, bar = straight(Point(x, frame.top), Point(x, y)), straight(Point(x - half, y), Point(x + half, y))
    return [Stroke(stem, "ink", HANDLE_LINE, round_ends=False), Stroke(bar, "ink", HANDLE_LINE)]


def figures(cells: Sequence[str], row: Frame, style: Style) -> list[Mark]:
    """Set numbers in the cells of a row."""
    cell = row.width / len(cells)
    places = enumerate(cells)
    return [centred(text, row.left + (place + 0.5) * cell, row.centre, style.bold()) for place, text in places]


def _slats(shut: Frame) -> Iterator[Mark]:
    """Draw the slats of a shutter. As areas, because a gate that is still to come has lines but no areas."""
    for number in range(1, ceil((shut.height - RAIL) / SLATS_APART)):
        yield Area(rounded(Frame(shut.left, shut.top + number * SLATS_APART - 0.5, shut.width, 1), 0), "slat")


def _columns(frame: Frame, shares: Sequence[float | None]) -> Iterator[tuple[Frame, float | None, tuple[bool, bool]]]:
    """Split a frame into cells: each with its share, and whether it is the first or the last."""
    cell = frame.width / len(shares)
    for place, share in enumerate(shares):
        yield (
            Frame(frame.left + place * cell, frame.top, cell, frame.height),
            share,
            (place == 0, place == len(shares) - 1),
        )


def _cap(frame: Frame, at_left: bool, at_right: bool) -> Path:
    """Draw the top part of a frame with rounded corners; however low it is, it stays within the full outline."""
    radius = ROUND_ENDS
    deep = min(radius, frame.height)
    aside = _inset(deep)
    reach = 4 / 3 * tan((acos(1 - deep / radius) if deep < radius else pi / 2) / 4) * radius
    along = Point((radius - deep) / radius * reach, (radius - aside) / radius * reach)
    top, left, right = frame.top, frame.left, frame.right
    pieces: list[tuple[Point, ...]] = []
    if at_right:
        low = Point(right - aside, top + deep)
        # At its lower end, the arc is perpendicular to the radius.
        pieces += [
            (Point(right - radius, top),),
            (Point(right - radius + reach, top), Point(low.x - along.x, low.y - along.y), low),
        ]
    else:
        pieces.append((Point(right, top),))
    if frame.height > deep or not at_right:
        pieces.append((Point(right, frame.bottom),))
    pieces.append((Point(left if frame.height > deep or not at_left else left + aside, frame.bottom),))
    if not at_left:
        return Path(Point(left, top), tuple(pieces), closed=True)
    low = Point(left + aside, top + deep)
    pieces += [
        (low,),
        (Point(low.x + along.x, low.y - along.y), Point(left + radius - reach, top), Point(left + radius, top)),
    ]
    return Path(Point(left + radius, top), tuple(pieces), closed=True)


def _rail(shut: Frame, at_left: bool, at_right: bool) -> Path:
    """Draw the lower end of a shutter, which beside a rounded corner is as narrow as the outline there."""
    top, bottom = ((y, _inset(y - shut.top)) for y in (shut.bottom - RAIL, shut.bottom))
    left = [Point(shut.left + (aside if at_left else 0), y) for y, aside in (bottom, top)]
    right = [Point(shut.right - (aside if at_right else 0), y) for y, aside in (top, bottom)]
    return straight(*left, *right, closed=True)


def _inset(deep: float) -> float:
    """Return how far a rounded outline is from its side, this far below its top."""
    return ROUND_ENDS - sqrt(ROUND_ENDS**2 - (ROUND_ENDS - min(ROUND_ENDS, deep)) ** 2)


BELT_HEIGHT, BELT_LINE = 12, 2
WHEEL, WHEEL_PITCH = 2.4, 26
BELT_HEAD_LENGTH, BELT_HEAD_WIDTH = 8.5, 8
LONG = 8
"""A belt with this many positions or more has two arrowheads."""
SHORT = 20
"""A shorter belt has no space for wheels between its ends."""


@dataclass(frozen=True, kw_only=True)
class Belt(Shape):
    """A conveyor belt that runs to the right below its load, or down between its loads."""

    frame: Frame
    role: str = "memory"
    free: tuple[float, ...] = ()
    """Where something else sits on it: its x, or its y if the belt runs down."""

    @property
    def runs_down(self) -> bool:
        """Whether it runs down the page."""
        return self.frame.height > self.frame.width

    def marks(self) -> Sequence[Mark]:
        """Draw the belt with evenly spaced wheels and one or two arrowheads; a short one has only an arrowhead."""
        frame, outline = self.frame, rounded(self.frame, BELT_HEIGHT / 2)
        marks: list[Mark] = [Area(outline, ink(self.role).fill), Stroke(outline, self.role, BELT_LINE)]
        start, end = (frame.top, frame.bottom) if self.runs_down else (frame.left, frame.right)
        first, last = start + BELT_HEIGHT / 2, end - BELT_HEIGHT / 2
        if last - first < SHORT:
            return [*marks, Area(self._head((start + end + BELT_HEAD_LENGTH) / 2), self.role)]
        count = max(2, round((last - first) / WHEEL_PITCH)) + 1
        places = {place: first + place * (last - first) / (count - 1) for place in range(count)}
        bare = [at for at, along in places.items() if all(abs(along - tap) >= WHEEL_PITCH / 2 for tap in self.free)]
        wanted = (count // 3, ceil(2 * count / 3)) if count >= LONG else (count // 2,)
        heads = {min(bare, key=lambda at: (abs(at - where), -at)) for where in wanted} if bare else set[int]()
        for place in bare:
            along = places[place]
            if place in heads:
                marks.append(Area(self._head(along + BELT_HEAD_LENGTH / 2), self.role))
            else:
                at = Point(frame.middle, along) if self.runs_down else Point(along, frame.centre)
                marks.append(Stroke(rounded(Frame.about(at.x, at.y, 2 * WHEEL, 2 * WHEEL), WHEEL), self.role, 1.25))
        return marks

    def _head(self, tip: float) -> Path:
        """Draw an arrowhead with its tip at this distance along the belt."""
        back, notch, half = tip - BELT_HEAD_LENGTH, tip - 0.75 * BELT_HEAD_LENGTH, BELT_HEAD_WIDTH / 2
        places = [(tip, 0.0), (back, half), (notch, 0.0), (back, -half)]
        x, y = self.frame.middle, self.frame.centre
        points = [Point(x - aside, along) if self.runs_down else Point(along, y + aside) for along, aside in places]
        return straight(*points, closed=True)


CHIP_WIDTH, CHIP_HEIGHT, CHIP_PADDING = 26, 24, 6


@dataclass(frozen=True, kw_only=True)
class Chip(Shape):
    """A vector represented by its name, if its numbers are shown elsewhere."""

    text: str
    at: Point
    style: Style = NAME

    @property
    def frame(self) -> Frame:
        """The frame it covers."""
        across = max(CHIP_WIDTH, width(self.text, self.style) + 2 * CHIP_PADDING)
        return Frame.about(self.at.x, self.at.y, across, CHIP_HEIGHT)

    def marks(self) -> Sequence[Mark]:
        """Draw the fill, outline and name."""
        colours, outline = ink(self.role), rounded(self.frame, ROUND_ENDS)
        text = centred(self.text, self.at.x, self.at.y, self.style)
        return [Area(outline, colours.fill), Stroke(outline, colours.line, round_ends=False), text]
