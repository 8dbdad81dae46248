"""A scale: lines across a chart, each with its value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..fonts import NUMBER, width
from ..geometry import Point, straight
from ..marks import Mark, Stroke, centred
from .shape import Shape

EXPONENT_RISE, LABEL_GAP, LABEL_OVER = 5, 6, 11
LONGEST = 4
"""Where a scale goes further than so many digits behind the point, its labels are powers."""


class Decade(NamedTuple):
    """The line of a power of ten, from its label to its other end."""

    exponent: int
    start: Point
    end: Point


@dataclass(frozen=True, kw_only=True)
class Scale(Shape):
    """Powers of ten; the labels stand before sideways lines, and over upright ones."""

    decades: tuple[Decade, ...]
    role: str = "muted"

    def marks(self) -> Sequence[Mark]:
        """Hair lines and their labels."""
        marks: list[Mark] = []
        for decade in self.decades:
            marks.append(Stroke(straight(decade.start, decade.end), "rule", 0.75, opacity=0.55, round_ends=False))
        powers = as_powers([decade.exponent for decade in self.decades])
        for decade in self.decades:
            is_upright = decade.start.x == decade.end.x
            across = label_width(decade.exponent, powers)
            left = decade.start.x - (across / 2 if is_upright else across + LABEL_GAP)
            y = decade.start.y - (LABEL_OVER if is_upright else 0)
            marks += self._label(decade.exponent, powers, left, y)
        return marks

    def _label(self, exponent: int, powers: bool, left: float, y: float) -> list[Mark]:
        if exponent == 0 or not powers:
            return [centred(_plain(exponent), left, y, NUMBER, self.role, "start")]
        raised = left + width("10", NUMBER)
        return [
            centred("10", left, y, NUMBER, self.role, "start"),
            centred(f"−{-exponent}", raised, y - EXPONENT_RISE, NUMBER, self.role, "start"),
        ]


def as_powers(exponents: Sequence[int]) -> bool:
    """Tell whether a scale's labels are powers: all of them, or none."""
    return -min(exponents) > LONGEST


def labels_width(exponents: Sequence[int]) -> float:
    """Measure the widest label of a scale."""
    return max(label_width(exponent, as_powers(exponents)) for exponent in exponents)


def label_width(exponent: int, powers: bool) -> float:
    """Measure a label."""
    return width(f"10−{-exponent}" if exponent and powers else _plain(exponent), NUMBER)


def _plain(exponent: int) -> str:
    return "1" if exponent == 0 else f"{10.0**exponent:.{-exponent}f}"
