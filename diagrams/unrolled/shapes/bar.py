"""A bar and a spot: one value of a chart, by its length from nought or by its place on a scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import NUMBER
from ..geometry import Frame, Point, rounded, straight
from ..marks import Area, Mark, Stroke, centred
from .shape import Shape

SPOT = 7


@dataclass(frozen=True, kw_only=True)
class Bar(Shape):
    """A solid bar that begins at nought, with its value at its end where there is room for it."""

    frame: Frame
    text: str = ""
    at: Point | None = None
    """Where the value stands."""
    anchor: str = "middle"

    def marks(self) -> Sequence[Mark]:
        """The bar, then its value."""
        frame = self.frame
        corners = (
            Point(frame.left, frame.top),
            Point(frame.right, frame.top),
            Point(frame.right, frame.bottom),
            Point(frame.left, frame.bottom),
        )
        bar = Area(straight(*corners, closed=True), self.role)
        if self.at is None:
            return [bar]
        return [bar, centred(self.text, self.at.x, self.at.y, NUMBER, anchor=self.anchor)]


@dataclass(frozen=True, kw_only=True)
class Spot(Shape):
    """A value by its place; one that the scale does not reach is said in a text."""

    at: Point
    text: str = ""

    def marks(self) -> Sequence[Mark]:
        """A solid circle, or the text alone."""
        if self.text:
            return [centred(self.text, self.at.x, self.at.y, NUMBER)]
        return [Area(rounded(Frame.about(self.at.x, self.at.y, SPOT, SPOT), SPOT / 2), self.role)]


@dataclass(frozen=True, kw_only=True)
class Line(Shape):
    """What joins spots, or what bars stand on."""

    points: tuple[Point, ...]
    width: float = 1.5

    def marks(self) -> Sequence[Mark]:
        """Straight from point to point."""
        return [Stroke(straight(*self.points), self.role, self.width)] if len(self.points) > 1 else []
