"""The error of forecasts for one to twelve months ahead, in parts per million."""

from _charts import Curve, Plot, Scale, at, column, legend, runs_key
from _series import results
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.geometry import Frame
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape

LINES = {
    "rule": ("rule: last year + rise", "muted", (2.0, 3.5)),
    "recursive": ("network, recursive", "output", (7.0, 4.0)),
    "direct": ("network, direct", "state", None),
    "linear": ("linear regression", "ink", None),
}
LEVELS = 0, 0.2, 0.4, 0.6, 0.8, 1
ALT = "Mean absolute error in ppm, one month and twelve months ahead: {}."
TEXT = "The networks' lines are medians of {} seeds, and bands reach from the best to the worst of them."


def draw() -> Picture:
    """Draw the networks over their seeds, and the two methods that involve no chance."""
    found = results()
    curves = [Curve(said, role, found["twelve steps"][name], dashes) for name, (said, role, dashes) in LINES.items()]
    medians = dict(zip(LINES, (curve.median for curve in curves), strict=True))
    ahead = range(1, len(curves[0].median) + 1)
    table = [TextColumn("months ahead", [str(month) for month in ahead])]
    table += [TextColumn(name, [f"{each:.2f}" for each in line]) for name, line in medians.items()]
    alt = ALT.format(", ".join(f"{name} {each[0]:.2f} and {each[-1]:.2f}" for name, each in medians.items()))
    wide, narrow = (_chart(curves, ahead, len(found["seeds"]), width) for width in (500, 244))
    return in_two_forms([wide], [narrow], Description.of(alt, TEXT.format(len(found["seeds"])), table=table))


def _chart(curves: list[Curve], ahead: range, seeds: int, width: float) -> tuple[Shape, ...]:
    """Name the lines after their ends, or below on a phone."""
    is_narrow = width < 300
    plot = Plot(Frame(0, 0, width, 170 if is_narrow else 200), Scale(1, ahead[-1]), Scale(0, 1.04))
    ticks = {float(month): str(month) for month in ((1, 4, 8, 12) if is_narrow else ahead)}
    levels = {float(level): f"{level:.1f}" for level in LEVELS}
    axes = plot.axes("error", ticks, levels, across="months ahead", up="mean absolute error, ppm")
    chart = [*axes, *plot.curves("error", ahead, curves)]
    key = runs_key(seeds, "best", "worst")
    parts = [chart, at(legend(curves, width), -20), at(key, -20)] if is_narrow else [chart, key]
    chart += [] if is_narrow else plot.names("error", curves)
    return tuple(column(parts, 14))
