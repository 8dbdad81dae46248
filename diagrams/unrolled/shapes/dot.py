"""A dot: where a line branches."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import Frame, Point, rounded
from ..marks import Area, Mark
from .shape import Shape

SIZE, MEMORY_SIZE = 6, 8


@dataclass(frozen=True, kw_only=True)
class Dot(Shape):
    """A solid circle on a line, in its colour; a larger one on the heavier line of the memory."""

    at: Point
    role: str = "flow"

    def marks(self) -> Sequence[Mark]:
        """The circle alone."""
        size = MEMORY_SIZE if self.role == "memory" else SIZE
        return [Area(rounded(Frame.about(self.at.x, self.at.y, size, size), size / 2), self.role)]
