"""A word of the sentence, as the reader would write it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import WORD, Style, width
from ..geometry import Frame, Point, rounded
from ..marks import Area, Mark, Text
from .shape import Shape

HEIGHT = 30
PADDING = 8
LEAST_WIDTH = 54
RADIUS = 3


@dataclass(frozen=True, kw_only=True)
class Word(Shape):
    """A token in the colour of its word; solid ink with paper letters where it turns the others."""

    text: str
    frame: Frame
    fill: str | None = None
    style: Style = WORD
    again: tuple[int, ...] = ()
    """The later steps that are about it as well, as where a sentence is read from both ends."""

    def marks(self) -> Sequence[Mark]:
        """Ground, where it has one, and letters, on one baseline for every word of the same frame."""
        baseline = self.frame.centre + 0.24 * self.style.size + 1.5
        letters = "paper" if self.fill == "ink" else "ink"
        text = Text(self.text, Point(self.frame.middle, baseline), self.style, letters)
        return [Area(rounded(self.frame, RADIUS), self.fill), text] if self.fill else [text]


def word_width(text: str, style: Style = WORD, padding: float = PADDING, least: float = LEAST_WIDTH) -> float:
    """Measure a word with the padding of its ground."""
    return max(least, width(text, style) + 2 * padding)
