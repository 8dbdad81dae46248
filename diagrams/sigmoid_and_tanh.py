"""Two curves on one pair of axes. The sigmoid rises from 0 to 1, through 0.5 at zero; tanh from −1 to 1, through 0."""

import numpy as np

from _charts import DASHED, Chart, Curve, LineChart, Panel

TEXT = (
    "Both are flat far out and steep in the middle. The values of the sigmoid are shares, as a gate needs them: at 0, "
    "it lets nothing through, at 1 everything. Those of tanh can be negative, and so can what a cell writes down."
)
TOLD = (-6, -3, -1, 0, 1, 3, 6)


def draw() -> Chart:
    """Draw both over the same sums."""
    sums = np.linspace(-6, 6, 241)
    told = np.array(TOLD)
    return LineChart(
        panels=[
            Panel(
                "",
                [
                    Curve("sigmoid: how much passes", 1 / (1 + np.exp(-sums)), "C4"),
                    Curve("tanh: what passes", np.tanh(sums), "C0", DASHED),
                ],
            )
        ],
        x=sums,
        across="in: the sum",
        up="out",
        x_ticks={at: str(at).replace("-", "−") for at in range(-6, 7, 3)},
        y_ticks={-1: "−1", 0: "0", 0.5: "0.5", 1: "1"},
        y_limits=(-1.12, 1.12),
        panel_px=(500, 190),
        alt=" ".join((__doc__ or "").split()),
        text=TEXT,
        head=["in", "sigmoid", "tanh"],
        rows=[
            [str(at).replace("-", "−"), f"{share:.2f}", f"{value:.2f}".replace("-", "−")]
            for at, share, value in zip(TOLD, 1 / (1 + np.exp(-told)), np.tanh(told), strict=True)
        ],
    ).figure()
