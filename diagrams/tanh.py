"""Where the sums of the last word land on the curve of tanh, and with it in the new state."""

from collections.abc import Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np

from _charts import VALUE, at, column, say
from unrolled import Picture, SimpleRNN, embed, read_keras, record, run_model
from unrolled.description import Description, TextColumn
from unrolled.floor.charts import apart
from unrolled.flow.table import flush
from unrolled.fonts import NAME, WORD, WORD_NARROW, Style
from unrolled.geometry import Point
from unrolled.i18n import text_of
from unrolled.palette import word_fills
from unrolled.picture import in_two_forms
from unrolled.recorded.arrays import named
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.plots import CurveDot, Line, Polyline
from unrolled.shapes.shape import DASHES, Shape
from unrolled.shapes.text import word_width
from unrolled.views.pieces import vector, word

WORDS = ["I", "am", "groot"]
HIGH = 98
"""How many pixels up 1 is."""
LANES, FIRST_LANE, LANES_APART = 4, 12, 10
NUMBERS_APART = 17


class Sizes(NamedTuple):
    """The sizes of a form: pixels for 1 across, how far the curve is drawn, its ticks, the vectors and their names."""

    unit: float
    reach: float
    ticks: tuple[int, ...]
    aside: float
    """How far the vectors are from the middle of the chart."""
    cell: tuple[float, float]
    style: Style
    names: tuple[str, str]


WIDE = Sizes(84, 2.4, (-2, -1, 1, 2), 30, (42, 28), WORD, ("sums of", "tanh of each"))
NARROW = Sizes(49, 1.9, (-1, 1), 62, (36, 28), WORD_NARROW, ("sums", "tanh"))
ALT = (
    "The four sums of “{}” on the curve of tanh, which never leaves the range from −1 to 1: {}. These are the numbers "
    "of the new state."
)
TEXT = "The curve is steep at 0, which stays 0, and flat far out: at 2 it has risen to 0.96, at 4 to 0.999."


def draw(code: str) -> Picture:
    """Compute the sums inside tanh at the last word of the sentence."""
    model, inputs = read_keras(code), record(embed(WORDS))
    whole = run_model(model, inputs)
    trace, weights = whole.trace_of(SimpleRNN), whole.weights[0]
    sums = inputs[-1] @ weights["kernel"] + trace.states[-2] @ weights["recurrent_kernel"] + weights["bias"]
    said = [(text_of(value, 2), text_of(np.tanh(value), 2)) for value in named("sum", sums)]
    alt = ALT.format(WORDS[-1], ", ".join(f"{value} becomes {state}" for value, state in said))
    table = [TextColumn("sum", [one for one, _ in said]), TextColumn("tanh of it", [other for _, other in said])]
    wide, narrow = (_drawn(sums.tolist(), said, sizes) for sizes in (WIDE, NARROW))
    return in_two_forms([tuple(wide)], [tuple(narrow)], Description.of(alt, TEXT, table=table))


def _drawn(sums: Sequence[float], said: Sequence[tuple[str, str]], sizes: Sizes) -> list[Shape]:
    """Let each sum drop onto the curve, and lead from there to its value on the right."""
    wide, half = word_width(WORDS[-1], sizes.style, 6, 0), sizes.cell[0] * len(sums) / 2
    left = sizes.aside - half - 10
    token = word(WORDS[-1], wide, word_fills(WORDS)[WORDS[-1]], sizes.style, name="word")
    given = vector([one for one, _ in said], sizes.cell, "block", "flow", name="sums")
    made = vector([other for _, other in said], sizes.cell, None, "state", name="state")
    sums_name, tanh_name = sizes.names
    top = [
        *at(given, sizes.aside),
        *flush(token, left, "right"),
        say("sums-name", sums_name, left - wide - 10, 0, "end", NAME, "muted"),
    ]
    end = [
        *at(made, sizes.aside),
        say("state-name", tanh_name, left, 0, "end", NAME, "muted"),
        say("state-called", "h₃", sizes.aside + half + 10, 0, "start", NAME.bold(), "state"),
    ]
    middles = [sizes.aside + (place - (len(sums) - 1) / 2) * sizes.cell[0] for place in range(len(sums))]
    return column([top, _chart(sums, said, sizes, middles), end], (4, 22))


