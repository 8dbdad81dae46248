"""A ledger of what words do to an LSTM's memory: what is kept of it and what is added, one step after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from _charts import at, column, say
from unrolled.arrays import Array
from unrolled.description import TextColumn
from unrolled.flow.table import flush
from unrolled.fonts import NAME, WORD_NARROW
from unrolled.geometry import Frame, Point
from unrolled.i18n import PrintedNumbers, text_of
from unrolled.palette import word_fills
from unrolled.recorded.operations import of_step, origin
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.cells import Vector
from unrolled.shapes.gates import FOOT, OPENING, Shutter
from unrolled.shapes.plots import Line
from unrolled.shapes.shape import Shape, Shapes
from unrolled.shapes.text import word_width
from unrolled.views.pieces import LARGE_NUMBER, word

CELL = (42, 28)
PITCH, TO_NAMES, TURN = 190, 14, 20
"""In pixels: from one word to the next, from the numbers to their names, and how far the belt goes before it turns."""
NAMES = ("old memory", "× forget gate", "= kept", "+ written", "= new memory")
TITLES = ("memory before", "forget gate", "kept", "written", "new memory")


class Entry(NamedTuple):
    """What happens to the memory at a word."""

    word: str
    fill: str
    old: Array
    gate: Array
    kept: Array
    written: Array
    new: Array

    @property
    def numbers(self) -> tuple[Array, ...]:
        """The lines of the ledger, from the top."""
        return self[2:]


def entries(memories: Array, words: Sequence[str], steps: Iterable[int]) -> list[Entry]:
    """Read what happens at some steps from the record of a layer's memories, from the zero memory on."""
    found, fills = [], word_fills(words)
    for step in steps:
        made: dict[str, Any] = {
            each.name.key: each for each in of_step([origin(memories[step], 0)[0]], step) if each.name
        }
        numbers = [made[key] for key in ("forget-gate", "kept", "written", "c")]
        found.append(Entry(words[step - 1], fills[words[step - 1]], memories[step - 1], *numbers))
    return found


def columns(ledger: Sequence[Entry]) -> list[TextColumn]:
    """List the numbers of each line, and the words."""
    lines = zip(*(entry.numbers for entry in ledger), strict=True)
    return [
        TextColumn("word", [entry.word for entry in ledger]),
        *(
            TextColumn(title, [PrintedNumbers(_printed(line)) for line in values])
            for title, values in zip(TITLES, lines, strict=True)
        ),
    ]


def across(ledger: Sequence[Entry]) -> tuple[Shape, ...]:
    """Put a ledger for each word side by side; each memory rides up to where it's the old one."""
    shapes: list[Shape] = []
    ends: list[Frame] = []
    for place, entry in enumerate(ledger):
        parts = [_word(place, entry), *_lines(place, entry)]
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


def down(ledger: Sequence[Entry]) -> tuple[Shape, ...]:
    """Let the memory ride down from word to word: the new one of each is the old one of the next."""
    parts: list[Shapes] = []
    gaps: list[float] = []
    for place, entry in enumerate(ledger):
        own = _lines(place, entry)
        for number, (part, name) in enumerate(zip(own, NAMES, strict=True)):
            if number == 0 and place:
                continue
            middle = Frame.around(shape.bounds for shape in part).centre
            y = part[0].bounds.bottom - FOOT / 2 if number == 1 else middle
            style = NAME.bold() if number == 4 else NAME
            named = say(f"name-{place}-{number}", name, -CELL[0] - TO_NAMES, y, "end", style)
            beside = at(flush(_word(place, entry), CELL[0] + 16, "left"), 0, y) if number == 1 else []
            parts.append([*part, named, *beside])
            gaps.append({0: 0, 1: 20, 2: 8, 3: 8, 4: 12}[number])
    return tuple(column(parts, gaps[1:]))


def _lines(place: int, entry: Entry) -> list[Shapes]:
    old, gate, kept, written, new = entry.numbers
    step = place + 1
    frame = Frame.about(0, 0, 2 * CELL[0], OPENING + FOOT)
    shares = tuple(gate.tolist())
    tap = Shutter(
        name=f"gate-{step}", frame=frame, cells=_printed(gate), passing="memory", shares=shares, style=LARGE_NUMBER
    )
    numbers = (("old", old), ("kept", kept), ("written", written), ("memory", new))
    vectors = {
        key: _vector(f"{key}-{step}", values, is_zero=key in ("old", "kept") and not old.any())
        for key, values in numbers
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


def _word(place: int, entry: Entry) -> Shapes:
    wide = word_width(entry.word, WORD_NARROW, 7, 40)
    return word(entry.word, wide, entry.fill, WORD_NARROW, name=f"word-{place + 1}")


def _printed(values: Array) -> tuple[str, ...]:
    return tuple(text_of(value, 2) for value in values.tolist())
