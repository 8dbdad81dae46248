"""Arrows and arcs, and the shapes that go with them: branch dots, brackets, ties to the code, the timeline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import hypot

from ..fonts import NUMBER, Style
from ..fonts import width as width_of
from ..geometry import Cubic, Frame, Path, Point, bent, rounded, straight
from .shape import Area, Mark, Shape, Stroke, centred

CLEAR = 4
"""The clearance between an arrow and any rim."""
HEAD_LENGTH, HEAD_WIDTH, NOTCH = 8.5, 7.2, 0.25
LINES = {
    (False, False): (1.5, HEAD_LENGTH, HEAD_WIDTH),
    (True, False): (3, 11, 10.8),
    (False, True): (2.75, 10.5, 10),
    (True, True): (5, 13, 12),
}
"""The width of an arrow's line, and the length and width of its head: of a memory's or another, usual or heavy."""
BEND_RADIUS, BRANCH_RADIUS = 13.5, 9
DOTS = (0.01, 5.5)
BREAK = 8
"""The width of the gap in a horizontal line where another one crosses it."""


@dataclass(frozen=True, kw_only=True)
class Arrow(Shape):
    """A line through points with a round start and a slim head; without a head, it leads into a vector.

    The line of an LSTM's memory is twice as thick.
    """

    points: tuple[Point, ...]
    role: str = "flow"
    head: bool = True
    dotted: tuple[Point, Point] | None = None
    """The segment of a straight arrow that represents the steps left out."""
    radius: float = BEND_RADIUS
    breaks: tuple[Point, ...] = ()
    """The gaps in its horizontal segments where other lines cross."""
    dashes: tuple[float, float] | None = None
    """Dashes and gaps in pixels, for what could flow but doesn't."""
    is_heavy: bool = False
    """Whether it matters more than others."""

    def marks(self) -> Sequence[Mark]:
        """Draw the line up to the notch of the head, then the head."""
        line, length, across = LINES[self.role == "memory", self.is_heavy]
        before, tip = self.points[-2:]
        end = tip.towards(before, length * (1 - NOTCH)) if self.head else tip
        head: list[Mark] = [Area(head_at(before, tip, length, across), self.role)] if self.head else []
        way = (*self.points[:-1], end)
        if self.dotted is None:
            pieces = (bent(piece, self.radius) for piece in self._pieces(way))
            return [*(Stroke(piece, self.role, line, dashes=self.dashes) for piece in pieces), *head]
        first, last = self.dotted
        solid = [
            [Stroke(straight(*piece), self.role, line) for piece in self._pieces(stretch)]
            for stretch in ((way[0], first), (last, end))
        ]
        dots = Stroke(straight(first.towards(last, DOTS[1]), last), self.role, line, dashes=DOTS)
        return [*solid[0], dots, *solid[1], *head]

    def _pieces(self, way: Sequence[Point]) -> Iterator[list[Point]]:
        """Cut a line at its gaps, in order."""
        piece = [way[0]]
        for start, end in pairwise(way):
            towards = 1 if end.x > start.x else -1
            breaks = [at.x for at in self.breaks if start.y == end.y == at.y]
            for x in sorted((x for x in breaks if min(start.x, end.x) < x < max(start.x, end.x)), reverse=towards < 0):
                yield [*piece, Point(x - towards * BREAK / 2, start.y)]
                piece = [Point(x + towards * BREAK / 2, start.y)]
            piece.append(end)
        yield piece


def head_at(before: Point, tip: Point, length: float = HEAD_LENGTH, across: float = HEAD_WIDTH) -> Path:
    """Draw a slim, notched arrowhead that points from one point to the other."""
    way = hypot(tip.x - before.x, tip.y - before.y)
    along = Point((tip.x - before.x) / way, (tip.y - before.y) / way)

    def back(distance: float, aside: float) -> Point:
        return Point(
            tip.x - along.x * distance - along.y * aside,
            tip.y - along.y * distance + along.x * aside,
        )

    notch = back(length * (1 - NOTCH), 0)
    return straight(tip, back(length, across / 2), notch, back(length, -across / 2), closed=True)


ARC_LEAST, ARC_MORE = 0.8, 4.2
"""The thickness of an arc with weight 0, and the increment for weight 1."""
ARC_FAINTEST = 0.55
ARC_NUMBER = NUMBER.sized(13).bold()
NUMBER_CLEAR = 4
"""The gap between a number and the line ends around it."""
DIGITS_HIGH = 10
"""The height of digits, without the ascenders and descenders of other letters."""