def _chart(
    sums: Sequence[float], said: Sequence[tuple[str, str]], sizes: Sizes, middles: Sequence[float]
) -> list[Shape]:
    unit, edge = sizes.unit, sizes.reach * sizes.unit
    curve = np.linspace(-sizes.reach, sizes.reach, 97)
    shapes: list[Shape] = []
    for level in (-1, 0, 1):
        ends = Point(-edge, -level * HIGH), Point(edge, -level * HIGH)
        shapes.append(Line(name=f"level-{level}", start=ends[0], to=ends[1], dashes=DASHES if level else None))
    shapes += [
        say("level-1-name", "1", -edge, -HIGH - 11, "start", VALUE, "muted"),
        say("level--1-name", "−1", -edge, HIGH + 12, "start", VALUE, "muted"),
    ]
    points = tuple(Point(unit * x, -HIGH * float(np.tanh(x))) for x in curve)
    shapes.append(Polyline(name="tanh", role="state", points=points, width=2.5))
    landings = [Point(unit * float(x), -HIGH * float(np.tanh(x))) for x in sums]
    for tick in sizes.ticks:
        x = tick * unit
        near = any(abs(x - landing.x) < 12 and landing.y > 0 for landing in landings)
        shapes.append(Line(name=f"tick-{tick}", start=Point(x, -3), to=Point(x, 3)))
        shapes.append(
            say(f"tick-{tick}-name", str(tick).replace("-", "−"), x - (9 if near else 0), 14, style=VALUE, role="muted")
        )
    shapes += _drops(middles, landings)
    for number, (landing, y, (_, value)) in enumerate(
        zip(landings, apart([landing.y for landing in landings], NUMBERS_APART), said, strict=True), start=1
    ):
        turn, to = Point(edge + 12, landing.y), Point(edge + 24, y)
        shapes.append(
            Line(
                name=f"guide-{number}",
                role="state",
                start=Point(landing.x + 7, landing.y),
                to=turn,
                width=1.25,
                dashes=(2, 3),
                round_ends=False,
            )
        )
        shapes.append(Line(name=f"lead-{number}", role="state", start=turn, to=to, width=1.25))
        shapes.append(CurveDot(name=f"landing-{number}", role="state", at=landing, is_solid=True, radius=3.5))
        shapes.append(say(f"value-{number}", value, to.x + 5, y, "start", VALUE.bold()))
    return shapes


def _drops(starts: Sequence[float], landings: Sequence[Point]) -> list[Shape]:
    """Draw an arrow from each cell to the curve, each in a lane of its own, in the order with the fewest crossings."""
    top = -HIGH - 26 - LANES_APART * LANES

    def crossings(lanes: Sequence[int]) -> list[tuple[int, Point]]:
        heights = [top + FIRST_LANE + LANES_APART * lane for lane in lanes]
        found = []
        for one, (start, landing) in enumerate(zip(starts, landings, strict=True)):
            for other, (x, end) in enumerate(zip(starts, landings, strict=True)):
                if one != other:
                    upright = (x, top, heights[other]), (end.x, heights[other], end.y)
                    low, high = sorted((start, landing.x))
                    found += [
                        (one, Point(at, heights[one]))
                        for at, upper, lower in upright
                        if low - 6 < at < high + 6 and upper < heights[one] < lower
                    ]
        return found

    lanes = min(permutations(range(len(starts))), key=lambda order: len(crossings(order)))
    crossed = crossings(lanes)
    shapes: list[Shape] = []
    for number, (start, landing, lane) in enumerate(zip(starts, landings, lanes, strict=True)):
        y = top + FIRST_LANE + LANES_APART * lane
        points = Point(start, top), Point(start, y), Point(landing.x, y), Point(landing.x, landing.y - 7)
        breaks = tuple(point for one, point in crossed if one == number)
        shapes.append(Arrow(name=f"drop-{number + 1}", points=points, radius=6, breaks=breaks))
    return shapes
