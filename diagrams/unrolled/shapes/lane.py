"""A lane: the band behind everything that shares one set of weights."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import Frame, rounded
from ..marks import Area, Mark
from .shape import Shape

PADDING = 14
RADIUS = 10


@dataclass(frozen=True, kw_only=True)
class Lane(Shape):
    """One band, or several pieces of it where steps are left out."""

    frames: tuple[Frame, ...]

    def marks(self) -> Sequence[Mark]:
        """Only ground: a lane has no line."""
        return [Area(rounded(frame, RADIUS), "lane") for frame in self.frames]
