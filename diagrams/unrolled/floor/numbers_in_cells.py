"""Cells: numbers in one row, or in several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..fonts import NUMBER, NUMBER_IN_TABLE, Style, width
from ..geometry import Frame
from ..i18n import PrintedNumbers
from ..palette import ink
from ..shapes.cells import CELL, Grid, Place, Vector
from ..shapes.shape import Shape
from .pieces import Piece

CELL_PADDING, DECIMALS_WIDTH = 5, 38


@dataclass(frozen=True, kw_only=True)
class Cells(Piece):
    """Numbers in one row of cells, or in several."""

    kind = "cells"
    rows: tuple[tuple[str, ...], ...]
    printed: PrintedNumbers
    """All numbers, for the description: more of them than there are cells, where some are left out."""
    called: str = ""
    of: str | None = None
    marked: frozenset[Place] = frozenset()
    levels: tuple[tuple[float, ...], ...] = ()
    least: tuple[float, float] = (CELL, CELL)
    """The room that a cell has at least."""
    illustrative: bool = False

    @property
    def style(self) -> Style:
        """Larger where there is more room."""
        return NUMBER_IN_TABLE if self.least[1] > CELL else NUMBER

    @property
    def cell(self) -> tuple[float, float]:
        """The size of a cell: the grid's unit, or wider for longer numbers."""
        texts = [text for row in self.rows for text in row]
        widest = max(width(text, self.style.bold()) for text in texts)
        has_decimals = any(len(text.partition(".")[2]) > 1 for text in texts)
        across = DECIMALS_WIDTH if has_decimals or widest + CELL_PADDING > CELL else CELL
        return max(self.least[0], across, widest + CELL_PADDING), self.least[1]

    @property
    def size(self) -> tuple[float, float]:
        """As many cells as there are numbers."""
        return self.cell[0] * len(self.rows[0]), self.cell[1] * len(self.rows)

    @property
    def word(self) -> str | None:
        """The word whose vector it is."""
        return self.of

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """A vector, or a grid."""
        fill = fills.get(self.of or "")
        if len(self.rows) == 1 and not self.marked and not self.levels:
            fill = fill or ("block" if ink(self.role).fill == self.role else None)
            (texts,) = self.rows
            vector = Vector(
                name=name, role=self.role, step=self.step, frame=frame, cells=texts, fill=fill, style=self.style
            )
            return [vector]
        grid = Grid(
            name=name,
            role=self.role,
            step=self.step,
            frame=frame,
            rows=self.rows,
            fill=fill,
            marked=self.marked,
            levels=self.levels,
            style=self.style,
        )
        return [grid]
