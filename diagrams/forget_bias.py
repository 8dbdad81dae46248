"""How much of a nudge arrives in new LSTMs whose forget gates are more or less open, next to a SimpleRNN."""

import numpy as np

from _charts import VALUE, Curve, Plot, Scale, at, column, in_words, say
from unrolled import LSTM, Picture, SimpleRNN, Weights, initial_weights, record, run_model, stack
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.floor.charts import apart
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
HIGH, LOW, TOP = 196, 1e-5, 1.6
POWERS = {1.0: "1", 1e-2: "0.01", 1e-4: "0.0001", 1e-5: ""}
TAP, TAPS_APART, NARROW = (34, 42), 62, 200
ALT = (
    "How much of a tiny change in the state up to {steps} steps earlier arrives at the last state, for new layers of "
    "{units} units. {steps} steps back, with small inputs, it is {} in an LSTM with a forget bias of 0, {} with 1 and "
    "{} with 2. In a SimpleRNN it is {} with small inputs and {} with larger ones."
)
TEXT = (
    f"New layers of {UNITS} units read {STEPS} random vectors of {FEATURES} numbers, whose standard deviation is 0.3 "
    f"for small inputs and 1 for larger ones. Each line is the median of {len(SEEDS)} seeds. The LSTMs differ only in "
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

    def side_by_side(wide: float) -> tuple[Shape, ...]:
        left, right = (_panel(size, found[size], wide) for size in SIZES)
        return (*left, *at(right, wide + 174))

    narrow = column([_panel(size, found[size], 130) for size in SIZES], 26)
    return in_two_forms([side_by_side(204)], [tuple(narrow)], description)


def _open(name: str) -> str:
    """Print how far new forget gates are open: the sigmoid of their bias."""
    return "" if name == PLAIN else text_of(named("gate", activation_of("sigmoid")(record(int(name[-1]), "bias"))), 2)


def _panel(size: float, found: dict[str, Array], wide: float) -> list[Shape]:
    """Draw the median of each layer, and at its end a tap that is open as far as its new forget gates."""
    steps = [float(step) for step in range(STEPS + 1)]
    ticks = {0.0: "0", 20.0: "20 steps back"}
    plot = Plot(Frame(0, -HIGH, wide, HIGH), Scale(0, STEPS), Scale(LOW, TOP, is_log=True))
    curves = [
        Curve(
            name,
            "ink" if name == PLAIN else "memory",
            np.median(runs, axis=0),
            (2, 3.5) if name == PLAIN else None,
        )
        for name, runs in found.items()
    ]
    key = f"size-{size:g}"
    shapes = [*plot.axes(key, ticks, POWERS), *plot.curves(key, steps, curves)]
    shapes.append(say(f"{key}-plain", PLAIN, 4, plot.y(1) - 13, "start", NAME.bold()))
    gated = [curve for curve in curves if curve.name != PLAIN]
    heights = apart([plot.y(float(curve.median[-1])) for curve in gated], TAPS_APART)
    for curve, y in zip(gated, heights, strict=True):
        name, share = f"{key}-{curve.name}", _open(curve.name)
        frame = Frame.about(wide + 30, y, *TAP)
        shares = (float(share),)
        tap = Shutter(name=f"{name}-tap", frame=frame, cells=(share,), passing="memory", shares=shares, style=VALUE)
        said = curve.name.partition(", ")[2]
        shapes += [tap, say(f"{name}-name", said, frame.right + 8, y, "start", NAME.bold(), "memory")]
    left, top = -44 if wide < NARROW else 0, plot.y(1)
    shapes.append(say(f"{key}-title", SIZES[size], left, top - 60, "start", NAME.bold()))
    shapes.append(
        say(
            f"{key}-axis",
            f"how much of a nudge arrives, median of {len(SEEDS)}",
            left,
            top - 40,
            "start",
            NAME,
            "muted",
        )
    )
    return shapes


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
