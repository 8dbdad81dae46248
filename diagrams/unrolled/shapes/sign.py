"""A sign for good or bad: an open triangle up, a solid one down; never a colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import NAME, width
from ..geometry import Point, straight
from ..marks import Area, Mark, Stroke, centred
from .shape import Shape

SIDE, TALL, GAP = 10.5, 9.5, 7
STYLE = NAME.bold()
POSITIVE, NEGATIVE = "positive", "negative"


@dataclass(frozen=True, kw_only=True)
class Sign(Shape):
    """A triangle and the word for it, together centred on a point."""

    meaning: str
    text: str
    """The word for the meaning."""
    at: Point

    def marks(self) -> Sequence[Mark]:
        """The triangle, then the word."""
        left = self.at.x - sign_width(self.text) / 2
        text = centred(self.text, left + SIDE + GAP, self.at.y, STYLE, anchor="start")
        upward = self.meaning == POSITIVE
        base, tip = (TALL / 2, -TALL / 2) if upward else (-TALL / 2, TALL / 2)
        corners = (
            Point(left, self.at.y + base),
            Point(left + SIDE / 2, self.at.y + tip),
            Point(left + SIDE, self.at.y + base),
        )
        triangle = straight(*corners, closed=True)
        solid: list[Mark] = [] if upward else [Area(triangle, "ink")]
        return [*solid, Stroke(triangle, "ink"), text]


def sign_width(text: str) -> float:
    """Measure a triangle and its word."""
    return SIDE + GAP + width(text, STYLE)
