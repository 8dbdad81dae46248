"""Sentences from real reviews, each word raised or sunk by how far it moves the trained network's answer."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from _charts import VALUE, Plot, Scale, at, column
from _reviews import answer_to_nothing, examples, read
from unrolled import Model, Picture, read_keras
from unrolled.description import Description, TextColumn
from unrolled.geometry import Frame, Point
from unrolled.i18n import text_of
from unrolled.layout import wrapped
from unrolled.measures import Measures, measures
from unrolled.picture import in_two_forms
from unrolled.shapes.arrows import Bracket
from unrolled.shapes.plots import Line, Marker, Tile
from unrolled.shapes.shape import Shape, Shapes, moved
from unrolled.shapes.text import word_width
from unrolled.views.pieces import BOLD, beside, column_width, text, word

PUSH = 0.05
"""A word that moves the answer this much has its number, and a background."""
TOGETHER = ("no reason to miss", "not once", "never once")
"""Phrases that mean something else than their words one by one."""
UNFOUNDED = ("flawed", "fashioned", "for", "own", "friday")
"""Words that a reader wouldn't count as the praise or blame that the network takes them for."""
PUSHED, LENGTH, BAR = 280, 340, 20
"""How far a word is raised by a push of 1, and how long its bar is, in px."""
WIDE, NARROW = measures(letters=[18, 16], apart=26, bar=164), measures(letters=17, apart=22, bar=260, is_full=False)
HIGH, GAP, OVER, REACH, PADDING = 28, 7, 12, 28, 5
TO_GAUGE, TO_ROWS = 20, 14
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

    def is_unfounded(self, place: int) -> bool:
        """Whether a word moves the answer for no reason that a reader would see."""
        return _fill(self.pushes[place]) is not None and self.words[place].lower() in UNFOUNDED

    @property
    def together(self) -> range:
        """The places of the words that have to be taken together."""
        said = [one.lower() for one in self.words]
        for phrase in map(str.split, TOGETHER):
            for first in range(len(said)):
                if said[first : first + len(phrase)] == phrase:
                    return range(first, first + len(phrase))
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


def _signed(value: float, decimals: int = 2) -> str:
    return f"{'+' if value > 0 else ''}{text_of(value, decimals)}"


def _sentences(model: Model) -> Iterator[Sentence]:
    """Read each sentence; pushes are those of the printed answers: from 0.27 to 0.22 is −0.05."""
    for each in examples():
        words, answers, _ = read(model, each["text"])
        printed = [round(float(answer), 2) for answer in (answer_to_nothing(model), *answers)]
        pushes = [round(after - before, 2) for before, after in pairwise(printed)]
        yield Sentence(each["number"], each["text"], words, pushes, printed[-1], each["rating"])


def _laid(sentences: Sequence[Sentence], sizes: Measures) -> tuple[Shape, ...]:
    """Put the sentences below one another, each beside or below a gauge of what people and the network say."""
    notes = ["Words above the line raise the answer; those below it lower it."]
    if sizes.is_full:
        lines = [_line(sentence, sizes) for sentence in sentences]
        right = max(Frame.around(shape.bounds for shape in line).right for line in lines) + TO_GAUGE
        parts = [
            [*line, *at(_gauge(sentence, sizes.bar), right)] for line, sentence in zip(lines, sentences, strict=True)
        ]
    else:
        widest = column_width([word for sentence in sentences for word in sentence.words], sizes.style, PADDING, 0)
        parts = [
            column([_gauge(sentence, sizes.bar), _rows(sentence, sizes, widest)], TO_ROWS) for sentence in sentences
        ]
        notes = ["Bars: how far each word raises the answer (right) or lowers it (left)."]
        if any(sentence.together for sentence in sentences):
            notes.append("Thick rims: words to be taken together.")
    if any(sentence.is_unfounded(place) for sentence in sentences for place in range(len(sentence.words))):
        notes.append("Dashed: a reader wouldn’t agree.")
    notes.append("People rated from −4 to 4; the network answers from 0 to 1.")
    wrapped_notes = wrapped(" ".join(notes), BOLD, 720 if sizes.is_full else 260)
    lower = [text(line, name=f"note-{number}", anchor="start") for number, line in enumerate(wrapped_notes)]
    return tuple(column([*parts, column(lower, 4)], sizes.apart))


