"""The line along the words with a bar at each: one time step a word."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..geometry import Frame, Point, rounded, straight
from ..marks import Area, Mark, Stroke
from .arrow import DOTS
from .shape import Shape

OFFSET = 9
"""From a word's ground to the middle of the line."""
BEFORE = 6.75
"""From a word's ground to the middle of an upright bar before it."""
LINE, BAR = 1.5, 3


@dataclass(frozen=True, kw_only=True)
class StepsLine(Shape):
    """Bars joined by a line at their outer edge; dotted where steps are left out."""

    bars: tuple[Frame, ...]
    upright: bool = False
    role: str = "steps"
    argument: str | None = "time_steps"
    gap_after: int | None = None
    """The bar, from 1, after which steps are left out."""

    def marks(self) -> Sequence[Mark]:
        """The stretches of line, then the bars."""
        marks: list[Mark] = []
        for place, (bar, after) in enumerate(zip(self.bars, self.bars[1:], strict=False), start=1):
            dashes = DOTS if place == self.gap_after else None
            marks.append(Stroke(straight(*self._stretch(bar, after)), self.role, LINE, dashes=dashes))
        return [*marks, *(Area(rounded(bar, 0), self.role) for bar in self.bars)]

    def _stretch(self, bar: Frame, after: Frame) -> tuple[Point, Point]:
        if self.upright:
            x = bar.left + LINE / 2
            return Point(x, bar.bottom), Point(x, after.top)
        y = bar.bottom - LINE / 2
        return Point(bar.right, y), Point(after.left, y)


def bar_under(word: Frame) -> Frame:
    """Place the bar of a word."""
    return Frame(word.left, word.bottom + OFFSET + LINE / 2 - BAR, word.width, BAR)


def bar_before(word: Frame) -> Frame:
    """Place the bar of a word in a column of words."""
    return Frame(word.left - BEFORE - BAR / 2, word.top, BAR, word.height)
