"""Sentences from real reviews, each word raised or sunk by how far it moves the trained network's answer."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from _reviews import answer_to_nothing, examples, read
from unrolled import Model, Picture, read_keras
from unrolled.description import Description, TextColumn
from unrolled.flow.axis import DOWN
from unrolled.flow.description import Draw
from unrolled.flow.group import grouped, in_column
from unrolled.flow.table import Table
from unrolled.geometry import Frame, Point
from unrolled.i18n import text_of
from unrolled.layout import wrapped
from unrolled.measures import Measures, measures
from unrolled.picture import in_two_forms
from unrolled.sample import Sample
from unrolled.shapes.arrows import Bracket
from unrolled.shapes.plots import Line, Tile
from unrolled.shapes.shape import Shape, Shapes, moved
from unrolled.shapes.text import word_width
from unrolled.views.pieces import BOLD, beside, text, word

PUSH = 0.05
"""A word that moves the answer this much has its number, and a background."""
TOGETHER = ("no reason to miss", "not once", "never once")
"""Phrases that mean something else than their words one by one."""
UNFOUNDED = ("flawed", "fashioned", "for", "own", "friday")
"""Words that a reader wouldn't count as the praise or blame that the network takes them for."""
PUSHED, LENGTH, BAR = 280, 340, 20
"""How far a word is raised by a push of 1, and how long its bar is, in px."""
WIDE, NARROW = measures(letters=18, apart=26), measures(letters=17, apart=22, is_full=False)
HIGH, GAP, TO_TITLE, OVER, REACH, PADDING = 28, 7, 10, 12, 28, 5
ALT = "After the last word of “{}”, the network’s answer is {} ({:.2f}); people rated it {:+.1f}."


class Sentence(NamedTuple):
    """A sentence, how far each word moves the answer from 0 to 1, the last answer, and the rating by people."""

    number: int
    text: str
    words: list[str]
    pushes: list[float]
    answer: float
    rating: float

    @property
    def is_right(self) -> bool:
        """Whether the network agrees with the people."""
        return (self.answer > 0.5) == (self.rating > 0)

    def is_unfounded(self, at: int) -> bool:
        """Whether a word moves the answer for no reason that a reader would see."""
        return _fill(self.pushes[at]) is not None and self.words[at].lower() in UNFOUNDED

    @property
    def title(self) -> str:
        """What people and the network say."""
        network = _called(self.answer > 0.5)
        return f"people: {_called(self.rating > 0)}, network: {network} ({text_of(self.answer, 2)})"

    @property
    def together(self) -> range:
        """The places of the words that have to be taken together."""
        said = [one.lower() for one in self.words]
        for phrase in map(str.split, TOGETHER):
            for at in range(len(said)):
                if said[at : at + len(phrase)] == phrase:
                    return range(at, at + len(phrase))
        return range(0)


def draw(code: str, right: bool = True) -> Picture:
    """Draw the sentences it judges correctly, or the others."""
    shown = [each for each in _sentences(read_keras(code)) if each.is_right == right]
    said = [
        ALT.format(each.text, _called(each.answer > 0.5), each.answer, each.rating).replace("-", "−") for each in shown
    ]
    rows = [(each.text, one, push) for each in shown for one, push in zip(each.words, each.pushes, strict=True)]
    table = [
        TextColumn("sentence", [row[0] for row in rows]),
        TextColumn("word", [row[1] for row in rows]),
        TextColumn("moves the answer by", [_signed(row[2]) for row in rows]),
    ]
    wide, narrow = ([_laid(shown, sizes) for sizes in tried] for tried in (WIDE, NARROW))
    return in_two_forms(wide, narrow, Description.of(" ".join(said), table=table))


def _called(is_praise: bool) -> str:
    return "positive" if is_praise else "negative"


def _signed(push: float) -> str:
    return f"{'+' if push > 0 else ''}{text_of(push, 2)}"


def _sentences(model: Model) -> Iterator[Sentence]:
    """Read each sentence; pushes are those of the printed answers: from 0.27 to 0.22 is −0.05."""
    for each in examples():
        words, answers, _ = read(model, each["text"])
        printed = [round(float(answer), 2) for answer in (answer_to_nothing(model), *answers)]
        pushes = [round(after - before, 2) for before, after in pairwise(printed)]
        yield Sentence(each["number"], each["text"], words, pushes, printed[-1], each["rating"])


