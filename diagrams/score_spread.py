"""How much scores spread as queries and keys get longer: unscaled, and divided by the square root of the length."""

import numpy as np

from _charts import Curve, Plot, Scale
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.geometry import Frame
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape

LENGTHS, PAIRS = [1, 4, 16, 64, 256, 1024], 2000
PLAIN, DIVIDED = "q · k:", "÷ root of d:"
LEVELS = 1, 2, 4, 8, 16, 32
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


def draw() -> Picture:
    """Use logarithmic axes, so that a power of the length is a straight line."""
    plain = spreads()
    lines = {PLAIN: plain, DIVIDED: [each / length**0.5 for each, length in zip(plain, LENGTHS, strict=True)]}
    said = {name: [f"{each:.2f}" for each in line] for name, line in lines.items()}
    table = [TextColumn("d", [f"{length:,}" for length in LENGTHS])]
    table += [
        TextColumn(f"spread of {name}", texts)
        for name, texts in zip(("q · k", "q · k ÷ √d"), said.values(), strict=True)
    ]
    curves = [Curve(PLAIN, "state", plain), Curve(DIVIDED, "ink", lines[DIVIDED], (7, 4))]
    alt = ALT.format(*map(", ".join, said.values()))
    wide, narrow = (_chart(curves, width) for width in (440, 140))
    return in_two_forms([wide], [narrow], Description.of(alt, TEXT, table=table))


def _chart(curves: list[Curve], width: float) -> tuple[Shape, ...]:
    """Name the lines after their ends."""
    plot = Plot(Frame(0, 0, width, 180), Scale(LENGTHS[0], LENGTHS[-1], is_log=True), Scale(0.7, 42, is_log=True))
    ticks = {float(each): f"{each:,}" for each in (LENGTHS if width > 200 else LENGTHS[1::2])}
    levels = {float(each): str(each) for each in LEVELS}
    axes = plot.axes("spread", ticks, levels, across="numbers in a query and a key, d", up="spread of the scores")
    ends = {curve.name: f"{curve.median[-1]:.{0 if curve.name == PLAIN else 2}f}" for curve in curves}
    return (*axes, *plot.curves("spread", LENGTHS, curves), *plot.names("spread", curves, ends))
