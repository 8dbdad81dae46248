"""A network's answer after each word, as a curve above the words, and the contents of its memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, read_only
from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item
from ..flow.drawing import laid
from ..fonts import NAME, NUMBER, ROW_LABEL, WORD, Style
from ..geometry import Frame, Point
from ..i18n import (
    Known,
    Listing,
    Message,
    Paragraph,
    PrintedNumbers,
    counted,
    gettext,
    known,
    pgettext,
    quoted,
    text_of,
)
from ..layout import MARGIN, PHONE, first_that_fits, fitted_box, page_width, snug_box
from ..picture import Picture, laid_anew
from ..shapes.cells import Patch, Vector
from ..shapes.plots import CurveDot, Line, Polyline
from ..shapes.shape import Shape
from ..shapes.text import Label, Word, word_width

MOST_PRINTED = 2
"""Up to this many units are printed in cells; more are drawn as small cells, with numbers only in the table."""
CELL, CLOSE_CELL = (29, 28), (25, 28)
"""The size of a printed cell, and where several sentences would otherwise be too wide."""
SMALL_ACROSS, SMALL_DOWN = 15, 10
"""The size of a small cell, across and down the page."""
HIGH_ACROSS, HIGH_DOWN = 104, 54
"""The distance between answers 0 and 1, across and down the page."""
BEYOND, BEYOND_DOWN = 24, 12
"""How far the lines of the scale extend beyond the first and last word, across and down the page."""
VALUE_OVER, VALUE_BESIDE = 15, 10
CLEAR = 9
"""The minimum distance from the middle of a number to a line of the scale."""
END_GAP, END_OVER, END_OVER_PATCH, END_OVER_WORDS, END_BESIDE = 12, 35, 15, 18, 5
"""From the lines to the names of their ends: across; down the page, next to the memory's name, at least and beyond the
middle of its small cells, so that names aren't on one line; and next to words only.
"""
LARGE_NUMBER = NUMBER.sized(13)
ACROSS_FORMS = ((22, 4, 10), (20, 4, 10), (18, 4, 10), (16, 4, 4), (14, 4, 4))
DOWN_FORMS = ((19, 8, 8), (17, 8, 8), (15, 8, 8), (13, 8, 8), (15, 4, 8), (13, 4, 8), (11.5, 4, 8), (11.5, 4, 4))
"""The layouts to try: font size of words, small cells of a memory side by side, gap after a word."""
MOST_ALONE = 18
"""The largest font size of words without a memory, so that several stacked sentences look alike."""
WORDS_APART = 2
"""The distance between words without a memory, down the page."""
GROUNDS = {"kind": "word-1", "unkind": "word-4", "turning": "ink"}
"""The meanings a word can have for the answer, and their background colours: the same in every article."""
BAR_ROOM = 5
"""The space below the words for the bar that highlights one of them."""
PATCHES_APART = 6
"""The extra distance between memories whose numbers aren't printed, across the page."""
BETWEEN = 100
"""From the first slot of one sentence to that of the next."""


class ReadSentence(NamedTuple):
    """Words, the answer after each of them, and the memory at that time (words, units)."""

    words: tuple[str, ...]
    answers: Array
    memory: Array | None


@dataclass(frozen=True, eq=False)
class ReadSentences:
    """Sentences read by a network, the names of the two ends of its scale, and words with a meaning for the answer."""

    sentences: tuple[ReadSentence, ...]
    ends: tuple[str, str]
    meanings: Mapping[str, str]
    top: float
    wide: float = 0

    @property
    def units(self) -> int:
        """The size of the memory; 0 if it isn't shown."""
        memory = self.sentences[0].memory
        return 0 if memory is None else memory.shape[1]

    @property
    def is_printed(self) -> bool:
        """Whether each number of the memory is printed in its cell."""
        return self.units <= MOST_PRINTED


