"""Two networks forecast each month of the test data: one its height, the other the change from the previous month."""

from collections.abc import Mapping, Sequence

import numpy as np

from _charts import Curve, Plot, Scale, at, column, legend, say
from _series import VALID, months, one_step
from unrolled import Picture
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME
from unrolled.geometry import Frame
from unrolled.i18n import text_of
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape, Shapes

ALT = (
    "Forecasts of the next month, from {} to {}. The network that forecasts the height stays between {:.0f} and {:.0f} "
    "ppm, and is off by {:.2f} ppm on average; the one that forecasts the change is off by {:.2f} ppm."
)
MEASURED, HEIGHT, CHANGE = "measured", "height", "change"
LINES = {HEIGHT: ("output", (7.0, 4.0)), CHANGE: ("state", None)}
HIGH, OFF_HIGH, LEFT, ROOM_FOR_NAMES = 170, 110, 30, 300
Ticks = dict[float, str]


def draw(code: str) -> Picture:
    """Draw the forecasts over what was measured, and below them, how far they are off."""
    names, ppm = months()
    names, truth = names[VALID:], ppm[VALID:]
    said = {HEIGHT: one_step(code, "level"), CHANGE: one_step(code, "differences")}
    off = {name: float(np.abs(values - truth).mean()) for name, values in said.items()}
    low, high = said[HEIGHT].min(), said[HEIGHT].max()
    columns = {
        "month": names,
        MEASURED: _printed(truth),
        **{f"by {name}": _printed(each) for name, each in said.items()},
    }
    description = Description.of(
        ALT.format(names[0], names[-1], low, high, off[HEIGHT], off[CHANGE]),
        table=[TextColumn(head, texts) for head, texts in columns.items()],
    )
    years = [int(names[0][:4]) + month / 12 for month in range(len(truth))]
    wide, narrow = ([_laid(years, truth, said, off, width)] for width in (520, 232))
    return in_two_forms(wide, narrow, description)


def _printed(values: Array) -> list[str]:
    return [text_of(float(each), 2) for each in values]


def _laid(
    years: Sequence[float], truth: Array, said: Mapping[str, Array], off: Mapping[str, float], wide: float
) -> tuple[Shape, ...]:
    ticks = {float(year): str(year) for year in range(int(years[0]), int(years[-1]) + 1, 2)}

    def chart(name: str, high: float, ends: tuple[float, float], levels: Ticks, curves: list[Curve]) -> Shapes:
        plot = Plot(Frame(0, 0, wide, high), Scale(years[0], years[-1]), Scale(*ends))
        shapes = [*plot.axes(name, ticks, levels), *plot.curves(name, years, curves)]
        return shapes if wide < ROOM_FOR_NAMES else [*shapes, *plot.names(name, curves)]

    measured = Curve(MEASURED, "ink", truth, width=2.5)
    forecasts = [Curve(name, *LINES[name][:1], said[name], LINES[name][1]) for name in said]
    misses = [curve._replace(values=curve.runs - truth) for curve in forecasts]
    levels = {float(value): str(value) for value in (355, 365, 375)}
    least, most = np.floor(min(curve.runs.min() for curve in misses)), 2.0
    errors = {least: text_of(least, 0), 0.0: "0", most: "+2"}
    named = [
        curve._replace(name=f"forecast of the {curve.name}, off by {off[curve.name]:.2f} ppm") for curve in forecasts
    ]
    key = legend([measured._replace(width=1.25), *named], wide + LEFT)
    if wide > ROOM_FOR_NAMES:
        forecasts = [curve._replace(name=f"forecast of the {curve.name}") for curve in forecasts]
        misses = [curve._replace(name=f"on average by {off[curve.name]:.2f}") for curve in misses]
        key = []
    parts: list[Shapes] = [
        [say("levels-title", "CO₂ in the air, measured and forecast, ppm", 0, 0, "start", NAME.bold())],
        chart("levels", HIGH, (354, 376), levels, [*forecasts, measured._replace(width=1.25)]),
        [say("errors-title", "how far off, ppm", 0, 0, "start", NAME.bold())],
        chart("errors", OFF_HIGH, (least, most), errors, misses),
        *([key] if key else []),
    ]
    return tuple(at(column(parts, (14, 22, 14, 18)[: len(parts) - 1]), LEFT))
