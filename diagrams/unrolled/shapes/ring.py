"""A ring: a place at which there is nothing but what was computed."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import Frame, Point, rounded
from ..marks import Area, Mark, Stroke
from .shape import Shape
from .vector import DASHES


@dataclass(frozen=True, kw_only=True)
class Ring(Shape):
    """A dashed circle about a point."""

    at: Point
    radius: float = 7

    def marks(self) -> Sequence[Mark]:
        """Ground and outline."""
        circle = rounded(Frame.about(self.at.x, self.at.y, 2 * self.radius, 2 * self.radius), self.radius)
        return [Area(circle, "block"), Stroke(circle, self.role, dashes=DASHES, round_ends=False)]
