"""A card: a sheet of paper that lies over others."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import Frame, rounded
from ..marks import Area, Mark, Stroke
from .shape import Shape
from .vector import DASHES

RADIUS = 7
LINE, LINE_BEHIND = 1.5, 1


@dataclass(frozen=True, kw_only=True)
class Card(Shape):
    """A sheet with an outline, dashed where it stands for several that are left out."""

    frame: Frame
    role: str = "rule"
    dashed: bool = False

    def marks(self) -> Sequence[Mark]:
        """Ground, which hides what lies under it, and outline."""
        outline = rounded(self.frame, RADIUS)
        line = LINE if self.role == "ink" else LINE_BEHIND
        return [Area(outline, "block"), Stroke(outline, self.role, line, dashes=DASHES if self.dashed else None)]
