"""How much of a nudge arrives in new LSTMs whose forget gates are more or less open, next to a SimpleRNN."""

import numpy as np

from _charts import VALUE, Curve, Plot, Scale, column, in_words, say
from unrolled import LSTM, Picture, SimpleRNN, Weights, initial_weights, record, run_model, stack
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME
from unrolled.geometry import Frame
from unrolled.i18n import text_of
from unrolled.layers.activations import activation_of
from unrolled.layers.recurrent import Recurrent
from unrolled.numbers.gradients import gradients_of, strengths
from unrolled.picture import in_two_forms
from unrolled.recorded.arrays import named
from unrolled.shapes.gates import FOOT, OPENING, Shutter
from unrolled.shapes.plots import Tile
from unrolled.shapes.shape import Shape

UNITS, FEATURES, STEPS, SEEDS = 8, 2, 20, range(1, 6)
SIZES = {0.3: "inputs of about ±0.3", 1.0: "inputs of about ±1"}
"""The standard deviations of the random inputs."""
BIASES = 0, 1, 2
PLAIN = "SimpleRNN"
TAP, TO_CHANNEL, APART = 34, 6, 14
WIDE, NARROW = 520, 228
"""The length of a channel."""
TITLE, ALL = "How much of a nudge arrives", "full height: all of it"
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

    return in_two_forms([_chart(found, WIDE)], [_chart(found, NARROW)], description)


def _open(name: str) -> str:
    """Print how far new forget gates are open: the sigmoid of their bias."""
    if name.startswith(PLAIN):
        return ""
    return text_of(named("gate", activation_of("sigmoid")(record(int(name[-1]), "bias"))), 2)


def _chart(found: dict[float, dict[str, Array]], wide: float) -> tuple[Shape, ...]:
    """Draw what arrives as a stream in a channel, from a tap that is open as far as the new forget gates."""
    curves = [Curve(_called(it), "memory", np.vstack([found[size][_called(it)] for size in SIZES])) for it in BIASES]
    given = "inputs " if wide > NARROW else ""
    curves += [Curve(f"{PLAIN}, {given}±{size:g}", "muted", found[size][PLAIN]) for size in SIZES]
    plot = Plot(Frame(TAP + TO_CHANNEL, 0, wide, OPENING), Scale(0, STEPS), Scale(0, 1))
    rows: list[list[Shape]] = [[say("title", TITLE, 0, 0, "start", BLOCK)]]
    for curve in curves:
        name, steps = f"nudge-{curve.name}", [float(step) for step in range(STEPS + 1)]
        least = [*zip(steps, curve.runs.min(axis=0).tolist(), strict=True)]
        row: list[Shape] = [Tile(name=f"{name}-channel", role="hair", fill="lane", rim=0, frame=plot.frame)]
        row.append(plot.between(f"{name}-stream", least, [(0, 0), (STEPS, 0)], curve.role))
        row += plot.curves("nudge", steps, [curve])
        under = OPENING + FOOT / 2
        if share := _open(curve.name):
            frame, shares = Frame(0, 0, TAP, OPENING + FOOT), (float(share),)
            tap = Shutter(name=f"{name}-tap", frame=frame, cells=(share,), passing="memory", shares=shares, style=VALUE)
            row.append(tap)
        row.append(say(f"{name}-name", curve.name, plot.frame.left, under, "start", NAME.bold(), curve.role))
        arrives = f"{STEPS} steps back: {_in_parts(float(curve.median[-1]))}"
        rows.append([*row, say(f"{name}-end", arrives, plot.frame.right, under, "end", VALUE)])
    rows[1].append(say("all", ALL, plot.frame.right - TO_CHANNEL, OPENING / 2, "end", role="muted"))
    return tuple(column(rows, APART))


def _in_parts(share: float) -> str:
    """Format a share of 1: a small one as a fraction with two significant digits."""
    return text_of(share, 2) if share > 0.1 else f"1/{float(f'{1 / share:.2g}'):,.0f}"


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
