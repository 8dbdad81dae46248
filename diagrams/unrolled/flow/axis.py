"""The two directions of a layout, main (time) and cross (input to output), and how they map to the page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ..geometry import Frame, Point
from ..shapes.arrows import CLEAR

T = TypeVar("T")
Span = tuple[float, float]
"""An interval along one direction."""


@dataclass(frozen=True)
class Axis:
    """A mapping of main and cross to the page, and the spacing to use with it. Lengths are in CSS pixels."""

    across: bool
    """Whether time runs to the right and outputs go up; otherwise time runs down and outputs go to the right."""
    slot_gap: float
    """The gap between consecutive items along the main direction."""
    track_gap: float
    """The gap between a track, or the band behind it, and the next track."""
    band_padding: Span
    """The padding of a band around its items, along main and cross."""
    most_cells: int
    """The most cells shown for a vector; of a longer one, the first ones and the last."""
    cell: Span = (34, 28)
    """The width and height of a vector's cell."""
    wires_apart: float | None = None
    """The distance between the wires of a link if no vectors are drawn above them."""
    clear: Span = (CLEAR, CLEAR)
    """The clearance between an item and the ends of wires, along main and cross."""
    between_bands: float = 18
    """The gap between consecutive bands, in addition to `slot_gap`."""
    least_wire: float = 22
    """The shortest wire allowed between consecutive items on a track."""

    @property
    def wire_pitch(self) -> float:
        """The distance between the wires of a link that carries several items; across, each has its vector above it."""
        if self.wires_apart is not None:
            return self.wires_apart
        return 2 * (self.cell[1] + RIDE) if self.across else WIRES_APART

    @property
    def is_dense(self) -> bool:
        """Whether cells are small, for a picture that wouldn't fit otherwise."""
        return self.cell == DENSE_CELL

    def close(self) -> "Axis":
        """Save width: with cells just wide enough for large numbers, and smaller gaps."""
        main, cross = self.band_padding
        slot_gap = self.slot_gap - 3 if self.across else self.slot_gap
        return replace(self, cell=CLOSE_CELL, slot_gap=slot_gap, band_padding=(main, cross - 2))

    def dense(self) -> "Axis":
        """Switch to small cells."""
        return replace(self, cell=DENSE_CELL)

    def reading_order(self, tracks: Sequence[T]) -> Sequence[T]:
        """Order tracks so that the first is on the left or, where they go up the page, at the top."""
        return tracks[::-1] if self.across else tracks

    def point(self, main: float, cross: float) -> Point:
        """Convert main and cross to a point on the page."""
        return Point(main, -cross) if self.across else Point(cross, main)

    def main(self, frame: Frame) -> Span:
        """The extent of a frame along the main direction."""
        return (frame.left, frame.right) if self.across else (frame.top, frame.bottom)

    def cross(self, frame: Frame) -> Span:
        """The extent of a frame along the cross direction."""
        return (-frame.bottom, -frame.top) if self.across else (frame.left, frame.right)

    def place(self, point: Point) -> tuple[float, float]:
        """Convert a point on the page to main and cross."""
        return (point.x, -point.y) if self.across else (point.y, point.x)

    def frame(self, main: Span, cross: Span) -> Frame:
        """Create a frame from extents along both directions."""
        start, end = self.point(main[0], cross[0]), self.point(main[1], cross[1])
        return Frame.between(min(start.x, end.x), min(start.y, end.y), max(start.x, end.x), max(start.y, end.y))


CLOSE_CELL, DENSE_CELL = (28.0, 27.0), (27.0, 27.0)
RIDE = 6
"""How far above its wire a vector is drawn if wires run to the right; down the page, it lies on its wire."""
WIRES_APART = 14
ACROSS = Axis(across=True, slot_gap=8, track_gap=22, band_padding=(14, 14), most_cells=6)
DOWN = Axis(across=False, slot_gap=18, track_gap=10, band_padding=(14, 10), most_cells=4)
