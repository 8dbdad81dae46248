"""The 32 numbers of the reviews network's memory after each word of a sentence, and what would turn them around."""

from collections.abc import Iterator, Sequence

import numpy as np

from _charts import VALUE, say
from _reviews import examples, read
from unrolled import Picture, read_keras
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME, WORD, width
from unrolled.geometry import Frame, Point
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import Line, Polyline, Tile
from unrolled.shapes.shape import Shape

ALT = (
    "The memory’s {units} numbers as lines over the words: {grown} end farther from zero than they began. "
    "At “{turning}”, {flips} of the {units} numbers change their sign."
)

FLIPS = "change sign"
KEY = "thick: the medians above and below zero, dashed: what would turn them around"
TITLE = "The 32 numbers of the memory"


def draw(code: str, number: int = 1746, turning: str = "miss") -> Picture:
    """Read the sentence with this number in the source, and mark the word that ought to turn the memory."""
    (text,) = [each["text"] for each in examples() if each["number"] == number]
    words, answers, memory = read(read_keras(code), text)
    flips = np.sum(np.sign(memory[1:]) != np.sign(memory[:-1]), axis=1).tolist()
    step = words.index(turning)
    grown = int((abs(memory[-1]) > abs(memory[0])).sum())
    alt = ALT.format(units=memory.shape[1], grown=grown, turning=turning, flips=flips[step - 1])
    table = [
        TextColumn("word", words),
        TextColumn("numbers that change their sign", ["", *map(str, flips)]),
        TextColumn("answer", [f"{each:.2f}" for each in answers]),
        TextColumn("memory", [", ".join(f"{each:.2f}" for each in row) for row in memory]),
    ]
    sizes = (88, 200, True), (76, 200, True), (36, 144, False)
    *wide, narrow = (tuple(_drawn(words, memory, flips, step, *measures)) for measures in sizes)
    return in_two_forms(wide, [narrow], Description.of(alt, table=table))


def _drawn(
    words: Sequence[str], memory: Array, flips: Sequence[int], turning: int, pitch: float, high: float, across: bool
) -> Iterator[Shape]:
    """Draw a line for each number, from word to word across or down, and how many lines cross zero on the way."""
    half, long = high / 2, pitch * (len(words) - 1)
    top = float(np.abs(memory).max())

    def at(along: float, side: float) -> Point:
        return Point(along, side) if across else Point(-side, along)

    corners = at((turning - 1) * pitch, -half - 8), at(turning * pitch, half + 8)
    band = Frame.around([Frame(corner.x, corner.y, 0, 0) for corner in corners])
    yield Tile(name="turning", role="memory", fill="memory-fill", frame=band, rim=0)
    yield Line(name="zero", role="ink", start=at(-10, 0), to=at(long + 10, 0), width=1.25)
    zero = at(-16 if across else -18, 0)
    yield say("zero-name", "0", zero.x, zero.y, "end" if across else "middle", VALUE, "muted")

    def along(values: Sequence[float], start: int = 0) -> tuple[Point, ...]:
        return tuple(at(place * pitch, -half * value / top) for place, value in enumerate(values, start))

    for unit, values in enumerate(memory.T.tolist(), start=1):
        yield Polyline(name=f"unit-{unit}", role="memory", points=along(values), width=0.75)
    before = memory[turning - 1]
    for name, members in (("above", before > 0), ("below", before < 0)):
        middle = np.median(memory[:, members], axis=1).tolist()
        yield Polyline(name=f"middle-{name}", role="memory", points=along(middle), width=3.5)
        turned = along([middle[turning - 1], -middle[turning]], turning - 1)
        yield Polyline(name=f"turned-{name}", role="ink", points=turned, width=2, dashes=(5, 4))
    style = WORD.sized(17 if across else 16)
    for place, word in enumerate(words):
        name = f"word-{place + 1}"
        side = at(place * pitch, -half - 30) if across else Point(-half - 22, place * pitch)
        yield say(name, word, side.x, side.y, "middle" if across else "end", style)
    for place, count in enumerate(flips, start=1):
        strong, role = (VALUE.bold().sized(16), "ink") if place == turning else (VALUE, "muted")
        beside = at((place - 0.5) * pitch, half + 24) if across else Point(half + 26, (place - 0.5) * pitch)
        yield say(f"flips-{place + 1}", str(count), beside.x, beside.y, style=strong, role=role)
    title = at(0, -half - 66) if across else Point(-half - 100, -70)
    yield say("title", TITLE, title.x - 40 * across, title.y, "start", BLOCK)
    called = at(-16, half + 24) if across else Point(half + 32, -30)
    yield say("flips-name", FLIPS, called.x, called.y, "end", NAME, "muted")
    key = [KEY] if across else KEY.split(", ")
    left, under = (called.x - width(FLIPS, NAME), half + 56) if across else (-half - 100, long + 40)
    for row, line in enumerate(key):
        yield say(f"key-{row}", line, left, under + 20 * row, "start", NAME, "muted")
