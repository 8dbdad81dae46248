"""A label: a name beside or under what it names."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import NAME, Style
from ..geometry import Point
from ..marks import Mark, centred
from .shape import Shape


@dataclass(frozen=True, kw_only=True)
class Label(Shape):
    """One line of text, its capitals centred on a point, in the colour of its role."""

    text: str
    at: Point
    style: Style = NAME
    anchor: str = "middle"

    def marks(self) -> Sequence[Mark]:
        """The text alone."""
        return [centred(self.text, self.at.x, self.at.y, self.style, self.role, self.anchor)]