def reading(
    words: Sequence[str] | Sequence[Sequence[str]],
    answers: ArrayLike | Sequence[ArrayLike],
    memory: ArrayLike | Sequence[ArrayLike] | None = None,
    *,
    ends: tuple[str, str] = ("0", "1"),
    meanings: Mapping[str, str] | None = None,
    wide: float = 0,
) -> Picture:
    """Draw a network's answer after each word as a curve from 0 to 1, and below it the memory as a heat map.

    `memory` has a row of numbers for each word. Several sentences are side by side, or stacked on a phone. `ends` names
    the meanings of 0 and 1. `meanings` maps words to "kind", "unkind" or "turning", which gives them a background.
    `wide` (px) extends the scale of a single sentence, to match the width of another picture above or below.

    >>> reading(["not", "bad"], [0.2, 0.9], [[-0.7, 0.6], [1.2, -0.2]], ends=("unkind", "kind"))
    """
    is_one = not words or isinstance(words[0], str)
    listed: list[tuple[Any, Any, Any]] = [(words, answers, memory)]
    if not is_one:
        rows: list[Any] = [list(answers), [None] * len(words) if memory is None else list(memory)]  # type: ignore[arg-type]
        if {len(row) for row in rows} != {len(words)}:
            raise PictureError(f"{counted(len(words), 'sentence')} need as many rows of answers and of memory")
        listed = list(zip(words, *rows, strict=True))
    sentences = tuple(_sentence(*entry) for entry in listed)
    if unknown := set((meanings or {}).values()) - set(GROUNDS):
        raise PictureError(f"a word means {', '.join(GROUNDS)}, not {', '.join(sorted(unknown))}")
    if len({None if sentence.memory is None else sentence.memory.shape[1] for sentence in sentences}) > 1:
        raise PictureError("the memory must have the same number of units in each sentence")
    top = max(
        (float(np.abs(sentence.memory).max()) for sentence in sentences if sentence.memory is not None), default=1.0
    )
    return _picture(ReadSentences(sentences, ends, meanings or {}, top or 1.0, wide))


def _sentence(words: Sequence[str], answers: ArrayLike, memory: ArrayLike | None) -> ReadSentence:
    values = read_only(answers).reshape(-1)
    held = None if memory is None else read_only(memory)
    if not words:
        raise PictureError("a sentence needs at least one word")
    if len(values) != len(words) or (held is not None and (held.ndim != 2 or len(held) != len(words))):
        raise PictureError(f"{counted(len(words), 'word')} need as many answers, and a row of memory for each")
    if not ((values >= 0) & (values <= 1)).all():
        raise PictureError("an answer must be a number from 0 to 1, such as the output of a Dense(1) with sigmoid")
    return ReadSentence(tuple(words), values, held)


@laid_anew
def _picture(reading: ReadSentences) -> Picture:
    """Let time run across, or down on a phone, with the largest letters that fit."""
    description = _description(reading)
    forms = ACROSS_FORMS if reading.units else [form for form in ACROSS_FORMS if form[0] <= MOST_ALONE]
    close = DOWN_FORMS if reading.units else [(size, columns, WORDS_APART) for size, columns, _ in DOWN_FORMS]
    wide = _fitted(reading, ACROSS_READING, forms, page_width())
    if reading.wide and len(reading.sentences) == 1:
        end = snug_box(wide).left + reading.wide - MARGIN
        tail = end - max(shape.to.x for shape in wide if isinstance(shape, Line))
        wide = _fitted(reading, ACROSS_READING, forms, max(page_width(), reading.wide), max(0, tail))
    narrow = _fitted(reading, DOWN_READING, close, PHONE)
    small = Picture(narrow, fitted_box(narrow, PHONE), description)
    return Picture(wide, snug_box(wide), description, narrow=small)


def _fitted(
    reading: ReadSentences, axis: Axis, forms: Sequence[tuple[float, int, float]], room: float, tail: float = 0
) -> tuple[Shape, ...]:
    more = 0 if reading.is_printed or not axis.across else PATCHES_APART
    tried = (
        laid(
            _flow(reading, axis, columns, WORD.sized(size), tail), replace(axis, slot_gap=gap + more, cell=cell)
        ).shapes
        for cell in (CELL, CLOSE_CELL)
        for size, columns, gap in forms
    )
    return first_that_fits(tried, room)


ACROSS_READING = replace(ACROSS, track_gap=13, band_padding=(0, 0))
DOWN_READING = replace(DOWN, track_gap=9, band_padding=(0, 0))