@dataclass(frozen=True, kw_only=True)
class Arc(Shape):
    """A curved arrow whose thickness depends on its weight, from 0 to 1; its number is in a gap or outside the line."""

    curve: Cubic
    """From its start to the tip of its head."""
    share: float
    role: str = "heat"
    text: str = ""
    at: Point | None = None
    """The centre of the number, where the line has a gap."""
    is_clear: bool = True
    """Whether the number's position is free."""
    style: Style = ARC_NUMBER

    @property
    def width(self) -> float:
        """The thickness of the line."""
        return ARC_LEAST + ARC_MORE * self.share

    @cached_property
    def bounds(self) -> Frame:
        """The bounds of what is drawn; a curve's handles lie further out."""
        number = [] if self.at is None else [centred(self.text, self.at.x, self.at.y, self.style).frame]
        return Frame.around([self.curve.around.grown(self.width / 2), self._head.frame, *number])

    @property
    def _head(self) -> Path:
        """Return an arrowhead, larger for a thicker line."""
        return head_at(self.curve.handles[1], self.curve.end, *self._head_size)

    @property
    def _head_size(self) -> tuple[float, float]:
        return HEAD_LENGTH - 1 + 0.8 * self.width, HEAD_WIDTH - 1.5 + 1.2 * self.width

    @cached_property
    def opened(self) -> list[int]:
        """The parameters of the curve between which the line is open for its number."""
        if self.at is None:
            return []
        frame = number_frame(self.text, self.style, self.at).grown(NUMBER_CLEAR + self.width / 4)
        return self.curve.inside(frame)

    def marks(self) -> Sequence[Mark]:
        """Draw the line up to the notch of its head, on both sides of its number; then the head and the number."""
        opacity = ARC_FAINTEST + (1 - ARC_FAINTEST) * self.share
        tip, before = self.curve.end, self.curve.handles[1]
        line = self.curve.ending(tip.towards(before, self._head_size[0] * (1 - NOTCH)))
        pieces = [line]
        if opened := self.opened:
            last = len(self.curve.points) - 1
            pieces = [line.part(0, (opened[0] - 1) / last), line.part((opened[-1] + 1) / last, 1)]
        # Only the start has a round cap: others would show through the head.
        marks: list[Mark] = [
            Stroke(piece.path, self.role, self.width, opacity, round_ends=piece.start == line.start) for piece in pieces
        ]
        marks.append(Area(self._head, self.role, opacity))
        if self.at is not None:
            marks.append(centred(self.text, self.at.x, self.at.y, self.style))
        return marks


RIBBON_LINE = 0.75


@dataclass(frozen=True, kw_only=True)
class Ribbon(Shape):
    """A band as wide as what flows along it, from one edge to another in an S, in the fill of where it comes from."""

    start: tuple[Point, Point]
    """The ends of the edge that it leaves."""
    end: tuple[Point, Point]
    """Those of the edge that it reaches, in the same order."""
    fill: str
    upright: bool = True
    """Whether it runs down or up, from a level edge to a level one, or else sideways."""
    straight: float = 0
    """How far it runs straight before it ends."""
    role: str = "flow"

    def marks(self) -> Sequence[Mark]:
        """Draw the band, then its two sides."""
        (near, near_end), (far, far_end) = (self._side(*ends) for ends in zip(self.start, self.end, strict=True))
        bend = (*far.handles[::-1], far.start)
        area = Path(near.start, ((*near.handles, near.end), (near_end,), (far_end,), (far.end,), bend), closed=True)
        sides = (
            Path(side.start, ((*side.handles, side.end), (end,))) for side, end in ((near, near_end), (far, far_end))
        )
        return [Area(area, self.fill), *(Stroke(side, self.role, RIBBON_LINE) for side in sides)]

    def _side(self, start: Point, end: Point) -> tuple[Cubic, Point]:
        """Return the curve of a side, and where it ends after its straight piece."""
        if self.upright:
            bent_at = Point(end.x, end.y - (self.straight if end.y > start.y else -self.straight))
            half = start.between(bent_at, 0.5)
            return Cubic(start, (Point(start.x, half.y), Point(end.x, half.y)), bent_at), end
        bent_at = Point(end.x - (self.straight if end.x > start.x else -self.straight), end.y)
        half = start.between(bent_at, 0.5)
        return Cubic(start, (Point(half.x, start.y), Point(half.x, end.y)), bent_at), end


