"""A strip: a vector in small, with a cell for each number but no numbers in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import NUMBER, width
from ..geometry import Frame, Point, rounded, straight
from ..marks import Area, Mark, Stroke, centred
from ..palette import ink
from .shape import Shape
from .vector import ROUND_ENDS, SQUARE_ENDS

CELL, HEIGHT = 11, 18
MOST = 4
"""A longer vector has its length written in it."""
PADDING = 6


@dataclass(frozen=True, kw_only=True)
class Strip(Shape):
    """So many numbers, centred on a point; a state has round ends, an embedding square ones."""

    at: Point
    size: int

    @property
    def frame(self) -> Frame:
        """What it covers."""
        return Frame.about(self.at.x, self.at.y, strip_width(self.size), HEIGHT)

    def marks(self) -> Sequence[Mark]:
        """Fill, then lines between the cells or the length, then the outline."""
        frame, colours = self.frame, ink(self.role)
        outline = rounded(frame, SQUARE_ENDS if self.role == "embedding" else ROUND_ENDS)
        marks: list[Mark] = [Area(outline, colours.fill)]
        if self.size > MOST:
            marks.append(centred(str(self.size), self.at.x, self.at.y, NUMBER))
        else:
            for place in range(1, self.size):
                x = frame.left + place * CELL
                line = straight(Point(x, frame.top), Point(x, frame.bottom))
                marks.append(Stroke(line, colours.line, 0.75, opacity=0.55, round_ends=False))
        return [*marks, Stroke(outline, colours.line, round_ends=False)]


def strip_width(size: int) -> float:
    """Measure a strip: a single cell is as wide as high."""
    if size > MOST:
        return width(str(size), NUMBER) + 2 * PADDING
    return max(HEIGHT, size * CELL)
