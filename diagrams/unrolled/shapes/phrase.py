"""A phrase: one line of text in several colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..fonts import NAME, Style, width
from ..geometry import Point
from ..marks import Mark, centred
from .shape import Shape


class Run(NamedTuple):
    """A stretch of a phrase, and the token of its colour."""

    text: str
    token: str = "ink"


@dataclass(frozen=True, kw_only=True)
class Phrase(Shape):
    """Runs of text side by side, their capitals centred on a height; `anchor` says which end stands at the point."""

    runs: tuple[Run, ...]
    at: Point
    style: Style = NAME
    anchor: str = "start"

    def marks(self) -> Sequence[Mark]:
        """The runs; blanks at their ends are left out, since a browser would drop them."""
        whole = phrase_width(self.runs, self.style)
        x = self.at.x - {"start": 0, "middle": whole / 2, "end": whole}[self.anchor]
        marks: list[Mark] = []
        for text, token in self.runs:
            blank = len(text) - len(text.lstrip())
            start = x + width(text[:blank], self.style)
            marks.append(centred(text.strip(), start, self.at.y, self.style, token, "start"))
            x += width(text, self.style)
        return marks


def phrase_width(runs: Sequence[Run], style: Style) -> float:
    """Measure runs side by side."""
    return sum(width(run.text, style) for run in runs)
