"""How much of a nudge arrives in new LSTMs whose forget gates are more or less open, next to a SimpleRNN."""

import numpy as np

from _charts import VALUE, Curve, Plot, Scale, in_words, say
from unrolled import LSTM, Picture, SimpleRNN, Weights, initial_weights, record, run_model, stack
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME
from unrolled.geometry import Frame
from unrolled.i18n import text_of
from unrolled.layers.activations import activation_of
from unrolled.layers.recurrent import Recurrent
from unrolled.numbers.gradients import gradients_of, strengths
from unrolled.picture import in_two_forms
from unrolled.recorded.arrays import named
from unrolled.shapes.gates import Shutter
from unrolled.shapes.shape import Shape

UNITS, FEATURES, STEPS, SEEDS = 8, 2, 20, range(1, 6)
SIZES = {0.3: "inputs of about ±0.3", 1.0: "inputs of about ±1"}
"""The standard deviations of the random inputs."""
BIASES = 2, 1, 0
PLAIN = "SimpleRNN"
HIGH, LOW, TOP = 290, 1e-5, 1.6
POWERS = {1.0: "all", 1e-1: "1/10", 1e-2: "1/100", 1e-3: "1/1,000", 1e-4: "1/10,000", 1e-5: ""}
TAP, TO_NAME, NARROW = (34, 42), 9, 200
ALT = (
    "How much of a tiny change in the state up to {steps} steps earlier arrives at the last state, for new layers of "
    "{units} units. {steps} steps back, with small inputs, it is {} in an LSTM with a forget bias of 0, {} with 1 and "
    "{} with 2. In a SimpleRNN it is {} with small inputs and {} with larger ones."
)
TEXT = (
    f"New layers of {UNITS} units read {STEPS} random vectors of {FEATURES} numbers, whose standard deviation is 0.3 "
    f"for small inputs and 1 for larger ones. Lines are medians of {len(SEEDS)} seeds, for the LSTMs "
    "with inputs of both sizes, and their bands reach from the least to the most. The LSTMs differ only in "
    "the bias of their forget gates; 1 is Keras’s default. What arrives is the slope: how far, at most, a tiny change "
    "in an earlier state moves the last state, as a multiple of that change."
)


def draw() -> Picture:
    """Differentiate new layers with Keras's initial weights, except for that bias."""
    found = {size: _found(size) for size in SIZES}
    small, large = (
        {name: in_words(float(np.median(runs[:, -1]))) for name, runs in found[size].items()} for size in SIZES
    )
    ends = small[_called(0)], small[_called(1)], small[_called(2)], small[PLAIN], large[PLAIN]
    table = [TextColumn("new layer", list(small)), TextColumn("gate", [_open(name) for name in small])]
    table += [
        TextColumn(f"{said}, {STEPS} steps back", list(all_of.values()))
        for said, all_of in zip(SIZES.values(), (small, large), strict=True)
    ]
    description = Description.of(ALT.format(*ends, steps=STEPS, units=UNITS), TEXT, table=table)

    return in_two_forms([_chart(found, 400)], [_chart(found, 98)], description)


def _open(name: str) -> str:
    """Print how far new forget gates are open: the sigmoid of their bias."""
    return "" if name == PLAIN else text_of(named("gate", activation_of("sigmoid")(record(int(name[-1]), "bias"))), 2)


def _chart(found: dict[float, dict[str, Array]], wide: float) -> tuple[Shape, ...]:
    """Draw the runs of each LSTM, with a tap as far open as its new forget gates, and a SimpleRNN's for each size."""
    plot = Plot(Frame(0, -HIGH, wide, HIGH), Scale(0, STEPS), Scale(LOW, TOP, is_log=True))
    gated = [Curve(_called(it), "memory", np.vstack([found[size][_called(it)] for size in SIZES])) for it in BIASES]
    said = "inputs" if wide > NARROW else ""
    plain = [
        Curve(f"{PLAIN}, {said} ±{size:g}".replace("  ", " "), "ink", np.median(found[size][PLAIN], axis=0), (2, 3.5))
        for size in SIZES
    ]
    shapes = plot.axes("nudge", {0: "0", STEPS: "20 steps back"}, POWERS, up="how much of a nudge arrives")
    shapes += plot.curves("nudge", [float(step) for step in range(STEPS + 1)], [*gated, *plain])
    for curve in (*gated, *plain):
        x, y, name = wide + TO_NAME, plot.y(float(curve.median[-1])), f"nudge-{curve.name}"
        if curve in gated:
            frame, share = Frame(x + 1, y - 30, *TAP), _open(curve.name)
            shares = (float(share),)
            shapes.append(
                Shutter(name=f"{name}-tap", frame=frame, cells=(share,), passing="memory", shares=shares, style=VALUE)
            )
            x = frame.right + TO_NAME
        shapes.append(say(f"{name}-name", curve.name, x, y, "start", NAME.bold(), curve.role))
    return tuple(shapes)


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
