"""Two networks forecast each month of the test data: one its level, the other the change from the previous month."""

import matplotlib.pyplot as plt
import numpy as np

from _charts import DASHED, SOLID, Chart, Curve, LineChart, Panel
from _series import VALID, months, one_step

ALT = (
    "Forecasts of the next month, from {} to {}. The network that forecasts the height stays between {:.0f} and {:.0f} "
    "ppm, and is off by {:.2f} ppm on average; the one that forecasts the change is off by {:.2f} ppm."
)
MEASURED, HEIGHT, CHANGE = "measured", "height", "change"


def draw(code: str) -> Chart:
    """Compute the forecasts from the networks' weights."""
    names, ppm = months()
    names, truth = names[VALID:], ppm[VALID:]
    height, change = one_step(code, "level"), one_step(code, "differences")
    off = {HEIGHT: np.abs(height - truth).mean(), CHANGE: np.abs(change - truth).mean()}
    years = int(names[0][:4]) + np.arange(len(truth)) / 12
    measured = Curve(MEASURED, truth, plt.rcParams["text.color"], SOLID)
    first, last = int(years[0]), int(years[-1])
    return LineChart(
        panels=[
            Panel(
                "forecasts of the height",
                [measured, Curve(HEIGHT, height, "C1", DASHED)],
            ),
            Panel(
                "forecasts of the change",
                [measured, Curve(CHANGE, change, "C0", DASHED)],
            ),
        ],
        x=years,
        across="year",
        up="ppm",
        x_ticks={year: str(year) for year in range(first, last + 1, 2)},
        y_ticks={at: str(at) for at in range(355, 376, 5)},
        y_limits=(354, 376),
        panel_px=(380, 200),
        alt=ALT.format(names[0], names[-1], height.min(), height.max(), off[HEIGHT], off[CHANGE]),
        head=["month", "measured", "by height", "by change"],
        rows=[
            [name, *(f"{each:.2f}" for each in values)]
            for name, *values in zip(names, truth, height, change, strict=True)
        ],
    ).figure()
