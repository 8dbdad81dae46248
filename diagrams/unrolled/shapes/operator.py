"""An operator: a sign in a circle, where numbers meet one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import NAME
from ..geometry import Frame, Point, rounded, straight
from ..marks import Area, Mark, Stroke, centred
from .shape import Shape

SIZE = 24
ARM = 5.5
"""Half the length of the lines of + and, across its corner, of ×."""
LINE = 2
TIMES, PLUS = "×", "+"


@dataclass(frozen=True, kw_only=True)
class Operator(Shape):
    """× and + are drawn, so that they sit in the middle in any font; another sign is a text."""

    sign: str
    at: Point

    @property
    def frame(self) -> Frame:
        """The square around the circle."""
        return Frame.about(self.at.x, self.at.y, SIZE, SIZE)

    def marks(self) -> Sequence[Mark]:
        """Ground, circle, sign."""
        circle = rounded(self.frame, SIZE / 2)
        ground: list[Mark] = [Area(circle, "block"), Stroke(circle, "ink")]
        if self.sign not in (TIMES, PLUS):
            return [*ground, centred(self.sign, self.at.x, self.at.y, NAME.bold())]
        arm = ARM * 0.5**0.5 if self.sign == TIMES else ARM
        ways = [(arm, arm), (arm, -arm)] if self.sign == TIMES else [(arm, 0), (0, arm)]
        lines = [straight(Point(self.at.x - x, self.at.y - y), Point(self.at.x + x, self.at.y + y)) for x, y in ways]
        return [*ground, *(Stroke(line, "ink", LINE) for line in lines)]
