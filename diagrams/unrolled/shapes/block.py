"""A block: one application of a layer."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import BLOCK
from ..geometry import Frame, rounded
from ..marks import Area, Mark, Stroke, centred
from .shape import Shape

WIDTH, HEIGHT, HEIGHT_TURNED = 62, 66, 46
RADIUS = 7


@dataclass(frozen=True, kw_only=True)
class Block(Shape):
    """A box with the layer's short name."""

    frame: Frame
    text: str

    def marks(self) -> Sequence[Mark]:
        """Ground, outline, name."""
        outline = rounded(self.frame, RADIUS)
        name = centred(self.text, self.frame.middle, self.frame.centre, BLOCK)
        return [Area(outline, "block"), Stroke(outline, "ink"), name]