def _laid(shown: list[Sentence], sizes: Measures) -> tuple[Shape, ...]:
    """Put the sentences below one another, each below what people and the network say."""
    parts: list[Draw] = []
    for each in shown:
        title = text(each.title, "ink", BOLD, name=f"title-{each.number}", anchor="start")
        line = _line(each, sizes) if sizes.is_full else _rows(each, sizes)
        parts.append(_column([title, line], TO_TITLE))
    note = "A word on the line doesn’t move the answer; above it, it raises it, and below, it lowers it."
    together = "Bracket: words that have to be taken together."
    if not sizes.is_full:
        note, together = (
            "Bars: how far each word raises the answer (right) or lowers it (left).",
            "Thick rims: words to be taken together.",
        )
    if any(each.together for each in shown):
        note = f"{note} {together}"
    if any(each.is_unfounded(at) for each in shown for at in range(len(each.words))):
        note = f"{note} Dashed: a reader wouldn’t agree."
    note = f"{note} In brackets: the answer, from 0, negative, to 1, positive."
    lines = wrapped(note, BOLD, 600 if sizes.is_full else 260)
    notes = [text(said, name=f"note-{at}", anchor="start") for at, said in enumerate(lines)]
    return in_column([*parts, _column(notes, 4)], DOWN, sizes.apart)


def _column(parts: Sequence[Shapes | Draw], apart: float) -> Draw:
    shapes = in_column(parts, DOWN, apart)
    top = Frame.around(shape.bounds for shape in shapes).top
    return lambda axis, at, length: [moved(shape, Point(at.x, at.y - top)) for shape in shapes]


def _fill(push: float) -> str | None:
    return None if abs(push) < PUSH else "word-1" if push > 0 else "word-4"


def _line(sentence: Sentence, sizes: Measures) -> Shapes:
    """String the words on a line that stands for no push, each raised or sunk by its own."""
    things = []
    for at, (said, push) in enumerate(zip(sentence.words, sentence.pushes, strict=True)):
        name, wide, up = (
            f"word-{sentence.number}-{at + 1}",
            word_width(said, sizes.style, PADDING, 0),
            Point(0, -push * PUSHED),
        )
        rim = "dashed" if sentence.is_unfounded(at) else None
        drawn = word(said, wide, _fill(push) or "lane", sizes.style, name=name, high=HIGH, rim=rim)
        thing = [moved(shape, up) for shape in drawn]
        if _fill(push):
            sign = 1 if push > 0 else -1
            y = up.y - sign * (HIGH / 2 + OVER)
            thing += text(_signed(push), "ink", name=f"{name}-push", y=y)
        things.append(thing)
    strung = beside(things, GAP, "left")
    along = Frame.around(shape.bounds for shape in strung)
    ends = Point(along.left - GAP, 0), Point(along.right + GAP, 0)
    shapes: list[Shape] = [Line(name=f"zero-{sentence.number}", role="rule", start=ends[0], to=ends[1]), *strung]
    if sentence.together:
        frames = [
            shape.bounds
            for at in sentence.together
            for shape in shapes
            if shape.name == f"word-{sentence.number}-{at + 1}"
        ]
        around, low = Frame.around(frames), max(shape.bounds.bottom for shape in shapes) + 8
        shapes.append(
            Bracket(
                name=f"together-{sentence.number}", start=Point(around.left, low), to=Point(around.right, low), tick=-4
            )
        )
    return shapes


def _rows(sentence: Sentence, sizes: Measures) -> Draw:
    """Write the words below one another, each beside a bar for its push."""
    table = Table(Sample.all(len(sentence.words)), 2, prefix=f"{sentence.number}-")

    @table.column(align="right")
    def said(row: int) -> Shapes:
        one = sentence.words[row]
        fill, rim = _fill(sentence.pushes[row]), "dashed" if sentence.is_unfounded(row) else None
        return word(one, word_width(one, sizes.style, 6, 0), fill, sizes.style, high=26, rim=rim)

    @table.column(gap=REACH)
    def push(row: int) -> Shapes:
        value, name = sentence.pushes[row], f"{sentence.number}-push-{row + 1}"
        zero = Line(name=f"{name}-zero", role="rule", start=Point(0, -BAR / 2), to=Point(0, BAR / 2))
        frame = Frame.between(min(0, value * LENGTH), -BAR / 2, max(0, value * LENGTH), BAR / 2)
        rim = 2.5 if row in sentence.together else 1
        return (
            [zero, Tile(name=name, role="ink", fill=_fill(value) or "lane", rim=rim, frame=frame)] if value else [zero]
        )

    @table.column(gap=REACH, align="right")
    def moves(row: int) -> Shapes:
        return text(_signed(sentence.pushes[row]), "ink" if _fill(sentence.pushes[row]) else "muted")

    return grouped(table.flow(), DOWN, end="left")
