"""Sentences: as tokens, one for each time step, or as lines of text with the sentiment of phrases below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Draw, Flow, Item, Wire
from ..flow.drawing import laid
from ..flow.group import grouped
from ..fonts import WORD_IN_SENTENCE, WORD_NARROW, Style, width
from ..geometry import Frame, Point
from ..i18n import Paragraph, Series, gettext, ngettext, pgettext, quoted
from ..layout import COLUMN, MARGIN, is_right_to_left, snug_box
from ..palette import word_fills
from ..picture import Picture, in_two_forms, laid_anew
from ..shapes.arrows import INSET, TICK, Bracket
from ..shapes.plant import AGES, Plant
from ..shapes.shape import Shape, Shapes
from ..shapes.text import NEGATIVE, POSITIVE, WORD_HEIGHT, WORD_PADDING, Sign, Word, sign_width, word_width
from .pieces import text

TOKEN_AXES = (replace(ACROSS, slot_gap=51), replace(ACROSS, slot_gap=13), replace(DOWN, slot_gap=38))
"""From the most spacious to the narrowest: tokens are far enough apart for the arrows between their steps."""
STEPS_CLOSER = -10
GROUND_OVER_WORD, WORD_TO_STEP = 19, 19
GROWTH = (
    gettext("Above them, a plant grows: a seedling with two leaves."),
    gettext("Above them, a plant grows: a seedling with two leaves, then a sapling."),
    gettext("Above them, a plant grows: a seedling with two leaves, then a sapling, then a little tree."),
)


@laid_anew
def tokens(words: Sequence[str]) -> Picture:
    """Draw up to three words as tokens in the order of their steps, each with a plant above that keeps growing.

    >>> tokens(WORDS)
    """
    if not 1 <= len(words) <= len(AGES):
        raise PictureError(f"tokens draws 1 to {len(AGES)} words, with a plant above each, not {len(words)}")
    description = _tokens_described(words)
    forms = [laid(_tokens(words, axis), axis).shapes for axis in TOKEN_AXES]
    return in_two_forms(forms[:-1], forms[1:], description, room=COLUMN, margin=MARGIN)


def _tokens(words: Sequence[str], axis: Axis) -> Flow:
    """Put the words below their plants and above the names of their steps, with arrows between these.

    Across, the names have a track of their own; down the page, each is part of its word.
    """
    flow, steps = Flow(even_slots=axis.across), range(1, len(words) + 1)
    names = [flow.put(step, flow.track("steps"), _step(step)) for step in steps if axis.across]
    track = flow.track("tokens", STEPS_CLOSER)
    tokens = [flow.put(step, track, _token(words, step, axis), solid=not axis.across) for step in steps]
    for step, (start, end) in enumerate(pairwise(names or tokens), start=1):
        flow.link(start, end, Wire(f"step-{step}-arrow", step=step), sides=("main-end", "main-start"))
    return flow


def _token(words: Sequence[str], step: int, axis: Axis) -> Shapes:
    """Draw a word, above it a plant as old as the step, and down the page, below it the step."""
    word, foot = words[step - 1], Point(0, -WORD_HEIGHT / 2 - GROUND_OVER_WORD)
    frame = Frame.about(0, 0, word_width(word), WORD_HEIGHT)
    return [
        Plant(name=f"plant-{step}", step=step, age=step - 1, foot=foot),
        Word(name=f"word-{step}", step=step, text=word, frame=frame, fill=word_fills(words)[word]),
        *(() if axis.across else _step(step, frame.bottom + WORD_TO_STEP)),
    ]


def _step(step: int, y: float = 0) -> Shapes:
    return text(gettext("step %(number)s", number=step), name=f"step-{step}", y=y, step=step)


def _tokens_described(words: Sequence[str]) -> Description:
    placed = (
        gettext("%(word)s at step %(step)s", word=quoted(word), step=step) for step, word in enumerate(words, start=1)
    )
    alt = ngettext(
        "The sentence %(sentence)s as %(num)s token, one for each time step: %(words)s.",
        "The sentence %(sentence)s as %(num)s tokens, one for each time step: %(words)s.",
        len(words),
        sentence=quoted(" ".join(words)),
        words=Series(*placed),
    )
    text = gettext("The words come one after another, each at its own time step.")
    return Description(
        alt=alt,
        text=Paragraph(text, GROWTH[len(words) - 1]),
        columns=(TableColumn(pgettext("in a table", "time step")), TableColumn(pgettext("in a table", "word"))),
        rows=tuple(TableRow.of(str(step), word, step=step) for step, word in enumerate(words, start=1)),
    )


@dataclass(frozen=True)
class Judgement:
    """A phrase, as indices of neighbouring words, and its sentiment: positive or negative."""

    first: int
    last: int
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Sentence(Picture):
    """A picture of a sentence to which readings can be added."""

    words: tuple[str, ...]
    turning: str | None
    readings: tuple[Judgement, ...] = ()

    def reads(self, phrase: str, meaning: str) -> Sentence:
        """Bracket a phrase and label it as `positive` or `negative`."""
        if meaning not in (POSITIVE, NEGATIVE):
            raise PictureError(f"a reading is {POSITIVE!r} or {NEGATIVE!r}, not {meaning!r}")
        wanted = phrase.split()
        for first in range(len(self.words) - len(wanted) + 1):
            if list(self.words[first : first + len(wanted)]) == wanted:
                reading = Judgement(first, first + len(wanted) - 1, meaning)
                return _drawn(self.words, self.turning, (*self.readings, reading))
        raise PictureError(
            f"the sentence “{' '.join(self.words)}” doesn't contain {phrase!r}: use the words of the sentence"
        )


def sentence(text: str, turning: str | None = None) -> Sentence:
    """Draw a sentence; the word that reverses others is solid ink.

    >>> sentence("The movie was not good", turning="not").reads("not good", "negative")
    """
    words = tuple(text.split())
    if not words:
        raise PictureError("a sentence needs at least one word")
    if turning is not None and turning not in words:
        raise PictureError(f"the sentence “{text}” has no word {turning!r}")
    return _drawn(words, turning, ())


MEANINGS = {POSITIVE: gettext("positive"), NEGATIVE: gettext("negative")}
WIDEST, NARROW = 699, 267
"""The maximum width of a line, wide and narrow: 720 and 288 minus the margins, rounded up to whole pixels."""
READING_CLOSER = -12
"""How much closer readings are to the words, and to each other, than tracks usually are."""
TO_SIGN = 17


@dataclass(frozen=True)
class WordSizes:
    """The sizes of one layout: font, word spacing and line spacing."""

    style: Style
    height: float
    gap: float
    padding: float
    widest: float


WIDE = WordSizes(WORD_IN_SENTENCE, height=38, gap=13, padding=WORD_PADDING, widest=WIDEST)
TURNED = WordSizes(WORD_NARROW, height=30, gap=8, padding=6, widest=NARROW)


@laid_anew
def _drawn(words: tuple[str, ...], turning: str | None, readings: tuple[Judgement, ...]) -> Sentence:
    forms = (Lines(words, turning, readings, form) for form in (WIDE, TURNED))
    wide, narrow = (lines.shapes for lines in forms)
    description = _sentence_described(words, turning, readings)
    return Sentence(
        shapes=wide,
        box=snug_box(wide),
        description=description,
        narrow=Picture(narrow, snug_box(narrow), description),
        words=words,
        turning=turning,
        readings=readings,
    )


@dataclass(frozen=True)
class Lines:
    """A sentence wrapped into lines that fit the width."""

    words: tuple[str, ...]
    turning: str | None
    readings: tuple[Judgement, ...]
    form: WordSizes

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Stack the lines, aligned at the end where they start."""
        lines = self.lines()
        if len(lines) == 1:  # nothing to align with
            return laid(self._line(lines[0])[0], ACROSS).shapes
        flow = Flow(slot_room=self.form.gap - DOWN.slot_gap)
        track = flow.track("lines")
        for number, line in enumerate(lines):
            words, items = self._line(line)
            draw = grouped(words, ACROSS, items, "right" if self.is_backwards else "left")
            flow.put(number, track, draw, loose=True)
            if any(reading.first in line for reading in self.readings):
                flow.put(number + 0.5, track, ())
        return laid(flow, DOWN).shapes

    @property
    def is_backwards(self) -> bool:
        """Whether the sentence is read from right to left."""
        return is_right_to_left(" ".join(self.words))

    def lines(self) -> list[list[int]]:
        """Wrap the sentence where it is too wide, but never within a reading."""
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
        return sum(self.widths[place] for place in line) + self.form.gap * (len(line) - 1)

    @cached_property
    def widths(self) -> list[float]:
        """The width of each word, including its padding if it has a background."""
        paddings = [2 * self.form.padding if fill else 0 for fill in self.fills]
        return [width(word, self.form.style) + padding for word, padding in zip(self.words, paddings, strict=True)]

    @cached_property
    def fills(self) -> list[str | None]:
        """Ink for the turning word, and the word's colour for one with a reading of its own."""
        fills = word_fills([self.words[reading.first] for reading in self.readings if reading.first == reading.last])
        return ["ink" if word == self.turning else fills.get(word) for word in self.words]

    def _line(self, line: Sequence[int]) -> tuple[Flow, list[Item]]:
        """Put words side by side in reading direction, with their readings below."""
        flow = Flow(slot_room=self.form.gap - ACROSS.slot_gap)
        under = [(number, reading) for number, reading in enumerate(self.readings, 1) if reading.first in line]
        for number, _ in reversed(under):
            flow.track(f"reading-{number}", READING_CLOSER)
        track, slots = (
            flow.track("words", READING_CLOSER),
            {place: -place if self.is_backwards else place for place in line},
        )
        items = [flow.put(slots[place], track, self._word(place), loose=True) for place in line]
        for number, reading in under:
            ends = sorted((slots[reading.first], slots[reading.last]))
            flow.put((ends[0], ends[1]), f"reading-{number}", self._reading(number, reading, line))
        return flow, items

    def _word(self, place: int) -> Draw:
        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, self.widths[place], self.form.height)
            text, fill = self.words[place], self.fills[place]
            return [Word(name=f"word-{place + 1}", text=text, frame=frame, fill=fill, style=self.form.style)]

        return draw

    def _reading(self, number: int, reading: Judgement, line: Sequence[int]) -> Draw:
        """Draw a bracket below the phrase, and below that its sentiment, which may be wider but stays in the line."""
        meaning = MEANINGS[reading.meaning]
        spread = range(reading.first, reading.last + 1)
        hanging = max(0, (sign_width(meaning) - self._width(spread)) / 2 + INSET)
        before, after = (
            self._width(places) + self.form.gap if places else 0.0
            for places in (
                [place for place in line if place < reading.first],
                [place for place in line if place > reading.last],
            )
        )
        left, right = (after, before) if self.is_backwards else (before, after)
        least, most = hanging - left, right - hanging
        shift = min(max(0, least), most)
        if least > most:  # if wider than the line, it starts with it, or is centred if there is no other line
            shift = (least + most) / 2 if len(self.lines()) == 1 else most if self.is_backwards else least
        halves = [self.widths[place] / 2 - INSET for place in (reading.first, reading.last)]
        first, last = reversed(halves) if self.is_backwards else halves

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            start, to = Point(at.x - length / 2 - first, at.y), Point(at.x + length / 2 + last, at.y)
            place = Point((start.x + to.x) / 2 + shift, at.y + TO_SIGN)
            return [
                Bracket(name=f"reading-{number}-bracket", start=start, to=to, tick=-TICK),
                Sign(name=f"reading-{number}", meaning=reading.meaning, text=meaning, at=place),
            ]

        return draw


def _sentence_described(words: Sequence[str], turning: str | None, readings: Sequence[Judgement]) -> Description:
    quotation = quoted(" ".join(words))
    read = [(" ".join(words[reading.first : reading.last + 1]), MEANINGS[reading.meaning]) for reading in readings]
    alt = gettext("The sentence %(sentence)s.", sentence=quotation)
    if read:
        clauses = (
            gettext("%(words)s is %(meaning)s", words=quoted(phrase), meaning=meaning) for phrase, meaning in read
        )
        alt = gettext("The sentence %(sentence)s: %(readings)s.", sentence=quotation, readings=Series(*clauses))
    text = [gettext("The sentence is %(sentence)s.", sentence=quotation)]
    if turning is not None:
        text.append(gettext("The word %(word)s reverses the meaning of what follows it.", word=quoted(turning)))
    return Description(
        alt=alt,
        text=Paragraph(*text),
        columns=(TableColumn(pgettext("in a table", "words")), TableColumn(pgettext("in a table", "meaning"))),
        rows=tuple(TableRow.of(*row) for row in read),
    )
