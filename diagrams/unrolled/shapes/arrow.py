"""An arrow: where numbers flow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

from ..geometry import Path, Point, bent, straight
from ..marks import Area, Mark, Stroke
from .shape import Shape

CLEAR = 4
"""How far an arrow stays from every rim."""
HEAD_LENGTH, HEAD_WIDTH, NOTCH = 8.5, 7.2, 0.25
LINE, MEMORY_LINE = 1.5, 3
MEMORY_HEAD_LENGTH, MEMORY_HEAD_WIDTH = 11, 10.8
BEND_RADIUS, BRANCH_RADIUS = 13.5, 9
DOTS = (0.01, 5.5)
BREAK = 8
"""How wide a sideways line opens where another one crosses it."""


@dataclass(frozen=True, kw_only=True)
class Arrow(Shape):
    """A line through points, round at its start, with a slim head; without one it leads into a vector.

    That of an LSTM's memory is twice as heavy.
    """

    points: tuple[Point, ...]
    role: str = "flow"
    head: bool = True
    dotted: tuple[Point, Point] | None = None
    """The stretch of a straight arrow that stands for steps left out."""
    radius: float = BEND_RADIUS
    breaks: tuple[float, ...] = ()
    """The x at which a straight, sideways arrow lets another line through."""

    def marks(self) -> Sequence[Mark]:
        """Draw the line up to the notch of its head, then the head."""
        memory = self.role == "memory"
        line = MEMORY_LINE if memory else LINE
        length, across = (MEMORY_HEAD_LENGTH, MEMORY_HEAD_WIDTH) if memory else (HEAD_LENGTH, HEAD_WIDTH)
        before, tip = self.points[-2:]
        end = tip.towards(before, length * (1 - NOTCH)) if self.head else tip
        head: list[Mark] = [Area(head_at(before, tip, length, across), self.role)] if self.head else []
        if not self.breaks and self.dotted is None:
            return [Stroke(bent((*self.points[:-1], end), self.radius), self.role, line), *head]
        solid = [Stroke(straight(*piece), self.role, line) for piece in self._pieces(end)]
        if self.dotted is None:
            return [*solid, *head]
        first, last = self.dotted
        dots = Stroke(straight(first.towards(last, DOTS[1]), last), self.role, line, dashes=DOTS)
        return [*solid[:1], dots, *solid[1:], *head]

    def _pieces(self, end: Point) -> Iterator[tuple[Point, Point]]:
        """Cut the line where it is dotted, and at its breaks, in the order in which it runs."""
        stretches = [(self.points[0], end)]
        if self.dotted is not None:
            stretches = [(self.points[0], self.dotted[0]), (self.dotted[1], end)]
        for at, stop in stretches:
            way = 1 if stop.x > at.x else -1
            for x in sorted((x for x in self.breaks if min(at.x, stop.x) < x < max(at.x, stop.x)), reverse=way < 0):
                yield at, Point(x - way * BREAK / 2, at.y)
                at = Point(x + way * BREAK / 2, at.y)
            yield at, stop


def head_at(before: Point, tip: Point, length: float = HEAD_LENGTH, across: float = HEAD_WIDTH) -> Path:
    """Draw a slim head with a notch, pointing from one point to the other."""
    way = hypot(tip.x - before.x, tip.y - before.y)
    along = Point((tip.x - before.x) / way, (tip.y - before.y) / way)

    def back(distance: float, aside: float) -> Point:
        return Point(
            tip.x - along.x * distance - along.y * aside,
            tip.y - along.y * distance + along.x * aside,
        )

    notch = back(length * (1 - NOTCH), 0)
    return straight(tip, back(length, across / 2), notch, back(length, -across / 2), closed=True)