def _flow(reading: ReadSentences, axis: Axis, columns: int, style: Style, tail: float) -> Flow:
    """Add the words, the answers and the memory of each sentence, one sentence after the other."""
    flow, start = Flow(), 0.0
    for name in ("memory", "words", "answer") if axis.across else ("words", "memory", "answer"):
        if name != "memory" or reading.units:
            flow.track(name, BAR_ROOM if name == "words" and axis.across else 0)
    widest = max(word_width(word, style, least=0) for sentence in reading.sentences for word in sentence.words)
    for number, sentence in enumerate(reading.sentences, start=1):
        key, first = f"-{number}" if len(reading.sentences) > 1 else "", number == 1
        is_named = first or not axis.across
        if not first and not axis.across:
            flow.sections.append(start + 1)
        held: list[Item] = []
        for step, word in enumerate(sentence.words, start=1):
            fill = GROUNDS.get(reading.meanings.get(word, ""))
            wide = word_width(word, style, least=0) if axis.across else widest
            slot = start + step
            flow.put(slot, "words", _word(f"word{key}-{step}", word, wide, fill, style, step))
            if sentence.memory is not None:
                row = sentence.memory[step - 1]
                held.append(flow.put(slot, "memory", _memory(f"memory{key}-{step}", row, reading, step, columns)))
        span = start + 1, start + len(sentence.words)
        lines = flow.put(span, "answer", _scale(f"scale{key}", reading, columns, is_named=is_named, tail=tail))
        flow.put(span, "answer", _line(f"answer{key}", sentence.answers), solid=True)
        flow.band(f"scale-lane{key}", [lines], has_ground=False)
        if held and is_named:
            flow.label(held, Caption(f"memory-label{key}", pgettext("in a table", "memory"), "memory", style=ROW_LABEL))
        start += BETWEEN
    if reading.units:
        note = gettext("Memory: blue above zero, red below; the farther from zero, the stronger.")
        flow.note(Caption("note", note, "muted", style=NAME))
    return flow


def _word(name: str, text: str, wide: float, fill: str | None, style: Style, step: int) -> Draw:
    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        frame = Frame.about(at.x, at.y, wide, CELL[1] + 2)
        return [Word(name=name, step=step, text=text, frame=frame, fill=fill, style=style)]

    return draw