def _gauge(sentence: Sentence, wide: float) -> list[Shape]:
    """Draw a scale from negative to positive, with what people say above it, and what the network says below."""
    name, half = f"gauge-{sentence.number}", wide / 2
    shapes: list[Shape] = []
    for side, fill in enumerate(("word-4", "word-1")):
        frame = Frame(side * half, -HIGH / 2, half, HIGH)
        shapes.append(Tile(name=f"{name}-{_called(side > 0)}", role="rule", fill=fill, rim=0, frame=frame))
        shapes += text(_called(side > 0), "ink", name=f"{name}-{_called(side > 0)}-name", x=frame.middle)
    people, network = f"people {_signed(sentence.rating, 1)}", f"network {text_of(sentence.answer, 2)}"
    sides = (people, (sentence.rating + 4) / 8, "ink", -1), (network, sentence.answer, "output", 1)
    for judge, share, role, way in sides:
        point, is_left = Point(share * wide, way * (HIGH / 2 + 8)), share < 0.5
        shapes.append(Marker(name=f"{name}-{judge}-marker", role=role, at=point, kind="down" if way < 0 else "up"))
        x = point.x + (10 if is_left else -10)
        anchor = "start" if is_left else "end"
        shapes += text(judge, role, BOLD, name=f"{name}-{judge}", x=x, y=point.y + way * 2, anchor=anchor)
    return shapes


def _fill(push: float) -> str | None:
    return None if abs(push) < PUSH else "word-1" if push > 0 else "word-4"


def _line(sentence: Sentence, sizes: Measures) -> Shapes:
    """String the words on a line that stands for no push, each raised or sunk by its own."""
    things = []
    for place, (said, push) in enumerate(zip(sentence.words, sentence.pushes, strict=True)):
        name, wide, up = (
            f"word-{sentence.number}-{place + 1}",
            word_width(said, sizes.style, PADDING, 0),
            Point(0, -push * PUSHED),
        )
        rim = "dashed" if sentence.is_unfounded(place) else None
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
        names = tuple(f"word-{sentence.number}-{place + 1}" for place in sentence.together)
        under = Frame.around(shape.bounds for shape in shapes if shape.name.removesuffix("-push") in names)
        name, low = f"together-{sentence.number}", under.bottom + 8
        shapes.append(Bracket(name=name, start=Point(under.left, low), to=Point(under.right, low), tick=-4))
        together = f"together: {_called(sentence.rating > 0)}"
        shapes += text(together, "ink", name=f"{name}-name", x=under.left, y=low + 14, anchor="start")
    return shapes


def _rows(sentence: Sentence, sizes: Measures, widest: float) -> list[Shape]:
    """Write the words below one another, flush on the right, each beside a bar for its push."""
    shapes: list[Shape] = []
    zero = Plot(Frame(widest + REACH + BAR, 0, LENGTH, 0), Scale(0, 1), Scale(0, 1))
    for place, (spoken, push) in enumerate(zip(sentence.words, sentence.pushes, strict=True)):
        name, y, wide = f"{sentence.number}-{place + 1}", place * HIGH, word_width(spoken, sizes.style, PADDING, 0)
        rim = "dashed" if sentence.is_unfounded(place) else None
        shapes += at(word(spoken, wide, _fill(push), sizes.style, name=name, high=26, rim=rim), widest - wide / 2, y)
        ends = Point(zero.x(0), y - HIGH / 2), Point(zero.x(0), y + HIGH / 2)
        shapes.append(Line(name=f"{name}-zero", role="rule", start=ends[0], to=ends[1], round_ends=False))
        if push:
            frame, rim_width = zero.lying(push, y, BAR), 2.5 if place in sentence.together else 1
            tile = Tile(name=f"{name}-push", role="ink", fill=_fill(push) or "lane", rim=rim_width, frame=frame)
            shapes.append(tile)
        role = "ink" if _fill(push) else "muted"
        shapes += text(_signed(push), role, VALUE, name=f"{name}-moves", x=sizes.bar, y=y, anchor="end")
    return shapes
