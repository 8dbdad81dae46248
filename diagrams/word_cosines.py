"""The angles between words: two of them drawn, and the cosines of six words in pairs as a heat map."""

from collections.abc import Sequence
from math import acos, cos, degrees, sin
from pathlib import Path

import numpy as np

from unrolled import Picture, record
from unrolled.description import Description, TextColumn
from unrolled.flow.axis import ACROSS, DOWN
from unrolled.flow.description import Flow
from unrolled.flow.drawing import laid
from unrolled.flow.group import grouped, in_column
from unrolled.flow.table import Table
from unrolled.fonts import WORD, width
from unrolled.geometry import Point
from unrolled.i18n import numbers, text_of
from unrolled.measures import Measures, measures
from unrolled.picture import in_two_forms
from unrolled.recorded.arrays import call_numbers
from unrolled.sample import Sample
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.plots import Polyline
from unrolled.shapes.shape import Shape, Shapes
from unrolled.views.pieces import LARGE_NUMBER, text, vector

VECTORS = Path(__file__).parent / "data" / "words" / "vectors.npz"
WORDS = ["two", "three", "bread", "wine", "mother", "father"]
FROM, TO = "bread", ("wine", "three")
LENGTH, ARCS, STEPS, LETTERS = 120, (64, 34), 24, WORD.sized(17)
"""In pixels: the arrows, and the arcs of their angles; the points of an arc."""
WIDE, NARROW = (
    measures(letters=16, cell=(58, 30), gap=-6, apart=24),
    measures(letters=12.5, cell=(43, 30), gap=-9, apart=16, is_full=False),
)
Cosines = Sequence[Sequence[float]]
"""A row for each word, with its cosine with each word."""
ALT = "The cosines of {}, each with every other: only two and three, bread and wine, mother and father are alike. {}."


def cosines(words: Sequence[str]) -> Cosines:
    """Compute the cosines of each pair of words from unit vectors; that of a word with itself is 1 without rounding."""
    with np.load(VECTORS) as saved:
        vectors = saved["vectors"][[saved["words"].tolist().index(each) for each in words]].astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)  # already 1 except for rounding in the file
    given = record(vectors, "vector")
    found = given @ given.T
    call_numbers(given, lambda symbol, at: f"vector of “{words[at[0]]}”, place {at[1] + 1}")
    call_numbers(found, lambda symbol, at: f"cosine of “{words[at[0]]}” and “{words[at[1]]}”")
    return [
        [1.0 if row == column else cosine for column, cosine in enumerate(each)]
        for row, each in enumerate(found.tolist())
    ]


def draw() -> Picture:
    """Draw the angles from one word to two others, and beside them, or above on a phone, all cosines."""
    found = cosines(WORDS)
    angles = {other: acos(found[WORDS.index(FROM)][WORDS.index(other)]) for other in TO}
    said = ", ".join(f"“{FROM}” and “{other}” are {degrees(angle):.0f}° apart" for other, angle in angles.items())
    table = [
        TextColumn("word", WORDS),
        TextColumn(f"cosines with {', '.join(WORDS)}", [numbers(row, 2) for row in found]),
    ]
    description = Description.of(ALT.format(", ".join(WORDS), said), table=table)
    wide, narrow = ([_laid(found, angles, sizes) for sizes in tried] for tried in (WIDE, NARROW))
    return in_two_forms(wide, narrow, description)


def _laid(found: Cosines, angles: dict[str, float], sizes: Measures) -> tuple[Shape, ...]:
    fan, grid = _fan(found, angles), grouped(_grid(found, sizes), DOWN, end="left")
    if not sizes.is_full:
        return in_column([fan, grid], DOWN, sizes.apart)
    flow = Flow(slot_room=sizes.apart)
    flow.put(0, flow.track("parts"), fan, loose=True)
    flow.put(1, flow.track("parts"), grid, loose=True)
    return laid(flow, ACROSS).shapes


def _fan(found: Cosines, angles: dict[str, float]) -> Shapes:
    """Draw an arrow for each word from one point, with their angles and cosines."""
    middle = Point(0, LENGTH / 2)

    def at(angle: float, far: float) -> Point:
        return Point(middle.x + far * cos(angle), middle.y - far * sin(angle))

    shapes: list[Shape] = []
    for number, (word, angle) in enumerate({FROM: 0.0, **angles}.items()):
        end = at(angle, LENGTH)
        x, y = end.x + 8 if angle < 1 else middle.x - 4, end.y - (0 if angle < 1 else 14)
        shapes.append(Arrow(name=f"arrow-{word}", role="embedding", points=(middle, end)))
        shapes += text(word, "ink", LETTERS, name=f"arrow-{word}-name", x=x, y=y, anchor="start")
        if angle:
            arc = tuple(at(angle * step / STEPS, ARCS[number - 1]) for step in range(STEPS + 1))
            shapes.append(Polyline(name=f"angle-{word}", role="flow", points=arc))
            cosine = text_of(found[WORDS.index(FROM)][WORDS.index(word)], 2)
            after, said = x + width(word, LETTERS) + 8, f"{degrees(angle):.0f}°, cosine {cosine}"
            shapes += text(said, name=f"angle-{word}-name", x=after, y=y, anchor="start")
    return shapes


def _grid(found: Cosines, sizes: Measures) -> Flow:
    """Put a row for each word but the first, with its cosines, filled by their values, with the words before it."""
    table, style = Table(Sample.all(len(WORDS) - 1), 2), WORD.sized(sizes.letters)

    @table.column(align="right")
    def row_of(row: int) -> Shapes:
        return text(WORDS[row + 1], "ink", style)

    for column, said in enumerate(WORDS[:-1]):

        @table.column(text(said, "ink", style), sizes.gap + 5 * (column == 0), name=said)
        def cosine(row: int, column: int = column) -> Shapes:
            if column > row:
                return ()
            value = found[column][row + 1]
            return vector([text_of(value, 2)], sizes.cell, role="embedding", heat=(value,), style=LARGE_NUMBER)

    return table.flow()