def _memory(name: str, row: Array, reading: ReadSentences, step: int, most: int) -> Draw:
    heat = tuple(float(value) / reading.top for value in row)

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        if reading.is_printed:
            frame = Frame.about(at.x, at.y, axis.cell[0] * len(row), axis.cell[1])
            texts = tuple(text_of(value, 1) for value in row.tolist())
            style = LARGE_NUMBER if axis.cell == CELL else NUMBER.sized(12)
            return [Vector(name=name, role="memory", step=step, frame=frame, cells=texts, heat=heat, style=style)]
        columns = min(len(row), most)
        cell = SMALL_ACROSS if axis.across else SMALL_DOWN
        size = cell * columns, cell * -(-len(row) // columns)
        return [
            Patch(name=name, role="memory", step=step, frame=Frame.about(at.x, at.y, *size), heat=heat, columns=columns)
        ]

    return draw


def _high(axis: Axis) -> float:
    return HIGH_ACROSS if axis.across else HIGH_DOWN


def _scale(name: str, reading: ReadSentences, columns: int, *, is_named: bool, tail: float) -> Draw:
    """Draw the lines of 0 and 1, and the dashed one at the decision boundary."""
    rows = 1 if reading.is_printed else -(-reading.units // columns)
    over = max(END_OVER, SMALL_DOWN * rows / 2 + END_OVER_PATCH) if reading.units else END_OVER_WORDS

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        main, cross = axis.place(at)
        reach = length / 2 + (BEYOND if axis.across else BEYOND_DOWN)
        shapes: list[Shape] = []
        for level in (0.0, 0.5, 1.0):
            line = (
                axis.point(main - reach, cross + level * _high(axis)),
                axis.point(main + reach + tail, cross + level * _high(axis)),
            )
            role, dashes = ("muted", (4.5, 3.3)) if level == 0.5 else ("hair", None)
            shapes.append(Line(name=f"{name}-{level:.1f}", role=role, start=line[0], to=line[1], dashes=dashes))
        for level, end_name in zip((0.0, 1.0), reading.ends if is_named else (), strict=False):
            # Down the page, they would collide above their lines, so they go on either side of the middle.
            along = level if axis.across else 0.5 + (level - 0.5) * 2 * END_BESIDE / _high(axis)
            at_end = axis.point(main - reach - (END_GAP if axis.across else over), cross + along * _high(axis))
            anchor = "end" if axis.across or level == 0 else "start"
            shapes.append(Label(name=f"{name}-end-{level:.0f}", role="muted", text=end_name, at=at_end, anchor=anchor))
        if is_named and axis.across:  # down the page, the two ends take that space
            at_middle = axis.point(main - reach - END_GAP, cross + 0.5 * _high(axis))
            shapes.append(Label(name=f"{name}-middle", role="muted", text=text_of(0.5, 1), at=at_middle, anchor="end"))
        return shapes

    return draw


def _line(name: str, answers: Array) -> Draw:
    """Draw the answer after each word: a segment of the curve, a dot, and the number away from the curve."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        main, cross = axis.place(at)
        pitch = length / (len(answers) - 1) if len(answers) > 1 else 0
        points = [
            axis.point(main - length / 2 + place * pitch, cross + float(answer) * _high(axis))
            for place, answer in enumerate(answers)
        ]
        shapes: list[Shape] = [
            Polyline(
                name=f"{name}-line-{step}",
                role="output",
                step=step,
                points=(points[step - 2], points[step - 1]),
                width=2,
            )
            for step in range(2, len(points) + 1)
        ]
        for step, (point, answer) in enumerate(zip(points, answers, strict=True), start=1):
            is_last = step == len(points)
            shapes.append(CurveDot(name=f"{name}-{step}", role="output", step=step, at=point, is_solid=is_last))
            where, anchor = _beside(axis, point, float(answer))
            style = LARGE_NUMBER.bold() if is_last else LARGE_NUMBER
            printed = text_of(answer, 2)
            shapes.append(
                Label(
                    name=f"{name}-{step}-value",
                    role="ink",
                    step=step,
                    text=printed,
                    at=where,
                    style=style,
                    anchor=anchor,
                )
            )
        return shapes

    return draw


def _beside(axis: Axis, point: Point, answer: float) -> tuple[Point, str]:
    """Find a position for a number: beyond its dot, away from the middle line."""
    beyond = 1 if answer >= 0.5 else -1
    if axis.across:
        over, line = float(VALUE_OVER), min(answer, 1 - answer) * HIGH_ACROSS
        if abs(line - over) < CLEAR:
            over = line - CLEAR if line > over + CLEAR / 2 else line + CLEAR
        return Point(point.x, point.y - beyond * over), "middle"
    return Point(point.x + beyond * VALUE_BESIDE, point.y), "start" if beyond > 0 else "end"


def _description(reading: ReadSentences) -> Description:
    """Describe the final answer and how it develops word by word; the table includes the memory."""
    ends = Listing(
        *(
            gettext(
                "%(sentence)s ends at %(answer)s",
                sentence=quoted(" ".join(sentence.words)),
                answer=_printed(sentence, len(sentence.words) - 1),
            )
            for sentence in reading.sentences
        )
    )
    alt = Paragraph(gettext("A network’s answer after each word, from 0 to 1: %(ends)s.", ends=ends))
    text = [gettext("0 means %(low)s, 1 means %(high)s.", low=reading.ends[0], high=reading.ends[1])]
    if reading.units:
        text.append(gettext("Next to each word is the memory, with each number coloured by its value."))
    steps = tuple(_step(reading, place) for place in range(max(len(sentence.words) for sentence in reading.sentences)))
    rows, decimals = [], 1 if reading.is_printed else 2
    for sentence in reading.sentences:
        for place, word in enumerate(sentence.words):
            cells: list[str] = [str(place + 1), word, _printed(sentence, place)]
            if sentence.memory is not None:
                cells.append(PrintedNumbers(tuple(text_of(float(value), decimals) for value in sentence.memory[place])))
            rows.append(TableRow.of(*cells, step=place + 1))
    heads = [pgettext("in a table", "time step"), pgettext("in a table", "word"), pgettext("in a table", "answer")]
    columns = [
        *map(TableColumn, heads, (None, None, "ink")),
        *([TableColumn(pgettext("in a table", "memory"), "memory")] if reading.units else []),
    ]
    return Description(alt, Paragraph(*text), steps, tuple(columns), tuple(rows))


def _step(reading: ReadSentences, place: int) -> Paragraph:
    """Describe the effect of a word in each sentence, combining sentences with the same effect."""
    moments = dict.fromkeys(
        _moment(reading, sentence, place) for sentence in reading.sentences if place < len(sentence.words)
    )
    return Paragraph(*moments)


def _moment(reading: ReadSentences, sentence: ReadSentence, place: int) -> Message:
    values: dict[str, object] = {"word": quoted(sentence.words[place]), "answer": _printed(sentence, place)}
    if sentence.memory is None or not reading.is_printed:
        return gettext("After %(word)s the answer is %(answer)s.", **values)
    held = known(
        PrintedNumbers(tuple(text_of(float(value), 1) for value in sentence.memory[place])), place + 1, "memory"
    )
    return gettext("After %(word)s the memory is %(memory)s, and the answer is %(answer)s.", memory=held, **values)


def _printed(sentence: ReadSentence, place: int) -> Known:
    return known(text_of(float(sentence.answers[place]), 2), place + 1, "ink")
