"""The whole series, month by month, in its three parts."""

import matplotlib.pyplot as plt
import numpy as np

from _charts import SOLID, Chart, Curve, LineChart, Panel
from _series import TRAIN, VALID, months

ALT = (
    "CO₂ in the air from {} to {}: it rises from {:.0f} to {:.0f} ppm in yearly waves. Training ends in {}, "
    "validation in {}."
)


def draw() -> Chart:
    """Draw each part in its own line style."""
    names, ppm = months()
    years = int(names[0][:4]) + np.arange(len(ppm)) / 12
    parts = {"training": (0, TRAIN), "validation": (TRAIN, VALID), "kept out": (VALID, len(ppm))}
    ink = plt.rcParams["text.color"]
    looks = {"training": (ink, SOLID), "validation": ("C1", SOLID), "kept out": ("C0", SOLID)}
    curves = []
    for name, (begin, end) in parts.items():
        values = np.full(len(ppm), np.nan)
        values[begin:end] = ppm[begin:end]
        curves.append(Curve(name, values, *looks[name]))
    return LineChart(
        panels=[
            Panel(
                "CO₂ over Mauna Loa",
                curves,
            )
        ],
        x=years,
        across="year",
        up="ppm",
        x_ticks={year: str(year) for year in range(1970, 2001, 10)},
        y_ticks={height: str(height) for height in range(320, 371, 10)},
        y_limits=(315, 376),
        panel_px=(600, 190),
        alt=ALT.format(names[0], names[-1], ppm[0], ppm[-1], names[TRAIN - 1], names[VALID - 1]),
        head=["part", "from", "to", "months", "lowest", "highest"],
        rows=[
            [
                name,
                names[begin],
                names[end - 1],
                str(end - begin),
                f"{ppm[begin:end].min():.1f}",
                f"{ppm[begin:end].max():.1f}",
            ]
            for name, (begin, end) in parts.items()
        ],
    ).figure()
