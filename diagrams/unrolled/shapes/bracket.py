"""A bracket over or under cells, and the tie that leads from it to the code."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import Point, bent, straight
from ..marks import Mark, Stroke
from .shape import Shape

GAP = 7
"""How far a bracket stands off its strip."""
TICK = 3.5
INSET = 1
RADIUS = 13.5


@dataclass(frozen=True, kw_only=True)
class Bracket(Shape):
    """A line as long as what it spans, with a tick at each end; `way` goes on from its end `to` a tie's end."""

    start: Point
    to: Point
    tick: float = TICK
    """Down over cells, up (negative) under them; of an upright bracket to the right, or (negative) to the left."""
    way: tuple[Point, ...] = ()

    def marks(self) -> Sequence[Mark]:
        """Two ticks, and one unbroken line."""
        aside, down = (self.tick, 0.0) if self.start.x == self.to.x else (0.0, self.tick)
        ticks = [straight(end, Point(end.x + aside, end.y + down)) for end in (self.start, self.to)]
        line = bent((self.start, *self.way), RADIUS) if self.way else straight(self.start, self.to)
        return [Stroke(path, self.role) for path in (*ticks, line)]


@dataclass(frozen=True, kw_only=True)
class Tie(Shape):
    """A line from the steps to their number in the code."""

    points: tuple[Point, ...]

    def marks(self) -> Sequence[Mark]:
        """One line with round bends."""
        return [Stroke(bent(self.points, RADIUS), self.role)]
