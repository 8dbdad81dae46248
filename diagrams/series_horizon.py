"""How much larger than linear regression’s the errors of other forecasts are, one to twelve months ahead."""

import numpy as np

from _charts import Curve, Plot, Scale, column, thin_key
from _series import results
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.geometry import Frame
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape

LINES = {
    "rule": ("rule", "muted", (2.0, 3.5)),
    "recursive": ("recursive", "output", (7.0, 4.0)),
    "direct": ("direct", "state", None),
}
LEVELS = -0.1, 0, 0.1, 0.2, 0.3, 0.4
ALT = "Mean absolute error in ppm, one month and twelve months ahead: {}."
TEXT = (
    "Drawn as differences from linear regression. The networks’ lines are medians of {} seeds, and thin ones the seeds."
)


def draw() -> Picture:
    """Draw the networks over their seeds, and the two methods that involve no chance."""
    found = results()
    errors = {name: np.array(found["twelve steps"][name]) for name in (*LINES, "linear")}
    curves = [
        Curve(said, role, errors[name] - errors["linear"], dashes) for name, (said, role, dashes) in LINES.items()
    ]
    medians = {name: np.median(runs, axis=0) for name, runs in errors.items()}
    ahead = range(1, len(medians["linear"]) + 1)
    table = [TextColumn("months ahead", [str(month) for month in ahead])]
    table += [TextColumn(name, [f"{each:.2f}" for each in line]) for name, line in medians.items()]
    alt = ALT.format(", ".join(f"{name} {each[0]:.2f} and {each[-1]:.2f}" for name, each in medians.items()))
    wide, narrow = (_chart(curves, ahead, len(found["seeds"]), width) for width in (520, 130))
    return in_two_forms([wide], [narrow], Description.of(alt, TEXT.format(len(found["seeds"])), table=table))


def _chart(curves: list[Curve], ahead: range, seeds: int, width: float) -> tuple[Shape, ...]:
    """Draw each run above or below a line for linear regression, and name the lines after their ends."""
    is_narrow = width < 300
    plot = Plot(Frame(0, 0, width, 260), Scale(1, ahead[-1]), Scale(LEVELS[0], LEVELS[-1]))
    ticks = {float(month): str(month) for month in ((1, 4, 8, 12) if is_narrow else ahead)}
    levels = {float(level): f"{level:+.1f}".replace("-", "−") if level else "0" for level in LEVELS}
    chart = plot.axes("error", ticks, levels, across="months ahead", up="how much worse than linear regression, in ppm")
    chart.append(plot.level("linear", 0, "ink", width=2.25))
    chart += plot.runs("error", ahead, curves)
    linear = Curve("linear regression", "ink", [0.0] * len(ahead))
    return tuple(column([[*chart, *plot.names("error", [*curves, linear])], [thin_key(seeds)]], 14))
