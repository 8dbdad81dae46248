"""How far back the gradient of a new LSTM's last state reaches, depending on its forget bias, next to a SimpleRNN."""

import matplotlib.pyplot as plt
import numpy as np

from _charts import DASHED, DOTTED, SOLID, Chart, Curve, LineChart, Panel, in_words, power_of_ten
from unrolled import LSTM, SimpleRNN, Weights, initial_weights, run_model, stack
from unrolled.arrays import Array
from unrolled.layers.recurrent import Recurrent
from unrolled.numbers.gradients import gradients_of, strengths

UNITS, FEATURES, STEPS, SEEDS = 8, 2, 20, range(1, 6)
SIZES = {0.3: "small inputs", 1.0: "larger inputs"}
"""The standard deviations of the random inputs."""
BIASES = {2: SOLID, 1: DASHED, 0: (0, (6, 1.6, 1, 1.6))}
PLAIN = "SimpleRNN"
ALT = (
    "Slope of the last state with respect to the state up to {steps} steps earlier, for new layers of {units} units. "
    "{steps} steps back, with small inputs, the slope of an LSTM is {} with a forget bias of 0, {} with 1 and {} with "
    "2. That of a SimpleRNN is {} with small inputs and {} with larger ones."
)
TEXT = (
    f"New layers of {UNITS} units read {STEPS} random vectors of {FEATURES} numbers, whose standard deviation is 0.3 "
    f"for small inputs and 1 for larger ones. Each line is the median of {len(SEEDS)} seeds. The LSTMs differ only in "
    "the bias of their forget gates; 1 is Keras’s default. The slope says how far, at most, a tiny change in an "
    "earlier state moves the last state, as a multiple of that change."
)


def draw() -> Chart:
    """Differentiate new layers with Keras's initial weights, except for that bias."""
    found = {size: _found(size) for size in SIZES}
    ends = {
        size: {name: in_words(float(np.median(runs[:, -1]))) for name, runs in found[size].items()} for size in SIZES
    }
    colours = {_called(bias): "C4" for bias in BIASES} | {PLAIN: plt.rcParams["xtick.labelcolor"]}
    dashes = {_called(bias): line for bias, line in BIASES.items()} | {PLAIN: DOTTED}
    small, large = (ends[size] for size in SIZES)
    return LineChart(
        panels=[
            Panel(
                said,
                [
                    Curve(name, np.median(runs, axis=0), colours[name], dashes[name])
                    for name, runs in found[size].items()
                ],
            )
            for size, said in SIZES.items()
        ],
        x=range(STEPS + 1),
        across="steps back",
        up="slope of the last state by an earlier one",
        x_ticks={step: str(step) for step in range(0, STEPS + 1, 5)},
        y_ticks={10.0**power: power_of_ten(power) for power in range(-4, 1, 2)},
        y_limits=(1e-5, 1.6),
        is_log=True,
        panel_px=(362, 180),
        alt=ALT.format(
            small[_called(0)],
            small[_called(1)],
            small[_called(2)],
            small[PLAIN],
            large[PLAIN],
            steps=STEPS,
            units=UNITS,
        ),
        text=TEXT,
        head=["new layer", *(f"{said}, {STEPS} steps back" for said in SIZES.values())],
        rows=[[name, small[name], large[name]] for name in small],
    ).figure()


def _called(bias: int) -> str:
    return f"LSTM, bias {bias}"


def _found(size: float) -> dict[str, Array]:
    """Compute the slopes of each new layer: (seeds, steps + 1)."""
    layers: dict[str, tuple[Recurrent, int | None]] = {_called(bias): (LSTM(UNITS), bias) for bias in BIASES}
    layers[PLAIN] = SimpleRNN(UNITS), None
    return {
        name: np.array([_slopes(layer, bias, size, seed) for seed in SEEDS]) for name, (layer, bias) in layers.items()
    }


def _slopes(layer: Recurrent, forget: int | None, size: float, seed: int) -> Array:
    inputs = size * np.random.default_rng(seed).normal(size=(STEPS, FEATURES))
    weights = initial_weights(layer, inputs.shape, seed=seed)
    if forget is not None:
        bias = np.array(weights["bias"])
        bias[UNITS : 2 * UNITS] = forget
        weights = Weights(**{**weights, "bias": bias})
    trace = run_model(stack(layer, shape=inputs.shape), inputs, weights=[weights]).trace_of(type(layer))
    return strengths(gradients_of(trace).of_states)[::-1]
