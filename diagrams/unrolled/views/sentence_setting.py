"""A sentence set in lines, with its readings under them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import WORD_IN_SENTENCE, WORD_TURNED, Style, width
from ..geometry import Frame, Point
from ..i18n import gettext
from ..layout import is_right_to_left, row
from ..palette import word_fills
from ..shapes.arrows import INSET, TICK, Bracket
from ..shapes.shape import Shape
from ..shapes.text import NEGATIVE, POSITIVE, WORD_PADDING, Sign, Word, sign_width

MEANINGS = {POSITIVE: gettext("positive"), NEGATIVE: gettext("negative")}
WIDEST, NARROW = 699, 267
"""How wide a line of the sentence may be, across and turned: 720 and 288 less the margins, rounded up to a whole px."""


@dataclass(frozen=True)
class Reading:
    """Some neighbouring words, by their places from 0, and what they say together: positive or negative."""

    first: int
    last: int
    meaning: str


@dataclass(frozen=True)
class Measures:
    """The sizes of one form: its words, then what stands under a line, each from the one before."""

    style: Style
    height: float
    gap: float
    padding: float
    widest: float
    to_bracket: float = 10
    to_sign: float = 17
    to_next: float = 15


WIDE = Measures(WORD_IN_SENTENCE, height=38, gap=13, padding=WORD_PADDING, widest=WIDEST)
TURNED = Measures(WORD_TURNED, height=30, gap=8, padding=6, widest=NARROW)


@dataclass(frozen=True)
class Setting:
    """Everything that decides where a word stands."""

    words: tuple[str, ...]
    turning: str | None
    readings: tuple[Reading, ...]
    form: Measures

    def shapes(self) -> list[Shape]:
        """Set line under line."""
        shapes: list[Shape] = []
        top = 0.0
        for line in self.lines():
            frames = self.frames(line, top)
            shapes += [self._word(place, frame) for place, frame in frames.items()]
            under = [(number, reading) for number, reading in enumerate(self.readings, 1) if reading.first in frames]
            top += self.form.height
            for number, reading in under:
                shapes += self._reading(f"reading-{number}", reading, frames, top)
                top += self.form.to_bracket + self.form.to_sign + self.form.to_next
            top += self.form.gap
        return shapes

    def lines(self) -> list[list[int]]:
        """Break the sentence where it gets too wide, but never within a reading."""
        lines: list[list[int]] = [[]]
        for chunk in self._chunks():
            if lines[-1] and self._width([*lines[-1], *chunk]) > self.form.widest:
                lines.append([])
            lines[-1] += chunk
        return lines

    def _chunks(self) -> list[list[int]]:
        chunks: list[list[int]] = []
        for place in range(len(self.words)):
            together = any(reading.first < place <= reading.last for reading in self.readings)
            if together:
                chunks[-1].append(place)
            else:
                chunks.append([place])
        return chunks

    def _width(self, line: Sequence[int]) -> float:
        return sum(map(self._word_width, line)) + self.form.gap * (len(line) - 1)

    def _word_width(self, place: int) -> float:
        padding = self.form.padding if self._fill(place) else 0
        return width(self.words[place], self.form.style) + 2 * padding

    def frames(self, line: Sequence[int], top: float) -> dict[int, Frame]:
        """Place the words of a line, in the direction in which the sentence is read."""
        widths = list(map(self._word_width, line))
        lefts = row(widths, self.form.gap)
        if is_right_to_left(" ".join(self.words)):
            widest = max(map(self._width, self.lines()))
            lefts = [widest - left - across for left, across in zip(lefts, widths, strict=True)]
        return {
            place: Frame(left, top, across, self.form.height)
            for place, left, across in zip(line, lefts, widths, strict=True)
        }

    def _fill(self, place: int) -> str | None:
        """Give ink to the turning word, and a word's colour to one that is read alone."""
        word = self.words[place]
        if word == self.turning:
            return "ink"
        alone = [self.words[reading.first] for reading in self.readings if reading.first == reading.last]
        return word_fills(alone).get(word)

    def _word(self, place: int, frame: Frame) -> Shape:
        word, fill = self.words[place], self._fill(place)
        return Word(name=f"word-{place + 1}", text=word, frame=frame, fill=fill, style=self.form.style)

    def _reading(self, name: str, reading: Reading, frames: dict[int, Frame], top: float) -> list[Shape]:
        ends = frames[reading.first], frames[reading.last]
        left, right = min(end.left for end in ends) + INSET, max(end.right for end in ends) - INSET
        y = top + self.form.to_bracket
        meaning = MEANINGS[reading.meaning]
        half = sign_width(meaning) / 2
        middle = max(half, min((left + right) / 2, right - half))  # it may hang out, but not out of the sentence
        return [
            Bracket(name=f"{name}-bracket", start=Point(left, y), to=Point(right, y), tick=-TICK),
            Sign(name=name, meaning=reading.meaning, text=meaning, at=Point(middle, y + self.form.to_sign)),
        ]
