"""A vector: a row of cells with a number in each."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import NUMBER, Style
from ..geometry import Frame, Point, rounded, straight
from ..marks import Area, Mark, Stroke, centred
from ..numbers import text_of
from ..palette import ink
from .shape import Shape

CELL = 27
"""A cell of one decimal, across and down; the unit of the grid."""
RIM = 3.5
"""How far a second rim stands outside the first."""
DASHES = (4.5, 3.3)
ROUND_ENDS, SQUARE_ENDS = 8, 3


@dataclass(frozen=True, kw_only=True)
class Vector(Shape):
    """Numbers in cells; a state has round ends, an embedding square ones."""

    frame: Frame
    cells: tuple[str, ...]
    fill: str | None = None
    """The token of the ground, where it is not the role's own."""
    dashed: bool = False
    second_rim: bool = False
    style: Style = NUMBER

    @property
    def radius(self) -> float:
        """The corners tell the roles apart without colour."""
        return SQUARE_ENDS if self.role == "embedding" else ROUND_ENDS

    def marks(self) -> Sequence[Mark]:
        """Fill, lines between the cells, outline, numbers."""
        frame, line = self.frame, ink(self.role).line
        outline = rounded(frame, self.radius)
        cell = frame.width / len(self.cells)
        marks: list[Mark] = [Area(outline, self.fill or ink(self.role).fill)]
        for place in range(1, len(self.cells)):
            x = frame.left + place * cell
            between = straight(Point(x, frame.top), Point(x, frame.bottom))
            marks.append(Stroke(between, line, 0.75, opacity=0.55, round_ends=False))
        marks.append(Stroke(outline, line, dashes=DASHES if self.dashed else None, round_ends=False))
        if self.second_rim:
            marks.append(Stroke(rounded(frame.grown(RIM), self.radius + RIM), line, 1))
        for place, text in enumerate(self.cells):
            marks.append(centred(text, frame.left + (place + 0.5) * cell, frame.centre, self.style))
        return marks


def cells(values: Sequence[float], most: int, ahead: int = 2, decimals: int = 1) -> tuple[str, ...]:
    """Print the values; of more than fit, only the first ones, an ellipsis and the last."""
    texts = tuple(text_of(float(value), decimals) for value in values)
    return texts if len(texts) <= most else (*texts[:ahead], "…", texts[-1])
