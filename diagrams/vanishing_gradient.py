"""How the slope of a SimpleRNN's last state changes with each step back: it vanishes or explodes."""

import matplotlib.pyplot as plt
import numpy as np

from _charts import DASHED, DOTTED, SOLID, Chart, Curve, LineChart, Panel, in_words, power_of_ten
from unrolled import SimpleRNN, Weights, initial_weights, run_model, stack
from unrolled.arrays import Array
from unrolled.numbers.gradients import gradients_of, strengths

UNITS, STEPS, SEEDS = 32, 100, range(1, 6)
TOKENS, FIRST_FILLER = 16, 8
SCALES = {0.5: "weights halved", 1: "weights as in Keras", 2: "weights doubled"}
TOLD = (0, 10, 20, 50, 100)
ALT = (
    "Slope of a SimpleRNN’s last state with respect to its state up to 100 steps earlier, on a logarithmic scale. With "
    "recurrent weights half as large as Keras’s initial ones, the slope falls to {} within 20 steps; with weights "
    "twice as large, it grows to {} within 100."
)
TEXT = (
    f"A new SimpleRNN of {UNITS} units reads {STEPS} random tokens; its recurrent weights are those of Keras’s "
    f"initializer, or these times 0.5 or 2. Lines are the medians of {len(SEEDS)} seeds, and bands reach from the "
    "smallest to the largest. The slope says how far, at most, a tiny change in an earlier state moves the last state, "
    "as a multiple of that change (the largest singular value of the derivative). It does not say how much a word "
    "matters."
)


def draw() -> Chart:
    """Differentiate new layers whose recurrent weights differ in scale."""
    slopes = {by: np.array([_slopes(seed, by) for seed in SEEDS]) for by in SCALES}
    colours = {0.5: "C0", 1: plt.rcParams["text.color"], 2: "C3"}
    dashes = {0.5: DASHED, 1: DOTTED, 2: SOLID}
    curves = [Curve(said, slopes[by], colours[by], dashes[by]) for by, said in SCALES.items()]
    powers = range(-6, 7, 3)
    return LineChart(
        panels=[Panel("", curves)],
        x=range(STEPS + 1),
        across="steps back",
        up="slope of the last state by an earlier one",
        bands=f"all {len(SEEDS)} seeds",
        x_ticks={step: str(step) for step in range(0, STEPS + 1, 20)},
        y_ticks={10.0**power: power_of_ten(power) for power in powers},
        y_limits=(1e-7, 1e8),
        is_log=True,
        panel_px=(500, 230),
        alt=ALT.format(_median(slopes[0.5], 20), _median(slopes[2], STEPS)),
        text=TEXT,
        head=["recurrent weights", *(f"{step} steps back" for step in TOLD)],
        rows=[[said, *(_median(slopes[by], step) for step in TOLD)] for by, said in SCALES.items()],
    ).figure()


def _median(slopes: Array, step: int) -> str:
    return in_words(float(np.median(slopes[:, step])))


def _slopes(seed: int, by: float) -> Array:
    """Compute the slopes of a new layer's last state with respect to itself and each earlier state: (steps + 1,)."""
    tokens = np.random.default_rng(seed).integers(FIRST_FILLER, TOKENS, size=STEPS)
    inputs, layer = np.eye(TOKENS)[tokens], SimpleRNN(UNITS)
    fresh = initial_weights(layer, inputs.shape, seed=seed)
    weights = Weights(**{**fresh, "recurrent_kernel": by * np.asarray(fresh["recurrent_kernel"])})
    trace = run_model(stack(layer, shape=inputs.shape), inputs, weights=[weights]).trace_of(SimpleRNN)
    return strengths(gradients_of(trace).of_states)[::-1]
