"""A vector: a row of cells with a number in each."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import NUMBER, Style
from ..geometry import Frame, Path, Point, rounded, straight
from ..marks import Area, Mark, Stroke, centred
from ..numbers import text_of
from ..palette import ink
from .shape import Shape

CELL = 27
"""A cell of one decimal, across and down; the unit of the grid."""
RIM = 3.5
"""How far a second rim stands outside the first."""
DASHES = (4.5, 3.3)
PROUD = 3
"""How far the line between two halves stands out above and below."""
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
    winner: int | None = None
    """The cell, from 0, that stands out: solid, its number bold."""
    half: int | None = None
    """How many cells are the first of two halves that were put side by side."""
    style: Style = NUMBER

    @property
    def radius(self) -> float:
        """The corners tell the roles apart without colour."""
        return SQUARE_ENDS if self.role == "embedding" else ROUND_ENDS

    def marks(self) -> Sequence[Mark]:
        """Fill, the winner's cell, lines between the cells, outline, numbers."""
        frame, line = self.frame, ink(self.role).line
        outline = rounded(frame, self.radius)
        cell = frame.width / len(self.cells)
        marks: list[Mark] = [Area(outline, self.fill or ink(self.role).fill)]
        if self.winner is not None:
            marks.append(Area(self._cell(self.winner), self.role))
        for place in range(1, len(self.cells)):
            x = frame.left + place * cell
            between = straight(Point(x, frame.top), Point(x, frame.bottom))
            marks.append(Stroke(between, line, 0.75, opacity=0.55, round_ends=False))
        marks.append(Stroke(outline, line, dashes=DASHES if self.dashed else None, round_ends=False))
        if self.second_rim:
            marks.append(Stroke(rounded(frame.grown(RIM), self.radius + RIM), line, 1))
        if self.half is not None:
            x = frame.left + self.half * cell
            marks.append(Stroke(straight(Point(x, frame.top - PROUD), Point(x, frame.bottom + PROUD)), line, 2))
        for place, text in enumerate(self.cells):
            style, token = (self.style.bold(), "paper") if place == self.winner else (self.style, "ink")
            marks.append(centred(text, frame.left + (place + 0.5) * cell, frame.centre, style, token))
        return marks

    def _cell(self, place: int) -> Path:
        """Outline a cell, with the round ends of the vector where it is the first or the last."""
        frame, cell = self.frame, self.frame.width / len(self.cells)
        ends = place == 0, place == len(self.cells) - 1
        own = Frame(frame.left + place * cell, frame.top, cell, frame.height)
        return rounded(own, self.radius, at_left=ends[0], at_right=ends[1])


def cells(values: Sequence[float], most: int, ahead: int = 2, decimals: int = 1) -> tuple[str, ...]:
    """Print the values; of more than fit, only the first ones, an ellipsis and the last."""
    texts = tuple(text_of(float(value), decimals) for value in values)
    return texts if len(texts) <= most else (*texts[:ahead], "…", texts[-1])
