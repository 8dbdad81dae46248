"""The curves of the sigmoid and of tanh over the same sums, and taps that are open as far as the sigmoid says."""

from collections.abc import Sequence

import numpy as np

from _charts import VALUE, Plot, column, say
from unrolled import Picture, record
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME
from unrolled.geometry import Frame, Point
from unrolled.i18n import text_of
from unrolled.layers.activations import activation_of
from unrolled.picture import in_two_forms
from unrolled.recorded.arrays import named
from unrolled.shapes.gates import FOOT, OPENING, Shutter
from unrolled.shapes.plots import CurveDot, Line, Polyline
from unrolled.shapes.shape import DASHES, Shape

REACH, HIGH = 5.5, 62
SUMS = (-4.6, -1.4, 0, 1.4, 4.6)
ALT = (
    "Two curves over the same sums. The sigmoid rises from 0 to 1, through 0.5 at zero; tanh from −1 to 1, through 0. "
    "Below the sigmoid, five taps are open by {}."
)
TEXT = (
    "Both are flat far out and steep in the middle. The values of the sigmoid are shares, as a gate needs them: at 0, "
    "it lets nothing through, at 1 everything. Those of tanh can be negative, and so can what a cell writes down."
)


def draw() -> Picture:
    """Draw both curves, and taps at some of the sums."""
    sums = record(SUMS, "sum")
    shares = named("share", activation_of("sigmoid")(sums)).tolist()
    table = [
        TextColumn("sum", [text_of(value, 1) for value in SUMS]),
        TextColumn("sigmoid", [text_of(value, 2) for value in shares]),
        TextColumn("tanh", [text_of(float(np.tanh(value)), 2) for value in SUMS]),
    ]
    said = [text_of(value, 2) for value in shares]
    description = Description.of(ALT.format(f"{', '.join(said[:-1])} and {said[-1]}"), TEXT, table=table)
    taps = list(zip(sums.tolist(), shares, strict=True))
    return in_two_forms(
        [tuple(_drawn(taps, Plot.units(52, HIGH), 44, "sigmoid: how much", "tanh: what"))],
        [tuple(_drawn(taps, Plot.units(23, HIGH), 31, "sigmoid", "tanh"))],
        description,
    )


def _drawn(
    open_taps: Sequence[tuple[float, float]], plot: Plot, tap: float, share_name: str, value_name: str
) -> list[Shape]:
    """Draw the curves, and a tap below each of some sums, which is open by a share."""
    edge = plot.x(REACH)
    shapes: list[Shape] = []
    for level in (-1, 0, 1):
        y = plot.y(level)
        dashes = DASHES if level else None
        shapes.append(Line(name=f"level-{level}", start=Point(-edge, y), to=Point(edge, y), dashes=dashes))
        shapes.append(say(f"level-{level}-name", text_of(level, 0), edge + 8, y, "start", VALUE, "muted"))
    sums = np.linspace(-REACH, REACH, 121)
    for name, role, values in (("tanh", "state", np.tanh(sums)), ("sigmoid", "ink", 1 / (1 + np.exp(-sums)))):
        points = tuple(plot.at(x, float(y)) for x, y in zip(sums, values, strict=True))
        shapes.append(Polyline(name=name, role=role, points=points, width=2.5))
    shapes.append(say("sigmoid-name", share_name, -edge, -13, "start", NAME.bold()))
    shapes.append(say("tanh-name", value_name, plot.x(SUMS[0]) + 10, plot.y(-1) - 13, "start", NAME.bold(), "state"))
    taps: list[Shape] = []
    below = plot.y(-1) + 30
    for number, (value, share) in enumerate(open_taps, start=1):
        x = plot.x(value)
        start, to = Point(x, plot.y(share) + 7), Point(x, below)
        shapes.append(Line(name=f"guide-{number}", role="flow", start=start, to=to, dashes=(2, 3), round_ends=False))
        shapes.append(CurveDot(name=f"dot-{number}", at=Point(x, plot.y(share)), is_solid=True, radius=3.5))
        frame = Frame.about(x, 0, tap, OPENING + FOOT)
        printed = (text_of(share, 2),)
        gate = Shutter(name=f"tap-{number}", frame=frame, cells=printed, passing="memory", shares=(share,), style=VALUE)
        taps += [gate, say(f"sum-{number}", text_of(value, 1), x, frame.bottom + 14, style=VALUE, role="muted")]
    return column([shapes, taps, [say("axis", "the sum", 0, 0, "middle", NAME, "muted")]], (2, 8))
