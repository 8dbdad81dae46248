"""A line between two points: what belongs together, or where an axis runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import Point, straight
from ..marks import Mark, Stroke
from .shape import Shape


@dataclass(frozen=True, kw_only=True)
class Line(Shape):
    """A straight line without a head."""

    start: Point
    to: Point
    role: str = "rule"
    width: float = 1

    def marks(self) -> Sequence[Mark]:
        """One stroke."""
        return [Stroke(straight(self.start, self.to), self.role, self.width)]
