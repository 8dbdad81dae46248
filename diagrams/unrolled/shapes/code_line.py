"""Lines of code, with the arguments that govern the picture in the colour of their role."""

from collections.abc import Sequence
from dataclasses import dataclass
from re import finditer

from ..fonts import CODE, Style, width
from ..geometry import Point, straight
from ..marks import Mark, Stroke, centred
from .shape import Shape

UNDERLINE = 9.5
"""From the middle of a line of 16 px to the middle of its 2 px underline."""


@dataclass(frozen=True)
class Spot:
    """An argument in the lines: which line, from which character to which, and its role."""

    line: int
    start: int
    end: int
    role: str
    argument: str


@dataclass(frozen=True, kw_only=True)
class CodeLine(Shape):
    """Lines of code, the first one's left end and middle at a point."""

    lines: tuple[str, ...]
    spots: tuple[Spot, ...]
    at: Point
    style: Style = CODE
    leading: float = 24

    @property
    def char(self) -> float:
        """How wide each character is."""
        return width("0", self.style)

    def place(self, spot: Spot) -> Point:
        """Find the middle of an argument."""
        return Point(self.at.x + (spot.start + spot.end) / 2 * self.char, self.at.y + spot.line * self.leading)

    def marks(self) -> Sequence[Mark]:
        """The code, then an underline for each argument."""
        marks: list[Mark] = []
        for row, line in enumerate(self.lines):
            spots = sorted((spot for spot in self.spots if spot.line == row), key=lambda spot: spot.start)
            at = 0
            for spot in spots:
                marks += self._run(row, at, spot.start, "ink")
                marks += self._run(row, spot.start, spot.end, spot.role)
                at = spot.end
            marks += self._run(row, at, len(line), "ink")
        return [*marks, *map(self._underline, self.spots)]

    def _run(self, row: int, start: int, end: int, token: str) -> list[Mark]:
        """Set characters in one colour; blanks are left out, since a browser would drop them at an end."""
        y = self.at.y + row * self.leading
        return [
            centred(found[0], self.at.x + (start + found.start()) * self.char, y, self.style, token, "start")
            for found in finditer(r"\S+(?: \S+)*", self.lines[row][start:end])
        ]

    def _underline(self, spot: Spot) -> Stroke:
        middle, half = self.place(spot), (spot.end - spot.start) / 2 * self.char
        y = middle.y + UNDERLINE * self.style.size / CODE.size
        line = straight(Point(middle.x - half, y), Point(middle.x + half, y))
        return Stroke(line, spot.role, 2, round_ends=False)
