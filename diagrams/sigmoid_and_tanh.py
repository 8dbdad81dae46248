"""The sigmoid and tanh over the same sums: taps that are open as far as one says, and bars for what the other says."""

from collections.abc import Sequence

import numpy as np

from _charts import VALUE, Plot, at, bar, column, say
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
FLOW = Plot.units(up=34)
NARROW = 40
SUMS = (-4.6, -1.4, 0, 1.4, 4.6)
ALT = (
    "Two curves over the same sums. The sigmoid rises from 0 to 1, through 0.5 at zero; tanh from −1 to 1, through 0. "
    "At five sums, a tap is open by {}, and what flows is {}."
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
    flows = [text_of(float(np.tanh(value)), 2) for value in SUMS]
    alt = ALT.format(*(f"{', '.join(each[:-1])} and {each[-1]}" for each in (said, flows)))
    description = Description.of(alt, TEXT, table=table)
    taps = list(zip(sums.tolist(), shares, strict=True))
    return in_two_forms(
        [tuple(_drawn(taps, Plot.units(52, HIGH), 44, "how far a tap opens", "what flows", "at a sum of"))],
        [tuple(_drawn(taps, Plot.units(23, HIGH), 31, "taps", "flow", "sum"))],
        description,
    )


def _drawn(
    open_taps: Sequence[tuple[float, float]], plot: Plot, tap: float, taps_name: str, flows_name: str, sums_name: str
) -> list[Shape]:
    """Draw the curves, and below each of some sums a tap that is open by a share, and a bar for what flows."""
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
    shapes.append(say("sigmoid-name", "sigmoid", -edge, -13, "start", NAME.bold()))
    shapes.append(say("tanh-name", "tanh", plot.x(SUMS[0]) + 10, plot.y(-1) - 13, "start", NAME.bold(), "state"))
    is_narrow = tap < NARROW
    x, anchor = (plot.x((SUMS[0] + SUMS[1]) / 2), "middle") if is_narrow else (plot.x(SUMS[0]) - tap, "end")
    taps: list[Shape] = [say("taps-name", taps_name, x, 0, anchor, NAME.bold())]
    flows: list[Shape] = [say("flows-name", flows_name, x, -14 if is_narrow else 0, anchor, NAME.bold(), "state")]
    axis: list[Shape] = [say("axis", sums_name, x, 0, anchor, NAME.bold(), "muted")]
    flows.append(Line(name="no-flow", start=Point(plot.x(SUMS[0]) - tap / 2, 0), to=Point(edge, 0)))
    below = plot.y(-1) + 30
    for number, (value, share) in enumerate(open_taps, start=1):
        x = plot.x(value)
        start, to = Point(x, plot.y(share) + 7), Point(x, below)
        shapes.append(Line(name=f"guide-{number}", role="flow", start=start, to=to, dashes=(2, 3), round_ends=False))
        shapes.append(CurveDot(name=f"dot-{number}", at=Point(x, plot.y(share)), is_solid=True, radius=3.5))
        frame = Frame.about(x, 0, tap, OPENING + FOOT)
        printed = (text_of(share, 2),)
        gate = Shutter(name=f"tap-{number}", frame=frame, cells=printed, passing="memory", shares=(share,), style=VALUE)
        flow = float(np.tanh(value))
        shapes.append(
            CurveDot(name=f"flow-dot-{number}", role="state", at=plot.at(value, flow), is_solid=True, radius=3.5)
        )
        flows += at(bar(f"flow-{number}", FLOW, 0, flow, tap - 4, text_of(flow, 2)), x)
        taps.append(gate)
        axis.append(say(f"sum-{number}", text_of(value, 1), x, 0, style=VALUE, role="muted"))
    return column([shapes, taps, flows, axis], (2, 18, 14))
