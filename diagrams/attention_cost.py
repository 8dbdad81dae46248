"""How many multiplications attention and an LSTM need for longer and longer sentences, counted from the shapes."""

import matplotlib.pyplot as plt
import numpy as np

from _charts import DASHED, DOTTED, SOLID, Chart, Curve, LineChart, Panel

WIDTH = 512
SCORES, KERNELS = "attention: scores and sums, n × n", "attention: kernels"
LENGTHS = [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
ALT = (
    "Multiplications for a sentence of n words, each a vector of {width} numbers: for scores and sums, they grow with "
    "n × n; for attention’s kernels and for an LSTM, with n. At {length:,} words, they are {}."
)
TEXT = "Kernels: queries, keys, values and the answer. Scores and sums: queries times keys, shares times values."


def multiplied(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Count the multiplications in a product of matrices with these shapes."""
    (rows, inner), (same, columns) = one, other
    assert inner == same
    return rows * inner * columns


def counts(length: int) -> dict[str, int]:
    """Count the multiplications of each part for a sentence."""
    vectors, square = (length, WIDTH), (WIDTH, WIDTH)
    compared = multiplied(vectors, (WIDTH, length)) + multiplied((length, length), vectors)
    step = multiplied((1, WIDTH), (WIDTH, 4 * WIDTH))  # for the word, and again for the state
    return {SCORES: compared, KERNELS: 4 * multiplied(vectors, square), "LSTM": 2 * length * step}


def draw() -> Chart:
    """Use logarithmic axes, so that growth with n × n is twice as steep as growth with n."""
    found = {name: [counts(length)[name] for length in LENGTHS] for name in counts(1)}
    looks = {SCORES: ("C4", SOLID), KERNELS: ("C0", DASHED), "LSTM": (plt.rcParams["text.color"], DOTTED)}
    return LineChart(
        panels=[Panel("", [Curve(name, values, *looks[name]) for name, values in found.items()])],
        x=np.log2(LENGTHS),
        across="words in the sentence, n",
        up="multiplications",
        x_ticks={float(np.log2(each)): f"{each:,}" for each in LENGTHS[::2]},
        y_ticks={1e4: "10 thousand", 1e6: "1 million", 1e8: "100 million", 1e10: "10 billion"},
        y_limits=(1e4, 1e11),
        is_log=True,
        panel_px=(560, 210),
        alt=ALT.format(
            ", ".join(f"{values[-1]:,} ({name})" for name, values in found.items()), width=WIDTH, length=LENGTHS[-1]
        ),
        text=TEXT,
        head=["n", *found],
        rows=[[f"{length:,}", *(f"{counts(length)[name]:,}" for name in found)] for length in LENGTHS],
    ).figure()
