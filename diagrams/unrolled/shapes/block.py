"""A block: one application of a layer."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import BLOCK, BLOCK_SECOND, Style, width
from ..geometry import Frame, rounded
from ..marks import Area, Mark, Stroke, centred
from .shape import Shape

WIDTH, HEIGHT, HEIGHT_TURNED = 62, 66, 46
RADIUS = 7
NAME_RISE, SECOND_FALL = 9, 10
"""How far over and under the middle two lines stand."""
PADDING = 12


@dataclass(frozen=True, kw_only=True)
class Block(Shape):
    """A box with the layer's short name, and under it a second line where there is one."""

    frame: Frame
    text: str
    second: str = ""
    style: Style = BLOCK

    def marks(self) -> Sequence[Mark]:
        """Ground, outline, name."""
        outline = rounded(self.frame, RADIUS)
        x, y = self.frame.middle, self.frame.centre
        ground: list[Mark] = [Area(outline, "block"), Stroke(outline, "ink")]
        if not self.second:
            return [*ground, centred(self.text, x, y, self.style)]
        second = centred(self.second, x, y + SECOND_FALL, BLOCK_SECOND, "muted")
        return [*ground, centred(self.text, x, y - NAME_RISE, self.style), second]


def block_width(text: str, second: str = "", least: float = WIDTH) -> float:
    """Measure a block that holds its lines."""
    return max(least, width(text, BLOCK) + 2 * PADDING, width(second, BLOCK_SECOND) + 2 * PADDING)
