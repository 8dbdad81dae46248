"""How much scores spread as queries and keys get longer: unscaled, and divided by the square root of the length."""

import matplotlib.pyplot as plt
import numpy as np

from _charts import DASHED, SOLID, Chart, Curve, LineChart, Panel

LENGTHS, PAIRS = [1, 4, 16, 64, 256, 1024], 2000
ALT = "The standard deviation of q · k grows with the length of both: {}. Divided by √d, it stays near 1: {}."
TEXT = (
    f"Queries and keys of {PAIRS:,} pairs are drawn at random, each number from a normal distribution with mean 0 and "
    "standard deviation 1. The chart shows the standard deviation of their dot products."
)


def spreads() -> list[float]:
    """Draw random pairs of each length, as the guide's code does, and measure their products."""
    random = np.random.default_rng(0)
    found = []
    for length in LENGTHS:
        queries, keys = random.normal(size=(2, PAIRS, length))
        found.append(float((queries * keys).sum(axis=1).std()))
    return found


def draw() -> Chart:
    """Use logarithmic axes, so that a power of the length is a straight line."""
    plain = spreads()
    divided = [each / length**0.5 for each, length in zip(plain, LENGTHS, strict=True)]
    curves = [
        Curve("q · k", plain, "C0", SOLID),
        Curve("divided", divided, plt.rcParams["text.color"], DASHED),
    ]
    said = [", ".join(f"{each:.2f}" for each in line) for line in (plain, divided)]
    return LineChart(
        panels=[Panel("", curves, {"q · k": f"{plain[-1]:.0f}", "divided": f"{divided[-1]:.2f}"})],
        x=np.log2(LENGTHS),
        across="numbers in a query and a key, d",
        up="spread of the scores",
        x_ticks={float(np.log2(each)): f"{each:,}" for each in LENGTHS},
        y_ticks={each: str(each) for each in (1, 2, 4, 8, 16, 32)},
        y_limits=(0.7, 42),
        is_log=True,
        panel_px=(480, 190),
        alt=ALT.format(*said),
        text=TEXT,
        head=["d", "spread of q · k", "of q · k ÷ √d"],
        rows=[
            [f"{length:,}", f"{one:.2f}", f"{other:.2f}"]
            for length, one, other in zip(LENGTHS, plain, divided, strict=True)
        ],
    ).figure()