def number_frame(text: str, style: Style, at: Point) -> Frame:
    """Return the frame of a number centred on a point, as high as its digits."""
    return Frame.about(at.x, at.y, width_of(text, style), DIGITS_HIGH * style.size / 13)


DOT_SIZE, MEMORY_DOT_SIZE = 6, 8


@dataclass(frozen=True, kw_only=True)
class Disc(Shape):
    """A solid dot in the colour of its line, larger on the thicker line of the memory."""

    at: Point
    role: str = "flow"

    def marks(self) -> Sequence[Mark]:
        """Draw the circle."""
        size = MEMORY_DOT_SIZE if self.role == "memory" else DOT_SIZE
        return [Area(rounded(Frame.about(self.at.x, self.at.y, size, size), size / 2), self.role)]


BRACKET_GAP = 7
"""The gap between a bracket and its strip."""
TICK = 3.5
INSET = 1
BRACKET_RADIUS = 13.5


@dataclass(frozen=True, kw_only=True)
class Bracket(Shape):
    """A line as long as what it spans, with a tick at each end; `way` continues from its end `to` the end of a tie."""

    start: Point
    to: Point
    tick: float = TICK
    """Down if above cells, up (negative) if below; for a vertical bracket, right or (negative) left."""
    way: tuple[Point, ...] = ()

    def marks(self) -> Sequence[Mark]:
        """Draw two ticks and a continuous line."""
        aside, down = (self.tick, 0.0) if self.start.x == self.to.x else (0.0, self.tick)
        ticks = [straight(end, Point(end.x + aside, end.y + down)) for end in (self.start, self.to)]
        line = bent((self.start, *self.way), BRACKET_RADIUS) if self.way else straight(self.start, self.to)
        return [Stroke(path, self.role) for path in (*ticks, line)]


@dataclass(frozen=True, kw_only=True)
class Tie(Shape):
    """A line from the steps to their number in the code."""

    points: tuple[Point, ...]

    def marks(self) -> Sequence[Mark]:
        """Draw a line with rounded bends."""
        return [Stroke(bent(self.points, BRACKET_RADIUS), self.role)]


STEPS_OFFSET = 9
"""From a word's background to the middle of the line."""
STEPS_BEFORE = 6.75
"""From a word's background to the middle of a vertical bar before it."""
STEPS_LINE, BAR = 1.5, 3


@dataclass(frozen=True, kw_only=True)
class StepsLine(Shape):
    """Bars connected by a line at their outer edge, which is dotted where steps are left out."""

    bars: tuple[Frame, ...]
    upright: bool = False
    role: str = "steps"
    argument: str | None = "time_steps"
    gap_after: int | None = None
    """The bar, from 1, after which steps are left out."""
    joined: bool = True

    def marks(self) -> Sequence[Mark]:
        """Draw the segments of the line, then the bars."""
        marks: list[Mark] = []
        pairs = pairwise(self.bars) if self.joined else ()
        for place, (bar, after) in enumerate(pairs, start=1):
            dashes = DOTS if place == self.gap_after else None
            marks.append(Stroke(straight(*self._stretch(bar, after)), self.role, STEPS_LINE, dashes=dashes))
        return [*marks, *(Area(rounded(bar, 0), self.role) for bar in self.bars)]

    def _stretch(self, bar: Frame, after: Frame) -> tuple[Point, Point]:
        if self.upright:
            x = bar.left + STEPS_LINE / 2
            return Point(x, bar.bottom), Point(x, after.top)
        y = bar.bottom - STEPS_LINE / 2
        return Point(bar.right, y), Point(after.left, y)


def bar_under(word: Frame) -> Frame:
    """Return the bar below a word."""
    return Frame(word.left, word.bottom + STEPS_OFFSET + STEPS_LINE / 2 - BAR, word.width, BAR)


def bar_before(word: Frame) -> Frame:
    """Return the bar before a word in a column."""
    return Frame(word.left - STEPS_BEFORE - BAR / 2, word.top, BAR, word.height)


def bar_after(word: Frame) -> Frame:
    """Return the bar after a word in a column, for one with something before it, such as its number."""
    return Frame(word.right + STEPS_BEFORE - BAR / 2, word.top, BAR, word.height)
