"""What the character model writes while it learns: noise, strings that look like words, words."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from textwrap import wrap
from typing import NamedTuple

from _characters import DATA
from _charts import VALUE, Plot, Scale, say
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, CODE, width
from unrolled.geometry import Frame, Point, rounded
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import CurveDot, Line
from unrolled.shapes.shape import Area, Mark, Shape, Text, centred

LAST = 5799
A_STEP = 32 * 64
"""The characters that the network reads in a step of the training."""
LETTERS, LINE = CODE.sized(14), 24
BITS = Scale(1.5, 6)
LEARNT = {10: "letters", 100: "lengths", 450: "short words", 2500: "longer"}
"""What it has learnt after so many steps."""
TO_SAMPLE, SHORT = 186, 40
"""From the left edge to the text of a step, which is on a line of its own if there are no more columns than this."""
START = 5
"""Where the axis of the steps, on which each is as far as another ten times as large, has its beginning, 0."""


class Written(NamedTuple):
    """What the network writes after so many steps, and the bits that a character of another text costs it."""

    bits: float
    text: str


@cache
def written() -> tuple[dict[int, Written], frozenset[str]]:
    """Load what it writes by the number of steps, and which of its words are in the novels."""
    told = json.loads((DATA / "writing.json").read_text(encoding="utf-8"))
    found = {steps: Written(*it) for steps, *it in zip(told["steps"], told["bits"], told["texts"], strict=True)}
    return found, frozenset(told["words"])


def strings_of(text: str) -> list[str]:
    """Return what is between spaces, without the signs around it: not the given word, nor the last, which is cut."""
    return [word for it in text.split()[1:-1] if (word := bare(it))]


def bare(word: str) -> str:
    """Leave out the signs around a word."""
    return word.strip(".,;:!?'\"-")


def draw(steps: int = LAST) -> Picture:
    """Draw its text after so many steps of the training, with the words that are in the novels on a background."""
    found, novels = written()
    now = found[steps]
    strings = strings_of(now.text)
    known = sum(it in novels for it in strings)
    when = f"After {steps:,} of {LAST:,} steps" if steps else "Before the training"
    description = Description.of(
        f"{when}, {known} of {len(strings)} strings that the network writes are words of the novels.",
        f"It writes: {now.text}",
        f"A character of a text that it hasn’t read costs it {now.bits:.2f} bits.",
        "; ".join(f"by step {at:,}, it has learnt {said}" for at, said in LEARNT.items()).capitalize() + ".",
        table=[
            TextColumn("steps", [f"{steps:,}"]),
            TextColumn("characters read", [f"{steps * A_STEP:,}"]),
            TextColumn("words of the novels", [f"{known} of {len(strings)}"]),
            TextColumn("bits for a character", [f"{now.bits:.2f}"]),
        ],
    )
    return in_two_forms([tuple(laid(steps, 56, 5))], [tuple(laid(steps, 33, 9))], description)


@dataclass(frozen=True, kw_only=True)
class Page(Shape):
    """A text in lines of letters of one width; some of its words on a background."""

    text: str
    known: frozenset[str]
    """The words of the novels."""
    columns: int
    lines: int

    @property
    def bounds(self) -> Frame:  # however much is written
        """Keep the place of a full page."""
        return Frame(0, 0, self.columns * width("a", LETTERS), self.lines * LINE)

    def marks(self) -> Sequence[Mark]:
        """Draw the backgrounds, then runs of letters between them."""
        grounds: list[Mark] = []
        letters: list[Text] = []
        wide = width("a", LETTERS)
        lines = [line.split(" ") for line in wrap(self.text, self.columns)[: self.lines]]
        ends = {(0, 0), (len(lines) - 1, len(lines[-1]) - 1)}
        for row, line in enumerate(lines):
            y, column = (row + 0.5) * LINE, 0
            kinds = [(row, at) not in ends and bare(it) in self.known for at, it in enumerate(line)]
            for is_known, run in groupby(zip(kinds, line, strict=True), lambda it: it[0]):
                said = " ".join(it for _, it in run)
                x = column * wide
                if is_known:
                    frame = Frame(x - 2, y - LINE / 2 + 1, len(said) * wide + 4, LINE - 2)
                    grounds.append(Area(rounded(frame, 3), "state-fill"))
                letters.append(centred(said, x, y, LETTERS, "ink" if is_known else "muted", "start"))
                column += len(said) + 1
        return [*grounds, *letters]


def laid(steps: int, columns: int, lines: int) -> Iterator[Shape]:
    """Draw the text below what it has cost, and the course of the training below both."""
    found, known = written()
    now = found[steps]
    strings = strings_of(now.text)
    count = sum(it in known for it in strings)
    page = Page(name="text", text=now.text, known=known, columns=columns, lines=lines)
    wide = page.bounds.width
    yield say("steps", f"after {steps:,} steps" if steps else "before the training", 0, -44, "start", BLOCK)
    yield say("read", f"{steps * A_STEP:,} characters read", 0, -22, "start", VALUE, "muted")
    yield page
    y = page.bounds.bottom + 20
    yield Key(name="key", at=Point(0, y))
    yield say("key-said", f"a word of the novels: {count} of {len(strings)}", 30, y, "start", VALUE, "muted")
    y += 46
    yield say("bits-title", "bits for a character of a new text", 0, y, "start", BLOCK)
    plot = Plot(Frame(24, y + 22, wide - 24 - 44, 88), Scale(START, LAST, is_log=True), BITS)
    for bits in (2, 4, 6):
        yield say(f"level-{bits}-said", str(bits), 10, plot.y(bits), "end", VALUE, "muted")
    yield plot.line("bits", [(max(START, at), it.bits) for at, it in found.items()], "ink", width=2)
    for at, said in LEARNT.items():
        met = plot.at(at, found[at].bits)
        yield CurveDot(name=f"learnt-{at}", role="ink", at=met, radius=3)
        yield say(f"learnt-{at}-said", said, met.x + 3, met.y - 12, "start", VALUE)
    here = plot.at(max(START, steps), now.bits)
    here = Point(round(here.x, 1), round(here.y, 1))
    below = Point(here.x, plot.frame.bottom)
    yield Line(name="now-line", role="ink", start=here, to=below, dashes=(3, 3), round_ends=False)
    yield CurveDot(name="now", role="ink", at=here, is_solid=True)
    yield say("bits-said", f"{now.bits:.2f}", wide, here.y, "end", VALUE.bold())
    for at in (0, 10, 100, 1000):
        yield say(f"tick-{at}", f"{at:,}", plot.x(max(START, at)), plot.frame.bottom + 16, "middle", VALUE, "muted")
    yield say("tick-last", f"{LAST:,} steps", wide, plot.frame.bottom + 16, "end", VALUE, "muted")
    y = plot.frame.bottom + 62
    for at, said in LEARNT.items():
        beside = TO_SAMPLE if columns > SHORT else 0
        sample = wrap(" ".join(found[at].text.split()[1:]), columns - round(beside / width("a", LETTERS)))[0]
        yield say(f"sample-{at}-learnt", said, 0, y, "start", VALUE.bold())
        yield say(f"sample-{at}-steps", f"{at:,} steps", beside - 16 if beside else wide, y, "end", VALUE, "muted")
        y += 0 if beside else LINE
        yield say(f"sample-{at}", sample, beside, y, "start", LETTERS)
        y += LINE if beside else LINE + 8


@dataclass(frozen=True, kw_only=True)
class Key(Shape):
    """The background of a word."""

    at: Point

    def marks(self) -> Sequence[Mark]:
        """Draw it as wide as a short word."""
        return [Area(rounded(Frame(self.at.x, self.at.y - 9, 22, 18), 3), "state-fill")]
