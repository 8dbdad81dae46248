"""The error of forecasts for one to twelve months ahead, in parts per million."""

import matplotlib.pyplot as plt
import numpy as np

from _charts import DASHED, DOTTED, SOLID, Chart, Curve, LineChart, Panel
from _series import results

LOOKS = {"rule": ("C2", DOTTED), "recursive": ("C1", DASHED), "direct": ("C0", SOLID), "linear": (None, SOLID)}
CALLED = {
    "rule": "rule: last year + rise",
    "recursive": "network, recursive",
    "direct": "network, direct",
    "linear": "linear regression",
}

ALT = "Mean absolute error in ppm, one month and twelve months ahead: {}."

TEXT = "The networks' lines are medians of {} seeds, and bands reach from the best to the worst of them."


def draw() -> Chart:
    """Draw the networks over their seeds, and the two methods that involve no chance."""
    told = results()
    runs = {name: np.array(told["twelve steps"][name]) for name in LOOKS}
    medians = {name: np.median(each, axis=0) for name, each in runs.items()}
    ahead = np.arange(1, runs["rule"].shape[1] + 1)
    ink = plt.rcParams["text.color"]
    return LineChart(
        panels=[
            Panel(
                "",
                [Curve(CALLED[name], runs[name], colour or ink, dashes) for name, (colour, dashes) in LOOKS.items()],
            )
        ],
        x=ahead,
        across="months ahead",
        up="mean absolute error, ppm",
        x_ticks={int(month): str(month) for month in ahead},
        y_ticks={at: f"{at:.1f}" for at in (0, 0.2, 0.4, 0.6, 0.8, 1)},
        y_limits=(0, 1.08),
        panel_px=(520, 220),
        alt=ALT.format(", ".join(f"{name} {each[0]:.2f} and {each[-1]:.2f}" for name, each in medians.items())),
        bands=f"best to worst of {len(told['seeds'])} seeds",
        text=TEXT.format(len(told["seeds"])),
        head=["months ahead", *medians],
        rows=[[str(month), *(f"{each[month - 1]:.2f}" for each in medians.values())] for month in ahead],
    ).figure()
