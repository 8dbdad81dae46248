"""What each word of a sentence does to the memory of the code's LSTM: a ledger of what is kept and what is added."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from _charts import at, column, say
from unrolled import LSTM, Picture, embed, read_keras, record, run_model
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.flow.table import flush
from unrolled.fonts import NAME, WORD_NARROW
from unrolled.geometry import Frame, Point
from unrolled.i18n import PrintedNumbers, text_of
from unrolled.palette import word_fills
from unrolled.picture import in_two_forms
from unrolled.recorded.operations import of_step, origin
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.cells import Vector
from unrolled.shapes.gates import FOOT, OPENING, Shutter
from unrolled.shapes.plots import Line
from unrolled.shapes.shape import Shape, Shapes
from unrolled.shapes.text import word_width
from unrolled.views.pieces import LARGE_NUMBER, word

WORDS = ["I", "am", "groot"]
CELL = (42, 28)
PITCH, TO_NAMES, TURN = 190, 14, 20
"""In pixels: from one word to the next, from the numbers to their names, and how far the belt goes before it turns."""
NAMES = ("old memory", "× forget gate", "= kept", "+ written", "= new memory")
TITLES = ("memory before", "forget gate", "kept", "written", "new memory")
ALT = (
    "For each word of “{}”, from the top: the old memory, times the forget gate, is what is kept; what is written is "
    "added, and the sum is the new memory, which is the old one at the next word."
)


def draw(code: str) -> Picture:
    """Write the numbers of each step below one another; on a phone, the steps too."""
    memories = run_model(read_keras(code), record(embed(WORDS))).trace_of(LSTM).memories
    ledgers = [[before, *_made(after, step)] for step, (before, after) in enumerate(pairwise(memories), start=1)]
    table = [TextColumn("word", WORDS)]
    table += [
        TextColumn(title, [PrintedNumbers(_printed(line)) for line in values])
        for title, values in zip(TITLES, zip(*ledgers, strict=True), strict=True)
    ]
    return in_two_forms([_wide(ledgers)], [_narrow(ledgers)], Description.of(ALT.format(" ".join(WORDS)), table=table))


def _made(memory: Any, step: int) -> list[Any]:
    """List the forget gate, what is kept, what is written, and the new memory, from the record of a step."""
    found = {each.name.key: each for each in of_step([origin(memory, 0)[0]], step) if each.name}
    return [found[key] for key in ("forget-gate", "kept", "written", "c")]


def _wide(ledgers: Sequence[Sequence[Array]]) -> tuple[Shape, ...]:
    """Put a ledger for each word side by side; each memory rides up to where it's the old one."""
    shapes: list[Shape] = []
    ends: list[Frame] = []
    for place, ledger in enumerate(ledgers):
        parts = [_word(place), *_ledger(place, ledger)]
        rule = [Line(name=f"rule-{place + 1}", role="ink", start=Point(-CELL[0], 0), to=Point(CELL[0], 0), width=1.5)]
        placed = at(column([*parts[:5], rule, parts[5]], (16, 18, 10, 10, 9, 9)), place * PITCH)
        found = {shape.name: shape for shape in placed}
        first, last = (found[f"{key}-{place + 1}"] for key in ("old", "memory"))
        if place == 0:
            heights = [found[f"{key}-1"].bounds.centre for key in ("old", "gate", "kept", "written", "memory")]
            heights[1] = found["gate-1"].bounds.bottom - FOOT / 2
            shapes += [
                say(f"name-{number}", name, -CELL[0] - TO_NAMES, y, "end", NAME.bold() if number == 4 else NAME)
                for number, (name, y) in enumerate(zip(NAMES, heights, strict=True))
            ]
        else:
            start, to = Point(ends[-1].right + 5, ends[-1].centre), Point(first.bounds.left - 5, first.bounds.centre)
            turn = to.x - TURN
            points = (start, Point(turn, start.y), Point(turn, to.y), to)
            shapes.append(Arrow(name=f"belt-{place}", role="memory", points=points))
        ends.append(last.bounds)
        shapes += placed
    return tuple(shapes)


def _narrow(ledgers: Sequence[Sequence[Array]]) -> tuple[Shape, ...]:
    """Let the memory ride down from word to word: the new one of each is the old one of the next."""
    parts: list[Shapes] = []
    gaps: list[float] = []
    for place, ledger in enumerate(ledgers):
        own = _ledger(place, ledger)
        for number, (part, name) in enumerate(zip(own, NAMES, strict=True)):
            if number == 0 and place:
                continue
            middle = Frame.around(shape.bounds for shape in part).centre
            y = part[0].bounds.bottom - FOOT / 2 if number == 1 else middle
            style = NAME.bold() if number == 4 else NAME
            named = say(f"name-{place}-{number}", name, -CELL[0] - TO_NAMES, y, "end", style)
            beside = at(flush(_word(place), CELL[0] + 16, "left"), 0, y) if number == 1 else []
            parts.append([*part, named, *beside])
            gaps.append({0: 0, 1: 20, 2: 8, 3: 8, 4: 12}[number])
    return tuple(column(parts, gaps[1:]))


def _ledger(place: int, ledger: Sequence[Array]) -> list[Shapes]:
    old, gate, kept, written, new = ledger
    step = place + 1
    frame = Frame.about(0, 0, 2 * CELL[0], OPENING + FOOT)
    shares = tuple(gate.tolist())
    tap = Shutter(
        name=f"gate-{step}", frame=frame, cells=_printed(gate), passing="memory", shares=shares, style=LARGE_NUMBER
    )
    numbers = (("old", old), ("kept", kept), ("written", written), ("memory", new))
    vectors = {
        key: _vector(f"{key}-{step}", values, is_zero=place == 0 and key in ("old", "kept")) for key, values in numbers
    }
    return [
        [vectors["old"]],
        [tap],
        [vectors["kept"]],
        [vectors["written"]],
        [replace(vectors["memory"], style=LARGE_NUMBER.bold())],
    ]


def _vector(name: str, values: Array, *, is_zero: bool) -> Vector:
    frame = Frame.about(0, 0, 2 * CELL[0], CELL[1])
    return Vector(name=name, role="memory", frame=frame, cells=_printed(values), dashed=is_zero, style=LARGE_NUMBER)


def _word(place: int) -> Shapes:
    said = WORDS[place]
    return word(
        said, word_width(said, WORD_NARROW, 7, 40), word_fills(WORDS)[said], WORD_NARROW, name=f"word-{place + 1}"
    )


def _printed(values: Array) -> tuple[str, ...]:
    return tuple(text_of(value, 2) for value in values.tolist())
