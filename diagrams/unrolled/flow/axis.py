"""The two directions of a picture, main (time) and cross (input to output), and how they lie on the page."""

from dataclasses import dataclass, replace

from ..geometry import Frame, Point
from ..shapes.arrows import CLEAR

Span = tuple[float, float]
"""From where to where something reaches along one direction."""


@dataclass(frozen=True)
class Axis:
    """A way to lay main and cross on the page, and what things keep from one another there. Lengths are CSS pixels."""

    across: bool
    """Whether time runs to the right, and answers go up; else time runs down, and answers go to the right."""
    slot_gap: float
    """Between what stands one after the other along the main direction."""
    track_gap: float
    """Between a track, or the band behind it, and the next."""
    band_padding: Span
    """What a band keeps around its things, along main and along cross."""
    most_cells: int
    """How many cells a vector has at most; of a longer one the first ones and the last are shown."""
    cell: Span = (34, 28)
    """The width and the height of a cell of a vector."""
    wires_apart: float | None = None
    """Between the wires of a link, where no vectors ride above them."""
    clear: Span = (CLEAR, CLEAR)
    """How far from a thing wires begin and end, along main and along cross."""
    between_bands: float = 18
    """Between two bands that follow one another, beside `slot_gap`."""
    least_wire: float = 22
    """The shortest way of a wire between things that follow one another on a track."""

    @property
    def wire_pitch(self) -> float:
        """Between the wires of a link that carries several things: across, each has its vector riding above it."""
        if self.wires_apart is not None:
            return self.wires_apart
        return 2 * (self.cell[1] + RIDE) if self.across else WIRES_APART

    @property
    def is_dense(self) -> bool:
        """Whether cells are small, for a picture that would not fit otherwise."""
        return self.cell == DENSE_CELL

    def dense(self) -> "Axis":
        """Have small cells."""
        return replace(self, cell=DENSE_CELL)

    def point(self, main: float, cross: float) -> Point:
        """Find a place on the page."""
        return Point(main, -cross) if self.across else Point(cross, main)

    def main(self, frame: Frame) -> Span:
        """From where to where a frame reaches along the main direction."""
        return (frame.left, frame.right) if self.across else (frame.top, frame.bottom)

    def cross(self, frame: Frame) -> Span:
        """From where to where it reaches along the cross direction."""
        return (-frame.bottom, -frame.top) if self.across else (frame.left, frame.right)

    def place(self, point: Point) -> tuple[float, float]:
        """Tell the main and the cross of a place on the page."""
        return (point.x, -point.y) if self.across else (point.y, point.x)

    def frame(self, main: Span, cross: Span) -> Frame:
        """Span a frame between places on both."""
        one, other = self.point(main[0], cross[0]), self.point(main[1], cross[1])
        return Frame.between(min(one.x, other.x), min(one.y, other.y), max(one.x, other.x), max(one.y, other.y))


DENSE_CELL = (27.0, 27.0)
RIDE = 6
"""How far over its wire a vector rides where wires run to the right; down the page it lies in its wire."""
WIRES_APART = 14
ACROSS = Axis(across=True, slot_gap=8, track_gap=22, band_padding=(14, 14), most_cells=6)
DOWN = Axis(across=False, slot_gap=18, track_gap=10, band_padding=(14, 10), most_cells=4)
