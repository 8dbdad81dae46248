"""An arrow: where numbers flow."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from ..geometry import Path, Point, bent, straight
from ..marks import Area, Mark, Stroke
from .shape import Shape

CLEAR = 4
"""How far an arrow stays from every rim."""
HEAD_LENGTH, HEAD_WIDTH, NOTCH = 8.5, 7.2, 0.25
BEND_RADIUS = 13.5
DOTS = (0.01, 5.5)


@dataclass(frozen=True, kw_only=True)
class Arrow(Shape):
    """A line through points, round at its start, with a slim head; without one it leads into a vector."""

    points: tuple[Point, ...]
    role: str = "flow"
    head: bool = True
    dotted: tuple[Point, Point] | None = None
    """The stretch of a straight arrow that stands for steps left out."""

    def marks(self) -> Sequence[Mark]:
        """Draw the line up to the notch of its head, then the head."""
        before, tip = self.points[-2:]
        end = tip.towards(before, HEAD_LENGTH * (1 - NOTCH)) if self.head else tip
        head: list[Mark] = [Area(head_at(before, tip), self.role)] if self.head else []
        if self.dotted is None:
            return [Stroke(bent((*self.points[:-1], end), BEND_RADIUS), self.role), *head]
        first, last = self.dotted
        return [
            Stroke(straight(self.points[0], first), self.role),
            Stroke(straight(first.towards(last, DOTS[1]), last), self.role, dashes=DOTS),
            Stroke(straight(last, end), self.role),
            *head,
        ]


def head_at(before: Point, tip: Point) -> Path:
    """Draw a slim head with a notch, pointing from one point to the other."""
    length = hypot(tip.x - before.x, tip.y - before.y)
    along = Point((tip.x - before.x) / length, (tip.y - before.y) / length)

    def back(distance: float, aside: float) -> Point:
        return Point(
            tip.x - along.x * distance - along.y * aside,
            tip.y - along.y * distance + along.x * aside,
        )

    half = HEAD_WIDTH / 2
    notch = back(HEAD_LENGTH * (1 - NOTCH), 0)
    return straight(tip, back(HEAD_LENGTH, half), notch, back(HEAD_LENGTH, -half), closed=True)
